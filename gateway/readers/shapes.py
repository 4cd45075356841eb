"""Frames of equal length and layout, of which a whole run is read at once: a column of bytes at a time, not a frame."""

import re
from binascii import unhexlify
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, repeat
from typing import NamedTuple

from gateway.readers.reads import RANDOM_UID_SIZE, RANDOM_UID_START, BadgeRead, Fault, reads_in_row

# Fewer frames are read sooner one by one
SEVERAL = 12


class Numbers(NamedTuple):
	"""Card numbers of frames one behind the other, and which of the frames (0 is the first) need a closer look."""

	cards: Iterable[str]
	doubtful: Sequence[int] = ()
	facilities: Iterable[int | None] = repeat(None)
	numbers: Iterable[int | None] = repeat(None)


def hex_numbers(identifiers: bytes, size: int) -> Numbers:
	"""Identifiers of `size` bytes, in hex."""
	cards = identifiers.hex("-", size).upper().split("-")
	doubtful: list[int] = []
	for none in (bytes(size), b"\xff" * size):
		# Looking for it among all bytes first is a lot faster
		if none in identifiers:
			doubtful += places(cards, none.hex().upper())
	return Numbers(cards, doubtful)


def uid_numbers(identifiers: bytes, size: int) -> Numbers:
	"""As hex_numbers, of UIDs, some of which are random."""
	cards, doubtful, *_ = hex_numbers(identifiers, size)
	random = places(identifiers[::size], RANDOM_UID_START) if size == RANDOM_UID_SIZE else []
	return Numbers(cards, [*doubtful, *random])


def digit_numbers(digits: bytes, size: int) -> Numbers:
	"""As hex_numbers, of identifiers that are sent as digits."""
	return hex_numbers(unhexlify(digits), size // 2)


@dataclass(frozen=True)
class Shape:
	"""Frames that are equal in length and layout.

	`frame`: the pattern of one, without groups. `damage`: of frames one behind the other, and their length, one byte a
	frame, 0 where the check value holds; None where the pattern says it all. `card`: the columns of the card's bytes,
	most significant first; None where such frames name no card. `numbers`: what those bytes mean, and their count.
	"""

	frame: bytes
	length: int
	damage: Callable[[bytes, int], bytes] | None = None
	card: range | None = None
	numbers: Callable[[bytes, int], Numbers] = hex_numbers

	@cached_property
	def run(self) -> re.Pattern[bytes]:
		"""Such frames one behind the other."""
		return re.compile(b"(?:" + self.frame + b")+", re.DOTALL)


class Run(NamedTuple):
	"""Frames of one shape, and where in the stream each of them begins."""

	shape: Shape
	frames: bytes
	offsets: Sequence[int]

	def first_damaged(self) -> int | None:
		"""The offset of the first frame whose check value does not hold."""
		damage = self.shape.damage(self.frames, self.shape.length) if self.shape.damage is not None else b""
		good = len(damage) - len(damage.lstrip(b"\0"))
		return self.offsets[good] if good < len(damage) else None

	def frame(self, place: int) -> bytes:
		"""One of the frames."""
		return self.frames[place * self.shape.length : (place + 1) * self.shape.length]

	def reads(self, protocol: str) -> tuple[list[BadgeRead | Fault], Sequence[int]]:
		"""A read for each frame, and which of them need a closer look."""
		card = self.shape.card
		if card is None:
			return [], ()
		found = self.shape.numbers(columns(self.frames, self.shape.length, card), len(card))
		reads = reads_in_row(found.cards, protocol, self.offsets, found.facilities, found.numbers)
		return list(reads), found.doubtful


class Shapes:
	"""The shapes of a protocol, of which any may follow any other.

	Frames of different shapes differ in `key`. Shapes whose patterns begin alike are a family, as the beginning is
	then looked at once; families that come often stand first.
	"""

	def __init__(self, *families: Iterable[Shape], key: Callable[[bytes], Hashable] = len) -> None:
		shapes = [tuple(family) for family in families]
		self._shapes = tuple(chain.from_iterable(shapes))
		frame = b"|".join(b"(?:" + b"|".join(shape.frame for shape in family) + b")" for family in shapes)
		self._frame = re.compile(frame, re.DOTALL)
		self._run = re.compile(b"(?:" + frame + b")+", re.DOTALL)
		self._several = re.compile(b"(?:" + frame + b"){%d}" % SEVERAL, re.DOTALL)
		self._key = key
		self._known: dict[Hashable, Shape] = {}

	def several(self, data: bytes, begin: int, stop: int) -> bool:
		"""Whether so many frames stand at `begin` that reading them at once is sooner done than one by one."""
		return self._several.match(data, begin, stop) is not None

	def runs(self, data: bytes, begin: int, stop: int, base: int) -> tuple[list[Run], int]:
		"""The frames from `begin` on that hold, by shape, and where they end, at `stop` at most.

		`base` is the offset of `data` in the stream.
		"""
		runs, end = self._runs(data, begin, stop, base)
		damaged = [at for run in runs if (at := run.first_damaged()) is not None]
		return self._runs(data, begin, min(damaged) - base, base) if damaged else (runs, end)

	def _runs(self, data: bytes, begin: int, stop: int, base: int) -> tuple[list[Run], int]:
		match = self._frame.match(data, begin, stop)
		if match is None:
			return [], begin
		shape = self._shape(match.group())
		equal = shape.run.match(data, begin, stop)
		if equal is not None and equal.end() - begin > (stop - begin) // 2:
			offsets_of_equal = range(base + begin, base + equal.end(), shape.length)
			return [Run(shape, equal.group(), offsets_of_equal)], equal.end()
		frames = self._frame.findall(data, begin, stop)
		if not data.startswith(b"".join(frames), begin):
			match = self._run.match(data, begin, stop)
			frames = self._frame.findall(match.group()) if match else []
		alike: defaultdict[Hashable, tuple[list[bytes], list[int]]] = defaultdict(lambda: ([], []))
		lengths = list(map(len, frames))
		keys = lengths if self._key is len else map(self._key, frames)
		*offsets, end = accumulate(lengths, initial=base + begin)
		for key, frame, offset in zip(keys, frames, offsets, strict=True):
			same, at = alike[key]
			same.append(frame)
			at.append(offset)
		runs = [Run(self._shape(same[0]), b"".join(same), at) for same, at in alike.values()]
		return runs, end - base

	def _shape(self, frame: bytes) -> Shape:
		key = self._key(frame)
		if key not in self._known:
			self._known[key] = next(
				shape for shape in self._shapes if re.fullmatch(shape.frame, frame, re.DOTALL)
			)
		return self._known[key]


def places(values: Sequence[object], value: object) -> list[int]:
	"""Where the value, which is rare, stands among the others."""
	return [at for at, each in enumerate(values) if each == value] if value in values else []


def columns(rows: bytes, stride: int, which: range) -> bytes:
	"""The given columns of rows of `stride` bytes, in that order."""
	picked = bytearray(len(rows) // stride * len(which))
	for to, column in enumerate(which):
		picked[to :: len(which)] = rows[column::stride]
	return bytes(picked)


def byte(value: int) -> bytes:
	"""The pattern of one byte."""
	return re.escape(bytes((value,)))


def xor_rows(rows: bytes, stride: int) -> bytes:
	"""XOR of each row of `stride` bytes: one byte a row."""
	return xor_columns(rows, stride, range(stride))


def xor_columns(rows: bytes, stride: int, which: range) -> bytes:
	"""XOR of the given columns of rows of `stride` bytes: one byte a row."""
	total = 0
	for column in which:
		total ^= int.from_bytes(rows[column::stride])
	return total.to_bytes(len(rows) // stride)


def sum_rows(rows: bytes, stride: int) -> bytes:
	"""Sum modulo 256 of each row of `stride` bytes: one byte a row."""
	return sum_columns(rows, stride, range(stride))


def sum_columns(rows: bytes, stride: int, which: range) -> bytes:
	"""Sum modulo 256 of the given columns of rows of `stride` bytes: one byte a row."""
	count = len(rows) // stride
	# Every other row goes into a lane of 16 bits, which holds 257 sums of bytes without a carry.
	mask = int.from_bytes(b"\x00\xff" * ((count + 1) // 2 + 1))
	even = odd = 0
	for column in which:
		value = int.from_bytes(rows[column::stride])
		even += value & mask
		odd += (value >> 8) & mask
	return ((even & mask) | ((odd & mask) << 8)).to_bytes(2 * ((count + 1) // 2 + 1))[-count:]


def differences(left: bytes, right: bytes) -> bytes:
	"""One byte a position, 0 where both are equal."""
	return (int.from_bytes(left) ^ int.from_bytes(right)).to_bytes(len(left))
