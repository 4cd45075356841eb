"""Absences that learners report themselves: asked of who answers, until somebody has, on every store."""

from datetime import date, timedelta

import pytest

from tests.services.world import A1, COORDINATOR, LEADER, TODAY, World, at
from vsv_app.engine.care.promises import ABSENCE, Promise
from vsv_app.services import school
from vsv_app.services.attendance.office import not_in
from vsv_app.services.care import promises, reminders
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.care import care_reminders
from vsv_app.stores.queries.sql import STANDARD_COLUMNS, VALUE, delete, table, update

NOOR = "noor@school.example"
KIND = "Student Leave Application"
NAME = "T-SLA-NOOR"


@pytest.fixture(autouse=True)
def _noor(world: World) -> None:
	"""A1 has an account; the school has no officer of its own."""
	has, student = table("Has Role"), table("Student")
	world.store.run(delete(has).where(has.role == VALUE), ["Attendance Officer"])
	world.store.run(update(student, "user").where(student.name == VALUE), [NOOR, A1])


def report(
	world: World, first: date = TODAY, last: date | None = None, by: str = NOOR, status: int = 0
) -> str:
	values = {"student": A1, "from_date": first, "to_date": last or first, "reason": "Ill\nA fever"}
	stamp = [NAME, by, at("08:00"), at("08:00"), by, status, 0]
	world.store.insert_rows(KIND, [*STANDARD_COLUMNS, *values], [[*stamp, *values.values()]])
	return NAME


def asked(world: World, day: date = TODAY) -> list[Promise]:
	here = school.load(world.store)
	found = promises.standing(world.store, here, calendar.load(world.store), day)
	return [one for one in found if one.kind == ABSENCE and one.student == A1]


def test_it_waits_for_who_answers_until_the_next_school_day(world: World) -> None:
	name = report(world)
	(one,) = asked(world)
	assert (one.name, one.held_by, one.what, one.due) == (
		name,
		(COORDINATOR,),
		"Ill",
		TODAY + timedelta(days=1),
	)
	assert one in promises.waiting_for(
		world.store, world.school, calendar.load(world.store), COORDINATOR, TODAY
	)


@pytest.mark.parametrize("status", [1, 2])
def test_submitted_or_cancelled_it_asks_nobody(world: World, status: int) -> None:
	name = report(world)
	leave = table(KIND)
	world.store.run(update(leave, "docstatus").where(leave.name == VALUE), [status, name])
	assert asked(world) == []


def test_deleted_it_asks_nobody(world: World) -> None:
	name = report(world)
	leave = table(KIND)
	world.store.run(delete(leave).where(leave.name == VALUE), [name])
	assert asked(world) == []


def test_a_draft_of_somebody_at_school_and_a_report_of_another_year_ask_nobody(world: World) -> None:
	report(world, by=COORDINATOR)
	assert asked(world) == []
	leave = table(KIND)
	world.store.run(delete(leave).where(leave.name == VALUE), [NAME])
	report(world, first=date(2031, 6, 2))
	assert asked(world) == []


def test_a_day_that_is_excused_already_asks_nobody_again(world: World) -> None:
	report(world, last=TODAY + timedelta(days=1))
	done = not_in.give_reason(world.store, [A1], TODAY, "Ill", at("09:40"), excused=True)
	assert done.count == 1
	assert asked(world), "the other day is not known of"
	world.mark_by_hand(A1, "Leave", TODAY + timedelta(days=1))
	assert asked(world) == []


def test_an_absence_without_an_excuse_is_asked_about(world: World) -> None:
	report(world)
	world.mark_by_hand(A1, "Absent", vsv_excused="Unexcused")
	assert len(asked(world)) == 1


def test_it_climbs(world: World) -> None:
	name = report(world)
	known = calendar.load(world.store)
	told = []
	for days in (1, 2, 9):
		reminders.send(
			world.store, world.school, known, at("08:00", TODAY + timedelta(days=days)), notice_days=60
		)
		about = care_reminders.reminders(world.store, [name])
		told.append(sorted(level for sent in about.values() for _who, level, _on in sent))
	assert told[0] == []
	assert len(told[1]) == 1
	assert LEADER in {who for sent in about.values() for who, _level, _on in sent}
