"""RDM6300, its clone with a raw check byte, ID-2/12/20LA and EM-18: EM4100 numbers as ten hex digits."""

import re
from binascii import unhexlify

from gateway.readers.frames import Bad, FrameDecoder, Good, xor_of
from gateway.readers.reads import BadgeRead, Card, Fault, further_copies, is_refused
from gateway.readers.shapes import Shape, Shapes, columns, differences, digit_numbers, xor_rows

STX = 0x02
DIGITS = re.compile(rb"[0-9A-Fa-f]*")
NUMBER_DIGITS = 10
FRAME_DIGITS = 12
NUMBER = range(1, 1 + NUMBER_DIGITS)
LINE_END = Shape(rb"\r\n", 2)


def _digits_damage(frames: bytes, length: int) -> bytes:
	return xor_rows(unhexlify(columns(frames, length, range(1, 1 + FRAME_DIGITS))), FRAME_DIGITS // 2)


def _raw_check_damage(frames: bytes, length: int) -> bytes:
	numbers = unhexlify(columns(frames, length, NUMBER))
	return differences(xor_rows(numbers, NUMBER_DIGITS // 2), frames[NUMBER.stop :: length])


class AsciiDecoder(FrameDecoder):
	"""STX, ten digits of number, two digits of XOR, then `tail`. A fresh STX always starts a new frame."""

	filler = re.compile(rb"[\r\n]*")

	def __init__(self, protocol: str, tail: bytes) -> None:
		super().__init__(protocol)
		self._tail = tail
		self._length = 1 + FRAME_DIGITS + len(tail)
		frame = rb"\x02[0-9A-Fa-f]{12}" + re.escape(tail)
		self.shapes = Shapes([Shape(frame, self._length, _digits_damage, NUMBER, digit_numbers)], [LINE_END])

	def _start(self, data: bytes, begin: int) -> int:
		return data.find(b"\x02", begin)

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
		if xor_of(unhexlify(data[begin + 1 : stop])):
			return Bad("checksum", self._length, self._length)
		return Good(self._length, (_card(data[begin + 1 : begin + 1 + NUMBER_DIGITS]),))


class RawCheckDecoder(FrameDecoder):
	"""STX, ten digits, one raw byte of XOR (which may look like STX or ETX), ETX: goes by length."""

	LENGTH = 13

	shapes = Shapes([Shape(rb"\x02[0-9A-Fa-f]{10}.\x03", LENGTH, _raw_check_damage, NUMBER, digit_numbers)])

	def _start(self, data: bytes, begin: int) -> int:
		return data.find(b"\x02", begin)

	def _parse(self, data: bytes, begin: int) -> Good | Bad | None:
		match = DIGITS.match(data, begin + 1, begin + 1 + NUMBER_DIGITS)
		stop = match.end() if match else begin + 1
		if stop - begin - 1 < NUMBER_DIGITS:
			return None if stop == len(data) else _broken(data, begin, stop)
		if len(data) < begin + self.LENGTH:
			return None
		# Scanning goes on right behind the digits, where the check byte may be the STX of the next frame.
		if data[begin + 12] != 0x03:
			kind = "incomplete" if data[stop] == STX else "length"
			return Bad(kind, self.LENGTH, stop - begin)
		number = data[begin + 1 : stop]
		if xor_of(unhexlify(number)) != data[stop]:
			return Bad("checksum", self.LENGTH, stop - begin)
		return Good(self.LENGTH, (_card(number),))


class GapDecoder:
	"""Twelve bare digits, framed by silence (some firmwares add CR LF or STX ETX, which also end a frame).

	Never "every twelve bytes": a lost byte would shift all that follows, and XOR does not show it, because a frame
	repeated without a gap holds at every offset: "4500C5D1E9B8" twice without its first digit begins with
	"500C5D1E9B84", which holds and is another card. So a burst counts only when it is whole frames long.
	"""

	LIMIT = 480
	STRAY = 6
	"""Fewer digits than this are part of the noise around them."""

	def __init__(self, protocol: str) -> None:
		self._protocol = protocol
		self._base = 0
		self._burst = b""
		self._burst_at = 0
		self._overflow = False
		self._noisy = False
		self._behind_noise = False

	def feed(self, data: bytes) -> list[BadgeRead | Fault]:
		"""See Decoder."""
		out: list[BadgeRead | Fault] = []
		begin = read_from = 0
		while token := _TOKEN.match(data, begin):
			at, begin = self._base + token.start(), token.end()
			if token.lastgroup == "digits":
				self._collect(token.group(), at)
				read_from = token.start()
				continue
			noise = token.lastgroup == "noise"
			self._end_burst(out, "digit" if noise else "length")
			if noise and not self._noisy:
				out.append(Fault("noise", at))
				self._noisy = True
			self._behind_noise = noise
			if not noise:
				begin = further_copies(data, read_from, begin, self._base, out)
		self._base += len(data)
		return out

	def idle(self) -> list[BadgeRead | Fault]:
		"""See Decoder."""
		out: list[BadgeRead | Fault] = []
		self._end_burst(out, "incomplete")
		self._noisy = self._behind_noise = False
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
		if len(burst) % FRAME_DIGITS:
			# The rest of a frame with noise in it is not another bad frame
			if not self._noisy or (len(burst) >= self.STRAY and not self._behind_noise):
				out.append(Fault(short if len(burst) < FRAME_DIGITS else "length", self._burst_at))
			self._noisy = True
			return
		for start in range(0, len(burst), FRAME_DIGITS):
			digits, at = burst[start : start + FRAME_DIGITS], self._burst_at + start
			card = _card(digits[:NUMBER_DIGITS])
			if xor_of(unhexlify(digits)):
				out.append(Fault("checksum", at))
			elif is_refused(card.card):
				out.append(Fault("refused-number", at))
			else:
				out.append(BadgeRead(card.card, self._protocol, at))
			self._noisy = False


# Noise takes in the few hex digits that happen to stand between its bytes.
_TOKEN = re.compile(
	rb"(?P<noise>(?:[^0-9A-Fa-f\r\n\x02\x03]+(?:[0-9A-Fa-f]{1,5}(?=[^0-9A-Fa-f\r\n\x02\x03]))?)+)"
	rb"|(?P<digits>[0-9A-Fa-f]+)|(?P<separator>[\r\n\x02\x03]+)"
)


def _broken(data: bytes, begin: int, stop: int) -> Bad:
	"""A frame that ends in a byte that is no digit: cut by a fresh STX, or damaged."""
	kind = "incomplete" if data[stop] == STX else "digit"
	return Bad(kind, stop - begin, stop - begin, own=stop - begin > 1)


def _card(digits: bytes) -> Card:
	return Card(digits.decode("ascii").upper())
