"""What a real gateway sends, held against the contract; and what it makes of messages that somebody recorded."""

import json

import pytest

from tests.contract.test_asyncapi import validator
from tests.gateway.app_side import AppSide, now, wait_until
from tests.gateway.rig import Broker, Rig

pytestmark = pytest.mark.mosquitto
OFTEN = ('[clock]\ntrust = "always"', "[health]\nevery_s = 1")


def status(rig: Rig) -> dict[str, object]:
	told: dict[str, object] = json.loads(rig.ask("status", "--json").stdout)
	return told


def test_every_kind_of_message_fits_the_document(rig: Rig, app: AppSide) -> None:
	rig.configure(*OFTEN)
	rig.start()
	rig.tap_and_wait(1)
	wait_until(lambda: bool(app.check_ins()), "the check-in")
	app.acknowledges = False
	rig.tap_and_wait(2)
	app.command("enrol", "order-1", terminal="door", seconds=60)
	wait_until(lambda: "command enrol" in rig.output.read_text(), "obeyed")
	rig.tap_and_wait(3)
	wait_until(lambda: bool(app.of_kind("enrolment")), "the badge")
	told = len(app.of_kind("health"))
	wait_until(lambda: len(app.of_kind("health")) > told, "health with a check-in that waits")
	rig.stop()
	wait_until(lambda: app.of_kind("status")[-1]["state"] == "offline", "the goodbye")
	assert {kind for kind, _message, _retained in app.messages} == {
		"checkins",
		"status",
		"health",
		"enrolment",
	}
	for kind, message, _retained in app.messages:
		validator(kind).validate(message)


def test_health_of_an_outage_is_older_than_none_before_it(rig: Rig, app: AppSide, broker: Broker) -> None:
	"""Else the app would take it for a recording."""
	rig.configure(*OFTEN)
	rig.start()
	wait_until(lambda: len(app.of_kind("health")) > 1, "health")
	broker.stop()
	wait_until(lambda: "alarm broker_unreachable" in rig.output.read_text(), "the outage is noticed")
	rig.tap_and_wait(1)
	broker.start()
	wait_until(lambda: bool(app.check_ins()), "the check-in of the outage")
	told = len(app.of_kind("health"))
	wait_until(lambda: len(app.of_kind("health")) > told, "health after it")
	for kind in ("health", "status"):
		times = [message["at"] for message in app.of_kind(kind) if message.get("state") != "offline"]
		assert times == sorted(times)


def test_what_was_recorded_is_refused_counted_and_shown(rig: Rig, app: AppSide) -> None:
	app.acknowledges = False
	rig.configure(*OFTEN)
	rig.start()
	epoch = rig.tap_and_wait(1)["epoch"]
	wait_until(lambda: bool(app.check_ins()), "the app has it")
	old = {"v": 1, "gateway": "front-door", "epoch": epoch, "seq": 1, "at": now()}
	app.publish("ack", old, retain=True)
	wait_until(lambda: status(rig)["last_ack_at"] is not None, "the acknowledgement")
	first = status(rig)["last_ack_at"]
	app.acknowledge(epoch, 1)
	wait_until(
		lambda: status(rig)["last_ack_at"] != first, "a newer one, as after a re-send, is a sign of life"
	)
	assert status(rig)["refused_messages"] == 0
	known = status(rig)["last_ack_at"]
	app.publish("ack", old)
	wait_until(lambda: status(rig)["refused_messages"] == 1, "the replay is counted")
	done = app.command("identify", "once")
	wait_until(lambda: len(rig.signals()) == 2, "obeyed")
	app.publish("command", done)
	wait_until(lambda: status(rig)["refused_messages"] == 2, "the replay is counted")
	assert status(rig)["last_ack_at"] == known
	assert "ALARM message_refused : command: identify was done before" in rig.ask("status").stdout
	wait_until(lambda: any(m["refused_messages"] == 2 for m in app.of_kind("health")), "the app is told")
	assert len(rig.signals()) == 2
