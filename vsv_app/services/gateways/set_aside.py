"""Messages that cannot be accepted as they are: kept where an administrator sees them, and given another try."""

import hashlib
import json
import logging
from datetime import datetime

from vsv_app.engine.gateways import messages
from vsv_app.stores.queries.gateways import set_aside_messages
from vsv_app.stores.queries.gateways.set_aside_messages import SetAside
from vsv_app.stores.store import Store

log = logging.getLogger("vsv_app.set_aside")

LONGEST_PAYLOAD = 256 * 1024
LONGEST_NAME = 140

REPLAY = "Replay"
REASONS: dict[type[messages.MessageError], str] = {
	messages.TooLarge: "Too Large",
	messages.NotUnderstood: "Not Understood",
	messages.NewerVersion: "Newer Version",
	messages.BadSignature: "Bad Signature",
}


def message(
	store: Store, topic: str, payload: bytes, *, gateway: str, reason: str, explanation: str, now: datetime
) -> None:
	"""List a whole message. The same message again only counts up. `now` is naive, the school's own."""
	body = payload[:LONGEST_PAYLOAD].decode("utf-8", "backslashreplace")
	fingerprint = hashlib.sha256(f"{reason}\0{topic}\0".encode() + _lasting(payload)).hexdigest()
	_list(store, reason, gateway, topic, explanation, fingerprint, body, now)


def note(
	store: Store,
	topic: str,
	*,
	gateway: str,
	reason: str,
	explanation: str,
	about: str,
	now: datetime,
	payload: str = "",
) -> None:
	"""List something about messages that were accepted. `about` makes it one of a kind."""
	_list(
		store,
		reason,
		gateway,
		topic,
		explanation,
		_fingerprint(reason, about),
		payload,
		now,
	)


def done(store: Store, reason: str, about: str, now: datetime) -> None:
	"""What was noted has solved itself."""
	set_aside_messages.settled(store, _fingerprint(reason, about), now)


def _fingerprint(reason: str, about: str) -> str:
	return hashlib.sha256(f"{reason}\0{about}".encode()).hexdigest()


def _lasting(payload: bytes) -> bytes:
	"""What stays the same when a gateway sends the same events again: a re-send is no second message."""
	try:
		message = json.loads(payload)
	except (ValueError, RecursionError):
		return payload
	if not isinstance(message, dict):
		return payload
	kept = {key: value for key, value in message.items() if key not in ("sent_at", "oldest_seq", "mac")}
	return json.dumps(kept, sort_keys=True).encode()


def _list(
	store: Store,
	reason: str,
	gateway: str,
	topic: str,
	explanation: str,
	fingerprint: str,
	payload: str,
	now: datetime,
) -> None:
	gateway = printable(gateway)
	item = SetAside(reason, gateway, printable(topic), explanation, fingerprint, payload, now)
	if set_aside_messages.set_aside(store, item):
		log.warning("set aside, from gateway %s: %s. %s", gateway, reason, explanation)


def printable(text: str) -> str:
	"""Text from outside as it may stand in a list or a log: one line of printable characters, at most 140."""
	return "".join(char if char.isprintable() else "?" for char in text)[:LONGEST_NAME]
