"""Who is not in, how much is known of it, and what an officer says of it, on every store."""

from datetime import timedelta
from typing import Any

import pytest

from tests.services.world import A1, A2, A3, A4, B1, GATEWAY, TODAY, World, at
from vsv_app.services.attendance.office import by_hand, not_in
from vsv_app.services.attendance.office.not_in import (
	ABSENT,
	NOT_REACHED,
	NOT_SEEN,
	ON_THE_WAY,
	UNKNOWN,
	NotIn,
	NotPossible,
)

MORNING, SUNDAY = at("10:00"), TODAY - timedelta(days=1)
ILL, OVERSLEPT = "T-Ill", "T-Overslept"


@pytest.fixture
def morning(world: World) -> World:
	"""All but A1 and A2 are in; the school has a reason that excuses, and one that does not."""
	for name, excused in ((ILL, 1), (OVERSLEPT, 0)):
		world.store.add_document(
			"Absence Reason", {"name": name, "reason": name, "enabled": 1, "excused": excused}
		)
	for student in (A3, A4, *("T-1B-1", "T-1B-2", "T-1B-3", "T-1B-4")):
		world.tap(student, at("08:20"))
	world.online(seen=MORNING)
	return world


def look(world: World, clock: str = "10:00") -> NotIn:
	return not_in.look(world.store, TODAY, at(clock))


def kinds(found: NotIn) -> dict[str, str]:
	return {row.student: row.kind for row in found.rows if row.student.startswith("T-1")}


def words(found: NotIn) -> list[str]:
	return [str(one) for one in found.sentences]


def test_who_was_not_seen_after_the_hour_and_how_many_are_in(morning: World) -> None:
	found = look(morning)
	assert kinds(found) == {A1: NOT_SEEN, A2: NOT_SEEN}
	assert (found.expected, found.here, found.rows[0].since) == (8, 6, 570)
	assert words(found) == []
	assert words(look(morning, "09:00")) == ["Before 09:30 nobody is missed."]


def test_all_in_is_said(morning: World) -> None:
	for student in (A1, A2):
		morning.tap(student, at("08:21"))
	morning.online(seen=MORNING)
	assert (kinds(look(morning)), words(look(morning))) == (
		{},
		["All are in, as far as the hour has passed."],
	)


def test_a_day_without_school_says_so(morning: World) -> None:
	assert words(not_in.look(morning.store, SUNDAY, MORNING)) == ["There is no school on this day."]


def test_a_door_that_was_blind_is_named_and_nobody_is_called_missing_for_it(morning: World) -> None:
	for state, moment in (("reading", at("07:00")), ("closed", at("08:00")), ("reading", at("08:40"))):
		morning.store.add_document(
			"Door Watch",
			{"name": f"T-{moment}", "gateway": GATEWAY, "terminal": "door", "state": state, "at": moment, "source": "Told"},
		)  # fmt: skip
	found = look(morning)
	assert kinds(found) == {}
	assert {row.student: row.kind for row in found.unknown} == {A1: UNKNOWN, A2: UNKNOWN}
	assert words(found) == [
		f"Door door of {GATEWAY} was not reading from 08:00 to 08:40: its port or cable was gone.",
		"So nobody knows of 2 learners who were not seen, and nobody is alarmed.",
	]


@pytest.mark.parametrize(("reason", "excused"), [(ILL, "Excused"), (OVERSLEPT, "Unexcused")])
def test_a_reason_writes_a_record_and_decides_whether_it_is_excused(
	morning: World, reason: str, excused: str
) -> None:
	done = not_in.give_reason(morning.store, [A1, A2], TODAY, reason, MORNING)
	assert done.count == 2
	for student in (A1, A2):
		mark = morning.attendance(student)
		assert (mark["status"], mark["vsv_source"], mark["vsv_excused"], mark["vsv_minutes_missed"]) == (
			"Absent", "Officer", excused, 360,
		)  # fmt: skip
	rows = {row.student: row for row in look(morning).rows}
	assert (rows[A1].kind, rows[A1].reason, rows[A1].excused) == (ABSENT, reason, excused == "Excused")


def test_a_person_may_say_otherwise_than_the_reason(morning: World) -> None:
	not_in.give_reason(morning.store, [A1], TODAY, ILL, MORNING, excused=False)
	assert morning.attendance(A1)["vsv_excused"] == "Unexcused"


def test_a_reason_goes_into_the_record_that_stands_and_is_taken_back(morning: World) -> None:
	morning.mark_by_hand(A1, "Absent")
	done = not_in.give_reason(morning.store, [A1, A2], TODAY, ILL, MORNING)
	assert morning.attendance(A1)["vsv_excused"] == "Excused"
	not_in.take_back(morning.store, done.undo, TODAY, MORNING)
	assert (morning.attendance(A1)["vsv_excused"] or "", morning.attendance(A1)["vsv_source"]) == (
		"",
		"Teacher",
	)
	assert morning.day_of(A2) == ()
	assert kinds(look(morning)) == {A1: ABSENT, A2: NOT_SEEN}


def test_what_somebody_else_wrote_since_stays(morning: World) -> None:
	done = not_in.give_reason(morning.store, [A1], TODAY, ILL, MORNING)
	morning.change(
		"Student Attendance", morning.attendance(A1)["name"], modified_by="t-mentor-a@school.example"
	)
	not_in.take_back(morning.store, done.undo, TODAY, MORNING)
	assert morning.day_of(A1)[:3] == ("recorded", "Absent", "Officer")


def test_who_has_come_in_meanwhile_gets_no_reason(morning: World) -> None:
	morning.tap(A1, at("09:50"))
	done = not_in.give_reason(morning.store, [A1], TODAY, ILL, MORNING)
	assert (done.count, done.refused) == (0, {A1: "This learner has come in meanwhile."})
	with pytest.raises(NotPossible, match="no such reason"):
		not_in.give_reason(morning.store, [A2], TODAY, "None", MORNING)
	with pytest.raises(NotPossible, match="still to come"):
		not_in.give_reason(morning.store, [A2], TODAY + timedelta(days=1), ILL, MORNING)


def test_who_comes_after_all_has_the_day_that_the_doors_saw(morning: World) -> None:
	not_in.give_reason(morning.store, [A1], TODAY, ILL, MORNING)
	morning.tap(A1, at("10:30"))
	morning.online(seen=at("11:00"))
	(row,) = [row for row in look(morning, "11:00").rows if row.student == A1]
	assert row.came == at("10:30")
	not_in.came_after_all(morning.store, [A1], TODAY, at("11:00"))
	morning.close()
	assert morning.day_of(A1)[:3] == ("recorded", "Present", "Badge")


def test_calls_are_counted_and_who_is_on_the_way_says_so(morning: World) -> None:
	first = not_in.note_call(morning.store, [A1, A2], TODAY, NOT_REACHED, MORNING)
	not_in.note_call(morning.store, [A1], TODAY, NOT_REACHED, at("10:10"))
	not_in.note_call(morning.store, [A2], TODAY, ON_THE_WAY, at("10:11"))
	rows = {row.student: row for row in look(morning, "10:15").rows}
	assert [(rows[s].call.outcome, rows[s].called) for s in (A1, A2) if rows[s].call] == [
		(NOT_REACHED, 2), (ON_THE_WAY, 1),
	]  # fmt: skip
	not_in.take_back(morning.store, first.undo, TODAY, at("10:16"))
	assert [row.called for row in look(morning, "10:20").rows] == [1, 0]


def test_the_reasons_that_are_used_come_first(morning: World) -> None:
	not_in.give_reason(morning.store, [A1], TODAY, OVERSLEPT, MORNING)
	assert not_in.most_used_reasons(morning.store, TODAY)[0] == OVERSLEPT


class TestByHand:
	def check_in(self, world: World, clock: str = "09:40", student: str = A1) -> by_hand.CheckedIn:
		return by_hand.check_in(world.store, world.school, student, at(clock))

	def test_a_name_finds_the_learner_and_whether_they_are_in(self, morning: World) -> None:
		found = by_hand.find(morning.store, "1a-1 name", MORNING)
		assert [(one.student, one.group, one.came) for one in found] == [(A1, "T-1A", None)]
		assert by_hand.find(morning.store, f"of {A3}", MORNING)[0].came == at("08:20")
		assert by_hand.find(morning.store, "  ", MORNING) == []

	def test_it_counts_as_a_tap_of_this_minute(self, morning: World) -> None:
		self.check_in(morning)
		assert kinds(look(morning)) == {A2: NOT_SEEN}
		assert look(morning).here == 7
		morning.close()
		# More than half an hour late, so that the morning is missed
		assert morning.day_of(A1) == ("recorded", "Present", "Badge", 0, 240)

	def test_in_time_is_in_time(self, morning: World) -> None:
		self.check_in(morning, "08:29")
		morning.close()
		assert morning.day_of(A1) == ("recorded", "Present", "Badge", 0, 0)

	def test_it_has_no_door_and_vouches_for_none(self, morning: World) -> None:
		done = self.check_in(morning)
		((gateway, by),) = morning.rows("Badge Check In", "gateway", "by_hand", name=done.name)
		assert (gateway or "", by) == ("", morning.store.acting_user)
		morning.close()

	def test_it_is_taken_back_and_stays_on_record(self, morning: World) -> None:
		done = self.check_in(morning)
		by_hand.take_back(morning.store, done.name, at("09:42"))
		assert kinds(look(morning)) == {A1: NOT_SEEN, A2: NOT_SEEN}
		assert morning.rows("Badge Check In", "outcome", name=done.name) == [("Taken Back",)]
		with pytest.raises(NotPossible, match="already"):
			by_hand.take_back(morning.store, done.name, at("09:43"))

	def test_only_who_noted_it_takes_it_back_and_only_on_that_day(self, morning: World) -> None:
		done = self.check_in(morning)
		with pytest.raises(NotPossible, match="own day"):
			by_hand.take_back(morning.store, done.name, at("09:42", TODAY + timedelta(days=1)))
		morning.change("Badge Check In", done.name, by_hand="t-mentor-a@school.example")
		with pytest.raises(NotPossible, match="who noted it"):
			by_hand.take_back(morning.store, done.name, at("09:42"))

	def test_what_a_person_wrote_is_told(self, morning: World) -> None:
		not_in.give_reason(morning.store, [A1], TODAY, ILL, MORNING)
		assert self.check_in(morning, "10:30").marked == "Absent"

	def test_a_stranger_is_refused(self, morning: World) -> None:
		with pytest.raises(NotPossible, match="no group"):
			self.check_in(morning, student="T-nobody")

	def test_why_this_mark_says_by_hand(self, morning: World) -> None:
		from vsv_app.engine.attendance.explanation import explain_mark
		from vsv_app.services.attendance import mark_facts

		self.check_in(morning, "08:29", B1)
		morning.close()
		facts: Any = mark_facts.of_record(morning.store, morning.attendance(B1)["name"], at("18:00"))
		taps = next(part for part in explain_mark(facts) if str(part.heading) == "Taps")
		by = morning.store.acting_user
		assert any(
			f"In: 08:29, without a badge: {by}" in str(one) or "noted it by hand" in str(one)
			for one in taps.sentences
		)
