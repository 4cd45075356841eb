"""The scanner shared by all protocols whose frames have a start: find it, check the frame, resynchronise."""

import re
from abc import ABC, abstractmethod
from functools import reduce
from itertools import chain
from operator import attrgetter, xor
from typing import NamedTuple

from gateway.readers.reads import BadgeRead, Card, Fault, is_refused, repeated_at, repeats
from gateway.readers.shapes import Run, Shapes

# So many bytes are looked at to read many frames at once: twice as many after each success, and few again after damage,
# since that costs all that was looked at behind it.
LEAST_WINDOW, LARGEST_WINDOW = 1024, 32768
# So far on it is tried again where it could not be done.
PAUSE = 64


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


class FrameDecoder(ABC):
	"""Decoder for frames that announce themselves. A subclass says where one may start and what it says."""

	filler: re.Pattern[bytes] | None = None
	"""Bytes that may stand between frames and mean nothing; anything else there is noise."""

	shapes: Shapes | None = None
	"""Frames that come often, and are then read many at once; what is said again and again is then read once.

	For decoders of which `_parse` looks at nothing before `begin`, and takes each of these for good, wherever it
	stands, when its check value holds.
	"""

	postamble = 0
	"""Bytes at the end of each of these shapes that belong to no frame: the next one may begin with them."""

	def __init__(self, protocol: str) -> None:
		self._protocol = protocol
		self._held = b""
		self._base = 0
		self._noisy = False
		self._quiet = 0
		self._window = LEAST_WINDOW

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

	def _scan(self, data: bytes, *, final: bool) -> list[BadgeRead | Fault]:
		out: list[BadgeRead | Fault] = []
		begin = many_from = 0
		while (begin := self._gap(data, begin, out)) < len(data):
			if begin >= many_from and self._clean(begin):
				after = self._many(data, begin, out)
				if after > begin:
					begin = after
					continue
				many_from = begin + PAUSE
			step = self._frame(data, begin, out, final=final)
			if step is None:
				break
			begin = step
		self._held = data[begin:]
		self._base += begin
		return out

	def _clean(self, begin: int) -> bool:
		"""Whether nothing before `begin` has a say in what follows."""
		return not self._noisy and self._base + begin >= self._quiet

	def _gap(self, data: bytes, begin: int, out: list[BadgeRead | Fault]) -> int:
		"""Skip what stands before a frame: where one may start."""
		start = self._start(data, begin) if begin < len(data) else begin
		if start != begin:
			start = len(data) if start < 0 else start
			self._skip(data, begin, start, out)
		return start

	def _frame(self, data: bytes, begin: int, out: list[BadgeRead | Fault], *, final: bool) -> int | None:
		"""Read the frame at `begin`: where to go on, or None when bytes are missing."""
		step = self._parse(data, begin)
		if step is None:
			if not final:
				return None
			step = self._cut(data, begin)
		return begin + self._take(step, self._base + begin, out)

	def _cut(self, data: bytes, begin: int) -> Good | Bad:
		"""What a frame is that the line left unfinished."""
		return Bad("incomplete", len(data) - begin)

	def _many(self, data: bytes, begin: int, out: list[BadgeRead | Fault]) -> int:
		"""Read many frames at once: where to go on."""
		stop = min(begin + self._window, len(data))
		if self.shapes is None:
			return begin
		after = self._copies(data, begin, stop, out)
		if after == begin:
			after = self._run(self.shapes, data, begin, stop, out)
		if len(data) - after > PAUSE:
			done = after > begin and stop - after <= LEAST_WINDOW
			self._window = min(2 * self._window, LARGEST_WINDOW) if done else LEAST_WINDOW
		return after

	def _copies(self, data: bytes, begin: int, stop: int, out: list[BadgeRead | Fault]) -> int:
		"""Read what is said again and again, of a card that is held or of none: where to go on."""
		length, copies = repeated_at(data, begin, stop)
		said, after, end = len(out), begin, begin
		while after < begin + length:
			step = self._frame(data, after, out, final=False)
			if step is None:
				return after
			end, after = step, self._gap(data, step, out)
		# The last frame is then good, and no damage reaches beyond it, so that each copy says the same
		if copies < 2 or after > begin + length or not self._clean(after):
			return after
		out.extend(repeats(out[said:], length, copies))
		# But what stands in the gap behind the last one may begin another frame
		return end + (copies - 1) * length

	def _run(self, shapes: Shapes, data: bytes, begin: int, stop: int, out: list[BadgeRead | Fault]) -> int:
		"""Read the good frames at `begin` that have a shape: where to go on."""
		# A damaged frame costs all that is looked at behind it
		if not shapes.several(data, begin, stop) or not isinstance(self._parse(data, begin), Good):
			return begin
		runs, end = shapes.runs(data, begin, stop, self._base)
		found = chain.from_iterable(map(self._reads, runs))
		out += sorted(found, key=attrgetter("at")) if len(runs) > 1 else found
		return end - self.postamble

	def _reads(self, run: Run) -> list[BadgeRead | Fault]:
		found, doubtful = run.reads(self._protocol)
		for place in sorted(set(doubtful), reverse=True):
			alone: list[BadgeRead | Fault] = []
			step = self._parse(run.frame(place), 0)
			if step is not None:
				self._take(step, run.offsets[place], alone)
			found[place : place + 1] = alone
		return found

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
