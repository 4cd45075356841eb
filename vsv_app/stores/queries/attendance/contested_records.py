"""Contested Record: what people say is not right in an attendance record, and what they were answered."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from vsv_app.engine.care import promises
from vsv_app.engine.care.promises import ANSWER_WITHIN_DAYS, Promise
from vsv_app.stores.queries.sql import VALUE, any_of, select, table, update
from vsv_app.stores.store import Store

KIND = "Contested Record"
CONTESTED = table(KIND)
ATTENDANCE = table("Student Attendance")
OPEN, KEPT, CORRECTED, WITHDRAWN = "Open", "Kept", "Corrected", "Withdrawn"
LEARNER, GUARDIAN, MENTOR = "Learner", "Guardian", "Mentor"


class Contested(NamedTuple):
	"""What somebody says of a record."""

	name: str
	student: str
	student_name: str | None
	attendance: str
	day: date
	status: str
	by: str
	capacity: str
	words: str | None
	on: datetime


class Record(NamedTuple):
	"""The attendance record that it is about, as far as an answer needs it."""

	student: str
	student_name: str | None
	day: date
	standing: bool
	reason: str | None
	excused: str | None


def record(store: Store, name: str) -> Record | None:
	a = ATTENDANCE
	query = select(a, a.student, a.student_name, a.date, a.docstatus, a.vsv_reason, a.vsv_excused)
	for student, student_name, day, docstatus, *rest in store.fetch(query.where(a.name == VALUE), [name]):
		return Record(student, student_name, day, docstatus == 1, *rest)
	return None


def add(store: Store, values: Mapping[str, Any]) -> str:
	return store.add_document(KIND, {"status": OPEN, **values})


def get(store: Store, name: str) -> Contested | None:
	rows = store.fetch(_listed().where(CONTESTED.name == VALUE), [name])
	return Contested._make(rows[0]) if rows else None


def open_of(store: Store, attendance: str) -> list[Contested]:
	"""What waits for an answer about one record, oldest first."""
	c = CONTESTED
	query = _listed().where(c.attendance == VALUE).where(c.status == VALUE).orderby(c.contested_on)
	return [Contested._make(row) for row in store.fetch(query, [attendance, OPEN])]


def add_words(store: Store, name: str, words: str, now: datetime) -> None:
	"""The same person says more about it."""
	query = update(CONTESTED, "words", "modified").where(CONTESTED.name == VALUE)
	store.run(query, [words, now, name])


def close(
	store: Store, names: Sequence[str], status: str, answer: str | None, by: str, now: datetime
) -> None:
	fields = ("status", "answer", "answered_by", "answered_on", "modified", "modified_by")
	query = update(CONTESTED, *fields).where(any_of(CONTESTED.name, names))
	store.run(query, [status, answer, by, now, now, by, *names])


def note_seen(store: Store, name: str, now: datetime) -> None:
	store.run(update(CONTESTED, "seen_on", "modified").where(CONTESTED.name == VALUE), [now, now, name])


def without_answer(store: Store, holders: Sequence[str]) -> list[Promise]:
	"""Contested records that wait for an answer, in the hands of these people."""
	return [
		Promise(
			promises.CONTESTED, KIND, one.name, "", one.on.date() + timedelta(days=ANSWER_WITHIN_DAYS),
			held_by=tuple(holders), student=one.student, asked_on=one.on.date(), what=one.words or "",
		)
		for one in map(Contested._make, store.fetch(_listed().where(CONTESTED.status == VALUE), [OPEN]))
	]  # fmt: skip


def answers_to_see(store: Store) -> list[Promise]:
	"""Answers that a mentor who had asked has not seen. Families find theirs under the record."""
	c = CONTESTED
	query = (
		select(c, c.name, c.student, c.contested_by, c.answered_on, c.status, c.answer)
		.where(c.status.isin([VALUE] * 2))
		.where(c.capacity == VALUE)
		.where(c.seen_on.isnull())
	)
	return [
		Promise(
			promises.CONTEST_ANSWERED, KIND, name, "", on.date() + timedelta(days=ANSWER_WITHIN_DAYS),
			held_by=(by,), student=student, asked_on=on.date(), what=answer or status,
		)
		for name, student, by, on, status, answer in store.fetch(query, [KEPT, CORRECTED, MENTOR])
	]  # fmt: skip


def _listed() -> Any:
	c = CONTESTED
	return select(
		c, c.name, c.student, c.student_name, c.attendance, c.school_day, c.status, c.contested_by, c.capacity,
		c.words, c.contested_on,
	)  # fmt: skip
