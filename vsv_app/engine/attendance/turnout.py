"""Turnout: how many of those who are expected were seen, beside what is usual.

Where far fewer came than usual (snow, a strike, a trip, an alarm) nobody is called absent from silence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

USUAL_UNKNOWN = 0.9
"""Of those expected, where there are too few comparable days to say what is usual: in the first weeks."""
FEWEST_DAYS = 3
SMALLEST = 5
"""Of fewer people one absence is a large share: of them only the school's turnout is asked."""
LEAST_SHARE = 50
"""Percent of the usual share, below which silence is not believed; a school may set another."""


@dataclass(frozen=True)
class Turnout:
	"""How many were expected and seen: of a group, at a door (`expected` is what is usual there) or of the school."""

	of: str
	expected: int
	seen: int
	usual: float = USUAL_UNKNOWN
	"""The share of those expected that is usually seen."""

	@property
	def share(self) -> float:
		return self.seen / self.expected if self.expected else 1.0

	def is_low(self, least_percent: int = LEAST_SHARE) -> bool:
		"""Whether so few came that silence says nothing about anybody; a school that sets 0 percent is never warned."""
		return self.expected >= SMALLEST and self.share < self.usual * least_percent / 100


def usual_share(days: Iterable[tuple[int, int]]) -> float:
	"""What is usual on comparable days, each (expected, seen)."""
	shares = [seen / expected for expected, seen in days if expected]
	return median(shares) if len(shares) >= FEWEST_DAYS else USUAL_UNKNOWN


def lowest(turnouts: Sequence[Turnout], least_percent: int = LEAST_SHARE) -> Turnout | None:
	"""The widest of those that are low: the school before the door before the group, in the order given."""
	return next((one for one in turnouts if one.is_low(least_percent)), None)
