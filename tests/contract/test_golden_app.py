"""The app's side reads and writes the golden messages."""

from datetime import datetime
from typing import Any

import pytest

from tests.contract import golden
from tests.contract.golden import Golden
from vsv_app.engine.gateways import messages

BY_NAME = {one.name: one for one in golden.ALL}


def _id(one: Golden) -> str:
	return one.name


def _said(event: messages.CheckIn | messages.Watch) -> dict[str, Any]:
	kind = "watch" if isinstance(event, messages.Watch) else "checkin"
	return {"kind": kind, **{name: value for name, value in event._asdict().items() if value is not None}}


def test_every_topic_has_a_golden_message() -> None:
	assert {one.kind for one in golden.AS_SENT} == {
		"checkins", "status", "health", "enrolment", "ack", "command"
	}  # fmt: skip


def test_every_kind_of_error_has_a_golden_message() -> None:
	# A message over the size would be a file of 256 KiB; tests/engine/gateways/test_messages.py makes one.
	told = {one.outcome for one in golden.ALL}
	assert told == {"accepted", "NotUnderstood", "NewerVersion", "BadSignature"}


@pytest.mark.parametrize("one", golden.AS_SENT, ids=_id)
def test_the_payload_is_what_the_contract_says(one: Golden) -> None:
	assert golden.signed(one.message, one.mac_key) == one.payload


@pytest.mark.parametrize("one", golden.AS_SENT, ids=_id)
def test_sign_gives_the_golden_bytes(one: Golden) -> None:
	assert messages.sign(one.message, one.mac_key) == one.payload


@pytest.mark.parametrize("one", golden.ACCEPTED, ids=_id)
def test_what_is_accepted_verifies(one: Golden) -> None:
	read = messages.verified(one.payload, one.mac_key, one.gateway)
	del read["mac"]
	assert read == one.message


@pytest.mark.parametrize("one", golden.of("checkins", golden.ACCEPTED), ids=_id)
def test_check_ins_are_read(one: Golden) -> None:
	batch = messages.decode_check_ins(one.payload, key=one.mac_key, gateway=one.gateway)
	assert (batch.gateway, batch.epoch) == (one.gateway, one.message["epoch"])
	assert (batch.first_seq, batch.oldest_seq) == (one.message["first_seq"], one.message["oldest_seq"])
	assert tuple(event.seq for event in batch.refused) == one.refused
	refused = len(one.refused)
	good = [_said(event) for event in (*batch.events, *batch.watches)]
	sent = [{"kind": "checkin", **event} for event in one.message["events"] if isinstance(event, dict)]
	assert len(good) == len(one.message["events"]) - refused
	assert all(event in sent for event in good)
	assert batch.last_seq == one.message["events"][-1]["seq"]


@pytest.mark.parametrize("one", [g for g in golden.ALL if g.outcome != "accepted"], ids=_id)
def test_what_is_not_accepted_says_why(one: Golden) -> None:
	with pytest.raises(messages.MessageError) as caught:
		messages.decode_check_ins(one.payload, key=one.mac_key, gateway=one.gateway)
	assert type(caught.value).__name__ == one.outcome
	assert caught.value.detail


@pytest.mark.parametrize("one", golden.of("enrolment", golden.AS_SENT), ids=_id)
def test_other_digests_of_an_enrolled_card_are_read(one: Golden) -> None:
	message = messages.verified(one.payload, one.mac_key, one.gateway)
	assert messages.also_digests(message) == tuple(one.message.get("also", ()))


@pytest.mark.parametrize("one", golden.of("ack", golden.AS_SENT), ids=_id)
def test_acknowledgements_are_written(one: Golden) -> None:
	m = one.message
	at = datetime.fromisoformat(m["at"])
	assert messages.encode_ack(m["gateway"], m["epoch"], m["seq"], at=at, key=one.mac_key) == one.payload


@pytest.mark.parametrize("one", golden.of("command", golden.AS_SENT), ids=_id)
def test_commands_are_written(one: Golden) -> None:
	m = dict(one.message)
	at, expires_at = (datetime.fromisoformat(m.pop(name)) for name in ("at", "expires_at"))
	gateway, command, id = (m.pop(name) for name in ("gateway", "command", "id"))
	assert m.pop("v") == messages.VERSION
	options = {"terminal": None, "seconds": None, **m}
	payload = messages.encode_command(
		gateway, command, id=id, at=at, expires_at=expires_at, key=one.mac_key, **options
	)
	assert payload == one.payload
