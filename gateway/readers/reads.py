"""What a decoder gives: badge reads and faults, and the promise that every decoder keeps."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, repeat
from typing import NamedTuple, Protocol, cast


class BadgeRead(NamedTuple):
	"""One card as one frame named it. `at` is the offset of the frame's first byte in the stream.

	A tuple rather than a dataclass: a benchmark stream holds over a million of them a second.
	"""

	card: str
	protocol: str
	at: int
	facility: int | None = None
	number: int | None = None
	reads: int = 1


class Fault(NamedTuple):
	"""One bad frame or one run of noise. `kind` is a key of FAULT_KINDS; `at` as in BadgeRead."""

	kind: str
	at: int


FAULT_KINDS = {
	"blank": "a line without content",
	"checksum": "a whole frame whose check value is wrong",
	"digit": "a character that cannot stand there",
	"format": "a frame or line that is not of the stated format",
	"incomplete": "a frame that was cut short",
	"length": "a frame, line or number of the wrong length",
	"noise": "bytes that belong to no frame",
	"parity": "Wiegand bits whose parity is wrong",
	"random-uid": "a number that the card makes up anew at each tap (most phones)",
	"refused-number": "all zeros or all ones: no card has that number",
	"unconfirmed": "a number that was read once and not a second time (a ghost read, or a card moved too fast)",
}


class Decoder(Protocol):
	"""Bytes of one serial line in, reads and faults out.

	No input or output, no clock; never raises, whatever the bytes; holds at most HELD_LIMIT bytes; the same
	result however the bytes are cut into pieces; picks up the next good frame after any damage.
	"""

	def feed(self, data: bytes) -> list[BadgeRead | Fault]:
		"""What became certain with these bytes, in order of offset."""
		...

	def idle(self) -> list[BadgeRead | Fault]:
		"""The line was silent for the reader's idle gap, or ended: what that decides."""
		...


HELD_LIMIT = 512


class Card(NamedTuple):
	"""A normalised card number; facility and number where the coding has them."""

	card: str
	facility: int | None = None
	number: int | None = None


def is_refused(card: str) -> bool:
	"""True for numbers of zeros only or of F only, which readers report for collisions and empty fields."""
	return card[:1] in ("0", "F", "") and not card.strip(card[:1])


UID_SIZES = (4, 7, 10)
"""Bytes of an ISO 14443 A card's UID: single, double, triple size."""
RANDOM_UID_SIZE, RANDOM_UID_START = 4, 0x08


def is_random_uid(uid: bytes) -> bool:
	"""True for a single-size ISO 14443-3 UID starting 08, which is drawn anew at each activation."""
	return len(uid) == RANDOM_UID_SIZE and uid[0] == RANDOM_UID_START


COPIES_WITHIN = 8192
# A pattern of this length is looked for, of which three must stand in the data, and no farther on than a decoder holds
LONGEST_PROBE, SHORTEST_PROBE = 64, 8


def repeated_at(data: bytes, begin: int, stop: int) -> tuple[int, int]:
	"""What stands at `begin` again and again: (its length, how often it stands there), or (0, 0)."""
	probe = data[begin : begin + min((stop - begin) // 3, LONGEST_PROBE)]
	if len(probe) < SHORTEST_PROBE:
		return 0, 0
	length = data.find(probe, begin + 1, min(begin + len(probe) + HELD_LIMIT, stop)) - begin
	copies = copies_at(data, begin, length, stop) if length > 0 else 0
	return (length, copies) if copies > 1 else (0, 0)


def copies_at(data: bytes, begin: int, length: int, stop: int) -> int:
	"""How often the `length` bytes at `begin` stand there one behind the other, up to `stop`; 0 when they are not all there."""
	match = _copies(length).match(data, begin, stop)
	return (match.end() - begin) // length if match else 0


@lru_cache(maxsize=512)
def _copies(length: int) -> re.Pattern[bytes]:
	return re.compile(rb"(.{%d})\1*" % length, re.DOTALL)


def further_copies(data: bytes, begin: int, end: int, base: int, out: list[BadgeRead | Fault]) -> int:
	"""The offset behind all copies of the bytes from `begin` to `end`, once the first of them has been read.

	Where that was a card without a fault, the others are the same card; anything else is left to be read again.
	`base` is the offset of `data` in the stream.
	"""
	read = out[-1] if out else None
	if not isinstance(read, BadgeRead) or read.at != base + begin:
		return end
	copies = copies_at(data, begin, end - begin, begin + COPIES_WITHIN)
	if copies < 2:
		return end
	out.extend(repeats([read], end - begin, copies))
	return begin + copies * (end - begin)


def repeats(once: Sequence[BadgeRead | Fault], length: int, copies: int) -> Iterable[BadgeRead | Fault]:
	"""What the further copies of `length` bytes say, of which the first said `once`."""
	said = []
	for item in once:
		row: list[Iterable[object]] = list(map(repeat, item))
		row[item._fields.index("at")] = range(item.at + length, item.at + length * copies, length)
		said.append(map(tuple.__new__, repeat(type(item)), zip(*row, strict=False)))
	return said[0] if len(said) == 1 else chain.from_iterable(zip(*said, strict=True))


def reads_in_row(
	cards: Iterable[str],
	protocol: str,
	offsets: Iterable[int],
	facilities: Iterable[int | None] = repeat(None),
	numbers: Iterable[int | None] = repeat(None),
) -> Iterable[BadgeRead]:
	"""A BadgeRead for each card, without a Python call for each."""
	rows = zip(cards, repeat(protocol), offsets, facilities, numbers, repeat(1), strict=False)
	return cast("Iterable[BadgeRead]", map(tuple.__new__, repeat(BadgeRead), rows))
