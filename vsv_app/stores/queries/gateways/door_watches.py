"""What each terminal could see: from when on it was in which state."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pypika import Order
from pypika.functions import Max

from vsv_app.stores.queries.sql import STANDARD_COLUMNS, VALUE, any_of, select, table
from vsv_app.stores.store import Store

WATCH = table("Door Watch")
TOLD, HEALTH = "Told", "Health"
NEWEST = 200
"""More than a gateway has terminals, several times: a door that flaps hides none of the others."""
COLUMNS = (
	*STANDARD_COLUMNS,
	"gateway",
	"terminal",
	"state",
	"at",
	"source",
	"epoch",
	"seq",
	"clock",
	"sent_as",
)

Door = tuple[str, str]
States = Mapping[Door, Sequence[tuple[datetime, str]]]
"""By (gateway, terminal), ascending: from when on it was in which state."""


def add(store: Store, rows: Sequence[Sequence[Any]]) -> None:
	"""Insert rows in the order of `COLUMNS`; one that is known already changes nothing."""
	if rows:
		store.insert_rows("Door Watch", COLUMNS, rows, skip_known=True)


def states(store: Store, start: datetime, end: datetime) -> dict[Door, list[tuple[datetime, str]]]:
	"""What was told of each terminal up to `end`, from the last word before `start` on."""
	before = select(WATCH, WATCH.gateway, WATCH.terminal, WATCH.source, Max(WATCH.at)).where(WATCH.at < VALUE)
	before = before.groupby(WATCH.gateway, WATCH.terminal, WATCH.source)
	last = {tuple(row[:3]): _moment(row[3]) for row in store.fetch(before, [start])}
	query = (
		select(WATCH, WATCH.gateway, WATCH.terminal, WATCH.source, WATCH.at, WATCH.state)
		.where(WATCH.at >= VALUE)
		.where(WATCH.at < VALUE)
		.orderby(WATCH.at, WATCH.source, WATCH.epoch, WATCH.seq, WATCH.creation)
	)
	rows = store.fetch(query, [min([start, *last.values()]), end])
	# A gateway that tells by itself knows better than what its health seems to say.
	telling = {row[0] for row in rows if row[2] == TOLD}
	found: dict[Door, list[tuple[datetime, str]]] = {}
	for gateway, terminal, source, at, state in rows:
		known = last.get((gateway, terminal, source), start)
		if at >= min(known, start) and not (source == HEALTH and gateway in telling):
			found.setdefault((gateway, terminal), []).append((at, state))
	return found


def newest(store: Store, gateway: str) -> dict[str, tuple[datetime, str]]:
	"""By terminal, (from when on, state) of the last that is known."""
	query = (
		select(WATCH, WATCH.terminal, WATCH.at, WATCH.state)
		.where(WATCH.gateway == VALUE)
		.orderby(WATCH.at, WATCH.source, WATCH.epoch, WATCH.seq, WATCH.creation, order=Order.desc)
		.limit(NEWEST)
	)
	found: dict[str, tuple[datetime, str]] = {}
	for terminal, at, state in store.fetch(query, [gateway]):
		found.setdefault(terminal, (at, state))
	return found


def tells(store: Store, gateway: str) -> bool:
	"""Whether a gateway has ever told by events of its own what its terminals could see."""
	query = select(WATCH, WATCH.name).where(WATCH.gateway == VALUE).where(WATCH.source == VALUE).limit(1)
	return bool(store.fetch(query, [gateway, TOLD]))


def changed(store: Store, since: datetime) -> list[datetime]:
	"""From when on the terminals were in the states that came in since a moment."""
	query = select(WATCH, WATCH.at).where(WATCH.modified >= VALUE)
	return [row[0] for row in store.fetch(query, [since])]


def of_terminals(store: Store, gateways: Sequence[str]) -> list[tuple[str, str, str, int]]:
	"""(gateway, terminal, direction, enabled) of the terminals that a school has listed."""
	child = table("Attendance Terminal")
	query = select(child, child.parent, child.terminal, child.direction, child.enabled).where(
		any_of(child.parent, gateways)
	)
	return [tuple(row) for row in store.fetch(query, gateways)]


def _moment(at: datetime | str) -> datetime:
	"""A database may give the largest of several times as text."""
	return datetime.fromisoformat(at) if isinstance(at, str) else at
