"""What the rule form and the list of statutory reports ask for."""

import json
import shutil
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils.pdf import get_pdf

from vsv_app.engine.numbers import decimal_mark
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.preview import CannotPreview
from vsv_app.services import school
from vsv_app.services.signals import preview, signal_steps, statutory_reports
from vsv_app.services.signals import rule_packs as shipped
from vsv_app.services.signals.preview import NothingToShow
from vsv_app.services.signals.rule_packs import PackError
from vsv_app.site.desk.refusals import said
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.signals import statutory_filings

RULE = "Early Warning Rule"
REPORT = "Statutory Report"
PDF_MAKER, PDF_MAKER_URL = "wkhtmltopdf", "https://wkhtmltopdf.org/downloads.html"


@frappe.whitelist(methods=["POST"])
def preview_rule(rule: str, reasons: str | None = None) -> dict[str, Any]:
	"""What the rule in the form, saved or not, would have done over the past year. Names learners: who may see all signals alone."""
	frappe.has_permission(RULE, "write", throw=True)
	frappe.has_permission("Early Warning Signal", "report", throw=True)
	document = frappe.get_doc({**json.loads(rule), "doctype": RULE})
	document.set_clearing()
	store = FrappeStore()
	try:
		found = preview.preview(
			store,
			document.as_engine(),
			_now(store).date(),
			reasons=json.loads(reasons) if reasons else None,
		)
	except (CannotPreview, NothingToShow) as nothing:
		frappe.throw(said(nothing.args[0]), title=_("No Preview"))
	except ValueError as wrong:
		frappe.throw(said(wrong.args[0]), title=_("Rule Not Possible"))
	return preview.as_json(found)


@frappe.whitelist(methods=["GET"])
def history(signal: str) -> list[dict[str, Any]]:
	"""The steps of a signal in sentences, the newest first, for who may read the signal."""
	frappe.get_doc("Early Warning Signal", signal).check_permission("read")
	store = FrappeStore()
	told = signal_steps.told(store, [signal], _now(store).date(), frappe.local.lang or "en", _)
	return told.get(signal, [])


@frappe.whitelist(methods=["GET"])
def indicators() -> list[dict[str, Any]]:
	"""What rules can look at, for the form: each with its definition, unit and windows."""
	frappe.has_permission(RULE, "read", throw=True)
	return [
		{
			"value": one.code,
			"label": _(one.label),
			"unit": one.unit,
			"definition": _(one.definition),
			"windows": one.windows,
			"source": one.source if one.source.startswith("https://") else None,
		}
		for one in INDICATORS.values()
	]


@frappe.whitelist(methods=["GET"])
def packs() -> list[dict[str, Any]]:
	"""The packs that ship, with how many of their rules are here and switched on."""
	frappe.has_permission(RULE, "read", throw=True)
	here = frappe.get_list(RULE, fields=["pack", "enabled"], limit_page_length=0)
	return [
		{
			**{field: pack[field] for field in ("pack", "title", "description", "version")},
			"rules": sum(rule.pack == pack["pack"] for rule in here),
			"enabled": sum(rule.enabled for rule in here if rule.pack == pack["pack"]),
		}
		for pack in shipped.available()
	]


@frappe.whitelist(methods=["POST"])
def switch_pack(pack: str, enabled: bool) -> list[str]:
	"""Switch all rules of a pack on or off; returns those that changed."""
	frappe.has_permission(RULE, "write", throw=True)
	store = FrappeStore()
	try:
		return shipped.switch(store, pack, bool(enabled), _now(store))
	except PackError as unknown:
		frappe.throw(said(unknown.args[0]), title=_("No Such Pack"))
	raise AssertionError("frappe.throw raises")


@frappe.whitelist(methods=["GET"])
def statutory_csv(names: str | None = None, status: str | None = None) -> None:
	"""The list of reports as a file for a spreadsheet: those named, or those of a status, or all."""
	listed = _listed(names, status)
	frappe.response.filename = f"{_file_name()}.csv"
	frappe.response.filecontent = statutory_reports.as_csv(listed, _, _decimal_mark())
	frappe.response.type = "download"


@frappe.whitelist(methods=["GET"])
def statutory_pdf(names: str | None = None, status: str | None = None) -> None:
	"""The list of reports to print, with all that the authority asks for.

	Where the server has nothing to make a PDF with, the page itself: the browser prints it, or keeps it as a PDF.
	"""
	listed = _listed(names, status)
	store = FrappeStore()
	code, now = school.load(store).code, _now(store)
	made = _pdf(statutory_reports.as_html(listed, code, now, say=_, mark=_decimal_mark()))
	if made is not None:
		frappe.response.filename = f"{_file_name()}.pdf"
		frappe.response.filecontent = made
		frappe.response.type = "pdf"
		return
	notice = _(
		"This server cannot make a PDF by itself: print this page and choose Save as PDF, or ask the administrator to install {0} ({1})."
	).format(PDF_MAKER, PDF_MAKER_URL)
	frappe.response.filename = f"{_file_name()}.html"
	frappe.response.filecontent = statutory_reports.as_html(listed, code, now, notice, _, _decimal_mark())
	frappe.response.display_content_as = "inline"
	frappe.response.type = "download"


def _pdf(page: str) -> bytes | None:
	"""The page as a PDF, by whichever of Frappe's two makers of PDFs works here; None where neither does."""
	if shutil.which(PDF_MAKER):
		return get_pdf(page)
	try:
		from weasyprint import HTML  # noqa: PLC0415 takes a second, and is seldom needed
	except (ImportError, OSError):
		# It comes with Frappe, and the libraries of the system that it draws with need not.
		return None
	return HTML(string=page).write_pdf()


def _listed(names: str | None, status: str | None) -> list[statutory_filings.Report]:
	frappe.has_permission(REPORT, "export", throw=True)
	wanted = json.loads(names) if names else None
	return statutory_filings.listed(FrappeStore(), names=wanted, statuses=[status] if status else None)


def _decimal_mark() -> str:
	"""That of whoever asks: their spreadsheet is set as their language is."""
	return decimal_mark(frappe.db.get_single_value("System Settings", "number_format"), frappe.local.lang)


def _file_name() -> str:
	return f"statutory-reports-{_now(FrappeStore()):%Y-%m-%d}"


def _now(store: FrappeStore) -> datetime:
	return datetime.now(school.load(store).zone).replace(tzinfo=None)
