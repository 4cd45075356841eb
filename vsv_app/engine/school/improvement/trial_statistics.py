"""Whether what a trial measured can be chance: the difference of the changes on two sides, and how far identical groups would lie apart.

Difference in differences: how much each learner changed since the baseline, on the average of those who tried it, less that of those
they are compared with. How far apart chance alone brings two sides is had by dealing the same changes over the sides in every other
way (Fisher 1935, Pitman 1937): whole groups where there are enough of them to deal, which assumes nothing of how groups drift; else
learners, and the range is widened by as much as groups drift apart by themselves. Why this: docs/decisions/trial-by-dealing-anew.md.

TooFew(ValueError)   a side with fewer learners than may be told of
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, sqrt

from vsv_app.engine.proportions import NORMAL_95
from vsv_app.engine.sentences import say
from vsv_app.engine.small_groups import SMALLEST_GROUP

FALSE_ALARMS = 0.05
"""Of trials in which nothing differs, at most this share is said to have moved."""
DRIFT = 0.05
"""Of all variance in how learners change, the share that a group has in common though nothing was tried: a teacher away, a flu, a
trip. Assumed, as two groups cannot show it; a school that knows its own figure gives that (`drift_between`)."""
MOST_DEALS = 5_000
"""More ways to deal than this are not gone through one by one; their spread is then had from their exact variance."""
FEWEST_DEALS = 40
"""Of fewer ways to deal whole groups hardly any outcome could be among the most extreme twentieth, on both ends."""
BY_GROUPS, BY_LEARNERS = "Groups", "Learners"
ROUNDING = 1e-9

Changes = Mapping[str, Sequence[float]]
"""How much each learner changed since the baseline, by group."""


class TooFew(ValueError):
	"""`why` says which side, in a sentence."""

	def __init__(self, why: str) -> None:
		self.why = why
		super().__init__(why)


@dataclass(frozen=True)
class Comparison:
	"""Two sides of a trial, in the indicator's unit.

	tried, compared   mean change of the learners on that side
	reach             95 of 100 differences between identical groups lie from -reach to reach
	dealt             what was dealt anew to know that: Groups or Learners
	drift             the share of variance that groups have in common by which the range was widened; 0 where groups were dealt
	"""

	tried: float
	compared: float
	learners_tried: int
	learners_compared: int
	reach: float
	dealt: str
	drift: float

	@property
	def difference(self) -> float:
		return self.tried - self.compared

	@property
	def beyond_chance(self) -> bool:
		return abs(self.difference) > self.reach + ROUNDING * (1 + self.reach)


def compare(
	tried: Changes, compared: Changes, *, drift: float = DRIFT, smallest: int = SMALLEST_GROUP
) -> Comparison:
	"""Both sides of a trial. `drift`: from 0 to 1, at least so much is assumed. Raises TooFew, ValueError for a drift that cannot be."""
	if not 0 <= drift < 1:
		raise ValueError(f"a drift of {drift} cannot be")
	sides = [[list(group) for group in side.values() if group] for side in (tried, compared)]
	counts = [sum(map(len, side)) for side in sides]
	if counts[0] < smallest:
		raise TooFew(
			say(
				"There are values of fewer than {0} learners who tried it: no difference is told.",
				str(smallest),
			)
		)
	if counts[1] < smallest:
		raise TooFew(
			say(
				"There are values of fewer than {0} learners to compare with: no difference is told.",
				str(smallest),
			)
		)
	means = [sum(map(sum, side)) / count for side, count in zip(sides, counts, strict=True)]
	groups = [(sum(group), len(group)) for side in sides for group in side]
	ways = comb(len(groups), len(sides[0]))
	if FEWEST_DEALS <= ways <= MOST_DEALS:
		return Comparison(
			means[0], means[1], counts[0], counts[1], _reach_of_all(groups, len(sides[0])), BY_GROUPS, 0.0
		)
	used = max(drift, _seen(sides) or 0.0)
	learners = [(value, 1) for side in sides for group in side for value in group]
	if comb(len(learners), counts[0]) <= MOST_DEALS:
		reach = _reach_of_all(learners, counts[0])
	else:
		reach = NORMAL_95 * _spread([value for value, _one in learners], counts[0])
	return Comparison(
		means[0], means[1], counts[0], counts[1], reach * sqrt(_widening(sides, used)), BY_LEARNERS, used
	)


def visible_from(
	tried: Mapping[str, Sequence[float]], compared: Mapping[str, Sequence[float]], *, drift: float = DRIFT
) -> float:
	"""How large a difference has to be, about, to be told from chance: from the baseline alone, before anything is tried.

	Takes learners to change by about as much as they differ from each other, which holds where half of what is seen of a
	learner stays (a correlation of 0.5).
	"""
	return compare(tried, compared, drift=drift, smallest=1).reach


def drift_between(groups: Changes) -> float | None:
	"""The share of variance that groups have in common, from 0 to 1, over groups in which nothing was tried; None where it cannot be told."""
	return _seen([[list(group) for group in groups.values() if group]])


def _reach_of_all(parts: Sequence[tuple[float, int]], chosen: int) -> float:
	"""Go through every way to choose so many of the parts, each (sum, learners): what at most the allowed share of them passes."""
	whole, learners = sum(total for total, _n in parts), sum(n for _total, n in parts)
	apart = []
	for deal in combinations(parts, chosen):
		total, count = sum(part[0] for part in deal), sum(part[1] for part in deal)
		apart.append(abs(total / count - (whole - total) / (learners - count)))
	apart.sort(reverse=True)
	return apart[int(FALSE_ALARMS * len(apart))]


def _spread(values: Sequence[float], chosen: int) -> float:
	"""Standard deviation of the difference over all ways to choose so many learners: exact, whatever the values look like."""
	count = len(values)
	mean = sum(values) / count
	variance = sum((value - mean) ** 2 for value in values) / (count - 1)
	return sqrt(variance * count / (chosen * (count - chosen)))


def _widening(sides: Sequence[Sequence[Sequence[float]]], drift: float) -> float:
	"""How many times the variance of the difference is that of learners without anything in common: the design effect."""
	alone = together = 0.0
	for side in sides:
		count = sum(map(len, side))
		alone += 1 / count
		together += sum(len(group) ** 2 for group in side) / count**2
	return 1 - drift + drift * together / alone


def _seen(sides: Sequence[Sequence[Sequence[float]]]) -> float | None:
	"""The intraclass correlation of groups within their sides, by the analysis of variance."""
	groups = [group for side in sides for group in side]
	learners = sum(map(len, groups))
	between_freedom, within_freedom = len(groups) - len(sides), learners - len(groups)
	if between_freedom < 1 or within_freedom < 1:
		return None
	between = within = size = 0.0
	for side in sides:
		count = sum(map(len, side))
		mean = sum(map(sum, side)) / count
		size += count - sum(len(group) ** 2 for group in side) / count
		for group in side:
			own = sum(group) / len(group)
			between += len(group) * (own - mean) ** 2
			within += sum((value - own) ** 2 for value in group)
	within /= within_freedom
	common = max(0.0, (between / between_freedom - within) / (size / between_freedom))
	return common / (common + within) if common + within else 0.0
