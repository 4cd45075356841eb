"""The roster: every badge by digest, for a gateway that signed its question."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from vsv_app.services.gateways.signed_message import Refused
from vsv_app.stores.queries.attendance import badges
from vsv_app.stores.queries.gateways import accounts
from vsv_app.stores.store import Store

SIGNED_WITHIN_S = 15 * 60
ROSTER_PATH = "/api/method/vsv_app.api.gateway.roster"


@dataclass(frozen=True)
class RosterAnswer:
	"""The roster for a gateway; `etag` changes with its contents."""

	etag: str
	badges: Mapping[str, str]


def roster(store: Store, authorization: str, gateway: str, now: datetime) -> RosterAnswer:
	"""The badges, for a gateway that signed its question; raises Refused. `now` is aware.

	`authorization` is "gateway:unix seconds:hex HMAC-SHA-256(mac key, GET, path, gateway and seconds, a line each)".
	"""
	_check_signature(store, authorization, gateway, now)
	known = badges.blocked_or_active(store)
	text = "\n".join(f"{digest} {state}" for digest, state in sorted(known.items()))
	return RosterAnswer(hashlib.sha256(text.encode()).hexdigest()[:32], known)


def _check_signature(store: Store, authorization: str, gateway: str, now: datetime) -> None:
	named, _, rest = authorization.partition(":")
	stamp, _, given = rest.partition(":")
	account = accounts.account(store, gateway)
	if named != gateway or account is None or not account.enabled or not stamp.isdecimal():
		raise Refused("No gateway of this school signed this question.")
	text = f"GET\n{ROSTER_PATH}\n{gateway}\n{stamp}"
	made = hmac.new(account.mac_key, text.encode(), hashlib.sha256).hexdigest()
	if (
		not hmac.compare_digest(made.encode(), given.encode())
		or abs(int(stamp) - now.timestamp()) > SIGNED_WITHIN_S
	):
		raise Refused("The signature does not fit, or the gateway's clock is more than 15 minutes off.")
