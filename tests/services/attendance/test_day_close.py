"""The close of a school day: what is written for whom, and what is never overwritten."""

from datetime import timedelta

from tests.services.world import A1, A2, A3, A4, LEARNERS, TODAY, World, at
from vsv_app.services.dispatch import daily
from vsv_app.stores.queries.sql import VALUE, table, update

EVERYBODY = sum(len(students) for students in LEARNERS.values())


def test_a_whole_day_is_present_without_minutes(world: World) -> None:
	world.tap(A1, at("08:20"), at("15:05"))
	closed = world.close()
	assert closed.written == EVERYBODY
	mark = world.attendance(A1)
	assert (mark["status"], mark["vsv_source"], mark["docstatus"], mark["student_group"]) == (
		"Present",
		"Badge",
		1,
		"T-1A",
	)
	assert (mark["vsv_minutes_late"], mark["vsv_minutes_missed"], mark["vsv_minutes_left_early"]) == (0, 0, 0)


def test_late_is_present_with_the_minutes_lost(world: World) -> None:
	world.tap(A1, at("08:42"))
	world.close()
	mark = world.attendance(A1)
	assert (mark["status"], mark["vsv_minutes_late"], mark["vsv_minutes_missed"]) == ("Present", 12, 12)


def test_a_few_minutes_are_not_late(world: World) -> None:
	world.tap(A1, at("08:34"))
	world.close()
	assert world.attendance(A1)["vsv_minutes_late"] == 0


def test_later_than_the_limit_misses_the_session(world: World) -> None:
	world.tap(A1, at("09:10"))
	world.close()
	mark = world.attendance(A1)
	# the morning, 240 minutes; the afternoon was attended
	assert (mark["status"], mark["vsv_minutes_late"], mark["vsv_minutes_missed"]) == ("Present", 0, 240)


def test_gone_before_the_end_is_counted_as_left_early(world: World) -> None:
	world.tap(A1, at("08:20"), at("14:00"))
	world.close()
	mark = world.attendance(A1)
	assert (mark["status"], mark["vsv_minutes_left_early"], mark["vsv_minutes_missed"]) == ("Present", 60, 60)


def test_who_was_not_seen_is_absent_for_the_whole_day(world: World) -> None:
	world.tap(A1, at("08:20"))
	world.close()
	mark = world.attendance(A2)
	assert (mark["status"], mark["vsv_minutes_missed"], mark["vsv_excused"] or "") == ("Absent", 360, "")


def test_leave_is_leave_and_a_tap_on_it_is_a_conflict(world: World) -> None:
	application = world.leave(A1, TODAY, TODAY)
	world.leave(A2, TODAY, TODAY)
	world.tap(A2, at("08:20"))
	world.close()
	mark = world.attendance(A1)
	assert (mark["status"], mark["vsv_excused"], mark["leave_application"]) == (
		"Leave",
		"Excused",
		application,
	)
	assert world.attendance(A1)["vsv_conflict"] is None
	assert "08:20" in world.attendance(A2)["vsv_conflict"]


def test_a_persons_mark_stands_and_the_difference_is_shown(world: World) -> None:
	world.mark_by_hand(A1, "Absent")
	world.mark_by_hand(A2, "Present")
	world.tap(A1, at("08:20"))
	closed = world.close()
	assert (closed.written, closed.conflicts) == (EVERYBODY - 2, 1)
	mark = world.attendance(A1)
	assert (mark["status"], mark["vsv_source"]) == ("Absent", "Teacher")
	assert "08:20" in mark["vsv_conflict"]
	assert world.attendance(A2)["vsv_conflict"] is None


def test_closing_twice_changes_nothing(world: World) -> None:
	world.tap(A1, at("08:42"))
	world.mark_by_hand(A2, "Absent")
	world.tap(A2, at("08:25"))
	world.close()
	before = [world.attendance(student) for students in LEARNERS.values() for student in students]
	again = world.close()
	assert (again.written, again.corrected, again.conflicts) == (0, 0, 0)
	assert [world.attendance(student) for students in LEARNERS.values() for student in students] == before


def test_check_ins_that_come_late_correct_what_the_machine_wrote(world: World) -> None:
	world.tap(A1, at("08:20"))
	world.close()
	assert world.attendance(A2)["status"] == "Absent"
	taken = world.tap(A2, at("08:25"))
	rewritten = daily.correct_late(world.store, taken.students, at("18:00"))
	assert [day.corrected for day in rewritten] == [1]
	assert world.attendance(A2)["status"] == "Present"
	assert world.attendance(A3)["status"] == "Absent"


def test_an_excuse_that_a_person_gave_survives_a_correction(world: World) -> None:
	world.tap(A1, at("08:20"))
	world.close()
	a = table("Student Attendance")
	world.store.run(
		update(a, "vsv_excused").where(a.name == VALUE), ["Excused", world.attendance(A2)["name"]]
	)
	world.tap(A2, at("11:00"))
	world.close()
	mark = world.attendance(A2)
	assert (mark["status"], mark["vsv_excused"], mark["vsv_minutes_missed"]) == ("Present", "Excused", 240)


def test_an_unset_clock_makes_nobody_late(world: World) -> None:
	world.tap(A1, at("11:00"), clock="unsynced")
	world.close()
	mark = world.attendance(A1)
	assert (mark["status"], mark["vsv_minutes_late"], mark["vsv_minutes_missed"]) == ("Present", 0, 0)


def test_no_school_no_records(world: World) -> None:
	saturday = TODAY - timedelta(days=2)
	assert world.close(saturday).written == 0


def test_learners_without_a_schedule_are_named_not_marked(world: World) -> None:
	bells = table("Bell Schedule")
	world.store.run(update(bells, "enabled").where(bells.enabled == VALUE), [0, 1])
	world.tap(A1, at("08:20"))
	closed = world.close()
	assert closed.written == 0
	assert set(closed.unplanned) == {student for students in LEARNERS.values() for student in students}


def test_who_has_left_or_not_yet_come_has_no_day(world: World) -> None:
	s = table("Student")
	world.store.run(update(s, "date_of_leaving").where(s.name == VALUE), [TODAY - timedelta(days=1), A3])
	world.store.run(update(s, "joining_date").where(s.name == VALUE), [TODAY + timedelta(days=1), A4])
	world.tap(A1, at("08:20"))
	assert world.close().written == EVERYBODY - 2


def test_the_school_does_not_wait_for_a_door_that_is_away(world: World) -> None:
	world.tap(A1, at("08:20"), at("15:05"))
	world.tap(A2, at("08:50"))
	world.online(seen=at("08:55"))
	daily.write_due_days(world.store, world.school, at("17:30"))
	# who was seen is written; of the others nobody knows
	assert world.attendance(A1)["status"] == "Present"
	assert world.rows("Student Attendance", "status", student=A3, date=TODAY) == []
	assert world.holds(student=A3) == [(A3, TODAY, "Door Not Reading", "Open")]
	world.online(seen=at("17:31"))
	daily.write_due_days(world.store, world.school, at("17:35"))
	assert world.attendance(A3)["status"] == "Absent"
	assert world.holds(student=A3) == [(A3, TODAY, "Door Not Reading", "Withdrawn")]


def test_a_school_without_a_tap_has_no_days_by_badge(world: World) -> None:
	world.online()
	assert daily.write_due_days(world.store, world.school, at("17:30")) == set()
	assert world.rows("Student Attendance", "name", date=TODAY) == []
	assert world.holds() == []


def test_a_day_that_people_marked_themselves_asks_for_no_look_at_everybody(world: World) -> None:
	world.online()
	for students in LEARNERS.values():
		for student in students:
			world.tap(student, at("08:20"), at("15:05"))
			world.mark_by_hand(student, "Present")
	for _ in range(2):
		assert daily.write_due_days(world.store, world.school, at("17:30")) == set()


def test_a_day_is_not_written_before_its_hour(world: World) -> None:
	world.online()
	world.tap(A1, at("08:20"))
	assert daily.write_due_days(world.store, world.school, at("12:00")) == set()


def test_a_lesson_record_does_not_stand_in_for_the_day(world: World) -> None:
	world.mark_by_hand(A1, "Absent", course_schedule="T-LESSON")
	world.tap(A1, at("08:20"))
	world.close()
	statuses = world.rows("Student Attendance", "status", student=A1, date=TODAY)
	assert sorted(statuses) == [("Absent",), ("Present",)]
