"""Who made an attendance record, and what follows from what a person writes into one.

What a person wrote is never overwritten by the badge terminals. A reason decides whether an absence is excused, wherever it
is entered; a person may say otherwise, at once or later.
"""

import frappe
from frappe import _
from frappe.model.document import Document

from vsv_app.engine.attendance.day_outcome import excused_as, words_of_excuse
from vsv_app.site.documents import one_at_a_time
from vsv_app.site.documents.time_fields import undo_time_of_day
from vsv_app.site.portal import absences
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import days_to_settle

PERSON = "Teacher"
MACHINE = "Badge"
OFFICER = "Officer"
SAID_IN_THE_FORM = "__vsv_excused_said"
"""What the form sends along where somebody chose Excused or Unexcused there, be it what stood there already."""
OF_THE_STATUS = ("vsv_minutes_missed", "vsv_minutes_late", "vsv_minutes_left_early", "vsv_minutes_leave")


class ReportedAlready(frappe.ValidationError):
	"""The same absence, reported by another request at the same moment."""


def refuse_a_second_at_once(leave: Document, _event: str | None = None) -> None:
	"""Education looks for a leave of these days before it is written; two that come at once both see none."""
	if not leave.is_new() or not leave.student:
		return
	one_at_a_time.wait_for("Student", leave.student)
	same = {"student": leave.student, "docstatus": ("<", 2)}
	days = {"from_date": ("<=", leave.to_date), "to_date": (">=", leave.from_date)}
	if one_at_a_time.found("Student Leave Application", {**same, **days}):
		frappe.throw(
			_("An absence on these days is reported already. Load the page again."),
			exc=ReportedAlready,
			title=_("Reported Already"),
		)


def note_who_recorded(attendance: Document, _event: str | None = None) -> None:
	"""A record that does not say where it comes from was made by a person, or by Education from a leave application.

	The latter follows the application, so that it is computed anew with it.
	"""
	attendance.vsv_source = attendance.vsv_source or (MACHINE if attendance.leave_application else PERSON)
	undo_time_of_day(attendance)


def let_the_reason_decide(attendance: Document, _event: str | None = None) -> None:
	"""Before a record is saved: its reason, where that is new, says whether it is excused."""
	before = attendance.get_doc_before_save()
	old, new = (before.vsv_reason if before else None) or None, attendance.vsv_reason or None
	if old == new:
		return
	attendance.vsv_excused = excused_as(
		_excuses(new),
		attendance.vsv_excused,
		before=before.vsv_excused if before else None,
		by_reason_before=words_of_excuse(_excuses(old)),
		said_now=bool(attendance.get(SAID_IN_THE_FORM)),
	)


def let_the_status_decide(attendance: Document, _event: str | None = None) -> None:
	"""Before a submitted record is saved: minutes of what was written before say nothing about another status.

	Who was there missed nothing, unless a person writes how much; of who was away the day counts as a whole.
	"""
	before = attendance.get_doc_before_save()
	if before is None or before.status == attendance.status:
		return
	if all((attendance.get(field) or 0) == (before.get(field) or 0) for field in OF_THE_STATUS):
		for field in OF_THE_STATUS:
			attendance.set(field, 0)
	if attendance.status == "Present" and attendance.vsv_reason == before.vsv_reason:
		attendance.vsv_reason = None
		if attendance.vsv_excused == before.vsv_excused:
			attendance.vsv_excused = None


def _excuses(reason: str | None) -> bool | None:
	return days_to_settle.is_excused(FrappeStore(), reason) if reason else None


def note_who_changed(attendance: Document, _event: str | None = None) -> None:
	"""A person who corrects what the terminals wrote takes the record over. The machine itself writes no documents."""
	if attendance.vsv_source == MACHINE:
		attendance.db_set("vsv_source", PERSON, update_modified=False)


def leave_hours_empty(leave: Document, _event: str | None = None) -> None:
	"""A leave that says no hours is for all of the day. Nobody answers a report in the same step."""
	undo_time_of_day(leave)
	leave.vsv_declined, leave.vsv_answer = 0, None


def say_who_reported(leave: Document, _event: str | None = None) -> None:
	"""Before a form shows it: a learner's own report waits for an answer."""
	leave.set_onload("by_learner", absences.by_learner(leave))


def leave_a_part_of_the_day_open(leave: Document, _event: str | None = None) -> None:
	"""Education writes leave for all of the day, whatever the hours: such a record goes, and the day is computed when it is over."""
	if leave.vsv_from_time is None and leave.vsv_to_time is None:
		_keep_the_learners_reason(leave)
		return
	of_leave = {"leave_application": leave.name, "docstatus": 1, "vsv_source": MACHINE}
	FrappeStore().cancel_attendance(frappe.get_all("Student Attendance", of_leave, pluck="name"))


def _keep_the_learners_reason(leave: Document) -> None:
	"""Whoever accepts what a learner reported accepts the reason: nobody asks for one again."""
	reason = (leave.reason or "").split("\n")[0]
	excuses = _excuses(reason)
	if excuses is None or not absences.by_learner(leave):
		return
	frappe.db.set_value(
		"Student Attendance",
		{"leave_application": leave.name},
		{"vsv_source": OFFICER, "vsv_reason": reason, "vsv_excused": words_of_excuse(excuses)},
	)
