"""The life of a trial: everything fixed beforehand, measured by itself on its day, and not clear where the numbers cannot carry more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.lifecycle import IllegalStep, NotYet
from vsv_app.engine.school.improvement import trials
from vsv_app.engine.school.improvement.trials import (
	ADOPT,
	AGREED,
	BEFORE,
	DECIDED,
	DRAFT,
	LAST_YEAR,
	LIFE,
	MEASURED,
	MOVED_AS_HOPED,
	MOVED_THE_OTHER_WAY,
	NOT_CLEAR,
	OTHER_GROUPS,
	RUNNING,
	Baseline,
	Design,
	DesignFixed,
	Result,
	TooEarly,
	Trial,
	TrialError,
	Value,
)
from vsv_app.engine.sentences import Sentence

STARTS, STOPS = date(2026, 11, 2), date(2026, 12, 24)
DESIGN = Design(
	"Does a talk on the first day back keep learners here?",
	"The mentor speaks with whoever was away, on the first day back",
	("2A",),
	OTHER_GROUPS,
	("2B",),
	("absence_rate",),
	True,
	STARTS,
	STOPS,
)
TRIAL = Trial(DESIGN, owner="m@example.com", told=("Families of 2A", "Families of 2B"))
MEMBERS = {group: frozenset(f"{group}-{n}" for n in range(20)) for group in ("2A", "2B", "2C")}


def baseline(trial: Trial = TRIAL, learners: int = 20) -> Baseline:
	"""Everybody was away 8 to 12 % of the time."""
	sides = [
		{f"{group}-{n}": Value(group, 8.0 + n % 5) for group in groups for n in range(learners)}
		for groups in (trial.design.groups, trial.design.compared)
	]
	return Baseline(STARTS, *sides)


def running(trial: Trial = TRIAL, learners: int = 20) -> Trial:
	taken = baseline(trial, learners)
	return replace(
		trial, status=RUNNING, agreed=trial.design.fingerprint, baseline=taken, frozen=taken.fingerprint
	)


def now(trial: Trial, change: Callable[[str, int], float]) -> dict[str, float]:
	"""The figure on the last day; `change` by group and number of the learner."""
	assert trial.baseline
	both = {**trial.baseline.tried, **trial.baseline.compared}
	return {who: one.value + change(one.group, int(who.rpartition("-")[2])) for who, one in both.items()}


def test_from_draft_to_decided() -> None:
	trials.step(TRIAL, AGREED, today=STARTS - timedelta(days=7), members=MEMBERS)
	agreed = replace(TRIAL, status=AGREED, agreed=DESIGN.fingerprint)
	assert trials.due(agreed, STARTS - timedelta(days=1)) == ""
	assert trials.due(agreed, STARTS) == RUNNING
	taken = trials.freeze(agreed, baseline().tried, baseline().compared, on=STARTS)
	begun = replace(agreed, baseline=taken, frozen=taken.fingerprint)
	trials.step(begun, RUNNING, today=STARTS)
	begun = replace(begun, status=RUNNING)
	assert trials.due(begun, STOPS - timedelta(days=1)) == ""
	assert trials.due(begun, STOPS) == MEASURED
	# In 2A everybody is away 5 points less, give or take one; in 2B nobody is but for one point.
	found = trials.measured(begun, now(begun, lambda group, n: n % 3 - 1 - 5 * (group == "2A")), today=STOPS)
	assert found.verdict == MOVED_AS_HOPED
	trials.step(replace(begun, result=found), MEASURED, today=STOPS)
	ended = replace(
		begun, status=MEASURED, result=found, decision=ADOPT, reasons="It helped, and mentors want it"
	)
	trials.step(ended, DECIDED, today=STOPS)
	assert trials.due(ended, STOPS) == ""


@pytest.mark.parametrize(
	("shift", "verdict"),
	[(-5.0, MOVED_AS_HOPED), (5.0, MOVED_THE_OTHER_WAY), (0.3, NOT_CLEAR), (0.0, NOT_CLEAR)],
)
@pytest.mark.parametrize("less_is_better", [True, False])
def test_the_sentence_says_how_far_apart_and_what_chance_does(
	shift: float, verdict: str, less_is_better: bool
) -> None:
	trial = running(replace(TRIAL, design=replace(DESIGN, less_is_better=less_is_better)))
	found = trials.measured(
		trial, now(trial, lambda group, n: n % 3 - 1 + shift * (group == "2A")), today=STOPS
	)
	if not less_is_better and verdict != NOT_CLEAR:
		verdict = MOVED_AS_HOPED if verdict == MOVED_THE_OTHER_WAY else MOVED_THE_OTHER_WAY
	assert found.verdict == verdict
	assert found.comparison
	assert found.comparison.difference == pytest.approx(shift)
	assert isinstance(found.why, Sentence)
	assert f"a difference of {f'{shift:+g}' if shift else '0'}," in found.why
	assert "19 times in 20" in found.why
	assert found.why.endswith({
		MOVED_AS_HOPED: "so it moved, as was hoped.",
		MOVED_THE_OTHER_WAY: "so it moved, the other way.",
		NOT_CLEAR: "so it is not clear.",
	}[verdict])  # fmt: skip


def test_it_is_measured_as_of_its_day_however_late_the_clock() -> None:
	trial = running()
	late = trials.measured(trial, now(trial, lambda _group, n: n % 3), today=STOPS + timedelta(days=9))
	assert late.measured_as_of == STOPS


def test_who_came_later_does_not_count() -> None:
	trial = running()
	values = now(trial, lambda _group, n: n % 3)
	assert trials.measured(trial, {**values, "2A-new": 90.0}, today=STOPS) == trials.measured(
		trial, values, today=STOPS
	)


@pytest.mark.parametrize(
	("groups", "stays", "told"),
	[
		(("2A",), 4, "fewer than 5 learners who tried it"),
		(("2B",), 4, "fewer than 5 learners to compare with"),
		(("2A",), 15, "25 % of the learners on one side"),
	],
)
def test_not_clear_where_too_many_are_gone(groups: tuple[str, ...], stays: int, told: str) -> None:
	trial = running()
	values = now(trial, lambda group, n: n % 3 - 20 * (group == "2A"))
	left = {who: value for who, value in values.items() if who[:2] not in groups or int(who[3:]) < stays}
	found = trials.measured(trial, left, today=STOPS)
	assert found.verdict == NOT_CLEAR
	assert told in found.why
	assert (found.comparison is None) == (stays < 5)


def test_against_last_year() -> None:
	"""The same group a year before: its own learners then, on the same days."""
	trial = replace(TRIAL, design=replace(DESIGN, comparison=LAST_YEAR, compared=()), status=AGREED)
	tried = {f"2A-{n}": Value("2A", 10.0) for n in range(20)}
	then = {f"2A-then-{n}": Value("2A", 10.0) for n in range(20)}
	taken = trials.freeze(trial, tried, then, on=STARTS)
	trial = replace(trial, status=RUNNING, baseline=taken, frozen=taken.fingerprint)
	values = {who: 4.0 + n % 2 for n, who in enumerate(tried)}
	last = {who: 10.0 + n % 2 for n, who in enumerate(then)}
	found = trials.measured(trial, values, today=STOPS, last_year=last)
	assert found.verdict == MOVED_AS_HOPED
	assert found.comparison
	assert found.comparison.difference == pytest.approx(-6)


def test_against_before_alone_is_never_clear() -> None:
	trial = replace(TRIAL, design=replace(DESIGN, comparison=BEFORE, compared=()))
	trial = running(trial)
	found = trials.measured(trial, now(trial, lambda _group, _n: -9.0), today=STOPS)
	assert found.verdict == NOT_CLEAR
	assert "changed by -9 on the average of 20 learners" in found.why
	few = running(trial, learners=4)
	assert "fewer than 5 learners" in trials.measured(few, now(few, lambda _group, _n: -9.0), today=STOPS).why


@pytest.mark.parametrize(
	("change", "told"),
	[
		({"indicators": ("absence_rate", "times_late")}, "about one figure"),
		({"indicators": ()}, "about one figure"),
		({"groups": ("2A", "2B")}, "2B would be compared with itself"),
		({"comparison": "Another School"}, "Say what it is compared with"),
		({"comparison": LAST_YEAR}, "leave the other groups empty"),
		({"stops": STARTS}, "stops before it has begun"),
		({"kind": "Weather"}, "Say what differs"),
		({"kind": trials.RULE_PACK}, "Name the rule pack"),
		({"code": "abc"}, "Name the rule pack"),
		({"stops": STARTS + timedelta(days=367)}, "a school year at most"),
	],
)
def test_a_design_that_could_answer_nothing(change: dict[str, object], told: str) -> None:
	with pytest.raises(TrialError, match=told):
		replace(DESIGN, **change)  # type: ignore[arg-type]


def also(of: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
	return {**MEMBERS, **of}


@pytest.mark.parametrize(
	("trial", "members", "day", "told"),
	[
		(replace(TRIAL, owner=""), MEMBERS, STARTS, "Name the person"),
		(replace(TRIAL, told=(" ",)), MEMBERS, STARTS, "who was told"),
		(replace(TRIAL, design=replace(DESIGN, question=" ")), MEMBERS, STARTS, "what the question is"),
		(replace(TRIAL, design=replace(DESIGN, differs="")), MEMBERS, STARTS, "what is done differently"),
		(replace(TRIAL, design=replace(DESIGN, groups=())), MEMBERS, STARTS, "group in which it is tried"),
		(replace(TRIAL, design=replace(DESIGN, compared=())), MEMBERS, STARTS, "that it is compared with"),
		(TRIAL, MEMBERS, STARTS + timedelta(days=1), "shows what one hoped for"),
		(TRIAL, also({"2A": frozenset("wxyz")}), STARTS, "fewer than 5 learners on one side"),
		(TRIAL, also({"2B": frozenset("wxyz")}), STARTS, "fewer than 5 learners on one side"),
		(TRIAL, also({"2B": MEMBERS["2B"] | {"2A-1"}}), STARTS, "on both sides: 1."),
	],
)
def test_not_agreed(trial: Trial, members: dict[str, frozenset[str]], day: date, told: str) -> None:
	with pytest.raises(NotYet) as refused:
		trials.step(trial, AGREED, today=day, members=members)
	assert [told in sentence for sentence in refused.value.missing] == [True], refused.value.missing


def test_one_trial_at_a_time_in_a_group() -> None:
	other = replace(
		running(), design=replace(DESIGN, question="Does music help?", groups=("2C",), compared=("2A",))
	)
	with pytest.raises(NotYet, match="another trial at the same time: Does music help"):
		trials.step(TRIAL, AGREED, today=STARTS, members=MEMBERS, others=[other])
	for apart in (
		replace(other, status=DECIDED),
		replace(other, design=replace(other.design, compared=("2D",))),
		replace(
			other,
			design=replace(other.design, starts=STOPS + timedelta(days=1), stops=STOPS + timedelta(days=60)),
		),
	):
		trials.step(TRIAL, AGREED, today=STARTS, members=MEMBERS, others=[apart])


@given(
	change=st.sampled_from(
		[{"comparison": LAST_YEAR, "compared": ()}, {"compared": ("2C",)}, {"groups": ("2C",)}, {"indicators": ("times_late",)},
		{"less_is_better": False}, {"stops": STOPS + timedelta(days=7)}, {"differs": "Something else"},
		{"kind": trials.RULE_PACK, "code": "abc"}]
	),
	status=st.sampled_from(LIFE.states),
	days=st.integers(-5, 5),
)  # fmt: skip
def test_nothing_is_chosen_after_the_start(change: dict[str, object], status: str, days: int) -> None:
	trial, today = replace(TRIAL, status=status), STARTS + timedelta(days=days)
	after = replace(DESIGN, **change)  # type: ignore[arg-type]
	assert trials.edited(trial, DESIGN, today) == status
	if status == DRAFT or (status == AGREED and days < 0):
		assert trials.edited(trial, after, today) == DRAFT
	else:
		with pytest.raises(DesignFixed, match="as they were agreed"):
			trials.edited(trial, after, today)


def test_the_baseline_is_frozen_once_and_on_its_day() -> None:
	agreed = replace(TRIAL, status=AGREED)
	sides = baseline().tried, baseline().compared
	with pytest.raises(TooEarly):
		trials.freeze(agreed, *sides, on=STARTS - timedelta(days=1))
	for taken in (running(), TRIAL, replace(agreed, baseline=baseline())):
		with pytest.raises(DesignFixed, match="taken once"):
			trials.freeze(taken, *sides, on=STARTS)


@pytest.mark.parametrize(
	("tried", "compared", "told"),
	[
		({"x": Value("2C", 1.0)}, {}, "2C is no group of this trial"),
		({}, {"x": Value("2A", 1.0)}, "2A is no group of this trial"),
		({"x": Value("2A", 1.0)}, {"x": Value("2B", 1.0)}, "on both sides"),
		({"x": Value("2A", float("nan"))}, {}, "no number"),
	],
)
def test_a_baseline_of_others(tried: dict[str, Value], compared: dict[str, Value], told: str) -> None:
	with pytest.raises(TrialError, match=told):
		trials.freeze(replace(TRIAL, status=AGREED), tried, compared, on=STARTS)


@pytest.mark.parametrize(("tried", "compared"), [(4, 5), (5, 4)])
def test_a_baseline_of_too_few_begins_nothing(tried: int, compared: int) -> None:
	sides = [
		{f"{group}-{n}": Value(group, 1.0) for n in range(count)}
		for group, count in (("2A", tried), ("2B", compared))
	]
	with pytest.raises(TrialError, match="Fewer than 5 learners on one side"):
		trials.freeze(replace(TRIAL, status=AGREED), *sides, on=STARTS)
	alone = replace(TRIAL, status=AGREED, design=replace(DESIGN, comparison=BEFORE, compared=()))
	if tried == 5:
		assert trials.freeze(alone, sides[0], {}, on=STARTS).tried == sides[0]


def test_nobody_else_is_measured_beside_before() -> None:
	trial = replace(TRIAL, status=AGREED, design=replace(DESIGN, comparison=BEFORE, compared=()))
	with pytest.raises(TrialError, match="nobody else"):
		trials.freeze(trial, {}, {"x": Value("2A", 1.0)}, on=STARTS)


def test_what_is_not_measured() -> None:
	trial = running()
	values = now(trial, lambda _group, n: n % 3)
	with pytest.raises(TooEarly, match=str(STOPS)):
		trials.measured(trial, values, today=STOPS - timedelta(days=1))
	with pytest.raises(TrialError, match="Only a running trial"):
		trials.measured(replace(trial, status=AGREED), values, today=STOPS)
	assert trial.baseline
	prettier = replace(trial.baseline, tried={**trial.baseline.tried, "2A-0": Value("2A", 99.0)})
	with pytest.raises(TrialError, match="not the one that was frozen"):
		trials.measured(replace(trial, baseline=prettier), values, today=STOPS)


RESULT = Result(STOPS, NOT_CLEAR, "It is not clear.")


@pytest.mark.parametrize(
	("trial", "after", "day", "told"),
	[
		(replace(running(), status=AGREED), RUNNING, STARTS - timedelta(days=1), "It begins on"),
		(replace(running(), status=AGREED, agreed="other"), RUNNING, STARTS, "not the one that was agreed"),
		(replace(running(), status=AGREED, baseline=None), RUNNING, STARTS, "baseline is not frozen"),
		(replace(running(), status=AGREED, frozen="other"), RUNNING, STARTS, "baseline is not frozen"),
		(replace(running(), result=RESULT), MEASURED, STOPS - timedelta(days=1), "the day fixed for it"),
		(running(), MEASURED, STOPS, "Nothing is measured"),
		(
			Trial(DESIGN, MEASURED, decision=ADOPT, reasons="x"),
			DECIDED,
			STOPS - timedelta(days=1),
			"before it stops",
		),
		(Trial(DESIGN, MEASURED, decision="Perhaps", reasons="x"), DECIDED, STOPS, "adopt, adapt, stop"),
		(Trial(DESIGN, MEASURED, decision=NOT_CLEAR, reasons=" "), DECIDED, STOPS, "Say why"),
	],
)
def test_not_yet(trial: Trial, after: str, day: date, told: str) -> None:
	with pytest.raises(NotYet) as refused:
		trials.step(trial, after, today=day)
	assert [told in sentence for sentence in refused.value.missing] == [True], refused.value.missing


@pytest.mark.parametrize(("before", "after"), list(product(LIFE.states, LIFE.states)))
def test_no_other_step(before: str, after: str) -> None:
	"""Complete in every respect, so that only the life itself refuses."""
	trial = replace(running(), status=before, result=RESULT, decision=NOT_CLEAR, reasons="Too few")
	day = STARTS if after in (AGREED, RUNNING) else STOPS
	if after in LIFE.allowed[before]:
		trials.step(trial, after, today=day, members=MEMBERS)
	else:
		with pytest.raises(IllegalStep):
			trials.step(trial, after, today=day, members=MEMBERS)
