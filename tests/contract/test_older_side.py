"""The app and the gateway of before watch events, as they were, on the other side of today's: nothing is lost."""

import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from tests.contract import golden

BEFORE = "bf8dccc44662b5eedd33dc38280afefb7aa86f87"
"""The last commit without watch events."""
ROOT = Path(__file__).parents[2]


def older(path: str) -> Any:
	"""A module of before, on its own."""
	shown = subprocess.run(["git", "show", f"{BEFORE}:{path}"], cwd=ROOT, capture_output=True, check=False)
	if shown.returncode:
		pytest.skip("this copy has no history")
	module = types.ModuleType("older_" + Path(path).stem)
	sys.modules[module.__name__] = module
	exec(compile(shown.stdout, path, "exec"), module.__dict__)  # noqa: S102  # our own history
	return module


@pytest.mark.parametrize("name", ["checkins-watch", "checkins-bounds", "checkins-later-kind"])
def test_an_older_app_sets_watches_aside_and_goes_on(name: str) -> None:
	messages = older("vsv_app/engine/gateways/messages.py")
	one = next(one for one in golden.ALL if one.name == name)
	batch = messages.decode_check_ins(one.payload, key=one.mac_key, gateway=one.gateway)
	sent = one.message["events"]
	others = [event["seq"] for event in sent if event.get("kind", "checkin") != "checkin"]
	assert [event.seq for event in batch.refused] == others
	assert [event.seq for event in batch.events] == [e["seq"] for e in sent if e["seq"] not in others]
	# All numbers are accounted for, so that it confirms the batch and the gateway goes on
	assert batch.last_seq == sent[-1]["seq"]


@pytest.mark.parametrize("one", golden.of("enrolment", golden.ACCEPTED), ids=lambda one: one.name)
def test_an_older_app_reads_enrolments(one: golden.Golden) -> None:
	messages = older("vsv_app/engine/gateways/messages.py")
	assert messages.verified(one.payload, one.mac_key, one.gateway)["badge"] == one.message["badge"]
