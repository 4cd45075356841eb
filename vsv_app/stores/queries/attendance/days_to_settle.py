"""Days and taps that wait for a person, and what a person said of them."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from vsv_app.engine.attendance.day_outcome import HeldDay
from vsv_app.stores.queries.sql import VALUE, any_of, delete, select, table, update
from vsv_app.stores.store import Store

HOLD = table("Attendance Hold")
CHECK_IN = table("Badge Check In")
EXCEPTION = table("Bell Schedule Exception")
SCHEDULE = table("Bell Schedule")
REASON = table("Absence Reason")
OPEN, SETTLED, WITHDRAWN = "Open", "Settled", "Withdrawn"


class Settlement(NamedTuple):
	"""A day that was settled: by which answer."""

	name: str
	student: str
	day: date
	answer: str


class HeldTap(NamedTuple):
	"""A tap of a known badge of which nobody knows the day."""

	name: str
	student: str
	student_name: str | None
	gateway: str
	terminal: str
	written: datetime
	not_before: datetime | None
	not_after: datetime | None


def waiting(store: Store, names: Sequence[str] | None = None) -> list[HeldDay]:
	"""The days that are held: all of them, or some."""
	h = HOLD
	query = select(
		h, h.name, h.student, h.student_name, h.student_group, h.school_day, h.cause, h.explanation_words,
		h.explanation, h.would_be,
	).where(h.status == VALUE)  # fmt: skip
	values: list[Any] = [OPEN]
	if names is not None:
		query = query.where(any_of(h.name, names))
		values += names
	return [
		HeldDay(name, student, label or student, group or "", day, cause, _words(words, told), would_be or "")
		for name, student, label, group, day, cause, words, told, would_be in store.fetch(
			query.orderby(h.school_day).orderby(h.name), values
		)
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


def withdraw(store: Store, names: Sequence[str], user: str, now: datetime) -> None:
	"""The question is answered by something else."""
	query = update(HOLD, "status", "modified", "modified_by").where(any_of(HOLD.name, names))
	store.run(query, [WITHDRAWN, now, user, *names])


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


def not_asked(store: Store) -> list[tuple[str, date, str]]:
	"""(hold, date, who was asked last or "") of the days that are held."""
	query = select(HOLD, HOLD.name, HOLD.school_day, HOLD.asked).where(HOLD.status == VALUE)
	return [(name, day, asked or "") for name, day, asked in store.fetch(query, [OPEN])]


def note_asked(store: Store, names: Sequence[str], whom: str) -> None:
	store.run(update(HOLD, "asked").where(any_of(HOLD.name, names)), [whom, *names])


def held_taps(store: Store, names: Sequence[str] | None = None) -> list[HeldTap]:
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
	return [HeldTap(*row) for row in store.fetch(query.orderby(c.gateway).orderby(c.seq), values)]


def date_taps(store: Store, names: Sequence[str], day: date, user: str, now: datetime) -> None:
	"""A person says on which day taps were; at which hour, nobody knows."""
	fields = ("school_day", "time_certainty", "dated_by", "modified", "modified_by")
	query = update(CHECK_IN, *fields).where(any_of(CHECK_IN.name, names))
	store.run(query, [day, "Day Certain", user, now, user, *names])


def close_school(
	store: Store, schedules: Sequence[str], day: date, reason: str, user: str, now: datetime
) -> None:
	"""An exception in bell schedules: no school on a day."""
	for schedule in schedules:
		last = max(
			(idx for (idx,) in store.fetch(select(EXCEPTION, EXCEPTION.idx).where(EXCEPTION.parent == VALUE), [schedule])),
			default=0,
		)  # fmt: skip
		store.insert_rows(
			"Bell Schedule Exception",
			("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx",
			"parent", "parentfield", "parenttype", "date", "kind", "reason"),
			[(f"{schedule}-{day}"[:140], user, now, now, user, 0, last + 1,
			schedule, "exceptions", "Bell Schedule", day, "Closed", reason)],
		)  # fmt: skip
	_touch(store, schedules, user, now)


def open_school(store: Store, schedules: Sequence[str], day: date, user: str, now: datetime) -> None:
	"""Take such exceptions out again."""
	e = EXCEPTION
	query = delete(e).where(any_of(e.parent, schedules)).where(e.date == VALUE).where(e.kind == VALUE)
	store.run(query, [*schedules, day, "Closed"])
	_touch(store, schedules, user, now)


def closed_schedules(store: Store, day: date) -> list[str]:
	"""The bell schedules that say that there is no school on a day."""
	e = EXCEPTION
	query = select(e, e.parent).where(e.date == VALUE).where(e.kind == VALUE).orderby(e.parent)
	return [parent for (parent,) in store.fetch(query, [day, "Closed"])]


def is_excused(store: Store, reason: str) -> bool | None:
	"""Whether an absence for a reason is excused; None where there is no such reason."""
	rows = store.fetch(select(REASON, REASON.excused).where(REASON.name == VALUE), [reason])
	return bool(rows[0][0]) if rows else None


def reasons(store: Store) -> list[str]:
	"""The reasons that a school gives for an absence."""
	query = select(REASON, REASON.name).where(REASON.enabled == 1).orderby(REASON.name)
	return [name for (name,) in store.fetch(query)]


def _touch(store: Store, schedules: Sequence[str], user: str, now: datetime) -> None:
	"""Whoever has the schedule open in a form does not write over it unseen."""
	query = update(SCHEDULE, "modified", "modified_by").where(any_of(SCHEDULE.name, schedules))
	store.run(query, [now, user, *schedules])


def _words(parts: str | None, told: str | None) -> Any:
	"""The sentence in parts where it was kept so, else as it was written down."""
	try:
		return json.loads(parts or "null") or told or None
	except ValueError:
		return told or None
