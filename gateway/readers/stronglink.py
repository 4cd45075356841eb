"""StrongLink SL025, SL031 and SL032 over UART (SL030 is the I2C twin and cannot be read here)."""

import re
from functools import lru_cache

from gateway.readers.frames import Bad, FrameDecoder, Good, Mixture, Shape, xor_columns, xor_of
from gateway.readers.reads import Card, Fault, is_random_uid

SELECT_CARD = bytes.fromhex("ba0201b9")
SELECT = 0x01
SUCCESS = 0x00


class StrongLinkDecoder(FrameDecoder):
	"""Replies BD LEN CMD STATUS DATA XOR to host commands BA LEN CMD DATA XOR.

	LEN counts everything behind itself; XOR covers everything before itself. The reply to "select card" with
	status 00 is UID and TYPE; any other frame names no card.
	"""

	mixture = Mixture(rb"\xbd(?:\x08\x01\x00.{6}|\x0b\x01\x00.{9}|\x0e\x01\x00.{12})", least=10)

	def _start(self, data: bytes, begin: int) -> int:
		match = _HEADING.search(data, begin)
		return match.start() if match else -1

	def _shape(self, data: bytes, begin: int) -> Shape | None:
		return _shape(data[begin : begin + 4])

	def _parse(self, data: bytes, begin: int) -> Good | Bad | None:
		if len(data) < begin + 2:
			return None
		length = data[begin + 1] + 2
		if len(data) < begin + length:
			return None
		if xor_of(data[begin : begin + length]):
			return Bad("checksum", length)
		reply = data[begin] == 0xBD
		uid = data[begin + 4 : begin + length - 2]
		if not reply or data[begin + 2 : begin + 4] != bytes((SELECT, SUCCESS)) or len(uid) not in (4, 7, 10):
			return Good(length)
		if is_random_uid(uid):
			return Good(length, (Fault("random-uid", 0),))
		return Good(length, (Card(uid.hex().upper()),))


# LEN is at least CMD, STATUS and XOR in a reply, CMD and XOR in a command; 0x20 fits the longest of both.
_HEADING = re.compile(rb"\xbd(?:[\x03-\x20]|\Z)|\xba(?:[\x02-\x20]|\Z)")


@lru_cache(maxsize=32)
def _shape(heading: bytes) -> Shape | None:
	if heading[:1] + heading[2:] != bytes((0xBD, SELECT, SUCCESS)) or heading[1] not in (8, 11, 14):
		return None
	length = heading[1] + 2
	return Shape(
		length=length,
		run=re.compile(rb"(?:" + re.escape(heading) + rb".{%d})+" % (length - 4), re.DOTALL),
		damage=lambda run: xor_columns(run, length, range(length)),
		card=slice(4, length - 2),
		random=heading[1] == 8,
	)
