"""A store that passes from the gateway of before watch events to today's and back, at any moment, loses no check-in."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.outbox import BEGINNING, Outbox, StateChange, Tap
from tests.contract.test_older_side import BEFORE, ROOT
from tests.gateway.rendered import events_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OLDER = """
import json, sys
from datetime import datetime
from pathlib import Path
from gateway.outbox import BEGINNING, Outbox, Tap
given = json.load(sys.stdin)
box = Outbox(Path(given["directory"]), machine="m", max_bytes=given["max_bytes"], reserve_bytes=0)
box.prove(given["acknowledged"])
for badge in range(*given["taps"]):
	box.append(Tap("door", f"{badge:032x}", datetime.fromisoformat(given["at"]), given["clock"], "in", "old", badge))
found, after = [], BEGINNING
while batch := box.batch(after, 100):
	found += [[batch.epoch, event["seq"], event["badge"]] for event in json.loads(batch.events)]
	after = batch.last
if given["confirm"]:
	box.confirm(*found[-1][:2])
box.tidy()
json.dump({"found": found, "alarms": box.alarms, "epoch": box.epoch}, sys.stdout)
box._lock_file if given["crash"] else box.close()
"""


@pytest.fixture(scope="module")
def older_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
	"""The gateway as it was."""
	folder = tmp_path_factory.mktemp("older")
	packed = subprocess.run(["git", "archive", BEFORE, "gateway"], cwd=ROOT, capture_output=True, check=False)
	if packed.returncode:
		pytest.skip("this copy has no history")
	subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)
	return folder


def run_older(code: Path, directory: Path, taps: tuple[int, int], **more: Any) -> dict[str, Any]:
	given = {
		"directory": str(directory), "taps": taps, "at": NOON.isoformat(), "clock": "synced", "confirm": False,
		"crash": False, "acknowledged": {}, "max_bytes": 2**26, **more,
	}  # fmt: skip
	done = subprocess.run(
		[sys.executable, "-c", OLDER], cwd=code, input=json.dumps(given), capture_output=True, text=True, check=True
	)  # fmt: skip
	told: dict[str, Any] = json.loads(done.stdout)
	return told


def opened(directory: Path, **limits: int) -> Outbox:
	box = Outbox(directory, machine="m", **{"max_bytes": 2**26, "reserve_bytes": 0, **limits})
	box.prove({})
	return box


def tap(badge: int, clock: str = "synced") -> Tap:
	return Tap("door", f"{badge:032x}", NOON, clock, "in", "new", badge)


def closed(second: int, clock: str = "synced") -> StateChange:
	return StateChange("door", "closed", NOON + timedelta(seconds=second), clock, "new", second)


def held(box: Outbox) -> list[dict[str, Any]]:
	found, after = [], BEGINNING
	while batch := box.batch(after, 100):
		found += events_of(batch)
		after = batch.last
	return found


def badges(events: list[dict[str, Any]]) -> list[int]:
	return [int(event["badge"], 16) for event in events if "badge" in event]


@pytest.mark.parametrize("clock", ["synced", "unsynced"])
@pytest.mark.parametrize("crash", [False, True])
def test_a_store_of_before_opens_and_goes_on(
	tmp_path: Path, older_code: Path, clock: str, crash: bool
) -> None:
	before = run_older(older_code, tmp_path, (1, 8), clock=clock, crash=crash)
	box = opened(tmp_path)
	assert (box.epoch, box.alarms) == (before["epoch"], {})
	box.append(closed(1))
	box.append(tap(8))
	events = held(box)
	assert badges(events) == list(range(1, 9))
	assert [event["seq"] for event in events] == list(range(1, 10))
	box.close()


@pytest.mark.parametrize("last", ["tap", "watch"])
@pytest.mark.parametrize("crash", [False, True])
@pytest.mark.parametrize("clock", ["synced", "unsynced"])
def test_the_gateway_of_before_opens_todays_store_and_gives_no_number_twice(
	tmp_path: Path, older_code: Path, last: str, crash: bool, clock: str
) -> None:
	box = opened(tmp_path)
	box.enter_boot("new")
	events = [
		closed(1, clock),
		tap(1, clock),
		closed(2),
		tap(2),
		tap(3),
		closed(3),
		*([tap(4)] if last == "tap" else []),
	]
	given = [box.append(event) for event in events]
	if not crash:
		box.close()
		del box
	else:
		import os

		os.close(box._lock_file)  # what a killed process lets go of
	expected = [1, 2, 3, 4] if last == "tap" else [1, 2, 3]
	after = run_older(older_code, tmp_path, (10, 13))
	assert after["alarms"] == {}
	assert [int(badge, 16) for _, _, badge in after["found"]] == [*expected, 10, 11, 12]
	numbers = [seq for _, seq, _ in after["found"]]
	assert numbers[len(expected)] == given[-1].seq + 1
	again = opened(tmp_path)
	assert badges(held(again)) == [*expected, 10, 11, 12]
	again.close()


def test_what_the_gateway_of_before_got_confirmed_is_confirmed_here(tmp_path: Path, older_code: Path) -> None:
	box = opened(tmp_path)
	for event in (closed(1), tap(1), closed(2)):
		box.append(event)
	box.close()
	run_older(older_code, tmp_path, (2, 4), confirm=True)
	box = opened(tmp_path)
	assert held(box) == []
	box.append(tap(9))
	box.tidy()
	assert badges(held(box)) == [9]
	box.close()


def test_a_full_store_of_before_opens_here_and_stays_whole(tmp_path: Path, older_code: Path) -> None:
	size = 128 * 1024
	script = OLDER.replace("for badge", "import contextlib\nfor badge").replace(
		"\tbox.append(", "\twith contextlib.suppress(Exception): box.append("
	)
	given = {
		"directory": str(tmp_path), "taps": [1, 2000], "at": NOON.isoformat(), "clock": "synced", "confirm": False,
		"crash": False, "acknowledged": {}, "max_bytes": size,
	}  # fmt: skip
	done = subprocess.run(
		[sys.executable, "-c", script], cwd=older_code, input=json.dumps(given), capture_output=True, text=True, check=True
	)  # fmt: skip
	before = json.loads(done.stdout)["found"]
	assert 0 < len(before) < 1999
	box = opened(tmp_path, max_bytes=size)
	assert box.alarms == {}
	assert badges(held(box)) == [int(badge, 16) for _, _, badge in before]
	box.confirm(box.epoch, 100)
	box.append(tap(5000))
	assert badges(held(box))[-1] == 5000
	box.close()
