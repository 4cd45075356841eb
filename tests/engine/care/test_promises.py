"""What is asked stays until it is answered: the one shape of all kinds."""

from dataclasses import replace
from datetime import date

import pytest

from vsv_app.engine.care.promises import HELP, MESSAGE, REVIEW, Promise, climbs_after, most_pressing

DAY = date(2026, 11, 24)
REVIEW_DUE = Promise(REVIEW, "Support Plan", "P1", "2026-11-24", DAY, shows_from=date(2026, 11, 19))


def test_it_is_in_time_on_its_day_and_overdue_after() -> None:
	assert [REVIEW_DUE.overdue(date(2026, 11, day)) for day in (23, 24, 25)] == [False, False, True]


def test_it_shows_from_its_day_on_or_at_once() -> None:
	assert [REVIEW_DUE.shows(date(2026, 11, day)) for day in (18, 19, 30)] == [False, True, True]
	assert replace(REVIEW_DUE, shows_from=None).shows(date(2026, 1, 1))


def test_a_later_day_is_another_promise_and_other_hands_are_not() -> None:
	assert replace(REVIEW_DUE, due=date(2026, 12, 1)).about != REVIEW_DUE.about
	assert REVIEW_DUE.held_by_these(("b@x.org",)).about == REVIEW_DUE.about


def test_who_is_reminded_each_once_and_in_order() -> None:
	held = replace(REVIEW_DUE, held_by=("a@x.org", "b@x.org"), otherwise="a@x.org")
	assert held.holders == ("a@x.org", "b@x.org")
	assert REVIEW_DUE.holders == ()


def test_a_call_for_help_comes_first_and_climbs_whatever_is_set() -> None:
	call = Promise(HELP, "Concern", "C1", "", date(2027, 1, 1))
	message = Promise(MESSAGE, "Family Message", "M1", "", DAY)
	assert sorted([REVIEW_DUE, message, call], key=most_pressing) == [call, message, REVIEW_DUE]
	assert [climbs_after(HELP, set_) for set_ in (0, 3)] == [1, 1]
	assert [climbs_after(REVIEW, set_) for set_ in (0, 3)] == [0, 3]


def test_a_kind_that_nobody_knows_is_refused() -> None:
	with pytest.raises(ValueError, match="Nonsense"):
		Promise("Nonsense", "Support Plan", "P1", "", DAY)
