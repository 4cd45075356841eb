"""Education's Student Attendance: what a day holds already, the exceptions of a period, corrections."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any, NamedTuple

from vsv_app.stores.queries.sql import VALUE, any_of, select, table, update
from vsv_app.stores.store import Row, Store

ATTENDANCE = table("Student Attendance")
LEAVE = table("Student Leave Application")


class Recorded(NamedTuple):
	"""A day's record that stands already, whoever made it."""

	name: str
	student: str
	group: str | None
	course_schedule: str | None
	status: str
	source: str | None
	leave_application: str | None
	excused: str | None
	minutes_late: int
	minutes_missed: int
	conflict: str | None


def recorded(store: Store, day: date, students: Sequence[str] | None = None) -> list[Recorded]:
	a = ATTENDANCE
	query = (
		select(
			a, a.name, a.student, a.student_group, a.course_schedule, a.status, a.vsv_source, a.leave_application,
			a.vsv_excused, a.vsv_minutes_late, a.vsv_minutes_missed, a.vsv_conflict,
		)
		.where(a.date == VALUE)
		.where(a.docstatus < 2)
	)  # fmt: skip
	values: list[Any] = [day]
	if students is not None:
		query = query.where(any_of(a.student, students))
		values += students
	return [
		Recorded(*row)._replace(minutes_late=row[8] or 0, minutes_missed=row[9] or 0)
		for row in store.fetch(query, values)
	]


def exceptions(
	store: Store, from_date: date, to_date: date, students: Sequence[str] | None = None
) -> list[Row]:
	"""Everything but "present, on time" between two days, inclusive, ordered by learner and date.

	Columns: student, date, status, minutes late, minutes missed, minutes left early, excused text, course
	schedule, name. Two indexed queries: by status, and by minutes missed for those who were there in part; the latter
	does not ask for a status by name, which would lead a database to all those who were there.
	"""
	a = ATTENDANCE
	base = (
		select(
			a, a.student, a.date, a.status, a.vsv_minutes_late, a.vsv_minutes_missed, a.vsv_minutes_left_early,
			a.vsv_excused, a.course_schedule, a.name,
		)
		.where(a.docstatus == 1)
		.where(a.date >= VALUE)
		.where(a.date <= VALUE)
	)  # fmt: skip
	period: list[Any] = [from_date, to_date]
	away = base.where(a.status.isin([VALUE, VALUE]))
	partly = base.where(a.status.notin([VALUE, VALUE])).where(a.vsv_minutes_missed > 0)
	only: list[Any] = []
	if students is not None:
		away, partly = (query.where(any_of(a.student, students)) for query in (away, partly))
		only = list(students)
	rows = list(store.fetch(away, [*period, "Absent", "Leave", *only]))
	rows += store.fetch(partly, [*period, "Absent", "Leave", *only])
	# Twice by one value is many times faster than once by two.
	rows.sort(key=itemgetter(1))
	rows.sort(key=itemgetter(0))
	return rows


def leaves(store: Store, day: date) -> dict[str, tuple[str, bool]]:
	"""(application, counts as present) by learner, of submitted leave applications that cover a day."""
	query = (
		select(LEAVE, LEAVE.student, LEAVE.name, LEAVE.mark_as_present)
		.where(LEAVE.docstatus == 1)
		.where(LEAVE.from_date <= VALUE)
		.where(LEAVE.to_date >= VALUE)
	)
	return {student: (name, bool(present)) for student, name, present in store.fetch(query, [day, day])}


CORRECTED = (
	"status",
	"vsv_minutes_late",
	"vsv_minutes_missed",
	"vsv_minutes_left_early",
	"vsv_arrived_at",
	"vsv_left_at",
	"vsv_excused",
	"vsv_conflict",
)


def correct(store: Store, name: str, values: dict[str, Any], moment: datetime) -> None:
	"""Change what the machine itself wrote, or note a conflict beside what a person wrote."""
	query = update(ATTENDANCE, *values, "modified", "modified_by").where(ATTENDANCE.name == VALUE)
	store.run(query, [*values.values(), moment, store.acting_user, name])


def days_closed(store: Store, days: Iterable[date]) -> set[date]:
	"""Those of the days on which the machine wrote at least one record."""
	wanted = list(days)
	query = (
		select(ATTENDANCE, ATTENDANCE.date)
		.where(any_of(ATTENDANCE.date, wanted))
		.where(ATTENDANCE.vsv_source == VALUE)
		.distinct()
	)
	return {row[0] for row in store.fetch(query, [*wanted, "Badge"])}
