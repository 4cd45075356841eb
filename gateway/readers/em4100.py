"""RDM6300, its clone with a raw check byte, ID-2/12/20LA and EM-18: EM4100 numbers as ten hex digits."""

import re
from collections.abc import Callable
from binascii import unhexlify
from typing import NamedTuple

from gateway.readers.frames import Bad, FrameDecoder, Good, Shape, differences, xor_columns, xor_of
from gateway.readers.reads import BadgeRead, Card, Fault, is_refused

STX = 0x02
DIGITS = re.compile(rb"[0-9A-Fa-f]*")
NUMBER_DIGITS = 10
FRAME_DIGITS = 12


class AsciiDecoder(FrameDecoder):
	"""STX, ten digits of number, two digits of XOR, then `tail`. A fresh STX always starts a new frame."""

	def __init__(self, protocol: str, tail: bytes) -> None:
		super().__init__(protocol)
		self._tail = tail
		length = 1 + FRAME_DIGITS + len(tail)
		self._frame = Shape(
			length=length,
			run=re.compile(rb"(?:\x02[0-9A-Fa-f]{12}" + re.escape(tail) + rb")+"),
			damage=_digits_damage,
			card=slice(1, 1 + NUMBER_DIGITS),
			text=True,
		)

	def _start(self, data: bytes, begin: int) -> int:
		return data.find(b"\x02", begin)

	def _shape(self, data: bytes, begin: int) -> Shape | None:
		return self._frame

	def _parse(self, data: bytes, begin: int) -> Good | Bad | None:
		match = DIGITS.match(data, begin + 1)
		stop = match.end() if match else begin + 1
		digits = stop - begin - 1
		if digits < FRAME_DIGITS:
			return None if stop == len(data) else _broken(data, begin, stop)
		if digits > FRAME_DIGITS:
			return Bad("length", stop - begin, stop - begin)
		tail = data[stop : stop + len(self._tail)]
		if tail != self._tail:
			if self._tail.startswith(tail):
				return None
			kind = "incomplete" if tail[0] == STX else "length"
			return Bad(kind, stop - begin, stop - begin)
		length = self._frame.length
		if xor_of(unhexlify(data[begin + 1 : stop])):
			return Bad("checksum", length, length)
		return Good(length, (_card(data[begin + 1 : begin + 1 + NUMBER_DIGITS]),))


class RawCheckDecoder(FrameDecoder):
	"""STX, ten digits, one raw byte of XOR (which may look like STX or ETX), ETX: goes by length."""

	LENGTH = 13

	def __init__(self, protocol: str) -> None:
		super().__init__(protocol)
		self._frame = Shape(
			length=self.LENGTH,
			run=re.compile(rb"(?:\x02[0-9A-Fa-f]{10}.\x03)+", re.DOTALL),
			damage=_raw_check_damage,
			card=slice(1, 1 + NUMBER_DIGITS),
			text=True,
		)

	def _start(self, data: bytes, begin: int) -> int:
		return data.find(b"\x02", begin)

	def _shape(self, data: bytes, begin: int) -> Shape | None:
		return self._frame

	def _parse(self, data: bytes, begin: int) -> Good | Bad | None:
		match = DIGITS.match(data, begin + 1, begin + 1 + NUMBER_DIGITS)
		stop = match.end() if match else begin + 1
		if stop - begin - 1 < NUMBER_DIGITS:
			return None if stop == len(data) else _broken(data, begin, stop)
		if len(data) < begin + self.LENGTH:
			return None
		# Goes on right behind the digits: the byte that stands for the check may be the next frame's STX.
		if data[begin + 12] != 0x03:
			kind = "incomplete" if data[stop] == STX else "length"
			return Bad(kind, self.LENGTH, stop - begin)
		number = data[begin + 1 : stop]
		if xor_of(unhexlify(number)) != data[stop]:
			return Bad("checksum", self.LENGTH, stop - begin)
		return Good(self.LENGTH, (_card(number),))


class GapDecoder:
	"""Twelve bare digits, framed by silence (some firmwares add CR LF or STX ETX, which also end a frame).

	Never "every twelve bytes": a lost byte would shift all that follows. A burst without a gap is read from its
	two ends, and only where its check values hold.
	"""

	LIMIT = 480

	def __init__(self, protocol: str) -> None:
		self._protocol = protocol
		self._base = 0
		self._burst = b""
		self._burst_at = 0
		self._overflow = False
		self._noisy = False

	def feed(self, data: bytes) -> list[BadgeRead | Fault]:
		"""See Decoder."""
		out: list[BadgeRead | Fault] = []
		for token in _TOKEN.finditer(data):
			at = self._base + token.start()
			if token.lastgroup == "digits":
				self._collect(token.group(), at)
				continue
			self._end_burst(out, "length")
			if token.lastgroup == "separator":
				self._noisy = False
			elif not self._noisy:
				out.append(Fault("noise", at))
				self._noisy = True
		self._base += len(data)
		return out

	def idle(self) -> list[BadgeRead | Fault]:
		"""See Decoder."""
		out: list[BadgeRead | Fault] = []
		self._end_burst(out, "incomplete")
		self._noisy = False
		return out

	def _collect(self, digits: bytes, at: int) -> None:
		if not self._burst and not self._overflow:
			self._burst_at = at
		if self._overflow or len(self._burst) + len(digits) > self.LIMIT:
			self._overflow = True
			self._burst = b""
		else:
			self._burst += digits

	def _end_burst(self, out: list[BadgeRead | Fault], short: str) -> None:
		burst, self._burst = self._burst, b""
		if self._overflow:
			self._overflow = False
			out.append(Fault("length", self._burst_at))
			self._noisy = True
			return
		for piece in split_burst(burst, FRAME_DIGITS, _gap_frame_holds):
			at = self._burst_at + piece.at
			if not piece.good:
				whole = piece.length == FRAME_DIGITS
				if whole or not self._noisy:
					out.append(Fault("checksum" if whole else short if len(burst) < 12 else "length", at))
				self._noisy = True
				continue
			self._noisy = False
			card = _card(burst[piece.at : piece.at + NUMBER_DIGITS])
			if is_refused(card.card):
				out.append(Fault("refused-number", at))
			else:
				out.append(BadgeRead(card.card, self._protocol, at))


class Piece(NamedTuple):
	"""A part of a burst: one good frame, or bytes that are none."""

	at: int
	length: int
	good: bool


def split_burst(burst: bytes, width: int, holds: Callable[[bytes], bool]) -> list[Piece]:
	"""Frames of fixed width in a burst that has no delimiters.

	Good frames count from the front until one fails; the rest counts from the end: frame by frame when it is a
	whole number of frames long, else only where every frame up to the end holds.
	"""
	pieces: list[Piece] = []
	at, end = 0, len(burst)
	while end - at >= width and holds(burst[at : at + width]):
		pieces.append(Piece(at, width, good=True))
		at += width
	if (end - at) % width == 0:
		starts = range(at, end, width)
		return pieces + [Piece(i, width, holds(burst[i : i + width])) for i in starts]
	tail = end
	while tail - width >= at and holds(burst[tail - width : tail]):
		tail -= width
	pieces.append(Piece(at, tail - at, good=False))
	return pieces + [Piece(i, width, good=True) for i in range(tail, end, width)]


_TOKEN = re.compile(
	rb"(?P<digits>[0-9A-Fa-f]+)|(?P<separator>[\r\n\x02\x03]+)|(?P<noise>[^0-9A-Fa-f\r\n\x02\x03]+)"
)


def _broken(data: bytes, begin: int, stop: int) -> Bad:
	"""A frame that ends in a byte that is no digit: cut by a fresh STX, or damaged."""
	kind = "incomplete" if data[stop] == STX else "digit"
	return Bad(kind, stop - begin, stop - begin, own=stop - begin > 1)


def _card(digits: bytes) -> Card:
	return Card(digits.decode("ascii").upper())


def _digits_damage(run: bytes) -> bytes:
	numbers = unhexlify(run.translate(None, b"\x02\x03\r\n"))
	return xor_columns(numbers, 6, range(6))


def _raw_check_damage(run: bytes) -> bytes:
	rows = len(run) // RawCheckDecoder.LENGTH
	digits = bytearray(rows * NUMBER_DIGITS)
	for column in range(NUMBER_DIGITS):
		digits[column::NUMBER_DIGITS] = run[1 + column :: RawCheckDecoder.LENGTH]
	return differences(xor_columns(unhexlify(digits), 5, range(5)), run[11 :: RawCheckDecoder.LENGTH])


def _gap_frame_holds(frame: bytes) -> bool:
	return xor_of(unhexlify(frame)) == 0
