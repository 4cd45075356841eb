"""OSDP v2 (IEC 60839-11-5) frames as they pass on the line; the live control panel is osdp_panel.

Card data of a secure channel are opaque without the session's keys and name no card here.
"""

import re
from binascii import crc_hqx
from functools import lru_cache, partial
from operator import itemgetter
from struct import iter_unpack

from gateway.readers.frames import Bad, FrameDecoder, Good, Mixture, Shape, sum_columns
from gateway.readers.reads import Card, Fault
from gateway.readers.wiegand import LAYOUTS, read_left_justified

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


class OsdpDecoder(FrameDecoder):
	"""(FF) 53 ADDR LEN16 CTRL [SCB] CODE DATA [MAC] CRC16|SUM; LEN, little-endian, counts from 53 to the end."""

	filler = re.compile(rb"\xff*")

	def __init__(self, protocol: str) -> None:
		super().__init__(protocol)
		self.mixture = _mixture()

	def _start(self, data: bytes, begin: int) -> int:
		return data.find(b"\x53", begin)

	def _shape(self, data: bytes, begin: int) -> Shape | None:
		return _shape(data[begin : begin + 10])

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
	"""The card of left-justified bits: Wiegand where so stated or of such a length, else whole bytes as hex."""
	if not count or len(bits) != (count + 7) // 8:
		return Fault("length", 0)
	if wiegand or count in LAYOUTS or count % 8:
		return read_left_justified(bits, count)
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


@lru_cache(maxsize=1)
def _mixture() -> Mixture:
	"""Plain osdp_RAW of the usual numbers of bits, from any address."""
	forms = []
	for bits in (*LAYOUTS, 32, 40, 56, 64, 80):
		size = (bits + 7) // 8
		form = rb"." if bits in LAYOUTS else rb"[^\x01]"
		for check, control in ((1, rb"[\x00-\x03]"), (2, rb"[\x04-\x07]")):
			length, count = re.escape(bytes((10 + size + check,))), re.escape(bytes((bits,)))
			forms.append(b"%b\x00%b\x50.%b%b\x00.{%d}" % (length, control, form, count, size + check))
	return Mixture(
		rb"\x53[\x80-\xff](?:" + b"|".join(forms) + rb")",
		least=15,
		# Length and number of bits, which together tell the size of the check value
		key=itemgetter(2, 8),
	)


@lru_cache(maxsize=256)
def _shape(heading: bytes) -> Shape | None:
	"""Plain osdp_RAW from one address, whatever the sequence number: whole bytes as hex, or known Wiegand."""
	if len(heading) < 10 or heading[0] != START or not heading[1] & REPLY or heading[4] & 0xF8:
		return None
	check = 2 if heading[4] & CRC else 1
	bits = heading[8] | heading[9] << 8
	length = heading[2] | heading[3] << 8
	wiegand = bits in LAYOUTS
	if heading[5] != RAW or not bits or length != 10 + (bits + 7) // 8 + check:
		return None
	if not wiegand and (bits % 8 or heading[7] == WIEGAND):
		return None
	control = rb"[\x04-\x07]" if check == 2 else rb"[\x00-\x03]"
	start = re.escape(heading[:4]) + control + rb"\x50." + re.escape(heading[7:])
	return Shape(
		length=length,
		run=re.compile(rb"(?:" + start + rb".{%d})+" % (length - 10), re.DOTALL),
		damage=partial(_crc_damage if check == 2 else _sum_damage, length=length),
		card=slice(10, length - check),
		named=partial(_wiegand_card, count=bits) if wiegand else None,
	)


@lru_cache(maxsize=1024)
def _wiegand_card(bits: bytes, count: int) -> Card | Fault:
	return read_left_justified(bits, count)


def _sum_damage(run: bytes, length: int) -> bytes:
	return sum_columns(run, length, range(length))


def _crc_damage(run: bytes, length: int) -> bytes:
	rows = iter_unpack(f"<{length - 2}sH", run)
	return bytes([crc_hqx(body, CRC_START) != check for body, check in rows])
