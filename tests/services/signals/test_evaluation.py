"""Rules over a school: what is raised, kept up to date, resolved, dismissed, and who is told."""

from datetime import date, timedelta
from math import floor

import pytest

from tests.services.world import A1, A2, A3, B1, COORDINATOR, LEADER, MENTORS, TODAY, YEAR, World, at
from vsv_app.engine.attendance.timetable import Earlier
from vsv_app.services import school
from vsv_app.services.attendance import roll
from vsv_app.services.care import mentor_board
from vsv_app.services.signals import alerting, evaluation
from vsv_app.stores.queries.attendance import calendar, student_attendance
from vsv_app.stores.queries.sql import VALUE, table, update

AWAY, LATE, NOT_ARRIVED = "START-AWAY-3", "START-LATE-3", "START-NOT-ARRIVED"
UNEXCUSED = "START-UNEXCUSED-8H"


def judge(world: World, on: date = TODAY - timedelta(days=1), **options: object) -> evaluation.Evaluated:
	"""Every rule, on the last settled day or on another one."""
	morning = at("07:00", on + timedelta(days=1))
	return evaluation.evaluate_school(world.store, world.school, on, morning, **options)  # type: ignore[arg-type]


def away_for(world: World, days: int) -> None:
	for day in world.school_days(days):
		world.whole_day(day, absent=[A1])


def test_three_days_away_raise_a_signal_with_its_records_and_tell_the_mentor(world: World) -> None:
	away_for(world, 3)
	done = judge(world)
	assert (AWAY, A1, "Open") in world.signals()
	assert not [row for row in world.signals() if row[1] != A1]
	name = world.signal(AWAY, A1)
	assert name in done.raised
	evidence = world.rows("Early Warning Evidence", "reference_name", "date", "fact", parent=name)
	assert sorted(row[1] for row in evidence) == world.school_days(3)
	records = {row[0] for row in world.rows("Student Attendance", "name", student=A1)}
	assert {row[0] for row in evidence} <= records
	assert world.rows("Early Warning Alert", "recipient", "level", signal=name) == [
		(MENTORS["T-1A"], "Mentor")
	]


def test_evaluating_again_opens_no_second_signal_and_alerts_nobody_again(world: World) -> None:
	away_for(world, 3)
	judge(world)
	before, alerts = world.signals(), world.rows("Early Warning Alert", "name", student=A1)
	again = judge(world)
	assert (again.raised, again.updated, again.resolved) == ((), 0, 0)
	assert world.signals() == before
	assert world.rows("Early Warning Alert", "name", student=A1) == alerts


def test_what_a_signal_rests_on_follows_a_correction_that_leaves_its_value_alone(world: World) -> None:
	away_for(world, 3)
	judge(world)
	name = world.signal(AWAY, A1)
	a = table("Student Attendance")
	world.store.run(update(a, "vsv_excused").where(a.student == VALUE), ["Excused", A1])
	assert judge(world).updated == 1
	facts = world.rows("Early Warning Evidence", "fact", parent=name)
	assert facts == [("Absent, excused",)] * 3
	assert world.rows("Early Warning Signal", "observed_value", name=name) == [(3,)]


def test_a_night_that_comes_to_the_same_reads_no_evidence_back(world: World, monkeypatch) -> None:
	away_for(world, 3)
	judge(world)
	asked: list[str] = []
	fetch = world.store.fetch
	monkeypatch.setattr(
		world.store, "fetch", lambda query, values=(): asked.append(str(query)) or fetch(query, values)
	)
	again = judge(world)
	assert (again.raised, again.updated, again.resolved) == ((), 0, 0)
	assert asked
	assert not [query for query in asked if "Early Warning Evidence" in query or "vsv_contested" in query]


def test_a_signal_follows_its_facts_and_resolves_when_they_no_longer_hold(world: World) -> None:
	days = world.school_days(5)
	for day in days[:3]:
		world.whole_day(day, absent=[A1])
	evaluation.evaluate_school(world.store, world.school, days[2], at("22:00", days[2]))
	name = world.signal(AWAY, A1)
	world.whole_day(days[3], absent=[A1])
	evaluation.evaluate_school(world.store, world.school, days[3], at("22:00", days[3]))
	assert world.rows("Early Warning Signal", "observed_value", "status", name=name) == [(4, "Open")]
	assert len(world.rows("Early Warning Evidence", "name", parent=name)) == 4
	world.whole_day(days[4])
	evaluation.evaluate_school(world.store, world.school, days[4], at("22:00", days[4]))
	assert world.rows("Early Warning Signal", "status", "open_key", name=name) == [("Resolved", None)]


def test_an_excuse_entered_afterwards_resolves_what_rested_on_it(world: World) -> None:
	away_for(world, 3)
	judge(world)
	assert (UNEXCUSED, A1, "Open") in world.signals()
	a = table("Student Attendance")
	world.store.run(update(a, "vsv_excused").where(a.student == VALUE), ["Excused", A1])
	judge(world)
	assert (UNEXCUSED, A1, "Resolved") in world.signals()
	assert (AWAY, A1, "Open") in world.signals()


def test_what_was_dismissed_comes_back_only_when_it_gets_worse(world: World) -> None:
	away_for(world, 3)
	judge(world)
	name = world.signal(AWAY, A1)
	mentor_board.dismiss(world.store, name, MENTORS["T-1A"], at("09:00"), reason="Known and handled")
	assert judge(world).raised == ()
	assert [row for row in world.signals() if row[0] == AWAY] == [(AWAY, A1, "Dismissed")]
	world.whole_day(TODAY, absent=[A1])
	evaluation.evaluate_school(world.store, world.school, TODAY, at("22:00"))
	assert [row[2] for row in world.signals() if row[0] == AWAY] == ["Dismissed", "Open"]


def test_a_rate_that_no_database_keeps_to_the_last_digit_is_the_same_the_next_night(world: World) -> None:
	"""A dismissal would else last for one night, and every night would write what stands anew."""
	days = world.school_days(7)
	for day in days:
		world.whole_day(day, absent=[A1] if day in days[:2] else [])
	r, s = table("Early Warning Rule"), table("Early Warning Signal")
	world.store.run(update(r, "enabled").where(r.name != VALUE), [0, "START-ABSENCE-10"])
	world.store.run(
		update(r, "window_kind", "window_length", "minimum_school_days").where(r.name == VALUE),
		["School Days", 7, 0, "START-ABSENCE-10"],
	)
	(name,) = judge(world).raised
	((value,),) = world.rows("Early Warning Signal", "observed_value", name=name)
	assert round(value, 3) == 28.571
	# MariaDB keeps nine digits of it.
	kept = floor(value * 1e9) / 1e9
	world.store.run(update(s, "observed_value").where(s.name == VALUE), [kept, name])
	assert judge(world).updated == 0
	mentor_board.dismiss(world.store, name, MENTORS["T-1A"], at("09:00"), reason="Known and handled")
	assert judge(world).raised == ()


def test_a_rule_that_is_switched_off_lets_its_signals_go(world: World) -> None:
	away_for(world, 3)
	judge(world)
	rule = table("Early Warning Rule")
	world.store.run(update(rule, "enabled").where(rule.name == VALUE), [0, AWAY])
	judge(world)
	assert (AWAY, A1, "Resolved") in world.signals()


def test_a_learner_who_left_keeps_no_signal_standing(world: World) -> None:
	away_for(world, 3)
	judge(world)
	s = table("Student Group Student")
	world.store.run(update(s, "active").where(s.student == VALUE), [0, A1])
	judge(world)
	assert {row[2] for row in world.signals()} == {"Resolved"}


def test_a_broken_rule_is_named_and_the_others_go_on(world: World) -> None:
	away_for(world, 3)
	rule = table("Early Warning Rule")
	world.store.run(update(rule, "indicator").where(rule.name == VALUE), ["unexcused_minuts", UNEXCUSED])
	done = judge(world)
	assert "unexcused_minutes" in done.broken[UNEXCUSED]
	assert (AWAY, A1, "Open") in world.signals()


@pytest.mark.parametrize("field", ["indicator", "comparison", "window_kind"])
def test_a_condition_that_lacks_something_stops_no_other_rule(world: World, field: str) -> None:
	away_for(world, 3)
	code = "ABC-TWO-OF-THREE"
	rule, c = table("Early Warning Rule"), table("Early Warning Rule Condition")
	world.store.run(update(c, field).where(c.parent == VALUE), [None, code])
	assert code not in judge(world).broken, "it is not in use"
	world.store.run(update(rule, "enabled").where(rule.name == VALUE), [1, code])
	done = judge(world)
	assert done.broken[code].startswith("Two of attendance, behaviour and course performance: ")
	assert (AWAY, A1, "Open") in world.signals()


def test_a_third_lateness_is_raised_while_the_day_runs(world: World) -> None:
	for day in world.school_days(2):
		world.whole_day(day, late=[A1])
	world.tap(A1, at("08:45"))
	done = evaluation.evaluate_school(
		world.store, world.school, TODAY, at("08:46"), students=[A1], rules_to_use=evaluation.LIVE
	)
	assert len(done.raised) == 1
	name = world.signal(LATE, A1)
	evidence = world.rows("Early Warning Evidence", "reference_doctype", "date", parent=name)
	assert sorted(evidence) == sorted(
		[("Student Attendance", day) for day in world.school_days(2)] + [("Badge Check In", TODAY)]
	)


def test_not_arrived_is_judged_only_when_every_door_has_told_everything(world: World) -> None:
	world.tap(A1, at("08:20"))
	live = {"rules_to_use": evaluation.LIVE}
	evaluation.evaluate_school(world.store, world.school, TODAY, at("09:31"), **live)
	assert world.signals() == []
	world.online(backlog=1, seen=at("09:31"))
	evaluation.evaluate_school(world.store, world.school, TODAY, at("09:31"), **live)
	assert world.signals() == []
	world.online(seen=at("09:31"))
	evaluation.evaluate_school(world.store, world.school, TODAY, at("09:29"), **live)
	assert world.signals() == []
	world.leave(A2, TODAY, TODAY)
	world.mark_by_hand(A3, "Absent")
	evaluation.evaluate_school(world.store, world.school, TODAY, at("09:31"), **live)
	missing = {row[1] for row in world.signals() if row[0] == NOT_ARRIVED}
	assert missing & {A1, A2, A3} == set()
	assert B1 in missing
	world.tap(B1, at("09:40"))
	evaluation.evaluate_school(world.store, world.school, TODAY, at("09:41"), students=[B1], **live)
	assert (NOT_ARRIVED, B1, "Resolved") in world.signals()


def test_an_open_day_ends_no_streak_at_midnight(world: World) -> None:
	away_for(world, 3)
	judge(world)
	evaluation.evaluate_now(world.store, world.school, at("04:20"))
	assert (AWAY, A1, "Open") in world.signals()


def test_who_has_no_mentor_is_the_coordinators(world: World) -> None:
	assignment = table("Mentor Assignment")
	world.store.run(
		update(assignment, "to_date").where(assignment.student_group == VALUE),
		[TODAY - timedelta(days=2), "T-1A"],
	)
	away_for(world, 3)
	judge(world)
	name = world.signal(AWAY, A1)
	assert world.rows("Early Warning Alert", "recipient", "level", signal=name) == [
		(COORDINATOR, "Coordinator")
	]


def test_a_night_tells_each_mentor_once_and_writes_each_alert_down(world: World) -> None:
	"""Forty bells in one morning are read by nobody."""
	for day in world.school_days(3):
		world.whole_day(day, absent=[A1, A2, A3, B1])
	done = judge(world)
	of_a, of_b = (
		[
			name
			for name, mentor in world.rows("Early Warning Signal", "name", "mentor")
			if mentor == MENTORS[g]
		]
		for g in ("T-1A", "T-1B")
	)
	assert len(of_a) > len(of_b) > 1
	assert len(done.raised) == len(set(done.raised)) == len(of_a) + len(of_b)
	for group, own in (("T-1A", of_a), ("T-1B", of_b)):
		recipients = world.rows("Early Warning Alert", "signal", recipient=MENTORS[group])
		assert sorted(row[0] for row in recipients) == sorted(own)
		assert world.bell(MENTORS[group]) == [
			(f"{len(own)} early-warning signals ask for your attention", None)
		]


def test_one_signal_is_named_in_what_the_mentor_is_told(world: World) -> None:
	rule = table("Early Warning Rule")
	world.store.run(update(rule, "enabled").where(rule.name != VALUE), [0, AWAY])
	away_for(world, 3)
	judge(world)
	assert world.bell(MENTORS["T-1A"]) == [
		("An early-warning signal asks for your attention", world.signal(AWAY, A1))
	]


def test_silence_escalates_step_by_step_and_an_answer_stops_it(world: World) -> None:
	away_for(world, 3)
	judge(world)
	name = world.signal(AWAY, A1)
	school_calendar = calendar.load(world.store)
	levels = {}
	for days in range(15):
		alerting.escalate(
			world.store, world.school, school_calendar, at("07:00", TODAY + timedelta(days=days))
		)
		levels[days] = len(world.rows("Early Warning Alert", "level", signal=name))
	# A Monday; three school days later is Thursday, and three more the Tuesday of the week after.
	assert {days: number for days, number in levels.items() if number != levels.get(days - 1)} == {
		0: 1,
		3: 2,
		8: 3,
	}
	assert sorted(row[0] for row in world.rows("Early Warning Alert", "recipient", signal=name)) == sorted(
		[MENTORS["T-1A"], COORDINATOR, LEADER]
	)
	mentor_board.acknowledge(world.store, name, MENTORS["T-1A"], at("09:00"))
	assert (
		alerting.escalate(world.store, world.school, school_calendar, at("07:00", TODAY + timedelta(days=40)))
		== 0
	)


def test_who_takes_a_learner_over_is_told_once_and_has_as_much_time(world: World) -> None:
	away_for(world, 3)
	judge(world)
	name, school_calendar = world.signal(AWAY, A1), calendar.load(world.store)
	assignment = table("Mentor Assignment")
	query = update(assignment, "mentor").where(assignment.student_group == VALUE)
	world.store.run(query, [MENTORS["T-1B"], "T-1A"])
	told = {}
	for days in range(7):
		now = at("07:00", TODAY + timedelta(days=days))
		alerting.escalate(world.store, world.school, school_calendar, now)
		told[days] = {row[0] for row in world.rows("Early Warning Alert", "recipient", signal=name)}
	both = {MENTORS["T-1A"], MENTORS["T-1B"]}
	# Told on Monday; three school days later is Thursday.
	assert [told[0], told[2], told[3], told[6]] == [both, both, {*both, COORDINATOR}, {*both, COORDINATOR}]


def half_week(world: World, group: str) -> None:
	"""A group that has school on Mondays and Tuesdays alone."""
	world._rows(
		"Student Group",
		[{"name": group, "academic_year": YEAR, "group_based_on": "Batch", "disabled": 0}],
	)
	sessions = [
		{"weekday": day, "session": "Day", "starts": timedelta(hours=9), "ends": timedelta(hours=15)}
		for day in ("Monday", "Tuesday")
	]
	values = {
		"name": f"T-Bells {group}",
		"schedule_name": f"T-Bells {group}",
		"enabled": 1,
		"student_group": group,
	}
	world.store.add_document("Bell Schedule", values, {"sessions": sessions})


def move(world: World, student: str, before: str, after: str) -> None:
	m = table("Student Group Student")
	query = update(m, "active").where(m.student == VALUE).where(m.parent == VALUE)
	world.store.run(query, [0, student, before])
	world._rows(
		"Student Group Student",
		[{"name": f"{after}-{student}", "parent": after, "student": student, "active": 1}],
	)


def test_who_changes_group_keeps_the_school_days_of_the_group_before(world: World) -> None:
	"""Ten days of a full week were kept, three of them missed on a Wednesday to Friday; then a group of two days a week."""
	half_week(world, "T-2P")
	kept = world.school_days(10)
	for day in kept:
		world.mark_by_hand(A1, "Absent" if day in kept[2:5] else "Present", day)
	(before,) = roll.enrolments(world.store, date(2031, 8, 1), TODAY, [A1]).values()
	assert before.before == ()
	move(world, A1, "T-1A", "T-2P")
	(stay,) = roll.enrolments(world.store, date(2031, 8, 1), TODAY, [A1]).values()
	assert (stay.group, stay.before) == ("T-2P", (Earlier(kept[0], kept[-1], "T-1A"),))
	assert roll.stays(world.store, date(2031, 8, 1), TODAY)[A1] == stay
	days = calendar.load(world.store).track(stay.group, stay.program, stay.before).days
	assert [day for day in days if kept[0] <= day <= kept[-1]] == kept
	assert {day.weekday() for day in days if day > kept[-1]} == {0, 1}
	evaluation.evaluate_school(world.store, world.school, kept[4], at("22:00", kept[4]), students=[A1])
	assert (AWAY, A1, "Open") in world.signals()


def test_a_lesson_that_a_teacher_marked_counts_for_as_long_as_it_lasts(world: World) -> None:
	"""Education's own attendance tool writes the status of a lesson and no minutes."""
	days = world.school_days(8)
	world._rows(
		"Course Schedule",
		[
			{
				"name": f"T-CS-{day}", "course": "Dutch", "schedule_date": day, "from_time": timedelta(hours=9),
				"to_time": timedelta(hours=10, minutes=15),
			}
			for day in days
		],
	)  # fmt: skip
	for day in days:
		world.mark_by_hand(A1, "Absent", day, course_schedule=f"T-CS-{day}")
		world.mark_by_hand(A2, "Present", day, course_schedule=f"T-CS-{day}")
	own = student_attendance.exceptions(world.store, days[0], days[-1], [A1, A2])
	assert [(row[0], row[1], row[4]) for row in own] == [(A1, day, 75) for day in days]
	judge(world)
	# 8 times 75 minutes are 10 hours.
	assert world.signals() == [(UNEXCUSED, A1, "Open")]
	assert world.rows("Early Warning Signal", "observed_value", student=A1) == [(600,)]


def test_live_rules_read_no_further_back_than_their_windows(world: World) -> None:
	"""Records of before do not matter to them: the same signals, whatever the autumn was like."""
	for day in world.school_days(30)[:3]:
		world.whole_day(day, late=[A1])
	for day in world.school_days(3):
		world.whole_day(day, late=[A1])
	judge(world, rules_to_use=evaluation.LIVE)
	assert world.signals() == [(LATE, A1, "Open")]
	assert world.rows("Early Warning Signal", "observed_value", student=A1) == [(3,)]


def test_a_weighted_rule_goes_up_a_tier_and_its_conditions_clear_by_their_own_value(world: World) -> None:
	"""Late three times weighs 2, four hours unexcused 1; late clears below 2."""
	days = world.school_days(5)
	r = table("Early Warning Rule")
	world.store.run(update(r, "enabled").where(r.enabled == VALUE), [0, 1])
	world.store.add_document(
		"Early Warning Rule",
		{
			"name": "T-WEIGHED", "rule_code": "T-WEIGHED", "title": "Weighed", "enabled": 1, "severity": "Watch",
			"tier": "1", "version": 1, "combination": "Weighted", "combination_count": 2, "tier_2_from": 3,
		},
		{
			"conditions": [
				{
					"indicator": "times_late", "comparison": "at least", "threshold": 3, "window_kind": "School Days",
					"window_length": 3, "has_clear_below": 1, "clear_below": 2, "weight": 2,
				},
				{
					"indicator": "unexcused_minutes", "comparison": "at least", "threshold": 240,
					"window_kind": "School Days", "window_length": 3, "weight": 1,
				},
			]
		},
	)  # fmt: skip
	for day in days[:3]:
		world.whole_day(day, late=[A1])
	judge(world, on=days[2])
	name = world.signal("T-WEIGHED", A1)
	told = ("status", "tier", "observed_value")
	assert world.rows("Early Warning Signal", *told, name=name) == [("Open", 1, 3)]
	world.whole_day(days[3], absent=[A1])
	judge(world, on=days[3])
	assert world.rows("Early Warning Signal", *told, name=name) == [("Open", 2, 2)]
	world.whole_day(days[4])
	judge(world, on=days[4])
	assert world.rows("Early Warning Signal", "status", name=name) == [("Resolved",)]


def recipients(world: World, name: str) -> list[tuple[str, str]]:
	return sorted(world.rows("Early Warning Alert", "recipient", "level", signal=name))


def leave(world: World, user: str) -> None:
	u = table("User")
	world.store.run(update(u, "enabled").where(u.name == VALUE), [0, user])
	world.school = school.load(world.store)


def test_who_has_left_is_never_the_first_to_be_told(world: World) -> None:
	away_for(world, 3)
	leave(world, MENTORS["T-1A"])
	judge(world)
	name = world.signal(AWAY, A1)
	assert recipients(world, name) == [(COORDINATOR, "Coordinator")]


def test_where_mentor_and_coordinator_have_left_the_leader_is_told(world: World) -> None:
	away_for(world, 3)
	leave(world, MENTORS["T-1A"])
	leave(world, COORDINATOR)
	judge(world)
	assert recipients(world, world.signal(AWAY, A1)) == [(LEADER, "Leader")]


def test_what_comes_back_or_was_told_to_nobody_goes_to_the_leader_where_no_other_is(world: World) -> None:
	away_for(world, 3)
	for gone in (MENTORS["T-1A"], COORDINATOR, LEADER):
		leave(world, gone)
	judge(world)
	name = world.signal(AWAY, A1)
	assert recipients(world, name) == []
	u = table("User")
	world.store.run(update(u, "enabled").where(u.name == VALUE), [1, LEADER])
	world.school = school.load(world.store)
	known = calendar.load(world.store)
	assert alerting.escalate(world.store, world.school, known, at("07:00", TODAY + timedelta(days=1))) > 0
	assert recipients(world, name) == [(LEADER, "Leader")]
	s = table("Early Warning Signal")
	back = at("08:00", TODAY + timedelta(days=2))
	world.store.run(update(s, "reopened_on").where(s.name == VALUE), [back, name])
	assert alerting.tell_again(world.store, world.school, [name], back) == 1
	assert recipients(world, name) == [(LEADER, "Leader"), (LEADER, "Leader")]


def test_a_disabled_coordinator_is_passed_by_on_the_ladder(world: World) -> None:
	away_for(world, 3)
	judge(world)
	leave(world, COORDINATOR)
	name = world.signal(AWAY, A1)
	known = calendar.load(world.store)
	alerting.escalate(world.store, world.school, known, at("07:00", TODAY + timedelta(days=8)))
	assert recipients(world, name) == [(LEADER, "Leader"), (MENTORS["T-1A"], "Mentor")]
