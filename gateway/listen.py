"""`vsv-gateway listen PORT`: what does this reader say, in which protocol, at which speed?"""

import errno
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import serial

from gateway import readers
from gateway.config import TerminalSection
from gateway.readers import osdp
from gateway.terminal import MAX_READ, open_port

BAUDS = (9600, 115200, 19200, 38400, 57600)
ROUND_S = 4.0
STEP_S = 0.05
CATCH_ALL = "line"  # reads any text, so it only counts when nothing else fits
PANEL_POLL_EVERY_S = 0.2
BY_ID = Path("/dev/serial/by-id")


class Trying(NamedTuple):
	"""The speed at which we listen, and the protocol in which we ask, if we do."""

	baud: int
	protocol: str | None = None


class Guess(NamedTuple):
	"""A protocol and speed under which the bytes made sense. No cards: the reader answers, but has seen no badge."""

	protocol: str
	baud: int
	cards: tuple[str, ...]
	faults: int


class Unexplained(NamedTuple):
	"""What came at each speed, where no known protocol explains it."""

	heard: Mapping[int, bytes]


def remedy(error: Exception) -> str:
	"""What to do about a port that does not open."""
	code = getattr(error, "errno", None)
	if code in (errno.EACCES, errno.EPERM):
		return "run this with sudo, or join the group dialout"
	if code in (errno.EAGAIN, errno.EBUSY):
		return "another program holds it: `sudo systemctl stop vsv-gateway`, or see who with `sudo fuser -v PORT`"
	if code == errno.ENOENT:
		here = sorted(str(each) for each in BY_ID.glob("*"))
		return f"the ports of this machine: {', '.join(here)}" if here else "no reader is plugged in by USB"
	return "is it a serial port, or an address such as rfc2217://host:port?"


def raw(port: str, baud: int, seconds: float) -> Iterator[bytes]:
	"""What arrives, as it arrives."""
	with _open(port, readers.reader("line"), baud) as line:
		yield from filter(None, _chunks(line, seconds))


def watch(
	port: str, protocol: str, baud: int, seconds: float, options: Mapping[str, object] | None = None
) -> Iterator[readers.BadgeRead | readers.Fault]:
	"""The reads and faults of a known protocol, as they arrive."""
	reader = readers.reader(protocol, options)
	decoder = reader.decoder()
	with _open(port, reader, baud) as line:
		for chunk in _conversation(line, reader, seconds):
			yield from decoder.feed(chunk) if chunk else decoder.idle()


def guess(port: str, *, round_s: float) -> Iterator[Trying | Guess | Unexplained]:
	"""Try every speed and protocol while somebody holds a badge to the reader; ends with a Guess or Unexplained."""
	heard: dict[int, bytes] = {}
	for baud in BAUDS:
		yield Trying(baud)
		with _open(port, readers.reader(CATCH_ALL), baud) as line:
			chunks = list(_chunks(line, round_s))
		if best := best_guess(chunks, baud):
			yield best
			return
		heard[baud] = b"".join(chunks)
	answers: Guess | None = None
	for reader in filter(_asks, _usable()):
		yield Trying(reader.baud, reader.name)
		with _open(port, reader, 0) as line:
			chunks = list(_conversation(line, reader, round_s))
		found = _try(reader, reader.baud, chunks)
		if found.cards:
			yield found
			return
		if not found.faults and _said_something(chunks, reader):
			answers = answers or found
	yield answers or Unexplained({baud: data for baud, data in heard.items() if data})


def best_guess(chunks: Sequence[bytes], baud: int) -> Guess | None:
	"""The protocol that makes most sense of these pieces (empty: a silence): no fault beats many reads."""
	guesses = []
	for reader in _usable():
		found = _try(reader, baud, chunks)
		if found.cards and (reader.name != CATCH_ALL or b"".join(chunks).strip().isascii()):
			guesses.append(found)
	return min(guesses, key=lambda each: (each.faults, each.protocol == CATCH_ALL), default=None)


def _try(reader: readers.Reader, baud: int, chunks: Sequence[bytes]) -> Guess:
	decoder = reader.decoder()
	found = [item for chunk in (*chunks, b"") for item in (decoder.feed(chunk) if chunk else decoder.idle())]
	cards = tuple(dict.fromkeys(item.card for item in found if isinstance(item, readers.BadgeRead)))
	return Guess(reader.name, baud, cards, sum(isinstance(item, readers.Fault) for item in found))


def _asks(reader: readers.Reader) -> bool:
	return reader.panel or bool(reader.poll_every_s)


def _said_something(chunks: Sequence[bytes], reader: readers.Reader) -> bool:
	"""Whether there is more than our own words, which some RS-485 adapters echo."""
	heard = b"".join(chunks)
	for ours in (reader.hello(), *_polls(reader)):
		heard = heard.replace(ours, b"") if ours else heard
	return bool(heard)


def _polls(reader: readers.Reader) -> tuple[bytes, ...]:
	# A listener needs no more of OSDP than a poll that any reader answers, whatever its address
	return (osdp.POLL_ANY,) if reader.panel else reader.polls


def _usable() -> Iterator[readers.Reader]:
	"""Every reader but plug-ins that cannot be loaded, which are no reason not to listen."""
	for name in readers.reader_names():
		with suppress(readers.ReaderError):
			yield readers.reader(name)


def _open(port: str, reader: readers.Reader, baud: int) -> Any:
	section = TerminalSection(name="listen", port=port, protocol=reader.name, baud=baud)
	return open_port(section, reader)


def _conversation(line: Any, reader: readers.Reader, seconds: float) -> Iterator[bytes]:
	"""What arrives while we ask as the reader wants to be asked."""
	if hello := reader.hello():
		line.write(hello)
	polls = _polls(reader)
	every_s = reader.poll_every_s or PANEL_POLL_EVERY_S
	turn, next_poll = 0, time.monotonic()
	for chunk in _chunks(line, seconds):
		yield chunk
		if polls and time.monotonic() >= next_poll:
			line.write(polls[turn % len(polls)])
			turn, next_poll = turn + 1, time.monotonic() + every_s


def _chunks(line: Any, seconds: float) -> Iterator[bytes]:
	"""What arrives, in pieces; an empty one for each silence."""
	line.timeout = STEP_S
	until = time.monotonic() + seconds
	try:
		while time.monotonic() < until:
			chunk = line.read(1)
			if chunk:
				chunk += line.read(min(line.in_waiting, MAX_READ))
			yield chunk
	except serial.SerialException:
		return
