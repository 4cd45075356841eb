"""A number that is brought in from a list is known under what the readers at the doors make of the card, all of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.readers import BadgeRead, reader
from gateway.readers.forms import other_forms
from vsv_app.engine.gateways import card_numbers

FOB = 0x4521C5D1E9


def by_gateway(card: str, protocol: str, facility: int | None = None, number: int | None = None) -> set[str]:
	return {card, *other_forms(BadgeRead(card, protocol, 0, facility, number))}


@given(st.sampled_from((4, 5, 7)), st.data())
def test_hexadecimal_numbers_are_known_as_the_gateway_knows_them(size: int, data: st.DataObject) -> None:
	number = data.draw(st.integers(1, 256**size - 2))
	card = f"{number:0{2 * size}X}"
	assert set(card_numbers.read(card.lower(), "hex").all) == by_gateway(card, "pn532")


@given(st.integers(1, 2**32 - 2))
def test_ten_digits_are_known_as_wiegand_34_knows_them(number: int) -> None:
	expected = by_gateway(str(number), "wiegand34", number >> 16, number & 0xFFFF)
	assert set(card_numbers.read(f"{number:010}", "decimal").all) == expected


@given(st.integers(1, 2**24 - 2))
def test_three_and_five_digits_are_known_as_wiegand_26_knows_them(number: int) -> None:
	facility, rest = number >> 16, number & 0xFFFF
	expected = by_gateway(str(number), "wiegand26", facility, rest)
	for written in (f"{facility:03},{rest:05}", f"{facility:03}{rest:05}", f"{facility} {rest}"):
		assert set(card_numbers.read(written, "printed").all) == expected


@pytest.mark.parametrize("line", ["ab 12 cd", "AB:12:CD", "K-2041", "00817", "ab12"])
def test_what_a_reader_sends_as_a_line_is_the_number(line: str) -> None:
	(read,) = reader("line", {}).decoder().feed(f"{line}\n".encode())
	assert isinstance(read, BadgeRead)
	assert card_numbers.read(f" {line} ", "text").all == (read.card,)


@pytest.mark.parametrize(
	("written", "form"),
	[
		("4521C5D1E", "hex"), ("4521C5D1EG", "hex"), ("0000000000", "hex"), ("FFFFFFFF", "hex"), ("", "hex"),
		("4521C5D1E9", "decimal"), ("1099511627776", "decimal"), ("0", "decimal"), ("٣٤", "decimal"),
		("256,53737", "printed"), ("197,65536", "printed"), ("1975373", "printed"), ("4.52105E+09", "decimal"),
		("4,52105E+09", "text"), ("é", "text"), ("x" * 65, "text"), ("", "text"),
	],
)  # fmt: skip
def test_what_is_not_of_the_format_is_refused_and_not_repeated(written: str, form: str) -> None:
	with pytest.raises(card_numbers.NotOfThisFormat) as refused:
		card_numbers.read(written, form)
	assert len(written) < 4 or written not in str(refused.value)


def test_a_list_says_what_it_is_likely_to_be() -> None:
	assert card_numbers.likely_format(["4521C5D1E9", "0000000001"]) == "hex"
	assert card_numbers.likely_format(["0566612457", "0566612458"]) == "decimal"
	assert card_numbers.likely_format(["197,53737", "19753738"]) == "printed"
	assert card_numbers.likely_format(["K-1", "K-2"]) == card_numbers.likely_format([]) == "text"


def test_a_shorter_number_is_not_known_where_a_reader_gives_the_whole() -> None:
	doors = ["rdm6300", "wiegand26", "pn532", "line"]
	for form, written, blind in (
		("hex", f"{FOB:010X}", set()),
		("decimal", f"{FOB & 0xFFFFFFFF:010}", {"rdm6300"}),
		("decimal", str(FOB), set()),
		("printed", "197,53737", {"rdm6300", "pn532"}),
		("text", "K-1", set()),
	):
		cards = card_numbers.read(written, form)
		assert card_numbers.blind_readers(form, cards, doors) == blind
