"""Reminders that went out: about what, to whom, and whether they are answered."""

from collections.abc import Sequence
from datetime import datetime

from vsv_app.engine.care.promises import About
from vsv_app.stores.queries.sql import VALUE, any_of, select, table, update
from vsv_app.stores.store import Store

REMINDER = table("Care Reminder")


def reminders(store: Store, names: Sequence[str]) -> dict[About, list[tuple[str, str, datetime]]]:
	"""(recipient, level, sent on) of what went out, by what it was about."""
	r = REMINDER
	query = (
		select(r, r.reference_name, r.kind, r.thing, r.due_on, r.recipient, r.level, r.sent_on)
		.where(any_of(r.reference_name, names))
		.orderby(r.sent_on)
	)
	found: dict[About, list[tuple[str, str, datetime]]] = {}
	for name, kind, thing, due, recipient, level, sent_on in store.fetch(query, names):
		found.setdefault((name, kind, thing or "", due), []).append((recipient, level, sent_on))
	return found


def open_reminders(store: Store) -> dict[str, About]:
	"""By reminder that was sent and asks for something still, what it is about."""
	r = REMINDER
	query = select(r, r.name, r.reference_name, r.kind, r.thing, r.due_on).where(r.status == VALUE)
	return {row[0]: (row[1], row[2], row[3] or "", row[4]) for row in store.fetch(query, ["Sent"])}


def open_reminders_by_recipient(store: Store) -> list[str]:
	"""The recipient of each reminder that asks for something still."""
	query = select(REMINDER, REMINDER.recipient).where(REMINDER.status == VALUE)
	return [row[0] for row in store.fetch(query, ["Sent"])]


def standing(store: Store) -> list[tuple[str, About]]:
	"""(recipient, about what) of each reminder that asks for something still."""
	r = REMINDER
	query = select(r, r.recipient, r.reference_name, r.kind, r.thing, r.due_on).where(r.status == VALUE)
	return [(row[0], (row[1], row[2], row[3] or "", row[4])) for row in store.fetch(query, ["Sent"])]


def standing_at(store: Store, recipient: str) -> set[About]:
	"""What one person was reminded of and is asked for still."""
	r = REMINDER
	query = (
		select(r, r.reference_name, r.kind, r.thing, r.due_on)
		.where(r.recipient == VALUE)
		.where(r.status == VALUE)
	)
	return {(row[0], row[1], row[2] or "", row[3]) for row in store.fetch(query, [recipient, "Sent"])}


def mark_reminders(store: Store, names: Sequence[str], status: str, now: datetime) -> None:
	"""Note on reminders that the next person was told, or that what they were about is done."""
	query = update(REMINDER, "status", "modified", "modified_by").where(any_of(REMINDER.name, names))
	store.run(query, [status, now, store.acting_user, *names])
