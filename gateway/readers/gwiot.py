"""Gwiot 7941E ("STX LEN TYPE" family) and 7941W: binary frames, read by length."""

import re
from functools import lru_cache

from gateway.readers.frames import Bad, FrameDecoder, Good, Mixture, Shape, xor_columns, xor_of
from gateway.readers.reads import Card, Fault, is_random_uid

# Identifier lengths: 4 Mifare, 5 EM4100, 7 and 10 ISO 14443 double and triple size, 8 ISO 15693.
UID_LENGTHS = (4, 5, 7, 8, 10)


class Gwiot7941eDecoder(FrameDecoder):
	"""STX LEN TYPE ID BCC ETX. LEN counts the whole frame; BCC is XOR from LEN to the last byte of ID.

	STX and ETX are legal inside.
	"""

	AROUND = 5
	"""Bytes of a frame that are not ID."""
	mixture = Mixture(
		rb"\x02(?:"
		+ b"|".join(b"%b.{%d}\x03" % (re.escape(bytes((n + 5,))), n + 2) for n in UID_LENGTHS)
		+ b")",
		least=9,
	)

	def _start(self, data: bytes, begin: int) -> int:
		match = _STX.search(data, begin)
		return match.start() if match else -1

	def _shape(self, data: bytes, begin: int) -> Shape | None:
		return _shape_7941e(data[begin + 1 : begin + 3]) if len(data) > begin + 2 else None

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
	mixture = Mixture(
		rb"\xcd\xdc.\x81(?:"
		+ b"|".join(b"%b.{%d}" % (re.escape(bytes((n,))), n + 1) for n in UID_LENGTHS)
		+ b")",
		least=10,
	)

	def _start(self, data: bytes, begin: int) -> int:
		match = _HEADING_7941W.search(data, begin)
		return match.start() if match else -1

	def _shape(self, data: bytes, begin: int) -> Shape | None:
		return _shape_7941w(data[begin : begin + 5])

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


@lru_cache(maxsize=32)
def _shape_7941e(heading: bytes) -> Shape | None:
	length = heading[0]
	if length - Gwiot7941eDecoder.AROUND not in UID_LENGTHS:
		return None
	return Shape(
		length=length,
		run=re.compile(rb"(?:\x02" + re.escape(heading) + rb".{%d}\x03)+" % (length - 4), re.DOTALL),
		damage=lambda run: xor_columns(run, length, range(1, length - 1)),
		card=slice(3, length - 2),
		random=length - Gwiot7941eDecoder.AROUND == 4,
	)


@lru_cache(maxsize=32)
def _shape_7941w(heading: bytes) -> Shape | None:
	if heading[:2] != b"\xcd\xdc" or len(heading) < 5 or heading[3] != 0x81 or heading[4] not in UID_LENGTHS:
		return None
	length = heading[4] + Gwiot7941wDecoder.AROUND
	return Shape(
		length=length,
		run=re.compile(rb"(?:" + re.escape(heading) + rb".{%d})+" % (length - 5), re.DOTALL),
		damage=lambda run: xor_columns(run, length, range(2, length)),
		card=slice(5, length - 1),
		random=heading[4] == 4,
	)
