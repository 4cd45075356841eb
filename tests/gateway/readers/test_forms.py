"""One fob, several kinds of readers: at enrolment it is known under every number that another reader would make of it."""

from typing import Any

import pytest

from gateway.messages import MAX_ALSO
from gateway.readers import BadgeRead, reader
from gateway.readers.forms import other_forms
from tests.gateway.readers.reader_samples import left_justified, osdp_frame

FOB = 0x4521C5D1E9


def read(protocol: str, data: bytes, **options: Any) -> BadgeRead:
	decoder = reader(protocol, options).decoder()
	found = [*decoder.feed(data), *decoder.idle()]
	(one,) = [each for each in found if isinstance(each, BadgeRead)]
	return one


def wiegand(value: int, bits: int) -> bytes:
	text = f"{value & (1 << bits) - 1:0{bits}b}"
	half = bits // 2
	return (f"{text[:half].count('1') % 2}{text}{1 - text[half:].count('1') % 2}\r").encode()


def em4100(check: bytes = b"") -> bytes:
	number = FOB.to_bytes(5)
	total = 0
	for byte in number:
		total ^= byte
	return (number + bytes([total])).hex().upper().encode()


BY_READER = {
	"an RDM6300": read("rdm6300", b"\x02" + em4100() + b"\x03"),
	"an EM-18": read("em18", em4100()),
	"Wiegand 34": read("wiegand34", wiegand(FOB, 32)),
	"Wiegand 26": read("wiegand26", wiegand(FOB, 24)),
	"ten decimal digits": read("line", b"0566612457\r", format="decimal"),
	"eight hex digits": read("line", b"21C5D1E9\r", format="hex"),
	"ten hex digits": read("line", b"4521C5D1E9\r", format="hex"),
	"ten decimal digits as text": read("line", b"0566612457\r"),
	"eight decimal digits as text": read("line", b"19753737\r"),
	"facility and number as text": read("line", b"197,53737\r"),
	"hex in reverse, stated so": read("line", b"E9D1C521\r", format="hex", byte_order="lsb"),
	"hex in reverse, not stated": read("line", b"E9D1C521\r", format="hex"),
	"all five bytes in reverse": read("line", b"E9D1C52145\r", format="hex"),
	"bits of each byte in reverse": read("line", b"A284A38B97\r"),
	"OSDP 34": read(
		"osdp",
		osdp_frame(b"\x50\x00\x01\x22\x00" + left_justified(wiegand(FOB, 32)[:-1].decode())),
	),
	"OSDP 26": read(
		"osdp",
		osdp_frame(b"\x50\x00\x01\x1a\x00" + left_justified(wiegand(FOB, 24)[:-1].decode())),
	),
}


@pytest.mark.parametrize("other", sorted(BY_READER))
@pytest.mark.parametrize("enrolled_at", ["an RDM6300", "an EM-18"])
def test_a_whole_number_is_known_at_every_other_reader(enrolled_at: str, other: str) -> None:
	whole = BY_READER[enrolled_at]
	assert BY_READER[other].card in (whole.card, *other_forms(whole))


@pytest.mark.parametrize(
	("enrolled_at", "options", "known"),
	[
		(
			"Wiegand 34",
			{},
			["ten decimal digits", "eight hex digits", "Wiegand 26", "ten decimal digits as text"],
		),
		("OSDP 34", {}, ["ten decimal digits", "Wiegand 26"]),
		(
			"ten decimal digits",
			{"format": "decimal"},
			["Wiegand 34", "Wiegand 26", "facility and number as text"],
		),
		("Wiegand 26", {}, ["eight decimal digits as text", "facility and number as text"]),
	],
)
def test_a_shorter_number_is_known_where_it_tells_enough(
	enrolled_at: str, options: dict[str, Any], known: list[str]
) -> None:
	forms = other_forms(BY_READER[enrolled_at], options)
	for other in known:
		assert BY_READER[other].card in (BY_READER[enrolled_at].card, *forms)
	assert BY_READER["an RDM6300"].card not in forms, "what was not read is not made up"


def test_a_text_that_may_mean_anything_is_left_alone() -> None:
	assert other_forms(BY_READER["ten decimal digits as text"], {"format": "text"}) == ()
	assert other_forms(read("line", b"https://school.example/7\r")) == ()


def test_a_number_that_may_be_hex_or_decimal_is_left_alone() -> None:
	assert other_forms(BadgeRead("12345678", "osdp", 0)) == ()


def test_a_double_uid_is_known_in_reverse_and_between_parities() -> None:
	uid = BadgeRead("04A1B2C3D4E5F6", "pn532", 0)
	bits = f"{0x04A1B2C3D4E5F6:056b}"
	framed = f"{bits[:28].count('1') % 2}{bits}{1 - bits[28:].count('1') % 2}"
	over_osdp = read("osdp", osdp_frame(b"\x50\x00\x00\x3a\x00" + left_justified(framed)))
	assert other_forms(uid) == ("F6E5D4C3B2A104", over_osdp.card)


@pytest.mark.parametrize("whole", sorted(BY_READER))
def test_there_are_never_more_than_the_contract_takes_and_no_form_twice(whole: str) -> None:
	one = BY_READER[whole]
	forms = other_forms(one, {"format": "hex"})
	assert len(forms) == len(set(forms)) <= MAX_ALSO
	assert one.card not in forms
