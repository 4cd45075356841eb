"""Acknowledging is a promise: it comes back on its day unless something was done, and then climbs like a new signal."""

from datetime import date, timedelta

import pytest

from tests.services.world import A1, A2, COORDINATOR, LEADER, MENTORS, TODAY, World, at
from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.engine.signals.signal_lifecycle import Step
from vsv_app.services.care import mentor_board, plans, promises
from vsv_app.services.dispatch import nightly
from vsv_app.services.signals import evaluation, look_again, signal_steps
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.sql import VALUE, table, update

MENTOR, OTHER = MENTORS["T-1A"], MENTORS["T-1B"]
AWAY = "START-AWAY-3"
DUE = date(2031, 12, 8)
"""Two school weeks after the day of the tests."""


@pytest.fixture
def away(world: World) -> World:
	"""A1 was away for four days, and the mentor has acknowledged that."""
	for day in world.school_days(4):
		world.whole_day(day, absent=[A1])
	evaluation.evaluate_school(world.store, world.school, TODAY - timedelta(days=1), at("07:00"))
	act(world, "acknowledge")
	return world


def act(world: World, kind: str, day: date = TODAY, **more: object) -> dict:
	name = world.signal(AWAY, A1)
	action = {"action": kind, "signal": name, "student": A1, **more}
	return mentor_board.act(world.store, MENTOR, action, at("09:00", day))


def says(world: World, *fields: str) -> tuple:
	((values),) = world.rows("Early Warning Signal", *fields, name=world.signal(AWAY, A1))
	return values


def alerts(world: World) -> list[tuple]:
	rows = world.rows(
		"Early Warning Alert", "sent_on", "recipient", "level", "status", signal=world.signal(AWAY, A1)
	)
	return [row[1:] for row in sorted(rows)]


def night(world: World, day: date) -> None:
	"""What a night does with signals, without the rules: of these days there are no records."""
	look_again.bring_back(world.store, world.school, at("04:20", day))
	nightly.escalate(world.store, world.school, at("04:21", day))


def test_the_usual_day_is_two_school_weeks_ahead_and_of_urgent_ones_two_school_days(away: World) -> None:
	assert says(away, "status", "look_again_on") == ("Acknowledged", DUE)
	assert away.rows("Signal Step", "look_again_on", signal=away.signal(AWAY, A1), step="Acknowledged") == [
		(DUE,)
	]
	assert signal_steps.usual_day(away.store, "Urgent", TODAY) == TODAY + timedelta(days=2)
	friday = TODAY + timedelta(days=4)
	assert signal_steps.usual_day(away.store, "Urgent", friday) == friday + timedelta(days=4)
	away.store.set_single("Early Warning Settings", {"look_again_weeks": 1, "look_again_urgent_days": 1})
	assert signal_steps.usual_day(away.store, "Watch", TODAY) == TODAY + timedelta(days=7)
	assert signal_steps.usual_day(away.store, "Urgent", TODAY) == TODAY + timedelta(days=1)


def test_a_day_that_has_become_a_holiday_waits_for_school(away: World) -> None:
	known = calendar.load(away.store)
	closed = [DUE + timedelta(days=n) for n in range(5)]
	for day in closed:
		calendar.close_school(away.store, [one.name for one in known.schedules], day, "Snow", at("08:00"))
	waits = promises.standing(
		away.store, away.school, calendar.load(away.store), DUE, until=DUE + timedelta(days=9)
	)
	assert [one.due for one in waits if one.name == away.signal(AWAY, A1)] == [DUE + timedelta(days=7)]
	night(away, DUE)
	assert says(away, "status") == ("Acknowledged",)
	night(away, DUE + timedelta(days=7))
	assert says(away, "status") == ("Open",)


def test_a_mentor_chooses_another_day_within_three_months(away: World) -> None:
	done = act(away, "look_again", look_again_on="2031-11-29", note="After the exam")
	assert done["look_again_on"] == "2031-12-01", "a Saturday is no day to look"
	assert done["history"][0]["note"] == "After the exam"
	for wrong in ("2031-11-24", "2032-06-01", "soon"):
		with pytest.raises(ValueError, match="Choose a day"):
			act(away, "look_again", look_again_on=wrong)


def test_nothing_was_done_and_it_is_back_with_an_alert_that_climbs_again(away: World) -> None:
	assert alerts(away) == [(MENTOR, "Mentor", "Acted On")]
	night(away, DUE - timedelta(days=1))
	assert says(away, "status") == ("Acknowledged",)
	night(away, DUE)
	assert says(away, "status", "look_again_on", "reopened_on") == ("Open", None, at("04:20", DUE))
	assert alerts(away) == [(MENTOR, "Mentor", "Acted On"), (MENTOR, "Mentor", "Sent")]
	night(away, DUE)
	assert len(alerts(away)) == 2, "the same night twice"
	for days, told in ((2, None), (3, COORDINATOR), (4, COORDINATOR), (8, LEADER)):
		night(away, DUE + timedelta(days=days))
		assert alerts(away)[-1][0] == (told or MENTOR)
	act(away, "acknowledge", DUE + timedelta(days=9))
	assert {status for _who, _level, status in alerts(away)} == {"Acted On"}
	assert says(away, "look_again_on") == (date(2031, 12, 31),)


def test_it_comes_back_after_days_on_which_nothing_ran_and_the_board_says_so(away: World) -> None:
	night(away, DUE + timedelta(days=6))
	assert says(away, "status") == ("Acknowledged",), "nobody is asked on a Sunday"
	night(away, DUE + timedelta(days=7))
	shown = mentor_board.overview(away.store, away.school, MENTOR, at("09:00", DUE + timedelta(days=8)))
	(learner,) = [one for one in shown["learners"] if one["student"] == A1]
	(signal,) = [one for one in learner["signals"] if one["rule"] == AWAY]
	assert signal["reopened_on"] == "2031-12-15 04:20"
	waiting = {one["name"]: one for one in shown["waiting"] if one["kind"] == "Signal"}
	assert waiting[signal["name"]]["since"] == "2031-12-15 04:20"
	for other in learner["signals"]:
		if other["status"] == "Open" and other is not signal:
			act(away, "dismiss", DUE + timedelta(days=8), signal=other["name"], reason="Known and handled")
	later = mentor_board.overview(away.store, away.school, MENTOR, at("09:00", DUE + timedelta(days=8)))
	assert [one["age_days"] for one in later["learners"] if one["student"] == A1] == [1]


def test_it_comes_back_to_who_is_mentor_by_then(away: World) -> None:
	away.change("Mentor Assignment", "T-MA-T-1A", to_date=TODAY)
	away.change("Mentor Assignment", "T-MA-T-1B", student_group="T-1A")
	night(away, DUE)
	assert alerts(away)[-1][0] == OTHER


@pytest.mark.parametrize(
	("reached", "whom", "expected"),
	[(True, "Learner", date(2031, 12, 15)), (True, "Guardian", date(2031, 12, 15)), (False, "Guardian", DUE)],
)
def test_who_was_spoken_to_moves_the_day_on_and_who_was_not_reached_does_not(
	away: World, reached: bool, whom: str, expected: date
) -> None:
	say_when(away)
	act(
		away,
		"log_talk",
		TODAY + timedelta(days=7),
		signal=None,
		channel="Phone Call",
		with_whom=whom,
		reached=reached,
	)
	assert says(away, "status", "look_again_on") == ("Acknowledged", expected)


def test_a_talk_that_is_about_nobody_moves_nothing_of_another_learner(away: World) -> None:
	say_when(away)
	talk = {"action": "log_talk", "student": A2, "channel": "In Person"}
	mentor_board.act(away.store, MENTOR, talk, at("09:00", TODAY + timedelta(days=7)))
	assert says(away, "look_again_on") == (DUE,)


def test_a_plan_ends_the_promise(away: World) -> None:
	act(away, "start_plan", signals=[away.signal(AWAY, A1)])
	assert says(away, "status", "look_again_on") == ("In Plan", None)
	night(away, DUE)
	assert says(away, "status") == ("In Plan",)


def test_what_no_longer_holds_does_not_come_back(away: World) -> None:
	for day in away.school_days(4):
		record = away.attendance(A1, day)["name"]
		away.change("Student Attendance", record, status="Present", vsv_minutes_missed=0)
	nightly.look_again(away.store, away.school, at("04:20", DUE))
	assert says(away, "status") == ("Resolved",)


def test_signals_of_before_get_a_day_once(away: World) -> None:
	signal = table("Early Warning Signal")
	away.store.run(update(signal, "look_again_on").where(signal.name == VALUE), [None, away.signal(AWAY, A1)])
	now = at("08:00", TODAY + timedelta(days=1))
	assert look_again.give_days(away.store, now) == 1
	assert says(away, "status", "look_again_on") == ("Acknowledged", date(2031, 12, 9))
	assert look_again.give_days(away.store, now) == 0


def close(world: World, plan: str, day: date = TODAY) -> list[str]:
	world.change("Support Plan", plan, status="Closed")
	return plans.give_back(world.store, world.school, plan, A1, MENTOR, at("10:00", day))


def test_a_plan_that_is_closed_gives_back_what_holds_and_a_new_one_can_begin(away: World) -> None:
	name = away.signal(AWAY, A1)
	plan = act(away, "start_plan", signals=[name])["plan"]
	assert close(away, plan) == [name]
	assert says(away, "status", "reopened_on") == ("Open", at("10:00"))
	assert away.rows("Signal Step", "plan", "taken_by", signal=name, step=life.GIVEN_BACK) == [(plan, MENTOR)]
	assert alerts(away)[-1] == (MENTOR, "Mentor", "Sent")
	assert act(away, "start_plan", signals=[name])["status"] == "In Plan"


def test_a_plan_that_is_closed_lets_what_no_longer_holds_go(away: World) -> None:
	plan = act(away, "start_plan", signals=[away.signal(AWAY, A1)])["plan"]
	for day in away.school_days(4):
		away.change("Student Attendance", away.attendance(A1, day)["name"], status="Present")
	assert close(away, plan) == []
	assert says(away, "status") == ("Resolved",)


def test_what_a_plan_left_behind_comes_back_in_the_night(away: World) -> None:
	plan = act(away, "start_plan", signals=[away.signal(AWAY, A1)])["plan"]
	assert plans.give_back_what_no_plan_holds(away.store, away.school, at("04:20")) == 0
	away.change("Support Plan", plan, status="Closed")
	assert plans.give_back_what_no_plan_holds(away.store, away.school, at("04:20")) == 1
	assert says(away, "status") == ("Open",)


def test_an_open_signal_that_nobody_was_told_about_is_told_in_the_next_night(away: World) -> None:
	name = away.signal(AWAY, A1)
	signal_steps.take(away.store, {name: Step(life.CAME_BACK, at("04:20", DUE))}, at("04:20", DUE))
	nightly.escalate(away.store, away.school, at("04:20", DUE + timedelta(days=1)))
	assert alerts(away)[-1] == (MENTOR, "Mentor", "Sent")


def say_when(world: World) -> None:
	"""On a site a talk lies not ahead of the site's own clock."""
	if hasattr(world.store, "_commits"):
		pytest.skip("the days of these tests lie ahead of the site's clock")
