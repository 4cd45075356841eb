"""Whose badge is whose."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pypika import Order

from vsv_app.stores.queries.sql import VALUE, select, table, update
from vsv_app.stores.store import Store

BADGE = table("Student Badge")
STUDENT = table("Student")
MEMBER = table("Student Group Student")


@dataclass(frozen=True)
class Holder:
	"""A badge and the learner who carries it, as far as a check-in needs to know them."""

	badge: str
	student: str | None
	student_name: str | None
	status: str
	valid_from: date | None
	valid_to: date | None
	left_on: date | None
	enabled: bool
	grouped: bool


def roster_version(store: Store) -> tuple[Any, ...]:
	"""Changes whenever the roster or a school year may have changed; cheap enough to ask for each batch."""
	newest: list[Any] = []
	for source in (BADGE, STUDENT, table("Student Group"), table("Academic Year")):
		row = store.fetch(select(source, source.modified).orderby(source.modified, order=Order.desc).limit(1))
		newest.append(row[0][0] if row else None)
	return tuple(newest)


def roster(store: Store) -> dict[str, Holder]:
	"""Every enrolled badge by digest, blocked ones included."""
	grouped = {
		row[0] for row in store.fetch(select(MEMBER, MEMBER.student).where(MEMBER.active == 1).distinct())
	}
	query = (
		select(
			BADGE, BADGE.badge_digest, BADGE.name, BADGE.student, STUDENT.student_name, BADGE.status,
			BADGE.valid_from, BADGE.valid_to, STUDENT.date_of_leaving, STUDENT.enabled,
		)
		.left_join(STUDENT)
		.on(STUDENT.name == BADGE.student)
	)  # fmt: skip
	return {
		digest: Holder(badge, student, name, status, start, end, left, bool(enabled), student in grouped)
		for digest, badge, student, name, status, start, end, left, enabled in store.fetch(query)
	}


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


def give(store: Store, badge: str, student: str, student_name: str | None, now: datetime) -> None:
	"""Make a badge a learner's."""
	fields = ("student", "student_name", "status", "modified", "modified_by")
	query = update(BADGE, *fields).where(BADGE.name == VALUE)
	store.run(query, [student, student_name, "Active", now, store.acting_user, badge])
