"""School days and their sessions."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.made import (
	AFTERNOON,
	MONDAY,
	MORNING,
	YEAR,
	calendars,
	clock,
	schedule,
	school,
	session,
	sessions,
)
from vsv_app.engine.attendance.timetable import (
	BellSchedule,
	DayPlan,
	OtherTimes,
	Period,
	SchoolCalendar,
	Session,
	Track,
)

SATURDAY = MONDAY + timedelta(days=5)


def planned(day: date, **more: object) -> DayPlan | None:
	return schedule(**more).plan(day)


# What is refused


@pytest.mark.parametrize(("starts", "ends"), [(510, 510), (510, 500), (-1, 60), (0, 1441)])
def test_sessions_and_days_end_after_they_start(starts: int, ends: int) -> None:
	with pytest.raises(ValueError, match="must end after it starts"):
		Session("Dutch", starts, ends, 50)
	with pytest.raises(ValueError, match="must end after it starts"):
		OtherTimes(starts, ends)


def test_a_session_cannot_count_for_less_than_nothing() -> None:
	with pytest.raises(ValueError, match="less than 0"):
		Session("Dutch", 510, 560, -1)


def test_sessions_that_overlap_are_named() -> None:
	with pytest.raises(ValueError, match="Wednesday: 'Maths' starts before 'Dutch' has ended"):
		BellSchedule(
			"x", {2: (session("9:00", "10:00", label="Maths"), session("8:30", "9:10", label="Dutch"))}
		)


def test_a_day_without_sessions_is_no_school_day() -> None:
	with pytest.raises(ValueError, match="without sessions"):
		DayPlan(MONDAY, (), 5, 30, 570)


# A day


def test_the_week_and_its_end() -> None:
	assert planned(MONDAY).sessions == (MORNING, AFTERNOON)
	assert planned(MONDAY).minutes == 360
	assert planned(SATURDAY) is None


def test_sessions_are_in_order_however_they_were_given() -> None:
	assert planned(MONDAY, sessions=(AFTERNOON, MORNING)).sessions == (MORNING, AFTERNOON)


def test_holidays_and_exceptions() -> None:
	short = OtherTimes(clock("9:00"), clock("12:00"))
	assert planned(MONDAY, holidays=frozenset({MONDAY})) is None
	assert planned(MONDAY, exceptions={MONDAY: None}) is None
	# An exception is more particular than a holiday list.
	assert planned(MONDAY, exceptions={MONDAY: short}, holidays=frozenset({MONDAY})).minutes == 180
	# On a day that has no sessions there is one.
	assert planned(SATURDAY, exceptions={SATURDAY: short}).sessions == (
		session("9:00", "12:00", label="Day"),
	)


def test_a_day_with_other_times_cuts_its_sessions_in_proportion() -> None:
	lesson = session("8:30", "9:20", counted=60)
	cut = planned(MONDAY, sessions=(lesson,), exceptions={MONDAY: OtherTimes(clock("8:55"), clock("16:00"))})
	assert cut.sessions == (Session("Lesson", clock("8:55"), clock("9:20"), 30),)


@given(sessions(), st.integers(0, 1438), st.integers(1, 1440))
def test_other_times_only_ever_cut(made: tuple[Session, ...], starts: int, length: int) -> None:
	other = OtherTimes(starts, min(1440, starts + length))
	day = planned(MONDAY, sessions=made, exceptions={MONDAY: other})
	assert all(other.starts <= one.starts < one.ends <= other.ends for one in day.sessions)
	if day.sessions[0].label != "Day":
		whole = {one.label: one for one in made}
		assert all(one.counted <= whole[one.label].counted for one in day.sessions)


@given(sessions())
def test_other_times_around_the_whole_day_change_nothing(made: tuple[Session, ...]) -> None:
	assert planned(MONDAY, sessions=made, exceptions={MONDAY: OtherTimes(0, 1440)}) == planned(
		MONDAY, sessions=made
	)


@pytest.mark.parametrize(
	("valid", "holds"),
	[
		({}, True),
		({"valid_from": MONDAY}, True),
		({"valid_from": MONDAY + timedelta(days=1)}, False),
		({"valid_to": MONDAY}, True),
		({"valid_to": MONDAY - timedelta(days=1)}, False),
	],
)
def test_from_and_to(valid: dict[str, date], holds: bool) -> None:
	assert schedule(**valid).holds_on(MONDAY) is holds


# Calendars


def test_the_most_particular_schedule_holds() -> None:
	whole = schedule()
	program = BellSchedule("vmbo", {0: (MORNING,)}, program="vmbo")
	group = BellSchedule("1A", {1: (AFTERNOON,)}, group="1A", valid_from=MONDAY)
	calendar = school(whole, program, group)
	tuesday, before = MONDAY + timedelta(days=1), MONDAY - timedelta(days=7)
	assert calendar.plan(MONDAY).sessions == (MORNING, AFTERNOON)
	assert calendar.plan(MONDAY, "2B", "vmbo").sessions == (MORNING,)
	assert calendar.plan(tuesday, "1A", "vmbo").sessions == (AFTERNOON,)
	# A part-time group has no school on other days, whatever the whole school does.
	assert calendar.plan(MONDAY, "1A", "vmbo") is None
	assert calendar.plan(before, "1A", "vmbo").sessions == (MORNING,)


def test_no_school_outside_the_academic_years() -> None:
	calendar = SchoolCalendar((schedule(),), (YEAR,))
	assert calendar.plan(date(2026, 7, 31)) is None
	assert calendar.plan(date(2026, 8, 3)) is not None
	assert calendar.year(date(2026, 7, 31)) is None
	assert calendar.year(YEAR.start) == calendar.year(YEAR.end) == YEAR


def test_terms_include_both_ends() -> None:
	term = Period("Autumn", MONDAY, SATURDAY)
	calendar = SchoolCalendar((schedule(),), (YEAR,), (term,))
	assert calendar.term(MONDAY) == calendar.term(SATURDAY) == term
	assert calendar.term(SATURDAY + timedelta(days=1)) is None


@given(calendars())
def test_a_track_holds_every_school_day_once(calendar: SchoolCalendar) -> None:
	track = calendar.track("1A", "vmbo")
	first, last = calendar.years[0].start, calendar.years[-1].end
	days = [first - timedelta(days=3) + timedelta(days=n) for n in range((last - first).days + 7)]
	assert list(track.plans) == [plan for day in days if (plan := calendar.plan(day, "1A", "vmbo"))]
	assert calendar.track("1A", "vmbo") is track
	# Groups that share their schedules share the track.
	assert calendar.track("1B", None) is track


@given(calendars(), st.dates(MONDAY - timedelta(weeks=5), MONDAY + timedelta(weeks=5)))
def test_positions_in_a_track(calendar: SchoolCalendar, day: date) -> None:
	track = calendar.track()
	assert track.first_from(day) == sum(one < day for one in track.days)
	assert track.first_after(day) == sum(one <= day for one in track.days)


@given(calendars(), st.integers(0, 70), st.integers(0, 70))
def test_planned_minutes_are_those_of_the_days(calendar: SchoolCalendar, start: int, end: int) -> None:
	track = calendar.track()
	start, end = min(start, len(track.days)), min(end, len(track.days))
	assert track.planned(start, end) == sum(plan.minutes for plan in track.plans[start:end])


def test_holiday_weeks_are_no_school_weeks() -> None:
	week_off = frozenset(MONDAY + timedelta(days=n) for n in range(7))
	days = [MONDAY - timedelta(days=7), MONDAY, MONDAY + timedelta(days=7)]
	made = schedule(holidays=week_off)
	track = Track([plan for day in days if (plan := made.plan(day))])
	assert track.weeks == [days[0], days[2]]


@given(calendars(), st.dates(MONDAY - timedelta(weeks=5), MONDAY + timedelta(weeks=5)))
def test_a_school_day_is_one_that_somebody_has(calendar: SchoolCalendar, day: date) -> None:
	assert calendar.is_school_day(day) == (calendar.plan(day) is not None)
	assert calendar.has_schedule("1A")
