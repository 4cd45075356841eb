"""Who made an attendance record: what a person wrote is never overwritten by the badge terminals."""

import frappe
from frappe.model.document import Document

from vsv_app.site.documents.time_fields import undo_time_of_day
from vsv_app.stores.frappe_store import FrappeStore

PERSON = "Teacher"
MACHINE = "Badge"


def note_who_recorded(attendance: Document, _event: str | None = None) -> None:
	"""A record that does not say where it comes from was made by a person, or by Education from a leave application.

	The latter follows the application, so that it is computed anew with it.
	"""
	attendance.vsv_source = attendance.vsv_source or (MACHINE if attendance.leave_application else PERSON)
	undo_time_of_day(attendance)


def note_who_changed(attendance: Document, _event: str | None = None) -> None:
	"""A person who corrects what the terminals wrote takes the record over. The machine itself writes no documents."""
	if attendance.vsv_source == MACHINE:
		attendance.db_set("vsv_source", PERSON, update_modified=False)


def leave_hours_empty(leave: Document, _event: str | None = None) -> None:
	"""A leave that says no hours is for all of the day."""
	undo_time_of_day(leave)


def leave_a_part_of_the_day_open(leave: Document, _event: str | None = None) -> None:
	"""Education writes leave for all of the day, whatever the hours: such a record goes, and the day is computed when it is over."""
	if leave.vsv_from_time is None and leave.vsv_to_time is None:
		return
	of_leave = {"leave_application": leave.name, "docstatus": 1, "vsv_source": MACHINE}
	FrappeStore().cancel_attendance(frappe.get_all("Student Attendance", of_leave, pluck="name"))
