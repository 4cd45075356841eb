"""Figures about groups of learners that a school looks at, and that do not tell on anybody."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from vsv_app.engine.small_groups import SMALLEST_GROUP, suppressed, with_cover


@dataclass(frozen=True)
class Part:
	"""How many of a group something holds for; None where a number would tell on somebody."""

	group: str
	learners: int | None
	of_them: int | None

	@property
	def percent(self) -> float | None:
		if not self.learners or self.of_them is None:
			return None
		return 100.0 * self.of_them / self.learners


def parts(
	groups: Mapping[str, Iterable[str]], holds_for: set[str], smallest: int = SMALLEST_GROUP
) -> list[Part]:
	"""For each group of learners, how many of them are in `holds_for`; small numbers are left out, in either direction.

	"All but two" tells as much as "two": a count and what is left of the group are both either 0 or large enough. The
	same holds of all that is left out taken together, which whoever knows the whole can work out.
	"""
	members = {group: set(learners) for group, learners in groups.items()}
	sizes = {group: len(learners) for group, learners in members.items()}
	held = {group: len(learners & holds_for) for group, learners in members.items()}
	told = suppressed(sizes, smallest)

	def tells(count: int, size: int) -> bool:
		return 0 < count < smallest or 0 < size - count < smallest

	def together_tell(groups: Iterable[str]) -> bool:
		size, count = (sum(of[group] for group in groups) for of in (sizes, held))
		return 0 < size < smallest or tells(count, size)

	small = {group for group in members if together_tell([group])}
	# A whole that tells on somebody is shown nowhere, so that nothing can be had from it.
	unknown = together_tell(members)

	def enough(groups: Set[str]) -> bool:
		return len(groups) > 1 and (unknown or (groups > small and not together_tell(groups)))

	hidden = with_cover(small, sizes, enough)
	return [Part(group, told[group], None if group in hidden else held[group]) for group in sorted(members)]


@dataclass(frozen=True)
class Cohort:
	"""Learners who began a programme in one academic year: how many, how many left, with a qualification, and early."""

	program: str
	year: str
	began: int
	left: int | None
	qualified: int | None
	early: int | None

	@property
	def percent(self) -> float | None:
		"""Of those who began, how many left early."""
		return 100.0 * self.early / self.began if self.began and self.early is not None else None


@dataclass(frozen=True)
class Start:
	"""A learner's first enrolment in a programme. `left`: has left the school; `qualified`, `early`: as the school counts it."""

	student: str
	program: str
	year: str
	left: bool = False
	qualified: bool = False
	early: bool = False


def cohorts(starts: Iterable[Start], smallest: int = SMALLEST_GROUP) -> list[Cohort]:
	"""Each programme's cohorts; of one with fewer learners than `smallest` only the size is told."""
	own: dict[tuple[str, str], dict[str, Start]] = {}
	for start in starts:
		own.setdefault((start.program, start.year), {})[start.student] = start
	found = []
	for (program, year), learners in sorted(own.items()):
		enough = len(learners) >= smallest
		left = [start for start in learners.values() if start.left]
		found.append(
			Cohort(
				program,
				year,
				len(learners),
				len(left) if enough else None,
				sum(start.qualified for start in left) if enough else None,
				sum(start.early for start in left) if enough else None,
			)
		)
	return found
