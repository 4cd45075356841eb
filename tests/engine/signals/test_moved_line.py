"""The line of a rule moved up and down, against the rule replayed anew with each threshold, the slow and plain way."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.made import MONDAY, calendars, enrolled, row, school
from tests.engine.signals.day_by_day import any_rule, replay_day_by_day
from tests.engine.signals.test_preview import near, pasts
from vsv_app.engine.attendance.timetable import SchoolCalendar, monday
from vsv_app.engine.signals.indicators.windows import Window
from vsv_app.engine.signals.looking_back.line import Mover, Shown, thresholds, warned, with_threshold
from vsv_app.engine.signals.looking_back.past import Past, Stood
from vsv_app.engine.signals.preview import first_raised
from vsv_app.engine.signals.rules import ANY_OF, AT_LEAST, AT_MOST, LESS_THAN, Condition, Rule
from vsv_app.engine.signals.warning_quality import judge

FOUR_WEEKS = Window("School Weeks", 4)
AWAY = Rule("away", "Away", (Condition("unexcused_minutes", AT_LEAST, 720, FOUR_WEEKS, clear_below=300),))
A_DAY = timedelta(days=1)


def shown_weeks(days: list[date], since: date) -> list[date]:
	return sorted({monday(day) for day in days if day >= since})


@given(calendars(), st.data(), any_rule(), near, st.booleans())
@settings(max_examples=100)
def test_each_place_says_what_the_rule_would_say_with_that_threshold(
	calendar: SchoolCalendar, data: st.DataObject, rule: Rule, since: date, ends: bool
) -> None:
	made, enrolments, days, more = data.draw(pasts(calendar))
	at = data.draw(st.integers(0, len(rule.conditions) - 1))
	if days:
		# A past is looked at only as far as it reaches into what is shown.
		since = min(since, days[-1])
	shown = Shown(shown_weeks(days, since), since)
	until = days[-1] + 3 * A_DAY if ends and days else None
	mover = Mover(rule, at)
	own = []
	for learner in Past(calendar, days, more, until).learners(made, enrolments, everybody=True):
		own += mover.look(learner, shown)
	line = mover.line
	raised = line.raised_by_week()
	flagged, at_all = line.flagged_by_week(), line.flagged_at_all()
	first = line.first(enrolments)
	for place, threshold in enumerate(line.places):
		moved = with_threshold(rule, at, threshold)
		assert moved is not None
		stood = [
			replace(one, cleared=one.cleared or until)
			for one in replay_day_by_day(made, enrolments, moved, calendar, days, more)
			if one.cleared is None or one.cleared > since
		]
		if moved == rule:
			assert sorted(own, key=lambda one: (one.raised, one.student)) == stood
		assert at_all[place] == len({one.student for one in stood})
		assert first_raised(stood) == {name: own[place] for name, own in first.items() if own[place]}
		for number, week in enumerate(shown.mondays):
			assert (flagged[place][number] if flagged else 0) == len(during(stood, week)), (threshold, week)
			new = sum(week <= one.raised <= week + 6 * A_DAY for one in stood)
			assert (raised[week][place] if week in raised else 0) == new


def during(stood: list[Stood], week: date) -> set[str]:
	return {
		one.student
		for one in stood
		if one.raised <= week + 6 * A_DAY and (one.cleared is None or one.cleared > week)
	}


def test_places_are_round_and_the_rules_own_is_among_them() -> None:
	assert thresholds(replace(AWAY, conditions=(replace(AWAY.conditions[0], threshold=725),)), 0)[:6] == (
		300, 360, 420, 480, 540, 600,
	), "from the clearing value on"  # fmt: skip
	assert 725 in thresholds(replace(AWAY, conditions=(replace(AWAY.conditions[0], threshold=725),)), 0)
	late = Rule("late", "Late", (Condition("times_late", AT_LEAST, 3, FOUR_WEEKS),))
	assert thresholds(late, 0) == tuple(range(1, 21))
	rate = Rule("rate", "Rate", (Condition("absence_rate", AT_LEAST, 12.5, FOUR_WEEKS),))
	assert thresholds(rate, 0) == tuple(sorted([12.5, *range(2, 38)])), "from a fifth to three times it"
	plan = Rule(
		"plan", "Plan", (Condition("active_plan", AT_LEAST, 1, Window("Today")), late.conditions[0]),
		combination=ANY_OF,
	)  # fmt: skip
	assert thresholds(plan, 0) == (1,)


@pytest.mark.parametrize(("comparison", "loosest"), [(AT_LEAST, 11), (AT_MOST, 99), (LESS_THAN, 100)])
def test_the_loosest_place_comes_first(comparison: str, loosest: float) -> None:
	rule = Rule("marks", "Marks", (Condition("average_result", comparison, 55, Window("Term")),))
	places = Mover(rule).line.places
	assert places[0] == loosest
	assert list(places) == sorted(places, reverse=comparison != AT_LEAST)


def test_warned_counts_as_the_figures_do() -> None:
	days = [day for day in school().track().days if MONDAY <= day <= MONDAY + timedelta(weeks=6)]
	names = ("Adam", "Lina", "Noor")
	made = [row(MONDAY + n * A_DAY, student=name) for gone, name in enumerate(names, 1) for n in range(gone)]
	mover, left = Mover(AWAY), {"Noor": MONDAY + 2 * A_DAY, "Lina": MONDAY + A_DAY}
	enrolments = {name: enrolled(name) for name in names}
	for learner in Past(school(), days).learners(made, enrolments):
		mover.look(learner, Shown(shown_weeks(days, MONDAY), MONDAY))
	line = mover.line
	told = warned(line.first(left), left, line.flagged_at_all())
	for place, threshold in enumerate(line.places):
		moved = with_threshold(AWAY, 0, threshold)
		assert moved is not None
		found = judge(3, first_raised(replay_day_by_day(made, enrolments, moved, school(), days)), left)
		assert told[place] == (found.warned, found.warned_and_left)
	assert told[line.places.index(720)] == (1, 1), (
		"360 minutes a day: Lina on the day she leaves, Noor the day before"
	)
