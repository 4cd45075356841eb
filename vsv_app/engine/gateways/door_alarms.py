"""Door alarms: who hears of a door that cannot read, while it matters, once; and once when it is over."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

PATIENCE = timedelta(minutes=2)
"""A restart or a bumped cable is over before anybody could look; a fault is told within five minutes."""
AGAIN_AFTER = timedelta(hours=1)
"""A loose cable is one fault, and not one each minute."""
CLOCK = "clock"
"""The fault of a gateway whose clock is not set; its door is ""."""
FLOOD = "flood"
"""The fault of a gateway that sends more than can be read; its door is "*", which is no name of a terminal."""
EVERY_DOOR = "*"
FLOOD_FROM = 300
"""Messages in a minute that were more than its share. What gathered while nobody listened comes once, and not for minutes."""
CALM_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class State:
	"""From when on a door has been in a state; `fault` empty: it reads."""

	fault: str
	since: datetime


@dataclass(frozen=True)
class Told:
	"""What was told of a door last: the fault, when, and whether that it is over has been told too."""

	fault: str
	at: datetime
	over: bool = False


@dataclass(frozen=True)
class Flood:
	"""Since when a gateway sends more than its share, and how many of its messages were let go."""

	since: datetime
	count: int


class Floods:
	"""Which gateways send more than their share, from when on, and since when no longer."""

	def __init__(self) -> None:
		self._minutes: dict[str, tuple[datetime, int]] = {}
		self._begun: dict[str, datetime] = {}
		self._last: dict[str, datetime] = {}
		self._counts: Counter[str] = Counter()

	def note(self, passed_over: Mapping[str, int], now: datetime) -> None:
		"""So many messages of each gateway were let go until `now`."""
		minute = now.replace(second=0, microsecond=0)
		for gateway, count in passed_over.items():
			began, before = self._minutes.get(gateway, (minute, 0))
			self._minutes[gateway] = (minute, count + (before if began == minute else 0))
			if self._minutes[gateway][1] >= FLOOD_FROM:
				self._begun.setdefault(gateway, minute)
				self._last[gateway] = now
			if gateway in self._begun:
				self._counts[gateway] += count
		for gateway, last in list(self._last.items()):
			if now - last >= CALM_AFTER:
				for known in (self._minutes, self._begun, self._last, self._counts):
					known.pop(gateway, None)

	def standing(self, local: Callable[[datetime], datetime]) -> dict[str, Flood]:
		"""By gateway; `local` makes a moment the school's own."""
		return {gateway: Flood(local(at), self._counts[gateway]) for gateway, at in self._begun.items()}


def to_tell(
	states: Mapping[str, State], told: Mapping[str, Told], now: datetime
) -> tuple[list[tuple[str, str]], dict[str, Told]]:
	"""((door, fault, empty where it is over) to tell, what has then been told), by door."""
	news: list[tuple[str, str]] = []
	after = dict(told)
	for door, state in sorted(states.items()):
		last = told.get(door)
		if now - state.since < PATIENCE:
			continue
		if state.fault:
			standing = last is not None and last.fault == state.fault and not last.over
			recent = last is not None and last.fault == state.fault and now - last.at < AGAIN_AFTER
			if not standing and not recent:
				news.append((door, state.fault))
				after[door] = Told(state.fault, now)
		elif last is not None and not last.over:
			news.append((door, ""))
			after[door] = Told(last.fault, last.at, over=True)
	return news, after
