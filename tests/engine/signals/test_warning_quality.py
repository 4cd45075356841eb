"""How well warnings told: against counting one by one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.signals.warning_quality import Validity, area_under_curve, judge

DAY = date(2026, 11, 23)
NAMES = tuple("abcdefgh")
by_day = st.dictionaries(st.sampled_from(NAMES), st.dates(DAY, DAY + timedelta(days=20)))


@given(by_day, by_day)
def test_counts(warned: dict[str, date], left: dict[str, date]) -> None:
	found = judge(len(NAMES), warned, left)
	right = [name for name in NAMES if name in warned and name in left and warned[name] < left[name]]
	too_late = [name for name in NAMES if name in warned and name in left and warned[name] >= left[name]]
	assert found.warned_and_left == len(right)
	assert found.warned == len(warned) - len(too_late)
	assert found.left == len(left)
	if right:
		days = sorted((left[name] - warned[name]).days for name in right)
		middle = (days[(len(days) - 1) // 2] + days[len(days) // 2]) / 2
		assert found.lead_days == middle
		assert found.f1 == pytest.approx(2 / (1 / found.precision + 1 / found.recall))
	else:
		assert found.lead_days is None


def test_rates() -> None:
	found = Validity(learners=100, warned=8, left=5, warned_and_left=4)
	assert (found.precision, found.recall) == (0.5, 0.8)
	assert found.f1 == pytest.approx(8 / 13)
	nothing = Validity(100, 0, 0, 0)
	assert (nothing.precision, nothing.recall, nothing.f1) == (None, None, None)


def test_more_right_than_there_are_is_refused() -> None:
	with pytest.raises(ValueError, match="more learners"):
		Validity(10, 2, 3, 3)


scored = st.lists(st.tuples(st.integers(0, 5).map(float), st.booleans()), max_size=12)


@given(scored)
def test_the_area_is_the_chance_of_a_right_order(pairs: list[tuple[float, bool]]) -> None:
	scores, outcomes = [score for score, _ in pairs], [outcome for _, outcome in pairs]
	with_it = [score for score, outcome in pairs if outcome]
	without = [score for score, outcome in pairs if not outcome]
	found = area_under_curve(scores, outcomes)
	if not with_it or not without:
		assert found is None
		return
	right = sum((one > other) + (one == other) / 2 for one in with_it for other in without)
	assert found == pytest.approx(right / (len(with_it) * len(without)))
