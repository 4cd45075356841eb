"""A Pi without a clock wakes up at the time of its last shutdown: Monday's taps do not become Friday's."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gateway.clock import SystemClock
from gateway.drain import BATCH
from gateway.messages import MAX_BYTES
from gateway.outbox import BEGINNING, Tap
from tests.gateway.rendered import events_of
from tests.gateway.test_parts import NOON, SECOND
from tests.gateway.test_watch import Bench

FRIDAY = NOON
MONDAY = NOON + timedelta(days=2, hours=20)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
	made = Bench(tmp_path, "a")
	yield made
	made.outbox.close()


def at(event: dict[str, object], name: str = "at") -> datetime:
	return datetime.fromisoformat(str(event[name]))


def time_is_known(bench: Bench, now: datetime) -> None:
	bench.clock.wall, bench.clock.said = now, "synced"
	bench.outbox.redate(now, bench.clock.boot_id, bench.clock.boottime, "synced")


def taps(bench: Bench) -> list[dict[str, object]]:
	return [event for event in bench.events() if "badge" in event]


def friday_and_a_power_cut(bench: Bench) -> None:
	"""Taps on Friday; power goes; on Monday the Pi wakes up and believes that it is Friday still."""
	bench.pass_by(120, "reading")
	bench.tap(1)
	bench.reboot("unsynced", wall=bench.clock.wall)
	bench.pass_by(30, "reading")


def test_taps_of_monday_are_dated_once_the_time_is_known(bench: Bench) -> None:
	friday_and_a_power_cut(bench)
	bench.tap(2)
	assert at(taps(bench)[-1]).date() == FRIDAY.date(), "what the unset clock shows"
	bench.pass_by(60, "reading")
	time_is_known(bench, MONDAY)
	friday, monday = taps(bench)
	assert (at(friday), friday["clock"]) == (FRIDAY + timedelta(seconds=120), "synced")
	assert (at(monday), monday["clock"]) == (MONDAY - timedelta(seconds=60), "synced")
	assert not {"not_before", "not_after"} & (friday.keys() | monday.keys())


def test_watches_of_an_unset_clock_are_dated_alike(bench: Bench) -> None:
	friday_and_a_power_cut(bench)
	time_is_known(bench, MONDAY)
	states = [(event["state"], at(event), event["clock"]) for event in bench.events() if "state" in event]
	assert states == [
		("reading", FRIDAY + timedelta(seconds=1), "synced"),
		("off", FRIDAY + timedelta(seconds=120), "synced"),
		("reading", MONDAY - timedelta(seconds=29), "synced"),
	]


def test_power_that_is_cut_again_before_the_time_is_known_leaves_what_is_certain(bench: Bench) -> None:
	friday_and_a_power_cut(bench)
	bench.tap(2)  # 30 s after the start of Monday
	bench.pass_by(90, "reading")
	bench.reboot("unsynced", wall=FRIDAY)
	bench.pass_by(20, "reading")
	time_is_known(bench, MONDAY)
	tap = taps(bench)[-1]
	assert tap["clock"] == "unsynced"
	assert at(tap, "not_before") == FRIDAY + timedelta(seconds=120 + 30)
	# The gateway is known to have run for a while behind the tap, before the start whose time is known
	began = MONDAY - timedelta(seconds=20)
	assert began - timedelta(seconds=90) <= at(tap, "not_after") <= began - timedelta(seconds=20)
	off = [event for event in bench.events() if event.get("state") == "off"][-1]
	assert at(off, "not_before") <= at(off, "not_after") <= began


def test_what_goes_out_before_the_time_is_known_says_after_when_it_was(bench: Bench) -> None:
	friday_and_a_power_cut(bench)
	bench.tap(2)
	batch = bench.outbox.batch(BEGINNING, 100)
	assert batch is not None
	bench.outbox.settle_dates(batch)
	sent = taps(bench)[-1]
	assert at(sent, "not_before") == FRIDAY + timedelta(seconds=120 + 30)
	assert "not_after" not in sent
	time_is_known(bench, MONDAY)
	assert taps(bench)[-1] == sent, "sent again it is the same"


def test_a_clock_that_was_wrong_before_makes_no_impossible_bounds(bench: Bench) -> None:
	bench.clock.wall += timedelta(days=400)
	friday_and_a_power_cut(bench)
	bench.tap(2)
	bench.reboot("unsynced", wall=FRIDAY)
	time_is_known(bench, MONDAY)
	tap = taps(bench)[-1]
	assert "not_before" not in tap
	assert at(tap, "not_after") <= MONDAY


def test_a_restart_of_the_program_alone_knows_the_time_that_was_known(bench: Bench) -> None:
	bench.pass_by(70, "reading")
	bench.crash()
	bench.clock.said = "unsynced"  # nothing of this start of the machine is left in memory
	bench.start()
	assert bench.clock.said == "holdover"


def test_a_message_of_bounded_events_is_no_larger_than_the_contract_allows(bench: Bench) -> None:
	bench.tap(0)
	bench.reboot("unsynced", wall=FRIDAY)
	clock = bench.clock
	long_name = "t" * 40
	for badge in range(1200):
		bench.outbox.append(
			Tap(long_name, f"{badge:032x}", clock.wall, "unsynced", "unknown", clock.boot_id, badge * SECOND)
		)
	bench.reboot("unsynced", wall=FRIDAY)
	time_is_known(bench, MONDAY)
	found, after = [], BEGINNING
	while batch := bench.outbox.batch(after, BATCH):
		assert len(batch.events) < MAX_BYTES
		found += events_of(batch)
		after = batch.last
	assert [event["seq"] for event in found] == list(range(1, len(found) + 1))
	assert sum("not_after" in event for event in found if "badge" in event) == 1200


def test_a_hand_at_the_clock_changes_no_time_that_was_known(
	monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
	monkeypatch.setattr("gateway.clock.TIMESYNC_FLAG", tmp_path / "none")
	monkeypatch.setattr("gateway.clock.QUALITY_CACHE_S", 0.0)
	synced, real = [True], __import__("time").time
	clock = SystemClock(kernel_synced=lambda: synced[0])
	assert clock.quality() == "synced"
	truth = clock.now()
	synced[0] = False
	monkeypatch.setattr("gateway.clock.time.time", lambda: real() + 86400)
	assert clock.quality() == "holdover"
	assert abs(clock.now() - truth) < timedelta(seconds=5)


def test_a_hand_at_the_clock_is_not_taken_for_the_time_server(
	monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
	flag, real = tmp_path / "synchronized", __import__("time").time
	flag.touch()
	monkeypatch.setattr("gateway.clock.TIMESYNC_FLAG", flag)
	monkeypatch.setattr("gateway.clock.QUALITY_CACHE_S", 0.0)
	clock = SystemClock(kernel_synced=lambda: False)
	assert clock.quality() == "synced"
	truth = clock.now()
	monkeypatch.setattr("gateway.clock.time.time", lambda: real() + 3600)
	assert clock.quality() == "holdover"
	assert abs(clock.now() - truth) < timedelta(seconds=5)
