"""The past of a rule, against the evaluation of each day by itself with its signals carried over."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.made import MONDAY, calendars, enrolled, other_facts, row, rows, school
from tests.engine.signals.day_by_day import any_rule, replay_day_by_day, windows
from vsv_app.engine.attendance.learner_days import Enrolment
from vsv_app.engine.attendance.timetable import AWAY as AWAY_FROM_SCHOOL
from vsv_app.engine.attendance.timetable import Earlier, SchoolCalendar, monday
from vsv_app.engine.signals.evaluation import CLEAR, KEEP, RAISE, OpenSignal, evaluate
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.indicators.over_days import NEVER
from vsv_app.engine.signals.indicators.windows import Window, span
from vsv_app.engine.signals.looking_back.past import Past
from vsv_app.engine.signals.preview import CannotPreview, Stood, first_raised, replay
from vsv_app.engine.signals.rules import ALL_OF, ANY_OF, AT_LEAST, AT_MOST, Condition, Rule, Scope

FOUR_WEEKS = Window("School Weeks", 4)
AWAY = Rule("away", "Away", (Condition("unexcused_minutes", AT_LEAST, 300, FOUR_WEEKS, clear_below=100),))
RULES = (
	AWAY,
	Rule("ill", "Ill", (Condition("consecutive_days_absent", AT_LEAST, 2, Window("Year To Date")),)),
	Rule("fine", "Hardly away", (Condition("absence_rate", AT_MOST, 5, Window("Term"), clear_below=10),)),
	Rule("new", "A rise", (Condition("absence_change", AT_LEAST, 5, Window("School Days", 3)),), minimum_school_days=2),
	Rule("young", "Late", (Condition("times_late", AT_LEAST, 1, FOUR_WEEKS),), scope=Scope(age_from=12), valid_from=MONDAY),
	Rule("trouble", "Incidents or failing", (
		Condition("incidents", AT_LEAST, 1, FOUR_WEEKS), Condition("failed_courses", AT_LEAST, 1, Window("Term")),
	), combination=ANY_OF),
	Rule("both", "Late and away", (
		Condition("times_late", AT_LEAST, 1, FOUR_WEEKS), Condition("absence_rate", AT_LEAST, 5, FOUR_WEEKS),
	), combination=ALL_OF),
)  # fmt: skip
near = st.dates(MONDAY - timedelta(weeks=4), MONDAY + timedelta(weeks=4))


@st.composite
def pasts(draw: st.DrawFn, calendar: SchoolCalendar) -> tuple:
	"""(rows, enrolments, days, other facts) of two learners, who may come late, leave, and have been elsewhere."""
	names = ("Adam", "Lina")
	enrolments = {}
	for name in names:
		born = draw(st.none() | st.dates(MONDAY.replace(year=2013), MONDAY.replace(year=2015)))
		away = draw(st.lists(near, max_size=2))
		before = tuple(Earlier(day, day + timedelta(days=2), AWAY_FROM_SCHOOL) for day in away)
		enrolments[name] = enrolled(name, draw(near), until=draw(st.none() | near), born=born, before=before)
	made = [one for name in names for one in draw(rows(calendar.track("1A", "vmbo"), name))]
	return made, enrolments, sorted(draw(st.sets(near, max_size=20))), draw(other_facts(*names))


@given(calendars(), st.data(), any_rule())
@settings(max_examples=150)
def test_it_is_what_a_fresh_look_on_each_day_would_say(
	calendar: SchoolCalendar, data: st.DataObject, rule: Rule
) -> None:
	made, enrolments, days, more = data.draw(pasts(calendar))
	told = replay(made, enrolments, rule, calendar, days, more)
	assert told == replay_day_by_day(made, enrolments, rule, calendar, days, more)


@pytest.mark.parametrize("code", sorted(INDICATORS))
@given(calendars(), st.data())
@settings(max_examples=20)
def test_each_indicator_over_days_says_what_it_measures_on_each(
	code: str, calendar: SchoolCalendar, data: st.DataObject
) -> None:
	"""A new indicator that looks at more than what enters and leaves its window must say so by `over`."""
	indicator = INDICATORS[code]
	made, enrolments, days, more = data.draw(pasts(calendar))
	window = data.draw(windows(indicator.windows))
	for one in Past(calendar, days, more).learners(made, enrolments, everybody=True):
		told = indicator.on_each(one.facts, one.ground.view(window), {})
		spans = [span(window, day, one.facts.track, calendar) for day in days]
		assert list(told) == [indicator.measure(one.facts, each) for each in spans]


WITH_A_CEILING = sorted(code for code, one in INDICATORS.items() if one.ceiling is not None or one.tops_out)


@given(calendars(), st.data(), st.sampled_from(WITH_A_CEILING), st.sampled_from([1, 5, 20, 30, 60, 100]))
def test_no_value_goes_beyond_the_ceiling(
	calendar: SchoolCalendar, data: st.DataObject, code: str, line: float
) -> None:
	indicator = INDICATORS[code]
	made, enrolments, days, more = data.draw(pasts(calendar))
	window = data.draw(windows(indicator.windows))
	for one in Past(calendar, days, more).learners(made, enrolments, everybody=True):
		view = one.ground.view(window)
		ceiling = indicator.at_most(one.facts, view, {}, line)
		highest = max(
			(value for value in indicator.on_each(one.facts, view, {}) if value is not None), default=0
		)
		assert highest < line if ceiling < line else highest <= ceiling
		if indicator.tops_out and line <= ceiling < NEVER:
			assert highest == ceiling


@given(calendars(), st.data(), st.sampled_from(RULES))
def test_it_is_what_the_nights_would_have_done(
	calendar: SchoolCalendar, data: st.DataObject, rule: Rule
) -> None:
	names = ("Adam", "Lina")
	enrolments = {
		name: enrolled(
			name,
			data.draw(near),
			until=data.draw(st.none() | near),
			born=data.draw(st.none() | st.dates(MONDAY.replace(year=2013), MONDAY.replace(year=2015))),
		)
		for name in names
	}
	made = [one for name in names for one in data.draw(rows(calendar.track("1A", "vmbo"), name))]
	more = data.draw(other_facts(*names))
	days = sorted(data.draw(st.sets(near, max_size=15)))

	told = replay(made, enrolments, rule, calendar, days, more)
	assert {(one.student, one.raised, one.cleared) for one in told} == night_by_night(
		made, enrolments, rule, calendar, days, more
	)
	assert told == sorted(told, key=lambda one: (one.raised, one.student))
	for one in told:
		assert one.on(one.raised)
		assert one.cleared is None or not one.on(one.cleared)


def night_by_night(made, enrolments: dict[str, Enrolment], rule: Rule, calendar, days, more) -> set[tuple]:
	"""The same by `evaluate`, a day at a time; who is not there, or no longer in scope, has no signal."""
	found, standing = set(), {}
	for day in days:
		if not rule.holds_on(day):
			continue
		here = {n: e for n, e in enrolments.items() if e.since <= day and (e.until is None or day <= e.until)}
		signals = [OpenSignal(name, name, rule.code, 1) for name in standing]
		findings = {
			f.student: f.action
			for f in evaluate(made, here, [rule], calendar, on=day, open_signals=signals, more=more)
		}
		for name in enrolments:
			action = findings.get(name)
			if name in standing and (action in (CLEAR, KEEP, None)):
				found.add((name, standing.pop(name), day))
			elif name not in standing and action == RAISE:
				standing[name] = day
	return found | {(name, raised, None) for name, raised in standing.items()}


def test_a_signal_from_its_raising_to_its_clearing() -> None:
	days = school().track().days
	days = [day for day in days if MONDAY - timedelta(weeks=2) <= day <= MONDAY + timedelta(weeks=6)]
	(one,) = replay([row(MONDAY)], {"Lina": enrolled()}, AWAY, school(), days)
	# 360 minutes on Monday; four school weeks later that Monday is out of sight.
	assert one == Stood("Lina", MONDAY, MONDAY + timedelta(weeks=4))
	assert first_raised([one, replace(one, raised=MONDAY + timedelta(days=1))]) == {"Lina": MONDAY}


def test_who_has_not_arrived_has_no_past() -> None:
	door = Rule("door", "Not arrived", (Condition("not_arrived_today", AT_LEAST, 1, Window("Today")),))
	with pytest.raises(CannotPreview, match="known on the running day alone"):
		replay([], {"Lina": enrolled()}, door, school(), [MONDAY])


def test_mondays() -> None:
	assert [monday(date(2026, 11, day)) for day in (23, 24, 29, 30)] == [MONDAY] * 3 + [date(2026, 11, 30)]
