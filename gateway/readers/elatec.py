"""Elatec TWN3 (HID Prox and IndiTag transparent protocols) and TWN4 (simple protocol).

TWN3: https://manualshive.com/en/manual/elatec/twn3-mifare/2375732?page=25 (technical manual, sections 6.1, 6.2).
"""

import re
from binascii import unhexlify
from collections.abc import Iterable

from gateway.readers.frames import Bad, FrameDecoder, Good
from gateway.readers.lines import HexLineDecoder
from gateway.readers.reads import Card, Fault, is_random_uid
from gateway.readers.shapes import Shape, Shapes, columns, digit_numbers, sum_columns
from gateway.readers.wiegand import read_left_justified


class HidProxDecoder(HexLineDecoder):
	"""A line of hex: the number of bits in one byte, then the Wiegand bits, left-justified."""

	def _digits(self, digits: str) -> Card | Fault | None:
		if len(digits) < 4 or len(digits) % 2:
			return Fault("length", 0)
		data = bytes.fromhex(digits)
		return read_left_justified(data[1:], data[0])

	def _lengths(self, digits: str) -> Iterable[int]:
		return (length for length in _HID_LINES if length <= len(digits))


# Characters of a line with 26 bits, and with 34 to 37; the others are read where they stand alone.
_HID_LINES = (10, 12)

ID_BYTES = range(3, 17)


def _damage(frames: bytes, length: int) -> bytes:
	digits = columns(frames, length, range(1, length - 2))
	return sum_columns(unhexlify(digits), (length - 3) // 2, range((length - 3) // 2))


class IndiTagDecoder(FrameDecoder):
	"""A colon, the ID in hex, the two's complement of the sum of its bytes, CR LF. A fresh colon starts anew.

	CR or LF alone will do: the frame is whole by then, and its check value holds.
	"""

	filler = re.compile(rb"[\r\n]*")
	shapes = Shapes(
		Shape(rb":[0-9A-Fa-f]{%d}\r\n" % (2 * n + 2), 2 * n + 5, _damage, range(1, 2 * n + 1), digit_numbers)
		for n in ID_BYTES
	)

	def _start(self, data: bytes, begin: int) -> int:
		return data.find(b":", begin)

	def _parse(self, data: bytes, begin: int) -> Good | Bad | None:
		match = _INDITAG_DIGITS.match(data, begin)
		stop = match.end() if match else begin + 1
		count = (stop - begin - 1) // 2
		if count - 1 >= ID_BYTES.stop:
			return Bad("length", stop - begin, stop - begin)
		if stop == len(data):
			return None
		if data[stop] not in b"\r\n":
			kind = "incomplete" if data[stop] == ord(":") else "digit"
			return Bad(kind, stop - begin, stop - begin, own=stop - begin > 1)
		length = stop + 1 - begin
		if (stop - begin - 1) % 2 or count - 1 not in ID_BYTES:
			return Bad("length", length, length)
		identifier = unhexlify(data[begin + 1 : stop])
		if sum(identifier) & 0xFF:
			return Bad("checksum", length, length)
		return Good(length, (Card(identifier[:-1].hex().upper()),))


_INDITAG_DIGITS = re.compile(rb":[0-9A-Fa-f]*")


SEARCH_TAG = b"050010\r"
"""SearchTag, at most 16 bytes of identifier."""


def beep(frequency_hz: int, on_ms: int, volume_percent: int = 100) -> bytes:
	"""The TWN4's Beep as one line of the simple protocol."""
	numbers = b"".join(n.to_bytes(2, "little") for n in (frequency_hz, on_ms, 0))
	return b"0407" + (bytes((volume_percent,)) + numbers).hex().upper().encode("ascii") + b"\r"


class Twn4Decoder(HexLineDecoder):
	"""Replies to SearchTag: error, found, type, bits, length, identifier in hex, CR.

	Any other reply (an error, nothing found, the reply to a beep) names no card.
	"""

	ISO_14443_A = 0x80
	HEADING = 5

	def _digits(self, digits: str) -> Card | Fault | None:
		if len(digits) % 2:
			return Fault("length", 0)
		if len(digits) <= 4 or digits[:4] != "0001":
			return None
		return self._tag(bytes.fromhex(digits))

	def _tag(self, reply: bytes) -> Card | Fault:
		if len(reply) < self.HEADING:
			return Fault("length", 0)
		kind, bits, length = reply[2:5]
		identifier = reply[5:]
		if len(identifier) != length or not length or (bits + 7) // 8 != length:
			return Fault("length", 0)
		if bits % 8:
			return read_left_justified(identifier, bits)
		if kind == self.ISO_14443_A and is_random_uid(identifier):
			return Fault("random-uid", 0)
		return Card(identifier.hex().upper())

	def _lengths(self, digits: str) -> Iterable[int]:
		return (len(digits) - match.start() for match in _TWN4_FOUND.finditer(digits))


_TWN4_FOUND = re.compile(r"(?=0001)")
