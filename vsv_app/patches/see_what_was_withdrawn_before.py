"""A referral that ended with its consent waits until who referred has seen that. Those that ended before are no news any more."""

import frappe


def execute() -> None:
	ended = {"status": "Withdrawn", "answer_seen_on": ("is", "not set")}
	for name, modified in frappe.get_all("Referral", ended, ["name", "modified"], as_list=True):
		frappe.db.set_value("Referral", name, "answer_seen_on", modified, update_modified=False)
