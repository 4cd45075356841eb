"""Stays that reach into earlier academic years, for rules that look back across a summer."""

from datetime import date, timedelta

import pytest

from tests.services.world import A1, A2, A3, A4, TODAY, World
from vsv_app.engine.attendance.learner_days import Enrolment
from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.services.attendance import roll
from vsv_app.stores.queries.attendance import calendar

THIS, LAST = date(2031, 8, 1), date(2030, 9, 1)
END = date(2031, 7, 25)
HALF = date(2031, 2, 1)


@pytest.fixture
def years(world: World) -> World:
	"""The year before, with two groups of half days: mornings in T-0A, afternoons in T-0B. A1 and A3 were in T-0A, A4 in T-0B."""
	world.add_year("T-2030-31", LAST, END)
	for group, session, starts in (("T-0A", "Morning", 9), ("T-0B", "Afternoon", 13)):
		world.add_group(group, "T-2030-31")
		world.add_session(group, session, starts, starts + 2)
	for student, group in ((A1, "T-0A"), (A3, "T-0A"), (A4, "T-0B")):
		join(world, student, group)
		world.change("Student", student, joining_date=LAST)
	return world


def join(world: World, student: str, group: str, active: int = 1) -> None:
	row = (f"{group}-{student}", group, student, active)
	world.store.insert_rows("Student Group Student", ("name", "parent", "student", "active"), [row])


def stays(world: World, on: date = TODAY) -> tuple[SchoolCalendar, dict[str, Enrolment]]:
	school_calendar = calendar.load(world.store)
	year = school_calendar.year(on)
	assert year is not None
	found = roll.enrolments(world.store, year.start, on)
	return school_calendar, roll.with_earlier_years(world.store, school_calendar, found, on)


def minutes(world: World, student: str, day: date) -> int:
	"""What a day is planned for; 0 where there is none."""
	school_calendar, found = stays(world)
	stay = found[student]
	track = school_calendar.track(stay.group, stay.program, stay.before)
	return track.minutes[track.at[day]] if day in track.at else 0


def test_each_day_has_the_timetable_of_the_group_of_that_time(years: World) -> None:
	_calendar, found = stays(years)
	assert [found[student].since for student in (A1, A2, A3)] == [LAST, THIS, LAST]
	assert minutes(years, A1, date(2031, 6, 2)) == minutes(years, A4, date(2031, 6, 2)) == 120
	assert minutes(years, A1, TODAY) == minutes(years, A2, TODAY) == 360


def test_who_changed_group_in_the_year_before(years: World) -> None:
	"""A3 was in T-0B until February, as the records of that time say."""
	join(years, A3, "T-0B", active=0)
	for day in (LAST + timedelta(days=1), HALF - timedelta(days=1)):
		years.mark_by_hand(A3, "Absent", day, student_group="T-0B")
	school_calendar, found = stays(years)
	stay = found[A3]
	track = school_calendar.track(stay.group, stay.program, stay.before)
	labels = {
		day: track.plans[track.at[day]].sessions[0].label for day in (date(2030, 12, 2), date(2031, 6, 2))
	}
	assert labels == {date(2030, 12, 2): "Afternoon", date(2031, 6, 2): "Morning"}


def test_nothing_of_the_running_year_changes_for_other_rules(years: World) -> None:
	"""Who was enrolled late this year has a stay that begins there, and each day of this year is as it was."""
	years.store.insert_rows(
		"Program Enrollment", ("name", "student", "academic_year", "enrollment_date", "docstatus"),
		[("T-late", A1, "T-2031-32", date(2031, 9, 15), 1)],
	)  # fmt: skip
	school_calendar, found = stays(years)
	plain = roll.enrolments(years.store, THIS, TODAY)
	assert found[A1].since == plain[A1].since == date(2031, 9, 15)
	for student in plain:
		before, after = (
			[plan for plan in school_calendar.track(s.group, s.program, s.before).plans if plan.day >= THIS]
			for s in (plain[student], found[student])
		)
		assert before == after


def test_who_was_away_in_between(years: World) -> None:
	"""A4 left in February, and was enrolled anew at the beginning of this year."""
	years.change("Student", A4, date_of_leaving=HALF)
	for number, (year, day) in enumerate((("T-2030-31", LAST), ("T-2031-32", THIS))):
		years.store.insert_rows(
			"Program Enrollment", ("name", "student", "academic_year", "enrollment_date", "docstatus"),
			[(f"T-again-{number}", A4, year, day, 1)],
		)  # fmt: skip
	assert minutes(years, A4, date(2031, 1, 20)) == 120
	assert minutes(years, A4, date(2031, 3, 3)) == 0
	assert minutes(years, A4, TODAY) == 360
