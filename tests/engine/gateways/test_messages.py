"""What comes in from outside: nothing but MessageError is ever raised, and one bad event stops no good one."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.gateways import messages
from vsv_app.engine.gateways.messages import (
	BadSignature,
	MessageError,
	NewerVersion,
	NotUnderstood,
	TooLarge,
	decode_check_ins,
)
from vsv_app.engine.local_time import SchoolClock

KEY = bytes(range(32))
GATEWAY = "main-entrance"
EVENT = {
	"seq": 41,
	"terminal": "door-1",
	"badge": "0123456789abcdef0123456789abcdef",
	"at": "2026-11-23T08:29:58.123+01:00",
	"clock": "synced",
	"direction": "in",
}
BATCH: dict[str, Any] = {
	"v": 1,
	"gateway": GATEWAY,
	"epoch": "00c0ffee00c0ffee",
	"first_seq": 41,
	"oldest_seq": 41,
	"events": [EVENT],
	"sent_at": "2026-11-23T08:30:00.000+01:00",
}


def signed(message: Any, key: bytes = KEY) -> bytes:
	"""By hand, so that a fault in the module's own signing cannot hide."""
	text = json.dumps(message, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
	mac = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
	return json.dumps(
		{**message, "mac": mac}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
	).encode()


def decode(payload: bytes) -> messages.CheckInBatch:
	return decode_check_ins(payload, key=KEY, gateway=GATEWAY)


def with_events(*events: Any, **more: Any) -> bytes:
	return signed({**BATCH, "events": list(events), **more})


def said(event: messages.CheckIn | messages.Watch) -> dict[str, Any]:
	"""The event as it was sent."""
	kind = {"kind": "watch"} if isinstance(event, messages.Watch) else {}
	return {**kind, **{name: value for name, value in event._asdict().items() if value is not None}}


json_values = st.recursive(
	st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
	lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
	max_leaves=12,
)
writable = st.recursive(
	st.none()
	| st.booleans()
	| st.integers()
	| st.floats(allow_nan=False, allow_infinity=False)
	| st.text(st.characters(exclude_categories=["Cs"])),
	lambda inner: st.lists(inner, max_size=4)
	| st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
	max_leaves=12,
)
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
# What SLUG, EPOCH and DIGEST accept; Hypothesis takes ten times as long to make it from the patterns.
names = st.builds(str.__add__, st.sampled_from(LETTERS), st.text(st.sampled_from(LETTERS + "-"), max_size=39))
epochs = st.binary(min_size=8, max_size=8).map(bytes.hex)
good_events = st.builds(
	lambda terminal, badge, at, clock, direction: {
		"terminal": terminal,
		"badge": badge,
		"at": at.isoformat(timespec="milliseconds"),
		"clock": clock,
		"direction": direction,
	},
	names,
	st.binary(min_size=16, max_size=16).map(bytes.hex),
	# An offset with seconds, from before time zones were made, is no RFC 3339.
	st.datetimes(
		datetime.fromisoformat("1971-01-01"), datetime.fromisoformat("2900-01-01"), timezones=st.timezones()
	).filter(lambda at: at.utcoffset().total_seconds() % 60 == 0),
	st.sampled_from(sorted(messages.CLOCKS)),
	st.sampled_from(sorted(messages.DIRECTIONS)),
)


watches = st.builds(
	lambda state, event: {
		"kind": "watch",
		"state": state,
		**{k: event[k] for k in ("terminal", "at", "clock")},
	},
	st.sampled_from(sorted(messages.STATES)),
	good_events,
)


@st.composite
def batches(draw: st.DrawFn) -> dict[str, Any]:
	events = draw(st.lists(good_events | watches, min_size=1, max_size=20))
	numbers = sorted(
		draw(
			st.lists(
				st.integers(1, messages.MAX_SEQ), min_size=len(events), max_size=len(events), unique=True
			)
		)
	)
	events = [{"seq": seq, **event} for seq, event in zip(numbers, events, strict=True)]
	first = draw(st.integers(1, numbers[0]))
	return {**BATCH, "epoch": draw(epochs), "first_seq": first, "oldest_seq": first, "events": events}


# Anything at all


@given(st.binary(max_size=400))
def test_any_bytes_raise_nothing_but_message_error(payload: bytes) -> None:
	with pytest.raises(MessageError):
		decode(payload)


@given(json_values)
def test_any_json_raises_nothing_but_message_error(value: Any) -> None:
	with pytest.raises(MessageError):
		decode(json.dumps(value).encode())


@given(st.dictionaries(st.sampled_from([*BATCH, "mac", "extra"]), json_values))
def test_any_members_raise_nothing_but_message_error(message: dict[str, Any]) -> None:
	message = {**BATCH, **message}
	message.setdefault("mac", "0" * 64)
	with pytest.raises(MessageError):
		decode(json.dumps(message).encode())


@given(st.dictionaries(st.sampled_from([*BATCH, "extra"]), writable))
def test_any_signed_members_are_read_or_refused(message: dict[str, Any]) -> None:
	try:
		batch = decode(signed({**BATCH, **message}))
	except MessageError:
		return
	assert len(batch.events) + len(batch.refused) >= 1


@given(st.lists(writable, min_size=1, max_size=5), st.data())
def test_any_events_beside_a_good_one_leave_it_good(others: list[Any], data: st.DataObject) -> None:
	place = data.draw(st.integers(0, len(others)))
	batch = decode(with_events(*others[:place], EVENT, *others[place:]))
	assert [event.seq for event in batch.events] == [41]
	assert len(batch.refused) == len(others)


@given(st.sampled_from(sorted(EVENT)), writable)
def test_any_member_of_an_event_is_kept_or_sets_it_aside(member: str, value: Any) -> None:
	try:
		batch = decode(with_events({**EVENT, member: value}))
	except NotUnderstood:
		# The number of a good event can only be wrong for the message as a whole.
		assert member == "seq"
	else:
		assert len(batch.events) + len(batch.refused) == 1


@given(good_events, st.sampled_from(["Europe/Amsterdam", "America/St_Johns", "Pacific/Kiritimati"]))
def test_each_accepted_time_can_be_told_in_any_school(event: dict[str, Any], zone: str) -> None:
	(read,) = decode(with_events({"seq": 41, **event})).events
	clock = SchoolClock(ZoneInfo(zone))
	exact = datetime.fromisoformat(event["at"]).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
	assert clock.local(read.at) == exact.isoformat(" ", "microseconds")


@pytest.mark.parametrize(
	"at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z"]
)
def test_times_that_no_calendar_holds_are_set_aside(at: str) -> None:
	assert len(decode(with_events({**EVENT, "at": at})).refused) == 1


@pytest.mark.parametrize("depth", [200, 800, 950, 990, 10_000])
def test_deep_nesting_is_not_understood(depth: int) -> None:
	payload = b'{"v":1,"mac":"' + b"0" * 64 + b'","x":' + b"[" * depth + b"]" * depth + b"}"
	with pytest.raises((NotUnderstood, BadSignature)):
		decode(payload)


@pytest.mark.parametrize("depth", range(900, 1000, 10))
def test_deeply_nested_events_are_set_aside_or_not_understood(depth: int) -> None:
	inner = "[" * depth + "]" * depth
	text = signed({**BATCH, "events": ["?"]}).decode()
	unsigned = json.loads(text)
	del unsigned["mac"]
	canonical = json.dumps(unsigned, sort_keys=True, separators=(",", ":")).replace('"?"', inner)
	mac = hmac.new(KEY, canonical.encode(), hashlib.sha256).hexdigest()
	payload = canonical.replace(',"oldest_seq"', f',"mac":"{mac}","oldest_seq"').encode()
	try:
		batch = decode(payload)
	except NotUnderstood:
		return
	assert len(batch.refused) == 1


# There and back


@given(batches())
def test_what_is_signed_is_read_back(message: dict[str, Any]) -> None:
	batch = decode(messages.sign(message, KEY))
	both = sorted([*batch.events, *batch.watches], key=lambda event: event.seq)
	assert [said(event) for event in both] == message["events"]
	assert (batch.epoch, batch.first_seq) == (message["epoch"], message["first_seq"])
	assert batch.refused == ()
	assert batch.last_seq == message["events"][-1]["seq"]


@given(batches())
def test_signing_is_that_of_the_contract(message: dict[str, Any]) -> None:
	assert messages.sign(message, KEY) == signed(message)


@given(batches(), st.sampled_from([None, 1, "\t"]))
def test_white_space_and_order_do_not_matter(message: dict[str, Any], indent: int | str | None) -> None:
	spaced = json.dumps(dict(reversed(json.loads(signed(message)).items())), indent=indent).encode()
	assert decode(spaced) == decode(signed(message))


@given(batches(), st.data())
def test_no_changed_byte_goes_unnoticed(message: dict[str, Any], data: st.DataObject) -> None:
	payload = bytearray(signed(message))
	at = data.draw(st.integers(0, len(payload) - 1))
	payload[at] ^= data.draw(st.integers(1, 255))
	try:
		batch = decode(bytes(payload))
	except MessageError:
		return
	# White space, or another spelling of the very same text, is all that may differ.
	assert batch == decode(signed(message))


@given(st.binary(min_size=32, max_size=32).filter(lambda key: key != KEY))
def test_another_key_is_a_bad_signature(key: bytes) -> None:
	with pytest.raises(BadSignature):
		decode_check_ins(signed(BATCH), key=key, gateway=GATEWAY)


def test_a_second_mac_inside_does_not_stand_in_for_the_first() -> None:
	mac = json.loads(signed(BATCH))["mac"]
	inside = {**BATCH, "events": [{"mac": mac, **EVENT}], "mac": mac}
	with pytest.raises(BadSignature):
		decode(json.dumps(inside, sort_keys=True, separators=(",", ":")).encode())


# What is wrong, by name


def test_another_gateways_topic() -> None:
	with pytest.raises(BadSignature, match="back-door"):
		decode_check_ins(signed(BATCH), key=KEY, gateway="back-door")


@pytest.mark.parametrize("mac", [None, "", "0" * 63, "0" * 65, "G" * 64, 7, ["0" * 64]])
def test_a_mac_that_is_none(mac: Any) -> None:
	with pytest.raises(BadSignature):
		decode(json.dumps({**BATCH, "mac": mac}).encode())


@pytest.mark.parametrize("version", [2, 3, 10**6])
def test_a_newer_version(version: int) -> None:
	with pytest.raises(NewerVersion, match="update the app"):
		decode(signed({**BATCH, "v": version}))


@pytest.mark.parametrize("version", [None, 0, -1, "1", 1.0, True, [1]])
def test_no_version(version: Any) -> None:
	with pytest.raises(NotUnderstood):
		decode(signed({**BATCH, "v": version}))


def test_the_largest_message_and_one_byte_more() -> None:
	room = messages.MAX_BYTES - len(signed({**BATCH, "pad": ""}))
	assert decode(signed({**BATCH, "pad": "x" * room})).last_seq == 41
	with pytest.raises(TooLarge, match=str(messages.MAX_BYTES)):
		decode(signed({**BATCH, "pad": "x" * (room + 1)}))


def test_the_most_events_and_one_more() -> None:
	events = [{**EVENT, "seq": seq} for seq in range(41, 41 + messages.MAX_EVENTS + 1)]
	assert len(decode(with_events(*events[:-1])).events) == messages.MAX_EVENTS
	with pytest.raises(NotUnderstood, match=str(messages.MAX_EVENTS)):
		decode(with_events(*events))


def test_a_full_message_of_the_longest_events_fits_the_size() -> None:
	longest = {
		**EVENT,
		"terminal": "t" * 40,
		"clock": "holdover",
		"direction": "unknown",
		"at": "2026-11-23T08:29:58.123456+01:00",
	}
	events = [{**longest, "seq": messages.MAX_SEQ - n} for n in range(messages.MAX_EVENTS, 0, -1)]
	assert len(decode(with_events(*events, first_seq=1)).events) == messages.MAX_EVENTS


@pytest.mark.parametrize("numbers", [(41, 41), (42, 41), (41, 43, 42)])
def test_numbers_that_do_not_ascend(numbers: tuple[int, ...]) -> None:
	with pytest.raises(NotUnderstood, match="ascend"):
		decode(with_events(*({**EVENT, "seq": seq} for seq in numbers)))


def test_a_first_number_above_the_first_event() -> None:
	with pytest.raises(NotUnderstood, match="first_seq"):
		decode(signed({**BATCH, "first_seq": 42}))


@pytest.mark.parametrize("member", ["first_seq", "oldest_seq"])
@pytest.mark.parametrize("value", [0, -1, 2**31, 1.5, "1", True, []])
def test_numbers_that_are_none(member: str, value: Any) -> None:
	with pytest.raises(NotUnderstood, match=member):
		decode(signed({**BATCH, member: value}))


def test_a_gateway_need_not_say_what_it_holds() -> None:
	batch = decode(signed({name: value for name, value in BATCH.items() if name != "oldest_seq"}))
	assert batch.oldest_seq is None


@pytest.mark.parametrize("events", [None, [], {}, "events", 1])
def test_no_events(events: Any) -> None:
	with pytest.raises(NotUnderstood, match="events"):
		decode(signed({**BATCH, "events": events}))


@pytest.mark.parametrize(
	("member", "value"),
	[
		("seq", 0),
		("seq", True),
		("seq", 2**31),
		("terminal", "Door 1"),
		("terminal", "door-1\n"),
		("terminal", ""),
		("terminal", "d" * 41),
		("badge", "0A1B2C3D4E"),
		("badge", "0123456789ABCDEF0123456789ABCDEF"),
		("at", "2026-11-23T08:29:58.123"),
		("at", "2026-11-23 08:29:58.123+01:00"),
		("at", "2026-02-30T08:29:58.123+01:00"),
		("at", "2026-11-23T24:00:00+01:00"),
		("at", "2026-11-23T08:29:60+01:00"),
		("at", "2026-11-23T08:29:58.1234567+01:00"),
		("at", "2026-11-23T08:29:58+15:00"),
		("at", "2026-W48-1T08:29:58+01:00"),
		# Arabic-Indic digits are digits to a pattern's \d, and no time to anybody else.
		("at", "2026-11-23T08:29:5\u0668+01:00"),
		("at", "\u0662026-11-23T08:29:58+01:00"),
		("clock", "sundial"),
		("direction", "up"),
	],
)
def test_an_event_that_is_not_understood_is_set_aside_with_its_reason(member: str, value: Any) -> None:
	bad = {**EVENT, member: value}
	batch = decode(with_events(bad, {**EVENT, "seq": 43}))
	assert [event.seq for event in batch.events] == [43]
	(refused,) = batch.refused
	assert f"`{member}`" in refused.detail or member == "at"
	assert refused.detail
	assert json.loads(refused.event) == bad
	assert refused.seq == (41 if member != "seq" else None)
	assert batch.last_seq == 43


@pytest.mark.parametrize("member", sorted(EVENT))
def test_an_event_without_a_member_is_set_aside(member: str) -> None:
	(refused,) = decode(with_events({k: v for k, v in EVENT.items() if k != member})).refused
	assert f"'{member}' is missing" in refused.detail


def test_a_message_of_refused_events_alone_accounts_for_their_numbers() -> None:
	assert decode(with_events({"seq": 41}, {"seq": 44}, {})).last_seq == 44
	assert decode(with_events({}, first_seq=41)).last_seq == 40


# What a terminal could see


WATCH = {
	"seq": 42,
	"kind": "watch",
	"terminal": "door-1",
	"state": "closed",
	"at": "2026-11-23T08:29:58.123+01:00",
	"clock": "synced",
}


def test_check_ins_and_watches_are_told_apart_in_one_row_of_numbers() -> None:
	batch = decode(with_events(EVENT, WATCH, {**EVENT, "seq": 43}, {**WATCH, "seq": 44, "state": "reading"}))
	assert [event.seq for event in batch.events] == [41, 43]
	assert [(watch.seq, watch.state) for watch in batch.watches] == [(42, "closed"), (44, "reading")]
	assert sorted(batch.numbers) == [41, 42, 43, 44]
	assert batch.last_seq == 44


def test_watches_alone_are_a_message() -> None:
	batch = decode(with_events(WATCH))
	assert (batch.events, batch.last_seq) == ((), 42)


@pytest.mark.parametrize("numbers", [(41, 41), (42, 41), (43, 42)])
def test_a_watch_that_does_not_ascend_behind_a_check_in(numbers: tuple[int, int]) -> None:
	with pytest.raises(NotUnderstood, match="ascend"):
		decode(with_events({**EVENT, "seq": numbers[0]}, {**WATCH, "seq": numbers[1]}))


def test_the_kind_of_a_check_in_may_be_said() -> None:
	assert decode(with_events({**EVENT, "kind": "checkin"})) == decode(with_events(EVENT))


@pytest.mark.parametrize("kind", ["lock", "", None, 7, ["watch"], {"a": 1}])
def test_a_kind_of_a_later_day_is_set_aside_alone(kind: Any) -> None:
	later = {**EVENT, "seq": 42, "kind": kind}
	batch = decode(with_events(EVENT, later, {**EVENT, "seq": 43}))
	assert [event.seq for event in batch.events] == [41, 43]
	assert [(event.seq, json.loads(event.event)) for event in batch.refused] == [(42, later)]
	assert "`kind`" in batch.refused[0].detail


@pytest.mark.parametrize(
	("member", "value"),
	[("state", "asleep"), ("state", ["closed"]), ("terminal", "Door 1"), ("at", "today"), ("clock", "x")],
)
def test_a_watch_that_is_not_understood_is_set_aside_alone(member: str, value: Any) -> None:
	batch = decode(with_events(EVENT, {**WATCH, member: value}))
	assert [event.seq for event in batch.events] == [41]
	assert [event.seq for event in batch.refused] == [42]
	assert batch.watches == ()


# Between which times

BOUNDS = {"not_before": "2026-11-20T16:02:11.000+01:00", "not_after": "2026-11-23T08:29:00Z"}


@pytest.mark.parametrize("event", [EVENT, WATCH])
@pytest.mark.parametrize("names", [(), ("not_before",), ("not_after",), ("not_before", "not_after")])
def test_bounds_of_an_unset_clock_are_read(event: dict[str, Any], names: tuple[str, ...]) -> None:
	bounds = {name: BOUNDS[name] for name in names}
	batch = decode(with_events({**event, "clock": "unsynced", **bounds}))
	(read,) = (*batch.events, *batch.watches)
	assert (read.not_before, read.not_after) == (bounds.get("not_before"), bounds.get("not_after"))


def test_a_clock_that_was_set_has_no_bounds() -> None:
	(read,) = decode(with_events({**EVENT, **BOUNDS})).events
	assert (read.not_before, read.not_after) == (None, None)


@pytest.mark.parametrize(
	"bounds",
	[
		{"not_before": "yesterday"},
		{"not_after": 7},
		{"not_before": "2026-11-20T16:02:11.000"},
		{"not_before": BOUNDS["not_after"], "not_after": BOUNDS["not_before"]},
	],
)
def test_bounds_that_are_none_set_their_event_aside(bounds: dict[str, Any]) -> None:
	batch = decode(with_events({**EVENT, "clock": "unsynced", **bounds}, {**EVENT, "seq": 43}))
	assert [event.seq for event in batch.refused] == [41]
	assert [(event.seq, event.not_before) for event in batch.events] == [(43, None)]


# One card, several kinds of readers


def test_other_digests_of_a_card() -> None:
	badge, one, other = "0" * 32, "1" * 32, "2" * 32
	assert messages.also_digests({"badge": badge}) == ()
	assert messages.also_digests({"badge": badge, "also": [one, badge, other, one]}) == (one, other)


@pytest.mark.parametrize("also", ["1" * 32, [7], ["x"], [["1" * 32]], {"1": 2}, ["1" * 32] * 17])
def test_digests_that_are_none(also: Any) -> None:
	with pytest.raises(NotUnderstood):
		messages.also_digests({"badge": "0" * 32, "also": also})


# What goes out


def test_an_acknowledgement_verifies() -> None:
	at = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
	payload = messages.encode_ack(GATEWAY, BATCH["epoch"], 41, at=at, key=KEY)
	message = messages.verified(payload, KEY, GATEWAY)
	assert (message["epoch"], message["seq"], message["at"]) == (
		BATCH["epoch"],
		41,
		"2026-11-23T07:30:00.000+00:00",
	)


def test_a_command_leaves_out_what_is_not_given() -> None:
	at = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
	payload = messages.encode_command(
		GATEWAY, "enrol", id="enrol-7", at=at, expires_at=at, key=KEY, terminal="door-1", seconds=None
	)
	message = messages.verified(payload, KEY, GATEWAY)
	assert message["terminal"] == "door-1"
	assert "seconds" not in message


def test_the_errors_are_one_tree() -> None:
	for error in (TooLarge, NotUnderstood, NewerVersion, BadSignature):
		assert issubclass(error, MessageError)
		assert issubclass(error, ValueError)
