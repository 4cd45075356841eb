"""NXP PN532 over its high-speed UART: wake-up, SAM configuration, polling for ISO 14443 A cards.

Frames and commands: https://www.nxp.com/docs/en/user-guide/141520.pdf (PN532 user manual, sections 6.2 and 7).
"""

import re

from gateway.readers.frames import Bad, FrameDecoder, Good
from gateway.readers.reads import UID_SIZES, Card, Fault, is_random_uid
from gateway.readers.shapes import Shape, Shapes, byte, sum_columns, uid_numbers

HOST, CHIP = 0xD4, 0xD5
IN_LIST_PASSIVE_TARGET, IN_AUTO_POLL = 0x4A, 0x60
"""Commands of the host; the chip answers with the next higher code."""
ISO_14443_4 = 0x20
"""Bit of SAK: the target data go on with an ATS."""
LONGEST = 265
"""The chip's own limit for an extended frame."""


def frame(data: bytes) -> bytes:
	"""A normal information frame around TFI and data."""
	length = len(data)
	return b"\x00\x00\xff" + bytes((length, -length & 0xFF)) + data + bytes((-sum(data) & 0xFF, 0))


ACK = bytes.fromhex("0000ff00ff00")
WAKE_UP = b"\x55\x55" + bytes(14)
SAM_CONFIGURATION = frame(bytes((HOST, 0x14, 0x01, 0x00, 0x00)))
# An ACK from the host ends a search that is still under way, so a poll never waits for the one before it.
POLL = ACK + frame(bytes((HOST, IN_LIST_PASSIVE_TARGET, 0x01, 0x00)))


def _heading(length: int) -> bytes:
	return rb"\x00\x00\xff" + byte(length) + byte(-length & 0xFF)


def _damage(frames: bytes, length: int) -> bytes:
	return sum_columns(frames, length, range(5, length))


class Pn532Decoder(FrameDecoder):
	"""00 00 FF LEN LCS TFI DATA DCS 00, extended frames, ACK, NACK; preamble and postamble may be any zeros."""

	filler = re.compile(rb"[\x00\x55]*")
	postamble = 1
	# One target with nothing behind its UID; no target; what the host says; ACK and NACK
	shapes = Shapes(
		[
			Shape(
				_heading(n + 8) + rb"\xd5\x4b\x01.{4}%b.{%d}\x00" % (byte(n), n + 1),
				n + 15,
				_damage,
				range(13, n + 13),
				uid_numbers,
			)
			for n in UID_SIZES
		]
		+ [Shape(_heading(3) + rb"\xd5\x4b\x00.\x00", 10, _damage)]
		+ [Shape(_heading(n) + rb"\xd4.{%d}\x00" % n, n + 7, _damage) for n in (2, 4, 5)]
		+ [Shape(rb"\x00\x00\xff(?:\x00\xff|\xff\x00)\x00", 6)]
	)

	def _start(self, data: bytes, begin: int) -> int:
		match = _HEADING.search(data, begin)
		return match.start() if match else -1

	def _cut(self, data: bytes, begin: int) -> Good | Bad:
		rest = data[begin:]
		return Bad("incomplete", len(rest)) if rest.strip(b"\x00") else Good(len(rest))

	def _parse(  # noqa: PLR0911 - one return for each way in which a frame can be broken
		self, data: bytes, begin: int
	) -> Good | Bad | None:
		code = data.find(b"\xff", begin, begin + 3)
		if code < 0 or len(data) < code + 3:
			return None
		length, check = data[code + 1], data[code + 2]
		head = code + 3
		if (length, check) in ((0x00, 0xFF), (0xFF, 0x00)):
			return Good(head - begin)
		if (length, check) == (0xFF, 0xFF):
			head = code + 6
			if len(data) < head:
				return None
			length = data[code + 3] << 8 | data[code + 4]
			if sum(data[code + 3 : head]) & 0xFF or length > LONGEST:
				return Bad("length", head - begin, own=False)
		elif (length + check) & 0xFF:
			return Bad("length", head - begin, own=False)
		stop = head + length + 1
		if not length:
			return Bad("length", head - begin, own=False)
		if len(data) < stop:
			return None
		if sum(data[head:stop]) & 0xFF:
			return Bad("checksum", stop - begin)
		return Good(stop - begin, _cards(data[head : stop - 1]))


def _cards(data: bytes) -> tuple[Card | Fault, ...]:
	"""The cards in TFI and data of a frame that holds."""
	if data[:2] == bytes((CHIP, IN_LIST_PASSIVE_TARGET + 1)) and len(data) > 2:
		return _targets(data[3:], data[2])
	if data[:2] == bytes((CHIP, IN_AUTO_POLL + 1)) and len(data) > 2:
		return _polled(data[3:], data[2])
	return ()


def _targets(data: bytes, count: int) -> tuple[Card | Fault, ...]:
	"""Target data one after the other: number, ATQA (2), SAK, UID length, UID, and ATS where SAK says so."""
	found: list[Card | Fault] = []
	for _ in range(count):
		target = _uid(data)
		if target is None:
			return (*found, Fault("format", 0))
		card, used = target
		found.append(card)
		if data[3] & ISO_14443_4 and len(data) > used:
			used += data[used]
		data = data[used:]
	return tuple(found)


def _polled(data: bytes, count: int) -> tuple[Card | Fault, ...]:
	"""Each target as type, length, target data. Types 00, 10 and 20 are ISO 14443 A."""
	found: list[Card | Fault] = []
	for _ in range(count):
		if len(data) < 2 or len(data) < 2 + data[1]:
			return (*found, Fault("format", 0))
		if data[0] in (0x00, 0x10, 0x20):
			target = _uid(data[2 : 2 + data[1]])
			found.append(target[0] if target else Fault("format", 0))
		data = data[2 + data[1] :]
	return tuple(found)


def _uid(data: bytes) -> tuple[Card | Fault, int] | None:
	"""The card of one target and the bytes it takes, or None when the layout is another."""
	if len(data) < 5 or data[4] not in UID_SIZES or len(data) < 5 + data[4]:
		return None
	uid = data[5 : 5 + data[4]]
	card = Fault("random-uid", 0) if is_random_uid(uid) else Card(uid.hex().upper())
	return card, 5 + data[4]


_HEADING = re.compile(rb"\x00?\x00\xff|\x00\x00?\Z")
