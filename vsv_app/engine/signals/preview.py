"""What a rule would have done: its signals replayed day by day over a time that is past.

CannotPreview(ValueError)   says in a sentence why a rule has no past to be shown in
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from vsv_app.engine.attendance.learner_days import Enrolment, ExceptionRow
from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.sentences import say
from vsv_app.engine.signals.indicators.facts import NOTHING_ELSE, OtherFacts
from vsv_app.engine.signals.looking_back.past import Past, Stood
from vsv_app.engine.signals.rules import Rule

__all__ = ["CannotPreview", "Stood", "first_raised", "has_a_past", "refuse_without_past", "replay"]


class CannotPreview(ValueError):
	"""A rule about the running day alone."""


def replay(
	rows: Sequence[ExceptionRow],
	enrolments: Mapping[str, Enrolment],
	rule: Rule,
	calendar: SchoolCalendar,
	days: Sequence[date],
	more: OtherFacts = NOTHING_ELSE,
) -> list[Stood]:
	"""The signals that `rule` would have raised on `days`, ascending, as the nightly evaluation would have.

	`rows` are ordered by learner and date. A learner is judged while enrolled. Raises CannotPreview.
	"""
	refuse_without_past(rule)
	past = Past(calendar, days, more)
	found: list[Stood] = []
	for learner in past.learners(rows, enrolments, everybody=rule.fires_on_nothing):
		found += learner.stood(rule)
	return sorted(found, key=lambda one: (one.raised, one.student))


def has_a_past(rule: Rule) -> bool:
	"""Whether it looks at more than the running day."""
	return all(condition.indicator != "not_arrived_today" for condition in rule.conditions)


def refuse_without_past(rule: Rule) -> None:
	"""Raises CannotPreview for a rule about the running day alone."""
	if not has_a_past(rule):
		raise CannotPreview(
			say(
				"{0}: who has not arrived is known on the running day alone. Its past is the list of absences.",
				rule.title,
			)
		)


def first_raised(signals: Iterable[Stood]) -> dict[str, date]:
	"""The day of the first signal, by learner."""
	found: dict[str, date] = {}
	for signal in signals:
		found[signal.student] = min(signal.raised, found.get(signal.student, signal.raised))
	return found
