"""Who is told about a signal, and who next when nobody acts."""

from dataclasses import dataclass
from datetime import date, datetime

MENTOR, COORDINATOR, LEADER = "Mentor", "Coordinator", "Leader"
LADDER = (MENTOR, COORDINATOR, LEADER)
OFFICER = "Officer"
ASKED = (OFFICER, COORDINATOR, LEADER)
"""Who is asked about a day that nobody settles: after one school day, after two, after three."""


@dataclass(frozen=True)
class Sent:
	"""An alert that went out: to whom, on which rung of the ladder, and the school day it counts from."""

	recipient: str
	level: str
	on: date


@dataclass(frozen=True)
class Alert:
	"""An alert that is to go out."""

	recipient: str
	level: str

	def key(self, signal: str, reopened_on: datetime | None = None) -> str:
		"""Never two alerts for one fact: signal, since when it is open again, recipient and level."""
		known = f"{signal}|{self.recipient}|{self.level}"
		return f"{known}|{reopened_on:%Y-%m-%d %H:%M:%S}" if reopened_on else known


def first_alerts(mentors: list[str], coordinator: str | None, leader: str | None = None) -> list[Alert]:
	"""Whom a new signal goes to: the mentors, or the coordinator where a learner has none, or else the leader."""
	if mentors:
		return [Alert(mentor, MENTOR) for mentor in dict.fromkeys(mentors)]
	if coordinator:
		return [Alert(coordinator, COORDINATOR)]
	return [Alert(leader, LEADER)] if leader else []


def handed_over(sent: list[Sent], mentors: list[str]) -> list[Alert]:
	"""To whom an alert goes anew: the mentors of today, where none of those who were told is one any more.

	Once it has gone up the ladder it is in other hands.
	"""
	if not sent or any(alert.level != MENTOR for alert in sent):
		return []
	told = {alert.recipient for alert in sent}
	return [] if told.intersection(mentors) else first_alerts(mentors, None)


def escalation(
	sent: list[Sent], *, school_days_since: int, after: int, coordinator: str | None, leader: str | None
) -> Alert | None:
	"""The next rung when a signal was not acted on for `after` school days since the last alert; 0 never escalates."""
	if not sent or not after or school_days_since < after:
		return None
	reached = max(LADDER.index(alert.level) for alert in sent)
	told = {alert.recipient for alert in sent}
	for level, person in zip(LADDER[1:], (coordinator, leader), strict=True):
		if LADDER.index(level) > reached and person and person not in told:
			return Alert(person, level)
	return None


def next_asked(school_days: int, asked: str | None) -> str | None:
	"""Whom to ask next about a day that has been held for so many school days: one rung a school day, each once."""
	reached = ASKED.index(asked) + 1 if asked else 0
	return ASKED[reached] if reached < len(ASKED) and school_days > reached else None
