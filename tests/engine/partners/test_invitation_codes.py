"""A code is typed by anybody from paper, kept by nobody, and ends."""

import secrets
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.partners import invitation_codes as codes

TODAY = date(2026, 11, 29)
KEY = "of this site"


def test_a_code_has_nothing_that_looks_alike_on_paper_and_is_long() -> None:
	code = codes.made(secrets.choice)
	assert len(code) == codes.LENGTH + 2
	assert not set(code) & set("01OILU")
	assert len(codes.LETTERS) ** codes.LENGTH > 2**58
	assert codes.made(secrets.choice) != code


@given(st.sampled_from(["{}", " {} ", "{}."]), st.sampled_from(["-", " ", "", "."]), st.booleans())
def test_however_it_is_typed_it_is_the_same_code(around: str, between: str, small: bool) -> None:
	code = codes.made(secrets.choice)
	typed = around.format(code.replace("-", between))
	assert codes.digest(typed.lower() if small else typed, KEY) == codes.digest(code, KEY)


@given(st.text())
def test_what_is_no_code_opens_nothing(typed: str) -> None:
	assert codes.normal(typed) == "" or len(codes.normal(typed)) == codes.LENGTH


@pytest.mark.parametrize("typed", ["", "ABCD-EFGH", "0000-0000-0000", "ABCD-EFGH-JKMN-PQRS"])
def test_these_are_no_codes(typed: str) -> None:
	assert codes.normal(typed) == ""


def test_what_is_kept_says_nothing_without_the_sites_key() -> None:
	code = codes.made(secrets.choice)
	assert codes.digest(code, KEY) != codes.digest(code, "of another site")
	assert codes.normal(code) not in codes.digest(code, KEY).upper()


@pytest.mark.parametrize(
	("status", "days", "works"),
	[
		(codes.INVITED, 0, True),
		(codes.INVITED, codes.VALID_DAYS, True),
		(codes.INVITED, codes.VALID_DAYS + 1, False),
		(codes.BOUNCED, 1, True),
		(codes.SIGNED_IN, 1, False),
		(codes.WITHDRAWN, 1, False),
		(codes.EXPIRED, 1, False),
	],
)
def test_a_code_works_in_time_and_once(status: str, days: int, works: bool) -> None:
	assert codes.counts(status, codes.last_day(TODAY), TODAY + timedelta(days=days)) is works
	assert not codes.counts(status, None, TODAY)


def test_people_are_counted_by_how_far_they_are() -> None:
	states = [codes.SIGNED_IN, codes.INVITED, codes.SIGNED_IN]
	assert codes.tally(states) == {codes.INVITED: 1, codes.SIGNED_IN: 2}


def test_a_code_that_is_over_is_told_apart_from_one_that_was_taken_away() -> None:
	last = date(2026, 11, 28)
	for status, over in (
		("Invited", True),
		("Bounced", True),
		("Expired", True),
		("Withdrawn", False),
		("Signed In", False),
	):
		assert codes.over(status, last, last + timedelta(days=1)) is over
		assert not codes.over(status, last, last)
	assert not codes.over("Invited", None, last)
