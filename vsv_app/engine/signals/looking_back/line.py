"""A rule's line moved up and down: what it would have done with another threshold, for all of them at once.

On each day a learner is flagged for every threshold up to some level, so that a year is told by the level alone. With the
signal of the day before it is M(d) = max(R(d), min(M(d-1), H(d))): R(d) is up to where the day would raise a signal, H(d)
up to where it would keep one that stands.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import accumulate, compress, repeat
from math import floor, inf, log10
from operator import gt, itemgetter, neg
from typing import Any

from vsv_app.engine.attendance.timetable import monday
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.looking_back.past import Hits, LearnerPast, Past, Stood, fires, hits
from vsv_app.engine.signals.rules import AT_LEAST, AT_MOST, Rule, RuleError

A_WEEK = timedelta(days=7)
ABOUT_STEPS = 20
"""From nothing to the rule's own threshold; the line goes on to three times that."""
BEYOND = 3
BELOW = 5
"""The line goes down to so small a part of the rule's own threshold."""
NATURAL_STEPS = {"minutes": (1, 5, 10, 15, 30, 60, 120, 240, 480, 960, 1920, 3840)}
"""Of a unit that people do not count by tens: parts of an hour, hours, days."""


def thresholds(rule: Rule, at: int) -> tuple[float, ...]:
	"""Where the line of condition `at` may lie, ascending: round values, and the rule's own; such as leave a rule that can be."""
	own = rule.conditions[at].threshold
	unit, highest = (
		INDICATORS[rule.conditions[at].indicator].unit,
		INDICATORS[rule.conditions[at].indicator].highest,
	)
	step = _step(own, unit) if highest == inf else 1
	last = min(highest, max(BEYOND * own, step * ABOUT_STEPS))
	round_ones = {step * number for number in range(floor(own / BELOW / step), floor(last / step) + 1)}
	return tuple(sorted(one for one in {*round_ones, own} if one == own or with_threshold(rule, at, one)))


def with_threshold(rule: Rule, at: int, threshold: float) -> Rule | None:
	"""The rule with another threshold in condition `at`; None where that can be no rule."""
	moved = [
		replace(one, threshold=threshold) if number == at else one
		for number, one in enumerate(rule.conditions)
	]
	try:
		return replace(rule, conditions=tuple(moved))
	except RuleError:
		return None


def _step(own: float, unit: str) -> float:
	"""The least round number that makes so many steps or fewer up to the rule's own threshold."""
	wanted = max(own / ABOUT_STEPS, 0.0)
	if unit in NATURAL_STEPS:
		return next((step for step in NATURAL_STEPS[unit] if step >= wanted), NATURAL_STEPS[unit][-1])
	if wanted <= 1:
		return 1
	ten = 10 ** floor(log10(wanted))
	return float(next(ten * part for part in (1, 2, 5, 10) if ten * part >= wanted))


Part = tuple[str, date, int, int]
"""Signals about a learner that were raised on one day for some places of the line: from one up to and without another."""


@dataclass(frozen=True)
class Shown:
	"""What a past shows of: the weeks by their Mondays, and the day after which a signal must still have stood."""

	mondays: Sequence[date]
	since: date


@dataclass
class Line:
	"""What a rule would have done with its line in each of `places`, the loosest first.

	`flagged[student]` is, for each week, for how many of the places the learner was flagged; `ever` the same of all weeks
	together; `parts` are the signals raised.
	"""

	rule: Rule
	condition: int
	places: tuple[float, ...]
	flagged: dict[str, list[int]] = field(default_factory=dict)
	ever: dict[str, int] = field(default_factory=dict)
	parts: list[Part] = field(default_factory=list)

	def flagged_by_week(self) -> list[list[int]]:
		"""place -> week -> learners flagged; empty where nobody ever was."""
		by_week = [self._at_least(levels) for levels in zip(*self.flagged.values(), strict=True)]
		return [list(some) for some in zip(*by_week, strict=True)]

	def counted(self, steps: Mapping[Any, Counter[tuple[int, int]]]) -> dict[Any, list[int]]:
		"""key -> place -> signals, from how many of them there were from one place up to another, by key."""
		found = {}
		for key, counts in steps.items():
			own = [0] * (len(self.places) + 1)
			for (low, high), count in counts.items():
				own[low] += count
				own[high] -= count
			found[key] = list(accumulate(own[:-1]))
		return found

	def raised_by_week(self) -> dict[date, list[int]]:
		"""Monday -> place -> signals raised."""
		by_day = Counter(part[1:] for part in self.parts)
		steps: dict[date, Counter[tuple[int, int]]] = {}
		for (day, low, high), count in by_day.items():
			steps.setdefault(monday(day), Counter())[low, high] += count
		return self.counted(steps)

	def flagged_at_all(self) -> list[int]:
		"""place -> learners flagged in any week."""
		return self._at_least(self.ever.values())

	def _at_least(self, levels: Iterable[int]) -> list[int]:
		counts = Counter(levels)
		falling = accumulate(counts.get(level, 0) for level in range(len(self.places), 0, -1))
		return list(falling)[::-1]

	def first(self, students: Iterable[str]) -> dict[str, list[date | None]]:
		"""The day of the first signal of some learners, by place."""
		found: dict[str, list[date | None]] = {student: [None] * len(self.places) for student in students}
		theirs = [part for part in self.parts if part[0] in found]
		for student, day, low, high in sorted(theirs, key=itemgetter(1)):
			own = found[student]
			for place in range(low, high):
				own[place] = own[place] or day
		return found


class Mover:
	"""One rule and the line of one condition, asked of many learners."""

	def __init__(self, rule: Rule, condition: int = 0) -> None:
		self.rule, self.condition = rule, condition
		moved = rule.conditions[condition]
		self._up = 1.0 if moved.upward else -1.0
		ascending = thresholds(rule, condition)
		self.line = Line(rule, condition, ascending if moved.upward else ascending[::-1])
		self._own = self.line.places.index(moved.threshold)
		self._places: list[float] = [self._up * one for one in self.line.places]
		self._whole: list[float] = [int(one) if one == int(one) else one for one in self._places]
		self._cut = bisect_right if moved.comparison in (AT_LEAST, AT_MOST) else bisect_left

	def look(self, learner: LearnerPast, shown: Shown) -> list[Stood]:
		"""Add what the line would have done about a learner in one past; the signals of the rule as it is, that stood after
		`shown.since`.
		"""
		levels = self._levels(learner)
		if levels is None:
			return []
		# Numbers of one type are compared in half the time.
		places = self._whole if type(levels[-1]) is int else self._places
		parts, top = self._parts(learner, levels, places, shown.since)
		if not top:
			return []
		line = self.line
		before_them, weeks, after_them = _weeks(learner.past, shown)
		highest = map(max, map(levels.__getitem__, weeks))
		weekly = [*before_them, *map(self._cut, repeat(places), highest), *after_them]
		line.parts += parts
		line.ever[learner.student] = max(top, line.ever.get(learner.student, 0))
		before = line.flagged.get(learner.student)
		line.flagged[learner.student] = weekly if before is None else list(map(max, before, weekly))
		if top <= self._own:
			return []
		own = places[self._own]
		strict = self._cut is bisect_left
		flagged = [level > own for level in levels] if strict else [level >= own for level in levels]
		stood = learner.in_rows(flagged, flagged)
		return [one for one in stood if one.cleared is None or one.cleared > shown.since]

	def strength(self, learner: LearnerPast, day: date) -> float:
		"""How far over its line the rule's condition was on a day; more is worse."""
		value = learner.values(self.rule.conditions[self.condition])[bisect_left(learner.past.days, day)]
		return -inf if value is None else self._up * value

	def _levels(self, learner: LearnerPast) -> list[float] | None:
		"""For each day, up to where the line may lie for the learner to be flagged; None: nowhere on any day."""
		rule, at = self.rule, self.condition
		moved = rule.conditions[at]
		single = len(rule.conditions) == 1
		if not single:
			ever = [n == at or learner.reaches(c) for n, c in enumerate(rule.conditions)]
			if not rule.holds_with(ever):
				return None
		begins, ends, last = learner.judged(rule)
		if begins >= ends:
			return None
		values: Any = learner.values(moved)
		if None in values:
			values = _without_none(values, moved.upward)
		if not moved.upward:
			values = list(map(neg, values))
		if single and not self._cut(self._places, max(values)):
			return None
		enough = learner.enough_data(rule)
		if single and enough is None and moved.clear_below is None:
			levels = [*[-inf] * begins, *values[begins:ends]]
		else:
			levels = [-inf] * begins
			levels += self._carried(learner, values, enough, begins, ends)
		days = len(values)
		levels += [-inf if ends < last else levels[-1]] * (days - ends)
		return levels

	def _carried(
		self, learner: LearnerPast, values: Sequence[float], enough: Hits | None, begins: int, ends: int
	) -> list[float]:
		raises, keeps = self._raises_and_keeps(learner, values)
		found, level = [], -inf
		for number in range(begins, ends):
			level = min(level, keeps[number])
			if raises[number] > level and (enough is None or enough[number]):
				level = raises[number]
			found.append(level)
		return found

	def _raises_and_keeps(
		self, learner: LearnerPast, values: Sequence[float]
	) -> tuple[Sequence[float], Sequence[float]]:
		"""Up to where a day would raise a signal, and up to where it would keep one."""
		rule, at = self.rule, self.condition
		clear = rule.conditions[at].clear_below
		kept: Sequence[float] = values
		if clear is not None:
			kept = [inf if value >= self._up * clear else -inf for value in values]
		if len(rule.conditions) == 1:
			return values, kept
		sides = []
		for own, is_open in ((values, False), (kept, True)):
			met = [
				[False] * len(values) if number == at else hits(c, learner.values(c), is_open=is_open)
				for number, c in enumerate(rule.conditions)
			]
			without = fires(rule, met)
			met[at] = [True] * len(values)
			sides.append(
				[
					inf if anyhow else value if then else -inf
					for anyhow, then, value in zip(without, fires(rule, met), own, strict=True)
				]
			)
		return sides[0], sides[1]

	def _parts(
		self, learner: LearnerPast, levels: Sequence[float], marks: Sequence[float], since: date
	) -> tuple[list[Part], int]:
		"""The signals raised that stood after `since`, and for how many places of the line there was any."""
		days, cut = learner.past.days, self._cut
		begins = bisect_right(days, since)
		standing: list[tuple[int, int, int]] = []
		level = 0
		for number in range(begins):
			now = cut(marks, levels[number])
			while standing and standing[-1][2] > now:
				day, low, _high = standing.pop()
				if low < now:
					standing.append((day, low, now))
			if now > level:
				standing.append((number, level, now))
			level = now
		top = level
		later = [levels[begins - 1] if begins else -inf, *levels[begins:]]
		for number in compress(range(len(later)), map(gt, later[1:], later)):
			low, now = cut(marks, later[number]), cut(marks, later[number + 1])
			if now > low:
				standing.append((begins + number, low, now))
				top = max(top, now)
		student = learner.student
		return [(student, days[day], low, high) for day, low, high in standing], top


def _without_none(values: Sequence[float | None], upward: bool) -> list[float]:
	"""No data flags nobody: it lies beyond any line. Nearly always it is the first of the days that have none."""
	beyond = -inf if upward else inf
	missing = values.count(None)
	if values[:missing].count(None) == missing:
		return [*[beyond] * missing, *values[missing:]]  # type: ignore[list-item]
	return [beyond if value is None else value for value in values]


def _weeks(past: Past, shown: Shown) -> tuple[list[int], list[slice], list[int]]:
	"""Zeros for the weeks before a past; for each week that it has a word in, the days on which a standing signal flags, which
	are the last before it and its own; and zeros for the weeks after.
	"""
	key = "weeks", shown.since
	found: tuple[list[int], list[slice], list[int]] | None = past.memo.get(key)
	if found is None:
		days, slices = past.days, []
		before_them = sum(monday + A_WEEK <= days[0] for monday in shown.mondays)
		for monday in shown.mondays[before_them:]:
			if past.until is not None and monday >= past.until:
				break
			begins = max(0, bisect_right(days, max(monday, shown.since)) - 1)
			slices.append(slice(begins, bisect_left(days, monday + A_WEEK)))
		after_them = len(shown.mondays) - before_them - len(slices)
		found = past.memo[key] = [0] * before_them, slices, [0] * after_them
	return found


def warned(
	first: Mapping[str, Sequence[date | None]], left: Mapping[str, date], at_all: Sequence[int]
) -> list[tuple[int, int]]:
	"""place -> (warned, of them left in time), as `warning_quality.judge` counts them."""
	found = []
	for place, flagged in enumerate(at_all):
		days = [(own[place], left[student]) for student, own in first.items() if own[place] is not None]
		in_time = sum(day is not None and day < gone for day, gone in days)
		found.append((flagged - (len(days) - in_time), in_time))
	return found
