"""Door alarms: who hears of a door that cannot read, while it matters, once; and once when it is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

PATIENCE = timedelta(minutes=2)
"""A restart or a bumped cable is over before anybody could look; a fault is told within five minutes."""
AGAIN_AFTER = timedelta(hours=1)
"""A loose cable is one fault, and not one each minute."""
CLOCK = "clock"
"""The fault of a gateway whose clock is not set; its door is ""."""


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
