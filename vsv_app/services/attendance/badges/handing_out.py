"""Handing out badges: to a group one by one, as a terminal reads them; lost, found and replaced; and the last taken back.

NotToGive   says in a sentence why a badge is not this learner's to have
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from vsv_app.engine.sentences import say
from vsv_app.services.attendance.badges import enrolment
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import badges
from vsv_app.stores.queries.attendance.badges import Badge
from vsv_app.stores.store import Store

ACTIVE, LOST, RETURNED, BLOCKED = "Active", "Lost", "Returned", "Blocked"
MARKS = (ACTIVE, LOST, RETURNED, BLOCKED)


class NotToGive(ValueError):
	"""A badge that somebody else has, or that was reported as lost."""


@dataclass(frozen=True)
class Person:
	"""A learner of a group, and the badges that were ever theirs, one for each fob."""

	student: str
	name: str
	badges: tuple[Badge, ...] = ()

	@property
	def has_one(self) -> bool:
		return any(badge.is_carried for badge in self.badges)

	@property
	def lost_one(self) -> bool:
		return any(badge.status == LOST for badge in self.badges)


@dataclass(frozen=True)
class Given:
	"""What giving a badge came to. `touched`: whose taps of which day count otherwise now; `replaced`: badges that are lost now."""

	badge: str
	already: bool = False
	replaced: tuple[str, ...] = ()
	touched: Mapping[date, set[str]] = field(default_factory=dict)


def groups(store: Store, today: date) -> list[tuple[str, int, int]]:
	"""(group, learners, those without a badge) of the groups of this school year."""
	members: dict[str, set[str]] = {}
	for one in learners.memberships(store, today, today):
		members.setdefault(one.group, set()).add(one.student)
	everybody = sorted(set().union(*members.values()))
	carrying = {badge.student for badge in badges.of_learners(store, everybody) if badge.is_carried}
	return [(group, len(some), len(some - carrying)) for group, some in sorted(members.items())]


def of_group(store: Store, group: str) -> list[Person]:
	"""The learners of a group, as `people` gives them."""
	return people(store, learners.members_of(store, [group]))


def people(store: Store, students: Sequence[str]) -> list[Person]:
	"""Some learners in the order of their names, each with the badges that are theirs."""
	found: dict[str, list[Badge]] = {}
	for badge in badges.of_learners(store, students):
		if badge.fob in (None, badge.digest):
			found.setdefault(str(badge.student), []).append(badge)
	names = learners.names(store, students)
	everybody = [
		Person(one, names.get(one) or one, tuple(found.get(one, ()))) for one in students if one in names
	]
	return sorted(everybody, key=lambda person: (person.name.casefold(), person.student))


def read_since(store: Store, gateway: str, terminal: str, since: datetime) -> list[Badge]:
	"""The badges that a terminal has read for enrolment since a moment, in order; a fob once."""
	found = badges.read_since(store, f"{gateway}/{terminal}", since)
	return [badge for badge in found if badge.fob in (None, badge.digest)]


def give(store: Store, badge: str, student: str, now: datetime, *, replacing: bool = False) -> Given:
	"""A badge becomes a learner's, with the rest of its fob; raises NotToGive. `replacing`: what they had is lost from now on."""
	with store.transaction():
		known = badges.one(store, badge)
		if known is None:
			raise NotToGive(say("This badge is not there any more. Hold it to the terminal once more."))
		name = learners.names(store, [student]).get(student)
		if name is None:
			raise NotToGive(say("There is no such learner."))
		_check(known, student)
		if known.is_carried:
			return Given(badge, already=True)
		fob = _fob(store, known)
		replaced = _carried_beside(store, student, fob) if replacing else ()
		badges.mark(store, replaced, LOST, now)
		for one in fob:
			enrolment.hand_over(store, one.name, one.student, student, now)
			badges.give(store, one.name, student, name, now)
		touched = enrolment.claim_all(store, [one.digest for one in fob], now)
		return Given(badge, replaced=replaced, touched=touched)


def take_back(
	store: Store, badge: str, student: str, now: datetime, replaced: Sequence[str] = ()
) -> Mapping[date, set[str]]:
	"""As if the badge had not been given to the learner: it is in stock, and what it replaced is theirs again."""
	with store.transaction():
		known = badges.one(store, badge)
		if known is None or known.student != student:
			return {}
		fob = _fob(store, known)
		for one in fob:
			rows = badges.periods(store, one.name)
			if rows and rows[-1][0] == student and rows[-1][2] is None:
				badges.set_periods(store, one.name, rows[:-1], now)
			badges.put_back(store, one.name, now)
		theirs = [b.name for b in badges.of_learners(store, [student]) if b.status == LOST]
		badges.mark(store, [name for name in replaced if name in theirs], ACTIVE, now)
		return enrolment.claim_all(store, [one.digest for one in fob], now)


def mark(store: Store, badge: str, status: str, now: datetime) -> None:
	"""A badge is lost, found again (active), blocked or returned, as a whole fob."""
	if status not in MARKS:
		raise ValueError(f"a badge is no {status}")
	with store.transaction():
		known = badges.one(store, badge)
		if known is not None:
			badges.mark(store, [one.name for one in _fob(store, known)], status, now)


def _check(badge: Badge, student: str) -> None:
	"""Whether a badge may become a learner's. What was lost is somebody's who may bring it back."""
	if badge.student in (None, student):
		return
	whose = badge.student_name or str(badge.student)
	if badge.status == ACTIVE:
		raise NotToGive(say("This badge is {0}'s. Take another one, or mark it as returned there first.", whose))  # fmt: skip
	if badge.status != RETURNED:
		raise NotToGive(say("{0} lost this badge, or it was blocked. Mark it as returned there before somebody else gets it.", whose))  # fmt: skip


def _fob(store: Store, badge: Badge) -> list[Badge]:
	"""The badges as which readers of several kinds read one fob."""
	rest = [badges.one(store, name) for name, _digest, _who in badges.of_fob(store, badge.fob or "")]
	return (
		[badge, *(one for one in rest if one is not None and one.name != badge.name)]
		if badge.fob
		else [badge]
	)


def _carried_beside(store: Store, student: str, fob: Sequence[Badge]) -> tuple[str, ...]:
	"""What a learner carries, but for one fob."""
	own = {one.name for one in fob}
	carried = (one.name for one in badges.of_learners(store, [student]) if one.is_carried)
	return tuple(name for name in carried if name not in own)
