"""On which records of a kind a right holds: the conditions, and how one user stands to one record."""

from collections.abc import Callable
from dataclasses import dataclass

ALL = "all"
OWN_LEARNERS = "own learners"
OWN_LEARNERS_OR_TEAM = "own learners, or on the team"
OWN_NOTES = "noted by self, unless restricted"
OWN_LEARNERS_NAMED = "own learners; restricted: named"
ALL_NAMED = "all; restricted: named"
OWN = "addressed to self"
OWN_TASKS = "own assignments"


@dataclass(frozen=True)
class Circumstances:
	"""How one user stands to one record.

	own_learner   has a task today with the learner that it is about
	on_team       is on the team of the plan
	noted         wrote it down
	named         is one of the named readers of a restricted record
	addressed     is whom it was sent to, whom an alert told about it, or whose assignment it is
	restricted    the record is for its named readers alone
	"""

	own_learner: bool = False
	on_team: bool = False
	noted: bool = False
	named: bool = False
	addressed: bool = False
	restricted: bool = False


def holds(condition: str, at: Circumstances) -> bool:
	"""Whether a condition holds for one user and one record."""
	return _HOLDS[condition](at)


_HOLDS: dict[str, Callable[[Circumstances], bool]] = {
	ALL: lambda at: True,
	OWN_LEARNERS: lambda at: at.own_learner,
	OWN_LEARNERS_OR_TEAM: lambda at: at.own_learner or at.on_team,
	OWN_NOTES: lambda at: at.noted and not at.restricted,
	OWN_LEARNERS_NAMED: lambda at: at.named if at.restricted else at.own_learner or at.named or at.noted,
	ALL_NAMED: lambda at: at.named or not at.restricted,
	OWN: lambda at: at.addressed,
	OWN_TASKS: lambda at: at.addressed,
}
CONDITIONS = tuple(_HOLDS)
