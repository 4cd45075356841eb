"""The real gateway tells what its doors saw: a cable, a killed process, a clean end; and an enrolled fob by all its numbers."""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

import pytest

from tests.gateway.app_side import AppSide, wait_until
from tests.gateway.rig import BADGE_KEY, Rig

pytestmark = pytest.mark.mosquitto


def told(app: AppSide, terminal: str = "door") -> list[str]:
	return [state for name, state in app.told() if name == terminal]


def at(app: AppSide, place: int) -> datetime:
	return datetime.fromisoformat([event for _, event in sorted(app.watches.items())][place]["at"])


def digest(card: str) -> str:
	return hmac.new(BADGE_KEY, card.encode(), hashlib.sha256).hexdigest()[:32]


def status(rig: Rig) -> dict[str, Any]:
	answer: dict[str, Any] = json.loads(rig.ask("status", "--json").stdout)
	return answer


def test_a_door_that_loses_its_cable_was_blind_from_then_until_it_is_back(rig: Rig, app: AppSide) -> None:
	rig.start()
	wait_until(lambda: told(app) == ["reading"], "it reads")
	rig.tap_and_wait(1)
	rig.terminals["door"].pull()
	wait_until(lambda: told(app) == ["reading", "closed"], "the cable is gone")
	facts = status(rig)
	assert facts["terminals"][0]["state"] == "closed"
	assert "terminal_closed" in [alarm["kind"] for alarm in facts["alarms"]]
	rig.terminals["door"].plug()
	wait_until(lambda: told(app) == ["reading", "closed", "reading"], "it is back")
	assert [seq for _, seq, *_ in app.check_ins()] == [2]
	assert sorted(seq for _, seq in app.watches) == [1, 3, 4]
	assert rig.stop() == 0
	wait_until(lambda: told(app)[-1] == "off", "it said that it goes")


def test_a_killed_gateway_was_off_from_its_last_check_in_on(rig: Rig, app: AppSide) -> None:
	rig.start()
	wait_until(lambda: told(app) == ["reading"], "it reads")
	rig.tap_and_wait(1)
	wait_until(lambda: len(app.check_ins()) == 1, "the check-in")
	rig.kill()
	rig.start()
	wait_until(lambda: told(app) == ["reading", "off", "reading"], "what was before")
	tapped = datetime.fromisoformat(app.check_ins()[0][4])
	assert abs((at(app, 1) - tapped).total_seconds()) < 0.1
	assert at(app, 0) < at(app, 1) < at(app, 2)


def test_an_enrolled_fob_is_told_under_all_its_numbers(rig: Rig, app: AppSide) -> None:
	rig.start()
	rig.wait_connected()
	app.command("enrol", "enrol-1", terminal="door", seconds=60)
	wait_until(lambda: "command enrol" in rig.output.read_text(), "the command")
	rig.terminals["door"].tap(0x4521C5D1E9)
	wait_until(lambda: bool(app.of_kind("enrolment")), "the enrolment")
	(message,) = app.of_kind("enrolment")
	assert message["badge"] == digest("4521C5D1E9")
	assert {digest("566612457"), digest("12964329"), digest("21C5D1E9")} <= set(message["also"])
	assert message["badge"] not in message["also"]
	assert len(message["also"]) <= 16
