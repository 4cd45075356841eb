"""Reports by mail that name learners: switched off, and still there to be read."""

import frappe

from vsv_app.site.access import report_runs


def execute() -> None:
	for row in frappe.get_all("Auto Email Report", {"enabled": 1}, ["name", "report"]):
		if report_runs.names_learners(row.report):
			frappe.db.set_value("Auto Email Report", row.name, "enabled", 0, update_modified=False)
