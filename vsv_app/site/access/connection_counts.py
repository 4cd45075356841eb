"""How many documents hang on a record, as its form shows, and how many are assigned to whom: counted for who asks.

Frappe counts all that there are, so that who may open a learner's record would be told how many concerns there are.
"""

from typing import Any

import frappe
from frappe.desk import listview, notifications

from vsv_app.modules import MODULES
from vsv_app.site.access import restricted_reads
from vsv_app.site.access.gate.judgement import NotThisWay
from vsv_app.site.access.gate.ours import BY_NAME
from vsv_app.site.access.gate.people import is_at_desk
from vsv_app.site.access.gate.queries import is_plain

AT_MOST, MOST_ASSIGNED = 100, 50


@frappe.whitelist()
def get_open_count(doctype: str, name: str, items: list[str] | str | None = None) -> dict[str, Any]:
	"""Frappe's own answer, in which documents of this app count as far as the reader may see them."""
	frappe.get_doc(doctype, name).check_permission()  # Frappe's own refusal ends in an error of the server
	found = notifications.get_open_count(doctype, name, items)
	if not isinstance(found.get("count"), dict):
		return found
	links = frappe.get_meta(doctype).get_dashboard_data()
	for entry in found["count"].get("external_links_found", []):
		if frappe.get_meta(entry["doctype"]).module in MODULES:
			field = links.get("non_standard_fieldnames", {}).get(entry["doctype"], links.get("fieldname"))
			entry.update({"count": _readable(entry["doctype"], field, name), "open_count": 0})
	return found


@frappe.whitelist()
def get_group_by_count(doctype: str, current_filters: str, field: str) -> list[dict[str, Any]]:
	"""Frappe's own answer for the sidebar of a list; who has what assigned is counted among records that the reader may see."""
	if not is_at_desk(frappe.session.user):
		raise NotThisWay
	if BY_NAME.exact(doctype) is None:
		return list(listview.get_group_by_count(doctype, current_filters, field))
	if not is_plain(doctype, {"current_filters": current_filters, "field": field}):
		raise NotThisWay
	if field != "assigned_to":
		return list(listview.get_group_by_count(doctype, current_filters, field))
	with restricted_reads.counting():
		names = frappe.get_list(
			doctype, frappe.parse_json(current_filters), pluck="name", limit_page_length=0
		)
	return frappe.get_all(
		"ToDo",
		{"reference_type": doctype, "reference_name": ("in", names or [""]), "status": ("!=", "Cancelled"), "allocated_to": ("is", "set")},
		["allocated_to as name", "count(*) as count"],
		group_by="allocated_to",
		order_by="count desc",
		limit=MOST_ASSIGNED,
	)  # fmt: skip


def _readable(doctype: str, field: str, name: str) -> int:
	if not frappe.has_permission(doctype, "read"):
		return 0
	with restricted_reads.counting():
		return len(frappe.get_list(doctype, {field: name}, limit=AT_MOST))
