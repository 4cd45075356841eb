"""Steps of signals: the one place that changes what a signal says of itself, and writes down each change.

TakenMeanwhile(ValueError)   somebody else has just taken a step; nothing was written
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.sentences import say
from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.engine.signals.explanation import history
from vsv_app.engine.signals.explanation.findings import Say
from vsv_app.engine.signals.signal_lifecycle import SignalState, Step
from vsv_app.services.school import SETTINGS
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.signals import signal_steps, signals
from vsv_app.stores.queries.signals.signal_steps import Taken
from vsv_app.stores.queries.signals.signals import EvidenceRow
from vsv_app.stores.store import Store

ANSWERS = {
	life.ACKNOWLEDGED: "Acted On",
	life.PUT_IN_PLAN: "Acted On",
	life.DISMISSED: "Acted On",
	life.ESCALATED: "Escalated",
}
"""What a step makes of the alerts that went out about its signal."""


LOOK_AGAIN_WEEKS, LOOK_AGAIN_URGENT_DAYS = 2, 2
"""Where a school has set nothing else: school weeks, and for urgent signals school days."""
PROMISING = (life.ACKNOWLEDGED, life.TAKEN_BACK, life.FOLLOWED_UP)
"""Steps that promise to look again on a day."""


class TakenMeanwhile(ValueError):
	"""Between reading a signal and writing its step, somebody else wrote one."""


def take(store: Store, steps: Mapping[str, Step], now: datetime, *, if_possible: bool = False) -> list[Taken]:
	"""Take a step with each of some signals, named by the keys: what the signal says, the step's row, its alerts.

	Raises IllegalTransition, or ValueError with what is missing; `if_possible` passes over those signals.
	"""
	with store.transaction():
		taken = change(store, steps, now, if_possible=if_possible)
		write(store, taken, now)
	return taken


def change(
	store: Store,
	steps: Mapping[str, Step],
	now: datetime,
	*,
	more: Mapping[str, Mapping[str, Any]] | None = None,
	if_possible: bool = False,
) -> list[Taken]:
	"""Change what signals say of themselves; `write` is to follow in the same transaction.

	`more` are fields that go along with the step, by signal.
	"""
	kept = signal_steps.kept(store, list(steps))
	if gone := [name for name in steps if name not in kept]:
		raise ValueError(f"There is no signal {gone[0]}.")
	steps = {name: with_day(store, step, kept[name].state) for name, step in steps.items()}
	taken = [
		Taken(name, was.student, was.step_count + 1, step, life.after(was.state, step))
		for name, step in steps.items()
		if (was := kept[name]) and not (if_possible and not life.may_follow(was.state, step))
	]
	for one in taken:
		values = signal_steps.columns(one.state, kept[one.signal].state)
		signal_steps.count_on(store, one.signal, {**values, **(more or {}).get(one.signal, {})}, now)
	counted = signal_steps.counts(store, [one.signal for one in taken])
	if any(counted[one.signal] != one.sequence for one in taken):
		raise TakenMeanwhile(say("Somebody else has just acted on this signal. Look at it again."))
	return taken


def write(store: Store, taken: Sequence[Taken], now: datetime) -> None:
	"""Write down steps that signals have taken, and answer the alerts about them."""
	signal_steps.append(store, taken)
	for one in taken:
		if one.step.kind in ANSWERS:
			signals.answer_alerts(store, one.signal, ANSWERS[one.step.kind], now)


def with_day(store: Store, step: Step, state: SignalState) -> Step:
	"""A step that promises to look again, with the day of the school's own habit where none was chosen."""
	if step.kind not in PROMISING or step.look_again_on or step.plan:
		return step
	return replace(step, look_again_on=usual_day(store, state.severity, step.on.date()))


def usual_day(
	store: Store, severity: str, today: date, school_calendar: SchoolCalendar | None = None
) -> date:
	"""By which day to look again at a signal that somebody takes on today, counted by the school calendar."""
	settings, school_calendar = store.single(SETTINGS), school_calendar or calendar.load(store)
	if severity == "Urgent":
		return school_calendar.school_days_after(
			today, int(settings.get("look_again_urgent_days") or LOOK_AGAIN_URGENT_DAYS)
		)
	return school_calendar.school_weeks_after(
		today, int(settings.get("look_again_weeks") or LOOK_AGAIN_WEEKS)
	)


def raise_signals(
	store: Store, raised: Sequence[tuple[Mapping[str, Any], Step, Sequence[EvidenceRow]]]
) -> list[str]:
	"""Write new signals, each with what it is about, the step that raises it, and what it rests on; returns their names."""
	states = [life.after(None, step) for _about, step, _evidence in raised]
	names = signals.add(
		store,
		[
			({**about, **signal_steps.columns(state), "step_count": 1}, evidence)
			for (about, _step, evidence), state in zip(raised, states, strict=True)
		],
	)
	signal_steps.append(
		store,
		[
			Taken(name, str(about["student"]), 1, step, state)
			for name, (about, step, _evidence), state in zip(names, raised, states, strict=True)
		],
	)
	return names


def put_in_plan(store: Store, names: Sequence[str], plan: str, by: str, now: datetime) -> None:
	"""A plan answers to these signals: those that can go into a plan are in one from now on."""
	take(store, {name: Step(life.PUT_IN_PLAN, now, by, plan=plan) for name in names}, now, if_possible=True)


def contest(store: Store, record: str, by: str, now: datetime, note: str | None = None) -> None:
	"""Somebody says that an attendance record is not right: it is marked, and each signal that rests on it says so."""
	step = Step(life.CONTESTED, now, by, note=(note or "").strip() or None, record=record)
	with store.transaction():
		signals.mark_contested(store, record, True, now)
		take(store, dict.fromkeys(signal_steps.resting_on(store, record), step), now, if_possible=True)


def told(
	store: Store, names: Sequence[str], today: date, language: str = "en", translate: Say = str
) -> dict[str, list[dict[str, Any]]]:
	"""The history of each signal in sentences, the newest step first."""
	steps = signal_steps.of(store, names)
	every = [step for some in steps.values() for step in some]
	users = sorted({user for step in every for user in (step.by, step.recipient) if user})
	records = sorted({step.record for step in every if step.record})
	people = signal_steps.full_names(store, users) if users else {}
	days = signal_steps.days_of_records(store, records) if records else {}
	return {
		name: [
			{
				"step": entry.kind,
				"on": entry.on.isoformat(" ", "minutes"),
				"text": entry.text,
				"note": entry.note,
			}
			for entry in history.tell(some, language, people, days, translate, today=today)
		]
		for name, some in steps.items()
	}
