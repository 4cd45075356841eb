"""Held days are settled by a person: what is written, what the machine leaves alone, and what can be taken back."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.services.world import A1, A2, A3, A4, COORDINATOR, LEADER, LEARNERS, TODAY, World, at, digest
from vsv_app.engine.attendance.day_outcome import AWAY, CLOSED, THERE, TRIP
from vsv_app.services.attendance import settling

WORDS = '["{0} was not reading from {1} to {2}.", "Side door", "07:41", "09:35"]'
NOW = at("17:30")
OFFICER = "t-officer@school.example"


def hold(world: World, student: str, day: date = TODAY, **fields: Any) -> str:
	"""A day that waits for a person, as the close of the day leaves it."""
	name = f"T-HOLD-{student}-{day}"
	world.store.add_document(
		"Attendance Hold",
		{
			"name": name,
			"student": student,
			"student_name": f"Name of {student}",
			"student_group": student[:4],
			"school_day": day,
			"status": "Open",
			"cause": "Door Not Reading",
			"would_be": "Absent",
			"explanation_words": WORDS,
			**fields,
		},
	)
	return name


def held(world: World, name: str) -> tuple[Any, ...]:
	(row,) = world.rows("Attendance Hold", "status", "settled_as", "settled_by", name=name)
	return row


def stands(world: World, student: str, day: date = TODAY) -> list[str]:
	"""The status of each record of a day that was not cancelled."""
	rows = world.rows("Student Attendance", "status", "docstatus", student=student, date=day)
	return [status for status, docstatus in rows if docstatus == 1]


def test_what_waits_is_grouped_by_day_and_cause(world: World) -> None:
	hold(world, A1)
	hold(world, A2)
	hold(world, A3, TODAY - timedelta(days=3))
	hold(world, A4, cause="Few Came In", explanation_words=None)
	groups = settling.waiting(world.store)
	assert [(one.day, one.cause, len(one.held)) for one in groups] == [
		(TODAY - timedelta(days=3), "Door Not Reading", 1),
		(TODAY, "Door Not Reading", 2),
		(TODAY, "Few Came In", 1),
	]
	assert groups[1].words == ["{0} was not reading from {1} to {2}.", "Side door", "07:41", "09:35"]
	assert groups[2].words == ["Far fewer came in than usual."]


def test_there_is_a_persons_mark_that_the_machine_leaves_alone(world: World) -> None:
	name = hold(world, A1)
	done = settling.settle(world.store, [name], THERE, NOW, note="Seen in class")
	assert (done.count, done.refused) == (1, {})
	record = world.attendance(A1)
	assert (record["status"], record["vsv_source"], record["vsv_minutes_missed"]) == ("Present", "Officer", 0)
	assert held(world, name) == ("Settled", THERE, world.store.acting_user)
	world.close()
	assert world.attendance(A1)["status"] == "Present"


def test_away_counts_what_the_day_counts_and_the_reason_decides_whether_it_is_excused(world: World) -> None:
	names = [hold(world, A1), hold(world, A2)]
	world.store.add_document(
		"Absence Reason", {"name": "T-Ill", "reason": "T-Ill", "enabled": 1, "excused": 1}
	)
	settling.settle(world.store, names[:1], AWAY, NOW, reason="T-Ill")
	settling.settle(world.store, names[1:], AWAY, NOW)
	excused, unexplained = world.attendance(A1), world.attendance(A2)
	assert (excused["status"], excused["vsv_minutes_missed"], excused["vsv_excused"]) == (
		"Absent",
		360,  # 240 in the morning and 120 in the afternoon
		"Excused",
	)
	assert (unexplained["status"], unexplained["vsv_excused"] or "") == ("Absent", "")
	with pytest.raises(settling.NotPossible):
		settling.settle(world.store, [hold(world, A3)], AWAY, NOW, reason="No such reason")


def test_a_learner_who_was_seen_for_a_part_of_the_day_is_away_for_the_rest_alone(world: World) -> None:
	world.tap(A1, at("08:20"), at("12:40"), direction="in")
	world.tap(A1, at("12:35"), direction="out")
	settling.settle(world.store, [hold(world, A1, would_be="Present")], AWAY, NOW)
	assert world.attendance(A1)["status"] == "Present"


def test_on_a_trip_makes_the_leave_that_counts_as_present(world: World) -> None:
	world.online(seen=NOW)
	world.tap(A3, at("08:20"))
	names = [hold(world, A1), hold(world, A2)]
	assert settling.settle(world.store, names, TRIP, NOW).count == 2
	leaves = world.rows(
		"Student Leave Application", "student", "mark_as_present", "docstatus", from_date=TODAY
	)
	assert sorted(leaves) == [(A1, 1, 1), (A2, 1, 1)]
	record = world.attendance(A1)
	assert (record["status"], record["vsv_excused"], record["vsv_minutes_missed"]) == (
		"Present",
		"Excused",
		0,
	)
	assert record["leave_application"], "the record follows from the leave"


def test_closed_is_said_once_for_everybody_and_takes_the_machines_records_back(world: World) -> None:
	names = [hold(world, A1), hold(world, A2)]
	world.tap(A3, at("08:20"))
	world.close(students=[A3])
	by_hand = world.mark_by_hand(A4, "Absent")
	(means,) = settling.closing(world.store, names[:1])
	assert (len(means.held), [one.student for one in means.taken_back], means.kept) == (2, [A3], 1)
	settling.settle(world.store, names[:1], CLOSED, NOW, note="Snow")
	assert (stands(world, A1), stands(world, A3), stands(world, A4)) == ([], [], ["Absent"])
	assert world.rows("Student Attendance", "docstatus", name=by_hand) == [(1,)]
	assert [held(world, name)[:2] for name in names] == [("Settled", CLOSED)] * 2
	assert world.close(students=[A1, A2, A3]).written == 0
	other = LEARNERS["T-1B"][0]
	assert world.close(students=[other]).written == 1, "the schedule of the other group is as it was"


@pytest.mark.parametrize("answer", [THERE, AWAY, TRIP, CLOSED])
def test_the_last_thing_said_can_be_taken_back(world: World, answer: str) -> None:
	earlier = hold(world, A4)
	settling.settle(world.store, [earlier], THERE, NOW - timedelta(minutes=1))
	names = [hold(world, A1), hold(world, A2)]
	settling.settle(world.store, names, answer, NOW)
	done = settling.undo(world.store, world.store.acting_user, NOW + timedelta(minutes=1))
	assert done.count == 2
	assert [held(world, name)[:2] for name in names] == [("Open", None)] * 2
	leaves = world.rows("Student Leave Application", "docstatus", from_date=TODAY)
	assert [docstatus for (docstatus,) in leaves if docstatus == 1] == []
	assert held(world, earlier)[0] == "Settled"
	assert stands(world, A4) == ["Present"]
	assert settling.settle(world.store, names, THERE, NOW + timedelta(minutes=2)).count == 2


def test_what_somebody_recorded_meanwhile_stays(world: World) -> None:
	name = hold(world, A1)
	world.mark_by_hand(A1, "Absent")
	done = settling.settle(world.store, [name], THERE, NOW)
	assert (done.count, done.answered_by_now) == (0, 1)
	assert world.attendance(A1)["status"] == "Absent"
	assert held(world, name)[0] == "Withdrawn"


def test_what_was_settled_is_not_settled_again(world: World) -> None:
	name = hold(world, A1)
	settling.settle(world.store, [name], THERE, NOW)
	assert settling.settle(world.store, [name], AWAY, NOW).count == 0
	assert world.attendance(A1)["status"] == "Present"


def test_a_tap_that_nobody_could_date_is_given_its_day(world: World) -> None:
	friday, saturday = TODAY - timedelta(days=3), TODAY - timedelta(days=2)
	world.online()
	tap = held_tap(world, A1, friday, TODAY)
	(group,) = settling.taps(world.store)
	assert (group.terminal, group.days) == ("door", (friday, TODAY)), "there is no school at the weekend"
	with pytest.raises(settling.NotPossible):
		settling.date_taps(world.store, [tap], TODAY + timedelta(days=1), NOW)
	settling.date_taps(world.store, [tap], friday, NOW)
	assert world.rows("Badge Check In", "school_day", "time_certainty", name=tap) == [(friday, "Day Certain")]
	assert settling.taps(world.store) == []
	assert world.attendance(A1, friday)["status"] == "Present"
	assert saturday not in group.days


def test_people_are_asked_one_after_the_other_and_once_each(world: World) -> None:
	day = TODAY - timedelta(days=7)
	hold(world, A1, day)
	hold(world, A2, day)
	world._rows("User", [{"name": OFFICER, "email": OFFICER, "full_name": "Officer", "enabled": 1}])
	role = {"name": "T-role", "parent": OFFICER, "parenttype": "User", "role": "Attendance Officer"}
	world._rows("Has Role", [role])
	asked = []
	for later in range(8):
		now = datetime.combine(day + timedelta(days=later), datetime.min.time())
		before = told(world)
		settling.ask(world.store, world.school, now)
		assert settling.ask(world.store, world.school, now) == 0
		asked.append(list((told(world) - before).elements()))
	assert asked == [[], [OFFICER], [COORDINATOR], [LEADER], [], [], [], []]


def told(world: World) -> Counter[str]:
	"""How often each of those who may be asked was told."""
	bells = {who: world.bell(who) for who in (OFFICER, COORDINATOR, LEADER)}
	assert not [subject for bell in bells.values() for subject, _name in bell if "Name" in subject]
	return Counter({who: len(bell) for who, bell in bells.items()})


def held_tap(world: World, student: str, first: date, last: date) -> str:
	name = f"T-TAP-{student}"
	world.store.add_document(
		"Badge Check In",
		{
			"name": name,
			"student": student,
			"student_name": f"Name of {student}",
			"gateway": "t-door",
			"terminal": "door",
			"badge_digest": digest(student),
			"tapped_at": datetime.combine(first, datetime.min.time()),
			"direction": "in",
			"clock": "unsynced",
			"outcome": "Recognised",
			"time_certainty": "Held",
			"not_before": datetime.combine(first, datetime.min.time()),
			"not_after": datetime.combine(last, datetime.min.time()),
		},
	)
	return name
