"""Frames that are none, at a real terminal: a line in the log that names it, and the next badge is read."""

import json
import re

import pytest

from tests.gateway.app_side import AppSide, wait_until
from tests.gateway.rig import Rig, frame

pytestmark = pytest.mark.mosquitto


@pytest.mark.parametrize(
	("sent", "kind"),
	[
		(frame(1)[:-2] + b"0" + frame(1)[-1:], "checksum"),
		(frame(1)[:6], "incomplete"),
		(b"\xff\x00garbage", "noise"),
	],
	ids=["wrong checksum", "half a frame", "noise"],
)
def test_it_is_told_with_the_name_of_the_terminal_and_costs_nothing_else(
	rig: Rig, app: AppSide, sent: bytes, kind: str
) -> None:
	rig.start()
	rig.tap_and_wait(1)
	before = len(rig.signals())
	rig.terminals["door"].send(sent)
	wait_until(lambda: "door: refused what came in" in rig.output.read_text(), "the line in the log")
	assert re.search(rf"WARNING .*door: refused what came in: {kind} \(1 so far\)", rig.output.read_text())
	wait_until(lambda: len(rig.signals()) > before, "the learner is told")
	assert rig.signals()[before]["signal"] == "try-again"
	assert rig.tap_and_wait(2)["signal"].startswith("recorded")
	wait_until(lambda: len(app.check_ins()) == 2, "both check-ins, and no other")
	faults = json.loads(rig.ask("status", "--json").stdout)["terminals"][0]["faults"]
	assert faults[kind] == 1


def test_a_cable_that_only_makes_noise_does_not_fill_the_log(rig: Rig, app: AppSide) -> None:
	rig.start()
	bad = frame(1)[:-2] + b"0" + frame(1)[-1:]
	for _time in range(20):
		rig.terminals["door"].send(bad * 50)
	rig.tap_and_wait(2)
	assert rig.output.read_text().count("door: refused what came in") <= 3
	assert json.loads(rig.ask("status", "--json").stdout)["terminals"][0]["faults"]["checksum"] > 100
