"""The board of the whole school, on both stores: for who coordinates care."""

from typing import Any

import pytest

from tests.services.world import A1, A2, B1, COORDINATOR, LEARNERS, MENTORS, World, at
from vsv_app.services.care import mentor_board
from vsv_app.services.care.mentor_board import NotYours
from vsv_app.services.care.school_wide import board
from vsv_app.services.care.school_wide.board import Wanted
from vsv_app.services.signals import evaluation

NOW = at("18:00")


@pytest.fixture
def troubled(world: World) -> World:
	"""A1 of one mentor and B1 of another were away for four days."""
	for day in world.school_days(4):
		world.whole_day(day, absent=[A1, B1])
	evaluation.evaluate_now(world.store, world.school, NOW)
	return world


def shown(world: World, **wanted: str) -> dict[str, Any]:
	return board.overview(world.store, world.school, COORDINATOR, NOW, wanted=Wanted(**wanted))


def students(found: dict[str, Any]) -> set[str]:
	return {one["student"] for one in found["learners"] if one["student"].startswith("T-1")}


def test_of_a_whole_school_those_about_whom_something_stands(troubled: World) -> None:
	found = shown(troubled)
	assert students(found) == {A1, B1}
	by_student = {one["student"]: one for one in found["learners"]}
	assert by_student[A1]["mentors"] == ["Mentor of T-1A"]
	assert by_student[B1]["mentors"] == ["Mentor of T-1B"]
	assert by_student[A1]["age_days"] is not None
	assert {"T-1A", "T-1B"} <= set(found["groups"])
	assert (found["scope"], found["scopes"]) == ("school", ["mine", "school"])
	assert found["left_out"] >= 6


def test_of_a_group_or_a_mentor_everybody(troubled: World) -> None:
	assert students(shown(troubled, group="T-1A")) == set(LEARNERS["T-1A"])
	assert students(shown(troubled, mentor=MENTORS["T-1B"])) == set(LEARNERS["T-1B"])
	assert students(shown(troubled, group="T-1A", mentor=MENTORS["T-1B"])) == set()


def test_one_learner_is_there_whatever_stands(troubled: World) -> None:
	assert students(shown(troubled, student=A2)) == {A1, A2, B1}


def test_who_coordinates_acts_for_any_learner_and_nobody_else_does(troubled: World) -> None:
	name = troubled.rows("Early Warning Signal", "name", student=B1)[0][0]
	action = {"action": "acknowledge", "signal": name}
	with pytest.raises(NotYours):
		mentor_board.act(troubled.store, COORDINATOR, action, NOW)
	everybody = board.everybody(troubled.store, NOW.date())
	done = mentor_board.act(troubled.store, COORDINATOR, action, NOW, learners_shown=everybody)
	assert (done["student"], done["status"]) == (B1, "Acknowledged")
