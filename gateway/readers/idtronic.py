"""idTronic NEO2: 50|F0 LEN16 CMD DATA XOR.

The frame is public in the SDK's examples. What stands in a card reply is known from public clients of this family
of readers: the reply to "activate" (ATQA, SAK, length, UID) and the report that a reader set to send by itself
makes of each card (kind, period, antenna, notice, reserved, and then the same, or an ISO 15693 UID). ISO 15693 UIDs
come least significant byte first.
"""

import re
from functools import lru_cache

from gateway.readers.frames import Bad, FrameDecoder, Good, xor_of
from gateway.readers.reads import UID_SIZES, Card, Fault, is_random_uid
from gateway.readers.shapes import Shape, Shapes, byte, hex_numbers, uid_numbers, xor_rows

AROUND = 5
LONGEST_DATA = 64
ISO_14443_A = 0x22
"""The command that activates an ISO 14443 A card and answers with its UID."""
REPORT = 0x23
"""The command that makes the reader send by itself, and of what it then sends."""
INVENTORY = 0xA1
"""The command that asks for ISO 15693 cards."""
POLL = bytes.fromhex("50000222105232")
"""Activate any ISO 14443 A card, also one that was put to sleep before."""
ISO_15693_LAST = b"\xe0"
"""The most significant byte of every ISO 15693 UID, which is sent last."""
ISO_15693_DATA = (8, 9, 10)
REPORT_HEADING = 5
KIND_14443_A, KIND_14443_B, KIND_15693 = 0x01, 0x02, 0x04


class Neo2Decoder(FrameDecoder):
	"""LEN (big-endian) counts DATA; XOR covers everything before itself. F0 is an error frame: no card."""

	def __init__(self, protocol: str, command: int = ISO_14443_A) -> None:
		super().__init__(protocol)
		self._command = command
		self.shapes = _shapes(command)

	def _start(self, data: bytes, begin: int) -> int:
		match = _HEADING.search(data, begin)
		return match.start() if match else -1

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
		found = card_of(data[begin + 4 : begin + length - 1], data[begin + 3], self._command)
		return Good(length, (found,) if found else ())


def card_of(data: bytes, command: int, activate: int = ISO_14443_A) -> Card | Fault | None:
	"""The card in the data of a reply to `command`; `activate` is the one that asks for ISO 14443 A.

	ISO 15693: the UID alone, or after DSFID, or after flags and DSFID; known by its most significant byte, E0, which
	comes last. ISO 14443 A: ATQA (2), SAK, length, UID (an ATS may follow); or length, UID; or the UID alone.
	"""
	if command == REPORT:
		return _reported(data)
	if command != activate:
		known = command == INVENTORY or data[-1:] == ISO_15693_LAST
		return _iso_15693(data[-8:]) if known and len(data) in ISO_15693_DATA else None
	uid = _activated(data)
	# In one of 256 ISO 14443 cards the last byte is E0 as well
	if len(data) in ISO_15693_DATA and data[-1:] == ISO_15693_LAST and len(data) != 4 + len(uid):
		return _iso_15693(data[-8:])
	if not uid and len(data) in UID_SIZES:
		uid = data
	elif not uid and data and data[0] in UID_SIZES and len(data) == 1 + data[0]:
		uid = data[1:]
	return _iso_14443(uid) if uid else None


def _reported(data: bytes) -> Card | Fault | None:
	"""The card that a reader reports by itself; None for a report of none, and for kinds that we do not know."""
	kind, found = data[:1], data[REPORT_HEADING:]
	if not found or kind not in (b"\x01", b"\x02", b"\x04"):
		return None
	if kind[0] == KIND_15693:
		return _iso_15693(found) if len(found) == 8 else Fault("length", 0)
	uid = _activated(found)
	if not uid:
		return Fault("length", 0)
	return Card(uid.hex().upper()) if kind[0] == KIND_14443_B else _iso_14443(uid)


def _activated(data: bytes) -> bytes:
	"""The UID in ATQA (2), SAK, length, UID, or nothing."""
	return (
		data[4 : 4 + data[3]] if len(data) > 4 and data[3] in UID_SIZES and len(data) >= 4 + data[3] else b""
	)


def _iso_15693(sent: bytes) -> Card:
	return Card(sent[::-1].hex().upper())


def _iso_14443(uid: bytes) -> Card | Fault:
	return Fault("random-uid", 0) if is_random_uid(uid) else Card(uid.hex().upper())


_HEADING = re.compile(rb"[\x50\xf0](?:\x00(?:[\x00-\x40]|\Z)|\Z)")


@lru_cache(maxsize=8)
def _shapes(activate: int) -> Shapes:
	"""Cards, and the short answers and commands without one; `activate` is the command that asks for ISO 14443 A."""
	asked, report, last = byte(activate), byte(REPORT), ISO_15693_LAST
	shapes = []
	for n in UID_SIZES:
		answer = rb"\x50\x00%b%b.{3}%b.{%d}" % (byte(n + 4), asked, byte(n), n + 1)
		shapes.append(Shape(answer, n + 9, xor_rows, range(8, n + 8), uid_numbers))
		answer = rb"\x50\x00%b%b\x01.{7}%b.{%d}" % (byte(n + 9), report, byte(n), n + 1)
		shapes.append(Shape(answer, n + 14, xor_rows, range(13, n + 13), uid_numbers))
	shapes.append(Shape(rb"\x50\x00\x0d%b\x04.{13}" % report, 18, xor_rows, range(16, 8, -1), hex_numbers))
	for n in ISO_15693_DATA:
		answer = rb"\x50\x00%b[^%b%b].{%d}%b." % (byte(n), asked, report, n - 1, last)
		shapes.append(Shape(answer, n + 5, xor_rows, range(n + 3, n - 5, -1), hex_numbers))
	others = [Shape(rb"[\x50\xf0]\x00%b.{%d}" % (byte(n), n + 2), n + 5, xor_rows) for n in (0, 1, 2)]
	return Shapes(shapes, others, key=lambda frame: frame[2 : 4 + (frame[3] == REPORT)])
