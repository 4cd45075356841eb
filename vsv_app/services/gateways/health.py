"""Status and health messages: what gateways say of themselves, onto their forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeGuard

from vsv_app.engine.gateways import messages
from vsv_app.engine.sentences import say
from vsv_app.services.gateways import door_states, set_aside
from vsv_app.services.gateways.signed_message import Incoming
from vsv_app.stores.queries.gateways import accounts
from vsv_app.stores.queries.gateways.accounts import GatewayAccount
from vsv_app.stores.store import Store

SILENT_AFTER = timedelta(minutes=3)
"""Three health messages missed."""
MOST = 2**31
"""More than any count, size in MiB or number of seconds that a gateway can mean; and what a column holds."""
BOILING = 1000
CONNECTING = timedelta(minutes=3)
"""A last will is signed before its connection stands, and so before that says online."""


@dataclass(frozen=True)
class Said:
	"""A message about its condition that a gateway signed. `at` is UTC."""

	account: GatewayAccount
	message: Mapping[str, Any]
	at: datetime


def note_status(store: Store, incoming: Incoming) -> None:
	"""A gateway is online, or its last will says that it is not."""
	said = _verified(store, incoming)
	if said is None:
		return
	online = said.message.get("state") == "online"
	account = said.account
	before = account.online_at if online else _newest(account.offline_at, _connecting(account))
	if not _is_news(said, before, incoming.now):
		# The broker keeps the newest, and gives it to each listener that comes
		if not incoming.again and said.at != account.online_at:
			_note_replay(store, incoming)
		return
	fields: dict[str, Any] = {
		"status": "Online" if online else "Offline",
		"version": _text(said.message.get("version")),
		**_said(said, "online_at" if online else "offline_at"),
	}
	if online:
		fields["last_seen"] = incoming.local_now
	with store.transaction():
		if online:
			door_states.note_back(store, incoming.gateway, incoming.local_now)
		else:
			seen = accounts.last_seen(store, incoming.gateway)
			door_states.note_off(store, incoming.gateway, seen, incoming.local_now)
		accounts.seen(store, incoming.gateway, fields)


def note_health(store: Store, incoming: Incoming) -> frozenset[date]:
	"""The gateway's health of this minute, onto its form; returns the days of which it changes what doors could see."""
	said = _verified(store, incoming)
	if said is None:
		return frozenset()
	if not _is_news(said, said.account.said_at, incoming.now):
		# The newest may come twice from a broker, and after a while no longer shows that the gateway lives
		if not incoming.again and said.at != said.account.said_at:
			_note_replay(store, incoming)
		return frozenset()
	message = said.message
	alarms, clock, temperature = message.get("alarms"), message.get("clock"), message.get("temperature_c")
	shown = [_alarm(alarm) for alarm in alarms if isinstance(alarm, dict)] if isinstance(alarms, list) else []
	with store.transaction():
		at = said.at if clock != "unsynced" else incoming.now
		days = door_states.note_health(
			store, incoming.school, incoming.gateway, message, min(at, incoming.now)
		)
		accounts.seen(
			store,
			incoming.gateway,
			{
				"status": "Online",
				"last_seen": incoming.local_now,
				"version": _text(message.get("version")),
				"clock": clock if isinstance(clock, str) and clock in messages.CLOCKS else None,
				"backlog": _number(message.get("backlog")),
				"oldest_unconfirmed": _number(message.get("oldest_unconfirmed_s")),
				"refused_messages": _number(message.get("refused_messages")),
				"disk_free_mb": _number(_megabytes(message.get("disk_free_bytes"))),
				"temperature": temperature if _is_number(temperature) and abs(temperature) < BOILING else 0,
				"alarm": "\n".join(shown)[:1000] or None,
				"health": incoming.payload.decode("utf-8", "replace"),
				**_said(said, "said_at"),
			},
		)
	return days


def mark_silent(store: Store, now: datetime) -> list[str]:
	"""Gateways that say they are online and were not heard for three minutes are lost; returns the new ones."""
	lost = accounts.silent_since(store, now - SILENT_AFTER)
	with store.transaction():
		for gateway in lost:
			door_states.note_off(store, gateway, accounts.last_seen(store, gateway), now)
			accounts.seen(store, gateway, {"status": "Lost"})
	return lost


def _verified(store: Store, incoming: Incoming) -> Said | None:
	"""The message, or None when it was set aside."""
	account = accounts.account(store, incoming.gateway)
	if account is None or not account.enabled:
		reason = "Unknown Gateway" if account is None else "Disabled Gateway"
		with store.transaction():
			set_aside.note(
				store, incoming.topic, gateway=incoming.gateway, reason=reason, about=incoming.topic, now=incoming.local_now,
				explanation=say(
					"A message about its condition came in. Create or switch on the Attendance Gateway, or correct its name."
				),
			)  # fmt: skip
		return None
	try:
		message = messages.verified(incoming.payload, account.mac_key, incoming.gateway)
		return Said(account, message, messages.time_in(message))
	except messages.MessageError as error:
		incoming.refuse(store, error)
		return None


def _is_news(said: Said, newest: datetime | None, now: datetime) -> bool:
	"""Whether a message was signed after the `newest` of its kind.

	The time of a clock that was never set says nothing. Such a message is believed; that the clock is not set shows on the form.
	"""
	return said.message.get("clock") == "unsynced" or messages.is_news(said.at, newest, now)


def _newest(*moments: datetime | None) -> datetime | None:
	return max((moment for moment in moments if moment), default=None)


def _connecting(account: GatewayAccount) -> datetime | None:
	return None if account.online_at is None else account.online_at - CONNECTING


def _note_replay(store: Store, incoming: Incoming) -> None:
	incoming.set_aside(
		store,
		set_aside.REPLAY,
		say("What this gateway says of itself here is older than what it said before, and is not believed. Somebody may have recorded the message and sent it again; where the gateway's clock went wrong, set it right."),
	)  # fmt: skip


def _said(said: Said, field: str) -> dict[str, str | None]:
	"""Note the time in a message, unless it is of a clock that was never set."""
	known = said.message.get("clock") != "unsynced"
	return {field: accounts.as_text(said.at)} if known else {}


def _alarm(alarm: Mapping[str, Any]) -> str:
	parts = (alarm.get("terminal"), alarm.get("kind"), alarm.get("detail"))
	return ": ".join(_text(part) or "" for part in parts if part)


def _text(value: object) -> str | None:
	return set_aside.printable(value) if isinstance(value, str) else None


def _number(value: object) -> int:
	return int(value) if _is_number(value) and 0 <= value < MOST else 0


def _megabytes(value: object) -> object:
	return value // 2**20 if _is_number(value) else None


def _is_number(value: object) -> TypeGuard[int | float]:
	return isinstance(value, int | float) and not isinstance(value, bool)
