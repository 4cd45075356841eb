"""What gateways say of themselves, what they are told, and how a new one gets its keys."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeGuard

from vsv_app.engine.gateways import messages
from vsv_app.engine.gateways.broker_files import gateway_account
from vsv_app.engine.lifecycle import say
from vsv_app.services.gateways import set_aside
from vsv_app.services.gateways.signed_message import Incoming
from vsv_app.services.school import SETTINGS, School
from vsv_app.stores.queries.attendance import badges
from vsv_app.stores.queries.gateways import gateways
from vsv_app.stores.queries.gateways.gateways import GatewayAccount
from vsv_app.stores.store import Store

SILENT_AFTER = timedelta(minutes=3)
"""Three health messages missed."""
CODE_LASTS = timedelta(hours=1)
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 12
MOST = 2**31
"""More than any count, size in MiB or number of seconds that a gateway can mean; and what a column holds."""
BOILING = 1000
SIGNED_WITHIN_S = 15 * 60
CONNECTING = timedelta(minutes=3)
"""A last will is signed before its connection stands, and so before that says online."""
ROSTER_PATH = "/api/method/vsv_app.api.gateway.roster"
DOCTYPE = "Attendance Gateway"


class Refused(PermissionError):
	"""A gateway that cannot show that it is one of ours."""


@dataclass(frozen=True)
class Said:
	"""A message about its condition that a gateway signed. `at` is UTC."""

	account: GatewayAccount
	message: Mapping[str, Any]
	at: datetime


@dataclass(frozen=True)
class RosterAnswer:
	"""The roster for a gateway; `etag` changes with its contents."""

	etag: str
	badges: Mapping[str, str]


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
		gateways.seen(store, incoming.gateway, fields)


def note_health(store: Store, incoming: Incoming) -> None:
	"""The gateway's health of this minute, onto its form."""
	said = _verified(store, incoming)
	if said is None:
		return
	if not _is_news(said, said.account.said_at, incoming.now):
		# The newest may come twice from a broker, and after a while no longer shows that the gateway lives
		if not incoming.again and said.at != said.account.said_at:
			_note_replay(store, incoming)
		return
	message = said.message
	alarms, clock, temperature = message.get("alarms"), message.get("clock"), message.get("temperature_c")
	shown = [_alarm(alarm) for alarm in alarms if isinstance(alarm, dict)] if isinstance(alarms, list) else []
	with store.transaction():
		gateways.seen(
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


def mark_silent(store: Store, now: datetime) -> list[str]:
	"""Gateways that say they are online and were not heard for three minutes are lost; returns the new ones."""
	lost = gateways.silent_since(store, now - SILENT_AFTER)
	with store.transaction():
		for gateway in lost:
			gateways.seen(store, gateway, {"status": "Lost"})
	return lost


def roster(store: Store, authorization: str, gateway: str, now: datetime) -> RosterAnswer:
	"""The badges, for a gateway that signed its question; raises Refused. `now` is aware.

	`authorization` is "gateway:unix seconds:hex HMAC-SHA-256(mac key, GET, path, gateway and seconds, a line each)".
	"""
	_check_signature(store, authorization, gateway, now)
	known = badges.blocked_or_active(store)
	text = "\n".join(f"{digest} {state}" for digest, state in sorted(known.items()))
	return RosterAnswer(hashlib.sha256(text.encode()).hexdigest()[:32], known)


def one_time_code(store: Store, gateway: str, now: datetime) -> str:
	"""A code with which this gateway can fetch its keys once, within the hour. `now` is naive."""
	code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
	with store.transaction():
		gateways.seen(
			store,
			gateway,
			{"provisioning_code_hash": _hash_code(gateway, code), "provisioning_expires": now + CODE_LASTS},
		)
	return code


def provision(
	store: Store, school: School, gateway: str, code: str, server: str, now: datetime
) -> dict[str, Any]:
	"""Everything that a gateway needs, for its one-time code; raises Refused. `now` is naive."""
	settings = store.single(SETTINGS)
	with store.transaction():
		held = gateways.provisioning(store, gateway)
		given = _hash_code(gateway, "".join(code.upper().split()).replace("-", ""))
		if (
			held is None
			or not held[0]
			or not hmac.compare_digest(held[0], given)
			or held[1] is None
			or held[1] < now
		):
			raise Refused(
				"This code is wrong, used or older than an hour. Make a new one on the gateway's form."
			)
		terminals = gateways.terminal_settings(store, gateway)
		if not terminals:
			raise Refused(
				"This gateway has no terminal that is switched on. List its terminals on its form and save; the code still holds."
			)
		gateways.seen(
			store,
			gateway,
			{
				"provisioning_code_hash": None,
				"provisioning_expires": None,
				"said_at": None,
				"online_at": None,
				"offline_at": None,
				"enrolled_at": None,
				"short_account": 0,
			},
		)
		mac_key = _ensure_secret(store, gateway, "mac_key", secrets.token_hex(32))
		password = _ensure_secret(store, gateway, "mqtt_password", secrets.token_urlsafe(24))
	return {
		"v": messages.VERSION,
		"school": school.code,
		"gateway": gateway,
		"server": server,
		"mqtt": {
			"host": settings["gateway_mqtt_host"] or settings["mqtt_host"],
			"port": settings["mqtt_port"],
			"username": gateway_account(school.code, gateway),
			"password": password,
			"tls": bool(settings["mqtt_tls"]),
			"ca_pem": settings["mqtt_ca"] or None,
		},
		"badge_key": badge_key(store),
		"mac_key": mac_key,
		"terminals": terminals,
	}


def badge_key(store: Store) -> str:
	"""The school's badge key, made when first asked for."""
	key = store.secret(SETTINGS, SETTINGS, "badge_key")
	if not key:
		key = secrets.token_hex(32)
		store.set_secret(SETTINGS, SETTINGS, "badge_key", key)
	return key


def command(
	store: Store,
	school: School,
	gateway: str,
	name: str,
	now: datetime,
	*,
	terminal: str | None = None,
	seconds: int | None = None,
) -> tuple[str, bytes, str]:
	"""(topic, payload, id) of a command to a gateway; raises Refused for one that has no key. `now` is aware."""
	account = gateways.account(store, gateway)
	if account is None or not account.enabled:
		raise Refused(f"{gateway} is switched off or has no key: provision it first.")
	id = secrets.token_hex(8)
	lasts = timedelta(seconds=(seconds or 60) + 60)
	payload = messages.encode_command(
		gateway,
		name,
		id=id,
		at=now,
		expires_at=now + lasts,
		key=account.mac_key,
		terminal=terminal,
		seconds=seconds,
	)
	return f"vsv/v1/{school.code}/{gateway}/command", payload, id


def _verified(store: Store, incoming: Incoming) -> Said | None:
	"""The message, or None when it was set aside."""
	account = gateways.account(store, incoming.gateway)
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
	return {field: gateways.as_text(said.at)} if known else {}


def _check_signature(store: Store, authorization: str, gateway: str, now: datetime) -> None:
	named, _, rest = authorization.partition(":")
	stamp, _, given = rest.partition(":")
	account = gateways.account(store, gateway)
	if named != gateway or account is None or not account.enabled or not stamp.isdecimal():
		raise Refused("No gateway of this school signed this question.")
	text = f"GET\n{ROSTER_PATH}\n{gateway}\n{stamp}"
	made = hmac.new(account.mac_key, text.encode(), hashlib.sha256).hexdigest()
	if (
		not hmac.compare_digest(made.encode(), given.encode())
		or abs(int(stamp) - now.timestamp()) > SIGNED_WITHIN_S
	):
		raise Refused("The signature does not fit, or the gateway's clock is more than 15 minutes off.")


def _ensure_secret(store: Store, gateway: str, field: str, fresh: str) -> str:
	known = store.secret(DOCTYPE, gateway, field)
	if known:
		return known
	store.set_secret(DOCTYPE, gateway, field, fresh)
	return fresh


def _hash_code(gateway: str, code: str) -> str:
	return hashlib.sha256(f"{gateway}\0{code}".encode()).hexdigest()


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
