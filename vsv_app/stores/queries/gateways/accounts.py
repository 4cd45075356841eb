"""Gateways as the school knows them: keys, terminals, condition, and how far each of their stores has been taken over."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pypika import Order
from pypika.functions import Count

from vsv_app.stores.queries.sql import STANDARD_COLUMNS, VALUE, select, table, update
from vsv_app.stores.store import Store

GATEWAY = table("Attendance Gateway")
EPOCH = table("Gateway Epoch")
LAST_HEARD_OF = 20


@dataclass(frozen=True)
class GatewayAccount:
	"""A gateway that the school knows. `mac_key` signs its messages.

	The last four are UTC times that it signed: in its newest health message, in the newest status of each state, and in the newest
	message about a new badge.
	"""

	name: str
	enabled: bool
	mac_key: bytes
	repeated: int = 0
	said_at: datetime | None = None
	online_at: datetime | None = None
	offline_at: datetime | None = None
	enrolled_at: datetime | None = None


@dataclass(frozen=True)
class EpochState:
	"""How far one store of a gateway has been taken over; `last_seq` is contiguous, `highest_seq` need not be."""

	gateway: str
	epoch: str
	last_seq: int
	highest_seq: int
	first_seen: datetime
	last_seen: datetime
	sent_at: datetime | None = None
	"""UTC, of its newest message."""
	certain_until: datetime | None = None
	"""UTC, the latest time of a tap that is certain."""


@dataclass(frozen=True)
class GatewayState:
	"""What is known of a gateway's condition."""

	name: str
	status: str | None
	backlog: int
	last_seen: datetime | None
	location: str | None
	oldest_unconfirmed: int = 0
	"""Seconds that the oldest of its backlog had waited when it said so."""

	@property
	def is_to_come(self) -> bool:
		"""Whether it was never seen: it is planned, or not mounted yet, and holds nothing."""
		return self.last_seen is None

	@property
	def known_until(self) -> datetime | None:
		"""Up to when everything that it read is here."""
		if self.last_seen is None or not self.backlog:
			return self.last_seen
		return self.last_seen - timedelta(seconds=self.oldest_unconfirmed)


def account(store: Store, gateway: str) -> GatewayAccount | None:
	g = GATEWAY
	query = select(
		g, g.name, g.enabled, g.repeated, g.said_at, g.online_at, g.offline_at, g.enrolled_at
	).where(g.name == VALUE)
	rows = store.fetch(query, [gateway])
	if not rows:
		return None
	name, enabled, repeated, *signed = rows[0]
	key = store.secret("Attendance Gateway", gateway, "mac_key")
	return GatewayAccount(
		name,
		bool(enabled) and bool(key),
		bytes.fromhex(key or ""),
		repeated or 0,
		*map(_utc, signed),
	)


def last_health(store: Store, gateway: str) -> str | None:
	"""The newest health message of a gateway, as it came."""
	rows = store.fetch(select(GATEWAY, GATEWAY.health).where(GATEWAY.name == VALUE), [gateway])
	return rows[0][0] if rows else None


def clock(store: Store, gateway: str) -> str | None:
	"""How far a gateway trusted its own clock when it said so last."""
	rows = store.fetch(select(GATEWAY, GATEWAY.clock).where(GATEWAY.name == VALUE), [gateway])
	return rows[0][0] if rows else None


def last_seen(store: Store, gateway: str) -> datetime | None:
	"""When a gateway was last heard of."""
	rows = store.fetch(select(GATEWAY, GATEWAY.last_seen).where(GATEWAY.name == VALUE), [gateway])
	return rows[0][0] if rows else None


def terminals(store: Store, gateway: str) -> dict[str, str]:
	"""Direction by terminal name, of the terminals that are in use."""
	child = table("Attendance Terminal")
	query = (
		select(child, child.terminal, child.direction).where(child.parent == VALUE).where(child.enabled == 1)
	)
	return dict(store.fetch(query, [gateway]))


def readers(store: Store) -> list[tuple[str, str, str]]:
	"""(gateway, terminal, protocol of its reader) of the terminals in use whose protocol is known."""
	child = table("Attendance Terminal")
	query = (
		select(child, child.parent, child.terminal, child.protocol)
		.join(GATEWAY)
		.on(GATEWAY.name == child.parent)
		.where(GATEWAY.enabled == 1)
		.where(child.enabled == 1)
		.where(child.protocol.isnotnull())
		.orderby(child.parent, child.idx)
	)
	return [(gateway, terminal, protocol) for gateway, terminal, protocol in store.fetch(query) if protocol]


def terminal_settings(store: Store, gateway: str) -> list[dict[str, Any]]:
	"""The terminals of a gateway as its own configuration names them."""
	child = table("Attendance Terminal")
	query = (
		select(child, child.terminal, child.protocol, child.port, child.direction)
		.where(child.parent == VALUE)
		.where(child.enabled == 1)
		.orderby(child.idx)
	)
	return [
		{
			"terminal": name,
			"protocol": protocol,
			"port": port,
			"direction": direction,
			"baud": None,
			"options": {},
		}
		for name, protocol, port, direction in store.fetch(query, [gateway])
	]


def provisioning(store: Store, gateway: str) -> tuple[str | None, datetime | None] | None:
	"""(hash of the one-time code, until when it holds), None for a gateway that is not there or switched off."""
	g = GATEWAY
	query = (
		select(g, g.provisioning_code_hash, g.provisioning_expires)
		.where(g.name == VALUE)
		.where(g.enabled == 1)
	)
	rows = store.fetch(query, [gateway])
	return (rows[0][0], rows[0][1]) if rows else None


def epochs(store: Store, gateway: str, epoch: str) -> dict[str, EpochState]:
	"""The epochs of a gateway that tell what to think of a message of `epoch`: itself, the last heard of, and the newest by its own time."""
	of_gateway = _epochs().where(EPOCH.gateway == VALUE)
	rows = list(
		store.fetch(of_gateway.orderby(EPOCH.last_seen, order=Order.desc).limit(LAST_HEARD_OF), [gateway])
	)
	if len(rows) == LAST_HEARD_OF:  # and so there may be more
		rows += store.fetch(_epochs().where(EPOCH.name == VALUE), [f"{gateway}-{epoch}"])
		newest = of_gateway.where(EPOCH.sent_at.isnotnull())  # a text that sorts as its time does
		rows += store.fetch(newest.orderby(EPOCH.sent_at, order=Order.desc).limit(1), [gateway])
	return {
		name: EpochState(gateway, name, last, highest, first_seen, last_seen, _utc(sent_at), _utc(certain))
		for name, last, highest, first_seen, last_seen, sent_at, certain in rows
	}


def count_epochs(store: Store, gateway: str, since: datetime) -> tuple[int, int]:
	"""(how many epochs a gateway has sent from, how many of them from `since` on)."""
	every = select(EPOCH, Count("*")).where(EPOCH.gateway == VALUE)
	((count,),) = store.fetch(every, [gateway])
	((recent,),) = store.fetch(every.where(EPOCH.first_seen >= VALUE), [gateway, since])
	return count, recent


def _epochs() -> Any:
	return select(
		EPOCH,
		EPOCH.epoch,
		EPOCH.last_seq,
		EPOCH.highest_seq,
		EPOCH.first_seen,
		EPOCH.last_seen,
		EPOCH.sent_at,
		EPOCH.certain_until,
	)


def add_epoch(store: Store, state: EpochState) -> None:
	stamp, user = state.last_seen, store.acting_user
	store.insert_rows(
		"Gateway Epoch",
		[*STANDARD_COLUMNS, "gateway", "epoch", "last_seq", "highest_seq", "first_seen", "last_seen"],
		[
			[
				f"{state.gateway}-{state.epoch}", user, stamp, stamp, user, 0, 0,
				state.gateway, state.epoch, state.last_seq, state.highest_seq, state.first_seen, state.last_seen,
			]
		],
		skip_known=True,
	)  # fmt: skip


def advance_epoch(store: Store, state: EpochState) -> None:
	query = update(
		EPOCH, "last_seq", "highest_seq", "sent_at", "certain_until", "last_seen", "modified"
	).where(EPOCH.name == VALUE)
	name = f"{state.gateway}-{state.epoch}"
	times = [as_text(state.sent_at), as_text(state.certain_until), state.last_seen, state.last_seen]
	store.run(query, [state.last_seq, state.highest_seq, *times, name])


def seen(store: Store, gateway: str, fields: dict[str, Any]) -> None:
	"""Note what a gateway said of itself, without touching the version that a person may have open in a form."""
	store.run(update(GATEWAY, *fields).where(GATEWAY.name == VALUE), [*fields.values(), gateway])


def in_use(store: Store) -> list[GatewayState]:
	"""The gateways that are switched on, by name."""
	g = GATEWAY
	query = (
		select(g, g.name, g.status, g.backlog, g.last_seen, g.location, g.oldest_unconfirmed)
		.where(g.enabled == 1)
		.orderby(g.name)
	)
	return [
		GatewayState(row[0], row[1], row[2] or 0, row[3], row[4], row[5] or 0) for row in store.fetch(query)
	]


def faults_told(store: Store, gateway: str) -> str | None:
	"""What people were told of its doors last, as it was kept."""
	rows = store.fetch(select(GATEWAY, GATEWAY.faults_told).where(GATEWAY.name == VALUE), [gateway])
	return rows[0][0] if rows else None


def any_check_in(store: Store, day: date) -> bool:
	"""Whether a check-in of a known learner came in for a day."""
	c = table("Badge Check In")
	query = select(c, c.name).where(c.school_day == VALUE).where(c.outcome == VALUE).limit(1)
	return bool(store.fetch(query, [day, "Recognised"]))


def silent_since(store: Store, moment: datetime) -> list[str]:
	"""Enabled gateways that count as online and were last heard before `moment`."""
	query = (
		select(GATEWAY, GATEWAY.name)
		.where(GATEWAY.enabled == 1)
		.where(GATEWAY.status == VALUE)
		.where(GATEWAY.last_seen < VALUE)
	)
	return [row[0] for row in store.fetch(query, ["Online", moment])]


def as_text(at: datetime | None) -> str | None:
	"""A gateway's own time as it is kept: with its offset, which a column of local times would lose."""
	return None if at is None else at.isoformat()


def _utc(text: str | None) -> datetime | None:
	return datetime.fromisoformat(text) if text else None
