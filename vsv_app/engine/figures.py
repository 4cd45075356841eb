"""Figures about groups of learners that a school looks at, and that do not tell on anybody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vsv_app.engine.effects import SMALLEST_GROUP, suppressed


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

	"All but two" tells as much as "two": a count and what is left of the group are both either 0 or large enough.
	"""
	members = {group: set(learners) for group, learners in groups.items()}
	sizes = suppressed({group: len(learners) for group, learners in members.items()}, smallest)
	held = {group: len(learners & holds_for) for group, learners in members.items()}
	shown = _without_small(held, {group: len(learners) for group, learners in members.items()}, smallest)
	return [
		Part(group, sizes[group], shown[group] if sizes[group] is not None else None)
		for group in sorted(members)
	]


def _without_small(held: Mapping[str, int], sizes: Mapping[str, int], smallest: int) -> dict[str, int | None]:
	"""Counts with the small ones left out; a lone one takes another along, so that no sum tells it."""
	hidden = {
		group
		for group, count in held.items()
		if 0 < count < smallest or 0 < sizes[group] - count < smallest or 0 < sizes[group] < smallest
	}
	if len(hidden) == 1:
		others = sorted((sizes[group], group) for group in held if sizes[group] and group not in hidden)
		hidden |= {group for _size, group in others[:1]}
	return {group: None if group in hidden else count for group, count in held.items()}


@dataclass(frozen=True)
class Cohort:
	"""Learners who began a programme in one academic year: how many, how many left early, and with what."""

	program: str
	year: str
	began: int
	left: int | None
	with_certificate: int | None

	@property
	def percent(self) -> float | None:
		"""Of those who began, how many left without a certificate."""
		if not self.began or self.left is None or self.with_certificate is None:
			return None
		return 100.0 * (self.left - self.with_certificate) / self.began


@dataclass(frozen=True)
class Start:
	"""A learner's first enrolment in a programme. `left`: has left the school; `certificate`: with one."""

	student: str
	program: str
	year: str
	left: bool = False
	certificate: bool = False


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
				sum(start.certificate for start in left) if enough else None,
			)
		)
	return found
