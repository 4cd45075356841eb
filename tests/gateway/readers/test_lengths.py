"""Card lengths beyond 26, 34 and 37 bits: read, never padded, and never taken for a card of another length."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.readers import BadgeRead, Fault, reader
from gateway.readers.reads import Card
from gateway.readers.wiegand import CORPORATE, LAYOUTS, WHOLE, read_bits
from tests.gateway.readers.reader_samples import left_justified, osdp_frame, wiegand_bits

LENGTHS = sorted({*LAYOUTS, *CORPORATE, *WHOLE})


def corporate(bits: int, facility: int, number: int) -> str:
	"""Corporate 1000 by the rule in words: of every three bits two count, for one parity from the left, for the other from the right.

	The last bit is place 0. Places that three does not divide are even together; places one further on are odd.
	"""
	facility_bits, number_bits = {35: (12, 20), 48: (22, 23)}[bits]
	data = f"{facility:0{facility_bits}b}{number:0{number_bits}b}"
	places = list(range(bits))
	shown = ["0", "0", *data, "0"]
	low = bits - 1
	even = [at for at in places[2:low] if (low - at) % 3]
	shown[1] = str(sum(shown[at] == "1" for at in even) % 2)
	odd = [at for at in places[1:low] if (low - at) % 3 != 1]
	shown[low] = str(1 - sum(shown[at] == "1" for at in odd) % 2)
	shown[0] = str(1 - shown[1:].count("1") % 2)
	return "".join(shown)


def osdp(bits: str, card_format: int = 0) -> list[BadgeRead | Fault]:
	data = b"\x50\x00" + bytes([card_format]) + len(bits).to_bytes(2, "little") + left_justified(bits)
	decoder = reader("osdp").decoder()
	return [*decoder.feed(osdp_frame(data)), *decoder.idle()]


def hidprox(bits: str) -> list[BadgeRead | Fault]:
	decoder = reader("elatec-twn3-hidprox").decoder()
	line = (bytes([len(bits)]) + left_justified(bits)).hex().upper().encode() + b"\r"
	return [*decoder.feed(line), *decoder.idle()]


def twn4(bits: str) -> list[BadgeRead | Fault]:
	data = left_justified(bits)
	decoder = reader("elatec-twn4-simple").decoder()
	line = (
		bytes([0, 1, 0x49, len(bits), len(data)]).hex().upper().encode() + data.hex().upper().encode() + b"\r"
	)
	return [*decoder.feed(line), *decoder.idle()]


@pytest.mark.parametrize("way", [osdp, hidprox, twn4])
@pytest.mark.parametrize(("bits", "most"), [(35, (0xFFF, 0xFFFFF)), (48, (0x3FFFFF, 0x7FFFFF))])
def test_corporate_1000_has_facility_and_number(way, bits: int, most: tuple[int, int]) -> None:
	rng = random.Random(bits)
	for _ in range(50):
		facility, number = rng.randrange(most[0] + 1), rng.randrange(1, most[1])
		shown = corporate(bits, facility, number)
		(read,) = way(shown)
		assert isinstance(read, BadgeRead)
		if (way, bits) != (twn4, 48):  # whole bytes: this reader says an identifier, not Wiegand
			assert (read.facility, read.number) == (facility, number)
		assert read.card == (f"35:{int(shown, 2):09X}" if bits == 35 else f"{int(shown, 2):012X}")


def test_corporate_1000_as_it_is_published() -> None:
	"""Facility 1, number 1 by the masks of https://github.com/RfidResearchGroup/proxmark3 (wiegand_formats.c)."""
	value = int(corporate(35, 1, 1), 2)
	assert (value & 0x3_B6DB_6DB6).bit_count() % 2 == 0
	assert (value & 0x3_6DB6_DB6D).bit_count() % 2 == 1
	assert value.bit_count() % 2 == 1
	assert ((value >> 21) & 0xFFF, (value >> 1) & 0xFFFFF) == (1, 1)


@pytest.mark.parametrize("bits", sorted(CORPORATE))
def test_a_wrong_parity_is_damage_where_nothing_else_vouches_for_the_line(bits: int) -> None:
	shown = corporate(bits, 5, 6)
	broken = shown[:-1] + str(1 - int(shown[-1]))
	assert [found.kind for found in hidprox(broken) if isinstance(found, Fault)] == ["parity"]
	(read,) = osdp(broken)
	assert isinstance(read, BadgeRead), "the CRC vouches for it: another layout of this length"
	assert (read.facility, read.number) == (None, None)


@pytest.mark.parametrize("bits", sorted(WHOLE))
@pytest.mark.parametrize("card_format", [0, 1])
def test_lengths_of_many_layouts_are_read_whole(bits: int, card_format: int) -> None:
	value = random.Random(bits).randrange(1, 1 << (bits - 1))
	(read,) = osdp(f"{value:0{bits}b}", card_format)
	assert isinstance(read, BadgeRead)
	assert read.card == (f"{bits}:{value:0{(bits + 3) // 4}X}" if bits % 8 else f"{value:0{bits // 4}X}")


def test_a_double_uid_and_the_same_between_parities() -> None:
	(plain,) = osdp(f"{0x04A1B2C3D4E5F6:056b}")
	assert isinstance(plain, BadgeRead)
	assert plain.card == "04A1B2C3D4E5F6"


@pytest.mark.parametrize("bits", [1, 8, 25, 27, 28, 33, 38, 39, 41, 55, 57, 59, 63])
def test_other_lengths_are_a_lost_or_added_pulse_and_no_card(bits: int) -> None:
	assert read_bits(1, bits, vouched=True) == Fault("length", 0)


@pytest.mark.parametrize("bits", LENGTHS)
def test_no_card_has_zeros_or_ones_alone(bits: int) -> None:
	for value in (0, (1 << bits) - 1):
		assert isinstance(read_bits(value, bits, vouched=True), Fault)


@given(st.sampled_from([35, 36, 48, 56, 58]), st.sampled_from(LENGTHS), st.data())
def test_no_two_lengths_give_one_card(one: int, other: int, data: st.DataObject) -> None:
	values = [data.draw(st.integers(1, (1 << bits) - 2)) for bits in (one, other)]
	cards = [read_bits(value, bits, vouched=True) for value, bits in zip(values, (one, other), strict=True)]
	if all(isinstance(card, Card) for card in cards) and (one, values[0]) != (other, values[1]):
		assert cards[0].card != cards[1].card  # type: ignore[union-attr]  # Faults are none


def test_26_34_and_37_bits_read_as_before() -> None:
	rng = random.Random(1)
	for bits in sorted(LAYOUTS):
		shown, number = wiegand_bits(rng, bits)
		(read,) = osdp(shown) if bits != 37 else [read_bits(int(shown, 2), bits)]
		if isinstance(read, BadgeRead):
			assert read.card == str(number)
