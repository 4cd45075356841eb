"""Gwiot 7941E ("STX LEN TYPE" family) and 7941W: binary frames, read by length."""

import re

from gateway.readers.frames import Bad, FrameDecoder, Good, xor_of
from gateway.readers.reads import Card, Fault, is_random_uid
from gateway.readers.shapes import Shape, Shapes, byte, uid_numbers, xor_columns

# Identifier lengths: 4 Mifare, 5 EM4100, 7 and 10 ISO 14443 double and triple size, 8 ISO 15693.
UID_LENGTHS = (4, 5, 7, 8, 10)


def _damage_7941e(frames: bytes, length: int) -> bytes:
	return xor_columns(frames, length, range(1, length - 1))


def _damage_7941w(frames: bytes, length: int) -> bytes:
	return xor_columns(frames, length, range(2, length))


class Gwiot7941eDecoder(FrameDecoder):
	"""STX LEN TYPE ID BCC ETX. LEN counts the whole frame; BCC is XOR from LEN to the last byte of ID.

	STX and ETX are legal inside.
	"""

	AROUND = 5
	"""Bytes of a frame that are not ID."""
	shapes = Shapes(
		Shape(rb"\x02%b.{%d}\x03" % (byte(n + 5), n + 2), n + 5, _damage_7941e, range(3, n + 3), uid_numbers)
		for n in UID_LENGTHS
	)

	def _start(self, data: bytes, begin: int) -> int:
		match = _STX.search(data, begin)
		return match.start() if match else -1

	def _parse(self, data: bytes, begin: int) -> Good | Bad | None:
		if len(data) < begin + 2:
			return None
		length = data[begin + 1]
		if len(data) < begin + length:
			return None
		if data[begin + length - 1] != 0x03:
			return Bad("length", length)
		if xor_of(data[begin + 1 : begin + length - 1]):
			return Bad("checksum", length)
		uid = data[begin + 3 : begin + length - 2]
		return Good(length, (Fault("random-uid", 0) if is_random_uid(uid) else Card(uid.hex().upper()),))


class Gwiot7941wDecoder(FrameDecoder):
	"""Replies CD DC ADR 81|80 LEN DATA XOR to host commands AB BA ADR CMD LEN DATA XOR.

	XOR covers everything between the two-byte heading and itself. Status 81 with an identifier is a card; any other
	status, and everything the host says, is none.
	"""

	AROUND = 6
	shapes = Shapes(
		[
			Shape(
				rb"\xcd\xdc.\x81%b.{%d}" % (byte(n), n + 1),
				n + 6,
				_damage_7941w,
				range(5, n + 5),
				uid_numbers,
			)
			for n in UID_LENGTHS
		],
		[
			Shape(rb"(?:\xcd\xdc|\xab\xba)..%b.{%d}" % (byte(n), n + 1), n + 6, _damage_7941w)
			for n in (0, 1, 2)
		],
	)

	def _start(self, data: bytes, begin: int) -> int:
		match = _HEADING_7941W.search(data, begin)
		return match.start() if match else -1

	def _parse(self, data: bytes, begin: int) -> Good | Bad | None:
		if len(data) < begin + 5:
			return None
		length = data[begin + 4] + self.AROUND
		if len(data) < begin + length:
			return None
		if xor_of(data[begin + 2 : begin + length]):
			return Bad("checksum", length)
		uid = data[begin + 5 : begin + length - 1]
		if data[begin] != 0xCD or data[begin + 3] != 0x81 or len(uid) not in UID_LENGTHS:
			return Good(length)
		if is_random_uid(uid):
			return Good(length, (Fault("random-uid", 0),))
		return Good(length, (Card(uid.hex().upper()),))


_STX = re.compile(
	rb"\x02(?:[" + b"".join(re.escape(bytes([n + Gwiot7941eDecoder.AROUND])) for n in UID_LENGTHS) + rb"]|\Z)"
)
_HEADING_7941W = re.compile(rb"\xcd(?:\xdc|\Z)|\xab(?:\xba|\Z)")
