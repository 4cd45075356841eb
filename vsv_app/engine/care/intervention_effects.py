"""What interventions have come to over closed plans."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vsv_app.engine.care.plans import DROPPED, MET
from vsv_app.engine.small_groups import SMALLEST_GROUP


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
