"""Attendance Hold: days of learners that a person settles."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from vsv_app.engine.sentences import template
from vsv_app.stores.queries.sql import STANDARD_COLUMNS, VALUE, any_of, select, table, update
from vsv_app.stores.store import Store

HOLD = table("Attendance Hold")
OPEN, SETTLED, WITHDRAWN = "Open", "Settled", "Withdrawn"
SAID = (
	"student_name", "student_group", "status", "cause", "would_be", "explanation", "explanation_words", "doors",
	"blind_from", "blind_until",
)  # fmt: skip
"""What the machine says of a day that it holds."""


@dataclass(frozen=True)
class Hold:
	"""A day that is held, and why. `explanation` is a sentence that screens can translate."""

	student: str
	student_name: str | None
	group: str | None
	day: date
	cause: str
	would_be: str
	explanation: str
	doors: str = ""
	blind_from: datetime | None = None
	blind_until: datetime | None = None

	@property
	def name(self) -> str:
		return name_of(self.student, self.day)

	@property
	def said(self) -> tuple[Any, ...]:
		"""The values of `SAID`."""
		words = json.dumps(template(self.explanation))
		return (
			self.student_name, self.group, OPEN, self.cause, self.would_be, str(self.explanation), words,
			self.doors, self.blind_from, self.blind_until,
		)  # fmt: skip


class Known(NamedTuple):
	"""A hold as it stands."""

	name: str
	student: str
	day: date
	status: str
	said: tuple[Any, ...]


class Listed(NamedTuple):
	"""An open hold as a screen lists it."""

	name: str
	student: str
	student_name: str | None
	group: str | None
	day: date
	cause: str
	would_be: str
	explanation: str
	words: str
	doors: str | None
	blind_from: datetime | None
	blind_until: datetime | None


def name_of(student: str, day: date) -> str:
	"""A learner's day has one hold, whatever is said of it."""
	return hashlib.sha256(f"{student}\0{day}".encode()).hexdigest()[:20]


def known(store: Store, day: date, students: Sequence[str] | None = None) -> dict[str, Known]:
	"""The holds of a day by learner, closed ones included."""
	query = select(HOLD, HOLD.name, HOLD.student, HOLD.school_day, *(HOLD[field] for field in SAID)).where(
		HOLD.school_day == VALUE
	)
	values: list[Any] = [day]
	if students is not None:
		query = query.where(any_of(HOLD.student, students))
		values += students
	status = SAID.index("status")
	return {
		row[1]: Known(row[0], row[1], row[2], row[3 + status], tuple(row[3:]))
		for row in store.fetch(query, values)
	}


def hold(store: Store, holds: Sequence[Hold], now: datetime, known: dict[str, Known]) -> int:
	"""Write days down as held; returns how many say something new."""
	user, fresh, changed = store.acting_user, [], 0
	for one in holds:
		before = known.get(one.student)
		if before is None:
			fresh.append((one.name, user, now, now, user, 0, 0, one.student, one.day, *one.said))
		elif tuple(before.said) != one.said:
			query = update(HOLD, *SAID, "settled_as", "settled_by", "settled_on", "modified").where(
				HOLD.name == VALUE
			)
			store.run(query, [*one.said, None, None, None, now, one.name])
			changed += 1
	if fresh:
		columns = (*STANDARD_COLUMNS, "student", "school_day", *SAID)
		store.insert_rows("Attendance Hold", columns, fresh, skip_known=True)
	return len(fresh) + changed


def withdraw(store: Store, names: Sequence[str], now: datetime) -> None:
	"""Facts have arrived that tell, or there was no school: nobody needs to settle these days."""
	for name in names:
		query = update(HOLD, "status", "modified").where(HOLD.name == VALUE).where(HOLD.status == VALUE)
		store.run(query, [WITHDRAWN, now, name, OPEN])


def listed(store: Store, names: Sequence[str] | None = None, status: str = OPEN) -> list[Listed]:
	"""Holds that wait for a person, oldest first; of `names` alone where they are given."""
	h = HOLD
	query = select(
		h, h.name, h.student, h.student_name, h.student_group, h.school_day, h.cause, h.would_be, h.explanation,
		h.explanation_words, h.doors, h.blind_from, h.blind_until,
	).where(h.status == VALUE)  # fmt: skip
	values: list[Any] = [status]
	if names is not None:
		query = query.where(any_of(h.name, names))
		values += names
	return [Listed._make(row) for row in store.fetch(query.orderby(h.school_day, h.student_name), values)]


def days(
	store: Store, first: date, last: date, students: Sequence[str] | None = None
) -> list[tuple[str, date]]:
	"""(learner, day) of the days between two that are held."""
	query = (
		select(HOLD, HOLD.student, HOLD.school_day)
		.where(HOLD.status == VALUE)
		.where(HOLD.school_day >= VALUE)
		.where(HOLD.school_day <= VALUE)
	)
	values: list[Any] = [OPEN, first, last]
	if students is not None:
		query = query.where(any_of(HOLD.student, students))
		values += students
	return [(row[0], row[1]) for row in store.fetch(query, values)]
