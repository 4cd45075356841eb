"""Days of learners that wait to be computed anew, because a leave, a record, a badge or the roll has changed.

They are kept beside the queue of jobs, as the arguments of a job stand in the list of jobs; all of one transaction share a job.
Where the queue is away, the night finds them.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

import frappe
from frappe.model.document import Document
from frappe.utils import get_site_id, getdate
from frappe.utils.background_jobs import get_redis_conn
from redis.exceptions import RedisError

KEY = "rq:vsv_app:days:{}"
WAITING = "vsv_days"
JOB = "vsv_app.site.jobs.attendance_jobs.write_waiting_days"
EVERYBODY = ""
MOST_DAYS = 370


def leave_changed(leave: Document, _event: str | None = None) -> None:
	"""A leave was submitted, changed or cancelled. Education writes attendance by itself then, without a document event."""
	first, last = getdate(leave.from_date), getdate(leave.to_date)
	note(leave.student, first, last)


def record_changed(attendance: Document, _event: str | None = None) -> None:
	"""A record was made, changed or cancelled by a person."""
	day = getdate(attendance.date)
	if attendance.student and day and not attendance.course_schedule:
		note(attendance.student, day, day)


def roll_changed(_record: Document, _event: str | None = None) -> None:
	"""Who belongs where, or when there is school: the ledger says which days are missing, or are too many."""
	note(EVERYBODY, date.max, date.max)


def note(student: str, first: date, last: date) -> None:
	"""Compute these days anew as soon as this is committed; without a learner: whatever does not add up."""
	waiting: set[tuple[str, str, str]] = frappe.flags.setdefault(WAITING, set())
	if not waiting:
		frappe.db.after_commit.add(enqueue)
		frappe.db.after_rollback.add(waiting.clear)
	waiting.add((student, str(first), str(last)))


def note_all(touched: Mapping[date, Collection[str]]) -> None:
	"""Compute the days of some learners anew, by day."""
	for day, students in touched.items():
		for student in students:
			note(student, day, day)


def enqueue() -> None:
	"""Look at the days that wait, in a job of its own."""
	waiting = frappe.flags.pop(WAITING, None) or set()
	if not waiting:
		return
	try:
		get_redis_conn().sadd(_key(), *("\t".join(one) for one in waiting))
		frappe.enqueue(JOB, queue="short")
	except RedisError:
		# What was written is committed and must not look like an error to a person; the night reconciles the year.
		frappe.log_error(title="Early warning: the queue is not reachable")


def take() -> Collection[tuple[str, date, date]]:
	"""(learner or nobody, first day, last day) of all that waits; whoever takes them looks at them."""
	redis = get_redis_conn()
	found = []
	for one in redis.spop(_key(), redis.scard(_key())):
		student, first, last = one.decode().split("\t")
		found.append((student, date.fromisoformat(first), date.fromisoformat(last)))
	return found


def days_of(waiting: Collection[tuple[str, date, date]]) -> dict[date, set[str] | None]:
	"""The learners by day."""
	found: dict[date, set[str] | None] = {}
	for student, first, last in waiting:
		if student == EVERYBODY:
			continue
		for n in range(min((last - first).days, MOST_DAYS) + 1):
			some = found.setdefault(first + timedelta(days=n), set())
			if some is not None:
				some.add(student)
	return found


def _key() -> str:
	return KEY.format(get_site_id())
