"""What interventions have come to over closed plans, and figures that do not tell on anybody."""

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass

from vsv_app.engine.care.plans import DROPPED, MET

SMALLEST_GROUP = 5
"""Groups of fewer learners are not shown: a figure about four is a figure about somebody."""


@dataclass(frozen=True)
class ClosedPlan:
	"""A plan that was carried out and closed: which interventions it used and how its goals stood."""

	student: str
	interventions: frozenset[str]
	goals: tuple[str, ...]


@dataclass(frozen=True)
class Effect:
	"""Of the goals in closed plans with an intervention, how many were met; None where too few learners."""

	plans: int
	goals: int | None
	met: int | None

	@property
	def share(self) -> float | None:
		return None if not self.goals or self.met is None else 100.0 * self.met / self.goals


def effects(closed: Iterable[ClosedPlan], smallest: int = SMALLEST_GROUP) -> Mapping[str, Effect]:
	"""The effect of each intervention; a dropped goal counts neither way. A co-occurrence, not a proof of cause."""
	by_type: dict[str, list[ClosedPlan]] = {}
	for plan in closed:
		for intervention in plan.interventions:
			by_type.setdefault(intervention, []).append(plan)
	found = {}
	for intervention, plans in sorted(by_type.items()):
		goals = [status for plan in plans for status in plan.goals if status != DROPPED]
		enough = len({plan.student for plan in plans}) >= smallest
		met = sum(status == MET for status in goals)
		found[intervention] = Effect(len(plans), len(goals) if enough else None, met if enough else None)
	return found


def suppressed(counts: Mapping[str, int], smallest: int = SMALLEST_GROUP) -> dict[str, int | None]:
	"""Counts by group, those below `smallest` left out, with others along until no sum tells one of them.

	An empty group is shown as 0.
	"""
	small = {group for group, count in counts.items() if 0 < count < smallest}
	hidden = with_cover(small, counts, lambda groups: any(counts[group] >= smallest for group in groups))
	return {group: None if group in hidden else count for group, count in counts.items()}


def with_cover(
	hidden: Set[str], sizes: Mapping[str, int], enough: Callable[[Set[str]], bool]
) -> frozenset[str]:
	"""The groups to leave out: those of `hidden`, and with them the smallest others until `enough` holds.

	Whoever knows the whole has what is left out as a sum. Of one group that is its figure, and of two groups with two
	learners it is one each; with a large one among them, and without a word on which, any of them may be the large one.
	"""
	left_out = frozenset(hidden)
	others = sorted((size, group) for group, size in sizes.items() if size and group not in hidden)
	for _size, group in others if hidden else ():
		if enough(left_out):
			break
		left_out |= {group}
	return left_out
