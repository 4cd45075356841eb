"""The gateway's side writes and reads the same golden messages, byte for byte."""

from datetime import datetime
from typing import Any

import pytest

from gateway import messages
from tests.contract import golden
from tests.contract.golden import Golden
from tests.gateway.rendered import rendered


def _id(one: Golden) -> str:
	return one.name


def _at(message: dict[str, Any], name: str = "at") -> datetime:
	return datetime.fromisoformat(message[name])


@pytest.mark.parametrize("one", golden.of("checkins", golden.AS_SENT), ids=_id)
def test_check_ins(one: Golden) -> None:
	m = one.message
	payload = messages.encode_check_ins(
		m["gateway"],
		m["epoch"],
		rendered(m["events"]),
		first_seq=m["first_seq"],
		oldest_seq=m["oldest_seq"],
		sent_at=_at(m, "sent_at"),
		key=one.mac_key,
	)
	assert payload == one.payload


@pytest.mark.parametrize("one", golden.of("status", golden.AS_SENT), ids=_id)
def test_status(one: Golden) -> None:
	m = one.message
	payload = messages.encode_status(
		m["gateway"], m["epoch"], m["state"], version=m["version"], at=_at(m), key=one.mac_key
	)
	assert payload == one.payload


@pytest.mark.parametrize("one", golden.of("health", golden.AS_SENT), ids=_id)
def test_health(one: Golden) -> None:
	facts = {k: v for k, v in one.message.items() if k not in ("v", "gateway", "epoch", "at")}
	payload = messages.encode_health(
		one.gateway, one.message["epoch"], facts, at=_at(one.message), key=one.mac_key
	)
	assert payload == one.payload


@pytest.mark.parametrize("one", golden.of("enrolment", golden.AS_SENT), ids=_id)
def test_enrolment(one: Golden) -> None:
	m = one.message
	payload = messages.encode_enrolment(
		m["gateway"],
		terminal=m["terminal"],
		badge=m["badge"],
		command=m["command"],
		also=m.get("also", ()),
		at=_at(m),
		key=one.mac_key,
	)
	assert payload == one.payload


@pytest.mark.parametrize("one", golden.of("ack", golden.AS_SENT), ids=_id)
def test_ack(one: Golden) -> None:
	read = messages.decode_ack(one.payload, key=one.mac_key, gateway=one.gateway)
	assert (read.epoch, read.seq) == (one.message["epoch"], one.message["seq"])


@pytest.mark.parametrize("one", golden.of("command", golden.AS_SENT), ids=_id)
def test_command(one: Golden) -> None:
	m = one.message
	read = messages.decode_command(one.payload, key=one.mac_key, gateway=one.gateway)
	assert (read.command, read.id) == (m["command"], m["id"])
	assert (read.at, read.expires_at) == (_at(m), _at(m, "expires_at"))
	assert (read.terminal, read.seconds) == (m.get("terminal"), m.get("seconds"))


@pytest.mark.parametrize("one", golden.AS_SENT, ids=_id)
def test_sign_gives_the_golden_bytes(one: Golden) -> None:
	assert messages.sign(one.message, one.mac_key) == one.payload


@pytest.mark.parametrize("one", golden.AS_SENT, ids=_id)
def test_topics(one: Golden) -> None:
	assert messages.topic("elm-street", one.gateway, one.kind) == one.topic


@pytest.mark.parametrize("one", [g for g in golden.ALL if g.outcome != "accepted"], ids=_id)
def test_what_comes_down_is_refused_for_the_same_reasons(one: Golden) -> None:
	"""Both sides verify alike. What is wrong with check-ins as such is no business of what reads acknowledgements."""
	with pytest.raises(messages.MessageError) as caught:
		messages.decode_ack(one.payload, key=one.mac_key, gateway=one.gateway)
	assert type(caught.value).__name__ in (one.outcome, "NotUnderstood")
	if one.outcome != "NotUnderstood":
		assert type(caught.value).__name__ == one.outcome


def test_badges_become_digests() -> None:
	# The golden files were made with hmac alone, under a badge key of 32 times 0x20.
	first = next(one for one in golden.ALL if one.name == "checkins").message["events"][0]
	assert messages.badge_digest(bytes.fromhex("20" * 32), "0A1B2C3D4E") == first["badge"]
