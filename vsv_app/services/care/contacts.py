"""Talks, calls and visits: logged from the board, with what was agreed and what comes next, and counted as a protective factor."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from vsv_app.engine.sentences import say
from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.engine.signals.signal_lifecycle import Step
from vsv_app.services.signals import look_again, signal_steps
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.care import contact_log, support_plans
from vsv_app.stores.store import Store

LEARNER = "Learner"
WITH_WHOM = (LEARNER, "Guardian", "Other Family", "Teacher", "Partner", "Other")
CHANNELS = ("In Person", "Phone Call", "Message", "Home Visit", "Video Call")
NEXT_STEP_WEEKS = 1
"""A next step without a day comes back after so many school weeks."""
LATEST_AHEAD = timedelta(minutes=5)
"""Clocks of desks and servers differ a little."""
LOGGED_BACK_DAYS = 62


def log_talk(
	store: Store,
	student: str,
	student_name: str | None,
	by: str,
	now: datetime,
	*,
	channel: str,
	note: str | None = None,
	signal: str | None = None,
	with_whom: str | None = None,
	person_name: str | None = None,
	reached: bool = True,
	contact_on: datetime | str | None = None,
	agreed: str | None = None,
	next_step: str | None = None,
	next_step_on: date | str | None = None,
) -> dict[str, Any]:
	"""Write down a talk about a learner; a signal that it was about is answered with it. Raises ValueError.

	Who was spoken to has a signal that was acknowledged come back later. A next step comes back on its day.
	"""
	with_whom = with_whom or LEARNER
	if channel not in CHANNELS:
		raise ValueError(say("Choose how you spoke."))
	if with_whom not in WITH_WHOM:
		raise ValueError(say("Choose whom you spoke with."))
	when = _moment(contact_on, now)
	day = _next_day(store, next_step, next_step_on, now.date())
	status = None
	with store.transaction():
		if signal:
			status = _answered(store, student, signal, by, now)
		name = store.add_document(
			"Contact Log",
			{
				"creation": now,
				"modified": now,
				"student": student,
				"student_name": student_name,
				"with_whom": with_whom,
				"person_name": _text(person_name),
				"not_reached": int(not reached),
				"channel": channel,
				"contact_on": when,
				"contact_by": by,
				"note": _text(note),
				"agreed": _text(agreed),
				"next_step": _text(next_step),
				"next_step_on": day,
				"next_step_done": 0,
				"interpreter": "None",
				"signal": signal or None,
			},
		)
		if reached:
			look_again.follow_up(store, student, by, now)
	return {"signal": signal or None, "student": student, "status": status, "contact": name}


def next_step_done(store: Store, contact: str, by: str, now: datetime) -> dict[str, Any]:
	"""What was to be done after a talk is done. Raises ValueError."""
	known = contact_log.get(store, contact)
	if known is None or known["next_step_on"] is None:
		raise ValueError(say("There is no next step to be done."))
	if not known["next_step_done"]:
		with store.transaction():
			store.change_document(
				"Contact Log",
				contact,
				{"next_step_done": 1, "next_step_done_on": now, "next_step_done_by": by},
				now,
			)
			look_again.follow_up(store, known["student"], by, now)
	return {"student": known["student"], "contact": contact}


def _answered(store: Store, student: str, signal: str, by: str, now: datetime) -> str:
	"""A talk about a signal takes it on; returns its status."""
	about = support_plans.signals_of(store, student, [signal])
	if not about:
		raise ValueError(say("This signal is not about this learner."))
	if about[0]["status"] != life.OPEN:
		return str(about[0]["status"])
	(taken,) = signal_steps.take(store, {signal: Step(life.ACKNOWLEDGED, now, by)}, now)
	return taken.state.status


def _moment(wanted: datetime | str | None, now: datetime) -> datetime:
	"""When somebody was spoken to: now where nothing else is said."""
	if not wanted:
		return now
	try:
		when = wanted if isinstance(wanted, datetime) else datetime.fromisoformat(wanted)
	except ValueError:
		raise ValueError(say("Choose when you spoke.")) from None
	if when.tzinfo is not None or not now - timedelta(days=LOGGED_BACK_DAYS) <= when <= now + LATEST_AHEAD:
		raise ValueError(say("Choose when you spoke: up to now, at most two months back."))
	return min(when, now)


def _next_day(store: Store, step: str | None, wanted: date | str | None, today: date) -> date | None:
	"""On which day the next step comes back; None where there is none."""
	if wanted:
		return look_again.chosen_day(store, wanted, today)
	return calendar.load(store).school_weeks_after(today, NEXT_STEP_WEEKS) if _text(step) else None


def _text(words: str | None) -> str | None:
	return (words or "").strip() or None


def shown(store: Store, students: Sequence[str]) -> dict[str, dict[str, Any]]:
	"""What the board shows of the last contact: the day, the channel, with whom, and whether they were reached, by learner."""
	return {
		student: {
			"on": contact.on.date().isoformat(),
			"channel": contact.channel,
			"with_whom": contact.with_whom,
			"reached": contact.reached,
		}
		for student, contact in (contact_log.last_contacts(store, students) if students else {}).items()
	}


def talks_by_learner(
	store: Store, since: date, until: date, students: Sequence[str] | None = None
) -> dict[str, list[date]]:
	"""The days on which somebody spoke with each learner, ascending."""
	days: dict[str, list[date]] = {}
	for talk in contact_log.talks(store, since, until, students):
		days.setdefault(talk.student, []).append(talk.on.date())
	return days
