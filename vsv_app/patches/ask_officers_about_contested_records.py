"""What families contested and nobody answered was a message. It becomes a Contested Record, which an attendance officer answers."""

import frappe


def execute() -> None:
	fields = [
		"name",
		"student",
		"student_name",
		"attendance",
		"sent_by",
		"person_name",
		"capacity",
		"sent_on",
		"message",
	]
	for message in frappe.get_all("Family Message", {"kind": "Record Contested", "status": "Open"}, fields):
		day = frappe.db.get_value("Student Attendance", message.attendance, "date")
		if day:
			frappe.get_doc(
				doctype="Contested Record",
				student=message.student,
				student_name=message.student_name,
				attendance=message.attendance,
				school_day=day,
				status="Open",
				contested_by=message.sent_by,
				person_name=message.person_name,
				capacity=message.capacity or "Guardian",
				contested_on=message.sent_on,
				words=message.message,
			).insert(ignore_permissions=True)
			frappe.delete_doc("Family Message", message.name, force=True, ignore_permissions=True)
