"""Who looks after whom on a day: by assignment to a learner, or to a group that the learner is in.

Who is away keeps sight of the learners; what asks for something goes to the substitute.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from vsv_app.stores.queries import learners
from vsv_app.stores.queries.learners import Membership, Mentoring
from vsv_app.stores.store import Store

ALERTED = ("Mentor", "Substitute")
"""Tasks whose holders get alerts; the care team is drawn in by a person."""


class Mentors:
	"""The mentors of each learner on one day."""

	def __init__(self, mentorings: Sequence[Mentoring], memberships: Sequence[Membership]) -> None:
		self._by_student: dict[str, list[Mentoring]] = {}
		self._by_group: dict[str, list[Mentoring]] = {}
		for one in mentorings:
			if one.task in ALERTED:
				if one.student:
					self._by_student.setdefault(one.student, []).append(one)
				elif one.group:
					self._by_group.setdefault(one.group, []).append(one)
		self._groups: dict[str, list[str]] = {}
		for membership in memberships:
			self._groups.setdefault(membership.student, []).append(membership.group)

	def of(self, student: str) -> list[str]:
		"""Whom something about the learner goes to: the mentors who are there, own ones before those of the group; each once."""
		tasks = self._tasks(student)
		away = {one.away for one in tasks if one.away}
		return list(dict.fromkeys(one.mentor for one in tasks if one.mentor not in away))

	def all_of(self, student: str) -> list[str]:
		"""The learner's mentors, also who is away."""
		return list(dict.fromkeys(one.mentor for one in self._tasks(student)))

	def in_place_of(self, user: str, student: str) -> list[str]:
		"""Who stands in for somebody with a learner; nobody where that person is there."""
		found = [one.mentor for one in self._tasks(student) if one.away == user]
		return list(dict.fromkeys(found))

	def _tasks(self, student: str) -> list[Mentoring]:
		of_groups = [one for group in self._groups.get(student, ()) for one in self._by_group.get(group, ())]
		return [*self._by_student.get(student, ()), *of_groups]


class MentorsOverTime:
	"""The mentors of learners on any day of a period, by the assignments that held then; former members of groups too."""

	def __init__(self, mentorings: Sequence[Mentoring], memberships: Sequence[Membership]) -> None:
		self._of_student: dict[str, list[Mentoring]] = {}
		self._of_group: dict[str, list[Mentoring]] = {}
		for one in mentorings:
			if one.student:
				self._of_student.setdefault(one.student, []).append(one)
			elif one.group:
				self._of_group.setdefault(one.group, []).append(one)
		self._members: dict[str, list[Membership]] = {}
		for membership in memberships:
			self._members.setdefault(membership.student, []).append(membership)
		self._groups: dict[str, int] = {}
		self._numbers: dict[Any, int] = {}
		self._turns: dict[Any, list[date]] = {}
		self._known: dict[tuple[Any, int], list[str]] = {}

	def of(self, student: str, day: date) -> list[str]:
		"""As Mentors.of."""
		key = self._groups.get(student)
		if key is None:
			key = self._groups[student] = self._numbers.setdefault(self._key(student), len(self._numbers))
		turns = self._turns.get(key)
		if turns is None:
			turns = self._turns[key] = self._days_of_change(student)
		place = key, bisect_right(turns, day)
		found = self._known.get(place)
		if found is None:
			members = [m for m in self._members.get(student, ()) if m.year_start <= day <= m.year_end]
			found = self._known[place] = self._on(day, student, self._of_student.get(student, ()), members)
		return found

	def _key(self, student: str) -> Any:
		"""Learners who are in the same groups have the same mentors, but for their own."""
		if student in self._of_student:
			return student
		return tuple((m.group, m.year_start, m.year_end) for m in self._members.get(student, ()))

	def _days_of_change(self, student: str) -> list[date]:
		"""The days from which on somebody else may look after a learner."""
		members = self._members.get(student, ())
		tasks = [
			*self._of_student.get(student, ()),
			*(t for m in members for t in self._of_group.get(m.group, ())),
		]
		begins = [*(t.from_date for t in tasks), *(m.year_start for m in members)]
		ends = [*(t.to_date for t in tasks if t.to_date), *(m.year_end for m in members)]
		return sorted({*begins, *(day + timedelta(days=1) for day in ends)})

	def _on(
		self, day: date, student: str, own: Sequence[Mentoring], members: Sequence[Membership]
	) -> list[str]:
		tasks = [*own, *(task for m in members for task in self._of_group.get(m.group, ()))]
		holding = [t for t in tasks if t.from_date <= day and (t.to_date is None or day <= t.to_date)]
		return Mentors(holding, members).of(student)


def over_time(store: Store, first: date, last: date) -> MentorsOverTime:
	"""The mentors of all learners from one day to another, without those who have left since."""
	members = learners.memberships(store, first, last, former_too=True)
	tasks = learners.mentorings(store, first, until=last)
	left = learners.gone(store, sorted({one.mentor for one in tasks}))
	return MentorsOverTime([one for one in tasks if one.mentor not in left], members)


class OfDay:
	"""The mentors on a day, without those who have left: who has which task is read once, however often some learners' are asked."""

	def __init__(self, store: Store, day: date) -> None:
		self._store, self._day = store, day

	def of(self, students: Sequence[str] | None = None, *, former_too: bool = False) -> Mentors:
		"""Of some learners; `former_too`: also of learners who have left their group since."""
		members = learners.memberships(self._store, self._day, self._day, students, former_too=former_too)
		return Mentors(self._tasks, members)

	@cached_property
	def _tasks(self) -> list[Mentoring]:
		tasks = learners.mentorings(self._store, self._day)
		left = learners.gone(self._store, sorted({one.mentor for one in tasks}))
		return [one for one in tasks if one.mentor not in left]


def load(
	store: Store, day: date, students: Sequence[str] | None = None, *, former_too: bool = False
) -> Mentors:
	"""The mentors on a day, of some learners: see OfDay."""
	return OfDay(store, day).of(students, former_too=former_too)


def learners_of(store: Store, mentor: str, day: date) -> Mapping[str, Membership]:
	"""The learners whom a person has a task with on a day, with the group of their own."""
	tasks = learners.mentorings(store, day, mentor)
	groups = {task.group for task in tasks if task.group and not task.student}
	singles = {task.student for task in tasks if task.student}
	own: dict[str, Membership] = {}
	mine: set[str] = set()
	for membership in learners.memberships(store, day, day):
		own.setdefault(membership.student, membership)
		if membership.group in groups or membership.student in singles:
			mine.add(membership.student)
	return {student: own[student] for student in mine}
