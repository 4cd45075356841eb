"""SonMicro SM130 and SM132 over UART: FF 00 LEN CMD DATA SUM."""

import re
from functools import lru_cache

from gateway.readers.frames import Bad, FrameDecoder, Good, Mixture, Shape, differences, sum_columns
from gateway.readers.reads import Card, Fault, is_random_uid

SEEK_TAG = bytes.fromhex("ff00018283")
"""Look for a tag in the background; answered when one comes."""
TAG_REPLIES = (0x82, 0x83)
"""Seek for tag and select tag."""
LONGEST = 0x40


class Sm130Decoder(FrameDecoder):
	"""LEN counts CMD and DATA; SUM is the sum modulo 256 of everything behind FF. Tag reply: TYPE then the UID.

	A reply of one byte is a status ('N' no tag, 'L' seek under way, 'U' field off); a host command has no data
	or its parameters. Neither names a card.
	"""

	mixture = Mixture(rb"\xff\x00(?:\x06[\x82\x83].{6}|\x09[\x82\x83].{9}|\x0c[\x82\x83].{12})", least=10)

	def _start(self, data: bytes, begin: int) -> int:
		match = _HEADING.search(data, begin)
		return match.start() if match else -1

	def _shape(self, data: bytes, begin: int) -> Shape | None:
		return _shape(data[begin : begin + 5])

	def _parse(self, data: bytes, begin: int) -> Good | Bad | None:
		if len(data) < begin + 3:
			return None
		length = data[begin + 2] + 4
		if len(data) < begin + length:
			return None
		if (sum(data[begin + 1 : begin + length - 1]) - data[begin + length - 1]) & 0xFF:
			return Bad("checksum", length)
		uid = data[begin + 5 : begin + length - 1]
		if data[begin + 3] not in TAG_REPLIES or len(uid) not in (4, 7, 10):
			return Good(length)
		if is_random_uid(uid):
			return Good(length, (Fault("random-uid", 0),))
		return Good(length, (Card(uid.hex().upper()),))


_HEADING = re.compile(rb"\xff(?:\x00(?:[\x01-\x40]|\Z)|\Z)")


@lru_cache(maxsize=32)
def _shape(heading: bytes) -> Shape | None:
	if len(heading) < 5 or heading[3] not in TAG_REPLIES or heading[2] not in (6, 9, 12):
		return None
	length = heading[2] + 4
	return Shape(
		length=length,
		run=re.compile(rb"(?:" + re.escape(heading) + rb".{%d})+" % (length - 5), re.DOTALL),
		damage=lambda run: differences(
			sum_columns(run, length, range(1, length - 1)), run[length - 1 :: length]
		),
		card=slice(5, length - 1),
		random=heading[2] == 6,
	)
