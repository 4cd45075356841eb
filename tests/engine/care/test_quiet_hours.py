"""Quiet hours, over midnight too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.care.quiet_hours import MINUTES_A_DAY, QuietHours, may_disturb

MINUTES = st.integers(0, MINUTES_A_DAY - 1)


@given(MINUTES, MINUTES, MINUTES)
def test_a_minute_is_quiet_from_the_first_on_and_before_the_last(since: int, until: int, minute: int) -> None:
	quiet = {(since + n) % MINUTES_A_DAY for n in range((until - since) % MINUTES_A_DAY)}
	assert QuietHours(since, until).hold(minute) == (minute in quiet)


@given(MINUTES, MINUTES, MINUTES)
def test_a_day_without_school_is_quiet_throughout(since: int, until: int, minute: int) -> None:
	assert not may_disturb(QuietHours(since, until), minute, school_day=False)


@pytest.mark.parametrize("wrong", [-1, MINUTES_A_DAY])
def test_no_time_of_day(wrong: int) -> None:
	with pytest.raises(ValueError, match="time of day"):
		QuietHours(wrong, 0)
	with pytest.raises(ValueError, match="time of day"):
		QuietHours(0, wrong)
