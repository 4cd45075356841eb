"""Whether a rule can say anything at this school: what the rule alone does not tell, its calendar and records do."""

from collections.abc import Sequence
from datetime import date

from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.care.goals import IN_HOURS
from vsv_app.engine.sentences import say
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.indicators.windows import IN_WEEKS, ROLLING_DAYS, SCHOOL_DAYS, Window
from vsv_app.engine.signals.rules import Rule, RuleError
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import calendar, student_attendance
from vsv_app.stores.store import Store

FEWEST_WEEKS = 4
"""Weeks with records from which a school has something to hold a window against."""
SHORTEST_LESSON = 30
"""Minutes; a threshold below it is most likely one in hours."""
DAYS_IN_A_UNIT = {ROLLING_DAYS: 1.0, SCHOOL_DAYS: 7 / 5, **dict.fromkeys(IN_WEEKS, 7.0)}


def refuse_what_was_not_meant(rule: Rule) -> None:
	"""Raises RuleError, with what to change, for a rule that could be and that nobody means: hours for minutes, or whoever is always there."""
	for condition in rule.conditions:
		unit, threshold = INDICATORS[condition.indicator].unit, condition.threshold
		if condition.indicator in IN_HOURS and condition.upward and 1 < threshold < SHORTEST_LESSON:
			raise RuleError(
				say(
					"{0}: {1} minutes is less than a lesson. The threshold is in minutes: for {1} hours write {2}, for any absence at all 1.",
					rule.title,
					f"{threshold:g}",
					f"{60 * threshold:g}",
				)
			)
		if unit == "percentage points" and 0 < threshold < 1:
			raise RuleError(
				say(
					"{0}: {1} percentage points is hardly a change. The threshold is in percentage points: from 5 to 15 percent is 10.",
					rule.title,
					f"{threshold:g}",
				)
			)
	nothing_seen = [None if INDICATORS[c.indicator].needs else 0.0 for c in rule.conditions]
	if rule.fires(nothing_seen):
		raise RuleError(
			say(
				"{0}: it holds for whoever was always there and in time, so it would flag nearly everybody. Compare with at least or more than, or add a condition on something else.",
				rule.title,
			)
		)


def refuse_what_cannot_be(store: Store, rule: Rule, today: date) -> None:
	"""Raises RuleError, with what to change, for a rule in use that can never fire here or looks back beyond all records."""
	refuse_what_was_not_meant(rule)
	if rule.valid_to is not None and rule.valid_to < today:
		raise RuleError(
			say(
				"{0}: it ended on {1}: it can never fire any more. Change the date, or switch the rule off.",
				rule.title,
				str(rule.valid_to),
			)
		)
	_refuse_an_empty_scope(store, rule)
	_refuse_more_days_than_a_year_has(rule, calendar.load(store))
	kept = student_attendance.first_and_last(store)
	if kept is not None and (known := (kept[1] - kept[0]).days + 1) >= 7 * FEWEST_WEEKS:
		for window in too_long(rule, known):
			raise RuleError(
				say(
					"{0}: it looks back over {1} {2}, and there are records of {3} weeks. Choose a shorter window, or year to date, which grows with the records; or bring in earlier attendance first.",
					rule.title,
					str(window.length),
					window.kind.lower(),
					str(known // 7),
				)
			)


def too_long(rule: Rule, known_days: int) -> Sequence[Window]:
	"""The windows of a rule that reach back further than so many days."""
	windows = (condition.window for condition in rule.conditions)
	return [one for one in windows if one.length * DAYS_IN_A_UNIT.get(one.kind, 0) > known_days]


def _refuse_an_empty_scope(store: Store, rule: Rule) -> None:
	scope = rule.scope
	if scope.group is None or scope.program is None:
		return
	of_group = learners.program_of(store, scope.group)
	if of_group != scope.program:
		raise RuleError(
			say(
				"{0}: the group {1} is of the program {2}, not of {3}: it can never fire. Leave one of them empty.",
				rule.title,
				scope.group,
				of_group or "none",
				scope.program,
			)
		)


def _refuse_more_days_than_a_year_has(rule: Rule, school_calendar: SchoolCalendar) -> None:
	scope = rule.scope
	about = {(scope.group, scope.program)}
	if about == {(None, None)}:
		about |= {(schedule.group, schedule.program) for schedule in school_calendar.schedules}
	tracks = [school_calendar.track(*one).days for one in about]
	most = max(
		(sum(day in year for day in days) for days in tracks for year in school_calendar.years), default=0
	)
	if 0 < most < rule.minimum_school_days:
		raise RuleError(
			say(
				"{0}: it asks for {1} school days, and a school year here has {2}: it can never fire. Choose fewer.",
				rule.title,
				str(rule.minimum_school_days),
				str(most),
			)
		)
