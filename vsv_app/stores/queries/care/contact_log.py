"""Talks, calls and visits that were logged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pypika import Order

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


def last_contacts(store: Store, students: Sequence[str]) -> dict[str, Contact]:
	"""The latest logged contact of each learner who has one."""
	c = CONTACT
	query = (
		select(c, c.student, c.contact_on, c.contact_by, c.with_whom, c.channel)
		.where(any_of(c.student, students))
		.orderby(c.contact_on, order=Order.asc)
	)
	return {row[0]: Contact(*row) for row in store.fetch(query, students)}


def talks(store: Store, since: date, until: date, students: Sequence[str] | None = None) -> list[Contact]:
	"""Contacts with the learners themselves, from `since` up to and with `until`: the protective factor "mentor talk"."""
	c = CONTACT
	query = (
		select(c, c.student, c.contact_on, c.contact_by, c.with_whom, c.channel)
		.where(c.with_whom == VALUE)
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
