"""Figures with their doubt: shares with the interval that they lie in, by group of learners, and within what a school can do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

from vsv_app.engine.group_figures import parts
from vsv_app.engine.proportions import Proportion
from vsv_app.engine.signals.looking_back.past import Stood
from vsv_app.engine.signals.warning_quality import Validity
from vsv_app.engine.small_groups import SMALLEST_GROUP

A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Shares:
	"""How well warnings told who would leave, each as a share of a count.

	base        learners who left
	precision   of those warned, who left
	recall      of those who left, who were warned in time
	"""

	base: Proportion
	precision: Proportion
	recall: Proportion

	@property
	def lift(self) -> float | None:
		"""How many times more often those who were warned left than learners do; None where either share says too little."""
		if not (self.precision.can_be_told and self.base.can_be_told):
			return None
		return self.precision.lift(self.base)


def shares(found: Validity) -> Shares:
	return Shares(
		Proportion(found.left, found.learners),
		Proportion(found.warned_and_left, found.warned),
		Proportion(found.warned_and_left, found.left),
	)


@dataclass(frozen=True)
class GroupFigures:
	"""What a rule gets wrong about one group of learners; None where a number would tell on somebody.

	false_alarms   of those who stayed, who were flagged
	misses         of those who left, who were not flagged before
	"""

	group: str
	false_alarms: Proportion | None
	misses: Proportion | None


def by_group(
	groups: Mapping[str, Iterable[str]],
	first: Mapping[str, date],
	left: Mapping[str, date],
	smallest: int = SMALLEST_GROUP,
) -> list[GroupFigures]:
	"""The errors of a rule about each group; `first` is the day of a learner's first signal, `left` that of leaving."""
	members = {group: set(learners) for group, learners in groups.items()}
	missed = {student for student, day in left.items() if not (student in first and first[student] < day)}
	stayed = parts({g: own - left.keys() for g, own in members.items()}, set(first), smallest)
	gone = parts({g: own & left.keys() for g, own in members.items()}, missed, smallest)
	return [
		GroupFigures(
			stay.group,
			None
			if stay.of_them is None or stay.learners is None
			else Proportion(stay.of_them, stay.learners),
			None if go.of_them is None or go.learners is None else Proportion(go.of_them, go.learners),
		)
		for stay, go in zip(stayed, gone, strict=True)
	]


@dataclass(frozen=True)
class WithinReach:
	"""What a school finds that can talk to so many flagged learners a week, the highest values first.

	`asked` signals were raised, `talked` led to a talk while they stood; `waited`: weeks in which somebody had to wait.
	`reached`: of those who left, who had a talk before the week in which they left.
	"""

	a_week: int
	weeks: int
	asked: int
	talked: int
	waited: int
	learners: int = 0
	reached: int = 0


def within_reach(
	stood: Sequence[Stood],
	strength: Mapping[tuple[str, date], float],
	mondays: Sequence[date],
	a_week: int,
	left: Mapping[str, date],
) -> WithinReach:
	"""Each week the school talks to `a_week` of those with a signal that nobody has talked about, who were worst when it was
	raised first; who is not reached waits while the signal stands. `strength` is by learner and day of raising, more is worse.
	"""
	waiting: list[tuple[Any, Stood]] = []
	coming = sorted(stood, key=lambda one: one.raised, reverse=True)
	talked = waited = reached = 0
	seen: set[str] = set()
	for monday in mondays:
		ends = monday + A_WEEK
		while coming and coming[-1].raised < ends:
			one = coming.pop()
			waiting.append(((-strength[one.student, one.raised], one.raised, one.student), one))
		waiting = [
			both
			for both in waiting
			if both[1].cleared is None or both[1].cleared > max(monday, both[1].raised)
		]
		waiting.sort(key=itemgetter(0))
		now, waiting = waiting[:a_week], waiting[a_week:]
		talked += len(now)
		waited += bool(waiting)
		for _key, one in now:
			if one.student not in seen and one.student in left:
				reached += ends <= left[one.student]
			seen.add(one.student)
	return WithinReach(a_week, len(mondays), len(stood), talked, waited, len(seen), reached)
