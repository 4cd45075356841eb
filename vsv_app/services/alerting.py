"""Alerts: the mentor first, then the coordinator, then the leader; never two for one fact to one person."""

from collections.abc import Sequence
from datetime import date, datetime

from vsv_app.engine.alerts import Alert, Sent, escalation, first_alerts
from vsv_app.engine.timetable import SchoolCalendar
from vsv_app.services.school import School
from vsv_app.stores.queries import signals
from vsv_app.stores.store import Store

SUBJECT = "An early-warning signal asks for your attention"
ESCALATED = "An early-warning signal was not answered and asks for your attention"


def raise_first(
	store: Store,
	school: School,
	signal: str,
	student: str,
	student_name: str | None,
	mentors: Sequence[str],
	now: datetime,
) -> None:
	"""Tell the mentors about a new signal, or the coordinator where the learner has none."""
	for alert in first_alerts(list(mentors), school.coordinator):
		_send(store, alert, signal, student, student_name, now, SUBJECT)


def escalate(store: Store, school: School, school_calendar: SchoolCalendar, now: datetime) -> int:
	"""Tell the next person about each signal that nobody acted on in time; returns how many alerts went out."""
	waiting = signals.unanswered(store)
	sent = signals.alerts(store, [name for name, _student, _label in waiting]) if waiting else {}
	count = 0
	with store.transaction():
		for name, student, label in waiting:
			told = [Sent(recipient, level, on.date()) for recipient, level, on in sent.get(name, [])]
			alert = escalation(
				told,
				school_days_since=_school_days_after(
					school_calendar, max((one.on for one in told), default=now.date()), now.date()
				),
				after=school.escalate_after_days,
				coordinator=school.coordinator,
				leader=school.leader,
			)
			if alert is not None:
				signals.answer_alerts(store, name, "Escalated", now)
				_send(store, alert, name, student, label, now, ESCALATED)
				count += 1
	return count


def _school_days_after(school_calendar: SchoolCalendar, since: date, until: date) -> int:
	"""School days after `since`, up to and with `until`."""
	return sum(
		school_calendar.is_school_day(date.fromordinal(day))
		for day in range(since.toordinal() + 1, until.toordinal() + 1)
	)


def _send(
	store: Store,
	alert: Alert,
	signal: str,
	student: str,
	student_name: str | None,
	now: datetime,
	subject: str,
) -> None:
	store.add_document(
		"Early Warning Alert",
		{
			"creation": now,
			"modified": now,
			"signal": signal,
			"student": student,
			"student_name": student_name,
			"recipient": alert.recipient,
			"level": alert.level,
			"sent_on": now,
			"status": "Sent",
			"alert_key": alert.key(signal),
		},
	)
	store.notify(alert.recipient, subject, "Early Warning Signal", signal)
