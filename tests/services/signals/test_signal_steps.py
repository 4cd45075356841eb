"""A signal is its steps: whatever is done with it is a row, and what it says today is what its rows lead to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests.engine.signals.histories import histories
from tests.services.world import A1, A2, COORDINATOR, MENTORS, TODAY, World, at
from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.engine.signals.signal_lifecycle import Step
from vsv_app.services.care import mentor_board, plans
from vsv_app.services.signals import alerting, evaluation, signal_steps, step_reconstruction
from vsv_app.services.signals.signal_steps import TakenMeanwhile
from vsv_app.services.signals.step_reconstruction import Dismissal, Known, reconstruct
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.signals import signal_steps as stored
from vsv_app.stores.queries.sql import VALUE, delete, table, update
from vsv_app.stores.sqlite_store import SqliteStore

MENTOR = MENTORS["T-1A"]
AWAY = "START-AWAY-3"


@pytest.fixture
def away(world: World) -> World:
	"""A1 was away for four days."""
	for day in world.school_days(4):
		world.whole_day(day, absent=[A1])
	evaluation.evaluate_school(world.store, world.school, TODAY - timedelta(days=1), at("07:00"))
	return world


def steps_of(world: World, signal: str) -> list[Step]:
	return stored.of(world.store, [signal])[signal]


def kinds(world: World, signal: str) -> list[str]:
	return [step.kind for step in steps_of(world, signal)]


def assert_is_its_steps(world: World) -> None:
	"""Every signal of the school says what its steps lead to, and counts them."""
	names = [
		name
		for name, student in world.rows("Early Warning Signal", "name", "student")
		if str(student).startswith("T-1")
	]
	rows = stored.of(world.store, names)
	for name, kept in stored.kept(world.store, names).items():
		assert kept.step_count == len(rows[name])
		assert kept.state == life.state_after(rows[name])
		taken = sorted(
			world.rows("Signal Step", "sequence", "status", "observed_value", "student", signal=name)
		)
		assert [row[0] for row in taken] == list(range(1, len(taken) + 1))
		assert taken[-1][1:] == (kept.state.status, kept.state.observed_value, kept.student)


def test_raising_is_the_first_step_and_says_what_was_measured(away: World) -> None:
	name = away.signal(AWAY, A1)
	(raised,) = steps_of(away, name)
	assert (raised.kind, raised.on, raised.by, raised.reconstructed) == (
		life.RAISED,
		at("07:00"),
		None,
		False,
	)
	assert raised.measured is not None
	assert (raised.measured.observed_value, raised.measured.threshold, raised.measured.rule_version) == (
		4,
		3,
		1,
	)
	assert_is_its_steps(away)


def test_a_look_that_finds_the_same_is_no_step_and_one_that_finds_more_is_one(away: World) -> None:
	name = away.signal(AWAY, A1)
	evaluation.evaluate_school(away.store, away.school, TODAY - timedelta(days=1), at("08:00"))
	assert kinds(away, name) == [life.RAISED]
	away.whole_day(TODAY, absent=[A1])
	for clock in ("18:00", "19:00"):
		evaluation.evaluate_school(away.store, away.school, TODAY, at(clock))
	assert kinds(away, name) == [life.RAISED, life.UPDATED]
	assert steps_of(away, name)[-1].measured.observed_value == 5
	assert_is_its_steps(away)


def test_other_records_behind_the_same_value_are_no_step(away: World) -> None:
	name = away.signal(AWAY, A1)
	signal = table("Early Warning Signal")
	away.store.run(update(signal, "evidence_digest").where(signal.name == VALUE), ["another", name])
	done = evaluation.evaluate_school(away.store, away.school, TODAY - timedelta(days=1), at("08:00"))
	assert (done.updated, kinds(away, name)) == (1, [life.RAISED])


def test_a_rule_that_asks_for_more_attention_is_a_step(away: World) -> None:
	name = away.signal(AWAY, A1)
	rule = table("Early Warning Rule")
	change = update(rule, "severity", "threshold", "version").where(rule.rule_code == VALUE)
	away.store.run(change, ["Urgent", 2, 2, AWAY])
	evaluation.evaluate_school(away.store, away.school, TODAY - timedelta(days=1), at("08:00"))
	measured = steps_of(away, name)[-1].measured
	assert (measured.severity, measured.threshold, measured.rule_version) == ("Urgent", 2, 2)
	told = ("severity", "threshold", "rule_version")
	assert away.rows("Early Warning Signal", *told, name=name) == [("Urgent", 2, 1)]
	assert_is_its_steps(away)


def test_every_way_to_act_on_a_signal_is_a_step(away: World) -> None:
	store, name = away.store, away.signal(AWAY, A1)
	record = away.attendance(A1, away.school_days(4)[0])["name"]

	def act(action: str, clock: str, **more: Any) -> Any:
		return mentor_board.act(store, MENTOR, {"action": action, "signal": name, **more}, at(clock))

	if hasattr(store, "path"):
		act("log_talk", "09:00", student=A1, channel="In Person")
	else:  # a site knows that this school's time is still to come
		act("acknowledge", "09:00")
	act("contest", "09:01", record=record, note=" Was at the dentist ")
	act("dismiss", "09:02", reason="Other", note="Moved")
	act("take_back", "09:03")
	plan = act("start_plan", "09:04", student=A1, signals=[name])["plan"]
	act("dismiss", "09:05", reason="Known and handled")
	act("take_back", "09:06")
	taken = steps_of(away, name)
	assert [(step.kind, step.by) for step in taken[1:]] == [
		(life.ACKNOWLEDGED, MENTOR),
		(life.CONTESTED, MENTOR),
		(life.DISMISSED, MENTOR),
		(life.TAKEN_BACK, MENTOR),
		(life.PUT_IN_PLAN, MENTOR),
		(life.DISMISSED, MENTOR),
		(life.TAKEN_BACK, MENTOR),
	]
	assert (taken[2].record, taken[2].note) == (record, "Was at the dentist")
	assert [step.plan for step in taken[4:]] == [None, plan, None, plan]
	assert {step.measured.observed_value for step in taken} == {4}
	assert_is_its_steps(away)


def test_escalating_says_who_was_told(away: World) -> None:
	name = away.signal(AWAY, A1)
	later = datetime.combine(TODAY + timedelta(days=4), datetime.min.time())
	assert alerting.escalate(away.store, away.school, calendar.load(away.store), later)
	last = steps_of(away, name)[-1]
	assert (last.kind, last.by, last.recipient, last.level) == (
		life.ESCALATED,
		None,
		COORDINATOR,
		"Coordinator",
	)
	assert {row[0] for row in away.rows("Early Warning Alert", "status", signal=name, level="Mentor")} == {
		"Escalated"
	}
	assert_is_its_steps(away)


def test_what_no_longer_holds_is_resolved_and_a_dismissal_only_lets_go(away: World) -> None:
	dismissed = away.signal(AWAY, A1)
	mentor_board.dismiss(away.store, dismissed, MENTOR, at("09:00"), reason="Known and handled")
	standing = [
		name for name, rule in away.rows("Early Warning Signal", "name", "rule", student=A1) if rule != AWAY
	]
	attendance = table("Student Attendance")
	away.store.run(update(attendance, "docstatus").where(attendance.student == VALUE), [2, A1])
	evaluation.evaluate_school(away.store, away.school, TODAY - timedelta(days=1), at("10:00"))
	for name in (dismissed, *standing):
		assert kinds(away, name)[-1] == life.RESOLVED
	assert away.rows("Early Warning Signal", "status", "open_key", name=dismissed) == [("Dismissed", None)]
	assert_is_its_steps(away)


def test_a_dismissed_signal_that_got_worse_says_that_another_took_its_place(away: World) -> None:
	first = away.signal(AWAY, A1)
	mentor_board.dismiss(away.store, first, MENTOR, at("09:00"), reason="Known and handled")
	away.whole_day(TODAY, absent=[A1])
	evaluation.evaluate_school(away.store, away.school, TODAY, at("18:00"))
	second = away.signal(AWAY, A1, status="Open")
	assert (kinds(away, first)[-1], kinds(away, second)) == (life.RAISED_ANEW, [life.RAISED])
	assert_is_its_steps(away)


def test_a_record_that_is_contested_is_a_step_of_each_signal_that_stands_on_it(away: World) -> None:
	record = away.attendance(A1, away.school_days(4)[0])["name"]
	names = {row[0] for row in away.rows("Early Warning Evidence", "parent", reference_name=record)}
	closed = away.signal(AWAY, A1)
	mentor_board.dismiss(away.store, closed, MENTOR, at("09:00"), reason="Facts are wrong")
	signal_steps.contest(away.store, record, "family@school.example", at("09:10"))
	assert len(names) > 1
	for name in names:
		assert kinds(away, name)[-1] == (life.DISMISSED if name == closed else life.CONTESTED)
	assert away.rows("Student Attendance", "vsv_contested", name=record) == [(1,)]


def test_two_who_act_at_once_do_not_overwrite_each_other(
	away: World, monkeypatch: pytest.MonkeyPatch
) -> None:
	"""Somebody's step is written between another's reading and writing."""
	store, name = away.store, away.signal(AWAY, A1)
	kept = stored.kept(store, [name])
	mentor_board.acknowledge(store, name, MENTOR, at("09:00"))
	monkeypatch.setattr(stored, "kept", lambda *_args: kept)
	with pytest.raises(TakenMeanwhile, match="Somebody else"):
		mentor_board.dismiss(store, name, COORDINATOR, at("09:00"), reason="Known and handled")
	monkeypatch.undo()
	assert kinds(away, name) == [life.RAISED, life.ACKNOWLEDGED]
	assert_is_its_steps(away)


def test_a_signal_that_was_closed_meanwhile_is_left_as_it_is_by_the_night(away: World) -> None:
	name = away.signal(AWAY, A1)
	mentor_board.dismiss(away.store, name, MENTOR, at("09:00"), reason="Known and handled")
	steps = {name: Step(life.UPDATED, at("10:00"), measured=steps_of(away, name)[0].measured)}
	assert signal_steps.take(away.store, steps, at("10:00"), if_possible=True) == []
	with pytest.raises(life.IllegalTransition):
		signal_steps.take(away.store, steps, at("10:00"))


def test_a_plan_that_is_saved_again_puts_nothing_in_twice(away: World) -> None:
	name = away.signal(AWAY, A1)
	plan = plans.start(away.store, A1, None, MENTOR, at("09:00"), [name])["plan"]
	signal_steps.put_in_plan(away.store, [name], plan, MENTOR, at("09:30"))
	assert kinds(away, name) == [life.RAISED, life.PUT_IN_PLAN]


def test_the_board_tells_the_history_of_each_signal(away: World) -> None:
	name = away.signal(AWAY, A1)
	done = mentor_board.act(away.store, MENTOR, {"action": "acknowledge", "signal": name}, at("09:00"))
	shown = mentor_board.overview(away.store, away.school, MENTOR, at("09:05"), "nl")["learners"][0][
		"signals"
	]
	history = next(signal["history"] for signal in shown if signal["name"] == name)
	assert (
		done["history"][0]["text"]
		== "Acknowledged by Mentor of T-1A on 24 November; value then 4 school days; look again on 8 December."
	)
	assert [(entry["step"], entry["on"]) for entry in history] == [
		("Acknowledged", "2031-11-24 09:00"),
		("Raised", "2031-11-24 07:00"),
	]
	assert (
		history[0]["text"]
		== "Opgepakt door Mentor of T-1A op 24 november; waarde toen 4 schooldagen; opnieuw bekijken op 8 december."
	)


def test_of_a_whole_board_the_histories_are_asked_for_at_once(
	away: World, monkeypatch: pytest.MonkeyPatch
) -> None:
	asked: list[Sequence[str]] = []
	of = stored.of
	monkeypatch.setattr(stored, "of", lambda store, names: asked.append(names) or of(store, names))
	mentor_board.overview(away.store, away.school, MENTOR, at("09:05"))
	assert len(asked) == 1


# Any lawful history, through the store

numbers = count(1)


@pytest.fixture(scope="module")
def kept_apart(tmp_path_factory: pytest.TempPathFactory) -> World:
	"""One school for many drawn histories."""
	path: Path = tmp_path_factory.mktemp("steps") / "school.sqlite"
	return World(SqliteStore(path))


def play(world: World, steps: Sequence[Step]) -> str:
	"""Take these steps with a new signal, one by one."""
	number = next(numbers)
	about = {"student": A2, "rule": f"{AWAY}-{number}", "rule_version": 1, "open_key": f"{A2}|{number}"}
	(name,) = signal_steps.raise_signals(world.store, [(about, steps[0], [])])
	for step in steps[1:]:
		signal_steps.take(world.store, {name: step}, step.on)
	return name


@given(histories())
@settings(max_examples=40)
def test_what_is_kept_is_what_the_steps_lead_to(kept_apart: World, steps: list[Step]) -> None:
	name = play(kept_apart, steps)
	kept = stored.kept(kept_apart.store, [name])[name]
	assert kept.state == life.state_after(steps) == life.state_after(steps_of(kept_apart, name))
	assert kept.step_count == len(steps)
	without = [replace(step, measured=None) for step in steps_of(kept_apart, name)]
	assert without == [replace(step, measured=None) for step in steps]


OF_OLD = [kind for kind in life.STEPS if kind not in (life.FOLLOWED_UP, life.CAME_BACK, life.GIVEN_BACK)]
"""A signal that is older than its steps took none that came later."""


@given(histories(kinds=OF_OLD))
@settings(max_examples=150)
def test_steps_that_are_filled_in_afterwards_lead_to_what_a_signal_says(steps: list[Step]) -> None:
	state = life.state_after(steps)
	assert state is not None
	pairs = pairwise(steps)
	dismissals = [
		Dismissal(one.on, one.by, one.reason, one.note, other.on)
		for one, other in pairs
		if (one.kind, other.kind) == (life.DISMISSED, life.TAKEN_BACK)
	]
	known = Known(
		state,
		1,
		steps[-1].on,
		dismissals,
		[(step.recipient, step.level, step.on) for step in steps if step.kind == life.ESCALATED],
		[(step.plan, step.on, step.by) for step in steps if step.plan],
		[(step.record, step.on, step.by) for step in steps if step.kind == life.CONTESTED],
		next((step.on for step in steps if step.kind == life.RAISED_ANEW), None),
	)
	found = reconstruct(known)
	assert life.state_after(found) == state
	assert all(step.reconstructed for step in found)
	assert [step.on for step in found] == sorted(step.on for step in found)


def test_signals_from_before_get_their_steps_once(away: World) -> None:
	store, name = away.store, away.signal(AWAY, A1)
	for clock, action in (
		("09:00", {"action": "dismiss", "reason": "Facts are wrong"}),
		("09:01", {"action": "take_back"}),
		("09:02", {"action": "start_plan", "student": A1, "signals": [name]}),
	):
		mentor_board.act(store, MENTOR, {"signal": name, **action}, at(clock))
	plan = table("Support Plan")
	store.run(update(plan, "creation").where(plan.student == VALUE), [at("09:02"), A1])
	names = [row[0] for row in away.rows("Early Warning Signal", "name", student=A1)]
	before = stored.kept(store, names)
	step, signal = table("Signal Step"), table("Early Warning Signal")
	for one in names:
		store.run(delete(step).where(step.signal == VALUE), [one])
		store.run(update(signal, "step_count").where(signal.name == VALUE), [0, one])
	dismissals = {name: [Dismissal(at("09:00"), MENTOR, "Facts are wrong", None, at("09:01"))]}
	while step_reconstruction.reconstruct_some(store, dismissals):
		pass
	assert kinds(away, name) == [life.RAISED, life.DISMISSED, life.TAKEN_BACK, life.PUT_IN_PLAN]
	assert {one: kept.state for one, kept in stored.kept(store, names).items()} == {
		one: kept.state for one, kept in before.items()
	}
	assert_is_its_steps(away)
	rows = away.rows("Signal Step", "name", student=A1)
	assert step_reconstruction.reconstruct_some(store, dismissals) == 0
	assert away.rows("Signal Step", "name", student=A1) == rows
