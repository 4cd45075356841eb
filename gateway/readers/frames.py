"""The scanner shared by all protocols whose frames have a start: find it, check the frame, resynchronise."""

import re
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate, repeat, takewhile
from operator import xor
from typing import NamedTuple, cast

from gateway.readers.reads import BadgeRead, Card, Fault, copies_at, is_refused, reads_in_row, reads_of_one

# A run is checked at once up to a window of so many bytes: twice as many after each success, and half as many after a
# bad frame, since that costs all that was looked at behind it. Frames of several shapes cost more to look at.
LEAST_WINDOW, FIRST_WINDOW, LARGEST_WINDOW = 256, 2048, 8192
BULK_FRAMES = 8


class Good(NamedTuple):
	"""A frame of `length` bytes that holds, with the cards it names (mostly one; none for other frames)."""

	length: int
	cards: tuple[Card | Fault, ...] = ()


class Bad(NamedTuple):
	"""Not a frame. Damage within `extent` bytes counts as one fault; scanning goes on `resume` bytes later.

	`own` is False for a mere false start, which joins the run of noise around it.
	"""

	kind: str
	extent: int
	resume: int = 1
	own: bool = True


@dataclass(frozen=True)
class Shape:
	"""Frames that are equal in length and heading, so that a run of them can be checked in bulk.

	`damage` gives one byte a frame, 0 where the check value holds. `random` says that a card starting 08 may be
	a random UID and needs a closer look. `named` makes the card where it is not just the bytes at `card` as hex; a
	Fault needs a closer look too.
	"""

	length: int
	run: re.Pattern[bytes]
	damage: Callable[[bytes], bytes]
	card: slice
	text: bool = False
	random: bool = False
	named: Callable[[bytes], Card | Fault] | None = None

	def cards(self, run: bytes) -> list[str] | list[Card]:
		"""The cards of the good frames at the front of a run, up to the first that needs a closer look."""
		damage = self.damage(run)
		good = len(damage) - len(damage.lstrip(b"\0"))
		if self.random:
			random = run[self.card.start :: self.length].find(0x08)
			good = good if random < 0 else min(good, random)
		run = run[: good * self.length]
		if self.named is not None:
			return self._named_cards(run, self.named)
		digits, scale = (run.upper().decode("latin-1"), 1) if self.text else (run.hex().upper(), 2)
		start, width = self.card.start * scale, (self.card.stop - self.card.start) * scale
		found = [digits[i : i + width] for i in range(start, len(digits), self.length * scale)]
		for refused in ("0" * width, "F" * width):
			if refused in found:
				del found[found.index(refused) :]
		return found

	def _named_cards(self, run: bytes, named: Callable[[bytes], Card | Fault]) -> list[Card]:
		width = self.card.stop - self.card.start
		found = [named(run[i : i + width]) for i in range(self.card.start, len(run), self.length)]
		# Looking at each costs more than making them, and nearly always there is no fault among them
		if Fault in set(map(type, found)):
			found = list(takewhile(lambda each: isinstance(each, Card), found))
		return cast("list[Card]", found)


class Mixture:
	"""Frames of a protocol's several shapes, in any order, so that a run of them can be checked in bulk as well.

	`frame` is one frame that has a shape, as a pattern without groups. Frames for which `key` is the same have the
	same shape; `least` is the length of the shortest.
	"""

	def __init__(self, frame: bytes, least: int, key: Callable[[bytes], Hashable] = len) -> None:
		self.run = re.compile(rb"(?:" + frame + rb")+", re.DOTALL)
		self.least = least
		self._frame = re.compile(frame, re.DOTALL)
		self._key = key

	def cards(
		self, run: bytes, shape_of: Callable[[bytes], Shape | None]
	) -> tuple[list[str] | list[Card], list[int]]:
		"""The cards of a run's good frames up to the first that needs a closer look, and the lengths of its frames."""
		frames = self._frame.findall(run)
		keys = list(map(self._key, frames))
		groups: defaultdict[Hashable, list[bytes]] = defaultdict(list)
		for key, frame in zip(keys, frames, strict=True):
			groups[key].append(frame)
		found = {key: _cards(shape_of(each[0]), each) for key, each in groups.items()}
		rows: dict[Hashable, Iterator[object]] = {key: iter(each) for key, each in found.items()}
		if any(each and isinstance(each[0], Card) for each in found.values()):
			rows = {key: _rows(each) for key, each in found.items()}
		cards = list(map(next, map(rows.__getitem__, keys), repeat(None)))
		if None in cards:
			del cards[cards.index(None) :]
		return cast("list[str] | list[Card]", cards), list(map(len, frames))


def _cards(shape: Shape | None, frames: list[bytes]) -> list[str] | list[Card]:
	return shape.cards(b"".join(frames)) if shape is not None else []


def _rows(cards: list[str] | list[Card]) -> Iterator[object]:
	if cards and isinstance(cards[0], str):
		return zip(cards, repeat(None), repeat(None), strict=False)
	return iter(cards)


class FrameDecoder(ABC):
	"""Decoder for frames that announce themselves. A subclass says where one may start and what it says."""

	filler: re.Pattern[bytes] | None = None
	"""Bytes that may stand between frames and mean nothing; anything else there is noise."""

	postamble = 0
	"""Bytes at the end of a shape that belong to no frame: the next one may begin with them."""
	mixture: Mixture | None = None
	"""Where frames of several shapes may follow each other."""

	def __init__(self, protocol: str) -> None:
		self._protocol = protocol
		self._held = b""
		self._base = 0
		self._noisy = False
		self._quiet = 0
		self._window = FIRST_WINDOW
		self._mixed_window = LEAST_WINDOW

	def feed(self, data: bytes) -> list[BadgeRead | Fault]:
		"""See Decoder."""
		return self._scan(self._held + data, final=False)

	def idle(self) -> list[BadgeRead | Fault]:
		"""See Decoder."""
		out = self._scan(self._held, final=True)
		self._noisy = False
		self._quiet = 0
		return out

	@abstractmethod
	def _start(self, data: bytes, begin: int) -> int:
		"""Offset of the first byte from `begin` on that may start a frame (or half a heading), or -1."""

	@abstractmethod
	def _parse(self, data: bytes, begin: int) -> Good | Bad | None:
		"""The frame at `begin`, or None when bytes are missing to decide."""

	def _shape(self, data: bytes, begin: int) -> Shape | None:
		"""The shape of the frame at `begin` where a run of such frames can be read in bulk."""
		return None

	def _scan(self, data: bytes, *, final: bool) -> list[BadgeRead | Fault]:
		out: list[BadgeRead | Fault] = []
		begin, end, bulk_from = 0, len(data), 0
		while begin < end:
			start = self._start(data, begin)
			if start != begin:
				start = end if start < 0 else start
				self._skip(data, begin, start, out)
				begin = start
				continue
			if begin >= bulk_from:
				begin, bulk_from = self._bulk(data, begin, out)
				if begin >= bulk_from:
					continue
			step = self._parse(data, begin)
			if step is None:
				if not final:
					break
				step = self._cut(data, begin)
			begin += self._take(step, self._base + begin, out)
		self._held = data[begin:]
		self._base += begin
		return out

	def _cut(self, data: bytes, begin: int) -> Good | Bad:
		"""What a frame is that the line left unfinished."""
		return Bad("incomplete", len(data) - begin)

	def _bulk(self, data: bytes, begin: int, out: list[BadgeRead | Fault]) -> tuple[int, int]:
		"""Read a run of frames that have a shape: (where to go on, where bulk reading may be tried again)."""
		shape = self._shape(data, begin)
		if shape is None or len(data) - begin < BULK_FRAMES * shape.length:
			return begin, begin + 1
		copies = copies_at(data, begin, shape.length)
		if copies >= BULK_FRAMES and shape.run.match(data, begin, begin + shape.length):
			return self._give_copies(data, begin, copies, shape.length, out)
		frames = max(self._window // shape.length, BULK_FRAMES)
		match = shape.run.match(data, begin, begin + frames * shape.length)
		if match is None or match.end() - begin < BULK_FRAMES * shape.length:
			return self._bulk_mixed(data, begin, out)
		cards = shape.cards(match.group())
		end = begin + len(cards) * shape.length
		self._window = self._window * 2 if end == match.end() else self._window // 2
		self._window = min(max(self._window, LEAST_WINDOW), LARGEST_WINDOW)
		if not cards:
			return begin, begin + 1
		offsets = range(self._base + begin, self._base + end, shape.length)
		out.extend(reads_in_row(cards, self._protocol, offsets))
		self._noisy = False
		return end - self.postamble, end - self.postamble

	def _give_copies(
		self, data: bytes, begin: int, copies: int, length: int, out: list[BadgeRead | Fault]
	) -> tuple[int, int]:
		"""As _bulk, for copies of one frame, of which looking at the first is enough."""
		step = self._parse(data, begin)
		card = step.cards[0] if isinstance(step, Good) and step.cards else None
		if not isinstance(card, Card) or is_refused(card.card):
			return begin, begin + 1
		end = begin + copies * length
		out.extend(reads_of_one(card, self._protocol, range(self._base + begin, self._base + end, length)))
		self._noisy = False
		return end - self.postamble, end - self.postamble

	def _bulk_mixed(self, data: bytes, begin: int, out: list[BadgeRead | Fault]) -> tuple[int, int]:
		"""As _bulk, for frames of different shapes."""
		mixture = self.mixture
		if mixture is None:
			return begin, begin + BULK_FRAMES
		match = mixture.run.match(data, begin, begin + self._mixed_window)
		if match is None or match.end() - begin < BULK_FRAMES * mixture.least:
			return begin, begin + BULK_FRAMES * mixture.least
		cards, lengths = mixture.cards(match.group(), lambda frame: self._shape(frame, 0))
		all_good = len(cards) == len(lengths)
		self._mixed_window = min(self._mixed_window * 2, LARGEST_WINDOW) if all_good else LEAST_WINDOW
		if not cards:
			return begin, begin + 1
		*offsets, end = accumulate(lengths[: len(cards)], initial=begin + self._base)
		out.extend(reads_in_row(cards, self._protocol, offsets))
		self._noisy = False
		after = end - self._base - self.postamble
		return after, after

	def _skip(self, data: bytes, begin: int, end: int, out: list[BadgeRead | Fault]) -> None:
		if self._noisy:
			return
		if self.filler is not None:
			match = self.filler.match(data, begin, end)
			begin = match.end() if match else begin
		if begin < end:
			out.append(Fault("noise", self._base + begin))
			self._noisy = True

	def _take(self, step: Good | Bad, at: int, out: list[BadgeRead | Fault]) -> int:
		if isinstance(step, Bad):
			if at >= self._quiet:
				if step.own or not self._noisy:
					out.append(Fault(step.kind, at))
				self._quiet = at + step.extent
			self._noisy = True
			return step.resume
		for card in step.cards:
			if isinstance(card, Fault):
				out.append(Fault(card.kind, at))
			elif is_refused(card.card):
				out.append(Fault("refused-number", at))
			else:
				out.append(BadgeRead(card.card, self._protocol, at, card.facility, card.number))
		self._noisy = False
		return step.length


def xor_of(data: bytes) -> int:
	"""XOR of all bytes: 0 when the check byte is among them and holds."""
	return reduce(xor, data, 0)


def xor_columns(data: bytes, stride: int, columns: range) -> bytes:
	"""XOR of the given columns of rows of `stride` bytes: one byte a row, for any number of rows at once."""
	total = 0
	for column in columns:
		total ^= int.from_bytes(data[column::stride])
	return total.to_bytes(len(data) // stride)


def differences(left: bytes, right: bytes) -> bytes:
	"""One byte a position, 0 where both are equal."""
	return (int.from_bytes(left) ^ int.from_bytes(right)).to_bytes(len(left))


def sum_columns(data: bytes, stride: int, columns: range) -> bytes:
	"""Sum modulo 256 of the given columns of rows of `stride` bytes: one byte a row."""
	rows = len(data) // stride
	# Every other row goes into a lane of 16 bits, which holds 257 sums of bytes without a carry.
	mask = int.from_bytes(b"\x00\xff" * ((rows + 1) // 2 + 1))
	even = odd = 0
	for column in columns:
		value = int.from_bytes(data[column::stride])
		even += value & mask
		odd += (value >> 8) & mask
	return ((even & mask) | ((odd & mask) << 8)).to_bytes(2 * ((rows + 1) // 2 + 1))[-rows:]
