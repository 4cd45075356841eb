"""The figures of a study: a made-up cohort whose figures can be counted by hand, and what they refuse to say."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.study import made
from tests.study.made import DAYS, FROM, LEARNERS, LEAVERS, LEAVES
from vsv_app.engine.proportions import Proportion
from vsv_app.engine.signals.indicators.windows import Window
from vsv_app.engine.signals.preview import replay
from vsv_app.engine.signals.rules import (
	ALL_OF,
	ANY_OF,
	AT_LEAST,
	AT_LEAST_N,
	WEIGHTED,
	Condition,
	Rule,
	Scope,
)
from vsv_app.engine.signals.warning_quality import area_under_curve
from vsv_app.services.signals import rule_packs
from vsv_app.study import judging, signals
from vsv_app.study.cohorts import Cohort, Member
from vsv_app.study.judging import Asked, Study, Tally
from vsv_app.study.logistic import fit, folds_of, out_of_fold, telling

AWAY_3 = next(
	rule for pack in rule_packs.available() for rule in rule_packs.made(pack) if rule.code == "START-AWAY-3"
)
YEAR = Window("Year To Date")
WHOLE = Rule("WHOLE-DAYS", "a day away this year", (Condition("unexcused_minutes", AT_LEAST, 360, YEAR),))


def one(text: str, **options: object) -> Cohort:
	(cohort,), _notes = made.years(text, **options)
	return cohort


def study(cohort: Cohort, asked: Asked = Asked(), *rules: Rule) -> Study:  # noqa: B008 it cannot be changed
	judged, out = signals.usable(rules or (AWAY_3,), cohort)
	moments, _beyond = judging.moments_of(cohort, asked)
	return judging.judge(cohort, judged, out, signals.look(judged, cohort, moments), asked)


def test_counted_by_hand() -> None:
	found = study(one(made.text())).over_time[0].tally
	# 10 of the 20 leavers and 5 of the 20 stayers were away; the third day in a row is the one that warns.
	assert found == Tally(LEARNERS, 15, LEAVERS, 10, ((DAYS[LEAVES] - DAYS[FROM + 2]).days,) * 10, 0.5)
	assert found.precision == Proportion(10, 15)
	assert found.recall == Proportion(10, 20)
	assert found.base == Proportion(20, 40)
	assert found.f1 == pytest.approx(20 / 35)
	assert found.lift == pytest.approx((10 / 15) / (20 / 40))
	assert found.lead_days == (DAYS[LEAVES] - DAYS[FROM + 2]).days


def test_a_warning_must_come_true_within_the_horizon() -> None:
	days = (DAYS[LEAVES] - DAYS[FROM + 2]).days
	weeks = -(-days // 7)
	assert study(one(made.text()), Asked(horizon=weeks)).over_time[0].tally.hits == 10
	assert study(one(made.text()), Asked(horizon=weeks - 1)).over_time[0].tally.hits == 0


STAYS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 80), st.booleans()), min_size=1, max_size=12)


@given(STAYS, st.sampled_from([None, 1, 3]), st.integers(0, 59))
def test_what_naming_anybody_on_the_day_finds(
	stays: list[tuple[int, int, bool]], horizon: int | None, at: int
) -> None:
	"""Against counting one by one: of those there on the day, of whom it comes true in time."""
	cohort, asked = one(made.text()), Asked(horizon=horizon)
	first, day = DAYS[0].toordinal(), DAYS[at].toordinal()
	cohort.members = [
		Member(str(n), first + since, first + gone if leaves else 0, first + gone if leaves else 0, 0, {})
		for n, (since, gone, leaves) in enumerate(stays)
		if gone >= since
	]
	there = [m for m in cohort.members if signals.is_there(m, day)]
	true = [m for m in there if m.outcome and asked.in_time(day, m.outcome)]
	assert judging._Chance(cohort, asked).on(day) == pytest.approx(len(true) / len(there) if there else 0.0)


def test_lift_is_over_what_chance_finds_on_the_same_days() -> None:
	"""A rule that speaks late is held against those who are still there, of whom fewer are still to leave."""
	late = Tally(100, 20, 40, 10, (), 0.25)
	assert late.lift == pytest.approx(2.0)
	assert Tally(100, 20, 40, 10).lift == pytest.approx(0.5 / 0.4)
	assert (late + Tally(100, 60, 40, 15, (), 0.125)).by_chance == pytest.approx(
		(20 * 0.25 + 60 * 0.125) / 80
	)


def test_weeks_count_each_learner_once() -> None:
	found = study(one(made.text()), Asked(), AWAY_3, WHOLE).weeks
	week = FROM // 5
	assert [(w.new, w.standing) for w in found[week - 1 : week + 2]] == [(0, 0), (15, 15), (0, 15)]


def test_who_is_warned_of_too_late_for_the_horizon_is_not_judged() -> None:
	lines = [f"L11,{day},absent,," for day in DAYS[-4:]]
	text = "\n".join(
		line
		for line in made.text(*lines).splitlines()
		if not line.startswith("L11,2026-02") or "absent" in line
	)
	(found, _together) = study(one(text), Asked(horizon=8)).over_time
	assert found.unjudged == 1
	assert (found.tally.learners, found.tally.named) == (LEARNERS - 1, 15)


def test_nor_where_it_has_come_true_before_the_file_ends() -> None:
	"""Counting those alone would flatter the rule."""
	lines = [f"L11,{day},absent,," for day in DAYS[-9:-5]]
	text = "\n".join(
		line
		for line in made.text(*lines, f"L11,{DAYS[-2]},left,,").splitlines()
		if not line.startswith("L11,2026-02") or ",present" not in line
	)
	(found, _together) = study(one(text), Asked(horizon=8)).over_time
	assert (found.unjudged, found.tally.happened) == (1, LEAVERS)


def test_rules_and_model_on_the_same_footing() -> None:
	"""In the week of the absences a rule stands; weeks later it does not, and then it names nobody."""
	found = study(one(made.text()), Asked(weeks=(7, 8)))
	during, after = found.moments
	# The week ends with the fifth day away.
	assert (during.day, during.rules.named, during.rules.hits) == (DAYS[FROM + 4], 15, 10)
	assert during.model is not None
	assert (during.model.named, during.model.learners) == (during.rules.named, during.rules.learners)
	# Three in eight pairs are told in the right order, one in eight wrongly, and half of them not at all.
	assert during.rules_area is not None
	assert during.rules_area.mean == pytest.approx(3 / 8 + 1 / 4, abs=0.03)
	assert (after.rules.named, after.rules.happened) == (0, LEAVERS)


def test_capacity_names_no_more_than_can_be_spoken_with() -> None:
	found = study(one(made.text()), Asked(weeks=(7,), capacity=6))
	assert found.moments[0].rules.named == 6
	assert found.moments[0].model is not None
	assert found.moments[0].model.named == 6
	# One week has signals, and 6 talks are had in it; nobody is left for whom a signal stands a week later.
	assert found.talks is not None
	assert found.talks.named == 6


def test_the_heaviest_signals_are_spoken_about_first() -> None:
	heavy = Rule(
		"HEAVY",
		"five days",
		(Condition("consecutive_days_absent", AT_LEAST, 5, YEAR),),
		severity="Urgent",
		tier=3,
	)
	lines = [
		line
		for line in made.text().splitlines()
		if not (line.startswith("L01,") and f"{DAYS[FROM + 4]}" in line)
	]
	cohort = one("\n".join([*lines, f"L01,{DAYS[FROM + 4]},present,,"]))
	judged, _out = signals.usable((AWAY_3, heavy), cohort)
	talks = judging.spoken_with(cohort, judged, signals.look(judged, cohort, []), 14)
	assert len(talks) == 14
	assert "L01" not in {cohort.members[place].name for place in talks}


def test_a_moment_beyond_the_file_is_told() -> None:
	assert study(one(made.text()), Asked(weeks=(40,))).beyond == ["week 40: the file ends before"]
	found = study(one(made.text()), Asked(weeks=(24,), horizon=6))
	assert found.beyond == ["week 24: the file ends before the 6 weeks of the horizon are over"]


INCIDENT = Condition("incidents", AT_LEAST, 1, YEAR, weight=2)
RESULT = Condition("failed_courses", AT_LEAST, 1, YEAR)
AWAY = WHOLE.conditions[0]


@pytest.mark.parametrize(
	("combination", "count", "conditions", "judged"),
	[
		(AT_LEAST_N, 2, (AWAY, RESULT, INCIDENT), 2),
		(AT_LEAST_N, 3, (AWAY, RESULT, INCIDENT), None),
		(ANY_OF, 0, (AWAY, INCIDENT), 1),
		(ANY_OF, 0, (INCIDENT, Condition("incident_weight", AT_LEAST, 3, YEAR)), None),
		(ALL_OF, 0, (AWAY, INCIDENT), None),
		(WEIGHTED, 2, (AWAY, RESULT, INCIDENT), 2),
		(WEIGHTED, 3, (AWAY, RESULT, INCIDENT), None),
	],
)
def test_a_rule_that_lacks_a_source_is_judged_where_the_rest_can_decide(
	combination: str, count: int, conditions: tuple[Condition, ...], judged: int | None
) -> None:
	cohort = one(made.text(f"L01,{DAYS[0]},result,30,Maths"))
	rule = Rule("SEVERAL", "several", conditions, combination=combination, count=count)
	found, out = signals.usable([rule], cohort)
	if judged is None:
		assert (found, out) == ([], {"SEVERAL": "the file has no incidents"})
	else:
		assert out == {}
		assert len(found[0].rule.conditions) == judged
		assert found[0].caveats == (
			f"judged by {judged} of its {len(conditions)} conditions, as the file has no incidents",
		)


def test_what_a_file_does_not_have_is_no_zero() -> None:
	"""A rule on little absence would hold for everybody where no attendance is kept."""
	results = "\n".join(
		(made.HEAD, *(f"L{n:02},{day},result,{50 + n},Maths" for n in range(30) for day in DAYS[::20]))
	)
	cohort = one(results)
	quiet = Rule("QUIET", "few minutes", (Condition("excused_minutes", "less than", 60, YEAR),))
	assert signals.usable([quiet], cohort) == ([], {"QUIET": "the file has no attendance"})


def test_terms_that_the_file_does_not_name_are_told() -> None:
	term = Rule("TERM", "a failed course", (Condition("failed_courses", AT_LEAST, 1, Window("Term")),))
	found, _out = signals.usable([term], one(made.text(f"L01,{DAYS[0]},result,30,Maths")))
	assert found[0].caveats == ("over the year to date, as the file names no terms",)


def test_a_rule_of_one_programme_is_judged_where_the_file_has_it() -> None:
	of_one = replace(WHOLE, scope=Scope(program="Bakery"))
	lines = [f"L{n:02},{DAYS[0]},group,,programme: Bakery" for n in range(8)]
	assert signals.usable([of_one], one(made.text()))[1] == {
		"WHOLE-DAYS": "it is about Bakery alone, a programme that nobody in the file has"
	}
	# Of the first eight learners three were away, the first, second and fifth.
	assert study(one(made.text(*lines)), Asked(), of_one).over_time[0].tally.named == 3


def test_groups_with_false_alarms_and_misses() -> None:
	lines = [
		f"{prefix}{n:02},{DAYS[0]},group,,half: {'first' if n < 20 else 'second'}"
		for n in range(LEARNERS)
		for prefix in "LM"
	]
	first, second = study(one(made.text(*made.school(prefix="M"), *lines))).groups
	assert (first.group, first.learners, first.base) == ("first", 40, Proportion(20, 40))
	# Of the 20 leavers in each half, 10 were warned of.
	assert first.misses == second.misses == Proportion(10, 20)
	# Of the 20 stayers 6 and 4 were. A figure about 4 is left out, and that of 6 with it, from which it could be had.
	assert first.false_alarms is None
	assert second.false_alarms is None


def test_a_share_of_few_in_a_group_is_not_told() -> None:
	lines = [f"L{n:02},{DAYS[0]},group,,half: {'first' if n < 20 else 'second'}" for n in range(LEARNERS)]
	# Half of 10 could be anything from a quarter to three quarters.
	assert [line.misses for line in study(one(made.text(*lines))).groups] == [None, None]


def test_a_group_of_few_is_not_shown() -> None:
	lines = [f"L{n:02},{DAYS[0]},group,,language: {'b' if n < 3 else 'a'}" for n in range(LEARNERS)]
	assert all(one.learners is None for one in study(one(made.text(*lines))).groups)


def test_years_together() -> None:
	years, asked = [one(made.text()) for _ in range(2)], Asked(weeks=(7,))
	studies = [study(cohort, asked) for cohort in years]
	found = judging.together(studies, [(cohort, {}) for cohort in years], asked)
	assert (found.learners, found.happened) == (2 * LEARNERS, 2 * LEAVERS)
	assert found.over_time[0].tally.precision == Proportion(20, 30)
	assert found.moments[0].rules.named == 30
	assert found.moments[0].model_area is not None
	assert studies[0].moments[0].model_area is not None
	assert found.moments[0].model_area.mean == pytest.approx(studies[0].moments[0].model_area.mean)


def test_signals_are_those_of_a_replay_of_each_rule() -> None:
	"""However many rules and learners are looked at in one go."""
	chance = Random(3)
	lines = [
		f"L{n:02},{day},{fact},{value},"
		for n in range(0, LEARNERS, 3)
		for day in DAYS[:50:4]
		for fact, value in [
			chance.choice(
				[
					("late", 9),
					("absent", 200),
					("result", chance.randrange(100)),
					("missing", ""),
					("incident", 2),
				]
			)
		]
	]
	cohort = one(made.text(*lines))
	rules = [rule for pack in rule_packs.available() for rule in rule_packs.made(pack)]
	judged, _out = signals.usable(rules, cohort)
	assert len(judged) > 15
	found = signals.look(judged, cohort, [])
	(whole,) = cohort.batches(LEARNERS)
	raised = 0
	for each in judged:
		stood = replay(whole.rows, whole.enrolments, each.rule, cohort.calendar, cohort.days, whole.more)
		own = [
			(
				cohort.members[place].name,
				date.fromordinal(begun),
				date.fromordinal(cleared) if cleared else None,
			)
			for place, begun, cleared in found.of(each.code)
		]
		assert sorted(own, key=str) == sorted(((s.student, s.raised, s.cleared) for s in stood), key=str)
		raised += len(own)
	assert raised > 100


# ---- the model

pairs = st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=20, max_size=60)


@given(pairs)
def test_the_fit_is_where_no_step_makes_it_likelier(rows: list[tuple[float, bool]]) -> None:
	values, outcomes = [value for value, _ in rows], [outcome for _, outcome in rows]
	found = fit([values], outcomes)
	chances = found.probabilities([values])
	standard = [(value - found.means[0]) / found.spreads[0] for value in values]
	off = [outcome - chance for outcome, chance in zip(outcomes, chances, strict=True)]
	if 0 < sum(outcomes) < len(outcomes):
		assert sum(off) == pytest.approx(0, abs=1e-3)
		assert sum(o * x for o, x in zip(off, standard, strict=True)) == pytest.approx(
			found.coefficients[1], abs=1e-3
		)


def test_the_area_is_averaged_within_folds() -> None:
	"""Pooled over folds, columns that tell nothing score below chance: where a fold has more that left, the others have fewer."""
	chance, pooled, within = Random(5), [], []
	for _again in range(60):
		outcomes = [chance.random() < 0.3 for _ in range(61)]
		columns = [[chance.gauss(0, 1) for _ in outcomes] for _ in range(2)]
		fold_of = folds_of(outcomes, judging.FOLDS, chance)
		chances = out_of_fold(columns, outcomes, fold_of, judging.FOLDS)
		pooled.append(area_under_curve(chances, outcomes) or 0)
		area = judging._area(chances, outcomes, fold_of)
		assert area is not None
		within.append(area.mean)
		assert area.low <= area.mean <= area.high
	assert sum(pooled) / 60 < sum(within) / 60
	assert sum(within) / 60 == pytest.approx(0.5, abs=0.03)


def test_columns_that_tell_nothing_are_left_out() -> None:
	nan = float("nan")
	assert telling([[1.0, 1.0], [1.0, 2.0], [1.0, 2.0], [nan, nan], [nan, 1.0]]) == [[1.0, 2.0], [nan, 1.0]]


def test_each_outcome_is_spread_over_the_folds() -> None:
	outcomes = [n < 11 for n in range(100)]
	fold_of = folds_of(outcomes, 5, Random(1))
	for wanted in (True, False):
		counts = [
			sum(o == wanted and f == fold for o, f in zip(outcomes, fold_of, strict=True))
			for fold in range(5)
		]
		assert max(counts) - min(counts) <= 1


def test_a_year_without_an_outcome_says_nothing() -> None:
	later = [day + timedelta(days=364) for day in DAYS]
	lines = [f"S{n:02},{day},present,," for n in range(30) for day in later]
	cohorts, _notes = made.years(made.text(*lines))
	assert [cohort.outcomes for cohort in cohorts] == [LEAVERS, 0]
	found = study(cohorts[1])
	assert found.happened == 0
	assert found.over_time[0].tally.recall.share is None
	assert found.first == later[0] == date(2026, 8, 31)
