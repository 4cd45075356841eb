"""Days and taps that wait for a person, and what a person said of them."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from vsv_app.engine.attendance.day_outcome import HeldDay
from vsv_app.stores.queries.attendance import holds
from vsv_app.stores.queries.attendance.holds import HOLD, OPEN, SETTLED
from vsv_app.stores.queries.sql import VALUE, any_of, select, table, update
from vsv_app.stores.store import Store

CHECK_IN = table("Badge Check In")
REASON = table("Absence Reason")


class Settlement(NamedTuple):
	"""A day that was settled: by which answer."""

	name: str
	student: str
	day: date
	answer: str


class TapToDate(NamedTuple):
	"""A tap of a known badge of which nobody knows the day. Bounds are naive, the school's own."""

	name: str
	student: str
	student_name: str | None
	gateway: str
	terminal: str
	written: datetime
	not_before: datetime
	not_after: datetime


def waiting(store: Store, names: Sequence[str] | None = None) -> list[HeldDay]:
	"""The days that are held: all of them, or some."""
	return [
		HeldDay(
			one.name,
			one.student,
			one.student_name or one.student,
			one.group or "",
			one.day,
			one.cause,
			_words(one.words, one.explanation),
			one.would_be or "",
		)
		for one in holds.listed(store, names)
	]


def waiting_on(store: Store, day: date, students: Sequence[str]) -> list[HeldDay]:
	"""The days of some learners that are held on one date."""
	wanted = set(students)
	return [one for one in waiting(store) if one.day == day and one.student in wanted]


def settle(
	store: Store, names: Sequence[str], answer: str, note: str | None, user: str, now: datetime
) -> None:
	"""Note what a person said, with who and when."""
	fields = ("status", "settled_as", "note", "settled_by", "settled_on", "modified", "modified_by")
	query = update(HOLD, *fields).where(any_of(HOLD.name, names))
	store.run(query, [SETTLED, answer, note, user, now, now, user, *names])


def reopen(store: Store, names: Sequence[str], user: str, now: datetime) -> None:
	"""Nobody has said anything."""
	fields = ("status", "settled_as", "note", "settled_by", "settled_on", "modified", "modified_by")
	query = update(HOLD, *fields).where(any_of(HOLD.name, names))
	store.run(query, [OPEN, None, None, None, None, now, user, *names])


def last_settled(store: Store, user: str) -> list[Settlement]:
	"""What somebody settled last, all of it in one go."""
	h = HOLD
	newest = select(h, h.settled_on).where(h.settled_by == VALUE).where(h.status == VALUE)
	moments = [at for (at,) in store.fetch(newest, [user, SETTLED]) if at]
	if not moments:
		return []
	query = (
		select(h, h.name, h.student, h.school_day, h.settled_as)
		.where(h.settled_by == VALUE)
		.where(h.settled_on == VALUE)
		.where(h.status == VALUE)
		.orderby(h.name)
	)
	return [Settlement(*row) for row in store.fetch(query, [user, max(moments), SETTLED])]


class Answer(NamedTuple):
	"""What a person said of a day that was held."""

	cause: str
	words: Any
	answer: str
	by: str
	on: datetime
	note: str | None


def answer_of(store: Store, student: str, day: date) -> Answer | None:
	"""What a person said of a learner's day, where it was held."""
	h = HOLD
	query = (
		select(
			h, h.cause, h.explanation_words, h.explanation, h.settled_as, h.settled_by, h.settled_on, h.note
		)
		.where(h.student == VALUE)
		.where(h.school_day == VALUE)
		.where(h.status == VALUE)
	)
	for cause, words, told, answer, by, on, note in store.fetch(query, [student, day, SETTLED]):
		return Answer(cause, _words(words, told), answer, by, on, note)
	return None


def not_asked(store: Store) -> list[tuple[str, date, str]]:
	"""(hold, date, who was asked last or "") of the days that are held."""
	query = select(HOLD, HOLD.name, HOLD.school_day, HOLD.asked).where(HOLD.status == VALUE)
	return [(name, day, asked or "") for name, day, asked in store.fetch(query, [OPEN])]


def note_asked(store: Store, names: Sequence[str], whom: str) -> None:
	store.run(update(HOLD, "asked").where(any_of(HOLD.name, names)), [whom, *names])


def held_taps(store: Store, names: Sequence[str] | None = None) -> list[TapToDate]:
	"""Taps of known badges that count on no day until a person says on which."""
	c = CHECK_IN
	query = (
		select(c, c.name, c.student, c.student_name, c.gateway, c.terminal, c.tapped_at, c.not_before, c.not_after)
		.where(c.time_certainty == VALUE)
		.where(c.student != VALUE)
	)  # fmt: skip
	values: list[Any] = ["Held", ""]
	if names is not None:
		query = query.where(any_of(c.name, names))
		values += names
	return [TapToDate(*row) for row in store.fetch(query.orderby(c.gateway).orderby(c.seq), values)]


def is_excused(store: Store, reason: str) -> bool | None:
	"""Whether an absence for a reason is excused; None where there is no such reason."""
	rows = store.fetch(select(REASON, REASON.excused).where(REASON.name == VALUE), [reason])
	return bool(rows[0][0]) if rows else None


def reasons(store: Store) -> list[str]:
	"""The reasons that a school gives for an absence."""
	query = select(REASON, REASON.name).where(REASON.enabled == 1).orderby(REASON.name)
	return [name for (name,) in store.fetch(query)]


def _words(parts: str | None, told: str | None) -> Any:
	"""The sentence in parts where it was kept so, else as it was written down."""
	try:
		return json.loads(parts or "null") or told or None
	except ValueError:
		return told or None
