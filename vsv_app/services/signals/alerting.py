"""Alerts: the mentor first, then the coordinator, then the leader; never two for one fact to one person."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.engine.signals.alerts import Alert, Sent, escalation, first_alerts, handed_over
from vsv_app.engine.signals.signal_lifecycle import Step
from vsv_app.services import mentors
from vsv_app.services.school import School
from vsv_app.services.signals import signal_steps
from vsv_app.stores.queries.signals import signals
from vsv_app.stores.store import Store

SUBJECT = "An early-warning signal asks for your attention"
SEVERAL = "{0} early-warning signals ask for your attention"
ESCALATED = "An early-warning signal was not answered and asks for your attention"
SEVERAL_ESCALATED = "{0} early-warning signals were not answered and ask for your attention"
BACK = "An early-warning signal is open again and asks for your attention"
SEVERAL_BACK = "{0} early-warning signals are open again and ask for your attention"


class About(NamedTuple):
	"""A signal, with the learner whom it is about; `reopened_on`: since when it is open again."""

	signal: str
	student: str
	student_name: str | None
	reopened_on: datetime | None = None


def raise_first(
	store: Store, school: School, raised: Sequence[tuple[About, Sequence[str]]], now: datetime
) -> None:
	"""Tell the mentors of each learner about new signals, or the coordinator where the learner has none."""
	_send(
		store,
		[
			(alert, about)
			for about, told in raised
			for alert in first_alerts(list(told), school.coordinator, school.leader)
		],
		now,
		(SUBJECT, SEVERAL),
	)


def tell_again(store: Store, school: School, names: Sequence[str], now: datetime) -> int:
	"""Tell today's mentors about signals that are open again, as about new ones; returns how many alerts went out."""
	wanted = set(names)
	back = (
		[
			About(one.signal, one.student, one.student_name, one.reopened_on)
			for one in signals.unanswered(store)
			if one.signal in wanted
		]
		if wanted
		else []
	)
	if not back:
		return 0
	people = mentors.load(store, now.date(), sorted({about.student for about in back}))
	due = [
		(alert, about)
		for about in back
		for alert in first_alerts(people.of(about.student), school.coordinator, school.leader)
	]
	_send(store, due, now, (BACK, SEVERAL_BACK))
	return len(due)


def escalate(store: Store, school: School, school_calendar: SchoolCalendar, now: datetime) -> int:
	"""Tell the next person about each signal that nobody acted on in time; returns how many alerts went out.

	Whoever took a learner over from the mentor who was told hears of it first, and has as much time.
	"""
	waiting = signals.unanswered(store)
	if not waiting:
		return 0
	sent = signals.alerts(store, [one.signal for one in waiting])
	people = mentors.load(store, now.date(), sorted({one.student for one in waiting}))
	handed: list[tuple[Alert, About]] = []
	due: dict[str, tuple[Alert, About]] = {}
	with store.transaction():
		for about in (About(one.signal, one.student, one.student_name, one.reopened_on) for one in waiting):
			name, student, _label, since = about
			told = [
				Sent(recipient, level, on.date())
				for recipient, level, on in sent.get(name, [])
				if since is None or on >= since
			]
			if not told:
				# Nobody was there to be told, or the night ended before anybody was.
				handed += [
					(alert, about)
					for alert in first_alerts(people.of(student), school.coordinator, school.leader)
				]
				continue
			if anew := handed_over(told, people.of(student)):
				handed += [(alert, about) for alert in anew]
				continue
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
				due[name] = alert, about
		steps = {
			name: Step(life.ESCALATED, now, recipient=alert.recipient, level=alert.level)
			for name, (alert, _about) in due.items()
		}
		climbed = signal_steps.take(store, steps, now, if_possible=True)
		_send(store, handed, now, (SUBJECT, SEVERAL))
		_send(store, [due[one.signal] for one in climbed], now, (ESCALATED, SEVERAL_ESCALATED))
	return len(handed) + len(climbed)


def _school_days_after(school_calendar: SchoolCalendar, since: date, until: date) -> int:
	"""School days after `since`, up to and with `until`."""
	return sum(
		school_calendar.is_school_day(date.fromordinal(day))
		for day in range(since.toordinal() + 1, until.toordinal() + 1)
	)


def _send(store: Store, due: Sequence[tuple[Alert, About]], now: datetime, subjects: tuple[str, str]) -> None:
	"""Write each alert down, and tell each recipient once however many there are; `subjects`: of one, of several."""
	store.add_documents("Early Warning Alert", [(_values(alert, about, now), {}) for alert, about in due])
	signals_of: dict[str, list[str]] = {}
	for alert, about in due:
		signals_of.setdefault(alert.recipient, []).append(about.signal)
	for recipient, names in signals_of.items():
		store.notify(recipient, subjects[len(names) > 1], "Early Warning Signal", *names)


def _values(alert: Alert, about: About, now: datetime) -> dict[str, Any]:
	return {
		"creation": now,
		"modified": now,
		"signal": about.signal,
		"student": about.student,
		"student_name": about.student_name,
		"recipient": alert.recipient,
		"level": alert.level,
		"sent_on": now,
		"status": "Sent",
		"alert_key": alert.key(about.signal, about.reopened_on),
	}
