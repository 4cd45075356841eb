"""Frames as the readers would send them, made from a seed; written apart from the decoders on purpose."""

import random
from functools import reduce
from operator import xor


def frame(protocol: str, rng: random.Random) -> tuple[bytes, str]:
	"""A good frame of the protocol and the card that it names."""
	return _MAKERS[protocol](rng)


def damaged(protocol: str, rng: random.Random) -> bytes:
	"""A frame of the right form whose check value (or parity, or stated length) is wrong."""
	return _DAMAGED[protocol](rng)


def without_card(protocol: str, rng: random.Random) -> bytes:
	"""A good frame that names no card: an answer that there is none, an acknowledgement, a command; or nothing."""
	makers = _WITHOUT_CARD.get(protocol)
	return rng.choice(makers)(rng) if makers else b""


def identifier(rng: random.Random, size: int) -> bytes:
	"""An identifier that no decoder refuses: not all zeros or ones, not a random UID."""
	return bytes([rng.randrange(0x10, 0xF0)]) + rng.randbytes(size - 1)


def xor_of(data: bytes) -> int:
	return reduce(xor, data, 0)


def crc16(data: bytes) -> int:
	"""CRC-16, polynomial 1021, initial 1D0F, bit by bit."""
	crc = 0x1D0F
	for byte in data:
		crc ^= byte << 8
		for _ in range(8):
			crc = (crc << 1 ^ 0x1021) & 0xFFFF if crc & 0x8000 else crc << 1
	return crc


def wiegand_bits(rng: random.Random, count: int, *, broken: bool = False) -> tuple[str, int]:
	"""Bits with their parities as text, and the data bits as a number."""
	data = rng.randrange(1, (1 << (count - 2)) - 1)
	text = format(data, f"0{count - 2}b")
	half = (count - 2) // 2
	leading = text[:half].count("1") % 2
	trailing = 1 - text[half:].count("1") % 2
	return f"{leading ^ broken}{text}{trailing}", data


def left_justified(bits: str) -> bytes:
	return int(bits.ljust((len(bits) + 7) // 8 * 8, "0"), 2).to_bytes((len(bits) + 7) // 8)


def pn532_frame(data: bytes) -> bytes:
	return b"\x00\x00\xff" + bytes([len(data), -len(data) & 255]) + data + bytes([-sum(data) & 255, 0])


def osdp_frame(data: bytes, *, address: int = 0x80, control: int = 0x04) -> bytes:
	size = 5 + len(data) + (2 if control & 4 else 1)
	body = b"\x53" + bytes([address]) + size.to_bytes(2, "little") + bytes([control]) + data
	return body + (crc16(body).to_bytes(2, "little") if control & 4 else bytes([-sum(body) & 255]))


def _em4100(tail: bytes, *, head: bytes = b"\x02", raw: bool = False, wrong: int = 0):
	def make(rng):
		number = identifier(rng, 5)
		check = xor_of(number) ^ wrong
		shown = bytes([check]) if raw else b"%02X" % check
		return head + number.hex().upper().encode() + shown + tail, number.hex().upper()

	return make


def _gwiot7941e(rng, wrong=0):
	number = identifier(rng, rng.choice((4, 5, 5, 7)))
	body = bytes([len(number) + 5, 2]) + number
	return b"\x02" + body + bytes([xor_of(body) ^ wrong]) + b"\x03", number.hex().upper()


def _gwiot7941w(rng, wrong=0):
	number = identifier(rng, rng.choice((4, 5, 7)))
	body = bytes([0, 0x81, len(number)]) + number
	return b"\xcd\xdc" + body + bytes([xor_of(body) ^ wrong]), number.hex().upper()


def _wiegand(count, *, broken=False):
	def make(rng):
		bits, data = wiegand_bits(rng, count, broken=broken)
		return bits.encode() + b"\r\n", str(data)

	return make


def _hidprox(rng, broken=False):
	bits, data = wiegand_bits(rng, rng.choice((26, 34)), broken=broken)
	return (bytes([len(bits)]) + left_justified(bits)).hex().upper().encode() + b"\r", str(data)


def _inditag(rng, wrong=0):
	number = identifier(rng, 5)
	return b":" + (
		number + bytes([-sum(number) + wrong & 255])
	).hex().upper().encode() + b"\r\n", number.hex().upper()


def _twn4(rng, extra=0):
	kind, size = rng.choice(((0x80, 4), (0x80, 7), (0x82, 8), (0x40, 5)))
	number = identifier(rng, size)
	reply = bytes([0, 1, kind, size * 8, size + extra]) + number
	return reply.hex().upper().encode() + b"\r", number.hex().upper()


def _line(rng):
	number = identifier(rng, rng.choice((4, 7)))
	return number.hex().upper().encode() + b"\r\n", number.hex().upper()


def _neo2(rng, wrong=0):
	if rng.random() < 0.5:
		number = b"\xe0" + identifier(rng, 7)
		command, data = rng.choice(((0x5C, b"\x00"), (0x23, bytes.fromhex("0464000405"))))
		data += number[::-1]
	else:
		number = identifier(rng, rng.choice((4, 7)))
		command, data = rng.choice(((0x22, b""), (0x23, bytes.fromhex("0164000405"))))
		data += b"\x04\x00\x08" + bytes([len(number)]) + number
	body = b"\x50" + len(data).to_bytes(2) + bytes([command]) + data
	return body + bytes([xor_of(body) ^ wrong]), number.hex().upper()


def _pn532(rng, wrong=0):
	number = identifier(rng, rng.choice((4, 7, 10)))
	made = bytearray(pn532_frame(b"\xd5\x4b\x01\x01\x00\x44\x00" + bytes([len(number)]) + number))
	made[-2] ^= wrong
	return bytes(made), number.hex().upper()


def _sm130(rng, wrong=0):
	number = identifier(rng, rng.choice((4, 7)))
	body = b"\x00" + bytes([len(number) + 2, rng.choice((0x82, 0x83)), 2]) + number
	return b"\xff" + body + bytes([sum(body) + wrong & 255]), number.hex().upper()


def _stronglink(rng, wrong=0):
	number = identifier(rng, rng.choice((4, 7)))
	body = b"\xbd" + bytes([len(number) + 4, 1, 0]) + number + b"\x01"
	return body + bytes([xor_of(body) ^ wrong]), number.hex().upper()


def _osdp(rng, wrong=0):
	if rng.random() < 0.5:
		number = identifier(rng, rng.choice((4, 7)))
		data, card = bytes([0x50, 0, 0, len(number) * 8, 0]) + number, number.hex().upper()
	else:
		bits, value = wiegand_bits(rng, 26)
		data, card = bytes([0x50, 0, 1, 26, 0]) + left_justified(bits), str(value)
	made = bytearray(osdp_frame(data, address=0x80 | rng.randrange(127), control=4 | rng.randrange(4)))
	made[-1] ^= wrong
	return bytes(made), card


def _checked(body, check=xor_of, head=b""):
	"""Head, body and check value."""
	return lambda rng: head + bytes.fromhex(body) + bytes([check(bytes.fromhex(body)) & 255])


def _first(maker, **change):
	return lambda rng: maker(rng, **change)[0]


_MAKERS = {
	"rdm6300": _em4100(b"\x03"),
	"rdm6300-rawcrc": _em4100(b"\x03", raw=True),
	"id12la": _em4100(b"\r\n\x03"),
	"em18": _em4100(b"\r\n", head=b""),
	"gwiot7941e": _gwiot7941e,
	"gwiot7941w": _gwiot7941w,
	"wiegand26": _wiegand(26),
	"wiegand34": _wiegand(34),
	"elatec-twn3-hidprox": _hidprox,
	"elatec-twn3-inditag": _inditag,
	"elatec-twn4-simple": _twn4,
	"line": _line,
	"idtronic-neo2": _neo2,
	"pn532": _pn532,
	"sm130": _sm130,
	"stronglink": _stronglink,
	"osdp": _osdp,
}

_DAMAGED = {
	"rdm6300": _first(_em4100(b"\x03", wrong=1)),
	"rdm6300-rawcrc": _first(_em4100(b"\x03", raw=True, wrong=1)),
	"id12la": _first(_em4100(b"\r\n\x03", wrong=1)),
	"em18": _first(_em4100(b"\r\n", head=b"", wrong=1)),
	"gwiot7941e": _first(_gwiot7941e, wrong=1),
	"gwiot7941w": _first(_gwiot7941w, wrong=1),
	"wiegand26": _first(_wiegand(26, broken=True)),
	"wiegand34": _first(_wiegand(34, broken=True)),
	"elatec-twn3-hidprox": _first(_hidprox, broken=True),
	"elatec-twn3-inditag": _first(_inditag, wrong=1),
	"elatec-twn4-simple": _first(_twn4, extra=1),
	"line": lambda rng: b"\xff" + _line(rng)[0],
	"idtronic-neo2": _first(_neo2, wrong=1),
	"pn532": _first(_pn532, wrong=1),
	"sm130": _first(_sm130, wrong=1),
	"stronglink": _first(_stronglink, wrong=1),
	"osdp": _first(_osdp, wrong=1),
}

_WITHOUT_CARD = {
	"gwiot7941w": [
		_checked("001000", head=b"\xab\xba"),
		_checked("008000", head=b"\xcd\xdc"),
		_checked("00800101", head=b"\xcd\xdc"),
	],
	"idtronic-neo2": [_checked("f0000122e0"), _checked("500002221052"), _checked("50000022")],
	"pn532": [
		lambda rng: b"\x00\x00\xff\x00\xff\x00",
		lambda rng: pn532_frame(b"\xd5\x4b\x00"),
		lambda rng: pn532_frame(b"\xd4\x4a\x01\x00"),
	],
	"sm130": [_checked("0002824e", sum, b"\xff"), _checked("000182", sum, b"\xff")],
	"stronglink": [_checked("bd030101"), _checked("ba0201")],
	"osdp": [
		lambda rng: osdp_frame(b"\x60", address=rng.randrange(127), control=4 | rng.randrange(4)),
		lambda rng: osdp_frame(b"\x40", address=0x80 | rng.randrange(127), control=4 | rng.randrange(4)),
		lambda rng: b"\xff" + osdp_frame(b"\x40", control=rng.randrange(4)),
	],
}
