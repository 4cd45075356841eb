"""Why a record says what it says, gathered on every store."""

from datetime import timedelta

import pytest

from tests.services.attendance.test_settling import hold
from tests.services.world import A1, A2, A3, GATEWAY, TODAY, World, at
from vsv_app.engine.attendance.day_outcome import THERE
from vsv_app.engine.attendance.explanation import explain_mark
from vsv_app.services.attendance import mark_facts, settling

NOW = at("18:00")


def told(world: World, student: str) -> dict[str, list[str]]:
	name = world.attendance(student)["name"]
	facts = mark_facts.of_record(world.store, name, NOW)
	return {str(part.heading): [str(one) for one in part.sentences] for part in explain_mark(facts)}


def test_a_record_names_its_taps_its_doors_and_what_they_could_not_see(world: World) -> None:
	world.online(seen=NOW)
	world.tap(A1, at("08:50"))
	for state, moment in (("reading", at("07:00")), ("closed", at("10:00")), ("reading", at("10:30"))):
		world.store.add_document(
			"Door Watch",
			{"name": f"T-{moment}", "gateway": GATEWAY, "terminal": "door", "state": state, "at": moment, "source": "Told"},
		)  # fmt: skip
	world.close()
	said = told(world, A1)
	assert said["Taps"] == [f"Seen: 08:50, at door ({GATEWAY}), a reader for both ways."]
	assert said["Doors"] == [
		f"The doors in question: door ({GATEWAY}).",
		f"Door door ({GATEWAY}) could not read from 10:00 to 10:30: its port or cable was gone.",
	]
	assert "20 minutes late: up to 5 minutes nobody is late." in said["What is written"]


def test_what_was_settled_says_by_whom_and_why_it_was_held(world: World) -> None:
	settling.settle(world.store, [hold(world, A2)], THERE, NOW, note="Seen in class")
	said = told(world, A2)["What is written"]
	assert said[1] == "The day was held: Side door was not reading from 07:41 to 09:35."
	assert said[2].startswith("Settled by ")
	assert said[3] == "Note: Seen in class"


def test_leave_is_told_with_its_reason(world: World) -> None:
	world.online(seen=NOW)
	world.tap(A1, at("08:20"))
	name = world.leave(A3, TODAY, TODAY + timedelta(days=1))
	world.close()
	assert told(world, A3)["Notices"] == [
		f"{name} is leave for the whole day.",
		"The reason that was given: Ill.",
	]


def test_there_is_no_record_to_ask_about(world: World) -> None:
	with pytest.raises(LookupError):
		mark_facts.of_record(world.store, "none", NOW)
