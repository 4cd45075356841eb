"""From a badge's digest to a durable check-in, beside a bare SQLite commit of the same row on the same disk.

Both write one row a transaction, WAL and synchronous=FULL, in turns, so that what the disk does meanwhile hits both.
"""

import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from gateway.door import Door, Doorway, Enrolment
from gateway.doubletap import DoubleTaps
from gateway.outbox import Outbox
from gateway.roster import Roster

ROUNDS = 4000
WARM_UP = 200


class BenchClock:
	"""The machine's clock, taken for synchronised."""

	boot_id = "b0000000-0000-0000-0000-000000000000"

	def now(self) -> datetime:
		return datetime.now(UTC).astimezone()

	def boottime_ns(self) -> int:
		return time.clock_gettime_ns(time.CLOCK_BOOTTIME)

	def quality(self) -> str:
		return "synced"


def measure(rounds: int, directory: Path) -> tuple[list[float], list[float]]:
	"""Seconds of each bare commit, and of each decision at the door."""
	bare = sqlite3.connect(directory / "bare.db", isolation_level=None)
	bare.execute("PRAGMA journal_mode = WAL")
	bare.execute("PRAGMA synchronous = FULL")
	bare.execute(
		"CREATE TABLE row (seq INTEGER PRIMARY KEY, terminal, badge, at, clock, direction, boot_id, boottime_ns)"
	)
	clock = BenchClock()
	outbox = Outbox(directory, machine="bench", max_bytes=2**28, reserve_bytes=0)
	door = Door(
		outbox=outbox,
		clock=clock,
		roster=Roster(directory),
		double_taps=DoubleTaps(),
		badge_key=b"k" * 32,
		enrolment=Enrolment(lambda *_: None),
		changed=lambda: None,
		online=lambda: True,
	)
	doorway = Doorway("door", "in", 10.0)
	bare_s, door_s = [], []
	for number in range(rounds + WARM_UP):
		began = time.perf_counter()
		bare.execute("BEGIN IMMEDIATE")
		row = (
			None,
			"door",
			f"{number:032x}",
			"2026-11-23T08:29:58.123+01:00",
			"synced",
			"in",
			clock.boot_id,
			number,
		)
		bare.execute("INSERT INTO row VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
		bare.execute("COMMIT")
		between = time.perf_counter()
		answer = door.decide(doorway, f"{number:010X}")
		ended = time.perf_counter()
		assert answer.stored is not None
		bare_s.append(between - began)
		door_s.append(ended - between)
	bare.close()
	outbox.close()
	return bare_s[WARM_UP:], door_s[WARM_UP:]


def percentile(values: list[float], share: float) -> float:
	return sorted(values)[round(share * (len(values) - 1))]


def main() -> None:
	directory = Path(sys.argv[1]) if len(sys.argv) > 1 else None
	with tempfile.TemporaryDirectory(dir=directory) as place:
		bare, door = measure(ROUNDS, Path(place))
	for name, share, bound in (("p50", 0.5, 1.5), ("p99", 0.99, 1.3)):
		ours, theirs = percentile(door, share), percentile(bare, share)
		print(
			f"read-to-durable {name}: {ours * 1e3:.3f} ms, bare FULL commit {theirs * 1e3:.3f} ms,"
			f" ratio {ours / theirs:.2f} (aim: at most {bound})"
		)


if __name__ == "__main__":
	main()
