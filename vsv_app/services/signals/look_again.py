"""Acknowledging is a promise: the day by which somebody looks again, what moves it on, and what comes back on it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from vsv_app.engine.sentences import say
from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.engine.signals.signal_lifecycle import Step
from vsv_app.services.school import School
from vsv_app.services.signals import alerting, signal_steps
from vsv_app.services.signals.signal_steps import TakenMeanwhile
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.signals import signals
from vsv_app.stores.store import Store

LONGEST_DAYS = 92
"""A promise for next year is none."""


def chosen_day(store: Store, wanted: date | str | None, today: date) -> date | None:
	"""The day that somebody chose, or the school day after it; None where nobody chose one. Raises ValueError."""
	if not wanted:
		return None
	try:
		day = wanted if isinstance(wanted, date) else date.fromisoformat(wanted)
	except ValueError:
		raise ValueError(say("Choose a day.")) from None
	if not today < day <= today + timedelta(days=LONGEST_DAYS):
		raise ValueError(say("Choose a day after today, within three months."))
	return calendar.load(store).school_day_from(day)


def follow_up(store: Store, student: str, by: str, now: datetime, note: str | None = None) -> list[str]:
	"""Something was done for a learner: signals that somebody has acknowledged come back later; returns their names."""
	steps = {}
	for name, _student, severity, day in signals.to_look_at_again(store, [student]):
		later = signal_steps.usual_day(store, severity, now.date())
		if day is None or day < later:
			steps[name] = Step(life.FOLLOWED_UP, now, by, note=note, look_again_on=later)
	return [one.signal for one in signal_steps.take(store, steps, now, if_possible=True)] if steps else []


def give_days(store: Store, now: datetime) -> int:
	"""Signals that were acknowledged before acknowledging was a promise get a day from now on; returns how many."""
	steps = {
		name: Step(life.FOLLOWED_UP, now)
		for name, _student, _severity, day in signals.to_look_at_again(store)
		if day is None
	}
	return len(signal_steps.take(store, steps, now, if_possible=True)) if steps else 0


def give_back(
	store: Store,
	school: School,
	names: Sequence[str],
	now: datetime,
	*,
	by: str | None = None,
	plan: str | None = None,
) -> list[str]:
	"""A plan lets go of signals that still hold: they are open again, and the mentors are told; returns their names."""
	with store.transaction():
		step = Step(life.GIVEN_BACK, now, by, plan=plan)
		back = [
			one.signal for one in signal_steps.take(store, dict.fromkeys(names, step), now, if_possible=True)
		]
		alerting.tell_again(store, school, back, now)
	return back


def bring_back(store: Store, school: School, now: datetime) -> int:
	"""Open again what somebody acknowledged and wanted to look at by today, and tell the mentors; returns how many.

	It may run at any time, and after days on which nothing ran: what is open again is due no more. A day that has become a
	holiday asks nobody: it waits for school.
	"""
	if not calendar.load(store).is_school_day(now.date()):
		return 0
	back = []
	for name, _student, _severity, _day in signals.to_look_at_again(store, until=now.date()):
		try:
			back += signal_steps.take(store, {name: Step(life.CAME_BACK, now)}, now, if_possible=True)
		except TakenMeanwhile:
			continue  # somebody is at it this very moment
	with store.transaction():
		alerting.tell_again(store, school, [one.signal for one in back], now)
	return len(back)
