"""Answers of partners wait until they are seen. Those that came before there was such a list were seen in other ways."""

import frappe


def execute() -> None:
	answered = {"replied_on": ("is", "set"), "answer_seen_on": ("is", "not set")}
	for name, modified in frappe.get_all("Referral", answered, ["name", "modified"], as_list=True):
		frappe.db.set_value("Referral", name, "answer_seen_on", modified, update_modified=False)
	not_asked = {"consent_status": ("is", "not set")}
	frappe.db.set_value("Referral", not_asked, "consent_status", "Not Asked", update_modified=False)
