"""Figures with their doubt: shares, errors by group, and what a school finds that can talk to so many a week."""

from datetime import date, timedelta

from vsv_app.engine.proportions import Proportion
from vsv_app.engine.signals.looking_back.doubt import by_group, shares, within_reach
from vsv_app.engine.signals.looking_back.past import Stood
from vsv_app.engine.signals.warning_quality import Validity

MONDAY = date(2026, 11, 23)
WEEKS = [MONDAY + timedelta(weeks=n) for n in range(4)]
A_DAY = timedelta(days=1)


def test_lift_is_told_where_both_shares_can_be() -> None:
	many = shares(Validity(learners=600, warned=60, left=24, warned_and_left=12))
	assert (many.base, many.precision, many.recall) == (
		Proportion(24, 600),
		Proportion(12, 60),
		Proportion(12, 24),
	)
	assert many.lift is not None
	assert round(many.lift, 6) == 5, "a fifth of those flagged against 4 in a hundred of all"
	assert shares(Validity(learners=600, warned=3, left=24, warned_and_left=2)).lift is None


def test_errors_by_group() -> None:
	girls, boys = [f"girl {n}" for n in range(40)], [f"boy {n}" for n in range(40)]
	left = {name: MONDAY for name in (*girls[:10], *boys[:10])}
	# Of those who left, five girls and all boys in time; of those who stayed, no girl and fifteen boys.
	first = {name: MONDAY - A_DAY for name in (*girls[:5], *boys[:10])} | {
		name: MONDAY for name in girls[5:10]
	}
	first |= {name: MONDAY for name in boys[10:25]}
	found = {one.group: one for one in by_group({"girls": girls, "boys": boys}, first, left)}
	assert found["girls"].false_alarms == Proportion(0, 30)
	assert found["boys"].false_alarms == Proportion(15, 30)
	assert found["girls"].misses == Proportion(5, 10), "a flag on the day of leaving came too late"
	assert found["boys"].misses == Proportion(0, 10)


def test_a_number_about_few_is_left_out() -> None:
	groups = {"many": [f"m{n}" for n in range(30)], "few": ["f0", "f1"]}
	found = by_group(groups, {"f0": MONDAY, "m0": MONDAY}, {})
	assert [one.false_alarms for one in found] == [None, None], "of one group it would be told by the other"


def test_the_worst_are_talked_to_first_and_the_others_wait_while_they_stand() -> None:
	stood = [Stood("a", MONDAY), Stood("b", MONDAY), Stood("c", MONDAY, WEEKS[1])]
	strength = {("a", MONDAY): 10.0, ("b", MONDAY): 30.0, ("c", MONDAY): 5.0}
	left = {"a": WEEKS[2], "b": WEEKS[1] - A_DAY}
	found = within_reach(stood, strength, WEEKS, 1, left)
	# b in the first week, in which b leaves; a in the second, before leaving in the third; c has cleared by then.
	assert (found.asked, found.talked, found.waited, found.learners, found.reached) == (3, 2, 1, 2, 1)
	assert within_reach(stood, strength, WEEKS, 3, left).waited == 0
