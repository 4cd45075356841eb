"""Codes on slips: each another, kept as digests, and nothing left of one that was used."""

import random

import pytest

from vsv_app.engine.school.surveys.one_time_codes import CodeRefused, check, digest, kept, made

CODES = made(200, random.Random(15).choice)


def test_each_slip_has_another_code() -> None:
	assert len(set(CODES)) == 200
	repeating = iter("A" * 24 + "B" * 12)  # the same code twice, then another
	assert made(2, lambda _letters: next(repeating)) == ("AAAA-AAAA-AAAA", "BBBB-BBBB-BBBB")


def test_what_is_kept_has_neither_codes_nor_their_order() -> None:
	stored = kept(CODES, "key", "R1")
	assert stored == tuple(sorted(stored))
	assert not {code.replace("-", "") for code in CODES} & set(stored)
	assert digest(CODES[7].lower().replace("-", " "), "key", "R1") in stored
	assert digest(CODES[7], "key", "R2") not in stored  # a slip of another round
	assert digest(CODES[7], "other key", "R1") not in stored


@pytest.mark.parametrize("typed", ["", "ABCD", "ABCD-EFGH-JKL0", "ABCD-EFGH-JKLMN", "----"])
def test_what_is_no_code(typed: str) -> None:
	with pytest.raises(CodeRefused, match="twelve letters and digits"):
		digest(typed, "key", "R1")


def test_a_code_that_opens_nothing() -> None:
	check(known=True, open_now=True)
	with pytest.raises(CodeRefused, match="draw another slip"):
		check(known=False, open_now=True)
	with pytest.raises(CodeRefused, match="cannot be answered now"):
		check(known=True, open_now=False)
