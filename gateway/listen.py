"""`vsv-gateway listen PORT`: what does this reader say, in which protocol, at which speed?"""

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import serial

from gateway import readers
from gateway.config import TerminalSection
from gateway.terminal import MAX_READ, open_port

BAUDS = (9600, 115200, 19200, 38400, 57600)
ROUND_S = 4.0
STEP_S = 0.05
CATCH_ALL = "line"  # reads any text, so it only counts when nothing else fits


class Guess(NamedTuple):
	"""A protocol and speed under which the bytes made sense."""

	protocol: str
	baud: int
	cards: tuple[str, ...]
	faults: int


def raw(port: str, baud: int, seconds: float) -> Iterator[bytes]:
	"""What arrives, as it arrives."""
	with _open(port, "line", baud) as line:
		yield from _chunks(line, seconds)


def watch(port: str, protocol: str, baud: int, seconds: float) -> Iterator[Any]:
	"""The reads and faults of a known protocol, as they arrive."""
	reader = readers.reader(protocol)
	with _open(port, protocol, baud) as line:
		yield from _decoded(line, reader, seconds)


def guess(port: str, *, round_s: float = ROUND_S) -> Iterator[Guess | int]:
	"""Try every speed and protocol while somebody holds a badge to the reader; a number is the speed being tried."""
	for baud in BAUDS:
		yield baud
		with _open(port, "line", baud) as line:
			heard = b"".join(_chunks(line, round_s))
		if best := best_guess(heard, baud):
			yield best
			return
	for reader in _usable():
		if not reader.poll_every_s:
			continue
		yield reader.baud
		with _open(port, reader.name, 0) as line:
			found = list(_decoded(line, reader, round_s))
		cards = tuple(dict.fromkeys(item.card for item in found if hasattr(item, "card")))
		if cards:
			yield Guess(reader.name, reader.baud, cards, len(found) - len(cards))
			return


def best_guess(heard: bytes, baud: int) -> Guess | None:
	"""The protocol that makes most sense of these bytes: no fault beats many reads."""
	guesses = []
	for reader in _usable():
		name, decoder = reader.name, reader.decoder()
		found = [*decoder.feed(heard), *decoder.idle()]
		cards = tuple(dict.fromkeys(item.card for item in found if isinstance(item, readers.BadgeRead)))
		faults = sum(isinstance(item, readers.Fault) for item in found)
		if cards and (name != CATCH_ALL or heard.strip().isascii()):
			guesses.append(Guess(name, baud, cards, faults))
	return min(guesses, key=lambda each: (each.faults, each.protocol == CATCH_ALL), default=None)


def _usable() -> Iterator[readers.Reader]:
	"""Every reader but plug-ins that cannot be loaded, which are no reason not to listen."""
	for name in readers.reader_names():
		with suppress(readers.ReaderError):
			yield readers.reader(name)


def _open(port: str, protocol: str, baud: int) -> Any:
	section = TerminalSection(name="listen", port=port, protocol=protocol, baud=baud)
	return open_port(section, readers.reader(protocol))


def _decoded(line: Any, reader: Any, seconds: float) -> Iterator[Any]:
	decoder = reader.decoder()
	if hello := reader.hello():
		line.write(hello)
	turn, next_poll = 0, time.monotonic()
	for chunk in _chunks(line, seconds, quiet=True):
		yield from decoder.feed(chunk) if chunk else decoder.idle()
		if reader.poll_every_s and time.monotonic() >= next_poll:
			line.write(reader.poll(turn))
			turn, next_poll = turn + 1, time.monotonic() + reader.poll_every_s


def _chunks(line: Any, seconds: float, *, quiet: bool = False) -> Iterator[bytes]:
	line.timeout = STEP_S
	until = time.monotonic() + seconds
	try:
		while time.monotonic() < until:
			chunk = line.read(1)
			if chunk:
				chunk += line.read(min(line.in_waiting, MAX_READ))
			if chunk or quiet:
				yield chunk
	except serial.SerialException:
		return
