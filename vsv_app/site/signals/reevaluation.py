"""Who made an attendance record, which the badge terminals then never overwrite; and what follows from any record."""

import frappe
from frappe.model.document import Document
from redis.exceptions import RedisError

from vsv_app.site.desk.time_fields import undo_time_of_day
from vsv_app.site.signals import reevaluation_queue

PERSON = "Teacher"
MACHINE = "Badge"
WAITING = "vsv_look_again"


def note_who_recorded(attendance: Document, _event: str | None = None) -> None:
	"""A record that does not say where it comes from was made by a person."""
	attendance.vsv_source = attendance.vsv_source or PERSON
	undo_time_of_day(attendance)


def note_who_changed(attendance: Document, _event: str | None = None) -> None:
	"""A person who corrects what the terminals wrote takes the record over. The machine itself writes no documents."""
	if attendance.vsv_source == MACHINE:
		attendance.db_set("vsv_source", PERSON, update_modified=False)


def look_again(record: Document, _event: str | None = None) -> None:
	"""Evaluate the learner anew as soon as this is committed; all learners of one transaction share a job."""
	waiting: set[str] = frappe.flags.setdefault(WAITING, set())
	if not waiting:
		frappe.db.after_commit.add(enqueue)
		frappe.db.after_rollback.add(waiting.clear)
	if record.student:
		waiting.add(record.student)


def enqueue() -> None:
	"""Look at the learners who wait, in a job of its own."""
	students = sorted(frappe.flags.pop(WAITING, None) or ())
	if not students:
		return
	try:
		reevaluation_queue.add(students)
		frappe.enqueue("vsv_app.site.jobs.early_warning_jobs.look_at_who_waits", queue="short")
	except RedisError:
		# What was written is committed and must not look like an error to a person; the night looks at everybody.
		frappe.log_error(title="Early warning: the queue is not reachable")
