"""Reports that the law asks for: when the limit was reached, by when the report is due, and the life of one.

To Check ─► Reported
    ⇅
Not Needed, with a reason

IllegalReport(ValueError)   a step that is not possible, with what to do first
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.sentences import say
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.indicators.facts import Facts
from vsv_app.engine.signals.indicators.windows import Span, span
from vsv_app.engine.signals.rules import SINGLE, Rule

TO_CHECK, REPORTED, NOT_NEEDED = "To Check", "Reported", "Not Needed"
ALLOWED = {TO_CHECK: (REPORTED, NOT_NEEDED), NOT_NEEDED: (TO_CHECK,), REPORTED: ()}
SATURDAY = 5


class IllegalReport(ValueError):
	"""A step that the life of a report does not know, or that lacks something."""


@dataclass(frozen=True)
class Reached:
	"""A limit that was reached: the first day that counts, the day it was reached, the value, the slots it rests on."""

	first: date
	last: date
	value: float
	slots: tuple[int, ...]


def reached(
	rule: Rule, facts: Facts, calendar: SchoolCalendar, *, on: date, since: date | None
) -> list[Reached]:
	"""Each time that the limit of a rule was reached up to `on`, in this academic year.

	After a report counting begins anew: only days after `since`, the last day of the report before, count. `rule` has
	one condition, on attendance, of which more is worse; anything else raises ValueError.
	"""
	condition = rule.conditions[0]
	if rule.combination != SINGLE or not condition.upward or INDICATORS[condition.indicator].needs:
		raise ValueError(say("{0}: a report to an authority rests on one limit of absence.", rule.title))
	indicator, track, found = INDICATORS[condition.indicator], facts.track, []
	year = calendar.year(on)
	begin = track.first_from(year.start) if year else 0
	if since is not None:
		begin = max(begin, track.first_after(since))
	for slot in facts.days.slots(begin, track.first_after(on)):
		at = facts.days.at[slot]
		window = span(condition.window, track.days[at], track, calendar)
		own = Span(max(window.start, begin), window.end, window.first_day, window.last_day, window.year_start)
		value = indicator.measure(facts, own)
		if condition.holds(value):
			slots = sorted(indicator.slots(facts, own))
			first = track.days[facts.days.at[slots[0]]]
			found.append(Reached(first, track.days[at], value or 0.0, tuple(slots)))
			begin = at + 1
	return found


def due_on(last: date, working_days: int, is_school_day: Callable[[date], bool]) -> date:
	"""The last of so many working days after `last`: Monday to Friday, less single days off.

	A weekday without school in a week with school is a day off; in a week without any, offices go on working.
	"""
	day, left = last, working_days
	while left:
		day += timedelta(days=1)
		left -= _works(day, is_school_day)
	return day


def _works(day: date, is_school_day: Callable[[date], bool]) -> bool:
	if day.weekday() >= SATURDAY:
		return False
	begun = day - timedelta(days=day.weekday())
	return is_school_day(day) or not any(is_school_day(begun + timedelta(days=n)) for n in range(7))


def step(before: str, after: str, *, what_school_did: str | None, not_needed_because: str | None) -> None:
	"""Check one step; raises IllegalReport with what to do first."""
	if after not in ALLOWED.get(before, ()):
		possible = ALLOWED.get(before, ()) or ("nothing: it was sent",)
		raise IllegalReport(
			say("A report that is {0} cannot become {1}; possible: {2}.", before, after, possible)
		)
	if after == REPORTED and not (what_school_did or "").strip():
		raise IllegalReport(
			say("Say first what the school did since the first day away: the authority asks for it.")
		)
	if after == NOT_NEEDED and not (not_needed_because or "").strip():
		raise IllegalReport(say("Say in a few words why no report is needed."))


def report_key(student: str, rule: str, last: date) -> str:
	"""What makes a second report of the same absence impossible."""
	return f"{student}|{rule}|{last}"
