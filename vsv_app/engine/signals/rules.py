"""Rules: an indicator, a comparison, a threshold and a window, with what a school needs to trust them.

RuleError(ValueError)   a rule that cannot be what somebody meant; its sentence says what to change
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from itertools import pairwise, permutations
from math import isfinite

from vsv_app.engine.sentences import say
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.indicators.windows import (
	IN_WEEKS,
	LONGEST,
	ROLLING_DAYS,
	TODAY,
	WITH_LENGTH,
	YEAR_TO_DATE,
	Window,
)

AT_LEAST, MORE_THAN, AT_MOST, LESS_THAN = "at least", "more than", "at most", "less than"
COMPARISONS = (AT_LEAST, MORE_THAN, AT_MOST, LESS_THAN)
SINGLE, ALL_OF, ANY_OF, AT_LEAST_N, WEIGHTED = "Single", "All Of", "Any Of", "At Least", "Weighted"
COMBINATIONS = (SINGLE, ALL_OF, ANY_OF, AT_LEAST_N, WEIGHTED)
SEVERITIES = ("Info", "Watch", "Concern", "Urgent")
LONGEST_SCHOOL_DAY = 12 * 60
"""Minutes; only to refuse thresholds that nobody can reach."""
MOST_LESSONS_A_DAY = 15
ADDS_UP = ("minutes", "half-days", "times", "incidents", "points", "talks")
"""Units of what is added up day by day."""


class RuleError(ValueError):
	"""Says which rule, and in a sentence what to change."""


@dataclass(frozen=True)
class Condition:
	"""One comparison. `clear_below`: while a signal is open it holds until the value passes this instead."""

	indicator: str
	comparison: str
	threshold: float
	window: Window
	clear_below: float | None = None
	weight: float = 1.0

	def holds(self, value: float | None, *, is_open: bool = False) -> bool:
		"""Whether the condition is met by `value`; None is no data, and meets nothing.

		An open signal holds on until the clearing value.
		"""
		if value is None:
			return False
		if is_open and self.clear_below is not None:
			return value >= self.clear_below if self.upward else value <= self.clear_below
		if self.comparison == AT_LEAST:
			return value >= self.threshold
		if self.comparison == MORE_THAN:
			return value > self.threshold
		return value <= self.threshold if self.comparison == AT_MOST else value < self.threshold

	@property
	def upward(self) -> bool:
		"""Whether more of it is worse."""
		return self.comparison in (AT_LEAST, MORE_THAN)

	@property
	def holds_on_nothing(self) -> bool:
		"""Whether a learner without any exception meets it."""
		return self.holds(0.0) or self.holds(0.0, is_open=True)


@dataclass(frozen=True)
class Scope:
	"""Whom a rule is about; None means everybody. Ages are whole years on the day."""

	group: str | None = None
	program: str | None = None
	age_from: int | None = None
	age_to: int | None = None


@dataclass(frozen=True)
class Rule:
	"""A rule in one version. Raises RuleError when it can never fire, always fires, or is not understood."""

	code: str
	title: str
	conditions: tuple[Condition, ...]
	version: int = 1
	combination: str = SINGLE
	count: float = 0
	tier_2_from: float = 0
	tier_3_from: float = 0
	severity: str = "Watch"
	tier: int = 1
	minimum_school_days: int = 0
	scope: Scope = field(default_factory=Scope)
	valid_from: date | None = None
	valid_to: date | None = None
	live: bool = False
	basis: str = ""
	basis_url: str = ""
	advice: str = ""
	titles: Mapping[str, str] = field(default_factory=dict, hash=False)

	def __post_init__(self) -> None:
		if not self.conditions:
			raise RuleError(say("{0}: add at least one condition.", self.title))
		for condition in self.conditions:
			_check_condition(self.title, condition)
		self._check_combination()
		self._check_tiers()
		self._check_together()
		self._check_minimum()
		if self.judges_circumstances_alone:
			raise RuleError(
				say(
					"{0}: it looks at circumstances alone, which say nothing about what a learner does. Combine them with what is seen in school.",
					self.title,
				)
			)
		if self.severity not in SEVERITIES:
			raise RuleError(say("{0}: the severity must be one of {1}.", self.title, tuple(SEVERITIES)))
		if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
			raise RuleError(
				say(
					"{0}: it ends on {1}, before it begins on {2}: it can never fire. Change the dates.",
					self.title,
					str(self.valid_to),
					str(self.valid_from),
				)
			)
		if None not in (self.scope.age_from, self.scope.age_to) and self.scope.age_to < self.scope.age_from:  # type: ignore[operator]
			raise RuleError(
				say(
					"{0}: no age is from {1} to {2}: it can never fire. Change the ages.",
					self.title,
					str(self.scope.age_from),
					str(self.scope.age_to),
				)
			)

	def _check_combination(self) -> None:
		if self.combination not in COMBINATIONS:
			raise RuleError(say("{0}: the combination must be one of {1}.", self.title, tuple(COMBINATIONS)))
		if self.combination == SINGLE and len(self.conditions) != 1:
			raise RuleError(
				say(
					"{0}: a single rule has one condition; choose how to combine its {1}.",
					self.title,
					str(len(self.conditions)),
				)
			)
		if self.combination == AT_LEAST_N and not 1 <= self.count <= len(self.conditions):
			raise RuleError(
				say(
					"{0}: at least {1} of {2} conditions {3} hold; choose from 1 to {4}.",
					self.title,
					f"{self.count:g}",
					str(len(self.conditions)),
					"can never" if self.count > 1 else "will always",
					str(len(self.conditions)),
				)
			)
		if self.combination == WEIGHTED and not all(
			isfinite(c.weight) and c.weight > 0 for c in self.conditions
		):
			raise RuleError(say("{0}: each weight must be above 0.", self.title))
		if self.combination == WEIGHTED and not 0 < self.count <= sum(c.weight for c in self.conditions):
			raise RuleError(
				say(
					"{0}: the weights add up to {1}; choose a total above 0 and up to that.",
					self.title,
					f"{sum(c.weight for c in self.conditions):g}",
				)
			)

	def _check_tiers(self) -> None:
		most = sum(c.weight for c in self.conditions)
		before = self.count
		for tier, begins in ((2, self.tier_2_from), (3, self.tier_3_from)):
			if not begins:
				continue
			if self.combination != WEIGHTED:
				raise RuleError(
					say(
						"{0}: only weighted rules go up in tiers; leave tier {1} from empty.",
						self.title,
						str(tier),
					)
				)
			if not before < begins <= most:
				raise RuleError(
					say(
						"{0}: tier {1} from {2} can never be reached, or always is; choose more than {3} and up to {4}.",
						self.title,
						str(tier),
						f"{begins:g}",
						f"{before:g}",
						f"{most:g}",
					)
				)
			before = begins

	def _check_together(self) -> None:
		"""Conditions on one value share what it can be: together they must leave the rule something to fire on, and something to rest on."""
		by_value: dict[tuple[str, Window], list[Condition]] = {}
		for condition in self.conditions:
			by_value.setdefault((condition.indicator, condition.window), []).append(condition)
		least = most = 0.0
		for conditions in by_value.values():
			met = [
				self._weigh([c.holds(value) for c in conditions], conditions)
				for value in _telling_values(conditions)
			]
			least, most = least + min(met), most + max(met)
		about = tuple(
			say("{0} over {1}", INDICATORS[indicator].label, str(window))
			for (indicator, window), conditions in by_value.items()
			if len(conditions) > 1
		)
		if most < self._wanted:
			raise RuleError(
				say(
					"{0}: its conditions on {1} can never hold together as it asks. Change one of them.",
					self.title,
					about,
				)
			)
		if least >= self._wanted:
			raise RuleError(
				say(
					"{0}: whatever the value of {1}, enough of its conditions hold, so that it always holds. Change one of them.",
					self.title,
					about,
				)
			)
		if self.combination == ALL_OF:
			self._check_within()

	def _check_within(self) -> None:
		"""What is added up over a window is never less than over a shorter one within it."""
		for more, less in permutations(self.conditions, 2):
			if (
				more.indicator == less.indicator
				and INDICATORS[more.indicator].unit in ADDS_UP
				and _lies_within(more.window, less.window)
				and more.upward
				and not less.upward
				and more.threshold > less.threshold
			):
				raise RuleError(
					say(
						"{0}: {1} cannot be {2} {3} over {4} and {5} {6} over {7}: it can never fire. Change one of them.",
						self.title,
						INDICATORS[more.indicator].label,
						more.comparison,
						f"{more.threshold:g}",
						str(more.window),
						less.comparison,
						f"{less.threshold:g}",
						str(less.window),
					)
				)

	@property
	def _wanted(self) -> float:
		"""How many of the conditions must hold, or how much they must weigh together."""
		if self.combination == ANY_OF:
			return 1
		return self.count if self.combination in (AT_LEAST_N, WEIGHTED) else len(self.conditions)

	def _weigh(self, met: Sequence[bool], conditions: Sequence[Condition]) -> float:
		if self.combination != WEIGHTED:
			return sum(met)
		return sum(c.weight for c, holds in zip(conditions, met, strict=True) if holds)

	def _check_minimum(self) -> None:
		most = max(_most_school_days(condition.window) for condition in self.conditions)
		if self.minimum_school_days > most:
			raise RuleError(
				say(
					"{0}: it asks for {1} school days and looks back over at most {2}: it can never fire. Choose a longer window or fewer days.",
					self.title,
					str(self.minimum_school_days),
					f"{most:g}",
				)
			)

	def fires(self, values: Sequence[float | None], *, is_open: bool = False) -> bool:
		"""Whether the rule holds for the values of its conditions, in their order; None is no data."""
		return self.holds_with(
			[c.holds(v, is_open=is_open) for c, v in zip(self.conditions, values, strict=True)]
		)

	def holds_with(self, met: Sequence[bool]) -> bool:
		"""Whether the rule holds where these of its conditions are met, in their order."""
		return self._weigh(met, self.conditions) >= self._wanted

	def tier_of(self, values: Sequence[float | None], *, is_open: bool = False) -> int:
		"""The tier of a signal with these values: that of the rule, or a higher one where more weighs together."""
		met = [c.holds(v, is_open=is_open) for c, v in zip(self.conditions, values, strict=True)]
		weight = self._weigh(met, self.conditions)
		reached = [t for t, begins in ((2, self.tier_2_from), (3, self.tier_3_from)) if 0 < begins <= weight]
		return max([self.tier, *reached])

	@property
	def fires_on_nothing(self) -> bool:
		"""Whether a learner without any exception could fire it."""
		return any(condition.holds_on_nothing for condition in self.conditions)

	@property
	def judges_circumstances_alone(self) -> bool:
		"""Whether it could fire on nothing but what a learner's circumstances are."""
		return all(INDICATORS[c.indicator].cares for c in self.conditions)

	@property
	def needs(self) -> frozenset[str]:
		"""The sources beside attendance that it looks at."""
		needed = (INDICATORS[c.indicator].needs for c in self.conditions)
		return frozenset(source for source in needed if source)

	@property
	def across_years(self) -> bool:
		"""Whether it looks back into earlier academic years."""
		return any(condition.window.across_years for condition in self.conditions)

	def holds_on(self, day: date) -> bool:
		return (self.valid_from is None or self.valid_from <= day) and (
			self.valid_to is None or day <= self.valid_to
		)


def _lies_within(inner: Window, outer: Window) -> bool:
	if inner.kind == outer.kind or (outer.across_years and inner.kind in IN_WEEKS):
		return inner.length <= outer.length
	return outer.kind == YEAR_TO_DATE and not inner.across_years


def _telling_values(conditions: Sequence[Condition]) -> list[float]:
	"""Values that tell apart all that conditions on one value can answer: the borders, and one between each two."""
	borders = sorted({0.0, _most_in(conditions[0]), *(c.threshold for c in conditions)})
	return borders + [(lower + upper) / 2 for lower, upper in pairwise(borders)]


def _check_condition(title: str, condition: Condition) -> None:
	indicator = INDICATORS.get(condition.indicator)
	if indicator is None:
		near = get_close_matches(condition.indicator, INDICATORS, n=1)
		raise RuleError(
			say(
				"{0}: there is no indicator {1}. Did you mean {2}?",
				title,
				repr(condition.indicator),
				repr(near[0]),
			)
			if near
			else say("{0}: there is no indicator {1}.", title, repr(condition.indicator))
		)
	if condition.comparison not in COMPARISONS:
		raise RuleError(say("{0}: the comparison must be one of {1}.", title, tuple(COMPARISONS)))
	window = condition.window
	if window.kind not in indicator.windows:
		raise RuleError(
			say(
				"{0}: {1} is not counted over {2}; choose from {3}.",
				title,
				indicator.label,
				window.kind.lower(),
				tuple(kind.lower() for kind in indicator.windows),
			)
		)
	if window.kind in WITH_LENGTH and window.length > LONGEST[window.kind]:
		raise RuleError(
			say(
				"{0}: the window is longer than a school year; choose at most {1} {2}.",
				title,
				str(LONGEST[window.kind]),
				window.kind.lower(),
			)
		)
	most = _most_in(condition)
	_check_threshold(title, condition, most, indicator.unit)
	_check_clearing(title, condition, most)


def _check_threshold(title: str, condition: Condition, most: float, unit: str) -> None:
	threshold, comparison = condition.threshold, condition.comparison
	if not isfinite(threshold):
		raise RuleError(say("{0}: the threshold is no number; choose one in {1}.", title, unit))
	if threshold < 0:
		raise RuleError(say("{0}: the threshold is below 0 {1}; choose 0 or more.", title, unit))
	if unit == "percent" and 0 < threshold < 1:
		raise RuleError(
			say(
				"{0}: {1} percent is less than one in a hundred. The threshold is in percent: for one in ten write 10.",
				title,
				f"{threshold:g}",
			)
		)
	if (
		(comparison == AT_LEAST and threshold == 0)
		or (comparison == AT_MOST and threshold >= most)
		or (comparison == LESS_THAN and threshold > most)
	):
		raise RuleError(
			say(
				"{0}: {1} {2} {3} always holds, as it goes from 0 to {4}. The threshold is in {5}; choose another.",
				title,
				comparison,
				f"{threshold:g}",
				unit,
				f"{most:g}",
				unit,
			)
		)
	if (
		(comparison == AT_LEAST and threshold > most)
		or (comparison == MORE_THAN and threshold >= most)
		or (comparison == LESS_THAN and threshold == 0)
	):
		raise RuleError(
			say(
				"{0}: {1} {2} {3} can never hold, as it goes from 0 to {4} in that window. The threshold is in {5}; choose another.",
				title,
				comparison,
				f"{threshold:g}",
				unit,
				f"{most:g}",
				unit,
			)
		)


def _most_in(condition: Condition) -> float:
	"""The most that a condition's value can come to in its window, generously."""
	indicator = INDICATORS[condition.indicator]
	days = _most_school_days(condition.window)
	in_window = {
		"minutes": days * LONGEST_SCHOOL_DAY,
		"school days": days,
		"times": days,
		"half-days": 2 * days,
		"lessons": days * MOST_LESSONS_A_DAY,
	}
	return min(indicator.highest, in_window.get(indicator.unit, float("inf")))


def _most_school_days(window: Window) -> float:
	"""The most school days that fit in a window, generously."""
	if window.kind in IN_WEEKS:
		return window.length * 7.0
	if window.kind in WITH_LENGTH:
		return float(window.length)
	return 1.0 if window.kind == TODAY else float(LONGEST[ROLLING_DAYS])


def _check_clearing(title: str, condition: Condition, most: float) -> None:
	clear = condition.clear_below
	if clear is None:
		return
	if not isfinite(clear):
		raise RuleError(say("{0}: the clearing value is no number; choose one, or leave it empty.", title))
	if condition.upward and clear > condition.threshold:
		raise RuleError(
			say(
				"{0}: it would clear below {1} and is raised at {2}: choose a clearing value at or below the threshold.",
				title,
				f"{clear:g}",
				f"{condition.threshold:g}",
			)
		)
	if not condition.upward and clear < condition.threshold:
		raise RuleError(
			say(
				"{0}: it would clear above {1} and is raised at {2}: choose a clearing value at or above the threshold.",
				title,
				f"{clear:g}",
				f"{condition.threshold:g}",
			)
		)
	if condition.upward and clear <= 0:
		raise RuleError(
			say("{0}: a clearing value of {1} never clears; choose one above 0.", title, f"{clear:g}")
		)
	if not condition.upward and clear >= most:
		raise RuleError(
			say(
				"{0}: a clearing value of {1} never clears; choose one below {2}.",
				title,
				f"{clear:g}",
				f"{most:g}",
			)
		)
