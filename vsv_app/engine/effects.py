"""What interventions have come to over closed plans, and figures that do not tell on anybody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vsv_app.engine.plans import DROPPED, MET

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
	"""Counts by group, those below `smallest` left out; a lone one takes the next smallest along, so that no sum tells it.

	An empty group is shown as 0.
	"""
	hidden = {group for group, count in counts.items() if 0 < count < smallest}
	if len(hidden) == 1:
		others = sorted((count, group) for group, count in counts.items() if count and group not in hidden)
		hidden |= {group for _count, group in others[:1]}
	return {group: None if group in hidden else count for group, count in counts.items()}
