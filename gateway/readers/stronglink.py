"""StrongLink SL025, SL031 and SL032 over UART (SL030 is the I2C twin and cannot be read here)."""

import re

from gateway.readers.frames import Bad, FrameDecoder, Good, xor_of
from gateway.readers.reads import UID_SIZES, Card, Fault, is_random_uid
from gateway.readers.shapes import Shape, Shapes, byte, uid_numbers, xor_rows

SELECT_CARD = bytes.fromhex("ba0201b9")
SELECT = 0x01
SUCCESS = 0x00


class StrongLinkDecoder(FrameDecoder):
	"""Replies BD LEN CMD STATUS DATA XOR to host commands BA LEN CMD DATA XOR.

	LEN counts everything behind itself; XOR covers everything before itself. The reply to "select card" with
	status 00 is UID and TYPE; any other frame names no card.
	"""

	shapes = Shapes(
		[
			Shape(
				rb"\xbd%b\x01\x00.{%d}" % (byte(n + 4), n + 2), n + 6, xor_rows, range(4, n + 4), uid_numbers
			)
			for n in UID_SIZES
		]
		+ [Shape(rb"\xbd\x03.{3}", 5, xor_rows)],
		[Shape(rb"\xba\x02..", 4, xor_rows)],
	)

	def _start(self, data: bytes, begin: int) -> int:
		match = _HEADING.search(data, begin)
		return match.start() if match else -1

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
		if not reply or data[begin + 2 : begin + 4] != bytes((SELECT, SUCCESS)) or len(uid) not in UID_SIZES:
			return Good(length)
		if is_random_uid(uid):
			return Good(length, (Fault("random-uid", 0),))
		return Good(length, (Card(uid.hex().upper()),))


# LEN is at least CMD, STATUS and XOR in a reply, CMD and XOR in a command; 0x20 fits the longest of both.
_HEADING = re.compile(rb"\xbd(?:[\x03-\x20]|\Z)|\xba(?:[\x02-\x20]|\Z)")
