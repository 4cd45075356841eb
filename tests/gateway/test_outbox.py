"""The store: durable, in order, no number used twice; through crashes, copies, backups, damage and a full disk."""

import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gateway.outbox import (
	BEGINNING,
	KEEP_CONFIRMED,
	Outbox,
	OutboxFull,
	OutboxInUse,
	Stored,
	Tap,
)
from tests.gateway.disks import mounted
from tests.gateway.rendered import events_of, seqs_of

MACHINE = "0" * 32
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def tap(badge: int = 1, *, clock: str = "synced", boottime_ns: int = 0, boot_id: str = "boot") -> Tap:
	return Tap("door", f"{badge:032x}", NOON, clock, "in", boot_id, boottime_ns)


def opened(
	directory: Path, *, machine: str = MACHINE, max_bytes: int = 2**26, reserve_bytes: int = 0
) -> Outbox:
	return Outbox(directory, machine=machine, max_bytes=max_bytes, reserve_bytes=reserve_bytes)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
	store = opened(tmp_path)
	store.prove({})
	yield store
	store.close()


def pending(store: Outbox) -> list[Stored]:
	found, after = [], BEGINNING
	while batch := store.batch(after, 7):
		found += [Stored(batch.epoch, seq) for seq in seqs_of(batch)]
		after = batch.last
	return found


def test_numbers_ascend_from_one_and_batches_hold_them_in_order(outbox: Outbox) -> None:
	given = [outbox.append(tap(number)) for number in range(20)]
	assert [each.seq for each in given] == list(range(1, 21))
	assert pending(outbox) == given


def test_a_batch_tells_the_oldest_number_that_is_still_held(outbox: Outbox) -> None:
	for number in range(5):
		outbox.append(tap(number))
	outbox.confirm(outbox.epoch, 2)
	batch = outbox.batch(BEGINNING, 100)
	assert batch is not None
	assert (batch.oldest_seq, seqs_of(batch)) == (3, [3, 4, 5])


def test_confirming_is_bounded_by_what_was_given_and_never_goes_back(outbox: Outbox) -> None:
	outbox.append(tap())
	assert outbox.confirm(outbox.epoch, 99) == (1, 1)
	assert outbox.confirm(outbox.epoch, 0) == (1, 1)
	assert outbox.confirm("f" * 16, 1) is None
	assert outbox.append(tap(2)).seq == 2


def test_tidying_keeps_the_newest_and_everything_unconfirmed(outbox: Outbox) -> None:
	extra = 30
	for number in range(KEEP_CONFIRMED + extra):
		outbox.append(tap(number))
	outbox.confirm(outbox.epoch, KEEP_CONFIRMED + extra - 5)
	outbox.tidy()
	with closing(sqlite3.connect(outbox.path)) as connection:
		(lowest, count) = connection.execute("SELECT min(seq), count(*) FROM check_in").fetchone()
	assert (lowest, count) == (extra + 1, KEEP_CONFIRMED)
	assert len(pending(outbox)) == 5


def test_threads_get_numbers_without_gaps_or_repeats(outbox: Outbox) -> None:
	given: list[Stored] = []
	threads = [
		threading.Thread(target=lambda: given.extend(outbox.append(tap(n)) for n in range(50)))
		for _ in range(4)
	]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	assert sorted(each.seq for each in given) == list(range(1, 201))
	assert len(pending(outbox)) == 200


def test_a_copy_on_another_machine_numbers_under_a_new_epoch_and_still_sends_the_old(tmp_path: Path) -> None:
	store = opened(tmp_path)
	old = store.append(tap(1))
	store.close()
	copy = opened(tmp_path, machine="1" * 32)
	copy.prove({})
	new = copy.append(tap(2))
	assert new.epoch != old.epoch
	assert pending(copy) == [old, new]
	assert "store_moved" in copy.alarms
	copy.close()


def test_a_copied_file_is_noticed_on_the_same_machine(tmp_path: Path) -> None:
	store = opened(tmp_path)
	old = store.append(tap(1))
	store.close()
	original = tmp_path / "outbox.db"
	shutil.copy(original, tmp_path / "copy")
	(tmp_path / "copy").replace(original)
	copy = opened(tmp_path)
	assert copy.epoch != old.epoch
	copy.close()


def test_an_acknowledgement_of_what_was_never_sent_moves_the_new_rows_to_a_new_epoch(tmp_path: Path) -> None:
	store = opened(tmp_path)
	store.prove({})
	old = store.append(tap(1))
	store.close()
	store = opened(tmp_path)
	first, second = store.append(tap(2)), store.append(tap(3))
	assert pending(store) == [old], "nothing new goes out before the proof"
	assert not store.prove({old.epoch: 9})
	assert {first.epoch, second.epoch} == {old.epoch}
	moved = pending(store)
	assert moved[0] == old
	assert [each.seq for each in moved[1:]] == [1, 2]
	assert {each.epoch for each in moved[1:]} == {store.epoch} != {old.epoch}
	assert store.append(tap(4)) == (store.epoch, 3)
	assert "store_rolled_back" in store.alarms
	store.close()


def test_a_read_is_written_through_to_the_medium_before_it_counts_as_stored(outbox: Outbox) -> None:
	"""A killed process does not show it, only a power cut does: what SQLite promises for this setting is relied on."""
	full = 2
	assert outbox._writer.execute("PRAGMA synchronous").fetchone() == (full,)
	assert outbox._writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_second_process_is_refused(tmp_path: Path) -> None:
	store = opened(tmp_path)
	with pytest.raises(OutboxInUse):
		opened(tmp_path)
	store.close()


def test_every_file_is_private(tmp_path: Path) -> None:
	store = opened(tmp_path, reserve_bytes=4096)
	store.append(tap())
	modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
	store.close()
	assert set(modes.values()) == {0o600}, modes


@pytest.mark.parametrize("damage", ["zeroed", "noise", "cut", "empty"])
def test_a_damaged_store_is_put_aside_and_what_can_be_read_keeps_its_number(
	tmp_path: Path, damage: str
) -> None:
	store = opened(tmp_path)
	given = {store.append(tap(number)) for number in range(400)}
	store.close()
	path = tmp_path / "outbox.db"
	data = bytearray(path.read_bytes())
	middle = len(data) // 2 // 4096 * 4096
	if damage == "zeroed":
		data[middle : middle + 4096] = bytes(4096)
	elif damage == "noise":
		data[middle : middle + 8192] = b"\xa5" * 8192
	elif damage == "cut":
		del data[middle:]
	else:
		data = bytearray(b"x" * 5000)
	path.write_bytes(bytes(data))
	again = opened(tmp_path)
	again.prove({})
	assert "store_recovered" in again.alarms
	saved = set(pending(again))
	assert saved <= given
	assert saved or damage in {"empty", "cut"}
	assert list(tmp_path.glob("outbox.db.broken-*"))
	fresh = again.append(tap(1))
	assert fresh not in given
	again.close()


def test_a_rescue_that_was_cut_short_is_finished_at_the_next_start(tmp_path: Path) -> None:
	store = opened(tmp_path)
	given = [store.append(tap(number)) for number in range(400)]
	store.close()
	path = tmp_path / "outbox.db"
	sound = path.read_bytes()
	path.write_bytes(sound[:8192] + b"\xa5" * 4096 + sound[12288:])
	opened(tmp_path).close()
	saved = path.rename(tmp_path / "outbox.db.saved")  # the power went before its last step
	again = opened(tmp_path)
	again.prove({})
	assert "store_recovered" in again.alarms
	assert pending(again)
	assert set(pending(again)) <= set(given)
	assert not saved.exists()
	again.close()


def test_a_log_that_lost_its_store_is_not_read_into_a_new_one(tmp_path: Path) -> None:
	store = opened(tmp_path)
	store.append(tap(1))
	log = (tmp_path / "outbox.db-wal").read_bytes()
	store.close()
	(tmp_path / "outbox.db").unlink()
	(tmp_path / "outbox.db-wal").write_bytes(log)
	fresh = opened(tmp_path)
	fresh.prove({})
	assert pending(fresh) == []
	assert fresh.append(tap(2)).seq == 1
	assert [path.read_bytes() for path in tmp_path.glob("outbox.db.broken-*-wal")] == [log]
	fresh.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
	"""A disk of 2 MiB."""
	disk = tmp_path / "disk"
	with mounted(disk, "size=2m"):
		yield disk


def fill(disk: Path) -> Path:
	hog = disk / "hog"
	with pytest.raises(OSError, match="No space left"):
		hog.write_bytes(bytes(2**21))
	return hog


def test_a_disk_that_is_full_at_the_start_takes_the_store_for_sound_and_lives_on_the_reserve(
	small_disk: Path,
) -> None:
	store = opened(small_disk, reserve_bytes=2**18)
	given = [store.append(tap(number)) for number in range(5)]
	store.close()
	fill(small_disk)
	again = opened(small_disk, reserve_bytes=2**18)
	again.prove({})
	assert "disk_full" in again.alarms
	assert pending(again) == given
	assert again.append(tap(9)) == Stored(given[0].epoch, 6)
	assert not list(small_disk.glob("*broken*"))
	again.close()


def appended_until_full(store: Outbox) -> int:
	for count in range(10_000):
		try:
			store.append(tap())
		except OutboxFull:
			return count
	pytest.fail("the disk never fills")


def test_a_disk_that_fills_leaves_the_door_its_reserve(small_disk: Path) -> None:
	taken = []
	for reserve_bytes in (0, 2**18):
		store = opened(small_disk, reserve_bytes=reserve_bytes)
		store.append(tap())
		hog = fill(small_disk)
		taken.append(appended_until_full(store))
		assert "disk_full" in store.alarms
		hog.unlink()
		store.tidy()
		assert "disk_full" not in store.alarms
		store.close()
	without, with_reserve = taken
	assert with_reserve >= without + 20


def test_a_disk_that_is_full_at_the_start_and_has_no_reserve_leaves_everything_for_later(
	small_disk: Path,
) -> None:
	store = opened(small_disk)
	given = [store.append(tap(number)) for number in range(5)]
	store.close()
	hog = fill(small_disk)
	for _ in range(2):
		with pytest.raises(OutboxFull):
			opened(small_disk)
	hog.unlink()
	again = opened(small_disk)
	again.prove({})
	assert pending(again) == given
	assert again.alarms == {}
	again.close()


def test_a_full_store_refuses_damages_nothing_and_takes_more_after_a_confirmation(tmp_path: Path) -> None:
	store = opened(tmp_path, max_bytes=128 * 1024)
	store.prove({})
	given: list[Stored] = []
	for number in range(10_000):
		try:
			given.append(store.append(tap(number)))
		except OutboxFull:
			break
	assert 100 < len(given) < 10_000
	with pytest.raises(OutboxFull):
		store.append(tap())
	assert pending(store) == given
	assert store.backlog().filling
	store.confirm(store.epoch, len(given))
	assert store.append(tap()).seq == len(given) + 1
	store.close()


def test_reads_with_an_unset_clock_get_their_true_time_when_it_is_known(outbox: Outbox) -> None:
	outbox.append(tap(1, clock="unsynced", boottime_ns=10 * 10**9))
	outbox.append(tap(2, clock="unsynced", boottime_ns=70 * 10**9, boot_id="an earlier boot"))
	later = NOON + timedelta(days=400)
	assert outbox.redate(later, "boot", 130 * 10**9) == 1
	batch = outbox.batch(BEGINNING, 10)
	assert batch is not None
	first, second = events_of(batch)
	# Read at 10 s, known at 130 s, so 120 s earlier
	assert (first["at"], first["clock"]) == (
		(later - timedelta(seconds=120)).isoformat(timespec="milliseconds"),
		"synced",
	)
	assert (second["at"], second["clock"]) == (NOON.isoformat(timespec="milliseconds"), "unsynced")


def test_a_time_that_was_sent_never_changes(outbox: Outbox) -> None:
	outbox.append(tap(1, clock="unsynced"))
	batch = outbox.batch(BEGINNING, 10)
	assert batch is not None
	assert batch.undated == 1
	outbox.settle_dates(batch)
	assert outbox.redate(NOON + timedelta(days=9), "boot", 10**12) == 0
	again = outbox.batch(BEGINNING, 10)
	assert again is not None
	assert (again.events, again.undated) == (batch.events, 0)


def test_a_command_is_new_once_also_after_a_restart(tmp_path: Path) -> None:
	store = opened(tmp_path)
	assert store.command_is_new("a", NOON, NOON)
	assert not store.command_is_new("a", NOON, NOON)
	store.close()
	store = opened(tmp_path)
	assert not store.command_is_new("a", NOON, NOON)
	assert store.command_is_new("b", NOON, NOON)
	store.close()


class Crashes(RuleBasedStateMachine):
	"""Any order of taps, confirmations, tidying, clean ends and crashes (the files as they are, locks gone)."""

	def __init__(self) -> None:
		super().__init__()
		self.directory = Path(tempfile.mkdtemp())
		self.store = opened(self.directory)
		self.store.prove({})
		self.given: list[Stored] = []
		self.confirmed: dict[str, int] = {}

	@rule(badge=st.integers(0, 5))
	def tap(self, badge: int) -> None:
		self.given.append(self.store.append(tap(badge)))

	@rule(data=st.data())
	def confirm(self, data: st.DataObject) -> None:
		if self.given:
			upto = data.draw(st.sampled_from(self.given))
			self.store.confirm(upto.epoch, upto.seq)
			self.confirmed[upto.epoch] = max(upto.seq, self.confirmed.get(upto.epoch, 0))

	@rule()
	def tidy(self) -> None:
		self.store.tidy()

	@rule()
	def crash(self) -> None:
		# A killed process leaves the database and its log, and nothing of what it held in memory
		after = Path(tempfile.mkdtemp())
		for path in self.directory.iterdir():
			if not path.name.endswith("-shm"):
				os.link(path, after / path.name)
		wal = after / "outbox.db-wal"
		if wal.exists():
			content = wal.read_bytes()
			wal.unlink()
			self.store.close()
			wal.write_bytes(content)
		else:
			self.store.close()
		shutil.rmtree(self.directory)
		self.directory = after
		self.store = opened(self.directory)
		self.store.prove(self.confirmed)

	@rule()
	def restart(self) -> None:
		self.store.close()
		self.store = opened(self.directory)
		self.store.prove(self.confirmed)

	@rule()
	def move_to_another_machine(self) -> None:
		self.store.close()
		self.store = opened(self.directory, machine=os.urandom(16).hex())
		self.store.prove(self.confirmed)

	@invariant()
	def nothing_is_lost_reordered_or_numbered_twice(self) -> None:
		assert len(set(self.given)) == len(self.given)
		assert pending(self.store) == [
			each for each in self.given if each.seq > self.confirmed.get(each.epoch, 0)
		]

	def teardown(self) -> None:
		self.store.close()
		shutil.rmtree(self.directory)


TestCrashes = Crashes.TestCase
TestCrashes.settings = settings(max_examples=settings.default.max_examples * 2 // 5, stateful_step_count=25)
