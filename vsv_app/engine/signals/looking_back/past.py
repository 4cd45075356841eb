"""A past that rules are looked at in: each learner once for all rules, each value once for all that share it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from operator import and_
from typing import Any

from vsv_app.engine.attendance.learner_days import Enrolment, ExceptionRow, by_learner, lay_out
from vsv_app.engine.attendance.timetable import SchoolCalendar, Track
from vsv_app.engine.signals.evaluation import in_scope
from vsv_app.engine.signals.indicators.catalogue import INDICATORS, Indicator
from vsv_app.engine.signals.indicators.facts import NOTHING_ELSE, Facts, OtherFacts
from vsv_app.engine.signals.indicators.over_days import NEVER, Ground, Horizon, Memo, Values, Views
from vsv_app.engine.signals.indicators.record_measures import Ceiling
from vsv_app.engine.signals.indicators.windows import Window
from vsv_app.engine.signals.rules import AT_LEAST, AT_MOST, MORE_THAN, SINGLE, Condition, Rule, Scope

Hits = list[bool]
"""Whether something holds, on each day of a past."""


@dataclass(frozen=True)
class Stood:
	"""A signal that a rule would have raised: from when to when. `cleared` None: to the end."""

	student: str
	raised: date
	cleared: date | None = None

	def on(self, day: date) -> bool:
		return self.raised <= day and (self.cleared is None or day < self.cleared)


class Past:
	"""Days that are past, ascending, and what is known beside attendance; shared between learners.

	`until`: the day on which all that stands at the end has gone, as the next academic year begins anew; None: it stands on.
	"""

	def __init__(
		self,
		calendar: SchoolCalendar,
		days: Sequence[date],
		more: OtherFacts = NOTHING_ELSE,
		until: date | None = None,
	) -> None:
		self.days, self.until = list(days), until
		self.memo: dict[Any, Any] = {}
		self.judged: dict[tuple[date | None, ...], tuple[int, int, int]] = {}
		self.known = more
		self.more = more.by_learner()
		self._calendar = calendar
		self._horizon = Horizon(self.days, calendar)
		self._grounds: dict[int, Ground] = {}
		self._enough: dict[tuple[Any, ...], Hits] = {}

	def learners(
		self,
		rows: Sequence[ExceptionRow],
		enrolments: Mapping[str, Enrolment],
		*,
		everybody: bool = False,
	) -> Iterator["LearnerPast"]:
		"""The past of each learner of whom something is known, or of everybody. `rows` are ordered by learner and date."""
		if not self.days:
			return
		seen: set[str] = set()
		for student, own in by_learner(rows):
			enrolment = enrolments.get(student)
			if enrolment is not None:
				seen.add(student)
				yield self._of(enrolment, own)
		for student, enrolment in enrolments.items():
			if student not in seen and (everybody or student in self.more):
				yield self._of(enrolment, ())

	def _of(self, enrolment: Enrolment, rows: Iterable[ExceptionRow]) -> "LearnerPast":
		track = self._calendar.track(enrolment.group, enrolment.program, enrolment.before)
		facts = Facts(
			lay_out(rows, track),
			track,
			track.first_from(enrolment.since),
			False,
			self.more.get(enrolment.student, {}),
			self.known.kept,
			self.known.courses,
			self.known.pass_mark,
		)
		return LearnerPast(self, enrolment, facts, self._ground(track))

	def _ground(self, track: Track) -> Ground:
		found = self._grounds.get(id(track))
		if found is None:
			found = self._grounds[id(track)] = Ground(self._horizon, track)
		return found

	def enough_data(self, rule: Rule, ground: Ground, enrolled_at: int) -> Hits | None:
		"""Whether the windows of a rule have the school days that it asks for, day by day; None: always."""
		if not rule.minimum_school_days:
			return None
		windows = frozenset(condition.window for condition in rule.conditions)
		key = id(ground), windows, enrolled_at, rule.minimum_school_days
		found = self._enough.get(key)
		if found is None:
			longest = [
				min(starts) for starts in zip(*(ground.view(one).starts for one in windows), strict=True)
			]
			found = self._enough[key] = [
				end - max(start, enrolled_at) >= rule.minimum_school_days
				for start, end in zip(longest, ground.ends, strict=True)
			]
		return found


class LearnerPast:
	"""One learner in a past. What was measured for one rule is there for the next."""

	__slots__ = ("_memo", "_most", "_values", "_wide_memo", "enrolment", "facts", "ground", "past")

	def __init__(self, past: Past, enrolment: Enrolment, facts: Facts, ground: Ground) -> None:
		self.past, self.enrolment, self.facts, self.ground = past, enrolment, facts, ground
		self._values: dict[tuple[str, Window], Values] = {}
		self._most: dict[tuple[str, Window], float] = {}
		self._memo: Memo = {}
		self._wide_memo: Memo = {}

	@property
	def student(self) -> str:
		return self.enrolment.student

	def values(self, condition: Condition) -> Values:
		"""The value that a condition looks at, on each day of the past."""
		key = condition.indicator, condition.window
		found = self._values.get(key)
		if found is None:
			view = self.ground.view(condition.window)
			found = self._values[key] = INDICATORS[condition.indicator].on_each(
				self.facts, view, self.memo_of(view)
			)
		return found

	def memo_of(self, view: Views) -> Memo:
		"""What is added up from another day on is remembered apart."""
		return self._memo if view.ground is self.ground else self._wide_memo

	def ceiling(self, condition: Condition) -> float:
		"""What no value goes beyond that a condition looks at."""
		key = condition.indicator, condition.window
		found = self._most.get(key)
		if found is None:
			view = self.ground.view(condition.window)
			found = self._most[key] = INDICATORS[condition.indicator].at_most(
				self.facts, view, self.memo_of(view), condition.threshold
			)
		return found

	def reaches(self, condition: Condition) -> bool:
		"""Whether any of the values may meet the condition; nearly every learner and rule ends here."""
		if condition.upward and not condition.holds(self.ceiling(condition)):
			return False
		values: Any = self.values(condition)
		if None in values:
			return any(map(condition.holds, values))
		return condition.holds(max(values) if condition.upward else min(values))

	def enough_data(self, rule: Rule) -> Hits | None:
		return self.past.enough_data(rule, self.ground, self.facts.enrolled_at)

	def there(self) -> tuple[int, int]:
		"""From which day up to and without which the learner is on the roll."""
		return self._days_in(None, None)[:2]

	def judged(self, rule: Rule) -> tuple[int, int, int]:
		"""From which day up to and without which the rule is about the learner, and the first day after the rule's last."""
		who, scope = self.enrolment, rule.scope
		begins, ends, last = self._days_in(rule.valid_from, rule.valid_to)
		if scope.group not in (None, who.group) or scope.program not in (None, who.program):
			return 0, 0, last
		if scope.age_from is not None or scope.age_to is not None:
			begins, ends = self._of_age(rule, begins, ends)
		return begins, ends, last

	def _days_in(self, valid_from: date | None, valid_to: date | None) -> tuple[int, int, int]:
		key = self.enrolment.since, self.enrolment.until, valid_from, valid_to
		known = self.past.judged.get(key)
		if known is None:
			known = self.past.judged[key] = _judged(self.past.days, *key)
		return known

	def _of_age(self, rule: Rule, begins: int, ends: int) -> tuple[int, int]:
		"""Learners grow older only, so that these are days in a row."""
		days = self.past.days
		fitting = [n for n in range(begins, ends) if in_scope(rule.scope, self.enrolment, days[n])]
		return (fitting[0], fitting[-1] + 1) if fitting else (0, 0)

	def stood(self, rule: Rule) -> list[Stood]:
		"""The signals that a rule would have raised, in order."""
		raises, keeps = self._hits(rule)
		if raises is None or keeps is None:
			return []
		begins, ends, last = self.judged(rule)
		enough = self.enough_data(rule)
		if enough is not None:
			raises = list(map(and_, raises, enough))
		return self.in_rows(raises, keeps, begins, ends, last)

	def in_rows(
		self, raises: Hits, keeps: Hits, begins: int = 0, ends: int | None = None, last: int | None = None
	) -> list[Stood]:
		"""Signals from a day of `raises` to the next that is none of `keeps`, within the days from `begins` up to `ends`."""
		days = self.past.days
		ends = len(days) if ends is None else ends
		last = len(days) if last is None else last
		found, at = [], begins
		while (up := _find(raises, True, at, ends)) is not None:
			down = _find(keeps, False, up + 1, ends)
			if down is None:
				cleared = days[ends] if ends < last else self.past.until
				found.append(Stood(self.student, days[up], cleared))
				break
			found.append(Stood(self.student, days[up], days[down]))
			at = down + 1
		return found

	def _hits(self, rule: Rule) -> tuple[Hits | None, Hits | None]:
		"""The days on which the rule would raise a signal, and those on which it would keep one; None: never."""
		if rule.combination == SINGLE:
			condition = rule.conditions[0]
			if not self.reaches(condition):
				return None, None
			values = self.values(condition)
			raises = hits(condition, values)
			return raises, raises if condition.clear_below is None else hits(condition, values, is_open=True)
		if not rule.holds_with([self.reaches(c) for c in rule.conditions]):
			return None, None
		raises = fires(rule, [hits(c, self.values(c)) for c in rule.conditions])
		if all(condition.clear_below is None for condition in rule.conditions):
			return raises, raises
		return raises, fires(rule, [hits(c, self.values(c), is_open=True) for c in rule.conditions])


class Together:
	"""Rules that are asked of the same learners, and whether each would have had a signal after a day.

	Of a rule that asks for one value, of everybody, and for nothing else the highest value after that day answers it; one is
	measured for all such rules on it, and it is held against the lowest of their thresholds first.
	"""

	def __init__(self, rules: Sequence[Rule], since: date) -> None:
		self._since = since
		self._others: list[Rule] = []
		by_value: dict[tuple[str, Window], list[Rule]] = {}
		for rule in rules:
			condition = rule.conditions[0]
			if _is_plain(rule):
				by_value.setdefault((condition.indicator, condition.window), []).append(rule)
			else:
				self._others.append(rule)
		self._by_value = [_alike(*of, sorted(some, key=_threshold)) for of, some in by_value.items()]
		self._views: dict[int, tuple[Ground, list[Views]]] = {}

	def stood_after(self, learner: LearnerPast) -> list[str]:
		"""The codes of the rules that would have had a signal about the learner after the day."""
		found = []
		days = learner.past.days
		begins, ends = learner.there()
		# What stands on that day itself has not cleared by then.
		begins = max(begins, bisect_right(days, self._since) - 1)
		if begins < ends:
			facts = learner.facts
			for some, view in zip(self._by_value, self._views_of(learner.ground), strict=True):
				line, known = some.lowest, some.ceiling
				# As `Indicator.at_most`, which is asked of every learner here.
				ceiling = known(facts, view, learner.memo_of(view), line) if known and view.ascends else NEVER
				if ceiling >= line:
					found += self._reached(learner, some, ceiling, begins, ends)
		return found + [rule.code for rule in self._others if self._stood(learner, rule)]

	def _views_of(self, ground: Ground) -> list[Views]:
		found = self._views.get(id(ground))
		if found is None:
			found = self._views[id(ground)] = ground, [ground.view(one.window) for one in self._by_value]
		return found[1]

	def _reached(
		self, learner: LearnerPast, some: "_Alike", ceiling: float, begins: int, ends: int
	) -> list[str]:
		if some.indicator.tops_out and 0 < ceiling < NEVER and not begins and ends == len(learner.past.days):
			return some.met_by(ceiling)
		values: Any = learner.values(some.rules[0].conditions[0])
		if begins or ends < len(values):
			values = values[begins:ends]
		top = (
			max((value for value in values if value is not None), default=None)
			if None in values
			else max(values)
		)
		return some.met_by(top)

	def _stood(self, learner: LearnerPast, rule: Rule) -> bool:
		return any(one.cleared is None or one.cleared > self._since for one in learner.stood(rule))


@dataclass(frozen=True)
class _Alike:
	"""Rules on one value, by threshold."""

	indicator: Indicator
	window: Window
	rules: tuple[Rule, ...]
	lowest: float
	ceiling: Ceiling | None

	def met_by(self, highest: float | None) -> list[str]:
		return [rule.code for rule in takewhile(lambda one: one.conditions[0].holds(highest), self.rules)]


def _alike(code: str, window: Window, rules: Sequence[Rule]) -> _Alike:
	indicator = INDICATORS[code]
	lowest = rules[0].conditions[0].threshold
	return _Alike(indicator, window, tuple(rules), lowest, indicator.known_ceiling)


EVERYBODY = Scope()


def _is_plain(rule: Rule) -> bool:
	condition = rule.conditions[0]
	return (
		rule.combination == SINGLE
		and condition.upward
		and condition.clear_below is None
		and not rule.minimum_school_days
		and rule.scope == EVERYBODY
		and rule.valid_from is None
		and rule.valid_to is None
	)


def _threshold(rule: Rule) -> tuple[float, bool]:
	return rule.conditions[0].threshold, rule.conditions[0].comparison == MORE_THAN


def _judged(
	days: Sequence[date], since: date, until: date | None, valid_from: date | None, valid_to: date | None
) -> tuple[int, int, int]:
	first = 0 if valid_from is None else bisect_left(days, valid_from)
	last = len(days) if valid_to is None else bisect_right(days, valid_to)
	begins = max(first, bisect_left(days, since))
	return begins, last if until is None else min(last, bisect_right(days, until)), last


def hits(condition: Condition, values: Values, *, is_open: bool = False) -> Hits:
	"""`Condition.holds` on each day."""
	if None in values:
		return [condition.holds(value, is_open=is_open) for value in values]
	told: Sequence[float] = values  # type: ignore[assignment]
	if is_open and condition.clear_below is not None:
		clear = condition.clear_below
		return [value >= clear for value in told] if condition.upward else [value <= clear for value in told]
	threshold = condition.threshold
	if condition.comparison == AT_LEAST:
		return [value >= threshold for value in told]
	if condition.comparison == MORE_THAN:
		return [value > threshold for value in told]
	if condition.comparison == AT_MOST:
		return [value <= threshold for value in told]
	return [value < threshold for value in told]


def fires(rule: Rule, met: Sequence[Hits]) -> Hits:
	"""Whether the rule holds on each day, from whether each of its conditions does."""
	if len(met) == 1:
		return met[0]
	known: dict[tuple[bool, ...], bool] = {}
	found = []
	for some in zip(*met, strict=True):
		answer = known.get(some)
		if answer is None:
			answer = known[some] = rule.holds_with(some)
		found.append(answer)
	return found


def _find(hits: Hits, wanted: bool, start: int, end: int) -> int | None:
	try:
		return hits.index(wanted, start, end)
	except ValueError:
		return None
