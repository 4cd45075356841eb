"""One badge terminal: opens its port, reads it, hands each badge to the door and gives the answer back.

A thread per port. Whatever the cable does (pulled, put back, wrong speed, nonsense), the thread goes on, and the
other terminals never notice.
"""

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

import serial

from gateway import door
from gateway.config import TerminalSection
from gateway.readers.forms import other_forms

log = logging.getLogger("vsv_gateway.terminal")

FIRST_BACKOFF_S, LONGEST_BACKOFF_S = 0.5, 10.0
QUIET_WAIT_S = 0.5  # how long a read waits when nothing is under way; also how soon a stop is noticed
RING_SIZE = 100
TRY_AGAIN_PAUSE_S = 1.5
TELL_EVERY_S = 60.0  # a line of the log for each kind of fault; a cable that only makes noise would fill the disk with them
DEGRADED_WINDOW_S = 60.0
DEGRADED_LEAST = 10
WRITE_TIMEOUT_S = 0.5
MAX_READ = 512
PANEL_EVERY_S = 0.02
SILENT_S, SILENT_POLLS = (
	3.0,
	3,
)  # without an answer, whichever is longer: the reader fell asleep, or has no power
HELLO_EVERY_S = (
	60.0  # also to a reader that answers: one that was off for a moment may answer and look for no cards
)
PANEL_SILENT_S = 10.0
PORT_TROUBLE = (
	serial.SerialException,
	OSError,
	ValueError,
)  # pyserial says ValueError for a speed it cannot set


class Decides(Protocol):
	"""gateway.door.Door, or the door of a gateway that is out of service."""

	def decide(
		self, doorway: door.Doorway, card: str, other_forms: Callable[[], tuple[str, ...]]
	) -> door.Answer: ...


class Lamps(Protocol):
	def give(self, signal: str) -> None: ...
	def close(self) -> None: ...


class Panel(Protocol):
	"""A control panel that speaks a polled protocol by itself (gateway.readers.osdp_panel)."""

	@property
	def online(self) -> bool: ...
	def refresh(self) -> Iterable[Any]: ...
	def feedback(self, signal: str) -> bool: ...


@dataclass(frozen=True)
class Noted:
	"""What came in, without the number: for `status`, and for a person who looks for a bad cable."""

	at: datetime
	kind: str


class Terminal:
	"""Runs from `start` until `stop`. `reader` is a gateway.readers.Reader."""

	def __init__(
		self,
		section: TerminalSection,
		reader: Any,
		confirmation: Any | None,
		the_door: Decides,
		*,
		now: Callable[[], datetime],
		feedback_log: door.FeedbackLog | None = None,
		lamps: Lamps | None = None,
		make_panel: Callable[[Any], Panel] | None = None,
	) -> None:
		self.name, self.protocol = section.name, section.protocol
		self.reads = 0
		self.faults: Counter[str] = Counter()
		self.last_read_at: datetime | None = None
		self.recent: deque[Noted] = deque(maxlen=RING_SIZE)
		self.alive_at = time.monotonic()
		self._section, self._reader, self._confirmation = section, reader, confirmation
		self._doorway = door.Doorway(section.name, section.direction, section.double_tap_s)
		self._door, self._now, self._feedback_log, self._lamps = the_door, now, feedback_log, lamps
		self._make_panel = make_panel
		self._panel: Panel | None = None
		self._is_open = False
		self._hears: bool | None = None
		self._stopping = threading.Event()
		self._identify = threading.Event()
		self._complained_at = -TRY_AGAIN_PAUSE_S
		self._told_at: dict[str, float] = {}
		self._outcomes: deque[tuple[float, bool]] = deque(maxlen=RING_SIZE)
		self._thread = threading.Thread(target=self._run, name=f"terminal-{section.name}", daemon=True)

	def start(self) -> None:
		self._thread.start()

	def stop(self) -> None:
		"""Ask the thread to end; `join` waits for it."""
		self._stopping.set()

	def join(self, timeout: float) -> None:
		"""Wait for the end, and let go of the lamps."""
		self._thread.join(timeout)
		if self._lamps is not None:
			self._lamps.close()

	def is_alive(self) -> bool:
		return self._thread.is_alive()

	def identify(self) -> None:
		"""Let this terminal show itself to the person who looks for it."""
		self._identify.set()

	@property
	def state(self) -> str:
		"""reading, or why not: closed, silent (a polled reader gives no answer) or noisy."""
		if not self._is_open:
			return "closed"
		if not self._hears:
			return "silent"
		return "noisy" if self.degraded else "reading"

	@property
	def degraded(self) -> bool:
		"""Whether more was refused than read in the last minute: a wrong speed, a bad cable, noise."""
		since = time.monotonic() - DEGRADED_WINDOW_S
		lately = [good for at, good in list(self._outcomes) if at >= since]
		return len(lately) >= DEGRADED_LEAST and lately.count(False) > lately.count(True)

	def _run(self) -> None:
		pause = FIRST_BACKOFF_S
		said = ""
		while not self._stopping.is_set():
			self.alive_at = time.monotonic()
			try:
				with open_port(self._section, self._reader) as port:
					pause, said = FIRST_BACKOFF_S, ""
					# A polled reader is believed when it has answered
					self._is_open, self._hears = True, None if self._is_polled else True
					log.info("%s: open on %s (%s)", self.name, self._section.port, self.protocol)
					self._serve(port)
			except PORT_TROUBLE as error:
				trouble = str(error)
				if trouble != said:
					log.warning("%s: %s; trying again until it works", self.name, trouble)
				said = trouble
			except Exception:
				# A programming error in one reader must not silence the door for good, nor the other doors.
				log.exception("%s: unexpected; starting this terminal anew", self.name)
				self.faults["internal"] += 1
			self._is_open = False
			if not self._stopping.is_set():
				self._stopping.wait(pause)
				pause = min(pause * 2, LONGEST_BACKOFF_S)

	def _serve(self, port: Any) -> None:
		if self._make_panel is not None:
			self._serve_panel(port, self._make_panel)
			return
		reader = self._reader
		decoder = reader.decoder()
		talk = Talk(reader, time.monotonic())
		under_way = False
		while not self._stopping.is_set():
			self.alive_at = time.monotonic()
			if said := talk.due(self.alive_at):
				port.write(said)
			if self._is_polled:
				self._note_hearing(talk.hears)
			port.timeout = self._patience(under_way, talk.next_poll)
			chunk = port.read(1)
			if chunk:
				chunk += port.read(min(port.in_waiting, MAX_READ))
				talk.heard(chunk)
				self._take(port, decoder.feed(chunk))
				under_way = True
			elif under_way:
				under_way = False
				self._take(port, decoder.idle())
			if self._confirmation is not None:
				self._take_expired()
			self._show_itself(port)

	def _serve_panel(self, port: Any, make_panel: Callable[[Any], Panel]) -> None:
		port.timeout = 0
		self._panel = make_panel(port)
		online_at = time.monotonic()
		while not self._stopping.wait(PANEL_EVERY_S):
			self.alive_at = time.monotonic()
			self._take(port, self._panel.refresh())
			if self._panel.online:
				online_at = self.alive_at
				self._note_hearing(True)
			elif self.alive_at - online_at >= PANEL_SILENT_S:
				# Left to itself, it tries again after minutes
				self._panel, online_at = make_panel(port), self.alive_at
			elif self.alive_at - online_at >= SILENT_S:
				self._note_hearing(False)
			self._show_itself(port)

	@property
	def _is_polled(self) -> bool:
		return self._make_panel is not None or bool(self._reader.poll_every_s)

	def _note_hearing(self, hears: bool | None) -> None:
		"""Whether the reader answers; None while it is not known yet."""
		if hears is None or hears is self._hears:
			return
		self._hears = hears
		if hears:
			log.info("%s: the reader answers", self.name)
			return
		self.faults["silent"] += 1
		self.recent.append(Noted(self._now(), "silent"))
		log.warning("%s: the reader gives no answer; it is woken until it does", self.name)

	def _show_itself(self, port: Any) -> None:
		if self._identify.is_set():
			self._identify.clear()
			self._signal(port, door.Answer(door.RECORDED))

	def _patience(self, under_way: bool, next_poll: float) -> float:
		if under_way:
			return float(self._reader.idle_gap_s)
		if self._reader.poll_every_s:
			return min(QUIET_WAIT_S, max(next_poll - time.monotonic(), 0.001))
		return QUIET_WAIT_S

	def _take(self, port: Any, items: Iterable[Any]) -> None:
		faulty, answered = False, False
		for item in items:
			if hasattr(item, "kind"):
				faulty = True
				self._note_fault(str(item.kind))
				continue
			confirmed = (
				item if self._confirmation is None else self._confirmation.judge(item, time.monotonic())
			)
			if confirmed is None:
				continue
			answered = True
			self.reads += 1
			self.last_read_at = self._now()
			self._note("read", good=True)
			answer = self._door.decide(
				self._doorway, confirmed.card, partial(other_forms, confirmed, self._reader.options)
			)
			log.info("%s: %s", self.name, answer.signal)
			self._signal(port, answer)
		if faulty and not answered and time.monotonic() - self._complained_at >= TRY_AGAIN_PAUSE_S:
			self._complained_at = time.monotonic()
			self._signal(port, door.Answer(door.TRY_AGAIN))

	def _take_expired(self) -> None:
		for _ in self._confirmation.expired(time.monotonic()):  # type: ignore[union-attr]  # asked by the caller
			self._note_fault("unconfirmed")

	def _signal(self, port: Any, answer: door.Answer) -> None:
		if self._feedback_log is not None:
			self._feedback_log.note(self.name, answer)
		if self._lamps is not None:
			self._lamps.give(answer.signal)
		if self._panel is not None:
			self._panel.feedback(answer.signal)
		elif reply := self._reader.feedback(answer.signal):
			port.write(reply)

	def _note_fault(self, kind: str) -> None:
		self.faults[kind] += 1
		self._note(kind, good=False)
		moment = time.monotonic()
		if moment - self._told_at.get(kind, -TELL_EVERY_S) >= TELL_EVERY_S:
			self._told_at[kind] = moment
			log.warning("%s: refused what came in: %s (%d so far)", self.name, kind, self.faults[kind])

	def _note(self, kind: str, *, good: bool) -> None:
		self._outcomes.append((time.monotonic(), good))
		self.recent.append(Noted(self._now(), kind))


class Talk:
	"""What we say to a reader, and whether it answers. Times are seconds of the monotonic clock.

	A reader that fell asleep or lost its power hears no poll: after SILENT_S without an answer it gets the hello again, until
	it answers. Some RS-485 adapters give back what we say, which is no answer.
	"""

	def __init__(self, reader: Any, now: float) -> None:
		self._reader = reader
		self._turn = 0
		self._said = self._heard = b""
		self._unanswered = 0
		self._silent_since = now
		self._hello_at = now
		self.next_poll = now
		self.hears: bool | None = None

	def due(self, now: float) -> bytes:
		"""What to say now, or nothing."""
		said = b""
		every_s = self._reader.poll_every_s
		if self._turn == 0 or (every_s and now >= self.next_poll):
			self._judge(now)
			if now >= self._hello_at:
				said += self._reader.hello()
				self._hello_at = now + (HELLO_EVERY_S if self.hears else SILENT_S)
		if every_s and now >= self.next_poll:
			said += self._reader.poll(self._turn)
			self.next_poll = now + every_s
		if said:
			self._said = said
			self._turn += 1
		return said

	def heard(self, data: bytes) -> None:
		"""Bytes that came in."""
		self._heard = (self._heard + data)[-MAX_READ:]

	def _judge(self, now: float) -> None:
		"""What came since we spoke last."""
		if not self._said:
			return
		if self._heard.replace(self._said, b""):
			if not self.hears:
				self._hello_at = now + HELLO_EVERY_S
			self._unanswered, self._silent_since, self.hears = 0, now, True
		else:
			self._unanswered += 1
			if now - self._silent_since >= SILENT_S and self._unanswered >= SILENT_POLLS:
				if self.hears is not False:
					self._hello_at = now
				self.hears = False
		self._heard = b""


def open_port(section: TerminalSection, reader: Any) -> Any:
	"""The terminal's port by URL or device path, at the reader's line settings, alone on it and without a reset pulse."""
	port = serial.serial_for_url(section.port, do_not_open=True)
	port.baudrate = section.baud or reader.baud
	port.bytesize, port.parity, port.stopbits = reader.bytesize, reader.parity, reader.stopbits
	port.timeout, port.write_timeout = QUIET_WAIT_S, WRITE_TIMEOUT_S
	port.dtr = port.rts = False
	if "://" not in section.port:
		port.exclusive = True
		# On opening, pyserial throws away what came in before, and a card shown while we started is among it
		port._reset_input_buffer = _keep  # type: ignore[attr-defined]  # not in its type stubs
	try:
		port.open()
	except ValueError as error:
		raise serial.SerialException(f"{section.port}: {error}") from None
	return port


def _keep() -> None:
	"""Leave the bytes that wait where they are."""
