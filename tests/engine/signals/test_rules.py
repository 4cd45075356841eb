"""Rules: what they hold for, and which of them nobody can have meant."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.indicators.windows import WITH_LENGTH, Window
from vsv_app.engine.signals.rules import (
	ALL_OF,
	ANY_OF,
	AT_LEAST,
	AT_LEAST_N,
	AT_MOST,
	COMPARISONS,
	LESS_THAN,
	MORE_THAN,
	WEIGHTED,
	Condition,
	Rule,
	RuleError,
	Scope,
)

FOUR_WEEKS = Window("School Weeks", 4)


def condition(
	threshold: float = 3,
	comparison: str = AT_LEAST,
	indicator: str = "times_late",
	window: Window = FOUR_WEEKS,
	**more: Any,
) -> Condition:
	return Condition(indicator, comparison, threshold, window, **more)


def rule(*conditions: Condition, **more: Any) -> Rule:
	return Rule("late", "Often late", conditions or (condition(),), **more)


SEEN = sorted(code for code, indicator in INDICATORS.items() if not indicator.cares)
thresholds = st.integers(0, 120).map(float) | st.floats(0, 30_000)
conditions = st.builds(
	lambda indicator, comparison, threshold, kind, length, clear: Condition(
		indicator, comparison, threshold, Window(kind, length if kind in WITH_LENGTH else 0), clear
	),
	st.sampled_from(SEEN),
	st.sampled_from(COMPARISONS),
	thresholds,
	st.sampled_from(["Rolling Days", "School Days", "School Weeks", "Term", "Year To Date", "Today"]),
	st.integers(1, 42),
	st.none() | thresholds,
)


@st.composite
def sensible(draw: st.DrawFn) -> Condition:
	"""A condition that is not refused."""
	code = draw(st.sampled_from(SEEN))
	indicator = INDICATORS[code]
	kind = draw(st.sampled_from(indicator.windows))
	length = draw(st.integers(3, 42)) if kind in WITH_LENGTH else 0
	if indicator.unit == "yes or no":
		return Condition(code, AT_LEAST, 1, Window(kind))
	most = {"minutes": 720 * (length or 370)}.get(indicator.unit, min(indicator.highest, length or 370))
	threshold = draw(st.integers(1, int(most) - 2))
	comparison = draw(st.sampled_from([AT_LEAST, MORE_THAN, *COMPARISONS]))
	upward = comparison in (AT_LEAST, MORE_THAN)
	clear = draw(st.none() | (st.integers(1, threshold) if upward else st.integers(threshold, int(most) - 1)))
	return Condition(code, comparison, threshold, Window(kind, length), clear)


@st.composite
def rules(draw: st.DrawFn, one: st.SearchStrategy[Condition] | None = None) -> Rule:
	"""A rule that is not refused: all of its conditions must be able to hold together, so each is on an indicator of its own."""
	combination = draw(st.sampled_from(["Single", ALL_OF, ANY_OF, AT_LEAST_N, WEIGHTED]))
	fewest, most = {"Single": (1, 1), ALL_OF: (1, 4), AT_LEAST_N: (1, 4)}.get(combination, (2, 4))
	apart = (lambda c: c.indicator) if combination == ALL_OF else (lambda c: (c.indicator, c.window))
	one = sensible() if one is None else one
	made = draw(st.lists(one, min_size=fewest, max_size=most, unique_by=apart))
	return rule(*made, combination=combination, count=draw(st.integers(1, len(made))))


def values_for(made: Rule) -> st.SearchStrategy[tuple[float, ...]]:
	return st.tuples(*(st.integers(0, 100).map(float) | st.floats(0, 100) for _ in made.conditions))


# What they hold for


@given(rules(), st.data())
def test_an_open_signal_never_clears_where_a_new_one_would_be_raised(made: Rule, data: st.DataObject) -> None:
	values = data.draw(values_for(made))
	if made.fires(values):
		assert made.fires(values, is_open=True)


@given(rules(), st.data())
def test_who_has_no_exceptions_fires_only_rules_that_say_so(made: Rule, data: st.DataObject) -> None:
	nothing = tuple(0.0 for _ in made.conditions)
	if made.fires(nothing) or made.fires(nothing, is_open=True):
		assert made.fires_on_nothing


@given(rules(sensible().filter(lambda c: c.upward)), st.data())
def test_more_of_it_never_unfires_an_upward_rule(made: Rule, data: st.DataObject) -> None:
	values = data.draw(values_for(made))
	more = tuple(value + extra for value, extra in zip(values, data.draw(values_for(made)), strict=True))
	for is_open in (False, True):
		if made.fires(values, is_open=is_open):
			assert made.fires(more, is_open=is_open)


@given(rules(), st.data())
def test_combinations_are_what_they_are_called(made: Rule, data: st.DataObject) -> None:
	values = data.draw(values_for(made))
	met = [c.holds(v) for c, v in zip(made.conditions, values, strict=True)]
	expected = {
		"Single": met[0],
		ALL_OF: False not in met,
		ANY_OF: True in met,
		AT_LEAST_N: met.count(True) >= made.count,
		WEIGHTED: met.count(True) >= made.count,  # every weight is 1 here
	}
	assert made.fires(values) is expected[made.combination]


@given(conditions)
def test_a_single_rule_that_is_accepted_can_fire_and_can_rest(one: Condition) -> None:
	try:
		made = rule(one)
	except RuleError:
		return
	highest = min(INDICATORS[one.indicator].highest, 42 * 7 * 12 * 60)
	reachable = [0.0, one.threshold, highest, (one.threshold + highest) / 2, one.threshold / 2]
	assert any(made.fires((value,)) for value in reachable)
	assert not all(made.fires((value,)) for value in reachable)
	# Once raised it can clear again.
	assert not all(made.fires((value,), is_open=True) for value in [*reachable, one.clear_below or 0])


@pytest.mark.parametrize(
	("comparison", "below", "at", "above"),
	[
		(AT_LEAST, False, True, True),
		(MORE_THAN, False, False, True),
		(AT_MOST, True, True, False),
		(LESS_THAN, True, False, False),
	],
)
def test_comparisons(comparison: str, below: bool, at: bool, above: bool) -> None:
	made = rule(condition(3, comparison))
	assert [made.fires((value,)) for value in (2.9, 3, 3.1)] == [below, at, above]


def test_no_data_meets_nothing() -> None:
	"""Neither a high value nor a low one is made of what is not known."""
	for comparison in COMPARISONS:
		known = condition(3, comparison)
		assert not known.holds(None)
		assert not known.holds(None, is_open=True)
	either = rule(condition(), condition(60, LESS_THAN, "average_result"), combination=ANY_OF)
	assert either.fires((3, None))
	assert not either.fires((2, None))
	assert not rule(condition(), condition(60, LESS_THAN, "average_result"), combination=ALL_OF).fires(
		(3, None)
	)


def test_what_a_rule_needs_to_know() -> None:
	one = rule(
		condition(), condition(1, indicator="incidents"), condition(2, indicator="failed_courses"),
		combination=ANY_OF,
	)  # fmt: skip
	assert one.needs == {"incidents", "results"}
	assert rule().needs == frozenset()


def test_hysteresis() -> None:
	up = condition(10, clear_below=6)
	assert [up.holds(v) for v in (5, 6, 9, 10)] == [False, False, False, True]
	assert [up.holds(v, is_open=True) for v in (5, 6, 9, 10)] == [False, True, True, True]
	down = condition(2, AT_MOST, clear_below=4)
	assert [down.holds(v) for v in (2, 3, 4, 5)] == [True, False, False, False]
	assert [down.holds(v, is_open=True) for v in (2, 3, 4, 5)] == [True, True, True, False]


def test_weights() -> None:
	made = rule(
		condition(3, weight=2),
		condition(60, indicator="unexcused_minutes"),
		condition(10, indicator="absence_rate"),
		combination=WEIGHTED,
		count=2,
	)
	assert made.fires((3, 0, 0))
	assert not made.fires((0, 60, 0))
	assert made.fires((0, 60, 10))


@pytest.mark.parametrize(
	("valid", "expected"),
	[
		((None, None), True),
		(("2026-11-23", "2026-11-23"), True),
		(("2026-11-24", None), False),
		((None, "2026-11-22"), False),
	],
)
def test_dates(valid: tuple[str | None, str | None], expected: bool) -> None:
	start, end = (date.fromisoformat(day) if day else None for day in valid)
	assert rule(valid_from=start, valid_to=end).holds_on(date(2026, 11, 23)) is expected


# What is refused, and the sentence that says what to change

MINUTES = {"indicator": "unexcused_minutes"}
RATE = {"indicator": "absence_rate"}


@pytest.mark.parametrize(
	("refused", "sentence"),
	[
		# Wrong unit.
		(condition(0.1, **RATE), "for one in ten write 10"),
		(condition(16 * 60, **RATE), "can never hold.* The threshold is in percent"),
		(
			condition(960, indicator="consecutive_days_absent"),
			"can never hold.* The threshold is in school days",
		),
		(condition(960), "can never hold.* The threshold is in times"),
		(
			condition(57600.0, window=Window("School Weeks", 4), **MINUTES),
			"can never hold.* The threshold is in minutes",
		),
		# Never.
		(condition(29, window=Window("Rolling Days", 28)), "can never hold"),
		(condition(28, MORE_THAN, window=Window("Rolling Days", 28)), "can never hold"),
		(condition(400, window=Window("Year To Date")), "can never hold"),
		(condition(100.5, **RATE), "can never hold"),
		(condition(100, MORE_THAN, **RATE), "can never hold"),
		(condition(0, LESS_THAN), "can never hold"),
		(condition(2, indicator="not_arrived_today", window=Window("Today")), "can never hold"),
		# Always.
		(condition(0), "always holds"),
		(condition(100, AT_MOST, **RATE), "always holds"),
		(condition(101, LESS_THAN, **RATE), "always holds"),
		(condition(28, AT_MOST, window=Window("Rolling Days", 28)), "always holds"),
		# No numbers.
		(condition(float("nan")), "no number"),
		(condition(float("inf"), window=Window("Term")), "no number"),
		(condition(-1), "below 0"),
		# Unknown words.
		(condition(indicator="time_late"), "Did you mean 'times_late'"),
		(condition(indicator="zzz"), "there is no indicator 'zzz'\\.$"),
		(condition(comparison="about"), "must be one of at least"),
		# Windows.
		(condition(window=Window("Today")), "not counted over today; choose from rolling days"),
		(condition(1, indicator="not_arrived_today"), "not counted over school weeks; choose from today"),
		(condition(window=Window("School Weeks", 43)), "at most 42 school weeks"),
		(condition(window=Window("Rolling Days", 371)), "at most 370 rolling days"),
		# Clearing.
		(condition(3, clear_below=4), "at or below the threshold"),
		(condition(3, clear_below=0), "never clears"),
		(condition(3, clear_below=float("nan")), "no number"),
		(condition(3, AT_MOST, clear_below=2), "at or above the threshold"),
		(condition(3, AT_MOST, clear_below=28, window=Window("Rolling Days", 28)), "never clears"),
	],
)
def test_a_condition_that_nobody_can_have_meant(refused: Condition, sentence: str) -> None:
	with pytest.raises(RuleError, match=f"Often late: .*{sentence}"):
		rule(refused)


TWO = (condition(3), condition(60, **MINUTES))


@pytest.mark.parametrize(
	("made", "more", "sentence"),
	[
		((), {}, "at least one condition"),
		(TWO, {}, "choose how to combine its 2"),
		(TWO, {"combination": "Most Of"}, "must be one of Single"),
		(TWO, {"combination": AT_LEAST_N, "count": 3}, "can never hold; choose from 1 to 2"),
		(TWO, {"combination": AT_LEAST_N, "count": 0}, "will always hold; choose from 1 to 2"),
		(TWO, {"combination": WEIGHTED, "count": 2.5}, "add up to 2"),
		(TWO, {"combination": WEIGHTED, "count": 0}, "above 0"),
		((condition(weight=-1), condition(weight=3)), {"combination": WEIGHTED, "count": 1}, "weight must be above 0"),
		((condition(3), condition(2, AT_MOST)), {"combination": ALL_OF}, "can never hold together"),
		((condition(3), condition(3, LESS_THAN)), {"combination": ANY_OF}, "always holds"),
		((condition(3), condition(2, AT_MOST), condition(60, **MINUTES)), {"combination": AT_LEAST_N, "count": 3}, "can never hold together"),
		((condition(3), condition(3, LESS_THAN), condition(60, **MINUTES)), {"combination": AT_LEAST_N, "count": 1}, "Times late over 4 school weeks, .* always holds"),
		((condition(3, weight=3), condition(2, AT_MOST, weight=3), condition(60, weight=1, **MINUTES)), {"combination": WEIGHTED, "count": 5}, "can never hold together"),
		((condition(3, weight=2), condition(3, LESS_THAN, weight=3)), {"combination": WEIGHTED, "count": 2}, "always holds"),
		(
			(condition(600, window=Window("School Weeks", 2), **MINUTES), condition(60, AT_MOST, **MINUTES)),
			{"combination": ALL_OF}, "cannot be at least 600 over 2 school weeks and at most 60 over 4 school weeks: it can never fire",
		),
		(
			(condition(5), condition(3, LESS_THAN, window=Window("Year To Date"))), {"combination": ALL_OF}, "it can never fire",
		),
		(TWO[:1], {"severity": "Red"}, "must be one of Info"),
		(TWO[:1], {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, "it can never fire. Change the dates"),
		(TWO[:1], {"scope": Scope(age_from=18, age_to=17)}, "it can never fire. Change the ages"),
		(TWO[:1], {"minimum_school_days": 29}, "it can never fire. Choose a longer window"),
	],
)  # fmt: skip
def test_a_rule_that_nobody_can_have_meant(
	made: tuple[Condition, ...], more: dict[str, Any], sentence: str
) -> None:
	with pytest.raises(RuleError, match=sentence):
		Rule("late", "Often late", made, **more)


@pytest.mark.parametrize(
	("made", "combination"),
	[
		((condition(3), condition(5, AT_MOST)), ALL_OF),
		((condition(3), condition(2, AT_MOST)), ANY_OF),
		# Much this month and little of it this week.
		(
			(condition(60, AT_MOST, window=Window("School Weeks", 2), **MINUTES), condition(600, **MINUTES)),
			ALL_OF,
		),
		# The same numbers over other windows say different things.
		((condition(3), condition(2, AT_MOST, window=Window("Term"))), ALL_OF),
	],
)
def test_conditions_that_live_together(made: tuple[Condition, ...], combination: str) -> None:
	assert Rule("late", "Often late", made, combination=combination).conditions == made


def test_sixteen_hours_in_four_weeks_is_a_rule() -> None:
	made = rule(condition(16 * 60, **MINUTES), minimum_school_days=5)
	assert made.fires((960.0,))
	assert not made.fires((959.0,))


def test_the_highest_reachable_threshold_is_accepted() -> None:
	assert rule(condition(28, window=Window("Rolling Days", 28))).fires((28,))
	assert rule(condition(100, **RATE)).fires((100.0,))
	assert rule(condition(1, indicator="not_arrived_today", window=Window("Today"))).fires((1.0,))


def test_more_weight_is_a_higher_tier() -> None:
	made = rule(
		condition(3, weight=2, clear_below=1),
		condition(60, **MINUTES),
		condition(10, **RATE),
		combination=WEIGHTED,
		count=1,
		tier=1,
		tier_2_from=2,
		tier_3_from=3.5,
	)
	assert [made.tier_of(values) for values in ((0, 60, 0), (3, 0, 0), (0, 60, 10), (3, 60, 0), (3, 60, 10))] == [
		1, 2, 2, 2, 3,
	]  # fmt: skip
	# While a signal stands, what has not cleared weighs on.
	assert made.tier_of((1, 0, 0)) == 1
	assert made.tier_of((1, 0, 0), is_open=True) == 2


@pytest.mark.parametrize(
	("more", "sentence"),
	[
		(
			{"tier_2_from": 3},
			"tier 2 from 3 can never be reached, or always is; choose more than 1 and up to 2",
		),
		({"tier_2_from": 1}, "choose more than 1 and up to 2"),
		({"tier_2_from": 2, "tier_3_from": 1.5}, "choose more than 2"),
		({"tier_3_from": 2, "combination": ANY_OF}, "only weighted rules go up in tiers"),
	],
)
def test_tiers_that_nobody_can_have_meant(more: dict[str, Any], sentence: str) -> None:
	with pytest.raises(RuleError, match=sentence):
		rule(*TWO, **{"combination": WEIGHTED, "count": 1, **more})
