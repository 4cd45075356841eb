"""Education's Student Attendance: what a day holds already, the exceptions of a period, corrections."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from pypika import MySQLQuery, Order
from pypika.functions import Coalesce, Concat, Count

from vsv_app.stores.queries.sql import VALUE, any_of, select, table, update
from vsv_app.stores.store import Row, Store

ATTENDANCE = table("Student Attendance")
LEAVE = table("Student Leave Application")
SCHEDULE = table("Course Schedule")
NAMES_A_QUERY = 1000
STUDENT = table("Student")
STANDS = ATTENDANCE.docstatus < 2
"""Written down and not cancelled."""
SUBMITTED = ATTENDANCE.docstatus == 1
OF_WHOLE_DAYS = ATTENDANCE.course_schedule.isnull() | (ATTENDANCE.course_schedule == VALUE)
"""Of no lesson; its value is the empty text."""


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
	minutes_left_early: int = 0
	minutes_leave: int = 0
	day: date | None = None


def recorded(store: Store, day: date, students: Sequence[str] | None = None) -> list[Recorded]:
	a = ATTENDANCE
	query = (
		select(
			a, a.name, a.student, a.student_group, a.course_schedule, a.status, a.vsv_source, a.leave_application,
			a.vsv_excused, a.vsv_minutes_late, a.vsv_minutes_missed, a.vsv_conflict, a.vsv_minutes_left_early,
			a.vsv_minutes_leave, a.date,
		)
		.where(a.date == VALUE)
		.where(STANDS)
	)  # fmt: skip
	values: list[Any] = [day]
	if students is not None:
		query = query.where(any_of(a.student, students))
		values += students
	return [
		Recorded(*row)._replace(
			minutes_late=row[8] or 0,
			minutes_missed=row[9] or 0,
			minutes_left_early=row[11] or 0,
			minutes_leave=row[12] or 0,
		)
		for row in sorted(store.fetch(query, values))
	]


class Written(NamedTuple):
	"""A record as a person reads it."""

	student: str
	day: date
	status: str
	source: str | None
	course_schedule: str | None
	minutes_late: int
	minutes_missed: int
	minutes_left_early: int
	minutes_leave: int
	excused: str | None
	reason: str | None
	conflict: str | None
	changed_by: str
	changed_on: datetime


def written(store: Store, name: str) -> Written | None:
	a = ATTENDANCE
	query = select(
		a, a.student, a.date, a.status, a.vsv_source, a.course_schedule, a.vsv_minutes_late, a.vsv_minutes_missed,
		a.vsv_minutes_left_early, a.vsv_minutes_leave, a.vsv_excused, a.vsv_reason, a.vsv_conflict, a.modified_by,
		a.modified,
	).where(a.name == VALUE)  # fmt: skip
	rows = store.fetch(query, [name])
	return Written._make(rows[0]) if rows else None


def reason_of_leave(store: Store, name: str) -> str:
	"""Why somebody is on leave, as it was written."""
	rows = store.fetch(select(LEAVE, LEAVE.reason).where(LEAVE.name == VALUE), [name])
	return (rows[0][0] or "") if rows else ""


APART = "\x1f"
"""Between the parts of a text: no name has it."""
EXCEPTION = (ATTENDANCE.status != "Present") | (ATTENDANCE.vsv_minutes_missed > 0)
"""Everything but "present, on time". A database that keeps an index of just these answers in one reading of it."""
OF_AN_EXCEPTION = (
	"student", "date", "status", "vsv_minutes_late", "vsv_minutes_missed", "vsv_minutes_left_early", "vsv_excused",
	"course_schedule", "name",
)  # fmt: skip


def exceptions(
	store: Store, from_date: date, to_date: date, students: Sequence[str] | None = None
) -> list[Row]:
	"""Everything but "present, on time" between two days, inclusive, ordered by learner and date.

	Columns: student, date, status, minutes late, minutes missed, minutes left early, excused text, course
	schedule, name.
	"""
	a = ATTENDANCE
	base = MySQLQuery.from_(a).where(a.docstatus == 1).where(a.date >= VALUE).where(a.date <= VALUE)
	values: list[Any] = [from_date, to_date]
	if students is not None:
		base = base.where(any_of(a.student, students))
		values += students
	if store.indexes_exceptions:
		ordered = base.select(*OF_AN_EXCEPTION).where(EXCEPTION).orderby(a.student).orderby(a.date)
		return _with_lengths(store, list(store.fetch(ordered, values)))
	return _with_lengths(store, _in_texts(store, base, values))


def _in_texts(store: Store, base: Any, values: Sequence[Any]) -> list[Row]:
	"""The exceptions by two indexed queries: by status, and by minutes missed for those who were there in part.

	A driver in Python takes longer to decode nine columns than a database to find them, so a row comes as one text;
	texts that begin with learner and day also sort as fast as texts do.
	"""
	a = ATTENDANCE
	rest = (Coalesce(a[field], "") for field in OF_AN_EXCEPTION[2:-1])  # type: ignore[no-untyped-call]
	parts = [part for field in (a.student, a.date, a.name, *rest) for part in (APART, field)]
	whole = base.select(Concat(*parts[1:]))  # type: ignore[no-untyped-call]
	rows = [*store.fetch(whole.where(a.status.isin([VALUE, VALUE])), [*values, "Absent", "Leave"])]
	rows += store.fetch(whole.where(a.status == VALUE).where(a.vsv_minutes_missed > 0), [*values, "Present"])
	days: dict[str, date] = {}
	known: dict[str, Row] = {}
	found = []
	for text in sorted([text for (text,) in rows]):
		student, at, record, told = text.split(APART, 3)
		day = days.get(at) or days.setdefault(at, date.fromisoformat(at))
		found.append((student, day, *(known.get(told) or known.setdefault(told, _read(told))), record))
	return found


def _read(told: str) -> Row:
	status, late, missed, early, excused, lesson = told.split(APART)
	return status, int(late), int(missed), int(early), excused or None, lesson or None


def _with_lengths(store: Store, rows: list[Row]) -> list[Row]:
	"""A lesson that a person marked without a word on minutes was missed for as long as it lasts."""
	told_nothing = [at for at, row in enumerate(rows) if row[7] and not row[4] and row[2] != "Present"]
	lengths = _lengths(store, sorted({rows[at][7] for at in told_nothing}))
	for at in told_nothing:
		row = rows[at]
		rows[at] = (*row[:4], lengths.get(row[7], 0), *row[5:])
	return rows


def _lengths(store: Store, lessons: Sequence[str]) -> dict[str, int]:
	"""Minutes by course schedule."""
	found: dict[str, int] = {}
	for start in range(0, len(lessons), NAMES_A_QUERY):
		some = lessons[start : start + NAMES_A_QUERY]
		query = select(SCHEDULE, SCHEDULE.name, SCHEDULE.from_time, SCHEDULE.to_time).where(
			any_of(SCHEDULE.name, some)
		)
		for name, begins, ends in store.fetch(query, some):
			if begins is not None and ends is not None:
				found[name] = max(0, int((ends - begins).total_seconds()) // 60)
	return found


def first_and_last(store: Store) -> tuple[date, date] | None:
	"""The first and the last day of which there is any record; None where there is none."""
	ends = []
	for order in (Order.asc, Order.desc):
		query = (
			select(ATTENDANCE, ATTENDANCE.date).where(STANDS).orderby(ATTENDANCE.date, order=order).limit(1)
		)
		ends += [row[0] for row in store.fetch(query)]
	return (ends[0], ends[1]) if ends else None


class Leave(NamedTuple):
	"""A leave application that stands. Times of day where it is for a part of it alone."""

	student: str
	name: str
	present: bool
	first: date
	last: date
	from_time: timedelta | None
	to_time: timedelta | None


def leaves(
	store: Store, first: date, last: date | None = None, students: Sequence[str] | None = None
) -> list[Leave]:
	"""The submitted leave applications that touch a day, or the days between two, by name."""
	fields = (
		LEAVE.student, LEAVE.name, LEAVE.mark_as_present, LEAVE.from_date, LEAVE.to_date, LEAVE.vsv_from_time,
		LEAVE.vsv_to_time,
	)  # fmt: skip
	query = (
		select(LEAVE, *fields)
		.where(LEAVE.docstatus == 1)
		.where(LEAVE.from_date <= VALUE)
		.where(LEAVE.to_date >= VALUE)
	)
	values: list[Any] = [last or first, first]
	if students is not None:
		query = query.where(any_of(LEAVE.student, students))
		values += students
	return [Leave._make(row) for row in store.fetch(query.orderby(LEAVE.name), values)]


class Reported(NamedTuple):
	"""An absence that a learner reported and nobody has looked at."""

	name: str
	student: str
	first: date
	last: date
	reason: str
	on: datetime


def reported_by_learners(store: Store) -> list[Reported]:
	"""The leave applications that learners made themselves and that are neither submitted nor cancelled, the oldest first."""
	query = (
		select(LEAVE, LEAVE.name, LEAVE.student, LEAVE.from_date, LEAVE.to_date, LEAVE.reason, LEAVE.creation)
		.join(STUDENT)
		.on(STUDENT.name == LEAVE.student)
		.where(LEAVE.docstatus == 0)
		.where(STUDENT.user == LEAVE.owner)
		.orderby(LEAVE.creation)
	)
	return [
		Reported(name, student, first, last, (reason or "").split("\n")[0], on)
		for name, student, first, last, reason, on in store.fetch(query)
	]


def excused_days(store: Store, student: str, first: date, last: date) -> set[date]:
	"""The days between two on which a learner is on record as on leave, or away with an excuse."""
	a = ATTENDANCE
	query = (
		select(a, a.date)
		.where(a.student == VALUE)
		.where(a.date >= VALUE)
		.where(a.date <= VALUE)
		.where(a.docstatus == 1)
		.where(OF_WHOLE_DAYS)
		.where((a.status == VALUE) | ((a.status == VALUE) & (a.vsv_excused == VALUE)))
	)
	values = [student, first, last, "", "Leave", "Absent", "Excused"]
	return {day for (day,) in store.fetch(query, values)}


def leaves_changed(store: Store, since: datetime) -> list[tuple[str, date, date]]:
	"""(learner, first day, last day) of the leave applications that were submitted, changed or cancelled since a moment."""
	query = (
		select(LEAVE, LEAVE.student, LEAVE.from_date, LEAVE.to_date)
		.where(LEAVE.modified >= VALUE)
		.where(LEAVE.docstatus > 0)
	)
	return [tuple(row) for row in store.fetch(query, [since])]


def counted(
	store: Store, first: date, last: date, students: Sequence[str] | None = None
) -> list[tuple[str, str | None, int]]:
	"""(learner, source, number) of the records of whole days between two days."""
	a = ATTENDANCE
	query = (
		select(a, a.student, a.vsv_source, Count("*"))
		.where(a.docstatus == 1)
		.where(a.date >= VALUE)
		.where(a.date <= VALUE)
		.where(OF_WHOLE_DAYS)
	)
	values: list[Any] = [first, last, ""]
	if students is not None:
		query = query.where(any_of(a.student, students))
		values += students
	return [tuple(row) for row in store.fetch(query.groupby(a.student, a.vsv_source), values)]


def days_recorded(
	store: Store, first: date, last: date, students: Sequence[str]
) -> list[tuple[str, date, str | None]]:
	"""(learner, day, source) of the records of whole days of some learners."""
	a = ATTENDANCE
	query = (
		select(a, a.student, a.date, a.vsv_source)
		.where(a.docstatus == 1)
		.where(a.date >= VALUE)
		.where(a.date <= VALUE)
		.where(OF_WHOLE_DAYS)
		.where(any_of(a.student, students))
	)
	return [tuple(row) for row in store.fetch(query, [first, last, "", *students])]


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
