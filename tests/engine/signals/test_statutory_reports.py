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
	check_word,
	due_on,
	on_one_day,
	reached,
	report_key,
	step,
	words_of,
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
	every_days: int = 0,
) -> list[Reached]:
	calendar = calendar or school()
	track = calendar.track()
	known = Facts(lay_out(made, track), track, 0)
	return reached(rule, known, calendar, on=on, since=since, every_days=every_days)


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


# At most one report in seven days of who stays away


def weekdays(first: date, last: date) -> list[date]:
	every = (first + timedelta(days=n) for n in range((last - first).days + 1))
	return [day for day in every if day.weekday() < 5]


def test_who_stays_away_is_reported_once_a_week() -> None:
	"""Thirty hours a week pass sixteen nearly twice in each."""
	end = MONDAY + timedelta(days=25)
	away = [row(day) for day in weekdays(MONDAY, end)]
	lasts = [one.last for one in limits(away, on=end, every_days=7)]
	assert lasts == [MONDAY + timedelta(days=n) for n in (2, 9, 16, 23)]
	each_time = [one.last for one in limits(away, on=end)]
	assert each_time == [MONDAY + timedelta(days=n) for n in (2, 7, 10, 15, 18, 23)]
	second = limits(away, on=end, every_days=7)[1]
	# Thursday to Wednesday, five days of six hours.
	assert (second.first, second.value) == (MONDAY + timedelta(days=3), 5 * 360)


def test_what_is_reached_sooner_waits_until_the_days_are_over_or_the_learner_was_there() -> None:
	away = [row(day) for day in weekdays(MONDAY, MONDAY + timedelta(days=7))]
	on_the_last = MONDAY + timedelta(days=7)
	assert len(limits(away, on=on_the_last, every_days=7)) == 1
	# Back on Tuesday; what waited were three days.
	back = limits(away, on=on_the_last + timedelta(days=1), every_days=7)
	assert [one.last for one in back] == [MONDAY + timedelta(days=2), on_the_last]
	assert back == limits(away, on=on_the_last + timedelta(days=30), every_days=7)


def test_a_day_back_ends_the_relief() -> None:
	"""Who came on the Thursday was reached anew on the Tuesday after, within seven days."""
	days = [MONDAY + timedelta(days=n) for n in (0, 1, 2, 4, 7, 8)]
	expected = [MONDAY + timedelta(days=2), MONDAY + timedelta(days=8)]
	assert [one.last for one in limits([row(day) for day in days], on=days[-1], every_days=7)] == expected
	# Half of the Thursday at school is a day back too.
	part = [row(day) for day in days]
	part.insert(3, row(MONDAY + timedelta(days=3), "Present", missed=180))
	assert [one.last for one in limits(part, on=days[-1], every_days=7)] == [
		MONDAY + timedelta(days=2), MONDAY + timedelta(days=8),
	]  # fmt: skip


def test_an_ill_day_is_no_day_back_and_counts_for_nothing() -> None:
	days = [MONDAY + timedelta(days=n) for n in (0, 1, 2, 3, 4, 7, 8, 9)]
	made = [row(day, "Leave" if n == 4 else "Absent") for n, day in enumerate(days)]
	first, second = limits(made, on=days[-1], every_days=7)
	assert (first.last, second.last, second.value) == (days[2], days[-1], 4 * 360)


def test_holidays_in_between_end_the_seven_days() -> None:
	"""Reported on a Friday, away until the holidays began on the Thursday after: the seven days are over in them."""
	calendar = school(schedule(holidays=frozenset(MONDAY + timedelta(days=n) for n in range(10, 24))))
	away = [row(MONDAY + timedelta(days=n)) for n in (2, 3, 4, 7, 8, 9)]
	reported = MONDAY + timedelta(days=4)

	def lasts(n: int) -> list[date]:
		found = limits(away, on=MONDAY + timedelta(days=n), calendar=calendar, every_days=7)
		return [one.last for one in found]

	assert lasts(10) == [reported]
	assert lasts(11) == lasts(40) == [reported, MONDAY + timedelta(days=9)]


def test_a_year_that_ends_starts_the_count_anew() -> None:
	"""A rule within its year counts nothing from before the summer, with or without relief."""
	last = [row(day) for day in weekdays(YEAR.start - timedelta(days=12), YEAR.start - timedelta(days=3))]
	first = [row(day) for day in weekdays(YEAR.start, YEAR.start + timedelta(days=4))]
	on = YEAR.start + timedelta(days=4)
	for every in (0, 7):
		(only,) = limits([*last, *first], on=on, since=YEAR.start - timedelta(days=10), every_days=every)
		assert only.first >= YEAR.start


@given(st.data(), st.integers(60, 1500), st.integers(0, 10))
def test_night_by_night_comes_to_the_same_and_nobody_is_reported_twice_in_the_days(
	data: st.DataObject, limit: int, every: int
) -> None:
	off = data.draw(st.frozensets(st.dates(MONDAY - timedelta(weeks=3), MONDAY), max_size=8))
	calendar = school(schedule(holidays=off))
	track = calendar.track()
	near = [day for day in track.days if 0 <= (MONDAY - day).days < 28]
	kinds = data.draw(
		st.lists(st.sampled_from(["away", "away", "away", "ill", "part", "there"]), min_size=len(near), max_size=len(near))
	)  # fmt: skip
	as_row = {
		"away": lambda day: row(day),
		"ill": lambda day: row(day, "Leave"),
		"part": lambda day: row(day, "Present", missed=120),
	}
	made = [as_row[kind](day) for day, kind in zip(near, kinds, strict=True) if kind in as_row]
	rule = Rule("any", "Any", (Condition("unexcused_minutes", AT_LEAST, limit, FOUR_WEEKS),))
	once = limits(made, on=MONDAY, rule=rule, calendar=calendar, every_days=every)
	nights: list[Reached] = []
	for n in range(28, -1, -1):
		since = nights[-1].last if nights else None
		tonight = [one for one in made if one[1] <= MONDAY - timedelta(days=n)]
		nights += limits(
			tonight,
			on=MONDAY - timedelta(days=n),
			since=since,
			rule=rule,
			calendar=calendar,
			every_days=every,
		)
	assert [(one.first, one.last, one.value) for one in nights] == [
		(one.first, one.last, one.value) for one in once
	]
	absent = {day for day, kind in zip(near, kinds, strict=True) if kind in ("away", "ill")}
	for earlier, later in pairwise(once):
		assert earlier.last < later.first
		if (later.last - earlier.last).days < every:
			# Sooner than that only of who was there in between or right after, or where holidays came.
			following = track.days[track.first_after(later.last)]
			between = [day for day in near if earlier.last <= day <= later.last]
			assert not (absent.issuperset([*between, following]) and (following - earlier.last).days <= every)
	rest = [day for day in near if not once or day > once[-1].last]
	minutes = sum(reference.away(made, day, 360)[0] for day in rest)
	if once and (MONDAY - once[-1].last).days < every and absent.issuperset([once[-1].last, *rest]):
		return
	assert minutes < limit, "no minute is lost"


TEN_WEEKS = Window("School Weeks Across Years", 10)
TEN_SESSIONS = Rule("eng", "10 sessions", (Condition("unauthorised_sessions", AT_LEAST, 10, TEN_WEEKS),))


def test_ten_sessions_add_up_across_the_summer_and_count_half_days_and_a_closed_register() -> None:
	summer = frozenset(date(2026, 7, 20) + timedelta(days=n) for n in range(6 * 7))
	calendar = school(schedule(holidays=summer))
	july = [row(date(2026, 7, day)) for day in (13, 14, 15)]
	closed = row(date(2026, 9, 1), "Present", late=31, missed=31)
	september = [closed, row(date(2026, 9, 2)), row(date(2026, 9, 3), "Present", missed=150)]
	made = [*july, *september]
	# Six of them before the summer, and four after it.
	(one,) = limits(made, on=date(2026, 9, 3), calendar=calendar, rule=TEN_SESSIONS)
	assert (one.first, one.last, one.value) == (date(2026, 7, 13), date(2026, 9, 3), 10)
	made[3] = row(date(2026, 9, 1), "Present", late=30, missed=30)
	assert limits(made, on=date(2026, 9, 3), calendar=calendar, rule=TEN_SESSIONS) == []
	counted = [
		on_one_day(TEN_SESSIONS, Facts(lay_out(made, calendar.track()), calendar.track(), 0), slot)
		for slot in range(6)
	]
	assert counted == [2, 2, 2, 0, 2, 1]


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


def test_the_words_of_an_authority() -> None:
	known = words_of(" Registered \n\nClosed\n")
	assert known == ("Registered", "Closed")
	assert words_of(None) == ()
	check_word("Status", "Closed", known)
	check_word("Status", None, known)
	check_word("Status", "Whatever", ())
	with pytest.raises(IllegalReport, match="Status: Open is none of Registered, Closed"):
		check_word("Status", "Open", known)


def test_keys() -> None:
	assert report_key("EDU-STU-1", "NL-16", MONDAY) == "EDU-STU-1|NL-16|2026-11-23"
