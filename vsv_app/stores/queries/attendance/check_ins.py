"""Check-ins: thousands in at once, and the taps of one day out."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from pypika import Order

from vsv_app.engine.attendance.tap_time import CERTAIN, DAY_CERTAIN, HELD
from vsv_app.stores.queries.sql import STANDARD_COLUMNS, VALUE, any_of, select, table, update
from vsv_app.stores.store import Store

CHECK_IN = table("Badge Check In")
MOST_AT_ONCE = 500
ON_NO_ROLL = ("No Student Group", "Learner Left")
"""Outcomes of taps of learners whom the school knows and does not expect."""

OF_A_DOOR = CHECK_IN.by_hand.isnull()
"""Read by a terminal, and not noted by hand."""

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
	"time_certainty",
	"not_before",
	"not_after",
)


class Tap(NamedTuple):
	"""One check-in as the day derivation wants it; `at` is naive, in the school's time zone."""

	student: str
	at: datetime
	direction: str
	clock: str
	terminal: str
	name: str
	gateway: str
	sent_as: str | None
	certainty: str | None
	by_hand: str | None = None


class HeldTap(NamedTuple):
	"""A check-in of which nobody knows on which of several days it was; bounds are naive, the school's own."""

	name: str
	seq: int
	badge: str
	student: str | None
	not_before: datetime
	not_after: datetime

	def on(self, day: date) -> "HeldTap":
		"""The same, of this day."""
		start = datetime.combine(day, time())
		return self._replace(not_before=start, not_after=start + timedelta(hours=23, minutes=59, seconds=59))


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
			CHECK_IN.gateway,
			CHECK_IN.sent_as,
			CHECK_IN.time_certainty,
			CHECK_IN.by_hand,
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


def of_badge(
	store: Store, digest: str
) -> list[tuple[str, datetime, date | None, str | None, str, str | None]]:
	"""(name, tapped at, day, learner, outcome, certainty) of the check-ins of a badge."""
	c = CHECK_IN
	query = select(c, c.name, c.tapped_at, c.school_day, c.student, c.outcome, c.time_certainty)
	return [tuple(row) for row in store.fetch(query.where(c.badge_digest == VALUE), [digest])]


def tapped_of(store: Store, digests: Sequence[str]) -> list[str]:
	"""Those of some badges that were ever held to a door."""
	found: list[str] = []
	for start in range(0, len(digests), MOST_AT_ONCE):
		some = digests[start : start + MOST_AT_ONCE]
		query = select(CHECK_IN, CHECK_IN.badge_digest).where(any_of(CHECK_IN.badge_digest, some)).distinct()
		found += [row[0] for row in store.fetch(query, some)]
	return found


def held_of(store: Store, gateway: str, epoch: str) -> list[HeldTap]:
	"""The taps of one store of a gateway of which nobody knows the day."""
	query = _held().where(CHECK_IN.gateway == VALUE).where(CHECK_IN.epoch == VALUE)
	return [HeldTap._make(row) for row in store.fetch(query, [HELD, gateway, epoch])]


def held(store: Store) -> list[HeldTap]:
	"""All taps of which nobody knows the day, oldest first."""
	return [HeldTap._make(row) for row in store.fetch(_held().orderby(CHECK_IN.not_before), [HELD])]


def _held() -> Any:
	c = CHECK_IN
	query = select(c, c.name, c.seq, c.badge_digest, c.student, c.not_before, c.not_after)
	return query.where(c.time_certainty == VALUE)


def certain_before(store: Store, gateway: str, epoch: str, seq: int) -> str | None:
	"""The time, as sent, of the last tap of a store below a number whose time is certain."""
	query = (
		select(CHECK_IN, CHECK_IN.sent_as)
		.where(CHECK_IN.name >= VALUE)
		.where(CHECK_IN.name < VALUE)
		.where(CHECK_IN.time_certainty == VALUE)
		.orderby(CHECK_IN.name, order=Order.desc)
		.limit(1)
	)
	prefix = f"{gateway}-{epoch}-"
	rows = store.fetch(query, [f"{prefix}{0:010}", f"{prefix}{seq:010}", CERTAIN])
	return rows[0][0] if rows else None


def give_day(
	store: Store,
	tap: HeldTap,
	judged: tuple[str | None, str | None, str | None, str],
	now: datetime,
	by: str | None = None,
) -> None:
	"""Date a tap that was held: on the day of its bounds, as the tap of whoever carried the badge then."""
	query = update(
		CHECK_IN, "school_day", "time_certainty", "not_before", "not_after", "dated_by", "student_badge",
		"student", "student_name", "outcome", "modified",
	).where(CHECK_IN.name == VALUE)  # fmt: skip
	day = tap.not_after.date()
	store.run(query, [day, DAY_CERTAIN, tap.not_before, tap.not_after, by, *judged, now, tap.name])


def days_received(store: Store, since: datetime) -> set[date]:
	"""The school days of check-ins that came in, or were judged anew, since a moment."""
	query = select(CHECK_IN, CHECK_IN.school_day).where(CHECK_IN.modified >= VALUE).distinct()
	return {row[0] for row in store.fetch(query, [since]) if row[0]}


def first_day(store: Store) -> date | None:
	"""The first day of which a check-in of a door is kept."""
	query = select(CHECK_IN, CHECK_IN.school_day).where(CHECK_IN.school_day.isnotnull()).where(OF_A_DOOR)
	rows = store.fetch(query.orderby(CHECK_IN.school_day).limit(1))
	return rows[0][0] if rows else None


def seen_at(store: Store, days: Sequence[date]) -> list[tuple[date, str, str, str]]:
	"""(day, learner, gateway, terminal), each once, of the recognised taps of some days; what was noted by hand has no door."""
	c = CHECK_IN
	query = (
		select(c, c.school_day, c.student, c.gateway, c.terminal)
		.distinct()
		.where(any_of(c.school_day, days))
		.where(c.outcome == VALUE)
	)
	return [tuple(row) for row in store.fetch(query, [*days, "Recognised"])]


def doors_used(store: Store, days: Sequence[date], students: Sequence[str]) -> list[tuple[str, str, str]]:
	"""(learner, gateway, terminal), each once, of the recognised taps of some learners on some days."""
	c = CHECK_IN
	query = (
		select(c, c.student, c.gateway, c.terminal)
		.distinct()
		.where(any_of(c.school_day, days))
		.where(any_of(c.student, students))
		.where(c.outcome == VALUE)
		.where(OF_A_DOOR)
	)
	return [tuple(row) for row in store.fetch(query, [*days, *students, "Recognised"])]


def not_expected(
	store: Store, since: date, outcomes: Sequence[str]
) -> list[tuple[str, str, datetime, date, str, str | None]]:
	"""(name, badge, tapped at, day, outcome, certainty) of the check-ins from a day on that had one of these outcomes."""
	c = CHECK_IN
	query = (
		select(c, c.name, c.badge_digest, c.tapped_at, c.school_day, c.outcome, c.time_certainty)
		.where(any_of(c.outcome, outcomes))
		.where(c.school_day >= VALUE)
		.orderby(c.school_day)
	)
	return [tuple(row) for row in store.fetch(query, [*outcomes, since])]


def on_no_roll(store: Store, since: date) -> int:
	"""How many learners came in from a day on who have left, or are in no group."""
	c = CHECK_IN
	query = (
		select(c, c.student)
		.distinct()
		.where(c.school_day >= VALUE)
		.where(any_of(c.outcome, ON_NO_ROLL))
		.where(c.student != VALUE)
	)
	return len(store.fetch(query, [since, *ON_NO_ROLL, ""]))


def assign(
	store: Store, name: str, judged: tuple[str | None, str | None, str | None, str], now: datetime
) -> None:
	"""Give a check-in the (badge, learner, name, outcome) that are known by now."""
	query = update(CHECK_IN, "student_badge", "student", "student_name", "outcome", "modified").where(
		CHECK_IN.name == VALUE
	)
	store.run(query, [*judged, now, name])
