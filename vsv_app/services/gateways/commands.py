"""Commands to a gateway: made, signed and addressed here, and published by whoever holds a connection."""

import secrets
from datetime import datetime, timedelta

from vsv_app.engine.gateways import messages
from vsv_app.services.gateways.signed_message import Refused
from vsv_app.services.school import School
from vsv_app.stores.queries.gateways import accounts
from vsv_app.stores.store import Store


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
	account = accounts.account(store, gateway)
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
