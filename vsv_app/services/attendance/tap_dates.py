"""The day of each tap of a message, in the order of their numbers, and of those that were held before and are certain by now."""

from collections.abc import Iterable
from datetime import date, datetime, time, timezone
from typing import NamedTuple

from vsv_app.engine.attendance.tap_time import (
	CERTAIN,
	DAY_CERTAIN,
	HELD,
	MAY_BE_AHEAD,
	TapDating,
	Written,
)
from vsv_app.engine.gateways.messages import moment
from vsv_app.services.school import School
from vsv_app.stores.queries.attendance import check_ins
from vsv_app.stores.queries.attendance.check_ins import HeldTap
from vsv_app.stores.store import Store

LAST_SECOND = time(23, 59, 59)


class TapDate(NamedTuple):
	"""When a tap was, as far as it is certain. `day` None: on one of several. Bounds are naive, the school's own."""

	certainty: str
	day: date | None
	not_before: datetime | None = None
	not_after: datetime | None = None


class TapDates:
	"""Dates the taps of one store of a gateway. `certain_until` moves on with them; `now` is aware."""

	def __init__(self, school: School, certain_until: datetime | None, now: datetime) -> None:
		self._dating = TapDating(school.local, certain_until, now)
		self._school, self._now = school, now
		self._certain: tuple[str, str, str] = ("", "", "")
		self._days: dict[str, TapDate] = {}

	def of(
		self, at: str, clock: str, not_before: str | None, not_after: str | None, local_day: str
	) -> TapDate:
		"""When a tap was; `local_day` is the day that its door wrote on it, in the school's own time."""
		offset, newest, limit = self._certain
		# Nearly every tap follows a certain one with the same offset from UTC, and the texts tell.
		if clock != "unsynced" and at.endswith(offset) and offset and newest <= at[:19] < limit:
			self._certain = (offset, at[:19], limit)
			return self._days.get(local_day) or self._remember(local_day)
		return self._look_closely(at, clock, not_before, not_after)

	def finish(self) -> datetime | None:
		"""The latest certain time after all of them."""
		self._catch_up()
		return self._dating.certain_until

	def _look_closely(self, at: str, clock: str, not_before: str | None, not_after: str | None) -> TapDate:
		self._catch_up()
		exact = moment(at)
		assert exact is not None  # noqa: S101 the decoder lets no other through
		dated = self._dating.date(Written(exact, clock, moment(not_before), moment(not_after)))
		if dated.certainty == CERTAIN:
			self._note_certain(at)
			return TapDate(CERTAIN, dated.day)
		return between(dated.first, dated.last)

	def _note_certain(self, at: str) -> None:
		offset = at[-1:] if at.endswith("Z") else at[-6:]
		shift = (
			timezone.utc if offset == "Z" else datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo
		)
		limit = (self._now + MAY_BE_AHEAD).astimezone(shift).isoformat()[:19]
		newest = self._dating.certain_until
		text = newest.astimezone(shift).isoformat()[:19] if newest else at[:19]
		self._certain = (offset, max(text, at[:19]), limit)

	def _catch_up(self) -> None:
		"""Bring what the texts tell back into moments."""
		offset, newest, _limit = self._certain
		if offset and newest:
			at = moment(f"{newest}{offset}")
			known = self._dating.certain_until
			if at and (known is None or at > known):
				self._dating.certain_until = at

	def _remember(self, local_day: str) -> TapDate:
		found = self._days[local_day] = TapDate(CERTAIN, date.fromisoformat(local_day))
		return found


def between(first: date, last: date) -> TapDate:
	"""A tap that was on one of these days, at an hour that nobody knows."""
	bounds = datetime.combine(first, time()), datetime.combine(last, LAST_SECOND)
	if first < last:
		return TapDate(HELD, None, *bounds)
	return TapDate(DAY_CERTAIN, last, datetime.combine(last, time()), bounds[1])


def narrowed(
	store: Store, gateway: str, epoch: str, certain: Iterable[tuple[int, datetime]]
) -> list[HeldTap]:
	"""The taps of a store that were held and whose day is certain by now: they came before a tap of a certain time.

	`certain`: (number, local time) of taps whose time is certain.
	"""
	known = sorted(certain)
	if not known:
		return []
	found = []
	for tap in check_ins.held_of(store, gateway, epoch):
		after = [at for seq, at in known if seq > tap.seq]
		before = [at for seq, at in known if seq < tap.seq]
		first = max([tap.not_before, *before]).date()
		last = min([tap.not_after, *after]).date()
		if first >= last:
			found.append(tap.on(last))
	return found
