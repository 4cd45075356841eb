"""The app's side of the contract with gateways: what comes in is checked here, what goes out is made here.

The contract itself, with examples, is docs/contract/asyncapi.yaml; golden messages in tests/contract/ pin it.

	MessageError
	├── TooLarge         more than MAX_BYTES
	├── NotUnderstood    not JSON, not an object, or fields that are missing or of the wrong kind
	├── NewerVersion     a version of the contract that this app does not know yet
	└── BadSignature     not signed with the gateway's key
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any, NamedTuple, TypeGuard

from vsv_app.engine.sentences import say

VERSION = 1
MAX_BYTES = 256 * 1024
MAX_EVENTS = 1000
MAX_SEQ = 2**31 - 1
CLOCKS = frozenset({"synced", "holdover", "unsynced"})
DIRECTIONS = frozenset({"in", "out", "unknown"})
COMMANDS = frozenset({"enrol", "stop-enrol", "refresh-roster", "identify"})
BLIND = frozenset({"closed", "silent", "noisy", "full", "off"})
"""The states in which a terminal reads nobody: its port cannot be opened, a polled reader gives no answer, more is refused
than read, the store takes no reads, the gateway was off."""
STATES = BLIND | {"reading"}
MAX_ALSO = 16

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
EPOCH = re.compile(r"[0-9a-f]{16}")
DIGEST = re.compile(r"[0-9a-f]{32}")
MAC = re.compile(r"[0-9a-f]{64}")
AT = re.compile(
	r"((?:19[7-9]|2[0-9]{2})[0-9]-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
	r"(?:\.[0-9]{1,6})?(Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
)
"""RFC 3339 with an offset, from 1970 (a clock that was never set) on: any of them exists in any time zone."""
FRESH = timedelta(minutes=2)
AHEAD = timedelta(seconds=5)
"""A gateway whose clock was further ahead than this, and is set right, is believed in what is from just now."""

_MAC_MEMBER = b'"mac":"'
_MAC_MEMBER_LENGTH = (
	len(_MAC_MEMBER) + 64 + 2
)  # the closing quote and the comma that canonical order puts behind it


NO_TERMINAL = say("`terminal` is no short name")
NO_SEQ = say("`seq` is not a number from 1")
NO_BADGE = say("`badge` is not 32 hex digits")
NO_TIME = say("`at` is no RFC 3339 time with an offset")
NO_CLOCK = say("`clock` is unknown")
NO_DIRECTION = say("`direction` is unknown")
NO_STATE = say("`state` is unknown")
NO_KIND = say("`kind` is unknown")
NO_BOUND = say("`not_before` or `not_after` is no RFC 3339 time with an offset")
CROSSED = say("`not_before` is later than `not_after`")
"""Made once, as each event is held against them."""


class MessageError(ValueError):
	"""A message that cannot be accepted as it is. `detail` says why and what to do, for the person who can act on it."""

	def __init__(self, detail: str) -> None:
		super().__init__(detail)
		self.detail = detail


class TooLarge(MessageError):
	"""Over the size that the contract allows."""

	def __init__(self, why: str) -> None:
		super().__init__(
			say(
				"The message is too large: {0}. Report it to the maker of the gateway, which keeps what it holds.",
				why,
			)
		)


class NotUnderstood(MessageError):
	"""Not what the contract describes."""

	def __init__(self, why: str) -> None:
		super().__init__(
			say(
				"The message does not follow the contract: {0}. Report it to the maker of the gateway, which keeps what it holds.",
				why,
			)
		)


class NewerVersion(MessageError):
	"""Written for a later version of the contract."""

	def __init__(self, why: str) -> None:
		super().__init__(
			say(
				"The gateway is newer than the app ({0}): update the app. Until then the gateway keeps what it holds, and it sends again by itself.",
				why,
			)
		)


class BadSignature(MessageError):
	"""Not signed by the gateway that it claims to come from."""

	def __init__(self, why: str) -> None:
		super().__init__(
			say(
				"The message may come from somebody else: {0}. Provision the gateway anew; it sends again by itself. If it goes on, somebody else uses its account at the broker.",
				why,
			)
		)


class CheckIn(NamedTuple):
	"""A read of a badge. Times are RFC 3339 as sent, with their offset; `badge` is the keyed digest.

	Where the clock was not set, `at` was after `not_before` and before `not_after`, as far as the gateway knows.
	"""

	seq: int
	terminal: str
	badge: str
	at: str
	clock: str
	direction: str
	not_before: str | None = None
	not_after: str | None = None


class Watch(NamedTuple):
	"""What a terminal could see: from `at` on it is in `state`, until its next watch event. Times as in CheckIn."""

	seq: int
	terminal: str
	state: str
	at: str
	clock: str
	not_before: str | None = None
	not_after: str | None = None


class RefusedEvent(NamedTuple):
	"""An event that is not understood, kept as it came; it never stops the good ones beside it."""

	seq: int | None
	detail: str
	event: str


@dataclass(frozen=True)
class CheckInBatch:
	"""A verified check-ins message. Check-ins and watches together ascend by `seq`; `oldest_seq` and `sent_at` (UTC) are None
	where the gateway does not say."""

	gateway: str
	epoch: str
	first_seq: int
	oldest_seq: int | None
	events: tuple[CheckIn, ...]
	refused: tuple[RefusedEvent, ...]
	sent_at: datetime | None = None
	watches: tuple[Watch, ...] = ()

	@property
	def numbers(self) -> list[int]:
		"""The numbers that this message accounts for, in no order."""
		numbers = [event.seq for event in self.events]
		numbers += [watch.seq for watch in self.watches]
		numbers += [event.seq for event in self.refused if event.seq is not None]
		return numbers

	@property
	def last_seq(self) -> int:
		"""The highest number that this message accounts for."""
		return max(self.numbers, default=self.first_seq - 1)


def canonical(message: Mapping[str, Any]) -> bytes:
	"""The bytes that are signed: sorted keys, no spaces, UTF-8, without `mac`."""
	unsigned = {key: value for key, value in message.items() if key != "mac"}
	return json.dumps(unsigned, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sign(message: Mapping[str, Any], key: bytes) -> bytes:
	"""The message as it travels: canonical, with its `mac`."""
	signed = {**message, "mac": hmac.new(key, canonical(message), hashlib.sha256).hexdigest()}
	return json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def verified(payload: bytes, key: bytes, gateway: str) -> dict[str, Any]:
	"""The message in `payload` when it is ours, of this gateway and signed by it; raises MessageError."""
	if len(payload) > MAX_BYTES:
		raise TooLarge(say("{0} bytes; the contract allows {1}", str(len(payload)), str(MAX_BYTES)))
	try:
		# NaN and Infinity are no JSON, but Python reads them; as null they spoil the one field, not the message.
		message = json.loads(payload.decode("utf-8"), parse_constant=lambda _name: None)
	except (ValueError, RecursionError) as error:
		raise NotUnderstood(say("not JSON: {0}", str(error)[:120])) from None
	if not isinstance(message, dict):
		raise NotUnderstood(say("not a JSON object"))
	version = message.get("v")
	if type(version) is not int or version < 1:
		raise NotUnderstood(say("`v` is missing or no version number"))
	if version > VERSION:
		raise NewerVersion(say("version {0} of the contract; this app knows {1}", str(version), str(VERSION)))
	_check_mac(message, payload, key)
	if message.get("gateway") != gateway:
		raise BadSignature(
			say(
				"came in under the topic of {0} and names {1}",
				gateway,
				repr(str(message.get("gateway"))[:40]),
			)
		)
	return message


def decode_check_ins(payload: bytes, *, key: bytes, gateway: str) -> CheckInBatch:
	"""Verify and read a check-ins message; raises MessageError. Bad single events come back as `refused`."""
	message = verified(payload, key, gateway)
	epoch, first, oldest, events = (message.get(k) for k in ("epoch", "first_seq", "oldest_seq", "events"))
	if not (isinstance(epoch, str) and EPOCH.fullmatch(epoch)):
		raise NotUnderstood(say("`epoch` is not 16 hex digits"))
	if not _is_seq(first):
		raise NotUnderstood(say("`first_seq` is not a number from 1"))
	if oldest is not None and not _is_seq(oldest):
		raise NotUnderstood(say("`oldest_seq` is not a number from 1"))
	if not isinstance(events, list) or not 0 < len(events) <= MAX_EVENTS:
		raise NotUnderstood(say("`events` is not a list of 1 to {0}", str(MAX_EVENTS)))
	good, watches, refused = _sort_out(events)
	numbers = [event.seq for event in good]
	if any(later <= earlier for earlier, later in pairwise(numbers)):
		raise NotUnderstood(say("`events` do not ascend by `seq`"))
	if numbers and numbers[0] < first:
		raise NotUnderstood(say("`first_seq` is above the first event's `seq`"))
	return CheckInBatch(
		gateway,
		epoch,
		first,
		oldest,
		tuple(event for event in good if isinstance(event, CheckIn)),
		tuple(refused),
		moment(message.get("sent_at")),
		tuple(watches),
	)


def also_digests(message: Mapping[str, Any]) -> tuple[str, ...]:
	"""The digests under which other kinds of readers would read the card of an enrolment message; raises NotUnderstood."""
	also = message.get("also")
	if also is None:
		return ()
	if not isinstance(also, list) or len(also) > MAX_ALSO:
		raise NotUnderstood(say("`also` is not a list of up to {0} badges", str(MAX_ALSO)))
	if not all(isinstance(digest, str) and DIGEST.fullmatch(digest) for digest in also):
		raise NotUnderstood(NO_BADGE)
	return tuple(dict.fromkeys(digest for digest in also if digest != message.get("badge")))


def moment(value: object) -> datetime | None:
	"""A time as the contract writes it, in UTC; None for what is none."""
	if not (isinstance(value, str) and AT.fullmatch(value)):
		return None
	end = len(value) - (1 if value[-1] == "Z" else 6)
	offset = "+00:00" if value[end:] == "Z" else value[end:]
	try:
		exact = datetime.fromisoformat(f"{value[:19]}.{value[20:end]:0<6}{offset}")
	except ValueError:
		return None
	return exact.astimezone(timezone.utc)


def time_in(message: Mapping[str, Any]) -> datetime:
	"""When a message says that it was signed, in UTC; raises NotUnderstood."""
	at = moment(message.get("at"))
	if at is None:
		raise NotUnderstood(NO_TIME)
	return at


def is_news(at: datetime, newest: datetime | None, now: datetime) -> bool:
	"""Whether a message of `at` was signed after the `newest` that was taken; all aware. Else it is one that came before.

	A gateway whose clock was ahead, and was set right, is believed again at once, and not when that time has come.
	"""
	if newest is None or at > newest:
		return True
	return newest - now > AHEAD and abs(now - at) <= FRESH


def badge_digest(badge_key: bytes, card: str) -> str:
	"""32 hex digits that stand for a normalised card number, which itself is kept nowhere."""
	return hmac.new(badge_key, card.encode("ascii"), hashlib.sha256).hexdigest()[:32]


def encode_ack(gateway: str, epoch: str, seq: int, *, at: datetime, key: bytes) -> bytes:
	"""Everything of `epoch` up to `seq`, inclusive, is committed. `at` has an offset."""
	message = {"v": VERSION, "gateway": gateway, "epoch": epoch, "seq": seq, "at": _stamp(at)}
	return sign(message, key)


def encode_command(
	gateway: str, command: str, *, id: str, at: datetime, expires_at: datetime, key: bytes, **options: Any
) -> bytes:
	"""A command to a gateway, done once by its `id` and not after `expires_at`; options: terminal, seconds."""
	message = {
		"v": VERSION,
		"gateway": gateway,
		"command": command,
		"id": id,
		"at": _stamp(at),
		"expires_at": _stamp(expires_at),
		**{name: value for name, value in options.items() if value is not None},
	}
	return sign(message, key)


def _check_mac(message: Mapping[str, Any], payload: bytes, key: bytes) -> None:
	mac = message.get("mac")
	if not (isinstance(mac, str) and MAC.fullmatch(mac)):
		raise BadSignature(say("no signature"))
	cut = payload.find(_MAC_MEMBER + mac.encode() + b'",')
	# A gateway sends the canonical form, so cutting the mac out of the bytes spares serialising again.
	quick = payload[:cut] + payload[cut + _MAC_MEMBER_LENGTH :] if cut >= 0 else b""
	if quick and hmac.compare_digest(hmac.new(key, quick, hashlib.sha256).hexdigest(), mac):
		return
	try:
		signed = canonical(message)
	except (UnicodeEncodeError, RecursionError):
		raise NotUnderstood(say("text that is no UTF-8, or nested too deep")) from None
	if not hmac.compare_digest(hmac.new(key, signed, hashlib.sha256).hexdigest(), mac):
		raise BadSignature(say("the signature does not fit this gateway's key"))


def _sort_out(events: list[Any]) -> tuple[list[CheckIn | Watch], list[Watch], list[RefusedEvent]]:
	"""What is understood in the order in which it came, the watches among it, and what is not understood."""
	good: list[CheckIn | Watch] = []
	watches: list[Watch] = []
	refused: list[RefusedEvent] = []
	terminals: set[str] = set()
	dates: set[str] = set()
	digest, moment = DIGEST.fullmatch, AT.fullmatch
	for event in events:
		try:
			seq, terminal, at, clock = event["seq"], event["terminal"], event["at"], event["clock"]
			if terminal not in terminals:
				_expect(SLUG.fullmatch(terminal), NO_TERMINAL)
				terminals.add(terminal)
			if at[:10] not in dates:
				date.fromisoformat(at[:10])
				dates.add(at[:10])
			_expect(type(seq) is int and 0 < seq <= MAX_SEQ, NO_SEQ)
			_expect(moment(at), NO_TIME)
			_expect(clock in CLOCKS, NO_CLOCK)
			bounds = _bounds(event) if clock == "unsynced" else ()
			if "kind" in event and event["kind"] != "checkin":
				watches.append(_watch(event, bounds))
				good.append(watches[-1])
				continue
			badge, direction = event["badge"], event["direction"]
			_expect(digest(badge), NO_BADGE)
			_expect(direction in DIRECTIONS, NO_DIRECTION)
		except (KeyError, TypeError, ValueError) as error:
			refused.append(_refused(event, error))
		else:
			good.append(CheckIn(seq, terminal, badge, at, clock, direction, *bounds))
	return good, watches, refused


def _watch(event: Mapping[str, Any], bounds: Iterable[str | None]) -> Watch:
	_expect(event["kind"] == "watch", NO_KIND)
	state = event["state"]
	_expect(state in STATES, NO_STATE)
	return Watch(event["seq"], event["terminal"], state, event["at"], event["clock"], *bounds)


def _bounds(event: Mapping[str, Any]) -> tuple[str | None, str | None]:
	"""Between which times an event of an unset clock was."""
	bounds = event.get("not_before"), event.get("not_after")
	first, last = (moment(bound) for bound in bounds)
	_expect((first is None, last is None) == (bounds[0] is None, bounds[1] is None), NO_BOUND)
	_expect(first is None or last is None or first <= last, CROSSED)
	return bounds


def _expect(holds: object, otherwise: str) -> None:
	if not holds:
		raise ValueError(otherwise)


def _refused(event: Any, error: Exception) -> RefusedEvent:
	seq = event.get("seq") if isinstance(event, dict) else None
	missing = isinstance(error, KeyError)
	detail = say("{0} is missing", repr(error.args[0])) if missing else error.args[0]
	try:
		text = json.dumps(event)
	except RecursionError:
		text = "nested too deep to be shown"
	return RefusedEvent(seq if _is_seq(seq) else None, detail, text[:2000])


def _is_seq(value: object) -> TypeGuard[int]:
	return type(value) is int and 0 < value <= MAX_SEQ


def _stamp(at: datetime) -> str:
	return at.isoformat(timespec="milliseconds")
