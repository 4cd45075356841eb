"""Helpers of the decoder tests: run a decoder over pieces and look at what came out."""

from collections.abc import Iterable, Mapping

from gateway.readers import BadgeRead, Fault, reader

PROTOCOLS = (
	"rdm6300",
	"rdm6300-rawcrc",
	"id12la",
	"em18",
	"gwiot7941e",
	"gwiot7941w",
	"wiegand26",
	"wiegand34",
	"elatec-twn3-hidprox",
	"elatec-twn3-inditag",
	"elatec-twn4-simple",
	"line",
	"idtronic-neo2",
	"pn532",
	"sm130",
	"stronglink",
	"osdp",
)


def decode(
	protocol: str, *pieces: bytes, options: Mapping[str, object] | None = None
) -> list[BadgeRead | Fault]:
	"""Everything that a fresh decoder says to the pieces and to the silence after them."""
	decoder = reader(protocol, options).decoder()
	found: list[BadgeRead | Fault] = []
	for piece in pieces:
		found += decoder.feed(piece)
	return found + decoder.idle()


def cards(found: Iterable[BadgeRead | Fault]) -> list[str]:
	return [item.card for item in found if isinstance(item, BadgeRead)]


def faults(found: Iterable[BadgeRead | Fault]) -> list[tuple[str, int]]:
	return [(item.kind, item.at) for item in found if isinstance(item, Fault)]


def held_bytes(decoder: object) -> int:
	"""Bytes that a decoder keeps: all bytes objects among its attributes."""
	return sum(len(value) for value in vars(decoder).values() if isinstance(value, bytes | bytearray))
