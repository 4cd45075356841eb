"""Reports that the law asks for: when the limit was reached, by when the report is due, and the life of one.

To Check ─► Reported
    ⇅
Not Needed, with a reason

IllegalReport(ValueError)   a step that is not possible, with what to do first
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from vsv_app.engine.attendance.timetable import SchoolCalendar, monday
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
	rule: Rule,
	facts: Facts,
	calendar: SchoolCalendar,
	*,
	on: date,
	since: date | None,
	every_days: int = 0,
	was_reported: bool = True,
) -> list[Reached]:
	"""Each time that the limit of a rule was reached up to `on`, in this academic year; where it looks across years, before it too.

	After a report counting begins anew: only days after `since`, the last day of the report before, count. While a learner
	stays away without a day back, one report in `every_days` calendar days is enough: what is reached sooner waits until
	these are over or the learner was there, and is then reported in one. `was_reported`: the report up to `since` was made; one
	that was found not needed relieves of nothing. Looking each night or once comes to the same.
	`rule` has one condition, on attendance, of which more is worse; anything else raises ValueError.
	"""
	condition = rule.conditions[0]
	if rule.combination != SINGLE or not condition.upward or INDICATORS[condition.indicator].needs:
		raise ValueError(say("{0}: a report to an authority rests on one limit of absence.", rule.title))
	count = _Count(rule, facts, calendar, since if was_reported else None, every_days)
	days, year = facts.days, calendar.year(on)
	begin = span(condition.window, year.start, facts.track, calendar).start if year else 0
	if since is not None:
		begin = max(begin, facts.track.first_after(since))
	count.begin = begin
	for slot in days.slots(begin, facts.track.first_after(on)):
		count.day(slot)
	count.until(on)
	return count.found


class _Count:
	"""Counting up to a limit, day by day. `waiting`: what was reached sooner than it is to be reported."""

	def __init__(
		self, rule: Rule, facts: Facts, calendar: SchoolCalendar, since: date | None, every_days: int
	) -> None:
		self.condition = rule.conditions[0]
		self.indicator = INDICATORS[self.condition.indicator]
		self.facts = facts
		self.calendar = calendar
		self.every = timedelta(days=every_days)
		self.before = since
		self.begin = 0
		self.waiting: Reached | None = None
		self.found: list[Reached] = []

	def day(self, slot: int) -> None:
		"""A day with something to count."""
		at = self.facts.days.at[slot]
		day = self.facts.track.days[at]
		self.until(day - timedelta(days=1))
		limit = self._limit(at)
		if (
			limit is not None
			and self.before is not None
			and day < self.before + self.every
			and self._still_away(at)
		):
			self.waiting = limit
		elif limit is not None:
			self._report(limit)

	def until(self, day: date) -> None:
		"""Report what waits where by then the days are over, or the learner was back."""
		if self.waiting is None or self.before is None:
			return
		was_there = self.facts.track.first_after(self.waiting.last) < self.facts.track.first_after(day)
		if was_there or day >= self.before + self.every:
			self._report(self.waiting)

	def _limit(self, at: int) -> Reached | None:
		track = self.facts.track
		window = span(self.condition.window, track.days[at], track, self.calendar)
		own = replace(window, start=max(window.start, self.begin))
		value = self.indicator.measure(self.facts, own)
		if not self.condition.holds(value):
			return None
		slots = sorted(self.indicator.slots(self.facts, own))
		first = track.days[self.facts.days.at[slots[0]]]
		return Reached(first, track.days[at], value or 0.0, tuple(slots))

	def _report(self, limit: Reached) -> None:
		self.found.append(limit)
		self.before, self.waiting = limit.last, None
		self.begin = self.facts.track.first_after(limit.last)

	def _still_away(self, at: int) -> bool:
		"""Whether each school day from the last of the report before was missed as a whole, excused or not."""
		days = self.facts.days
		first = self.facts.track.first_from(self.before) if self.before else at
		slots = days.slots(first, at + 1)
		return len(slots) == at + 1 - first and all(days.absent[slot] for slot in slots)


def on_one_day(rule: Rule, facts: Facts, slot: int) -> float:
	"""What a single day counts for towards the limit of a rule, in the indicator's unit."""
	at = facts.days.at[slot]
	day = facts.track.days[at]
	value = INDICATORS[rule.conditions[0].indicator].measure(facts, Span(at, at + 1, day, day))
	return value or 0.0


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
	return is_school_day(day) or not any(is_school_day(monday(day) + timedelta(days=n)) for n in range(7))


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


def words_of(lines: str | None) -> tuple[str, ...]:
	"""The words of an authority that a rule lists, one on a line."""
	return tuple(word for line in (lines or "").splitlines() if (word := line.strip()))


def check_word(field: str, value: str | None, known: Sequence[str]) -> None:
	"""Raises IllegalReport where an authority that has words of its own does not know this one."""
	if value and known and value not in known:
		raise IllegalReport(say("{0}: {1} is none of {2}.", say(field), say(value), tuple(map(say, known))))


def report_key(student: str, rule: str, last: date) -> str:
	"""What makes a second report of the same absence impossible."""
	return f"{student}|{rule}|{last}"
