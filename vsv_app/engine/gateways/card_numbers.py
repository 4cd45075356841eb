"""Printed card numbers: which numbers the readers at the doors make of one that is written on a badge or in a list.

A gateway sends a digest of the number that its reader gives, and readers of several kinds give several numbers of one card
(docs/gateway/wiring.md). From a whole number each shorter one follows, and never the other way round. Nothing here keeps a number.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vsv_app.engine.sentences import say

HEX, DECIMAL, PRINTED, TEXT = "hex", "decimal", "printed", "text"
FORMATS = (HEX, DECIMAL, PRINTED, TEXT)
"""Hexadecimal digits of the whole number; its low 32 bits or more as a decimal number, as ten digits on a fob; three and five
digits (facility and number of Wiegand 26), as 197,53737; or just what the reader sends, as of a barcode."""
LONGEST_TEXT = 64
WHOLE, UID, SHORT, LONG_UID = 5, 4, 3, 7
TRIPLE_UID = 10
BYTE_BITS, NUMBER_BITS = 8, 16
FACILITY_DIGITS, NUMBER_DIGITS = 3, 5
GIVES_WHOLE = frozenset({"rdm6300", "rdm6300-rawcrc", "id12la", "em18"})
"""Protocols of readers that give all five bytes of a fob: no shorter number finds it there."""
GIVES_BYTES = GIVES_WHOLE | {
	"gwiot7941e", "gwiot7941w", "idtronic-neo2", "pn532", "sm130", "stronglink", "elatec-twn4-simple",
}  # fmt: skip
"""Protocols of readers that give four bytes or more: Wiegand 26's three find nothing there."""
_APART = re.compile(r"[ :-]")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_HEX_PAIRS = re.compile(r"[0-9A-Fa-f]{2}(?:[ :][0-9A-Fa-f]{2})+")
_SCIENTIFIC = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)
_PRINTED = re.compile(r"(\d{1,3})[ ,;:/-]+(\d{1,5})|(\d{3})(\d{5})")


class NotOfThisFormat(ValueError):
	"""A number that is not written as stated. The sentence says what was expected, and never the number."""


@dataclass(frozen=True)
class Cards:
	"""What readers make of one card: first what the list names, then the others, most certain first."""

	first: str
	others: tuple[str, ...] = ()

	@property
	def all(self) -> tuple[str, ...]:
		return (self.first, *self.others)


def read(written: str, form: str) -> Cards:
	"""The numbers that readers know a card by whose number is `written` in one of the `FORMATS`; raises NotOfThisFormat."""
	text = written.strip()
	if _SCIENTIFIC.fullmatch(text):
		raise NotOfThisFormat(
			say("a spreadsheet has rounded this number: set the column to text there, and write it anew")
		)
	first, number = {HEX: _hex, DECIMAL: _decimal, PRINTED: _printed, TEXT: _text}[form](text)
	if form != TEXT and not (number.strip(b"\0") and number.strip(b"\xff")):
		raise NotOfThisFormat(say("no card has this number"))
	others = dict.fromkeys(card for card in forms(number) if card != first)
	return Cards(first, tuple(others))


def fits(written: str, form: str) -> bool:
	"""Whether a number may be meant in a format."""
	try:
		read(written, form)
	except NotOfThisFormat:
		return False
	return True


def likely_format(numbers: Sequence[str]) -> str:
	"""The format in which all of some numbers can be read, the one that says most first; text where there is no other."""
	return next(
		(form for form in (PRINTED, DECIMAL, HEX) if numbers and all(fits(n, form) for n in numbers)), TEXT
	)


def blind_readers(form: str, cards: Cards, protocols: Sequence[str]) -> frozenset[str]:
	"""Of the readers at the doors, by protocol, those that would not know a card that is brought in this way."""
	if form == PRINTED:
		return frozenset(protocols) & GIVES_BYTES
	if form == DECIMAL and len(cards.first) <= len(str(2**32)) and int(cards.first) < 2**32:
		return frozenset(protocols) & GIVES_WHOLE
	return frozenset()


def forms(number: bytes) -> Iterator[str]:
	"""Of a card of 3, 4, 5 or 7 bytes, every number under which a reader may give it."""
	if len(number) == LONG_UID:
		yield number.hex().upper()
		yield number[::-1].hex().upper()
		yield _wiegand_58(number)
	if len(number) == WHOLE:
		yield number.hex().upper()
		yield number[::-1].hex().upper()
		yield bytes(int(f"{byte:08b}"[::-1], 2) for byte in number).hex().upper()
	if len(number) in (WHOLE, UID):
		for low in (number[-UID:], number[-UID:][::-1]):
			value = int.from_bytes(low, "big")
			yield from (low.hex().upper(), str(value), f"{value:010}")
	if len(number) in (WHOLE, UID, SHORT):
		value = int.from_bytes(number[-SHORT:], "big")
		facility, rest = value >> NUMBER_BITS, value & 0xFFFF
		yield str(value)
		yield f"{facility:03}{rest:05}"
		yield f"{facility:03},{rest:05}"


def _hex(text: str) -> tuple[str, bytes]:
	digits = _APART.sub("", text.removeprefix("0x").removeprefix("0X"))
	sizes = (UID, WHOLE, LONG_UID, TRIPLE_UID)
	if not _HEX.fullmatch(digits) or len(digits) % 2 or len(digits) // 2 not in sizes:
		raise NotOfThisFormat(say("8, 10, 14 or 20 hexadecimal digits were expected (0-9, A-F)"))
	number = bytes.fromhex(digits)
	return digits.upper(), number


def _decimal(text: str) -> tuple[str, bytes]:
	if not (text.isascii() and text.isdecimal()) or int(text) >= 1 << (WHOLE * BYTE_BITS):
		raise NotOfThisFormat(
			say("a decimal number of up to 13 digits was expected, as the ten digits on a fob")
		)
	value = int(text)
	return str(value), value.to_bytes(UID if value < 1 << (UID * BYTE_BITS) else WHOLE, "big")


def _printed(text: str) -> tuple[str, bytes]:
	found = _PRINTED.fullmatch(text)
	facility, number = (int(part) for part in found.groups() if part) if found else (256, 0)
	if facility >= 1 << BYTE_BITS or number >= 1 << NUMBER_BITS:
		raise NotOfThisFormat(say("three and five digits were expected, as 197,53737: up to 255 and 65535"))
	value = facility << NUMBER_BITS | number
	return str(value), value.to_bytes(SHORT, "big")


def _text(text: str) -> tuple[str, bytes]:
	if _HEX_PAIRS.fullmatch(text):
		text = text.replace(" ", "").replace(":", "")
	if not (text and text.isascii() and text.isprintable() and len(text) <= LONGEST_TEXT):
		raise NotOfThisFormat(say("up to 64 letters, digits and signs were expected, without accents"))
	return (text.upper() if _HEX.fullmatch(text) else text), b""


def _wiegand_58(number: bytes) -> str:
	"""A double UID between two parities: all bits, behind their count."""
	half = LONG_UID * BYTE_BITS // 2
	value = int.from_bytes(number, "big")
	even, odd = (value >> half).bit_count() % 2, 1 - (value & ((1 << half) - 1)).bit_count() % 2
	return f"{2 * half + 2}:{even << (2 * half + 1) | value << 1 | odd:015X}"
