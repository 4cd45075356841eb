"""Contested records: asked, answered, told, on every store."""

import pytest

from tests.services.world import A1, COORDINATOR, MENTORS, TODAY, World, at
from vsv_app.engine.care.promises import CONTEST_ANSWERED, CONTESTED
from vsv_app.services.care import promises
from vsv_app.services.care.board import contesting
from vsv_app.services.care.board.contesting import Correction, NotPossible
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.signals import signals
from vsv_app.stores.queries.sql import STANDARD_COLUMNS

MENTOR, MOTHER = MENTORS["T-1A"], "t-mother@school.example"
WORDS = "He was at the dentist, I called the desk."


@pytest.fixture
def record(world: World) -> str:
	return world.mark_by_hand(A1, "Absent", vsv_minutes_missed=360)


def contest(world: World, record: str, by: str = MENTOR, capacity: str = "Mentor", words: str = WORDS) -> str:
	return contesting.contest(world.store, record, by, capacity, at("09:00"), words)


def mark(world: World, record: str) -> tuple[object, ...]:
	fields = ("status", "vsv_minutes_missed", "vsv_reason", "vsv_excused", "vsv_source", "vsv_contested")
	((*row,),) = world.rows("Student Attendance", *fields, name=record)
	return tuple(value or None for value in row)


def asked(world: World, kind: str) -> list[tuple[str, tuple[str, ...]]]:
	found = promises.standing(world.store, world.school, calendar.load(world.store), TODAY)
	return [(one.what, one.held_by) for one in found if one.kind == kind and one.student == A1]


def contested(world: World, name: str, *fields: str) -> tuple[object, ...]:
	((*row,),) = world.rows("Contested Record", *fields, name=name)
	return tuple(row)


def test_the_words_are_kept_the_record_marked_and_somebody_asked(world: World, record: str) -> None:
	name = contest(world, record)
	assert contested(world, name, "student", "status", "words", "contested_by", "capacity", "school_day") == (
		A1, "Open", WORDS, MENTOR, "Mentor", TODAY,
	)  # fmt: skip
	assert mark(world, record)[5] == 1
	assert asked(world, CONTESTED) == [(WORDS, (COORDINATOR,))]


def test_the_officers_have_it_in_hand_where_there_are_any(world: World, record: str) -> None:
	officer = "t-officer@school.example"
	stamp = (officer, at("08:00"), at("08:00"), officer, 0, 0)
	world.store.insert_rows("User", [*STANDARD_COLUMNS, "email", "enabled"], [[officer, *stamp, officer, 1]])
	world.store.insert_rows(
		"Has Role",
		[*STANDARD_COLUMNS, "parent", "parenttype", "role"],
		[["T-role", *stamp, officer, "User", "Attendance Officer"]],
	)
	contest(world, record)
	((_what, holders),) = asked(world, CONTESTED)
	assert officer in holders
	assert COORDINATOR not in holders


def test_a_record_that_stays_is_answered_and_no_longer_marked(world: World, record: str) -> None:
	name = contest(world, record)
	with pytest.raises(NotPossible, match="why the record stays"):
		contesting.answer(world.store, name, COORDINATOR, at("10:00"), answer=" ")
	contesting.answer(world.store, name, COORDINATOR, at("10:00"), answer="Nobody saw him.")
	assert contested(world, name, "status", "answer", "answered_by") == (
		"Kept",
		"Nobody saw him.",
		COORDINATOR,
	)
	assert mark(world, record) == ("Absent", 360, None, None, "Teacher", None)
	assert asked(world, CONTESTED) == []
	with pytest.raises(NotPossible, match="meanwhile"):
		contesting.answer(world.store, name, COORDINATOR, at("10:01"), answer="Again")


def test_the_mentor_is_told_until_it_is_seen(world: World, record: str) -> None:
	name = contest(world, record)
	contesting.answer(world.store, name, COORDINATOR, at("10:00"), answer="Nobody saw him.")
	assert asked(world, CONTEST_ANSWERED) == [("Nobody saw him.", (MENTOR,))]
	with pytest.raises(NotPossible):
		contesting.seen(world.store, name, COORDINATOR, at("10:05"))
	contesting.seen(world.store, name, MENTOR, at("10:05"))
	assert asked(world, CONTEST_ANSWERED) == []


def test_a_correction_corrects_in_the_same_step(world: World, record: str) -> None:
	name = contest(world, record)
	contesting.answer(
		world.store, name, COORDINATOR, at("10:00"), answer="", correction=Correction("Present")
	)
	assert mark(world, record) == ("Present", None, None, None, "Officer", None)
	assert contested(world, name, "status") == ("Corrected",)


def test_a_reason_decides_there_too_and_a_person_may_say_otherwise(world: World, record: str) -> None:
	world.store.add_document(
		"Absence Reason", {"name": "T-Ill", "reason": "T-Ill", "enabled": 1, "excused": 1}
	)
	name = contest(world, record)
	contesting.answer(
		world.store,
		name,
		COORDINATOR,
		at("10:00"),
		answer="",
		correction=Correction("Absent", reason="T-Ill"),
	)
	assert mark(world, record) == ("Absent", None, "T-Ill", "Excused", "Officer", None)
	again = contest(world, record)
	contesting.answer(
		world.store, again, COORDINATOR, at("10:00"), answer="",
		correction=Correction("Absent", reason="T-Ill", excused=False),
	)  # fmt: skip
	assert mark(world, record)[3] == "Unexcused"


def test_everybody_who_contested_it_gets_the_answer(world: World, record: str) -> None:
	mentors = contest(world, record)
	mothers = contest(world, record, MOTHER, "Guardian", "He was in class.")
	assert contest(world, record, MOTHER, "Guardian", "Ask his teacher.") == mothers
	assert contested(world, mothers, "words") == ("He was in class.\nAsk his teacher.",)
	contesting.answer(
		world.store, mentors, COORDINATOR, at("10:00"), answer="", correction=Correction("Present")
	)
	assert [contested(world, one, "status") for one in (mentors, mothers)] == [("Corrected",)] * 2
	assert len(asked(world, CONTEST_ANSWERED)) == 1


def test_who_asked_takes_it_back(world: World, record: str) -> None:
	name, other = contest(world, record), contest(world, record, MOTHER, "Guardian")
	with pytest.raises(NotPossible, match="Only who"):
		contesting.withdraw(world.store, name, COORDINATOR, at("09:10"))
	contesting.withdraw(world.store, name, MENTOR, at("09:10"))
	assert (contested(world, name, "status"), mark(world, record)[5]) == (("Withdrawn",), 1)
	contesting.withdraw(world.store, other, MOTHER, at("09:11"))
	assert mark(world, record)[5] is None
	assert signals.contested(world.store, [record]) == set()


@pytest.mark.parametrize("wrong", [{"status": "Late"}, {"status": "Present", "minutes_late": 5}])
def test_a_correction_says_what_a_record_can_say(wrong: dict[str, object]) -> None:
	with pytest.raises(NotPossible):
		Correction(**wrong)  # type: ignore[arg-type]
