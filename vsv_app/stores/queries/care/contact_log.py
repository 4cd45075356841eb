"""Talks, calls and visits that were logged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pypika import Order

from vsv_app.engine.care import promises
from vsv_app.engine.care.promises import Promise
from vsv_app.stores.queries.sql import VALUE, any_of, select, table
from vsv_app.stores.store import Store

CONTACT = table("Contact Log")


@dataclass(frozen=True)
class Contact:
	"""A talk, call or visit that was logged."""

	student: str
	on: datetime
	by: str
	with_whom: str
	channel: str
	reached: bool = True


def get(store: Store, name: str) -> dict[str, Any] | None:
	"""Whom a contact was about, and what was to be done after it."""
	fields = ("student", "contact_by", "next_step", "next_step_on", "next_step_done")
	rows = store.fetch(
		select(CONTACT, *(CONTACT[field] for field in fields)).where(CONTACT.name == VALUE), [name]
	)
	return dict(zip(fields, rows[0], strict=True)) if rows else None


def last_contacts(store: Store, students: Sequence[str]) -> dict[str, Contact]:
	"""The latest logged contact of each learner who has one; also where nobody was reached."""
	return {
		row[0]: Contact(row[0], row[1], row[2], row[3], row[4], not row[5])
		for row in store.fetch(_latest_last(students), students)
	}


def last_talks(store: Store, students: Sequence[str]) -> dict[str, Contact]:
	"""The latest talk with each learner who has had one."""
	query = _latest_last(students).where(CONTACT.with_whom == VALUE).where(CONTACT.not_reached == 0)
	return {row[0]: Contact(*row[:5]) for row in store.fetch(query, [*students, "Learner"])}


def next_steps(store: Store, until: date, ahead: Callable[[date], date]) -> list[Promise]:
	"""Next steps of talks that are not done, with a day up to and with `until`; whoever spoke has them in hand."""
	c = CONTACT
	query = (
		select(c, c.name, c.student, c.contact_by, c.contact_on, c.next_step, c.next_step_on)
		.where(c.next_step_on <= VALUE)
		.where(c.next_step_done == 0)
	)
	return [
		Promise(
			promises.NEXT_STEP, "Contact Log", name, "", due,
			held_by=(by,) if by else (), student=student, asked_on=on.date(), shows_from=ahead(due), what=what or "",
		)
		for name, student, by, on, what, due in store.fetch(query, [until])
	]  # fmt: skip


def _latest_last(students: Sequence[str]) -> Any:
	c = CONTACT
	return (
		select(c, c.student, c.contact_on, c.contact_by, c.with_whom, c.channel, c.not_reached)
		.where(any_of(c.student, students))
		.orderby(c.contact_on, order=Order.asc)
	)


def talks(store: Store, since: date, until: date, students: Sequence[str] | None = None) -> list[Contact]:
	"""Talks with the learners themselves in which they were reached, from `since` up to and with `until`: the protective factor "mentor talk"."""
	c = CONTACT
	query = (
		select(c, c.student, c.contact_on, c.contact_by, c.with_whom, c.channel)
		.where(c.with_whom == VALUE)
		.where(c.not_reached == 0)
		.where(c.contact_on >= VALUE)
		.where(c.contact_on < VALUE)
		.orderby(c.student)
		.orderby(c.contact_on)
	)
	values: list[Any] = [
		"Learner",
		datetime.combine(since, datetime.min.time()),
		datetime.combine(date.fromordinal(until.toordinal() + 1), datetime.min.time()),
	]
	if students is not None:
		query = query.where(any_of(c.student, students))
		values += students
	return [Contact(*row) for row in store.fetch(query, values)]
