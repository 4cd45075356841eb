"""Whose badge is whose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from pypika import Order

from vsv_app.stores.queries import child_rows
from vsv_app.stores.queries.child_rows import ChildTable
from vsv_app.stores.queries.sql import VALUE, any_of, delete, select, table, update
from vsv_app.stores.store import Store

BADGE = table("Student Badge")
STUDENT = table("Student")
MEMBER = table("Student Group Student")
GROUP = table("Student Group")
HELD = table("Badge Holder")
HOLDERS = ChildTable("Badge Holder", "holders", "Student Badge", ("student", "from_moment", "until_moment"))


@dataclass(frozen=True)
class Carrier:
	"""A learner who carries a badge, as far as a check-in needs to know them. `grouped_in`: the academic years of active groups."""

	student: str
	name: str | None
	left_on: date | None
	enabled: bool
	grouped_in: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Holder:
	"""A badge and who carries it. `periods`: (learner, from, until) where it changed hands; empty: one from the beginning."""

	badge: str
	student: str | None
	status: str
	valid_from: date | None
	valid_to: date | None
	carriers: Mapping[str, Carrier]
	periods: tuple[tuple[str, datetime | None, datetime | None], ...] = ()

	@property
	def changed_hands(self) -> bool:
		return bool(self.periods)

	def carrier(self, day: date, at: datetime | None = None) -> Carrier | None:
		"""Who carried it at a moment, or for all of a day of which the hour is not known."""
		if not self.periods:
			return self.carriers.get(self.student or "")
		first, last = (
			(at, at) if at else (datetime.combine(day, time()), datetime.combine(day, time(23, 59, 59)))
		)
		for student, since, until in self.periods:
			if (since is None or since <= first) and (until is None or last < until):
				return self.carriers.get(student)
		return None


def roster_version(store: Store) -> tuple[Any, ...]:
	"""Changes whenever the roster or a school year may have changed; cheap enough to ask for each batch."""
	newest: list[Any] = []
	for source in (BADGE, STUDENT, table("Student Group"), table("Academic Year")):
		row = store.fetch(select(source, source.modified).orderby(source.modified, order=Order.desc).limit(1))
		newest.append(row[0][0] if row else None)
	return tuple(newest)


def roster(store: Store) -> dict[str, Holder]:
	"""Every enrolled badge by digest, blocked ones included."""
	periods: dict[str, list[tuple[str, datetime | None, datetime | None]]] = {}
	held = select(HELD, HELD.parent, HELD.student, HELD.from_moment, HELD.until_moment)
	for badge, *period in store.fetch(held.orderby(HELD.parent, HELD.idx)):
		periods.setdefault(badge, []).append((period[0], period[1], period[2]))
	carriers = _carriers(store)
	query = select(
		BADGE, BADGE.badge_digest, BADGE.name, BADGE.student, BADGE.status, BADGE.valid_from, BADGE.valid_to
	)
	return {
		digest: Holder(badge, student or None, status, since, until, carriers, tuple(periods.get(badge, ())))
		for digest, badge, student, status, since, until in store.fetch(query)
	}


def _carriers(store: Store) -> dict[str, Carrier]:
	"""Every learner who may carry a badge."""
	grouped: dict[str, set[str]] = {}
	query = (
		select(MEMBER, MEMBER.student, GROUP.academic_year)
		.join(GROUP)
		.on(GROUP.name == MEMBER.parent)
		.where(MEMBER.active == 1)
		.where(GROUP.disabled == 0)
		.distinct()
	)
	for student, year in store.fetch(query):
		grouped.setdefault(student, set()).add(year)
	s = STUDENT
	people = select(s, s.name, s.student_name, s.date_of_leaving, s.enabled)
	return {
		student: Carrier(student, name, left, bool(enabled), frozenset(grouped.get(student, ())))
		for student, name, left, enabled in store.fetch(people)
	}


def of_who_is_switched_off(store: Store) -> int:
	"""How many learners carry a badge, are switched off and have no date of leaving."""
	query = (
		select(BADGE, BADGE.student)
		.join(STUDENT)
		.on(STUDENT.name == BADGE.student)
		.where(BADGE.status == VALUE)
		.where(STUDENT.enabled == 0)
		.where(STUDENT.date_of_leaving.isnull())
		.distinct()
	)
	return len(store.fetch(query, ["Active"]))


def of_fob(store: Store, fob: str) -> list[tuple[str, str, str | None]]:
	"""(record, digest, learner) of the badges that are one fob, as readers of several kinds read it."""
	query = select(BADGE, BADGE.name, BADGE.badge_digest, BADGE.student).where(BADGE.fob == VALUE)
	return [(row[0], row[1], row[2] or None) for row in store.fetch(query, [fob])]


def fob_of(store: Store, digest: str) -> str | None:
	"""What the badges of one fob share."""
	rows = store.fetch(select(BADGE, BADGE.fob).where(BADGE.badge_digest == VALUE), [digest])
	return rows[0][0] or None if rows else None


def blocked_or_active(store: Store) -> dict[str, str]:
	"""The roster as a gateway needs it: digest -> active or blocked."""
	query = select(BADGE, BADGE.badge_digest, BADGE.status, BADGE.student).where(BADGE.badge_digest != VALUE)
	return {
		digest: "active" if status == "Active" and student else "blocked"
		for digest, status, student in store.fetch(query, [""])
	}


def by_digest(store: Store, digest: str) -> tuple[str, str | None, str] | None:
	"""(record, learner, status) of a badge."""
	query = select(BADGE, BADGE.name, BADGE.student, BADGE.status).where(BADGE.badge_digest == VALUE)
	rows = store.fetch(query, [digest])
	return (rows[0][0], rows[0][1] or None, rows[0][2]) if rows else None


def periods(store: Store, badge: str) -> list[tuple[str, datetime | None, datetime | None]]:
	"""(learner, from, until) of those who held a badge, in order; empty where it never changed hands."""
	query = select(HELD, HELD.student, HELD.from_moment, HELD.until_moment).where(HELD.parent == VALUE)
	return [(row[0], row[1], row[2]) for row in store.fetch(query.orderby(HELD.idx), [badge])]


def set_periods(
	store: Store,
	badge: str,
	rows: Sequence[tuple[str, datetime | None, datetime | None]],
	now: datetime,
) -> None:
	"""Write down who held a badge from when to when."""
	store.run(delete(HELD).where(HELD.parent == VALUE), [badge])
	child_rows.add(store, HOLDERS, {badge: rows}, now)


def give(store: Store, badge: str, student: str, student_name: str | None, now: datetime) -> None:
	"""Make a badge a learner's. That it was to expire was said of who had it before."""
	fields = ("student", "student_name", "status", "valid_to", "modified", "modified_by")
	query = update(BADGE, *fields).where(BADGE.name == VALUE)
	store.run(query, [student, student_name, "Active", None, now, store.acting_user, badge])


@dataclass(frozen=True)
class Badge:
	"""A badge as people deal with it. `student` None: in stock."""

	name: str
	digest: str
	student: str | None
	student_name: str | None
	status: str
	fob: str | None
	label: str | None = None
	read_at: datetime | None = None

	@property
	def is_carried(self) -> bool:
		return bool(self.student) and self.status == "Active"


def by_digests(store: Store, digests: Sequence[str]) -> dict[str, Badge]:
	"""The badges of some digests that are known, by digest."""
	found = store.fetch(_badges().where(any_of(BADGE.badge_digest, digests)), digests)
	return {badge.digest: badge for badge in map(_badge, found)}


def of_learners(store: Store, students: Sequence[str]) -> list[Badge]:
	"""All badges of some learners, newest last."""
	query = _badges().where(any_of(BADGE.student, students)).orderby(BADGE.creation, BADGE.name)
	return [_badge(row) for row in store.fetch(query, students)]


def one(store: Store, name: str) -> Badge | None:
	rows = store.fetch(_badges().where(BADGE.name == VALUE), [name])
	return _badge(rows[0]) if rows else None


def note_read(store: Store, name: str, door: str, at: datetime) -> None:
	"""A terminal that reads new badges has read it. The record that somebody may have open stays as it is."""
	query = update(BADGE, "read_at", "read_door").where(BADGE.name == VALUE)
	store.run(query, [at, door, name])


def read_since(store: Store, door: str, since: datetime) -> list[Badge]:
	"""The badges that a terminal has read for enrolment since a moment, in order."""
	query = _badges().where(BADGE.read_door == VALUE).where(BADGE.read_at > VALUE)
	return [_badge(row) for row in store.fetch(query.orderby(BADGE.read_at, BADGE.name), [door, since])]


def mark(store: Store, names: Sequence[str], status: str, now: datetime) -> None:
	"""Active, Lost, Blocked or Returned."""
	query = update(BADGE, "status", "modified", "modified_by").where(any_of(BADGE.name, names))
	store.run(query, [status, now, store.acting_user, *names])


def put_back(store: Store, name: str, now: datetime) -> None:
	"""A badge is nobody's again, and in stock."""
	fields = ("student", "student_name", "status", "valid_to", "modified", "modified_by")
	query = update(BADGE, *fields).where(BADGE.name == VALUE)
	store.run(query, [None, None, "Active", None, now, store.acting_user, name])


def _badges() -> Any:
	b = BADGE
	return select(b, b.name, b.badge_digest, b.student, b.student_name, b.status, b.fob, b.label, b.read_at)


def _badge(row: Sequence[Any]) -> Badge:
	name, digest, student, student_name, status, fob, label, read_at = row
	return Badge(name, digest, student or None, student_name, status, fob or None, label, read_at)
