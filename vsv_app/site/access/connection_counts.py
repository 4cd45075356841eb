"""How many documents hang on a record, as its form shows: counted for who asks.

Frappe counts all that there are, so that who may open a learner's record would be told how many concerns there are.
"""

from typing import Any

import frappe
from frappe.desk import notifications

from vsv_app.modules import MODULES
from vsv_app.site.access import restricted_reads

AT_MOST = 100


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


def _readable(doctype: str, field: str, name: str) -> int:
	if not frappe.has_permission(doctype, "read"):
		return 0
	with restricted_reads.counting():
		return len(frappe.get_list(doctype, {field: name}, limit=AT_MOST))
