"""Under which other numbers readers of another kind would read the same card.

An EM4100 fob holds 40 bits. A reader with a serial module gives all of them; through Wiegand 34 and as ten decimal digits come the
low 32, through Wiegand 26 and as eight digits the low 24. So from a whole number each shorter form follows, and never the
other way round: at enrolment a reader that gives more is the better one. A short form may belong to several fobs (24
bits: one in 65,536 pairs of numbers that share them), so that it finds a learner only where no other has it too.

| form | of | example for 4521C5D1E9 | lossless |
| --- | --- | --- | --- |
| hex, 10 digits | 40 bits | 4521C5D1E9 | yes |
| hex, 8 digits; decimal lines | low 32 | 21C5D1E9 | without the first byte |
| Wiegand 34; decimal | low 32 | 566612457 | without the first byte |
| decimal text, 10 digits | low 32 | 0566612457 | without the first byte |
| Wiegand 26 | low 24 | 12964329 | without the first two |
| facility and number, 3 and 5 digits | low 24 | 19753737, 197,53737 | without the first two |
| bytes in reverse | 40, 32 bits | E9D1C52145, E9D1C521 | as what they are the reverse of |
| bits of each byte in reverse | 40 bits | A284A38B97 | yes |

The same is done with the four bytes of a serial number (UID), which some readers also send in reverse.
Forms of EM4100: https://github.com/RfidResearchGroup/proxmark3/blob/master/doc/ (`lf em 410x`), and of the printed digits
https://seabreezerfid.com/co/10-bit-number-and-8-bit-number-conversion-relationship-of-the-access-control-card.html
"""

import re
from collections.abc import Iterator, Mapping

from gateway.readers.reads import BadgeRead
from gateway.readers.wiegand import whole_number

BYTE_BITS = 8
FOB, UID, SHORT, LONG_UID = 5, 4, 3, 7
"""Bytes of a whole EM4100 number, of what Wiegand 34 carries (or of a UID), of what Wiegand 26 carries, of a double UID."""
HEX_OF = {
	"rdm6300", "rdm6300-rawcrc", "id12la", "em18", "gwiot7941e", "gwiot7941w", "idtronic-neo2", "pn532", "sm130",
	"stronglink",
}  # fmt: skip
"""Protocols whose cards are always bytes in hex."""
MIXED = {"osdp", "elatec-twn4-simple", "elatec-twn3-hidprox"}
"""Protocols with hex and decimal cards: of digits alone it is not known which they are."""
_HEX = re.compile(r"(?:[0-9A-F]{2})+")


def other_forms(read: BadgeRead, options: Mapping[str, object] | None = None) -> tuple[str, ...]:
	"""The normalised cards that other readers would make of this one, most certain first; `options` are the reader's."""
	number = _bytes_of(read, options or {})
	forms = _forms(number) if number else ()
	return tuple(dict.fromkeys(form for form in forms if form != read.card))


def _bytes_of(read: BadgeRead, options: Mapping[str, object]) -> bytes:
	"""What is known of the card's bytes, or nothing."""
	card = read.card
	if read.facility is not None and read.number is not None:
		if card != str(read.facility << 16 | read.number):
			return b""  # Corporate 1000
		short = read.protocol == "wiegand26" or (read.protocol in MIXED and read.facility < 1 << BYTE_BITS)
		return int(card).to_bytes(SHORT if short else UID)
	stated = read.protocol == "line" and options.get("format") in ("hex", "decimal")
	plain = read.protocol in HEX_OF or stated or (read.protocol in MIXED and not card.isdecimal())
	return bytes.fromhex(card) if plain and _HEX.fullmatch(card) else b""


def _forms(number: bytes) -> Iterator[str]:
	"""Of 5, 4, 3 or 7 bytes."""
	if len(number) == LONG_UID:
		yield number.hex().upper()
		yield number[::-1].hex().upper()
		yield _wiegand_58(number)
	if len(number) == FOB:
		yield number.hex().upper()
		yield number[::-1].hex().upper()
		yield bytes(int(f"{byte:08b}"[::-1], 2) for byte in number).hex().upper()
	if len(number) in (FOB, UID):
		low = number[-UID:]
		for turned in (low, low[::-1]):
			value = int.from_bytes(turned)
			yield turned.hex().upper()
			yield str(value)
			yield f"{value:010}"
	if len(number) in (FOB, UID, SHORT):
		value = int.from_bytes(number[-SHORT:])
		facility, low_number = value >> 16, value & 0xFFFF
		yield str(value)
		yield f"{facility:03}{low_number:05}"
		yield f"{facility:03},{low_number:05}"


def _wiegand_58(number: bytes) -> str:
	"""A double UID between two parities."""
	half = LONG_UID * BYTE_BITS // 2
	value = int.from_bytes(number)
	even, odd = (value >> half).bit_count() % 2, 1 - (value & ((1 << half) - 1)).bit_count() % 2
	return whole_number(even << (2 * half + 1) | value << 1 | odd, 2 * half + 2)
