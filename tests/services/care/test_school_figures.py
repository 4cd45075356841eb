"""How the school does, on both stores: beside last year, and silent about few."""

from datetime import date, datetime, timedelta

import pytest

from tests.services.world import A1, A2, A3, B1, LEARNERS, MENTORS, STAMP, TODAY, World, at
from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.services.care import mentor_board
from vsv_app.services.care.school_wide import figures
from vsv_app.services.care.school_wide.figures import Stretch
from vsv_app.services.signals import evaluation
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.sql import VALUE, table, update

NOW = at("18:00")
FEW, ALL = 3, 100


@pytest.fixture
def days(world: World) -> list[date]:
	"""Four school days of which A1 missed each, and everybody else none."""
	days = world.school_days(4)
	for day in days:
		world.whole_day(day, absent=[A1])
	return days


def this_year(world: World, today: date = TODAY) -> tuple[SchoolCalendar, Stretch]:
	timetable = calendar.load(world.store)
	now, _last = figures.stretches(timetable, today)
	assert now is not None
	return timetable, now


def test_the_year_goes_up_to_yesterday(world: World) -> None:
	_timetable, now = this_year(world)
	assert now.until == TODAY - timedelta(days=1)


def test_the_same_stretch_of_last_year(world: World) -> None:
	last_year = {"year_start_date": date(2030, 8, 1), "year_end_date": date(2031, 7, 31)}
	world._rows("Academic Year", [{"name": "T-2030-31", **last_year}])
	now, last = figures.stretches(calendar.load(world.store), TODAY)
	assert now is not None
	assert last is not None
	assert (last.since, last.until - last.since) == (date(2030, 8, 1), now.until - now.since)


def test_attendance_counts_planned_time_from_the_first_record_on(world: World, days: list[date]) -> None:
	timetable, now = this_year(world)
	found = figures.attendance(world.store, timetable, now, FEW)
	learners = sum(len(some) for some in LEARNERS.values())
	assert found.since == days[0]
	# One of all learners was away, each day.
	assert found.percent == pytest.approx(100 - 100 / learners)
	assert figures.attendance(world.store, timetable, now, ALL).percent is None


def test_nothing_on_record_is_no_attendance_of_a_hundred_percent(world: World) -> None:
	timetable, now = this_year(world)
	found = figures.attendance(world.store, timetable, now, FEW)
	assert (found.percent, found.weeks) == (None, ())


def test_signals_are_answered_in_time_late_or_never(world: World, days: list[date]) -> None:
	evaluation.evaluate_now(world.store, world.school, at("18:00", days[-1]))
	((name,), *more) = world.rows("Early Warning Signal", "name", student=A1)
	timetable, now = this_year(world)

	def told(today: date) -> tuple[int, int, int, int]:
		timetable, of = this_year(world, today)
		found, within = figures.answers(world.store, world.school, timetable, of, today)
		assert within == 3
		assert found.raised == 1 + len(more)
		return found.in_time, found.late, found.never, found.waiting

	many = 1 + len(more)
	assert told(TODAY) == (0, 0, 0, many)
	later = TODAY + timedelta(days=14)
	assert told(later) == (0, 0, many, 0)
	waits = figures.stalls(world.store, world.school, timetable, this_year(world, later)[1], later, 60, 1)
	assert [(one.kind, one.count) for one in waits if one.kind == "Signal"] == [("Signal", many)]
	mentor_board.acknowledge(world.store, name, MENTORS["T-1A"], NOW)
	assert told(later) == (1, 0, many - 1, 0)
	assert now.year


def test_where_few_wait_no_group_is_named(world: World, days: list[date]) -> None:
	evaluation.evaluate_now(world.store, world.school, at("18:00", days[-1]))
	later = TODAY + timedelta(days=14)
	timetable, of = this_year(world, later)
	for smallest, shown in ((1, 1), (FEW, None)):
		found = figures.open_by_group(world.store, world.school, timetable, of, later, smallest)
		assert found == {"T-1A": shown}
		waits = figures.stalls(world.store, world.school, timetable, of, later, 60, smallest)
		(signals,) = [one for one in waits if one.kind == "Signal"]
		assert [signals.count is None, signals.oldest is None] == [shown is None] * 2


def plan(
	world: World, student: str, *goals: str, outcome: str = "Goals Met", closed: date | None = None
) -> str:
	goal = {"what": "Be in time", "measure": "x", "baseline": 3, "target": 0, "due_on": TODAY}
	name = world.store.add_document(
		"Support Plan",
		{
			"creation": NOW,
			"modified": NOW,
			"student": student,
			"status": "Draft",
			"responsible": MENTORS["T-1A"],
			"cause": "x",
		},
		{"goals": [{**goal, "status": state} for state in goals]},
	)
	p = table("Support Plan")
	if closed:
		values = ["Closed", outcome, datetime.combine(closed, datetime.min.time()), name]
		world.store.run(update(p, "status", "outcome", "closed_on").where(p.name == VALUE), values)
	world.store.run(
		update(p, "creation").where(p.name == VALUE), [at("08:00", TODAY - timedelta(days=9)), name]
	)
	return str(name)


def test_goals_of_plans_that_ended_are_met_or_not(world: World) -> None:
	yesterday = TODAY - timedelta(days=1)
	plan(world, A1, "Met", "Met", "Dropped", closed=yesterday)
	plan(world, A2, "Not Met", "Met", outcome="Left", closed=yesterday)
	plan(world, A3, "Open", outcome="Not Agreed", closed=yesterday)
	plan(world, B1, "Open")
	_timetable, of = this_year(world)
	found = figures.plans(world.store, of, 2)
	assert (found.begun, found.closed, found.goals, found.met, found.percent) == (4, 2, 4, 3, 75)
	few = figures.plans(world.store, of, FEW)
	assert (few.begun, few.closed, few.goals, few.met) == (4, None, None, None)


def test_who_left_without_a_certificate(world: World) -> None:
	gone = TODAY - timedelta(days=2)
	for student, number in ((A1, None), (A2, "C-1"), (A3, "")):
		world.change("Student", student, STAMP, date_of_leaving=gone, leaving_certificate_number=number)
	_timetable, of = this_year(world)
	found = figures.leavers(world.store, of, 1)
	assert (found.learners, found.without) == (sum(len(some) for some in LEARNERS.values()), 2)
	assert figures.leavers(world.store, of, FEW).without is None


def test_the_school_says_who_left_early(world: World) -> None:
	gone = TODAY - timedelta(days=2)
	for student, why in ((A1, "Work"), (A2, "Moved"), (A3, "Work")):
		world.change("Student", student, STAMP, date_of_leaving=gone, reason_for_leaving=why)
	# One of them turned 27 on that day.
	world.change("Student", A3, STAMP, date_of_birth=gone.replace(year=gone.year - 27))
	world.store.set_single(
		"Early Warning Settings", {"leaver_age_to": 26, "leaver_elsewhere_reasons": "Moved\nAbroad"}
	)
	_timetable, of = this_year(world)
	assert figures.leavers(world.store, of, 1).without == 1
