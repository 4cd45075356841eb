"""Shares and how sure of them a count can be: Wilson's interval, the lift over a base rate, and when numbers are too few to say.

Edwin B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927): it stays within 0 and 1, and
is of use from a handful of learners on, where the textbook's ± is not.
"""

from dataclasses import dataclass
from math import sqrt

NORMAL_95 = 1.959963984540054
"""Within so many standard deviations lie 95 of 100 outcomes of a normal distribution."""
FEWEST = 5
"""Of fewer cases no share is told: one learner more or less would move it by a fifth."""
WIDEST = 0.5
"""An interval wider than this, from 0 to 1, says hardly more than nothing."""


@dataclass(frozen=True)
class Interval:
	"""From `low` to `high`, both shares from 0 to 1."""

	low: float
	high: float

	@property
	def width(self) -> float:
		return self.high - self.low

	def holds(self, share: float) -> bool:
		return self.low <= share <= self.high


@dataclass(frozen=True)
class Proportion:
	"""`hits` out of `of` cases. Raises ValueError for counts that cannot be."""

	hits: int
	of: int

	def __post_init__(self) -> None:
		if not 0 <= self.hits <= self.of:
			raise ValueError(f"{self.hits} of {self.of} cannot be")

	@property
	def share(self) -> float | None:
		"""From 0 to 1; None of nothing."""
		return self.hits / self.of if self.of else None

	@property
	def interval(self) -> Interval | None:
		"""Wilson's 95 % interval; None of nothing."""
		if not self.of:
			return None
		square = NORMAL_95 * NORMAL_95
		share, cases = self.hits / self.of, self.of
		middle = share + square / (2 * cases)
		reach = NORMAL_95 * sqrt(share * (1 - share) / cases + square / (4 * cases * cases))
		whole = 1 + square / cases
		# The ends are exact where nothing or everything is a hit; the roots miss them by a rounding.
		low = 0.0 if not self.hits else (middle - reach) / whole
		high = 1.0 if self.hits == self.of else (middle + reach) / whole
		return Interval(low, high)

	@property
	def can_be_told(self) -> bool:
		"""Enough cases, and an interval that leaves out half of what could be."""
		found = self.interval
		return found is not None and self.of >= FEWEST and found.width <= WIDEST

	def lift(self, base: "Proportion") -> float | None:
		"""How many times the base rate this share is; None where either has nothing to divide by."""
		if self.share is None or not base.share:
			return None
		return self.share / base.share
