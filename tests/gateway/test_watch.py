"""What the doors could see is told: each change once, from its true beginning, in order with check-ins, whatever ends the program."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.outbox import BEGINNING, Outbox, OutboxFull, StateChange, Tap
from gateway.watch import ALIVE_EVERY_S, HOLD_NS, MOST_AN_HOUR, STEADY_NS, Sight, Watch
from tests.gateway.rendered import events_of
from tests.gateway.test_parts import NOON, SECOND, HandClock


@dataclass
class Door:
	name: str
	state: str = "reading"


class Bench:
	"""A store, a clock in the test's hands, and terminals that say what they are told to."""

	def __init__(self, directory: Path, *names: str, **limits: int) -> None:
		self.directory, self.limits = directory, {"max_bytes": 2**26, "reserve_bytes": 0, **limits}
		self.clock = HandClock()
		self.doors = [Door(name) for name in names]
		self.start()

	def start(self) -> None:
		self.outbox = Outbox(self.directory, machine="m", **self.limits)
		self.outbox.prove({})
		self.watch = Watch(outbox=self.outbox, clock=self.clock, terminals=self.doors, changed=lambda: None)
		self.watch._wake()

	def crash(self) -> None:
		"""The process is gone without a word; the machine runs on."""
		self.outbox.close()

	def reboot(self, clock: str = "synced", off_s: float = 0, *, wall: datetime | None = None) -> None:
		"""Power was away: the boot clock begins anew."""
		self.crash()
		self.clock.boot_id = f"{self.clock.boot_id}+"
		self.clock.wall = wall or self.clock.wall + timedelta(seconds=off_s)
		self.clock.boottime, self.clock.said = 0, clock
		self.start()

	def pass_by(self, seconds: float, *states: str) -> None:
		"""Time passes, looked at once a second, with the terminals in these states."""
		for door, state in zip(self.doors, states, strict=False):
			door.state = state
		for _ in range(round(seconds)):
			self.clock.wall += timedelta(seconds=1)
			self.clock.boottime += SECOND
			self.watch.look()

	def tap(self, badge: int = 1) -> None:
		clock = self.clock
		self.outbox.append(
			Tap("a", f"{badge:032x}", clock.wall, clock.said, "in", clock.boot_id, clock.boottime)
		)

	def events(self) -> list[dict[str, object]]:
		batch = self.outbox.batch(BEGINNING, 1000)
		return events_of(batch) if batch else []

	def told(self, terminal: str = "a") -> list[tuple[object, float]]:
		"""state, and at how many seconds after noon."""
		return [
			(event["state"], (datetime.fromisoformat(str(event["at"])) - NOON).total_seconds())
			for event in self.events()
			if event.get("kind") == "watch" and event["terminal"] == terminal
		]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
	made = Bench(tmp_path, "a", "b")
	yield made
	made.outbox.close()


def test_a_change_is_told_when_it_has_held_and_dated_from_its_beginning(bench: Bench) -> None:
	bench.pass_by(100, "reading", "reading")
	bench.pass_by(100, "closed")
	bench.pass_by(100, "reading")
	assert bench.told() == [("reading", 1), ("closed", 101), ("reading", 201)]
	assert bench.told("b") == [("reading", 1)]


def test_a_moment_is_no_blind_time_but_many_of_them_are(bench: Bench) -> None:
	bench.pass_by(10, "reading")
	bench.pass_by(2, "closed")
	bench.pass_by(20, "reading")
	assert bench.told() == [("reading", 1)]
	for _ in range(10):
		bench.pass_by(2, "closed")
		bench.pass_by(2, "reading")
	bench.pass_by(10, "reading")
	assert bench.told() == [("reading", 1), ("closed", 33), ("reading", 71)]


def test_check_ins_and_watches_stand_in_one_row_of_numbers(bench: Bench) -> None:
	bench.pass_by(6, "reading", "closed")
	bench.tap(1)
	bench.pass_by(6, "silent")
	bench.tap(2)
	events = bench.events()
	assert [event["seq"] for event in events] == [1, 2, 3, 4, 5]
	assert [event.get("state", "tap") for event in events] == ["reading", "closed", "tap", "silent", "tap"]
	assert "kind" not in events[2]


@pytest.mark.parametrize("flaps", [60, 600])
def test_a_bad_contact_does_not_fill_the_store_and_is_never_told_as_reading_when_it_was_not(
	bench: Bench, flaps: int
) -> None:
	bench.pass_by(10, "reading")
	for _ in range(flaps):
		bench.pass_by(8, "closed")
		bench.pass_by(8, "reading")
	told = bench.told()
	hours = flaps * 16 / 3600
	assert len(told) <= (MOST_AN_HOUR + 2 * 3600 * SECOND / STEADY_NS) * (hours + 1)
	assert told[-1][0] == "closed"
	bench.pass_by(STEADY_NS / SECOND + 10, "reading")
	assert bench.told()[-1] == ("reading", 11 + flaps * 16 - 8)


def test_a_clean_end_says_off_and_a_start_says_it_no_second_time(bench: Bench) -> None:
	bench.pass_by(10, "reading", "closed")
	bench.watch.stop()
	bench.crash()
	bench.clock.wall += timedelta(seconds=50)
	bench.clock.boottime += 50 * SECOND
	bench.start()
	bench.pass_by(10, "reading", "reading")
	assert bench.told() == [("reading", 1), ("off", 10), ("reading", 61)]
	assert bench.told("b") == [("closed", 1), ("off", 10), ("reading", 61)]


def test_after_a_crash_it_was_off_from_the_last_moment_at_which_it_is_known_to_have_run(bench: Bench) -> None:
	bench.pass_by(300, "reading")
	noted = bench.clock.boottime // SECOND // 60 * 60
	bench.crash()
	bench.clock.wall += timedelta(seconds=1000)
	bench.clock.boottime += 1000 * SECOND
	bench.start()
	bench.pass_by(10, "reading")
	states = bench.told()
	assert [state for state, _ in states] == ["reading", "off", "reading"]
	assert noted - ALIVE_EVERY_S <= states[1][1] <= 300
	assert states[2][1] == 1301


def test_a_check_in_shows_that_it_ran_and_spares_a_note(bench: Bench) -> None:
	bench.pass_by(30, "reading")
	for _ in range(100):
		bench.pass_by(10)
		bench.tap()
	bench.crash()
	assert bench.clock.boottime == 1030 * SECOND
	bench.clock.wall += timedelta(days=3)
	bench.clock.boot_id, bench.clock.boottime = "next", 0
	bench.start()
	assert bench.told()[-1] == ("off", 1030)


def test_after_a_power_cut_the_newest_of_all_starts_counts(bench: Bench) -> None:
	bench.pass_by(130, "reading")
	bench.reboot(off_s=1000)
	bench.pass_by(70, "reading")
	bench.reboot(off_s=1000)
	bench.pass_by(70, "reading")
	states = bench.told()
	assert [state for state, _ in states] == ["reading", "off", "reading", "off", "reading"]
	assert all(earlier[1] <= later[1] for earlier, later in pairwise(states))
	assert 60 <= states[1][1] <= 130
	assert 1130 <= states[3][1] <= 1200


def test_what_was_not_told_yet_is_not_covered_by_the_note_that_it_ran(bench: Bench) -> None:
	bench.pass_by(118, "reading")
	bench.pass_by(4, "closed")
	bench.reboot(off_s=1000)
	state, at = bench.told()[-1]
	assert state == "off"
	assert at <= 119


def test_a_terminal_that_was_taken_out_of_the_configuration_is_off(bench: Bench) -> None:
	bench.pass_by(70, "reading", "reading")
	bench.crash()
	bench.doors = bench.doors[:1]
	bench.start()
	bench.pass_by(20, "reading")
	assert [state for state, _ in bench.told("b")] == ["reading", "off"]


# a store that takes nothing


def fill(bench: Bench) -> int:
	"""Taps until one is refused; how many were stored."""
	for badge in range(100_000):
		try:
			bench.tap(badge)
		except OutboxFull:
			return badge
	raise AssertionError("the store has no end")


def fill_with_watches(bench: Bench) -> None:
	for number in range(100_000):
		try:
			bench.outbox.append(StateChange("a", "closed", NOON, "synced", "boot", number))
		except OutboxFull:
			return
	raise AssertionError("the store has no end")


def test_a_full_store_is_told_from_the_first_refused_read_until_there_is_room(tmp_path: Path) -> None:
	bench = Bench(tmp_path, "a", max_bytes=192 * 1024)
	bench.pass_by(10, "reading")
	bench.outbox.confirm(bench.outbox.epoch, 1)
	fill(bench)
	bench.pass_by(30)
	assert bench.watch.state(bench.doors[0]) == "full"
	bench.outbox.tidy()
	bench.pass_by(30)
	assert bench.watch.state(bench.doors[0]) == "full", "nothing made room"
	held = bench.outbox.batch(BEGINNING, 1000)
	assert held is not None
	bench.outbox.confirm(bench.outbox.epoch, held.last_seq)
	bench.outbox.tidy()
	bench.tap()
	bench.pass_by(10, "reading")
	batch = bench.outbox.batch(held.last, 1000)
	assert batch is not None
	assert bench.watch.state(bench.doors[0]) == "reading"
	states = [event["state"] for event in events_of(batch) if event.get("kind") == "watch"]
	assert states[-1] == "reading"
	bench.outbox.close()


def test_watches_make_room_for_check_ins_and_tell_one_blind_time_for_several(tmp_path: Path) -> None:
	bench = Bench(tmp_path, "a", max_bytes=192 * 1024)
	for number in range(300):
		state = ("reading", "closed")[number % 2]
		bench.outbox.append(StateChange("a", state, NOON + timedelta(seconds=number), "synced", "boot", 0))
	taps = fill(bench)
	left = bench.told()
	assert [state for state, _ in left] == ["closed", "closed"]
	assert [at for _, at in left] == [1, 299]
	stored = sum(1 for event in all_events(bench.outbox) if "badge" in event)
	assert stored == taps
	bench.outbox.close()


def test_no_watch_takes_the_reserve_nor_makes_a_check_in_fail_beside_it(tmp_path: Path) -> None:
	bench = Bench(tmp_path, "a", max_bytes=192 * 1024, reserve_bytes=64 * 1024)
	fill(bench)
	assert bench.outbox._reserve._path.exists() or "disk_full" in bench.outbox.alarms
	before = bench.outbox.alarms.copy()
	for _ in range(5):
		fill_with_watches(bench)
	assert bench.outbox.alarms == before
	bench.outbox.close()


def all_events(outbox: Outbox) -> list[dict[str, object]]:
	found, after = [], BEGINNING
	while batch := outbox.batch(after, 1000):
		found += events_of(batch)
		after = batch.last
	return found


# the rule alone


@given(
	st.lists(
		st.tuples(st.integers(1, 40), st.sampled_from(["reading", "closed", "silent", "noisy"])), max_size=60
	)
)
def test_what_is_told_ascends_alternates_and_never_covers_a_blind_time(spans: list[tuple[int, str]]) -> None:
	sight, now, told, truth = Sight(None), 0, [], []
	for seconds, state in spans:
		for _ in range(seconds):
			now += SECOND
			truth.append((now, state))
			if (change := sight.look(state, now)) is not None:
				told.append(change)
				sight.tell(change[0], now)
	assert all(one[0] != other[0] for one, other in pairwise(told))
	assert all(one[1] <= other[1] for one, other in pairwise(told))
	for at, state in truth:
		said = [each for each, since in told if since <= at]
		if state != "reading" and said and said[-1] == "reading":
			# Only where it lasted for moments, or is too new to be certain
			around = [s for t, s in truth if abs(t - at) <= 2 * HOLD_NS]
			assert "reading" in around or at > now - 2 * HOLD_NS
