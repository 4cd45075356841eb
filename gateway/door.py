"""The decision at the door: a badge was read, what is stored and what does the learner hear."""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gateway.clock import Clock
from gateway.doubletap import DoubleTaps
from gateway.messages import MAX_ALSO, badge_digest
from gateway.outbox import Outbox, OutboxError, Stored, Tap
from gateway.roster import Roster

log = logging.getLogger("vsv_gateway.door")

RECORDED = "recorded"
RECORDED_OFFLINE = "recorded-offline"
ALREADY = "already"
UNKNOWN = "unknown"
BLOCKED = "blocked"
CLOCK_UNSURE = "clock-unsure"
TRY_AGAIN = "try-again"
OUT_OF_SERVICE = "out-of-service"
"""What a learner can be told; the names are those of gateway.readers.SIGNALS."""


@dataclass(frozen=True)
class Doorway:
	"""What the door needs to know of a terminal."""

	terminal: str
	direction: str
	double_tap_s: float


@dataclass(frozen=True)
class Answer:
	"""What the learner is told, and where the check-in is stored if it is."""

	signal: str
	stored: Stored | None = None


@dataclass
class Tally:
	"""Counted since the start, for the health message."""

	refused: int = 0
	suppressed: int = 0
	lock: threading.Lock = field(default_factory=threading.Lock, repr=False)


class Enrolment:
	"""At most one terminal at a time hands the next cards to the administrator instead of the outbox."""

	def __init__(
		self,
		report: Callable[[str, str, str, tuple[str, ...]], None],
		monotonic: Callable[[], float] = time.monotonic,
	) -> None:
		self._report, self._monotonic = report, monotonic
		self._mode: tuple[str, str, float] | None = None

	def begin(self, terminal: str, command: str, seconds: float) -> None:
		self._mode = (terminal, command, self._monotonic() + seconds)

	def stop(self) -> None:
		self._mode = None

	def takes(self, terminal: str, badge: str, also: Callable[[], tuple[str, ...]] = tuple) -> bool:
		"""Whether this read was for enrolment; it is then reported and is no check-in.

		`also` gives the badges as which other kinds of readers would read it.
		"""
		mode = self._mode
		if mode is None or mode[0] != terminal or self._monotonic() >= mode[2]:
			return False
		self._report(terminal, badge, mode[1], also())
		return True


class Door:
	"""Shared by all terminals. `changed` is called after a check-in is stored."""

	def __init__(
		self,
		*,
		outbox: Outbox,
		clock: Clock,
		roster: Roster,
		double_taps: DoubleTaps,
		badge_key: bytes,
		enrolment: Enrolment,
		changed: Callable[[], None],
		online: Callable[[], bool],
	) -> None:
		self._outbox, self._clock, self._roster = outbox, clock, roster
		self._double_taps, self._badge_key, self._enrolment = double_taps, badge_key, enrolment
		self._changed, self._online = changed, online
		self.tally = Tally()

	def decide(
		self, doorway: Doorway, card: str, other_forms: Callable[[], tuple[str, ...]] = tuple
	) -> Answer:
		"""Store the read if it counts; when this returns a signal that means stored, it is durable.

		`other_forms` gives the numbers under which other kinds of readers would read this card; asked at enrolment alone.
		"""
		badge = badge_digest(self._badge_key, card)
		if self._enrolment.takes(doorway.terminal, badge, lambda: self._also(badge, other_forms())):
			return Answer(RECORDED)
		boottime_ns, quality = self._clock.boottime_ns(), self._clock.quality()
		if self._double_taps.is_double(badge, doorway.direction, boottime_ns, doorway.double_tap_s):
			with self.tally.lock:
				self.tally.suppressed += 1
			return Answer(ALREADY)
		tap = Tap(
			terminal=doorway.terminal,
			badge=badge,
			at=self._clock.now(),
			clock=quality,
			direction=doorway.direction,
			boot_id=self._clock.boot_id,
			boottime_ns=boottime_ns,
		)
		try:
			stored = self._outbox.append(tap)
		except OutboxError as error:
			with self.tally.lock:
				self.tally.refused += 1
			log.error("%s: %s", doorway.terminal, error.detail)
			return Answer(OUT_OF_SERVICE)
		self._double_taps.count(badge, doorway.direction, boottime_ns)
		self._changed()
		return Answer(self._signal(badge, quality), stored)

	def _also(self, badge: str, forms: tuple[str, ...]) -> tuple[str, ...]:
		digests = dict.fromkeys(badge_digest(self._badge_key, form) for form in forms)
		return tuple(digest for digest in digests if digest != badge)[:MAX_ALSO]

	def _signal(self, badge: str, quality: str) -> str:
		standing = self._roster.standing(badge)
		if standing in (UNKNOWN, BLOCKED):
			return str(standing)
		if quality == "unsynced":
			return CLOCK_UNSURE
		return RECORDED if self._online() else RECORDED_OFFLINE


class FeedbackLog:
	"""A line of JSON for each signal given, for a machine to compare with the database. Holds no card and no name."""

	def __init__(self, path: Path) -> None:
		self._file = path.open("a", buffering=1, encoding="utf-8")
		self._lock = threading.Lock()

	def note(self, terminal: str, answer: Answer) -> None:
		"""Written with one system call, so that a killed process leaves whole lines."""
		line: dict[str, object] = {"terminal": terminal, "signal": answer.signal}
		if answer.stored is not None:
			line |= {"epoch": answer.stored.epoch, "seq": answer.stored.seq}
		with self._lock:
			self._file.write(json.dumps(line) + "\n")

	def close(self) -> None:
		self._file.close()
