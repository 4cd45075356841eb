"""Reports to an authority: when a limit was reached, by when the report is due, and what a step asks for."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine import reference
from tests.engine.made import MONDAY, YEAR, row, rows, schedule, school
from vsv_app.engine.attendance.learner_days import ExceptionRow, lay_out
from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.signals.indicators.facts import Facts
from vsv_app.engine.signals.indicators.windows import Window
from vsv_app.engine.signals.rules import ALL_OF, AT_LEAST, AT_MOST, Condition, Rule
from vsv_app.engine.signals.statutory_reports import (
	ALLOWED,
	NOT_NEEDED,
	REPORTED,
	TO_CHECK,
	IllegalReport,
	Reached,
	due_on,
	reached,
	report_key,
	step,
)

FOUR_WEEKS = Window("School Weeks", 4)
SIXTEEN_HOURS = Rule("nl", "16 hours", (Condition("unexcused_minutes", AT_LEAST, 960, FOUR_WEEKS),))


def limits(
	made: list[ExceptionRow],
	*,
	on: date = MONDAY,
	since: date | None = None,
	calendar: SchoolCalendar | None = None,
	rule: Rule = SIXTEEN_HOURS,
) -> list[Reached]:
	calendar = calendar or school()
	track = calendar.track()
	return reached(rule, Facts(lay_out(made, track), track, 0), calendar, on=on, since=since)


def absences(*weeks_before: float) -> list[ExceptionRow]:
	"""Whole days away, of 360 minutes, on these days counted in weeks before MONDAY."""
	return [row(MONDAY - timedelta(days=round(7 * n))) for n in sorted(weeks_before, reverse=True)]


def test_the_third_day_away_in_four_weeks_reaches_sixteen_hours() -> None:
	(limit,) = limits(absences(3, 2, 1, 0))
	# Three days of six hours are 18; the fourth day begins the next count.
	assert (limit.first, limit.last, limit.value) == (
		MONDAY - timedelta(weeks=3), MONDAY - timedelta(weeks=1), 1080,
	)  # fmt: skip
	assert limits(absences(4, 2, 0)) == []
	assert limits(absences(2, 1)) == []


def test_after_a_report_counting_begins_anew() -> None:
	made = absences(3, 2, 1, 0)
	assert limits(made, since=MONDAY - timedelta(weeks=3)) == [
		Reached(MONDAY - timedelta(weeks=2), MONDAY, 1080, (1, 2, 3))
	]
	assert limits(made, since=MONDAY - timedelta(weeks=1)) == []
	twice = [row(MONDAY - timedelta(days=n)) for n in (14, 13, 12, 7, 6, 5)]
	assert [one.last for one in limits(twice)] == [MONDAY - timedelta(days=12), MONDAY - timedelta(days=5)]


def test_an_excused_day_does_not_count_and_holidays_are_no_school_weeks() -> None:
	made = absences(3, 2, 1)
	made[1] = row(made[1][1], "Leave")
	assert limits(made) == []
	week_off = frozenset(MONDAY - timedelta(days=n) for n in range(1, 8))
	assert len(limits(absences(4, 3, 0), calendar=school(schedule(holidays=week_off)))) == 1


@given(st.data(), st.integers(60, 1500), st.none() | st.dates(MONDAY - timedelta(weeks=4), MONDAY))
def test_each_is_reached_within_the_window_and_none_shares_a_day(
	data: st.DataObject, limit: int, since: date | None
) -> None:
	calendar = school()
	near = [day for day in calendar.track().days if abs((day - MONDAY).days) < 28]
	made = [one for one in data.draw(rows(calendar.track())) if one[1] in near]
	rule = Rule("any", "Any", (Condition("unexcused_minutes", AT_LEAST, limit, FOUR_WEEKS),))
	found = limits(made, on=MONDAY, since=since, rule=rule)
	begun = max(YEAR.start, since + timedelta(days=1) if since else YEAR.start)
	for one in found:
		assert begun <= one.first <= one.last <= MONDAY
		window = [d for d in reference.days_of(FOUR_WEEKS, one.last, calendar) if one.first <= d]
		minutes = {day: reference.away(made, day, 360)[0] for day in window}
		assert sum(minutes.values()) == one.value >= limit
		# A day earlier it was not reached.
		assert sum(value for day, value in minutes.items() if day < one.last) < limit
		begun = one.last + timedelta(days=1)
	assert all(earlier.last < later.first for earlier, later in pairwise(found))
	rest = [day for day in reference.days_of(FOUR_WEEKS, MONDAY, calendar) if day >= begun]
	assert sum(reference.away(made, day, 360)[0] for day in rest) < limit


@pytest.mark.parametrize(
	"conditions",
	[
		(Condition("average_result", AT_LEAST, 50, FOUR_WEEKS),),
		(Condition("absence_rate", AT_MOST, 5, FOUR_WEEKS),),
		(SIXTEEN_HOURS.conditions[0], Condition("times_late", AT_LEAST, 3, FOUR_WEEKS)),
	],
)
def test_only_a_limit_of_absence_is_reported(conditions: tuple[Condition, ...]) -> None:
	rule = Rule("odd", "Odd", conditions, combination=ALL_OF if len(conditions) > 1 else "Single")
	with pytest.raises(ValueError, match="Odd: a report to an authority rests on one limit of absence"):
		limits([row(MONDAY)], rule=rule)


# The deadline


def is_school_day(day: date) -> bool:
	"""No school on Tuesday 24 November, and none in the week of 7 December."""
	off = {date(2026, 11, 24), *(date(2026, 12, 7) + timedelta(days=n) for n in range(7))}
	return day.weekday() < 5 and day not in off


@pytest.mark.parametrize(
	("last", "days", "due"),
	[
		(date(2026, 11, 30), 5, date(2026, 12, 7)),
		# A weekend is passed over.
		(date(2026, 12, 18), 1, date(2026, 12, 21)),
		# Tuesday is a single day off.
		(MONDAY, 1, date(2026, 11, 25)),
		(MONDAY, 5, date(2026, 12, 1)),
		# In a week of holidays offices go on working.
		(date(2026, 12, 4), 5, date(2026, 12, 11)),
		(MONDAY, 0, MONDAY),
	],
)
def test_due(last: date, days: int, due: date) -> None:
	assert due_on(last, days, is_school_day) == due


@given(st.dates(date(2026, 9, 1), date(2027, 6, 1)), st.integers(1, 30))
def test_a_deadline_is_a_working_day_and_each_day_more_is_later(last: date, days: int) -> None:
	due = due_on(last, days, is_school_day)
	assert due > last
	assert due.weekday() < 5
	assert due_on(last, days + 1, is_school_day) > due


# Its life


@pytest.mark.parametrize("before", ALLOWED)
@pytest.mark.parametrize("after", ALLOWED)
def test_steps(before: str, after: str) -> None:
	legal = {(TO_CHECK, REPORTED), (TO_CHECK, NOT_NEEDED), (NOT_NEEDED, TO_CHECK)}
	if (before, after) in legal:
		step(before, after, what_school_did="Called home", not_needed_because="Moved")
	else:
		with pytest.raises(IllegalReport, match=f"A report that is {before} cannot become {after}"):
			step(before, after, what_school_did="Called home", not_needed_because="Moved")


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_what_a_step_asks_for(nothing: str | None) -> None:
	with pytest.raises(IllegalReport, match="what the school did"):
		step(TO_CHECK, REPORTED, what_school_did=nothing, not_needed_because=None)
	with pytest.raises(IllegalReport, match="why no report is needed"):
		step(TO_CHECK, NOT_NEEDED, what_school_did=None, not_needed_because=nothing)


def test_keys() -> None:
	assert report_key("EDU-STU-1", "NL-16", MONDAY) == "EDU-STU-1|NL-16|2026-11-23"
