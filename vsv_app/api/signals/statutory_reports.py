"""Statutory reports as files: a spreadsheet, and a print for the authority."""

import json
import shutil
from urllib.parse import urlsplit

import frappe
from frappe import _
from frappe.utils import escape_html, format_date, get_url_to_list
from frappe.utils.pdf import get_pdf

from vsv_app.engine.numbers import decimal_mark
from vsv_app.services import school
from vsv_app.services.signals import statutory_reports
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.signals import statutory_filings

REPORT = "Statutory Report"
PDF_MAKER, PDF_MAKER_URL = "wkhtmltopdf", "https://wkhtmltopdf.org/downloads.html"


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
	code, now = school.load(store).code, school_now()
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


@frappe.whitelist(methods=["GET"])
def to_report() -> str:
	"""For the card in the workspace: how many reports are to be checked and sent, and when the first is due; a link to them."""
	frappe.has_permission(REPORT, "read", throw=True)
	due = frappe.get_list(REPORT, {"status": "To Check"}, pluck="due_on", order_by="due_on", limit=0)
	first = next((day for day in due if day), None)
	said = str(len(due))
	if first:
		said = _("{0}, first due on {1}").format(len(due), format_date(first, "d MMM"))
	link = f"{urlsplit(get_url_to_list(REPORT)).path}?status=To%20Check"
	return f'<a href="{link}">{escape_html(said)}</a>'


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
	return f"statutory-reports-{school_now():%Y-%m-%d}"
