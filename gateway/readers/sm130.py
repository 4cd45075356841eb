"""SonMicro SM130 and SM132 over UART: FF 00 LEN CMD DATA SUM."""

import re

from gateway.readers.frames import Bad, FrameDecoder, Good
from gateway.readers.reads import UID_SIZES, Card, Fault, is_random_uid
from gateway.readers.shapes import Shape, Shapes, byte, differences, sum_columns, uid_numbers

SEEK_TAG = bytes.fromhex("ff00018283")
"""Look for a tag in the background; answered when one comes."""
TAG_REPLIES = (0x82, 0x83)
"""Seek for tag and select tag."""
LONGEST = 0x40


def _damage(frames: bytes, length: int) -> bytes:
	return differences(sum_columns(frames, length, range(1, length - 1)), frames[length - 1 :: length])


class Sm130Decoder(FrameDecoder):
	"""LEN counts CMD and DATA; SUM is the sum modulo 256 of everything behind FF. Tag reply: TYPE then the UID.

	A reply of one byte is a status ('N' no tag, 'L' seek under way, 'U' field off); a host command has no data
	or its parameters. Neither names a card.
	"""

	shapes = Shapes(
		[
			Shape(
				rb"\xff\x00%b[\x82\x83].{%d}" % (byte(n + 2), n + 2),
				n + 6,
				_damage,
				range(5, n + 5),
				uid_numbers,
			)
			for n in UID_SIZES
		]
		+ [Shape(rb"\xff\x00%b.{%d}" % (byte(n), n + 1), n + 4, _damage) for n in (1, 2)]
	)

	def _start(self, data: bytes, begin: int) -> int:
		match = _HEADING.search(data, begin)
		return match.start() if match else -1

	def _parse(self, data: bytes, begin: int) -> Good | Bad | None:
		if len(data) < begin + 3:
			return None
		length = data[begin + 2] + 4
		if len(data) < begin + length:
			return None
		if (sum(data[begin + 1 : begin + length - 1]) - data[begin + length - 1]) & 0xFF:
			return Bad("checksum", length)
		uid = data[begin + 5 : begin + length - 1]
		if data[begin + 3] not in TAG_REPLIES or len(uid) not in UID_SIZES:
			return Good(length)
		if is_random_uid(uid):
			return Good(length, (Fault("random-uid", 0),))
		return Good(length, (Card(uid.hex().upper()),))


_HEADING = re.compile(rb"\xff(?:\x00(?:[\x01-\x40]|\Z)|\Z)")
