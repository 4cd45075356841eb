"""Shares with their doubt: the interval against values that others published, and its own properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.proportions import FEWEST, Interval, Proportion


@pytest.mark.parametrize(
	("hits", "of", "low", "high"),
	[
		(81, 263, 0.2553, 0.3662),
		(15, 148, 0.0624, 0.1605),
		(0, 20, 0.0, 0.1611),
		(1, 29, 0.0061, 0.1718),
	],
)
def test_the_interval_is_that_of_the_literature(hits: int, of: int, low: float, high: float) -> None:
	"""Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3."""
	found = Proportion(hits, of).interval
	assert found is not None
	assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share_lies_within_0_and_1_and_mirrors(case: tuple[int, int]) -> None:
	hits, of = case
	one, other = Proportion(hits, of), Proportion(of - hits, of)
	assert one.interval is not None
	assert other.interval is not None
	assert one.share is not None
	assert 0 <= one.interval.low <= one.interval.high <= 1
	assert one.interval.holds(one.share)
	assert one.interval.low == pytest.approx(1 - other.interval.high)


def test_nothing_says_nothing() -> None:
	nothing = Proportion(0, 0)
	assert (nothing.share, nothing.interval, nothing.can_be_told) == (None, None, False)
	assert nothing.lift(Proportion(1, 2)) is None
	assert Proportion(1, 2).lift(Proportion(0, 10)) is None


def test_few_cases_are_not_told_and_many_are() -> None:
	assert not Proportion(2, FEWEST - 1).can_be_told
	assert not Proportion(3, 6).can_be_told
	assert Proportion(0, 8).can_be_told
	assert Proportion(40, 100).can_be_told


def test_the_lift_is_how_many_times_the_base_rate() -> None:
	assert Proportion(30, 100).lift(Proportion(50, 500)) == pytest.approx(3.0)


def test_counts_that_cannot_be_are_refused() -> None:
	with pytest.raises(ValueError, match="6 of 5"):
		Proportion(6, 5)
	assert Interval(0.2, 0.4).width == pytest.approx(0.2)
