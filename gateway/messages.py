"""The gateway's side of the contract with the app: what goes out is made here, what comes in is checked here.

The contract itself, with examples, is docs/contract/asyncapi.yaml; golden messages in tests/contract/ pin it.

	MessageError
	├── TooLarge         more than MAX_BYTES
	├── NotUnderstood    not JSON, not an object, or fields that are missing or of the wrong kind
	├── NewerVersion     a version of the contract that this gateway does not know yet
	└── BadSignature     not signed with this gateway's key, or meant for another gateway
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

VERSION = 1
MAX_BYTES = 256 * 1024
MAX_EVENTS = 1000
MAX_SEQ = 2**31 - 1
CLOCKS = frozenset({"synced", "holdover", "unsynced"})
DIRECTIONS = frozenset({"in", "out", "unknown"})
COMMANDS = frozenset({"enrol", "stop-enrol", "refresh-roster", "identify"})
MAX_COMMAND_SECONDS = 3600
EVENT_SQL = "json_object('at', at, 'badge', badge, 'clock', clock, 'direction', direction, 'seq', seq, 'terminal', terminal)"
"""A check-in as it travels, canonical: `at` RFC 3339 with an offset, `badge` the keyed digest."""
BOUNDED_EVENT_SQL = (
	"json_patch('{}', json_object('at', at, 'badge', badge, 'clock', clock, 'direction', direction,"
	" 'not_after', not_after, 'not_before', not_before, 'seq', seq, 'terminal', terminal))"
)
"""A check-in of a clock that was not set, with what is certain of its time; a patch leaves out what is null."""
WATCH_SQL = (
	"json_patch('{}', json_object('at', at, 'clock', clock, 'kind', 'watch', 'not_after', not_after,"
	" 'not_before', not_before, 'seq', seq, 'state', state, 'terminal', terminal))"
)
"""From when on a terminal is in a state."""
EVENT_MEMBERS = frozenset({"at", "badge", "clock", "direction", "seq", "terminal"})
WATCH_MEMBERS = frozenset({"at", "clock", "kind", "seq", "state", "terminal"})
BOUNDS = frozenset({"not_before", "not_after"})
STATES = frozenset({"reading", "closed", "silent", "noisy", "full", "off"})
"""What a terminal can see: the last five see nobody."""
MAX_ALSO = 16

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
EPOCH = re.compile(r"[0-9a-f]{16}")
COMMAND_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class MessageError(ValueError):
	"""A message that cannot be accepted as it is. `detail` says why, for the person who can act on it."""

	def __init__(self, detail: str) -> None:
		super().__init__(detail)
		self.detail = detail


class TooLarge(MessageError):
	"""Over the size that the contract allows."""


class NotUnderstood(MessageError):
	"""Not what the contract describes."""


class NewerVersion(MessageError):
	"""Written for a later version of the contract."""


class BadSignature(MessageError):
	"""Not signed with the key of this gateway."""


@dataclass(frozen=True)
class Ack:
	"""Everything of `epoch` up to `seq`, inclusive, is committed in the school's database. `at` is when the app said so."""

	epoch: str
	seq: int
	at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Command:
	"""An order to this gateway, to be done once by its `id` and not after `expires_at`."""

	command: str
	id: str
	at: datetime
	expires_at: datetime
	terminal: str | None
	seconds: int | None


def badge_digest(badge_key: bytes, card: str) -> str:
	"""32 hex characters that stand for a normalised card number; the number itself never leaves the gateway."""
	return hmac.digest(badge_key, card.encode("ascii"), "sha256").hex()[:32]


def topic(school: str, gateway: str, kind: str) -> str:
	"""Where messages of a kind travel: checkins, status, health and enrolment up; ack and command down."""
	return f"vsv/v1/{school}/{gateway}/{kind}"


def account(school: str, gateway: str) -> str:
	"""The name of a gateway at the broker. Short names hold no dot, so no two schools ever share one."""
	return f"{school}.{gateway}"


def rfc3339(at: datetime) -> str:
	"""A moment as the contract writes it, to the millisecond; `at` has an offset."""
	return at.isoformat(timespec="milliseconds")


def canonical(message: Mapping[str, Any]) -> bytes:
	"""The bytes that are signed: sorted keys, no spaces, UTF-8, without `mac`."""
	return b"".join(_halves({key: _encoded(value) for key, value in message.items() if key != "mac"}))


def sign(message: Mapping[str, Any], key: bytes) -> bytes:
	"""The message as it travels: canonical, with its `mac`."""
	return _signed({name: _encoded(value) for name, value in message.items() if name != "mac"}, key)


def encode_check_ins(
	gateway: str,
	epoch: str,
	events: bytes,
	*,
	first_seq: int,
	oldest_seq: int,
	sent_at: datetime,
	key: bytes,
) -> bytes:
	"""`events` is a JSON array of what the SQL above made of 1 to MAX_EVENTS events of one epoch, ascending from `first_seq`.

	`oldest_seq` is the lowest number still held unconfirmed.
	"""
	message = {
		"v": VERSION,
		"gateway": gateway,
		"epoch": epoch,
		"first_seq": first_seq,
		"oldest_seq": oldest_seq,
		"sent_at": rfc3339(sent_at),
	}
	members = {name: _encoded(value) for name, value in message.items()}
	return _signed({**members, "events": events}, key)


def is_event(event: bytes, seq: int) -> bool:
	"""Whether this is still what was made of event `seq`, so far as the app needs it to read the others beside it."""
	try:
		read = json.loads(event)
	except ValueError:
		return False
	return (
		isinstance(read, dict)
		and read.keys() - BOUNDS in (EVENT_MEMBERS, WATCH_MEMBERS)
		and read["seq"] == seq
	)


def encode_status(
	gateway: str,
	epoch: str,
	state: str,
	*,
	version: str,
	at: datetime,
	key: bytes,
	clock: str | None = None,
) -> bytes:
	"""`state` is online or offline; also what the broker says for us when we are gone (the last will).

	By `clock` the app sees whether `at` can tell an old message from a new one.
	"""
	message = {"v": VERSION, "gateway": gateway, "epoch": epoch, "state": state, "version": version}
	quality = {} if clock is None else {"clock": clock}
	return sign({**message, **quality, "at": rfc3339(at)}, key)


def encode_health(gateway: str, epoch: str, facts: Mapping[str, Any], *, at: datetime, key: bytes) -> bytes:
	"""The figures that gateway.health gathers each minute."""
	return sign({"v": VERSION, "gateway": gateway, "epoch": epoch, "at": rfc3339(at), **facts}, key)


def encode_enrolment(
	gateway: str,
	*,
	terminal: str,
	badge: str,
	command: str,
	at: datetime,
	key: bytes,
	also: Sequence[str] = (),
) -> bytes:
	"""A card held to a terminal in enrolment mode; `command` is the id of the order that asked for it.

	`also`: the digests under which other kinds of readers would read this card.
	"""
	message = {"v": VERSION, "gateway": gateway, "terminal": terminal, "badge": badge, "command": command}
	others = {"also": list(also)} if also else {}
	return sign({**message, **others, "at": rfc3339(at)}, key)


def decode_ack(payload: bytes, *, key: bytes, gateway: str) -> Ack:
	"""Verify and read an acknowledgement; raises MessageError."""
	message = _verified(payload, key, gateway)
	epoch, seq = message.get("epoch"), message.get("seq")
	if not (isinstance(epoch, str) and EPOCH.fullmatch(epoch)):
		raise NotUnderstood("`epoch` is not 16 hex digits")
	if type(seq) is not int or not 0 <= seq <= MAX_SEQ:
		raise NotUnderstood("`seq` is not a number")
	return Ack(epoch, seq, None if message.get("at") is None else _moment(message["at"]))


def decode_command(payload: bytes, *, key: bytes, gateway: str) -> Command:
	"""Verify and read a command; raises MessageError. Expiry and replay are the caller's to judge."""
	message = _verified(payload, key, gateway)
	command, id, terminal, seconds = (message.get(name) for name in ("command", "id", "terminal", "seconds"))
	if not isinstance(command, str) or command not in COMMANDS:
		raise NotUnderstood("`command` is none that this gateway knows")
	if not (isinstance(id, str) and COMMAND_ID.fullmatch(id)):
		raise NotUnderstood("`id` is missing or too long")
	if terminal is not None and not (isinstance(terminal, str) and SLUG.fullmatch(terminal)):
		raise NotUnderstood("`terminal` is no short name")
	if seconds is not None and (type(seconds) is not int or not 0 < seconds <= MAX_COMMAND_SECONDS):
		raise NotUnderstood(f"`seconds` is not a number from 1 to {MAX_COMMAND_SECONDS}")
	return Command(
		command, id, _moment(message.get("at")), _moment(message.get("expires_at")), terminal, seconds
	)


def _encoded(value: object) -> bytes:
	return _CANONICAL.encode(value).encode()


def _signed(members: Mapping[str, bytes], key: bytes) -> bytes:
	before, after = _halves(members)
	mac = hmac.new(key, before, hashlib.sha256)
	mac.update(after)
	return b'%b%b"mac":"%b"%b' % (before, b"" if before == b"{" else b",", mac.hexdigest().encode(), after)


def _halves(members: Mapping[str, bytes]) -> tuple[bytes, bytes]:
	"""The canonical message, in two at the place of `mac`."""
	pieces = [(name, b"%b:%b" % (_encoded(name), members[name])) for name in sorted(members)]
	before = b",".join([piece for name, piece in pieces if name < "mac"])
	after = b",".join([piece for name, piece in pieces if name > "mac"])
	return b"{%b" % before, b"%b%b}" % (b"," if before and after else b"", after)


def _verified(payload: bytes, key: bytes, gateway: str) -> dict[str, Any]:
	if len(payload) > MAX_BYTES:
		raise TooLarge(f"{len(payload)} bytes; the contract allows {MAX_BYTES}")
	try:
		message = json.loads(payload)
	except (ValueError, RecursionError) as error:
		raise NotUnderstood(f"not JSON: {str(error)[:120]}") from None
	if not isinstance(message, dict):
		raise NotUnderstood("not a JSON object")
	version = message.get("v")
	if type(version) is not int or version < 1:
		raise NotUnderstood("`v` is missing or no version number")
	if version > VERSION:
		raise NewerVersion(f"version {version} of the contract; this gateway knows {VERSION}: update it")
	mac = message.get("mac")
	if not isinstance(mac, str) or not mac.isascii():
		raise BadSignature("no signature")
	try:
		expected = hmac.new(key, canonical(message), hashlib.sha256).hexdigest()
	except UnicodeEncodeError:
		raise NotUnderstood("text that is no UTF-8") from None
	if not hmac.compare_digest(expected, mac):
		raise BadSignature("the signature does not fit this gateway's key")
	if message.get("gateway") != gateway:
		raise BadSignature("meant for another gateway")
	return message


def _moment(value: object) -> datetime:
	try:
		moment = datetime.fromisoformat(str(value))
	except ValueError:
		raise NotUnderstood("a time is not RFC 3339") from None
	if moment.tzinfo is None:
		raise NotUnderstood("a time has no offset")
	return moment
