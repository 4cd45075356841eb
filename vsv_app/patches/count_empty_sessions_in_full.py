"""A session without a number of minutes counted for as long as it lasts. From now on 0 means 0, so the length is written down."""

import frappe
from frappe.utils import to_timedelta


def execute() -> None:
	for row in frappe.get_all(
		"Bell Schedule Session",
		{"counted_minutes": 0},
		["name", "starts", "ends"],
		parent_doctype="Bell Schedule",
	):
		length = int((to_timedelta(row.ends) - to_timedelta(row.starts)).total_seconds()) // 60
		frappe.db.set_value(
			"Bell Schedule Session", row.name, "counted_minutes", length, update_modified=False
		)
