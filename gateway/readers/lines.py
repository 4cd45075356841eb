"""Lines of text cut out of a stream: CR, LF or CRLF ends a line, silence leaves it unfinished."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable

from gateway.readers.reads import BadgeRead, Card, Fault, further_copies, is_refused

LINE_LIMIT = 256
"""No line of a badge reader or barcode engine that we read is longer."""
TAIL = 64
"""So much of an over-long line is kept, to find a frame at its end."""


class LineDecoder(ABC):
	"""Decoder for protocols that are framed by line ends. A subclass says what one line means."""

	ends_at_gap = False
	"""Whether silence ends a line as CR does."""
	blank_kind: str | None = None
	"""The fault that an empty line is; most protocols have it between frames and it means nothing."""

	def __init__(self, protocol: str) -> None:
		self._protocol = protocol
		self._held = b""
		self._at = 0
		self._too_long = False
		self._after_cr = False
		self._noisy = False

	def feed(self, data: bytes) -> list[BadgeRead | Fault]:
		"""See Decoder."""
		out: list[BadgeRead | Fault] = []
		begin = 0
		while match := _LINE_END.search(data, begin):
			end = match.start()
			if end == begin and not self._held and not self._too_long:
				lone_lf = self._after_cr and data[end] == 0x0A
				self._after_cr = data[match.end() - 1] == 0x0D
				if lone_lf:
					self._at += 1
				else:
					if self.blank_kind is not None:
						out.append(Fault(self.blank_kind, self._at))
					self._at += match.end() - end
				begin = match.end()
				continue
			self._add(data[begin:end], out)
			self._end(out)
			self._at += match.end() - end
			self._after_cr = data[match.end() - 1] == 0x0D
			after = further_copies(data, begin, match.end(), self._at - match.end(), out)
			self._at += after - match.end()
			begin = after
		if begin < len(data):
			self._add(data[begin:], out)
			self._after_cr = False
		return out

	def idle(self) -> list[BadgeRead | Fault]:
		"""See Decoder."""
		out: list[BadgeRead | Fault] = []
		if self._held or self._too_long:
			if self.ends_at_gap:
				self._end(out)
			elif self._too_long:
				self._forget()
			else:
				out.append(Fault("incomplete", self._at))
				self._forget()
		self._noisy = False
		return out

	@abstractmethod
	def _line(self, line: bytes, *, whole: bool) -> tuple[Card | Fault | None, int]:
		"""What a line means (None for nothing) and where in it that begins; what stands before is noise.

		With `whole` False it is the end of a line full of noise. A Fault of kind "noise" joins the noise before it.
		"""

	def _add(self, data: bytes, out: list[BadgeRead | Fault]) -> None:
		if self._too_long:
			self._at += len(data)
			self._held = (self._held + data[-TAIL:])[-TAIL:]
			return
		line = self._held + data
		if len(line) > LINE_LIMIT:
			if not self._noisy:
				out.append(Fault("length", self._at))
			self._noisy = self._too_long = True
			self._at += len(line)
			line = line[-TAIL:]
		self._held = line

	def _forget(self) -> None:
		self._at += 0 if self._too_long else len(self._held)
		self._held = b""
		self._too_long = False

	def _end(self, out: list[BadgeRead | Fault]) -> None:
		line, whole = self._held, not self._too_long
		start = self._at if whole else self._at - len(line)
		self._forget()
		found, skipped = self._line(line, whole=whole)
		if isinstance(found, Fault):
			if whole and (found.kind != "noise" or not self._noisy):
				out.append(Fault(found.kind, start))
			self._noisy = self._noisy or found.kind == "noise"
			return
		if skipped and not self._noisy:
			out.append(Fault("noise", start))
		self._noisy = False
		if found is not None:
			self._give(found, start + skipped, out)

	def _give(self, card: Card, at: int, out: list[BadgeRead | Fault]) -> None:
		if is_refused(card.card):
			out.append(Fault("refused-number", at))
		else:
			out.append(BadgeRead(card.card, self._protocol, at, card.facility, card.number))


_LINE_END = re.compile(rb"\r\n|\r|\n")


class HexLineDecoder(LineDecoder):
	"""Lines of hex digits. What stands before costs itself alone, when the digits at the end hold."""

	def _line(self, line: bytes, *, whole: bool) -> tuple[Card | Fault | None, int]:
		tail = _HEX_TAIL.search(line)
		digits = tail.group().decode("ascii").upper() if tail else ""
		said: Card | Fault | None = Fault("noise", 0)
		if whole and len(digits) == len(line):
			said = self._digits(digits)
			if isinstance(said, Card):
				return said, 0
		for length in self._lengths(digits):
			found = self._digits(digits[len(digits) - length :])
			if isinstance(found, Card):
				return found, len(line) - length
		return said, 0

	@abstractmethod
	def _digits(self, digits: str) -> Card | Fault | None:
		"""What a line of nothing but hex digits means."""

	@abstractmethod
	def _lengths(self, digits: str) -> Iterable[int]:
		"""How many of the digits at the end may be a frame, when noise or half a frame stands before them."""


_HEX_TAIL = re.compile(rb"[0-9A-Fa-f]*\Z")
