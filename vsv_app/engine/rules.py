"""Rules: an indicator, a comparison, a threshold and a window, with what a school needs to trust them.

RuleError(ValueError)   a rule that cannot be what somebody meant; its sentence says what to change
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from itertools import pairwise
from math import isfinite

from vsv_app.engine.indicators import INDICATORS
from vsv_app.engine.windows import LONGEST, ROLLING_DAYS, SCHOOL_WEEKS, TODAY, WITH_LENGTH, Window

AT_LEAST, MORE_THAN, AT_MOST, LESS_THAN = "at least", "more than", "at most", "less than"
COMPARISONS = (AT_LEAST, MORE_THAN, AT_MOST, LESS_THAN)
SINGLE, ALL_OF, ANY_OF, AT_LEAST_N, WEIGHTED = "Single", "All Of", "Any Of", "At Least", "Weighted"
COMBINATIONS = (SINGLE, ALL_OF, ANY_OF, AT_LEAST_N, WEIGHTED)
SEVERITIES = ("Info", "Watch", "Concern", "Urgent")
LONGEST_SCHOOL_DAY = 12 * 60
"""Minutes; only to refuse thresholds that nobody can reach."""
MOST_LESSONS_A_DAY = 15


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
			raise RuleError(f"{self.title}: add at least one condition.")
		for condition in self.conditions:
			_check_condition(self.title, condition)
		self._check_combination()
		self._check_together()
		self._check_minimum()
		if self.judges_circumstances_alone:
			raise RuleError(
				f"{self.title}: it looks at circumstances alone, which say nothing about what a learner does. Combine them with what is seen in school."
			)
		if self.severity not in SEVERITIES:
			raise RuleError(f"{self.title}: the severity must be one of {', '.join(SEVERITIES)}.")
		if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
			raise RuleError(
				f"{self.title}: it ends on {self.valid_to}, before it begins on {self.valid_from}: it can never fire. Change the dates."
			)
		if None not in (self.scope.age_from, self.scope.age_to) and self.scope.age_to < self.scope.age_from:  # type: ignore[operator]
			raise RuleError(
				f"{self.title}: no age is from {self.scope.age_from} to {self.scope.age_to}: it can never fire. Change the ages."
			)

	def _check_combination(self) -> None:
		if self.combination not in COMBINATIONS:
			raise RuleError(f"{self.title}: the combination must be one of {', '.join(COMBINATIONS)}.")
		if self.combination == SINGLE and len(self.conditions) != 1:
			raise RuleError(
				f"{self.title}: a single rule has one condition; choose how to combine its {len(self.conditions)}."
			)
		if self.combination == AT_LEAST_N and not 1 <= self.count <= len(self.conditions):
			raise RuleError(
				f"{self.title}: at least {self.count:g} of {len(self.conditions)} conditions {'can never' if self.count > 1 else 'will always'} hold; choose from 1 to {len(self.conditions)}."
			)
		if self.combination == WEIGHTED and not all(
			isfinite(c.weight) and c.weight > 0 for c in self.conditions
		):
			raise RuleError(f"{self.title}: each weight must be above 0.")
		if self.combination == WEIGHTED and not 0 < self.count <= sum(c.weight for c in self.conditions):
			raise RuleError(
				f"{self.title}: the weights add up to {sum(c.weight for c in self.conditions):g}; choose a total above 0 and up to that."
			)

	def _check_together(self) -> None:
		"""Conditions on one value must leave it something to be, and something not to be."""
		by_value: dict[tuple[str, Window], list[Condition]] = {}
		for condition in self.conditions:
			by_value.setdefault((condition.indicator, condition.window), []).append(condition)
		for (indicator, window), conditions in by_value.items():
			label = f"{INDICATORS[indicator].label.lower()} over {window}"
			met = [[c.holds(value) for c in conditions] for value in _telling_values(conditions)]
			if self.combination == ALL_OF and not any(all(holds) for holds in met):
				raise RuleError(
					f"{self.title}: its conditions on {label} can never hold together. Change one of them."
				)
			if self.combination == ANY_OF and all(any(holds) for holds in met):
				raise RuleError(
					f"{self.title}: one of its conditions on {label} always holds. Change one of them."
				)

	def _check_minimum(self) -> None:
		most = max(_most_school_days(condition.window) for condition in self.conditions)
		if self.minimum_school_days > most:
			raise RuleError(
				f"{self.title}: it asks for {self.minimum_school_days} school days and looks back over at most {most:g}: it can never fire. Choose a longer window or fewer days."
			)

	def fires(self, values: Sequence[float | None], *, is_open: bool = False) -> bool:
		"""Whether the rule holds for the values of its conditions, in their order; None is no data."""
		met = [c.holds(v, is_open=is_open) for c, v in zip(self.conditions, values, strict=True)]
		if self.combination == ANY_OF:
			return any(met)
		if self.combination == AT_LEAST_N:
			return sum(met) >= self.count
		if self.combination == WEIGHTED:
			return sum(c.weight for c, m in zip(self.conditions, met, strict=True) if m) >= self.count
		return all(met)

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

	def holds_on(self, day: date) -> bool:
		return (self.valid_from is None or self.valid_from <= day) and (
			self.valid_to is None or day <= self.valid_to
		)


def _telling_values(conditions: Sequence[Condition]) -> list[float]:
	"""Values that tell apart all that conditions on one value can answer: the borders, and one between each two."""
	borders = sorted({0.0, _most_in(conditions[0]), *(c.threshold for c in conditions)})
	return borders + [(lower + upper) / 2 for lower, upper in pairwise(borders)]


def _check_condition(title: str, condition: Condition) -> None:
	indicator = INDICATORS.get(condition.indicator)
	if indicator is None:
		near = get_close_matches(condition.indicator, INDICATORS, n=1)
		raise RuleError(
			f"{title}: there is no indicator {condition.indicator!r}."
			+ (f" Did you mean {near[0]!r}?" if near else "")
		)
	if condition.comparison not in COMPARISONS:
		raise RuleError(f"{title}: the comparison must be one of {', '.join(COMPARISONS)}.")
	window = condition.window
	if window.kind not in indicator.windows:
		raise RuleError(
			f"{title}: {indicator.label.lower()} is not counted over {window.kind.lower()}; choose from {', '.join(indicator.windows).lower()}."
		)
	if window.kind in WITH_LENGTH and window.length > LONGEST[window.kind]:
		raise RuleError(
			f"{title}: the window is longer than a school year; choose at most {LONGEST[window.kind]} {window.kind.lower()}."
		)
	most = _most_in(condition)
	_check_threshold(title, condition, most, indicator.unit)
	_check_clearing(title, condition, most)


def _check_threshold(title: str, condition: Condition, most: float, unit: str) -> None:
	threshold, comparison = condition.threshold, condition.comparison
	if not isfinite(threshold):
		raise RuleError(f"{title}: the threshold is no number; choose one in {unit}.")
	if threshold < 0:
		raise RuleError(f"{title}: the threshold is below 0 {unit}; choose 0 or more.")
	if unit == "percent" and 0 < threshold < 1:
		raise RuleError(
			f"{title}: {threshold:g} percent is less than one in a hundred. The threshold is in percent: for one in ten write 10."
		)
	if (
		(comparison == AT_LEAST and threshold == 0)
		or (comparison == AT_MOST and threshold >= most)
		or (comparison == LESS_THAN and threshold > most)
	):
		raise RuleError(
			f"{title}: {comparison} {threshold:g} {unit} always holds, as it goes from 0 to {most:g}. The threshold is in {unit}; choose another."
		)
	if (
		(comparison == AT_LEAST and threshold > most)
		or (comparison == MORE_THAN and threshold >= most)
		or (comparison == LESS_THAN and threshold == 0)
	):
		raise RuleError(
			f"{title}: {comparison} {threshold:g} {unit} can never hold, as it goes from 0 to {most:g} in that window. The threshold is in {unit}; choose another."
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
	if window.kind == SCHOOL_WEEKS:
		return window.length * 7.0
	if window.kind in WITH_LENGTH:
		return float(window.length)
	return 1.0 if window.kind == TODAY else float(LONGEST[ROLLING_DAYS])


def _check_clearing(title: str, condition: Condition, most: float) -> None:
	clear = condition.clear_below
	if clear is None:
		return
	if not isfinite(clear):
		raise RuleError(f"{title}: the clearing value is no number; choose one, or leave it empty.")
	if condition.upward and clear > condition.threshold:
		raise RuleError(
			f"{title}: it would clear below {clear:g} and is raised at {condition.threshold:g}: choose a clearing value at or below the threshold."
		)
	if not condition.upward and clear < condition.threshold:
		raise RuleError(
			f"{title}: it would clear above {clear:g} and is raised at {condition.threshold:g}: choose a clearing value at or above the threshold."
		)
	if condition.upward and clear <= 0:
		raise RuleError(f"{title}: a clearing value of {clear:g} never clears; choose one above 0.")
	if not condition.upward and clear >= most:
		raise RuleError(f"{title}: a clearing value of {clear:g} never clears; choose one below {most:g}.")
