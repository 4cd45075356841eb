"""Messages that were set aside: kept, counted, closed."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pypika import Order

from vsv_app.engine.sentences import template
from vsv_app.stores.queries.sql import STANDARD_COLUMNS, VALUE, any_of, select, table, update
from vsv_app.stores.store import Store

SET_ASIDE = table("Set Aside Message")
MOST_OPEN = 200
"""Open set-aside messages of one kind and gateway."""


@dataclass(frozen=True)
class SetAside:
	"""A message that could not be accepted as it was, with what a person needs to act."""

	reason: str
	gateway: str
	topic: str
	explanation: str
	fingerprint: str
	payload: str
	received: datetime


def set_aside(store: Store, item: SetAside) -> bool:
	"""List a message for the administrator; the same message again only counts up. Returns whether it is a new one."""
	known = store.fetch(
		select(SET_ASIDE, SET_ASIDE.name, SET_ASIDE.times).where(SET_ASIDE.fingerprint == VALUE),
		[item.fingerprint],
	)
	known = known or _newest_when_full(store, item)
	if known:
		name, times = known[0]
		store.run(
			update(SET_ASIDE, "times", "last_received", "modified").where(SET_ASIDE.name == VALUE),
			[(times or 0) + 1, item.received, item.received, name],
		)
		return False
	user = store.acting_user
	store.insert_rows(
		"Set Aside Message",
		[
			*STANDARD_COLUMNS, "reason", "gateway", "topic", "explanation", "explanation_words", "fingerprint", "payload",
			"status", "times", "first_received", "last_received",
		],
		[
			[
				item.fingerprint[:20], user, item.received, item.received, user, 0, 0,
				item.reason, item.gateway, item.topic, item.explanation, json.dumps(template(item.explanation)), item.fingerprint, item.payload,
				"Open", 1, item.received, item.received,
			]
		],
		skip_known=True,
	)  # fmt: skip
	return True


def _newest_when_full(store: Store, item: SetAside) -> Any:
	"""Past a bound, more of the same kind only counts up: a device gone mad does not fill the database."""
	query = (
		select(SET_ASIDE, SET_ASIDE.name, SET_ASIDE.times)
		.where(SET_ASIDE.gateway == VALUE)
		.where(SET_ASIDE.reason == VALUE)
		.where(SET_ASIDE.status == VALUE)
		.orderby(SET_ASIDE.creation, order=Order.desc)
		.limit(MOST_OPEN)
	)
	rows = store.fetch(query, [item.gateway, item.reason, "Open"])
	return rows[:1] if len(rows) >= MOST_OPEN else ()


def open_messages(store: Store, names: list[str] | None = None) -> list[tuple[str, str, str, str]]:
	"""(name, reason, topic, payload) of set-aside messages that are open, oldest first."""
	query = select(SET_ASIDE, SET_ASIDE.name, SET_ASIDE.reason, SET_ASIDE.topic, SET_ASIDE.payload).where(
		SET_ASIDE.status == VALUE
	)
	values: list[Any] = ["Open"]
	if names is not None:
		query = query.where(any_of(SET_ASIDE.name, names))
		values += names
	return [tuple(row) for row in store.fetch(query.orderby(SET_ASIDE.first_received), values)]


def listed_under(store: Store, topic: str) -> dict[str, int]:
	"""How often each message of a topic was set aside, by name."""
	query = select(SET_ASIDE, SET_ASIDE.name, SET_ASIDE.times).where(SET_ASIDE.topic == VALUE)
	return dict(store.fetch(query, [topic]))


def taken_over(store: Store, name: str, moment: datetime) -> None:
	query = update(SET_ASIDE, "status", "modified", "modified_by").where(SET_ASIDE.name == VALUE)
	store.run(query, ["Taken Over", moment, store.acting_user, name])


def settled(store: Store, fingerprint: str, moment: datetime) -> None:
	"""Close a set-aside message that is open, if there is one."""
	query = (
		update(SET_ASIDE, "status", "modified", "modified_by")
		.where(SET_ASIDE.fingerprint == VALUE)
		.where(SET_ASIDE.status == VALUE)
	)
	store.run(query, ["Taken Over", moment, store.acting_user, fingerprint, "Open"])
