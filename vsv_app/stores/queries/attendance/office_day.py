"""What an attendance officer's day needs of the store: check-ins by hand, calls to families, and learners by name."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from vsv_app.stores.queries.attendance.check_ins import CHECK_IN
from vsv_app.stores.queries.sql import STANDARD_COLUMNS, VALUE, any_of, delete, select, table, update
from vsv_app.stores.store import Store

CALL = table("Absence Call")
ATTENDANCE = table("Student Attendance")
STUDENT = table("Student")
RECOGNISED, TAKEN_BACK = "Recognised", "Taken Back"
BY_HAND = (
	*STANDARD_COLUMNS, "student", "student_name", "tapped_at", "school_day", "sent_as", "clock", "direction", "outcome",
	"received_at", "time_certainty", "by_hand",
)  # fmt: skip


class Away(NamedTuple):
	"""A submitted record that says that a learner was away."""

	name: str
	student: str
	student_name: str | None
	group: str | None
	status: str
	excused: str | None
	reason: str | None
	source: str | None
	lesson: str | None
	conflict: str | None
	contested: int | None
	by: str


class Call(NamedTuple):
	"""What is known of somebody who has not come."""

	name: str
	student: str
	outcome: str
	by: str | None
	on: datetime


def away(store: Store, day: date) -> list[Away]:
	"""Who was away on a day, as it is on record."""
	a = ATTENDANCE
	query = (
		select(
			a, a.name, a.student, a.student_name, a.student_group, a.status, a.vsv_excused, a.vsv_reason, a.vsv_source,
			a.course_schedule, a.vsv_conflict, a.vsv_contested, a.modified_by,
		)
		.where(a.date == VALUE)
		.where(a.docstatus == 1)
		.where(a.status.isin([VALUE] * 2))
		.orderby(a.student)
		.orderby(a.name)
	)  # fmt: skip
	return [Away._make(row) for row in store.fetch(query, [day, "Absent", "Leave"])]


def reasons_used(store: Store, since: date) -> list[str]:
	"""The reasons that stand in records from a day on, each as often as it does."""
	a = ATTENDANCE
	query = (
		select(a, a.vsv_reason).where(a.date >= VALUE).where(a.docstatus == 1).where(a.vsv_reason != VALUE)
	)
	return [reason for (reason,) in store.fetch(query, [since, ""])]


def calls(store: Store, day: date) -> list[Call]:
	"""What was noted of those who had not come on a day, oldest first."""
	c = CALL
	query = select(c, c.name, c.student, c.outcome, c.noted_by, c.noted_on).where(c.school_day == VALUE)
	return [Call._make(row) for row in store.fetch(query.orderby(c.noted_on).orderby(c.name), [day])]


def add_call(store: Store, values: Mapping[str, Any]) -> str:
	return store.add_document("Absence Call", values)


def delete_calls(store: Store, names: Sequence[str], by: str) -> None:
	"""What somebody has noted by mistake is gone."""
	query = delete(CALL).where(any_of(CALL.name, names)).where(CALL.noted_by == VALUE)
	store.run(query, [*names, by])


def check_in(
	store: Store, student: str, student_name: str | None, at: datetime, sent_as: str, by: str
) -> str:
	"""A check-in that somebody noted; `at` is naive, the school's own."""
	name = f"hand-{secrets.token_hex(10)}"
	row = (
		name, by, at, at, by, 0, 0, student, student_name, at, at.date(), sent_as, "synced", "in", RECOGNISED, at,
		"Certain", by,
	)  # fmt: skip
	store.insert_rows("Badge Check In", BY_HAND, [row])
	return name


def check_in_by_hand(store: Store, name: str) -> tuple[str, date, str, str] | None:
	"""(learner, day, who noted it, outcome) of a check-in that was noted by hand."""
	c = CHECK_IN
	query = select(c, c.student, c.school_day, c.by_hand, c.outcome).where(c.name == VALUE)
	rows = store.fetch(query.where(c.by_hand.isnotnull()), [name])
	return tuple(rows[0]) if rows else None


def take_back(store: Store, name: str, by: str, now: datetime) -> None:
	"""It stays on record and counts for nothing."""
	query = update(CHECK_IN, "outcome", "modified", "modified_by").where(CHECK_IN.name == VALUE)
	store.run(query, [TAKEN_BACK, now, by, name])


def named_like(store: Store, words: Sequence[str]) -> list[tuple[str, str]]:
	"""(learner, name) of those whose name has all these words in it."""
	query = select(STUDENT, STUDENT.name, STUDENT.student_name).where(STUDENT.enabled == 1)
	for _word in words:
		query = query.where(STUDENT.student_name.like(VALUE))
	escaped = (word.replace("\\", "").replace("%", "").replace("_", "") for word in words)
	found = store.fetch(query.orderby(STUDENT.student_name), [f"%{word}%" for word in escaped])
	return [(row[0], row[1]) for row in found]


def marks(
	store: Store, names: Sequence[str]
) -> dict[str, tuple[str, str | None, str | None, str | None, str]]:
	"""(learner, reason, excused, source, changed by) of records that stand."""
	a = ATTENDANCE
	query = select(a, a.name, a.student, a.vsv_reason, a.vsv_excused, a.vsv_source, a.modified_by)
	query = query.where(any_of(a.name, names)).where(a.docstatus == 1)
	return {name: (student, *rest) for name, student, *rest in store.fetch(query, names)}
