"""Who made an attendance record: what a person wrote is never overwritten by the badge terminals."""

from frappe.model.document import Document

from vsv_app.site.documents.time_fields import undo_time_of_day

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
