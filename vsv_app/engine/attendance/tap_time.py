"""Tap time: on which day a tap was, by what is certain of its time. The time that a door wrote on it is evidence, not a fact.

Certain      the door's clock was right, as far as the door and the app can tell
Day Certain  it was on that day, at an hour that nobody knows
Held         it may have been on another day: it counts on none until a person says so
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

CERTAIN, DAY_CERTAIN, HELD = "Certain", "Day Certain", "Held"
CERTAINTIES = (CERTAIN, DAY_CERTAIN, HELD)
MAY_BE_AHEAD = timedelta(minutes=5)
"""A clock that is further ahead of the app's is wrong. A message that took long is late, never early."""
MAY_BE_BEHIND = timedelta(minutes=5)
"""Terminals of one gateway read side by side: a tap may be dated a little before the one that was stored before it."""


LONGEST_HELD = timedelta(days=400)
"""No gateway holds a tap for longer, which is also how long check-ins are kept. Who says that one is older has no clock."""
FAR_AHEAD = timedelta(days=2)
"""Where a clock that is said to be right is told to a person: further ahead than any zone or hand makes it."""


@dataclass(frozen=True)
class Written:
	"""A tap as its door wrote it; all aware. `not_before` and `not_after`: what the door is certain of."""

	at: datetime
	clock: str
	not_before: datetime | None = None
	not_after: datetime | None = None


@dataclass(frozen=True)
class Dated:
	"""How certain a tap's time is, and between which local days it was; one day where it is certain."""

	certainty: str
	first: date
	last: date

	@property
	def day(self) -> date | None:
		return None if self.certainty == HELD else self.first


class TapDating:
	"""Dates the taps of one store of a gateway in the order of their numbers.

	`certain_until`: the latest time of which the app is certain for what came before; `local` makes a moment the school's.
	"""

	def __init__(
		self, local: Callable[[datetime], datetime], certain_until: datetime | None, now: datetime
	) -> None:
		self._local, self.certain_until, self._now = local, certain_until, now

	def date(self, tap: Written) -> Dated:
		"""A door whose clock is right is believed; else the tap lies between what is certain before it and after it."""
		is_ahead = tap.at - self._now > MAY_BE_AHEAD
		is_behind = self.certain_until is not None and self.certain_until - tap.at > MAY_BE_BEHIND
		oldest = self._now - LONGEST_HELD
		if tap.clock != "unsynced" and not is_ahead and not is_behind and tap.at >= oldest:
			if self.certain_until is None or tap.at > self.certain_until:
				self.certain_until = tap.at
			day = self._local(tap.at).date()
			return Dated(CERTAIN, day, day)
		earliest = [bound for bound in (tap.not_before, self.certain_until) if bound and bound <= self._now]
		latest = [bound for bound in (tap.not_after, self._now) if bound and bound >= oldest]
		last = self._local(min(latest)).date()
		if not earliest:
			written = oldest if is_out_of_time(tap.at, self._now) else tap.at
			return Dated(HELD, min(last, self._local(written).date()), last)
		first = self._local(max(oldest, *earliest)).date()
		if first >= last:
			return Dated(DAY_CERTAIN, last, last)
		return Dated(HELD, first, last)


def is_out_of_time(at: datetime, now: datetime) -> bool:
	"""Whether a clock that writes this is so wrong that a person has to hear of it."""
	return not now - LONGEST_HELD <= at <= now + FAR_AHEAD


def possible_days(first: date, last: date, school_days: Iterable[date]) -> list[date]:
	"""The days on which a tap may have been: school days where there are any between what is certain."""
	between = [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]
	with_school = set(school_days)
	return [day for day in between if day in with_school] or between
