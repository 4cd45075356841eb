"""Each indicator against the same written a second time, over calendars and records at random."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine import reference
from tests.engine.made import (
	MONDAY,
	YEAR,
	calendars,
	other_facts,
	row,
	rows,
	schedule,
	school,
	session,
)
from vsv_app.engine.attendance.learner_days import ExceptionRow, lay_out
from vsv_app.engine.attendance.timetable import Earlier, SchoolCalendar
from vsv_app.engine.signals.indicators.catalogue import INDICATORS, SCHOOL_PRACTICE
from vsv_app.engine.signals.indicators.facts import NOTHING_ELSE, Facts, OtherFacts
from vsv_app.engine.signals.indicators.windows import KINDS, WITH_LENGTH, Window, span

days = st.dates(MONDAY - timedelta(weeks=5), MONDAY + timedelta(weeks=5))


def facts(
	made: list[ExceptionRow],
	calendar: SchoolCalendar,
	since: date,
	*,
	not_arrived: bool = False,
	more: OtherFacts = NOTHING_ELSE,
) -> Facts:
	track = calendar.track()
	own = more.by_learner().get("Lina", {})
	return Facts(
		lay_out(made, track), track, track.first_from(since), not_arrived, own, more.kept, more.courses,
		more.pass_mark,
	)  # fmt: skip


def measured(
	code: str,
	window: Window,
	made: list[ExceptionRow],
	on: date = MONDAY,
	since: date = YEAR.start,
	more: OtherFacts = NOTHING_ELSE,
	calendar: SchoolCalendar | None = None,
) -> float | None:
	calendar = calendar or school()
	return INDICATORS[code].measure(
		facts(made, calendar, since, more=more), span(window, on, calendar.track(), calendar)
	)


# One school is looked at by all indicators, as to draw it takes most of the time.
@settings(max_examples=2 * settings.default.max_examples)
@given(calendars(), st.data(), st.integers(1, 40), days, days, st.booleans())
def test_each_is_that_of_the_reference(
	calendar: SchoolCalendar, data: st.DataObject, length: int, on: date, since: date, not_arrived: bool
) -> None:
	made = data.draw(rows(calendar.track()))
	more = data.draw(other_facts("Lina", "Noor"))
	for code, indicator in sorted(INDICATORS.items()):
		kind = data.draw(st.sampled_from(indicator.windows))
		window = Window(kind, length if kind in WITH_LENGTH else 0)
		is_that_of_the_reference(code, window, made, calendar, on, since, not_arrived, more)


def is_that_of_the_reference(
	code: str,
	window: Window,
	made: list[ExceptionRow],
	calendar: SchoolCalendar,
	on: date,
	since: date,
	not_arrived: bool,
	more: OtherFacts,
) -> None:
	indicator = INDICATORS[code]
	own = facts(made, calendar, since, not_arrived=not_arrived, more=more)
	found = span(window, on, calendar.track(), calendar)
	value = indicator.measure(own, found)
	expected = reference.value(
		code, window, made, calendar, on=on, since=since, not_arrived=not_arrived, more=more
	)
	assert value == (None if expected is None else pytest.approx(expected)), code
	assert value is None or 0 <= value <= indicator.highest + 1e-9, code
	if indicator.needs is not None and indicator.needs not in more.kept:
		assert value is None, "a source that is not kept is no data"
	# What it rests on lies within the window, and nothing rests on nothing.
	slots = indicator.slots(own, found)
	assert all(found.start <= own.days.at[slot] < found.end for slot in slots)
	records = indicator.records(own, found)
	assert all(row[0] == "Lina" and row[1] <= on for row in records)
	if value and code not in ("not_arrived_today", "absence_change"):
		assert slots or records


OF_THE_OWN_DAYS = sorted(code for code, one in INDICATORS.items() if one.needs is None)


@given(
	calendars(),
	calendars(),
	st.data(),
	st.sampled_from(OF_THE_OWN_DAYS),
	st.integers(1, 40),
	days,
	days,
	days,
)
def test_who_changes_group_counts_as_one_whose_timetable_changed_that_day(
	one: SchoolCalendar,
	other: SchoolCalendar,
	data: st.DataObject,
	code: str,
	length: int,
	on: date,
	since: date,
	moved: date,
) -> None:
	"""Each of the two groups has weekdays, sessions and holidays of its own, as a part-time one has."""
	(before,), (after,) = one.schedules, other.schedules
	last = moved - timedelta(days=1)
	groups = replace(before, group="1A"), replace(after, group="2B")
	calendar = SchoolCalendar(groups, one.years, one.terms)
	track = calendar.track("2B", None, (Earlier(date.min, last, "1A", None),))
	lived = SchoolCalendar(
		(replace(before, valid_to=last), replace(after, valid_from=moved)), one.years, one.terms
	)
	kind = data.draw(st.sampled_from(INDICATORS[code].windows))
	window = Window(kind, length if kind in WITH_LENGTH else 0)
	made = data.draw(rows(track))
	own = Facts(lay_out(made, track), track, track.first_from(since))
	value = INDICATORS[code].measure(own, span(window, on, track, calendar))
	expected = reference.value(code, window, made, lived, on=on, since=since)
	assert value == (None if expected is None else pytest.approx(expected))


@given(calendars(), st.data(), st.sampled_from(["unexcused_minutes", "absence_rate", "times_late"]), days)
def test_one_more_absence_never_lowers_them(
	calendar: SchoolCalendar, data: st.DataObject, code: str, on: date
) -> None:
	track = calendar.track()
	made = data.draw(rows(track))
	free = [day for day in track.days if all(r[1] != day for r in made)]
	if not free:
		return
	more = sorted([*made, row(data.draw(st.sampled_from(free)), late=3)], key=lambda r: r[1])
	found = span(Window("Year To Date"), on, track, calendar)
	measure = INDICATORS[code].measure
	assert measure(facts(more, calendar, YEAR.start), found) >= measure(
		facts(made, calendar, YEAR.start), found
	)


WEEK = Window("School Weeks", 1)
FOUR_WEEKS = Window("School Weeks", 4)
FRIDAY = MONDAY + timedelta(days=4)
LAST_FRIDAY = MONDAY - timedelta(days=3)


@pytest.mark.parametrize(
	("code", "window", "made", "on", "value"),
	[
		("unexcused_minutes", FOUR_WEEKS, [row(LAST_FRIDAY), row(MONDAY, "Leave")], MONDAY, 360),
		("unexcused_minutes", WEEK, [row(LAST_FRIDAY), row(MONDAY, "Leave")], MONDAY, 0),
		("unexcused_minutes", WEEK, [row(MONDAY, "Present", late=12, missed=72)], MONDAY, 60),
		# One of five days.
		("absence_rate", WEEK, [row(MONDAY, "Leave")], FRIDAY, 20),
		("absence_rate", WEEK, [], FRIDAY, 0),
		# Over a weekend without a gap.
		("consecutive_days_absent", FOUR_WEEKS, [row(LAST_FRIDAY), row(MONDAY)], MONDAY, 2),
		("consecutive_days_absent", FOUR_WEEKS, [row(LAST_FRIDAY), row(MONDAY)], MONDAY + timedelta(days=1), 0),
		("consecutive_days_absent", FOUR_WEEKS, [row(LAST_FRIDAY), row(MONDAY)], LAST_FRIDAY + timedelta(days=1), 1),
		("times_late", WEEK, [row(MONDAY, "Present", late=6, missed=6), row(FRIDAY, "Present", late=6)], FRIDAY, 2),
	],
)  # fmt: skip
def test_by_example(code: str, window: Window, made: list[ExceptionRow], on: date, value: float) -> None:
	assert measured(code, window, made, on) == value


def test_the_rate_starts_when_the_learner_came() -> None:
	wednesday = MONDAY + timedelta(days=2)
	# One of the three days since then; a record from before is none of this school's.
	made = [row(MONDAY), row(FRIDAY)]
	assert measured("absence_rate", WEEK, made, FRIDAY, wednesday) == pytest.approx(100 / 3)
	assert measured("absence_rate", WEEK, made, FRIDAY, FRIDAY + timedelta(days=9)) == 0


@pytest.mark.parametrize(
	("minutes", "half_days"),
	# The shorter half of this day, its afternoon, has 150 minutes.
	[(50, 0), (149, 0), (150, 1), (210, 1), (359, 1), (360, 2)],
)
def test_half_days(minutes: int, half_days: int) -> None:
	made = [row(MONDAY, "Present", missed=minutes)] if minutes < 360 else [row(MONDAY)]
	assert measured("unexcused_half_days", WEEK, made) == half_days


def test_a_day_that_ends_at_noon_is_one_half_day() -> None:
	calendar = school(schedule([session("8:30", "12:00")]))
	assert measured("unexcused_half_days", WEEK, [row(MONDAY)], calendar=calendar) == 1


def test_always_the_same_day_of_the_week() -> None:
	mondays = [MONDAY - timedelta(weeks=n) for n in range(4)]
	away = [row(day) for day in reversed(mondays)]
	# Four of four Mondays, none of the twelve other days since the first of them.
	assert measured("weekday_pattern", FOUR_WEEKS, away) == 100
	assert measured("weekday_pattern", FOUR_WEEKS, away[:1]) == 0
	ill = [row(MONDAY - timedelta(days=n)) for n in (7, 6, 5, 4, 3)]
	assert measured("weekday_pattern", FOUR_WEEKS, ill) == 0


def test_a_rise_is_against_the_learners_own_earlier_days() -> None:
	made = [row(MONDAY)]
	assert measured("absence_change", WEEK, made) == pytest.approx(100)
	# One who was away as much before has no rise, and a newcomer has no earlier days.
	before = [row(day) for day in school().track().days if YEAR.start <= day < MONDAY]
	assert measured("absence_change", WEEK, [*before, *made]) == 0
	assert measured("absence_change", WEEK, made, since=MONDAY - timedelta(days=5)) is None


def test_lessons_of_one_course() -> None:
	made = [
		row(LAST_FRIDAY, course="PE-1", missed=60),
		row(LAST_FRIDAY, course="NL-1", missed=60),
		row(MONDAY, course="PE-2", missed=60),
		row(MONDAY, course="PE-3", missed=60, excused="Excused"),
	]
	lessons = OtherFacts(kept=frozenset({"lessons"}), courses={"PE-1": "PE", "PE-2": "PE", "NL-1": "Dutch"})
	assert measured("one_course_only", FOUR_WEEKS, made, more=lessons) == 1
	assert measured("one_course_only", FOUR_WEEKS, made) is None


def result(day: date, percent: float, course: str = "Dutch", name: str = "R") -> tuple:
	return ("Lina", day, "results", percent, course, "Assessment Result", f"{name}-{day}-{course}")


def test_a_failed_course_is_one_whose_latest_result_fails() -> None:
	kept = frozenset({"results"})
	better = [result(LAST_FRIDAY, 40), result(MONDAY, 60), result(MONDAY, 54, "Maths")]
	assert measured("failed_courses", FOUR_WEEKS, [], more=OtherFacts(better, kept)) == 1
	assert measured("average_result", FOUR_WEEKS, [], more=OtherFacts(better, kept)) == pytest.approx(154 / 3)
	assert measured("failed_courses", FOUR_WEEKS, [], more=OtherFacts((), kept)) is None


def test_facts_of_a_source_that_is_not_kept_are_refused() -> None:
	with pytest.raises(ValueError, match="results, which the school does not keep"):
		OtherFacts([result(MONDAY, 60)])


def test_a_part_time_timetable_has_its_own_denominator() -> None:
	"""Two mornings a week: away on one of them is half of the week, though not a fifth of the full one."""
	part_time = school(schedule([session("8:30", "12:00")], days=[0, 3]))
	assert measured("absence_rate", WEEK, [row(MONDAY)], FRIDAY, calendar=part_time) == 50


def test_each_says_what_it_is() -> None:
	for code, indicator in INDICATORS.items():
		assert indicator.code == code
		assert indicator.definition.endswith(".")
		assert indicator.source == SCHOOL_PRACTICE or indicator.source.startswith("https://")
		assert indicator.label
		assert indicator.unit
		assert set(indicator.windows) <= set(KINDS)
