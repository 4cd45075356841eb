"""Talks, calls and visits: logged from the board, shown there, and counted as a protective factor."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.engine.signals.signal_lifecycle import Step
from vsv_app.services.signals import signal_steps
from vsv_app.stores.queries.care import contact_log, support_plans
from vsv_app.stores.store import Store

CHANNELS = ("In Person", "Phone Call", "Message", "Home Visit", "Video Call")


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
) -> dict[str, Any]:
	"""Write down a talk with a learner; a signal that it was about is answered with it. Raises ValueError."""
	if channel not in CHANNELS:
		raise ValueError(f"Choose how you spoke: {', '.join(CHANNELS)}.")
	status = None
	with store.transaction():
		if signal:
			about = support_plans.signals_of(store, student, [signal])
			if not about:
				raise ValueError("This signal is not about this learner.")
			status = about[0]["status"]
			if status == life.OPEN:
				(taken,) = signal_steps.take(store, {signal: Step(life.ACKNOWLEDGED, now, by)}, now)
				status = taken.state.status
		store.add_document(
			"Contact Log",
			{
				"creation": now,
				"modified": now,
				"student": student,
				"student_name": student_name,
				"with_whom": "Learner",
				"channel": channel,
				"contact_on": now,
				"contact_by": by,
				"note": (note or "").strip() or None,
				"interpreter": "None",
				"signal": signal or None,
			},
		)
	return {"signal": signal or None, "student": student, "status": status}


def shown(store: Store, students: Sequence[str]) -> dict[str, dict[str, Any]]:
	"""What the board shows of the last contact: the day and the channel, by learner."""
	return {
		student: {"on": contact.on.date().isoformat(), "channel": contact.channel}
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
