"""A learner's exceptions, laid out by school day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.made import MONDAY, calendars, row, rows, school
from vsv_app.engine.attendance.learner_days import ExceptionRow, LearnerDays, by_learner, lay_out
from vsv_app.engine.attendance.timetable import SchoolCalendar

TUESDAY = MONDAY + timedelta(days=1)
SATURDAY = MONDAY + timedelta(days=5)


def laid(*made: ExceptionRow) -> LearnerDays:
	return lay_out(made, school().track())


def sums(days: LearnerDays) -> tuple[list[int], list[int], list[bool]]:
	return days.unexcused, days.excused, days.absent


def minutes_of(record: ExceptionRow, planned: int) -> int:
	"""What one record says is missed, whoever excused it, written down once more."""
	_student, _day, status, late, missed, early, _excused, course, _name = record
	if status == "Present":
		return min(planned, max(0, missed - late - early))
	return min(planned, missed or (0 if course else planned))


@given(calendars(), st.data())
def test_never_double(calendar: SchoolCalendar, data: st.DataObject) -> None:
	track = calendar.track()
	made = data.draw(rows(track))
	days = lay_out(made, track)
	assert days.at == sorted({track.at[r[1]] for r in made if r[1] in track.at})
	for slot, at in enumerate(days.at):
		planned = track.minutes[at]
		own = [r for r in made if r[1] == track.days[at]]
		assert days.rows[slot] == own
		day_records = [minutes_of(r, planned) for r in own if not r[7]]
		lessons = sum(minutes_of(r, planned) for r in own if r[7])
		total = days.unexcused[slot] + days.excused[slot]
		# The larger of the two makes the day, which is less than their sum and no more than the day has.
		assert total == min(planned, max([lessons, *day_records]))
		assert days.unexcused[slot] >= 0
		assert days.excused[slot] >= 0
		# Lateness and leaving early that somebody excused count for nothing.
		counted = [r for r in own if not (r[2] == "Present" and r[6] == "Excused")]
		assert days.late[slot] == max((r[3] for r in counted), default=0)
		assert days.early[slot] == max((r[5] for r in counted), default=0)
		if days.absent[slot]:
			assert total == planned
			assert not any(r[2] == "Present" and not r[7] for r in own)


@given(calendars(), st.data())
def test_lesson_records_under_a_full_day_record_add_nothing(
	calendar: SchoolCalendar, data: st.DataObject
) -> None:
	track = calendar.track()
	for day in track.days[:5]:
		whole = row(day, missed=calendar.track().minutes[track.at[day]])
		lessons = [
			row(day, course=f"Course {n}", missed=missed)
			for n, missed in enumerate(data.draw(st.lists(st.integers(0, 60), max_size=4)))
		]
		assert sum(lay_out([whole, *lessons], track).unexcused) == sum(lay_out([whole], track).unexcused)


@given(calendars(), st.data(), st.randoms())
def test_the_order_within_a_day_does_not_matter(
	calendar: SchoolCalendar, data: st.DataObject, random
) -> None:
	track = calendar.track()
	made = data.draw(rows(track))
	shuffled = list(made)
	random.shuffle(shuffled)
	shuffled.sort(key=lambda r: r[1])
	assert sums(lay_out(shuffled, track)) == sums(lay_out(made, track))


@given(calendars(), st.data())
def test_slots_are_those_of_the_days(calendar: SchoolCalendar, data: st.DataObject) -> None:
	track = calendar.track()
	days = lay_out(data.draw(rows(track)), track)
	start, end = data.draw(st.integers(0, 60)), data.draw(st.integers(0, 60))
	assert list(days.slots(start, end)) == [n for n, at in enumerate(days.at) if start <= at < end]


@pytest.mark.parametrize(
	("record", "unexcused", "excused", "absent"),
	[
		(row(MONDAY, missed=360), 360, 0, True),
		# A person writes no minutes and means all day.
		(row(MONDAY), 360, 0, True),
		(row(MONDAY, missed=None), 360, 0, True),
		(row(MONDAY, "Leave"), 0, 360, True),
		(row(MONDAY, excused="Excused"), 0, 360, True),
		(row(MONDAY, excused="Not Excused"), 360, 0, True),
		(row(MONDAY, missed=999), 360, 0, True),
		(row(MONDAY, course="Dutch", missed=60), 60, 0, False),
		# Late and left early are counted apart from absence.
		(row(MONDAY, "Present", late=12, missed=12), 0, 0, False),
		(row(MONDAY, "Present", late=12, early=20, missed=92), 60, 0, False),
		(row(MONDAY, "Present", missed=360), 360, 0, False),
	],
)
def test_one_record(record: ExceptionRow, unexcused: int, excused: int, absent: bool) -> None:
	assert sums(laid(record)) == ([unexcused], [excused], [absent])


@pytest.mark.parametrize(
	("records", "unexcused", "excused", "absent"),
	[
		# The whole day and its lessons tell of the same hours.
		([row(MONDAY), row(MONDAY, course="Dutch", missed=60)], 360, 0, True),
		([row(MONDAY, course="Dutch", missed=60), row(MONDAY, course="Maths", missed=50)], 110, 0, False),
		# On leave all day, and a teacher who marks a lesson absent does not take that away.
		([row(MONDAY, "Leave"), row(MONDAY, course="Dutch", missed=60)], 0, 360, True),
		# An hour between taps and ninety minutes at the doctor's are ninety minutes together.
		([row(MONDAY, "Present", missed=60), row(MONDAY, course="Dutch", missed=90, excused="Excused")], 0, 90, False),
		# Two groups that each keep the day.
		([row(MONDAY, "Present", missed=60, name="a"), row(MONDAY, "Present", missed=60, name="b")], 60, 0, False),
		# Of two as large, the one that is excused.
		([row(MONDAY), row(MONDAY, course="All", missed=360, excused="Excused")], 0, 360, True),
	],
)  # fmt: skip
def test_several_records_of_a_day(
	records: list[ExceptionRow], unexcused: int, excused: int, absent: bool
) -> None:
	assert sums(laid(*records)) == ([unexcused], [excused], [absent])


def test_days_without_school_are_left_out() -> None:
	assert laid(row(SATURDAY), row(date(2030, 1, 1))).at == []


def test_a_learner_who_changed_groups_keeps_the_days_of_both() -> None:
	"""Records are of a learner, not of a group: the calendar of the new group tells which of them count."""
	moved = [row(MONDAY, name="in 1A"), row(TUESDAY, name="in 1B")]
	assert [r[8] for rows in laid(*moved).rows for r in rows] == ["in 1A", "in 1B"]


def test_by_learner_keeps_the_order() -> None:
	made = [row(MONDAY, student="Adam"), row(TUESDAY, student="Adam"), row(MONDAY, student="Lina")]
	assert [(who, list(own)) for who, own in by_learner(made)] == [("Adam", made[:2]), ("Lina", made[2:])]
