"""What a trial may say of its numbers: counted by hand, held to its claim, and the same however the numbers are written."""

from itertools import combinations
from math import sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import trial_false_alarms
from vsv_app.engine.proportions import NORMAL_95
from vsv_app.engine.school.improvement.trial_statistics import (
	BY_GROUPS,
	BY_LEARNERS,
	DRIFT,
	FALSE_ALARMS,
	MOST_DEALS,
	TooFew,
	compare,
	drift_between,
	visible_from,
)

CHANGES = st.lists(st.integers(-40, 40).map(float), min_size=5, max_size=30)


def test_learners_are_dealt_in_every_way() -> None:
	"""Five who fell by 1 to 5, five who rose by as much: of the 252 ways to deal only these two lie so far apart."""
	tried, compared = [-1.0, -2.0, -3.0, -4.0, -5.0], [1.0, 2.0, 3.0, 4.0, 5.0]
	found = compare({"2A": tried}, {"2B": compared}, drift=0)
	assert (found.tried, found.compared, found.difference) == (-3.0, 3.0, -6.0)
	values = tried + compared
	apart = sorted(
		(abs(sum(five) - (sum(values) - sum(five))) / 5 for five in combinations(values, 5)), reverse=True
	)
	# One in twenty of 252 ways are 12; the thirteenth is passed by twelve at most.
	assert found.reach == pytest.approx(apart[12])
	assert found.dealt == BY_LEARNERS
	assert found.beyond_chance


def test_groups_are_dealt_where_there_are_enough() -> None:
	"""Of the 70 ways to choose four of eight groups two lie as far apart as these; three might."""
	tried = {f"T{n}": [float(n)] * 5 for n in range(4)}
	compared = {f"C{n}": [10.0 + n] * 5 for n in range(4)}
	found = compare(tried, compared)
	means = [float(n) for n in range(4)] + [10.0 + n for n in range(4)]
	apart = sorted((abs(2 * sum(four) - sum(means)) / 4 for four in combinations(means, 4)), reverse=True)
	assert found.dealt == BY_GROUPS
	assert found.reach == pytest.approx(apart[3])
	assert found.beyond_chance


def test_what_groups_have_in_common_widens_the_range() -> None:
	"""25 against 25: 1 + 24 x 0.05 = 2.2 times the variance."""
	chance = Random(1)
	sides = [[chance.gauss(0, 1) for _learner in range(25)] for _side in range(2)]
	alone, widened = (compare({"2A": sides[0]}, {"2B": sides[1]}, drift=drift) for drift in (0.0, 0.05))
	assert widened.reach == pytest.approx(alone.reach * sqrt(2.2))
	values = sides[0] + sides[1]
	mean = sum(values) / 50
	variance = sum((value - mean) ** 2 for value in values) / 49
	assert alone.reach == pytest.approx(NORMAL_95 * sqrt(variance * 2 / 25))


def test_groups_that_are_seen_to_drift_count_for_what_they_show() -> None:
	tried = {"2A": [0.0, 1.0] * 10, "2B": [9.0, 10.0] * 10}
	compared = {"2C": [4.0, 5.0] * 10, "2D": [5.0, 6.0] * 10}
	found = compare(tried, compared)
	# Nearly all of the variance lies between the groups of one side.
	assert found.drift > 0.9
	assert not found.beyond_chance
	assert drift_between({"2A": [0.0, 1.0] * 10, "2B": [9.0, 10.0] * 10}) == pytest.approx(
		# The means lie 9 apart, 81 / 2 between; within, 5 / 19, of which a twentieth is in what is between.
		(40.5 - (5 / 19) / 20) / (40.5 - (5 / 19) / 20 + 5 / 19)
	)
	assert drift_between({"2A": [1.0, 2.0]}) is None
	assert drift_between({"2A": [1.0, 1.0], "2B": [1.0, 1.0]}) == 0


def test_what_can_be_seen_is_told_beforehand() -> None:
	chance = Random(2)
	few, many = (
		{side: [chance.gauss(0, 1) for _learner in range(count)] for side in "TC"} for count in (10, 100)
	)
	assert visible_from({"T": few["T"]}, {"C": few["C"]}, drift=0) > 2 * visible_from(
		{"T": many["T"]}, {"C": many["C"]}, drift=0
	)


@pytest.mark.parametrize(
	("tried", "compared", "who"),
	[(4, 5, "who tried it"), (5, 4, "to compare with"), (0, 5, "who tried it")],
)
def test_no_difference_of_a_small_group(tried: int, compared: int, who: str) -> None:
	with pytest.raises(TooFew) as refused:
		compare({"2A": [1.0] * tried}, {"2B": [2.0] * compared})
	assert who in refused.value.why


@pytest.mark.parametrize("drift", [-0.01, 1.0])
def test_a_drift_that_cannot_be(drift: float) -> None:
	with pytest.raises(ValueError, match="cannot be"):
		compare({"2A": [1.0] * 5}, {"2B": [2.0] * 5}, drift=drift)


@given(tried=CHANGES, compared=CHANGES)
def test_both_sides_alike(tried: list[float], compared: list[float]) -> None:
	"""Who is compared with whom changes the sign and nothing else."""
	one, other = compare({"T": tried}, {"C": compared}), compare({"C": compared}, {"T": tried})
	assert one.difference == pytest.approx(-other.difference)
	assert one.reach == pytest.approx(other.reach)
	assert one.beyond_chance == other.beyond_chance


@given(tried=CHANGES, compared=CHANGES, shift=st.integers(-50, 50), scale=st.sampled_from([0.25, 2.0, 60.0]))
def test_the_unit_does_not_matter(
	tried: list[float], compared: list[float], shift: int, scale: float
) -> None:
	"""Minutes or hours, and a season that moves everybody by the same."""
	one = compare({"T": tried}, {"C": compared})
	other = compare(
		{"T": [scale * value + shift for value in tried]},
		{"C": [scale * value + shift for value in compared]},
	)
	assert other.difference == pytest.approx(scale * one.difference, abs=1e-6)
	assert other.reach == pytest.approx(scale * one.reach, abs=1e-6)
	assert other.beyond_chance == one.beyond_chance


@given(values=CHANGES)
def test_the_same_changes_on_both_sides_never_move(values: list[float]) -> None:
	assert not compare({"T": values}, {"C": list(values)}).beyond_chance


@pytest.mark.parametrize(
	"case", [case for case in trial_false_alarms.CASES if case.covered], ids=lambda case: case.name
)
def test_identical_groups_move_no_more_often_than_claimed(case: trial_false_alarms.Case) -> None:
	"""The benchmark's claim, from one seed, so that it never fails by chance; fewer pairs where it is far from its bound."""
	assert trial_false_alarms.share_moved(case, seed=2026, pairs=1000 if case.drift else 200) <= FALSE_ALARMS


def test_without_widening_the_claim_would_not_hold() -> None:
	"""What the assumed drift is for: pairs that drift, judged as if they did not."""
	chance, moved = Random(2026), 0
	for _pair in range(200):
		sides = []
		for _side in range(2):
			common = chance.gauss(0, sqrt(DRIFT / (1 - DRIFT)))
			sides.append([common + chance.gauss(0, 1) for _learner in range(25)])
		moved += compare({"T": sides[0]}, {"C": sides[1]}, drift=0).beyond_chance
	assert moved / 200 > FALSE_ALARMS


def test_a_difference_that_is_there_is_seen() -> None:
	case = next(case for case in trial_false_alarms.SEEN if case.tried == 4)
	assert trial_false_alarms.share_moved(case, seed=2026, pairs=100) > 0.5


def test_most_deals_leaves_groups_of_a_school_to_be_dealt() -> None:
	"""Six groups against six are 924 ways, and are dealt as groups."""
	sides = [{f"{side}{n}": [float(n)] * 5 for n in range(6)} for side in "TC"]
	assert compare(*sides).dealt == BY_GROUPS
	assert MOST_DEALS > 924
