"""Provisioning: how a new gateway gets its keys, once, for a one-time code."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from vsv_app.engine.gateways import messages
from vsv_app.engine.gateways.broker_files import gateway_account, is_this_machine
from vsv_app.engine.sentences import say
from vsv_app.services.gateways.signed_message import Refused
from vsv_app.services.school import SETTINGS, School
from vsv_app.stores.queries.gateways import accounts
from vsv_app.stores.store import Store

CODE_LASTS = timedelta(hours=1)
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 12
DOCTYPE = "Attendance Gateway"


def one_time_code(store: Store, gateway: str, now: datetime) -> str:
	"""A code with which this gateway can fetch its keys once, within the hour; raises Refused. `now` is naive.

	Its account at the broker is made along with it, so that the broker can know it before the gateway comes.
	"""
	if accounts.provisioning(store, gateway) is None:
		raise Refused(say("This gateway is switched off. Tick Enabled on its form first."))
	if not accounts.terminal_settings(store, gateway):
		raise Refused(say("This gateway has no terminal that is switched on. List its terminals on this form and save it first."))  # fmt: skip
	code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
	with store.transaction():
		accounts.seen(
			store,
			gateway,
			{"provisioning_code_hash": _hash_code(gateway, code), "provisioning_expires": now + CODE_LASTS},
		)
		_ensure_secret(store, gateway, "mqtt_password", secrets.token_urlsafe(24))
	return code


def provision(
	store: Store, school: School, gateway: str, code: str, server: str, now: datetime
) -> dict[str, Any]:
	"""Everything that a gateway needs, for its one-time code; raises Refused. `now` is naive."""
	settings = store.single(SETTINGS)
	with store.transaction():
		held = accounts.provisioning(store, gateway)
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
		terminals = accounts.terminal_settings(store, gateway)
		if not terminals:
			raise Refused(
				"This gateway has no terminal that is switched on. List its terminals on its form and save; the code still holds."
			)
		accounts.seen(
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


def host_is_missing(store: Store) -> bool:
	"""Whether gateways would be told to look for the broker on themselves."""
	settings = store.single(SETTINGS)
	return is_this_machine(settings["gateway_mqtt_host"] or settings["mqtt_host"])


def badge_key(store: Store) -> str:
	"""The school's badge key, made when first asked for."""
	key = store.secret(SETTINGS, SETTINGS, "badge_key")
	if not key:
		key = secrets.token_hex(32)
		store.set_secret(SETTINGS, SETTINGS, "badge_key", key)
	return key


def _ensure_secret(store: Store, gateway: str, field: str, fresh: str) -> str:
	known = store.secret(DOCTYPE, gateway, field)
	if known:
		return known
	store.set_secret(DOCTYPE, gateway, field, fresh)
	return fresh


def _hash_code(gateway: str, code: str) -> str:
	return hashlib.sha256(f"{gateway}\0{code}".encode()).hexdigest()
