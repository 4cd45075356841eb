"""Check-ins: thousands in at once, and the taps of one day out."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from pypika import Order

from vsv_app.stores.queries.sql import STANDARD_COLUMNS, VALUE, any_of, select, table, update
from vsv_app.stores.store import Store

CHECK_IN = table("Badge Check In")

COLUMNS = (
	*STANDARD_COLUMNS,
	"gateway",
	"terminal",
	"epoch",
	"seq",
	"badge_digest",
	"student_badge",
	"student",
	"student_name",
	"tapped_at",
	"school_day",
	"sent_as",
	"clock",
	"direction",
	"outcome",
	"received_at",
)


class Tap(NamedTuple):
	"""One check-in as the day derivation wants it; `at` is naive, in the school's time zone."""

	student: str
	at: datetime
	direction: str
	clock: str
	terminal: str
	name: str


class Sent(NamedTuple):
	"""A check-in as its gateway sent it; `at` is RFC 3339."""

	badge: str
	terminal: str
	at: str
	clock: str


def add(store: Store, rows: Sequence[Sequence[Any]]) -> None:
	"""Insert rows in the order of `COLUMNS`; a check-in that is known already changes nothing."""
	store.insert_rows("Badge Check In", COLUMNS, rows, skip_known=True)


def known(store: Store, names: Sequence[str]) -> dict[str, Sent]:
	"""Of those check-ins that are stored already, by name, what their gateway sent."""
	c = CHECK_IN
	query = select(c, c.name, c.badge_digest, c.terminal, c.sent_as, c.clock).where(any_of(c.name, names))
	return {row[0]: Sent(*row[1:]) for row in store.fetch(query, names)}


def digests(store: Store, day: date) -> list[str]:
	"""The badge of each check-in of a day, recognised or not."""
	query = select(CHECK_IN, CHECK_IN.badge_digest).where(CHECK_IN.school_day == VALUE)
	return [row[0] for row in store.fetch(query, [day])]


def last_received(store: Store) -> datetime | None:
	"""When the newest check-in came in."""
	query = select(CHECK_IN, CHECK_IN.received_at).orderby(CHECK_IN.modified, order=Order.desc).limit(1)
	rows = store.fetch(query)
	return rows[0][0] if rows else None


def taps(store: Store, day: date, students: Sequence[str] | None = None) -> list[Tap]:
	"""The recognised taps of a day, by learner and time."""
	query = (
		select(
			CHECK_IN,
			CHECK_IN.student,
			CHECK_IN.tapped_at,
			CHECK_IN.direction,
			CHECK_IN.clock,
			CHECK_IN.terminal,
			CHECK_IN.name,
		)
		.where(CHECK_IN.school_day == VALUE)
		.where(CHECK_IN.outcome == VALUE)
	)
	values: list[Any] = [day, "Recognised"]
	if students is not None:
		query = query.where(any_of(CHECK_IN.student, students))
		values += students
	query = query.orderby(CHECK_IN.student, CHECK_IN.tapped_at, CHECK_IN.name)
	return [Tap(*row) for row in store.fetch(query, values)]


def unrecognised(store: Store, digest: str) -> list[tuple[str, datetime]]:
	"""(name, tapped at) of earlier check-ins of a badge that counted for nobody."""
	query = (
		select(CHECK_IN, CHECK_IN.name, CHECK_IN.tapped_at)
		.where(CHECK_IN.badge_digest == VALUE)
		.where(CHECK_IN.outcome != VALUE)
	)
	return [(row[0], row[1]) for row in store.fetch(query, [digest, "Recognised"])]


def not_expected(store: Store, since: date, outcomes: Sequence[str]) -> list[tuple[str, date, str]]:
	"""(badge, day, outcome), each once, of the check-ins from a day on that had one of these outcomes."""
	query = (
		select(CHECK_IN, CHECK_IN.badge_digest, CHECK_IN.school_day, CHECK_IN.outcome)
		.distinct()
		.where(CHECK_IN.school_day >= VALUE)
		.where(any_of(CHECK_IN.outcome, outcomes))
		.orderby(CHECK_IN.school_day)
	)
	return [tuple(row) for row in store.fetch(query, [since, *outcomes])]


def assign(
	store: Store, name: str, *, badge: str | None, student: str | None, student_name: str | None, outcome: str
) -> None:
	"""Give a check-in the learner and the outcome that are known by now."""
	query = update(CHECK_IN, "student_badge", "student", "student_name", "outcome").where(
		CHECK_IN.name == VALUE
	)
	store.run(query, [badge, student, student_name, outcome, name])


def judge(store: Store, digest: str, day: date, was: str, outcome: str) -> None:
	"""Give the check-ins of a badge on a day the outcome that is right by now."""
	query = (
		update(CHECK_IN, "outcome")
		.where(CHECK_IN.badge_digest == VALUE)
		.where(CHECK_IN.school_day == VALUE)
		.where(CHECK_IN.outcome == VALUE)
	)
	store.run(query, [outcome, digest, day, was])
