"""OSDP v2 (IEC 60839-11-5) frames as they pass on the line; the live control panel is osdp_panel.

Card data of a secure channel are opaque without the session's keys and name no card here.
"""

import re
from binascii import crc_hqx
from functools import lru_cache, partial
from operator import itemgetter

from gateway.readers.frames import Bad, FrameDecoder, Good
from gateway.readers.reads import Card, Fault
from gateway.readers.shapes import Shape, Shapes, byte, hex_numbers, sum_rows
from gateway.readers.wiegand import CORPORATE, LAYOUTS, WHOLE, many_left_justified, read_left_justified

MARK, START = 0xFF, 0x53
REPLY, CRC, SCB = 0x80, 0x04, 0x08
"""Bits: REPLY of the address; CRC and SCB (security control block) of the control byte."""
RAW, FMT = 0x50, 0x51
MAC_LENGTH = 4
SCS_WITH_MAC, SCS_ENCRYPTED = (0x15, 0x16), (0x17, 0x18)
CRC_START = 0x1D0F
HEADER = 5
LONGEST = 500
"""Longer packets exist (file transfer), but none of them names a card, and what we hold is bounded."""
WIEGAND = 1
POLL_ANY = bytes.fromhex("537f0800046094d2")
"""A poll (sequence 0, with CRC) to whichever reader is on the line."""
PRINTABLE = re.compile(rb"[\x20-\x7e]+")
_HEX = re.compile(r"[0-9A-Fa-f]+")


def _crc_damage(frames: bytes, length: int) -> bytes:
	"""The CRC is the XOR of what each byte adds to it by its value and by the number of bytes behind it."""
	start = crc_hqx(bytes(length - 2), CRC_START)
	high, low = (int.from_bytes(bytes((byte,)) * (len(frames) // length)) for byte in divmod(start, 256))
	for column in range(length - 2):
		values = frames[column::length]
		of_high, of_low = _crc_of_byte(length - 3 - column)
		high ^= int.from_bytes(values.translate(of_high))
		low ^= int.from_bytes(values.translate(of_low))
	high ^= int.from_bytes(frames[length - 1 :: length])
	low ^= int.from_bytes(frames[length - 2 :: length])
	return (high | low).to_bytes(len(frames) // length)


@lru_cache(maxsize=LONGEST)
def _crc_of_byte(behind: int) -> tuple[bytes, bytes]:
	"""What each value of a byte with so many bytes behind it adds to the CRC: to its high and to its low byte."""
	added = [crc_hqx(bytes((value,)) + bytes(behind), 0) for value in range(256)]
	return bytes(crc >> 8 for crc in added), bytes(crc & 0xFF for crc in added)


def _shapes() -> Shapes:
	"""Plain osdp_RAW of the usual numbers of bits, what needs no data (poll, ACK), and the mark between packets."""
	cards, others = [], []
	for size, control, damage in ((2, rb"[\x04-\x07]", _crc_damage), (1, rb"[\x00-\x03]", sum_rows)):
		for bits in (26, 56, 32, 34, 37, 40, 64, 80):
			count = (bits + 7) // 8
			length = HEADER + 5 + count + size
			form, numbers = rb"[^\x01]", hex_numbers
			if bits in LAYOUTS:
				form, numbers = rb".", partial(many_left_justified, bits=bits)
			frame = rb"\x53[\x80-\xff]%b\x00%b\x50.%b%b\x00.{%d}"
			frame %= (byte(length), control, form, byte(bits), count + size)
			cards.append(Shape(frame, length, damage, range(10, 10 + count), numbers))
		frame = rb"\x53.%b\x00%b[^\x50\x51].{%d}" % (byte(HEADER + 1 + size), control, size)
		others.append(Shape(frame, HEADER + 1 + size, damage))
	# Length and number of bits, which together tell the size of the check value
	return Shapes(cards, others, [Shape(rb"\xff", 1)], key=itemgetter(slice(2, 9, 6)))


class OsdpDecoder(FrameDecoder):
	"""(FF) 53 ADDR LEN16 CTRL [SCB] CODE DATA [MAC] CRC16|SUM; LEN, little-endian, counts from 53 to the end."""

	filler = re.compile(rb"\xff*")

	shapes = _shapes()

	def _start(self, data: bytes, begin: int) -> int:
		return data.find(b"\x53", begin)

	def _parse(self, data: bytes, begin: int) -> Good | Bad | None:
		if len(data) < begin + HEADER:
			return None
		length = data[begin + 2] | data[begin + 3] << 8
		control = data[begin + 4]
		check = 2 if control & CRC else 1
		if length > LONGEST or length < HEADER + 1 + check or control & 0xF0:
			# Broken headings are frames of their own only where the rest of the heading is plausible.
			return Bad(
				"length", HEADER, own=length < HEADER + 1 + check and not control & 0xF0 and length > 0
			)
		if len(data) < begin + length:
			return None
		body = data[begin : begin + length]
		if check == 2:
			holds = crc_hqx(body[:-2], CRC_START) == body[-2] | body[-1] << 8
		else:
			holds = not sum(body) & 0xFF
		if not holds:
			return Bad("checksum", length)
		return Good(length, _cards(body[1], control, body[HEADER:-check]))


def _cards(address: int, control: int, data: bytes) -> tuple[Card | Fault, ...]:
	"""The card in SCB, code, data and MAC of a packet that holds."""
	if not address & REPLY:
		return ()
	if control & SCB:
		size = data[0]
		if size < 2 or len(data) < size + 1 or data[1] not in SCS_WITH_MAC:
			return ()
		data = data[size:-MAC_LENGTH]
	if not data:
		return ()
	if data[0] == RAW:
		return (raw_card(data[1:]),)
	return (text_card(data[1:]),) if data[0] == FMT else ()


def raw_card(data: bytes) -> Card | Fault:
	"""The card of osdp_RAW data: reader, format, bit count (2, little-endian), left-justified bits."""
	if len(data) < 5:
		return Fault("length", 0)
	return card_of_bits(data[4:], data[2] | data[3] << 8, wiegand=data[1] == WIEGAND)


def card_of_bits(bits: bytes, count: int, *, wiegand: bool) -> Card | Fault:
	"""The card of left-justified bits: Wiegand where so stated or of such a length, else whole bytes as hex.

	The check value of the packet vouches for the bits.
	"""
	if not count or len(bits) != (count + 7) // 8:
		return Fault("length", 0)
	if wiegand or count % 8 or count in LAYOUTS or count in CORPORATE or count in WHOLE:
		return read_left_justified(bits, count, vouched=True)
	if not any(bits) or all(byte == 0xFF for byte in bits):
		return Fault("refused-number", 0)
	return Card(bits.hex().upper())


def text_card(data: bytes) -> Card | Fault:
	"""The card of osdp_FMT data: reader, direction (1 = read backwards), character count, characters."""
	if len(data) < 4 or len(data) != 3 + data[2]:
		return Fault("length", 0)
	text = data[3:] if not data[1] else data[:2:-1]
	if not PRINTABLE.fullmatch(text) or not text.strip():
		return Fault("format", 0)
	shown = text.decode("ascii").strip()
	return Card(shown.upper() if _HEX.fullmatch(shown) else shown)
