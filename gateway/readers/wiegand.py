"""Wiegand numbers: P + data + P in bits, and the serial converters that send them."""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.readers.reads import BadgeRead, Card, Fault, further_copies
from gateway.readers.shapes import Numbers, places


@dataclass(frozen=True)
class Layout:
	"""A Wiegand format: where the parities stand, and how many data bits are the facility.

	`even` and `odd` are masks over all bits (first bit = most significant): each with its parity bit.
	"""

	bits: int
	even: int
	odd: int
	facility_bits: int | None

	def read(self, value: int) -> Card | Fault:
		"""The card of `bits` bits: data bits as a decimal number. A Fault (at 0) for wrong parity or no number."""
		if (value & self.even).bit_count() % 2 or not (value & self.odd).bit_count() % 2:
			return Fault("parity", 0)
		data = (value >> 1) & ((1 << (self.bits - 2)) - 1)
		if data in (0, (1 << (self.bits - 2)) - 1):
			return Fault("refused-number", 0)
		if self.facility_bits is None:
			return Card(str(data))
		number_bits = self.bits - 2 - self.facility_bits
		return Card(str(data), data >> number_bits, data & ((1 << number_bits) - 1))


def _halves(bits: int, facility_bits: int | None) -> Layout:
	"""Leading bit makes the first half even, trailing bit the second half odd (an odd middle bit is in both)."""
	half = (bits + 1) // 2
	ones = (1 << half) - 1
	return Layout(bits, even=ones << (bits - half), odd=ones, facility_bits=facility_bits)


# 26 (H10301) and 34 (H10306) bits carry facility and number. 37 bits is either H10302 (number only) or H10304
# (facility 16, number 19), which nothing in the bits tells apart: the decimal number is the same in both.
LAYOUTS: Mapping[int, Layout] = MappingProxyType(
	{26: _halves(26, 8), 34: _halves(34, 16), 37: _halves(37, None)}
)


@dataclass(frozen=True)
class Corporate:
	"""HID Corporate 1000: three parities over interleaved bits, then facility and number. Masks as in Layout."""

	even: int
	odd: int
	facility_bits: int
	number_bits: int

	def read(self, value: int) -> tuple[int, int] | None:
		"""Facility and number, or None where the parities do not hold."""
		ones = [mask_of.bit_count() % 2 for mask_of in (value & self.even, value & self.odd, value)]
		if ones != [0, 1, 1]:
			return None
		number = (value >> 1) & ((1 << self.number_bits) - 1)
		return (value >> (self.number_bits + 1)) & ((1 << self.facility_bits) - 1), number


# The layouts are public in https://github.com/RfidResearchGroup/proxmark3/blob/master/client/src/wiegand_formats.c
CORPORATE: Mapping[int, Corporate] = MappingProxyType(
	{
		35: Corporate(0x3_B6DB_6DB6, 0x3_6DB6_DB6D, 12, 20),
		48: Corporate(0x5B6D_B6DB_6DB6, 0x36DB_6DB6_DB6D, 22, 23),
	}
)
WHOLE = frozenset({32, 36, 56, 58})
"""Lengths that several makers fill in ways of their own, so that all bits together are the number: 32 and 56 are mostly the
serial number of a card, 36 and 58 have some parity."""


def read_bits(value: int, count: int, *, vouched: bool = False) -> Card | Fault:
	"""The card of a Wiegand number of `count` bits; a length that nobody uses is refused, never padded.

	`vouched`: a check value of the line holds, so that parities of an unknown layout are no damage.
	"""
	layout = LAYOUTS.get(count)
	if layout:
		return layout.read(value)
	if count not in CORPORATE and count not in WHOLE:
		return Fault("length", 0)
	if value in (0, (1 << count) - 1):
		return Fault("refused-number", 0)
	fields = CORPORATE[count].read(value) if count in CORPORATE else None
	if fields is None and count in CORPORATE and not vouched:
		return Fault("parity", 0)
	facility, number = fields or (None, None)
	return Card(whole_number(value, count), facility, number)


def whole_number(value: int, count: int) -> str:
	"""All bits as hex: whole bytes as any reader gives them, other lengths behind their count, so that none is another's."""
	digits = f"{value:0{(count + 3) // 4}X}"
	return f"{count}:{digits}" if count % 8 else digits


def read_left_justified(data: bytes, count: int, *, vouched: bool = False) -> Card | Fault:
	"""As read_bits, for bits at the top of whole bytes; the unused bits at the end must be zero."""
	spare = len(data) * 8 - count
	if not 0 <= spare < 8:
		return Fault("length", 0)
	value = int.from_bytes(data)
	if value & ((1 << spare) - 1):
		return Fault("format", 0)
	return read_bits(value >> spare, count, vouched=vouched)


def many_left_justified(data: bytes, size: int, bits: int) -> Numbers:
	"""As read_left_justified, for numbers of `size` bytes one behind the other; doubtful where that gives a Fault."""
	layout, rows, spare = LAYOUTS[bits], len(data) // size, size * 8 - bits
	every = int.from_bytes(b"\x01" * rows)
	unused = int.from_bytes(data[size - 1 :: size]) & every * ((1 << spare) - 1)
	even, odd = (_parities(data, size, mask << spare, every) for mask in (layout.even, layout.odd))
	wrong = (even | odd ^ every | unused).to_bytes(rows)
	padded = bytearray(8 * rows)
	for column in range(size):
		padded[8 - size + column :: 8] = data[column::size]
	ones = (1 << (bits - 2)) - 1
	values = [value >> (spare + 1) & ones for value in struct.unpack(f">{rows}Q", padded)]
	doubtful = [at for at, each in enumerate(wrong) if each] if any(wrong) else []
	doubtful += places(values, 0) + places(values, ones)
	if layout.facility_bits is None:
		return Numbers(map(str, values), doubtful)
	number_bits = bits - 2 - layout.facility_bits
	number_ones = (1 << number_bits) - 1
	return Numbers(
		map(str, values),
		doubtful,
		[value >> number_bits for value in values],
		[value & number_ones for value in values],
	)


def _parities(data: bytes, size: int, mask: int, every: int) -> int:
	"""Of each number of `size` bytes whether the bits under the mask are odd: one byte a number, 0 or 1."""
	total = 0
	for column, byte in enumerate(mask.to_bytes(size)):
		total ^= int.from_bytes(data[column::size]) & every * byte
	return int.from_bytes(total.to_bytes(len(data) // size).translate(_ODD))


_ODD = bytes(byte.bit_count() & 1 for byte in range(256))


class WiegandDecoder:
	"""Serial converters for a Wiegand reader of 26 or 34 bits.

	Three forms, told apart by their length alone: a line of 26 (34) characters 0 and 1; a line of hex digits,
	left-justified (7 or 8, 9 or 10); 4 (5) raw bytes, left-justified, framed by silence. No raw frame can be
	mistaken for text, because its last byte ends in six zero bits, which no hex digit, CR or LF does.
	"""

	HELD = 504
	TEXT_LIMIT = 64

	def __init__(self, protocol: str, bits: int, form: str = "auto") -> None:
		self._protocol = protocol
		self._layout = LAYOUTS[bits]
		self._bits = bits
		self._width = (bits + 7) // 8
		self._spare = self._width * 8 - bits
		self._form = form
		self._held = b""
		self._base = 0
		self._damaged = False
		self._cut = False

	def feed(self, data: bytes) -> list[BadgeRead | Fault]:
		"""See Decoder."""
		return self._scan(self._held + data, final=False)

	def idle(self) -> list[BadgeRead | Fault]:
		"""See Decoder."""
		out = self._scan(self._held, final=True)
		self._base += len(self._held)
		self._held = b""
		self._damaged = False
		return out

	def _scan(self, data: bytes, *, final: bool) -> list[BadgeRead | Fault]:
		out: list[BadgeRead | Fault] = []
		begin = 0
		while begin < len(data):
			step = self._recover if self._damaged else self._next
			after = step(data, begin, final, out)
			if after is None:
				break
			begin = after
		if self._damaged and len(data) - begin > self.HELD:
			begin, self._cut = len(data) - self.HELD, True
		self._held = data[begin:]
		self._base += begin
		return out

	def _next(  # noqa: PLR0911 - one return for each way in which a frame can go on
		self, data: bytes, begin: int, final: bool, out: list[BadgeRead | Fault]
	) -> int | None:
		"""One frame from `begin`: the offset behind it, or None to wait for more bytes."""
		at = self._base + begin
		if self._form in ("auto", "raw"):
			raw = data[begin : begin + self._width]
			if len(raw) < self._width and not final:
				return None
			if self._form == "raw" or (len(raw) == self._width and self._is_raw(raw)):
				return self._next_burst(data, begin, final, out)
		if data[begin] in b"\r\n":
			return begin + 1
		text = _DIGITS.match(data, begin)
		if text is None:
			return self._damage("noise", at, begin, out)
		if len(text.group()) > self.TEXT_LIMIT:
			return self._damage("length", at, begin, out)
		if text.end() == len(data) and not final:
			return None
		if text.end() < len(data) and data[text.end()] not in b"\r\n":
			return self._damage("digit", at, begin, out)
		if text.end() == len(data) and len(text.group()) < self._width:
			return self._damage("incomplete", at, begin, out)
		self._give(self._read_text(text.group()), at, out)
		line_end = len(_LINE_END.match(data, text.end()).group())  # type: ignore[union-attr]
		return further_copies(data, begin, text.end() + line_end, self._base, out) - line_end

	def _next_burst(self, data: bytes, begin: int, final: bool, out: list[BadgeRead | Fault]) -> int | None:
		"""Raw frames without delimiters: nothing is certain before the silence that ends them."""
		if self._form == "auto" and _LINE.search(data, begin, begin + self.HELD):
			return self._damage("noise", self._base + begin, begin, out)
		if not final:
			overflow = len(data) - begin > self.HELD
			return self._damage("length", self._base + begin, begin, out) if overflow else None
		start = begin + (len(data) - begin) % self._width
		if start > begin:
			out.append(
				Fault("incomplete" if len(data) - begin < self._width else "length", self._base + begin)
			)
			start = self._good_end(data, begin)
		for at in range(start, len(data), self._width):
			raw = data[at : at + self._width]
			found = (
				self._read(int.from_bytes(raw) >> self._spare) if self._is_raw(raw) else Fault("format", 0)
			)
			self._give(found, self._base + at, out)
		return len(data)

	def _good_end(self, data: bytes, begin: int) -> int:
		"""From where on whole frames hold up to the end of a damaged burst.

		Nowhere if one also holds that ends a few bytes before: what came too much may stand behind it just as well,
		and the two parities hold for one in four wrong numbers.
		"""
		start = len(data)
		shifted = range(max(begin, start - 2 * self._width + 1), start - self._width)
		if any(self._raw_holds(data[at : at + self._width]) for at in shifted):
			return start
		while start - self._width >= begin and self._raw_holds(data[start - self._width : start]):
			start -= self._width
		return start

	def _damage(self, kind: str, at: int, begin: int, out: list[BadgeRead | Fault]) -> int:
		out.append(Fault(kind, at))
		self._damaged, self._cut = True, False
		return begin

	def _recover(self, data: bytes, begin: int, final: bool, out: list[BadgeRead | Fault]) -> int | None:
		"""After damage: go on at the next whole line of text, or, at the silence, with raw frames at the end."""
		if self._form != "raw":
			# What is held may begin in the middle of a line, of which the rest is no line
			match = _LINE.search(data, begin + self._cut)
			while match:
				text = match.group(1)
				# Too few zeros and ones are the rest of a damaged line of bits, not a number in hex
				rest = self._form == "auto" and len(text) != self._bits and not text.strip(b"01")
				found = None if rest else self._read_text(text)
				if isinstance(found, Card):
					self._give(found, self._base + match.start(1), out)
					self._damaged = False
					return match.end(1)
				match = _LINE.search(data, match.end(1))
		if final and self._form in ("auto", "raw"):
			first = max(begin, len(data) - self.HELD)
			for at in range(self._good_end(data, first), len(data), self._width):
				raw = data[at : at + self._width]
				self._give(self._read(int.from_bytes(raw) >> self._spare), self._base + at, out)
		return None

	def _is_raw(self, raw: bytes) -> bool:
		return not raw[-1] & ((1 << self._spare) - 1)

	def _raw_holds(self, raw: bytes) -> bool:
		return self._is_raw(raw) and isinstance(self._read(int.from_bytes(raw) >> self._spare), Card)

	def _read(self, value: int) -> Card | Fault:
		return self._layout.read(value)

	def _read_text(self, text: bytes) -> Card | Fault:
		if len(text) == self._bits and self._form != "hex" and not text.strip(b"01"):
			return self._read(int(text, 2))
		digits = len(text)
		if self._form == "bits" or digits not in ((self._bits + 3) // 4, self._width * 2):
			return Fault("length", 0)
		spare = digits * 4 - self._bits
		value = int(text, 16)
		if value & ((1 << spare) - 1):
			return Fault("format", 0)
		return self._read(value >> spare)

	def _give(self, found: Card | Fault, at: int, out: list[BadgeRead | Fault]) -> None:
		if isinstance(found, Fault):
			out.append(Fault(found.kind, at))
		else:
			out.append(BadgeRead(found.card, self._protocol, at, found.facility, found.number))


_LINE_END = re.compile(rb"[\r\n]*")
_DIGITS = re.compile(rb"[0-9A-Fa-f]+")
# A whole line of digits with something that is no digit before it.
_LINE = re.compile(rb"(?<![0-9A-Fa-f])([0-9A-Fa-f]{7,34})(?=[\r\n])")
