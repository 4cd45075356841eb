"""What the form and list of rules ask for: indicators, packs, a preview."""

import json
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, format_date

from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.preview import CannotPreview
from vsv_app.services.signals import preview
from vsv_app.services.signals import rule_packs as shipped
from vsv_app.services.signals.preview import NothingToShow
from vsv_app.services.signals.rule_packs import PackError
from vsv_app.site.desk.report_columns import learners_of_reader, smallest_group
from vsv_app.site.documents.refusals import said
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore

RULE = "Early Warning Rule"


@frappe.whitelist(methods=["POST"])
def preview_rule(
	rule: str, reasons: str | None = None, condition: int = 0, talks: int | None = None
) -> dict[str, Any]:
	"""What the rule in the form, saved or not, would have done over the past year. Names learners: who may see all signals alone.

	`condition`: whose threshold can be moved; `talks`: how many learners a week the school can talk to, by default as it has set.
	"""
	frappe.has_permission(RULE, "write", throw=True)
	frappe.has_permission("Early Warning Signal", "report", throw=True)
	document = frappe.get_doc({**json.loads(rule), "doctype": RULE})
	document.set_clearing()
	store = FrappeStore()
	try:
		found = preview.preview(
			store,
			document.as_engine(),
			school_now().date(),
			reasons=json.loads(reasons) if reasons else None,
			condition=max(0, cint(condition)),
			talks=talks_a_week() if talks is None else max(0, cint(talks)),
			circumstances=learners_of_reader() is None,
		)
	except (CannotPreview, NothingToShow) as nothing:
		frappe.throw(said(nothing.args[0]), title=_("No Preview"))
	except ValueError as wrong:
		frappe.throw(said(wrong.args[0]), title=_("Rule Not Possible"))
	return preview.as_json(found) | {"smallest_group": smallest_group()}


def talks_a_week() -> int:
	return cint(frappe.db.get_single_value("Early Warning Settings", "talks_a_week"))


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


@frappe.whitelist(methods=["GET"])
def preview_pack(pack: str) -> dict[str, Any]:
	"""What a pack would bring with the next night, in numbers, and on whose desk: for who may see all signals."""
	frappe.has_permission(RULE, "write", throw=True)
	frappe.has_permission("Early Warning Signal", "report", throw=True)
	found = preview.tomorrow(FrappeStore(), pack, school_now())
	return {
		"day": format_date(found.day, "EEEE d MMMM"),
		"learners": found.learners,
		"rules": [{"title": _(title), "signals": count} for title, count in found.rules.items()],
		"mentors": [{"mentor": name, "learners": count} for name, count in found.mentors.items()],
		"live": [_(title) for title in found.live],
		"broken": [said(one) for one in found.broken],
	}


@frappe.whitelist(methods=["POST"])
def switch_pack(pack: str, enabled: bool) -> list[str]:
	"""Switch all rules of a pack on or off; returns those that changed."""
	frappe.has_permission(RULE, "write", throw=True)
	store = FrappeStore()
	try:
		return shipped.switch(store, pack, bool(enabled), school_now())
	except PackError as unknown:
		frappe.throw(said(unknown.args[0]), title=_("No Such Pack"))
	raise AssertionError("frappe.throw raises")
