"""Readers and barcode engines that send a line of text. What the text means is stated, never guessed."""

import re
from dataclasses import dataclass
from functools import cached_property

from gateway.readers.lines import LineDecoder
from gateway.readers.reads import Card, Fault

FORMATS = ("text", "hex", "decimal")
BYTE_ORDERS = ("msb", "lsb")
PRINTABLE = bytes(range(0x20, 0x7F))


@dataclass(frozen=True)
class LineFormat:
	"""What a line must look like and how it becomes a card number.

	`format`: "text" takes the line as it is (blanks or colons between pairs of hex digits are dropped, and a line
	of hex digits is written in capitals); "hex" and "decimal" are numbers. `length`: bytes of a hex or decimal
	number (decimal: 4 unless stated), characters of a text. `byte_order`: "lsb" for readers that send the least
	significant byte first. `pattern` must match the whole line without prefix and suffix; where it has a group,
	the group is the number. ValueError when the parts do not fit together.
	"""

	format: str = "text"
	prefix: str = ""
	suffix: str = ""
	byte_order: str = "msb"
	length: int | None = None
	pattern: str | None = None
	max_length: int = 64
	terminator: str = "newline"

	def __post_init__(self) -> None:
		if self.pattern is not None:
			try:
				re.compile(self.pattern)
			except re.error as error:
				raise ValueError(f"regex: {self.pattern!r} is not a regular expression: {error}") from error

	@cached_property
	def _pattern(self) -> re.Pattern[str] | None:
		return re.compile(self.pattern) if self.pattern is not None else None

	def read(self, text: str) -> Card | Fault:
		"""The card of one line (without its end), or a Fault (at 0)."""
		if len(text) < len(self.prefix) + len(self.suffix):
			return Fault("format", 0)
		if not text.startswith(self.prefix) or not text.endswith(self.suffix):
			return Fault("format", 0)
		text = text[len(self.prefix) : len(text) - len(self.suffix)].strip()
		if len(text) > self.max_length:
			return Fault("length", 0)
		if self._pattern is not None:
			match = self._pattern.fullmatch(text)
			if match is None:
				return Fault("format", 0)
			text = next((group for group in match.groups() if group is not None), text)
		if not text:
			return Fault("blank", 0)
		return {"text": self._text, "hex": self._hex, "decimal": self._decimal}[self.format](text)

	def _text(self, text: str) -> Card | Fault:
		if _HEX_PAIRS.fullmatch(text):
			text = text.replace(" ", "").replace(":", "")
		if self.length is not None and len(text) != self.length:
			return Fault("length", 0)
		return Card(text.upper() if _HEX.fullmatch(text) else text)

	def _hex(self, text: str) -> Card | Fault:
		digits = re.sub(r"[ :-]", "", text.removeprefix("0x").removeprefix("0X"))
		if not _HEX.fullmatch(digits):
			return Fault("digit", 0)
		if len(digits) % 2 or (self.length is not None and len(digits) != 2 * self.length):
			return Fault("length", 0)
		return self._number(bytes.fromhex(digits))

	def _decimal(self, text: str) -> Card | Fault:
		if not _DECIMAL.fullmatch(text):
			return Fault("digit", 0)
		try:
			return self._number(int(text).to_bytes(self.length or 4))
		except OverflowError:
			return Fault("length", 0)

	def _number(self, data: bytes) -> Card:
		return Card((data[::-1] if self.byte_order == "lsb" else data).hex().upper())


class TextLineDecoder(LineDecoder):
	"""Each line is one card. A byte that is not printable ASCII means noise or a wrong baud rate."""

	blank_kind = "blank"

	def __init__(self, protocol: str, line_format: LineFormat) -> None:
		super().__init__(protocol)
		self._format = line_format
		self.ends_at_gap = line_format.terminator == "gap"

	def _line(self, line: bytes, *, whole: bool) -> tuple[Card | Fault | None, int]:
		if not whole:
			return Fault("length", 0), 0
		if line.strip(_CONTROL).translate(None, PRINTABLE):
			return Fault("digit", 0), 0
		return self._format.read(line.strip(_CONTROL).decode("ascii")), 0


# STX, ETX and tab around the text are part of how some engines frame a line.
_CONTROL = b"\x02\x03\t"
_HEX = re.compile(r"[0-9A-Fa-f]+")
_DECIMAL = re.compile(r"[0-9]+")
_HEX_PAIRS = re.compile(r"[0-9A-Fa-f]{2}(?:[ :][0-9A-Fa-f]{2})+")
