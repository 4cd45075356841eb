"""What each terminal could see, told durably: from when to when it read, and why not.

An absence that is told from silence needs a door that was looking. So each change of a terminal's state is stored in the
outbox, among the check-ins and with a number as they have. A change is told once it has held for HOLD_S and is dated from
its true beginning; a contact that flaps is told as one blind time. Where the program or the machine ended without a word,
`off` is told at the next start, from the last moment at which the gateway is known to have run: a note of that is made
every ALIVE_EVERY_S, and each event that is stored is one too.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol

from gateway.clock import Clock
from gateway.outbox import Outbox, OutboxError, StateChange
from gateway.outbox_dates import LastAlive

log = logging.getLogger("vsv_gateway.watch")

READING, CLOSED, SILENT, NOISY, FULL, OFF = "reading", "closed", "silent", "noisy", "full", "off"
LOOK_EVERY_S = 1.0
ALIVE_EVERY_S = 60.0
SECOND_NS = 10**9
HOLD_NS = 5 * SECOND_NS
HOUR_NS = 3600 * SECOND_NS
MOST_AN_HOUR = 12
"""Told in an hour by one terminal before it counts as flapping; it then has to read for STEADY_NS before it is believed."""
STEADY_NS = 300 * SECOND_NS


class Seen(Protocol):
	"""A gateway.terminal.Terminal, as far as it is looked at."""

	name: str

	@property
	def state(self) -> str: ...


class Sight:
	"""What is told of one terminal. Times are nanoseconds of the boot clock; `told` is None for what was never told."""

	def __init__(self, told: str | None) -> None:
		self.told = told
		self._seen: str | None = None
		self._seen_since = 0
		self._blind: tuple[str, int] | None = None
		self._lately: deque[int] = deque()

	def look(self, state: str, now_ns: int, since_ns: int | None = None) -> tuple[str, int] | None:
		"""The state to tell and since when, or None: as told, or not yet certain. `since_ns` where it is known."""
		if state != self._seen:
			self._seen, self._seen_since = state, now_ns if since_ns is None else since_ns
		held = now_ns - self._seen_since
		if state != READING:
			self._blind = (state, self._blind[1] if self._blind else self._seen_since)
		elif held >= (STEADY_NS if self._is_flapping(now_ns) else HOLD_NS):
			self._blind = None
			return None if self.told == READING else (READING, self._seen_since)
		if self._blind is None:
			return None
		if self.told in (READING, OFF, None):
			return self._blind if self._is_certain(state, now_ns) else None
		if state in (READING, self.told):
			return None
		return (state, self._seen_since) if state == FULL or self._may_change(held, now_ns) else None

	def tell(self, state: str, now_ns: int) -> None:
		"""It is stored."""
		self.told = state
		self._lately.append(now_ns)

	@property
	def untold_since(self) -> int | None:
		"""From when on what is told may not be true any more."""
		return self._blind[1] if self._blind is not None and self.told == READING else None

	def _is_certain(self, state: str, now_ns: int) -> bool:
		"""Whether a blind time is one, and no moment of a bad contact. A read that was refused is certain at once."""
		kind, since = self._blind or (FULL, now_ns)
		if kind == FULL:
			return True
		# Interrupted again and again by moments of reading it is one as well
		return now_ns - since >= (2 * HOLD_NS if state == READING else HOLD_NS)

	def _may_change(self, held_ns: int, now_ns: int) -> bool:
		return held_ns >= HOLD_NS and not self._is_flapping(now_ns)

	def _is_flapping(self, now_ns: int) -> bool:
		while self._lately and now_ns - self._lately[0] >= HOUR_NS:
			self._lately.popleft()
		return len(self._lately) >= MOST_AN_HOUR


class Watch:
	"""Looks at the terminals from `start` until `stop`. `changed` is called after something was stored."""

	def __init__(
		self, *, outbox: Outbox, clock: Clock, terminals: Sequence[Seen], changed: Callable[[], None]
	) -> None:
		self._outbox, self._clock, self._terminals, self._changed = outbox, clock, terminals, changed
		self._sights: dict[str, Sight] = {each.name: Sight(None) for each in terminals}
		self._ended: list[StateChange] = []
		self._refusals = outbox.refusals
		self._refusing_since: int | None = None
		self._failed = False
		self._noted_ns = 0
		self._stopping = threading.Event()
		self._lock = threading.Lock()
		self.alive_at = time.monotonic()
		self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

	def start(self) -> None:
		"""Tell what ended without a word, and look on from here."""
		try:
			self._wake()
		except OutboxError as error:
			log.error("what was before cannot be told: %s", error.detail)
		self.alive_at = time.monotonic()
		self._thread.start()

	def stop(self) -> None:
		"""From now on nobody looks."""
		self._stopping.set()
		if self._thread.is_alive():
			self._thread.join(2 * LOOK_EVERY_S)
		now_ns = self._clock.boottime_ns()
		with self._lock:
			told = [name for name, sight in self._sights.items() if sight.told not in (OFF, None)]
			self._tell([(name, OFF, now_ns) for name in told], now_ns)

	def is_alive(self) -> bool:
		return self._thread.is_alive()

	def state(self, terminal: Seen) -> str:
		"""What a terminal sees now; `full` while the store refuses its reads."""
		return FULL if self._refusing_since is not None else terminal.state

	def look(self) -> None:
		"""Once a second."""
		now_ns = self._clock.boottime_ns()
		with self._lock:
			self._judge_store(now_ns)
			found = []
			for terminal in self._terminals:
				change = self._sights[terminal.name].look(self.state(terminal), now_ns, self._refusing_since)
				if change is not None:
					found.append((terminal.name, *change))
			self._tell(found, now_ns)
			self._note_alive(now_ns)

	def _run(self) -> None:
		while not self._stopping.wait(LOOK_EVERY_S):
			self.alive_at = time.monotonic()
			try:
				self.look()
			except Exception:
				# A door opens without it; what was not told is told when it works again
				log.exception("unexpected; looking on")

	def _wake(self) -> None:
		last = self._outbox.last_alive()
		states = self._outbox.terminal_states()
		for name, sight in self._sights.items():
			sight.told = states.get(name)
		self._ended = [self._off(name, last) for name, state in states.items() if state != OFF]
		try:
			self._tell([], self._clock.boottime_ns())
		finally:
			self._outbox.enter_boot(self._clock.boot_id)
		if last is not None and last.boot_id == self._clock.boot_id and last.knew_the_time:
			self._clock.was_set()

	def _off(self, terminal: str, last: LastAlive | None) -> StateChange:
		if last is None or last.boot_id == self._clock.boot_id:
			return self._change(terminal, OFF, last.boottime_ns if last else self._clock.boottime_ns())
		return StateChange(terminal, OFF, last.at, last.clock, last.boot_id, last.boottime_ns)

	def _change(self, terminal: str, state: str, since_ns: int) -> StateChange:
		clock = self._clock
		at = clock.now() - timedelta(microseconds=(clock.boottime_ns() - since_ns) / 1000)
		return StateChange(terminal, state, at, clock.quality(), clock.boot_id, since_ns)

	def _judge_store(self, now_ns: int) -> None:
		refusals = self._outbox.refusals
		since = self._outbox.refusing_since_ns
		if since is None and (refusals != self._refusals or self._failed):
			since = self._refusing_since if self._refusing_since is not None else now_ns
		self._refusals, self._refusing_since = refusals, since

	def _tell(self, found: list[tuple[str, str, int]], now_ns: int) -> None:
		changes = [*self._ended, *(self._change(*each) for each in found)]
		if not changes:
			return
		try:
			self._outbox.append_together(changes)
		except OutboxError as error:
			if not self._failed:
				log.error("what the doors see cannot be stored, and is told when it can: %s", error.detail)
			self._failed = True
			return
		self._failed, self._ended = False, []
		for change in changes:
			log.info(
				"%s: %s since %s", change.terminal, change.state, change.at.isoformat(timespec="seconds")
			)
			if change.terminal in self._sights:
				self._sights[change.terminal].tell(change.state, now_ns)
		self._changed()

	def _note_alive(self, now_ns: int) -> None:
		"""Up to what moment all is told. Where a check-in was stored lately, that says it too, and spares the card."""
		if now_ns - max(self._noted_ns, self._outbox.last_stored_ns) < ALIVE_EVERY_S * SECOND_NS:
			return
		untold = [since for sight in self._sights.values() if (since := sight.untold_since) is not None]
		until_ns = min([now_ns, *untold])
		if self._failed or until_ns <= self._noted_ns:
			return
		at = self._clock.now() - timedelta(microseconds=(now_ns - until_ns) / 1000)
		try:
			self._outbox.note_alive(at, self._clock.quality(), self._clock.boot_id, until_ns)
		except OutboxError as error:
			log.warning("it cannot be noted that the gateway runs: %s", error.detail)
		self._noted_ns = now_ns
