"""Which school days a rule looks back over."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine import reference
from tests.engine.made import EARLIER_YEAR, MONDAY, TERM, YEAR, calendars, schedule, school
from vsv_app.engine.attendance.timetable import Period, SchoolCalendar
from vsv_app.engine.signals.indicators.windows import KINDS, LONGEST, WITH_LENGTH, Window, span

windows = st.builds(
	lambda kind, length: Window(kind, length if kind in WITH_LENGTH else 0),
	st.sampled_from(KINDS),
	st.integers(1, 40),
)
days = st.dates(MONDAY - timedelta(weeks=5), MONDAY + timedelta(weeks=5))


def looked_at(window: Window, on: date, calendar: SchoolCalendar) -> list[date]:
	track = calendar.track()
	found = span(window, on, track, calendar)
	return track.days[found.start : found.end]


@given(calendars(), windows, days)
def test_the_days_are_those_of_the_reference(calendar: SchoolCalendar, window: Window, on: date) -> None:
	assert looked_at(window, on, calendar) == reference.days_of(window, on, calendar)


@given(calendars(), windows, days)
def test_a_window_starts_before_it_ends_and_within_its_year(
	calendar: SchoolCalendar, window: Window, on: date
) -> None:
	found = span(window, on, calendar.track(), calendar)
	assert found.first_day <= found.last_day == on
	year = calendar.year(on)
	assert year is None or window.across_years or found.first_day >= year.start
	assert all(found.first_day <= day <= on for day in looked_at(window, on, calendar))


@given(calendars(), st.sampled_from(WITH_LENGTH), st.integers(1, 30), days)
def test_a_longer_window_sees_at_least_as_much(
	calendar: SchoolCalendar, kind: str, length: int, on: date
) -> None:
	shorter = looked_at(Window(kind, length), on, calendar)
	longer = looked_at(Window(kind, length + 1), on, calendar)
	assert longer[len(longer) - len(shorter) :] == shorter


@pytest.mark.parametrize(
	("window", "first"),
	[
		(Window("Today"), MONDAY),
		(Window("Rolling Days", 1), MONDAY),
		(Window("Rolling Days", 28), date(2026, 10, 27)),
		(Window("School Days", 1), MONDAY),
		(Window("School Days", 6), date(2026, 11, 16)),
		(Window("School Weeks", 1), MONDAY),
		(Window("School Weeks", 4), date(2026, 11, 2)),
		(Window("Term"), TERM.start),
		(Window("Year To Date"), YEAR.start),
		(Window("Rolling Days", 370), YEAR.start),
		(Window("School Weeks Across Years", 4), date(2026, 11, 2)),
		# From the week of 1 August on, as this school knows of no holidays; 20 weeks begin in the year before.
		(Window("School Weeks Across Years", 20), date(2026, 7, 13)),
	],
)
def test_first_days(window: Window, first: date) -> None:
	calendar = school()
	assert span(window, MONDAY, calendar.track(), calendar).first_day == first


def test_holiday_weeks_are_passed_over() -> None:
	week_off = frozenset(MONDAY - timedelta(days=n) for n in range(1, 8))
	calendar = school(schedule(holidays=week_off))
	assert span(
		Window("School Weeks", 2), MONDAY, calendar.track(), calendar
	).first_day == MONDAY - timedelta(weeks=2)


def test_a_new_year_starts_with_nothing() -> None:
	calendar = school()
	first = YEAR.start + timedelta(days=2)
	assert looked_at(Window("School Weeks", 4), first, calendar) == [first]
	assert looked_at(Window("Year To Date"), EARLIER_YEAR.end, calendar)[-1] == EARLIER_YEAR.end


TEN_WEEKS = Window("School Weeks Across Years", 10)


def test_weeks_across_years_pass_over_christmas_and_the_summer() -> None:
	"""A school week is one with school in it, in whichever academic year."""
	summer = {date(2026, 7, 20) + timedelta(days=n) for n in range(6 * 7)}
	christmas = {date(2026, 12, 21) + timedelta(days=n) for n in range(2 * 7)}
	calendar = school(schedule(holidays=frozenset(summer | christmas)))
	track = calendar.track()
	third_week = date(2026, 9, 18)
	found = span(TEN_WEEKS, third_week, track, calendar)
	# Seven of the weeks lie before the summer.
	assert found.first_day == date(2026, 6, 1)
	assert track.days[found.start] == date(2026, 6, 1)
	assert track.days[found.year_start] == date(2026, 8, 31)
	assert found.start < found.year_start
	january = span(TEN_WEEKS, date(2027, 1, 8), track, calendar)
	assert (january.first_day, len({track.days[n].isocalendar()[1] for n in range(january.start, january.end)})) == (
		date(2026, 10, 19), 10,
	)  # fmt: skip
	assert span(Window("School Weeks", 10), third_week, track, calendar).first_day == YEAR.start


def test_a_week_that_two_years_share_is_one_week() -> None:
	"""One year ends on a Wednesday, the next begins on the Thursday."""
	years = (
		Period("a", date(2026, 1, 1), date(2026, 8, 5)),
		Period("b", date(2026, 8, 6), date(2027, 7, 31)),
	)
	calendar = SchoolCalendar((schedule(),), years)
	found = span(Window("School Weeks Across Years", 2), date(2026, 8, 7), calendar.track(), calendar)
	assert found.first_day == date(2026, 7, 27)


def test_a_leap_day_is_a_day_like_any() -> None:
	years = (Period("2027-2028", date(2027, 8, 1), date(2028, 7, 31)),)
	calendar = SchoolCalendar((schedule(),), years)
	assert span(Window("Rolling Days", 2), date(2028, 3, 1), calendar.track(), calendar).first_day == date(
		2028, 2, 29
	)
	assert looked_at(Window("School Weeks", 1), date(2028, 3, 3), calendar)[1] == date(2028, 2, 29)


@given(calendars(), st.integers(1, 40), days)
def test_across_years_sees_what_a_window_of_weeks_sees_and_what_lay_before(
	calendar: SchoolCalendar, length: int, on: date
) -> None:
	within = looked_at(Window("School Weeks", length), on, calendar)
	across = looked_at(Window("School Weeks Across Years", length), on, calendar)
	year = calendar.year(on)
	assert [day for day in across if year is None or day >= year.start] == within
	assert len({day.isocalendar()[:2] for day in across}) <= length


def test_between_terms_the_last_one_counts_until_the_next_begins() -> None:
	"""What two terms come to together is nothing that a rule over a term looks at."""
	terms = [
		Period(f"T{n}", date(2026, month, 1), date(2026, month, 20)) for n, month in enumerate((9, 10, 11))
	]
	calendar = SchoolCalendar((schedule(),), (YEAR,), tuple(terms))
	track = calendar.track()
	for day, first in (
		(date(2026, 8, 31), YEAR.start),
		(date(2026, 9, 20), date(2026, 9, 1)),
		(date(2026, 9, 25), date(2026, 9, 1)),
		(date(2026, 10, 25), date(2026, 10, 1)),
		(date(2026, 11, 25), date(2026, 11, 1)),
	):
		found = span(Window("Term"), day, track, calendar)
		assert (found.first_day, found.last_day) == (first, day)
	assert span(Window("Term"), date(2026, 10, 25), track, calendar).term_before == (
		terms[0].start,
		terms[0].end,
	)


@pytest.mark.parametrize("kind", WITH_LENGTH)
def test_before_any_school_day_there_is_nothing(kind: str) -> None:
	calendar = school()
	found = span(Window(kind, 5), date(2025, 1, 1), calendar.track(), calendar)
	assert (found.start, found.end) == (0, 0)
	assert found.first_day <= found.last_day


def test_a_group_without_any_school_day() -> None:
	calendar = SchoolCalendar((), (YEAR,))
	for kind in KINDS:
		assert looked_at(Window(kind, 5), MONDAY, calendar) == []


def test_what_is_refused() -> None:
	with pytest.raises(ValueError, match="not one of Rolling Days"):
		Window("Fortnight")
	for kind in WITH_LENGTH:
		with pytest.raises(ValueError, match="at least 1"):
			Window(kind, 0)


def test_in_words() -> None:
	assert str(Window("School Weeks", 4)) == "4 school weeks"
	assert str(Window("Term")) == "term"
	assert set(LONGEST) == set(WITH_LENGTH)
