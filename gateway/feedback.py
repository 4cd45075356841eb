"""Light and sound at the door, by whatever means the terminal has: its own serial protocol, or GPIO lines of the Pi.

Signals differ in rhythm as well as in colour, so that nobody depends on seeing red from green.
"""

import logging
import queue
import threading
from collections.abc import Mapping
from typing import Any, NamedTuple

from gateway import door

log = logging.getLogger("vsv_gateway.feedback")

GPIO_QUEUE = 8
IDLE_WAIT_S = 0.5


class Pulse(NamedTuple):
	"""Lines that are on for a time, then all off for a time; in seconds."""

	lines: tuple[str, ...]
	on_s: float
	off_s: float = 0.1


_LONG_GREEN = Pulse(("green", "buzzer"), 0.15)
_SHORT_GREEN = Pulse(("green", "buzzer"), 0.06)
_SHORT_RED = Pulse(("red", "buzzer"), 0.06)
_LONG_RED = Pulse(("red", "buzzer"), 0.6)
PATTERNS: Mapping[str, tuple[Pulse, ...]] = {
	door.RECORDED: (_LONG_GREEN,),
	door.RECORDED_OFFLINE: (_LONG_GREEN, _LONG_GREEN),
	door.CLOCK_UNSURE: (_LONG_GREEN, _SHORT_GREEN),
	door.ALREADY: (_SHORT_GREEN, _SHORT_GREEN),
	door.UNKNOWN: (_LONG_GREEN, _LONG_RED),
	door.TRY_AGAIN: (_SHORT_RED, _SHORT_RED, _SHORT_RED),
	door.BLOCKED: (_LONG_RED, _LONG_RED),
	door.OUT_OF_SERVICE: (_LONG_RED, _LONG_RED, _LONG_RED),
}


class Lamps:
	"""GPIO lines of one terminal. Played by a thread of its own: a blinking lamp never holds up a read."""

	def __init__(self, terminal: str, pins: Mapping[str, int]) -> None:
		from gpiozero import DigitalOutputDevice  # noqa: PLC0415  # an extra, for a Pi with lamps

		self._lines: dict[str, Any] = {line: DigitalOutputDevice(pin) for line, pin in pins.items()}
		self._waiting: queue.Queue[str] = queue.Queue(GPIO_QUEUE)
		self._stopping = threading.Event()
		self._thread = threading.Thread(target=self._play, name=f"lamps-{terminal}", daemon=True)
		self._thread.start()

	def give(self, signal: str) -> None:
		"""Show a signal soon; when many wait already, the newest is left out."""
		try:
			self._waiting.put_nowait(signal)
		except queue.Full:
			log.warning("lamps are behind; a signal was left out")

	def close(self) -> None:
		"""Finish the signal under way, and give the pins back."""
		self._stopping.set()
		self._thread.join(2 * IDLE_WAIT_S)
		for line in self._lines.values():
			line.close()

	def _play(self) -> None:
		while not self._stopping.is_set():
			try:
				signal = self._waiting.get(timeout=IDLE_WAIT_S)
			except queue.Empty:
				continue
			for pulse in PATTERNS[signal]:
				self._pulse(pulse)

	def _pulse(self, pulse: Pulse) -> None:
		lit = [self._lines[line] for line in pulse.lines if line in self._lines]
		for line in lit:
			line.on()
		self._stopping.wait(pulse.on_s)
		for line in lit:
			line.off()
		self._stopping.wait(pulse.off_s)
