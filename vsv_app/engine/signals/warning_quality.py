"""How well warnings told who would leave: counts, rates, the area under the curve, and how early they came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Validity:
	"""Warnings against outcomes. Rates are from 0 to 1; None where there is nothing to divide by."""

	learners: int
	warned: int
	left: int
	warned_and_left: int
	lead_days: float | None = None
	"""Median days from the first warning to the leaving, of those who were warned and left."""

	def __post_init__(self) -> None:
		if not 0 <= self.warned_and_left <= min(self.warned, self.left) <= self.learners:
			raise ValueError(f"more learners were warned and left than there are: {self}")

	@property
	def precision(self) -> float | None:
		"""The share of those warned who left."""
		return self.warned_and_left / self.warned if self.warned else None

	@property
	def recall(self) -> float | None:
		"""The share of those who left who were warned of before."""
		return self.warned_and_left / self.left if self.left else None

	@property
	def f1(self) -> float | None:
		"""The harmonic mean of precision and recall."""
		both = self.warned + self.left
		return 2 * self.warned_and_left / both if both else None


def judge(learners: int, first_warned: Mapping[str, date], left: Mapping[str, date]) -> Validity:
	"""Warnings against leavings, by day. A warning on the day of leaving or later warned of nothing."""
	lead = [(day - first_warned[s]).days for s, day in left.items() if s in first_warned]
	in_time = [days for days in lead if days > 0]
	# Who was warned only once gone counts neither for the rule nor against it.
	warned = len(first_warned) - (len(lead) - len(in_time))
	return Validity(learners, warned, len(left), len(in_time), _median(in_time) if in_time else None)


def area_under_curve(scores: Sequence[float], outcomes: Sequence[bool]) -> float | None:
	"""The chance that a random learner with the outcome scores above one without; ties count half.

	None where all outcomes are the same.
	"""
	positives = sum(outcomes)
	negatives = len(outcomes) - positives
	if not positives or not negatives:
		return None
	order = sorted(range(len(scores)), key=scores.__getitem__)
	rank_sum, start = 0.0, 0
	while start < len(order):
		end = start
		while end < len(order) and scores[order[end]] == scores[order[start]]:
			end += 1
		middle = (start + 1 + end) / 2
		rank_sum += middle * sum(outcomes[at] for at in order[start:end])
		start = end
	return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def _median(values: Sequence[int]) -> float:
	ordered, half = sorted(values), len(values) // 2
	return float(ordered[half]) if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2
