"""Each indicator against the same written a second time, over calendars and records at random."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine import reference
from tests.engine.made import MONDAY, YEAR, calendars, row, rows, school
from vsv_app.engine.attendance import ExceptionRow, lay_out
from vsv_app.engine.indicators import INDICATORS, Facts
from vsv_app.engine.timetable import SchoolCalendar
from vsv_app.engine.windows import KINDS, WITH_LENGTH, Window, span

days = st.dates(MONDAY - timedelta(weeks=5), MONDAY + timedelta(weeks=5))


def facts(
	made: list[ExceptionRow], calendar: SchoolCalendar, since: date, *, not_arrived: bool = False
) -> Facts:
	track = calendar.track()
	return Facts(lay_out(made, track), track, track.first_from(since), not_arrived)


def measured(
	code: str, window: Window, made: list[ExceptionRow], on: date = MONDAY, since: date = YEAR.start
) -> float:
	calendar = school()
	return INDICATORS[code].measure(
		facts(made, calendar, since), span(window, on, calendar.track(), calendar)
	)


@pytest.mark.parametrize("code", sorted(INDICATORS))
@settings(max_examples=200)
@given(calendars(), st.data(), st.integers(1, 40), days, days, st.booleans())
def test_each_is_that_of_the_reference(
	code: str,
	calendar: SchoolCalendar,
	data: st.DataObject,
	length: int,
	on: date,
	since: date,
	not_arrived: bool,
) -> None:
	indicator = INDICATORS[code]
	kind = data.draw(st.sampled_from(indicator.windows))
	window = Window(kind, length if kind in WITH_LENGTH else 0)
	made = data.draw(rows(calendar.track()))
	own = facts(made, calendar, since, not_arrived=not_arrived)
	found = span(window, on, calendar.track(), calendar)
	value = indicator.measure(own, found)
	assert value == pytest.approx(
		reference.value(code, window, made, calendar, on=on, since=since, not_arrived=not_arrived)
	)
	assert 0 <= value <= indicator.highest + 1e-9
	# What it rests on lies within the window, and nothing rests on nothing.
	slots = indicator.slots(own, found)
	assert all(found.start <= own.days.at[slot] < found.end for slot in slots)
	if code != "not_arrived_today":
		assert (value > 0) == bool(slots) or not any(own.track.minutes[own.days.at[slot]] for slot in slots)


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


def test_each_says_what_it_is() -> None:
	for code, indicator in INDICATORS.items():
		assert indicator.code == code
		assert indicator.definition.endswith(".")
		assert indicator.source.startswith("https://")
		assert indicator.label
		assert indicator.unit
		assert set(indicator.windows) <= set(KINDS)
