"""Today's morning, played live: who comes to which terminal when, and what the database must hold afterwards."""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from vsv_app.embedded.records import ZONE
from vsv_app.embedded.school import MadeUpSchool
from vsv_app.embedded.terminals import PtyTerminal

STRANGER = "7A00C0FFEE"
"""A card that nobody in the school carries."""
SECOND_TAP = timedelta(seconds=3)
DAMAGED = b"\x024F0011223300\x03"
"""A frame whose check value is wrong: counted by the gateway, and no check-in."""
NOTICED_WITHIN_S = 60.0
"""A busy machine may need longer to see that a cable is out than a fast morning leaves it out."""
ONE_CARD_AT_A_TIME_S = 0.03
"""A reader sees one card at a time; two at once would be a collision, not a queue."""


@dataclass(frozen=True)
class Tap:
	"""A card held to a terminal. `counts`: whether it is a check-in, or one that the door already has."""

	at: datetime
	terminal: int
	card: str
	counts: bool = True


@dataclass(frozen=True)
class Blind:
	"""A terminal whose cable is out from one moment to another, both naive, and until `is_noticed` by the school."""

	terminal: int
	begins: datetime
	ends: datetime
	is_noticed: Callable[[], bool] = lambda: True


@dataclass
class Sent:
	"""What was held to the terminals: check-ins expected by card, and what must not become one.

	`unseen`: cards that were held to a terminal without its cable.
	"""

	expected: Counter[str] = field(default_factory=Counter)
	repeated: int = 0
	damaged: int = 0
	unseen: list[str] = field(default_factory=list)

	@property
	def reads(self) -> int:
		return self.expected.total()


def plan(school: MadeUpSchool, *, until: datetime, blind: Blind | None = None) -> list[Tap]:
	"""Everybody's arrival up to `until` (naive), in order, at the own door; each tenth learner holds the card twice.

	Who finds a terminal that was blind until then goes to the one beside it.
	"""
	chance = random.Random(f"{school.seed}/morning")  # noqa: S311 a model, not a secret
	taps = []
	for one in school.day(school.today):
		if one.arrives is None or one.arrives >= until:
			continue
		terminal = one.learner.door
		if blind and terminal == blind.terminal and one.arrives >= blind.ends - SECOND_TAP:
			terminal = 0
		taps.append(Tap(one.arrives, terminal, one.learner.card))
		if chance.random() < 0.1:
			taps.append(Tap(one.arrives + SECOND_TAP, terminal, one.learner.card, counts=False))
	first = min(tap.at for tap in taps)
	taps.append(Tap(first + timedelta(minutes=5), 0, STRANGER))
	return sorted(taps, key=lambda tap: tap.at)


def play(
	taps: Sequence[Tap],
	terminals: Sequence[PtyTerminal],
	now: Callable[[], datetime],
	*,
	each: Callable[[], None],
	check: Callable[[], None],
	blind: Blind | None = None,
) -> Sent:
	"""Hold each card to its terminal when its time has come by `now`; `check` raises when the path has broken."""
	sent = Sent()
	switches = _switches(terminals, blind, check)
	free_at = [0.0] * len(terminals)
	terminals[0].noise(DAMAGED)
	sent.damaged += 1
	for tap in taps:
		while switches and switches[0][0] <= tap.at:
			moment, switch = switches.pop(0)
			_wait_until(moment.replace(tzinfo=ZoneInfo(ZONE)), now, check)
			switch()
		_wait_until(tap.at.replace(tzinfo=ZoneInfo(ZONE)), now, check)
		time.sleep(max(0.0, free_at[tap.terminal] - time.monotonic()))
		terminals[tap.terminal].hold(tap.card)
		free_at[tap.terminal] = time.monotonic() + ONE_CARD_AT_A_TIME_S
		if not terminals[tap.terminal].plugged_in:
			sent.unseen += [tap.card] if tap.counts else []
		elif tap.counts:
			sent.expected[tap.card] += 1
		else:
			sent.repeated += 1
		each()
	for _moment, switch in switches:
		switch()
	return sent


def _switches(
	terminals: Sequence[PtyTerminal], blind: Blind | None, check: Callable[[], None]
) -> list[tuple[datetime, Callable[[], None]]]:
	if blind is None:
		return []
	terminal, is_noticed = terminals[blind.terminal], blind.is_noticed

	def plug_in() -> None:
		wait(is_noticed, NOTICED_WITHIN_S, check)
		terminal.plug_in()

	return [(blind.begins, terminal.pull_out), (blind.ends, plug_in)]


def wait(until: Callable[[], bool], within_s: float, check: Callable[[], None]) -> None:
	"""Until something is so, and no longer than so many seconds; `check` raises when the path has broken."""
	deadline = time.monotonic() + within_s
	while not until() and time.monotonic() < deadline:
		check()
		time.sleep(0.2)


def _wait_until(moment: datetime, now: Callable[[], datetime], check: Callable[[], None]) -> None:
	while now() < moment:
		check()
		time.sleep(0.01)
