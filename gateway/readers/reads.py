"""What a decoder gives: badge reads and faults, and the promise that every decoder keeps."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import repeat
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
	return not card.strip("0") or not card.strip("F")


def is_random_uid(uid: bytes) -> bool:
	"""True for a single-size ISO 14443-3 UID starting 08, which is drawn anew at each activation."""
	return len(uid) == 4 and uid[0] == 0x08


COPIES_WITHIN = 8192


def copies_at(data: bytes, begin: int, length: int) -> int:
	"""How often the `length` bytes at `begin` stand there one behind the other, as a held card makes them.

	At most COPIES_WITHIN bytes are looked at; 0 when they are not all there.
	"""
	match = _copies(length).match(data, begin, begin + COPIES_WITHIN)
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
	length = end - begin
	copies = copies_at(data, begin, length)
	if copies < 2:
		return end
	last = begin + copies * length
	card = Card(read.card, read.facility, read.number)
	out.extend(reads_of_one(card, read.protocol, range(base + end, base + last, length)))
	return last


def reads_in_row(cards: list[str] | list[Card], protocol: str, offsets: Sequence[int]) -> Iterable[BadgeRead]:
	"""A BadgeRead for each card, without a Python call for each."""
	numbers: list[str] = cards  # type: ignore[assignment]
	facility: Iterable[int | None] = repeat(None)
	number: Iterable[int | None] = repeat(None)
	if cards and isinstance(cards[0], tuple):
		numbers, facility, number = zip(*cards, strict=True)  # type: ignore[assignment]
	return _reads(numbers, protocol, offsets, facility, number)


def reads_of_one(card: Card, protocol: str, offsets: Iterable[int]) -> Iterable[BadgeRead]:
	"""A BadgeRead of the card for each offset."""
	return _reads(repeat(card.card), protocol, offsets, repeat(card.facility), repeat(card.number))


def _reads(
	cards: Iterable[str],
	protocol: str,
	offsets: Iterable[int],
	facility: Iterable[int | None],
	number: Iterable[int | None],
) -> Iterable[BadgeRead]:
	rows = zip(cards, repeat(protocol), offsets, facility, number, repeat(1), strict=False)
	return cast("Iterable[BadgeRead]", map(tuple.__new__, repeat(BadgeRead), rows))
