"""idTronic NEO2: 50|F0 LEN16 CMD DATA XOR.

The frame is public (the SDK's examples); how the data of a card reply are laid out is not, beyond ISO 15693 UIDs
being sent least significant byte first. So a reply is read only where its data fit one of the layouts below.
"""

import re
from functools import lru_cache

from gateway.readers.frames import Bad, FrameDecoder, Good, Shape, xor_columns, xor_of
from gateway.readers.reads import Card, Fault, is_random_uid

AROUND = 5
LONGEST_DATA = 64
ISO_14443_A = 0x22
"""The command of the SDK's examples that asks for an ISO 14443 A card."""
ISO_15693_LAST = b"\xe0"
"""The most significant byte of every ISO 15693 UID, which is sent last."""
ISO_15693_DATA = (8, 9, 10)


class Neo2Decoder(FrameDecoder):
	"""LEN (big-endian) counts DATA; XOR covers everything before itself. F0 is an error frame: no card."""

	def __init__(self, protocol: str, command: int = ISO_14443_A) -> None:
		super().__init__(protocol)
		self._command = command

	def _start(self, data: bytes, begin: int) -> int:
		match = _HEADING.search(data, begin)
		return match.start() if match else -1

	def _shape(self, data: bytes, begin: int) -> Shape | None:
		heading = data[begin : begin + 4]
		if len(heading) == 4 and heading[0] == 0x50 and heading[2] in ISO_15693_DATA:
			last = begin + 3 + heading[2]
			if data[last : last + 1] == ISO_15693_LAST:
				return _iso_15693_shape(heading)
		return _shape(heading, self._command)

	def _parse(self, data: bytes, begin: int) -> Good | Bad | None:
		if len(data) < begin + 3:
			return None
		length = data[begin + 2] + AROUND
		if len(data) < begin + length:
			return None
		if xor_of(data[begin : begin + length]):
			return Bad("checksum", length)
		if data[begin] != 0x50:
			return Good(length)
		found = card_of(data[begin + 4 : begin + length - 1], ours=data[begin + 3] == self._command)
		return Good(length, (found,) if found else ())


def card_of(data: bytes, *, ours: bool) -> Card | Fault | None:
	"""The card in the data of a reply; `ours` says that the reply answers the ISO 14443 A command.

	ISO 15693: the UID alone, or after DSFID, or after flags and DSFID; its most significant byte, sent last, is
	always E0. ISO 14443 A: ATQA (2), SAK, length, UID (an ATS may follow); or length, UID; or the UID alone.
	"""
	if len(data) in ISO_15693_DATA and data[-1:] == ISO_15693_LAST:
		return _iso_15693(data[-8:])
	if not ours:
		return None
	if len(data) > 4 and data[3] in (4, 7, 10) and len(data) >= 4 + data[3]:
		return _iso_14443(data[4 : 4 + data[3]])
	if data and data[0] in (4, 7, 10) and len(data) == 1 + data[0]:
		return _iso_14443(data[1:])
	return _iso_14443(data) if len(data) in (4, 7, 10) else None


@lru_cache(maxsize=1024)
def _iso_15693(sent: bytes) -> Card:
	return Card(sent[::-1].hex().upper())


def _iso_14443(uid: bytes) -> Card | Fault:
	return Fault("random-uid", 0) if is_random_uid(uid) else Card(uid.hex().upper())


_HEADING = re.compile(rb"[\x50\xf0](?:\x00(?:[\x00-\x40]|\Z)|\Z)")


@lru_cache(maxsize=32)
def _shape(heading: bytes, command: int) -> Shape | None:
	"""Replies to the ISO 14443 A command that are ATQA, SAK, length and UID."""
	if len(heading) < 4 or heading[0] != 0x50 or heading[3] != command or heading[2] not in (8, 11, 14):
		return None
	size, length = heading[2] - 4, heading[2] + AROUND
	layout = b".{3}" + re.escape(bytes((size,))) + b".{%d}[^\xe0]." % (size - 1)
	return Shape(
		length=length,
		run=re.compile(rb"(?:" + re.escape(heading) + layout + rb")+", re.DOTALL),
		damage=lambda run: xor_columns(run, length, range(length)),
		card=slice(8, 8 + size),
		random=size == 4,
	)


@lru_cache(maxsize=32)
def _iso_15693_shape(heading: bytes) -> Shape:
	"""Replies whose data end in an ISO 15693 UID, whatever the command was."""
	size, length = heading[2], heading[2] + AROUND
	return Shape(
		length=length,
		run=re.compile(rb"(?:" + re.escape(heading) + b".{%d}\xe0.)+" % (size - 1), re.DOTALL),
		damage=lambda run: xor_columns(run, length, range(length)),
		card=slice(length - 9, length - 1),
		named=_iso_15693,
	)
