"""Who looks after whom on a day: by assignment to a learner, or to a group that the learner is in.

Who is away keeps sight of the learners; what asks for something goes to the substitute.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

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
