"""The nightly reconciliation of a year that is in order, beside the one query that fetches the year's exceptions.

5,000 learners and 200 school days (a million attendance records), from the same database in one run; SQLite here, MariaDB by
`site_ledger.py`. Wanted: within 2 x, with what the settings say of it.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import evaluation
from vsv_app.services import school as schools
from vsv_app.services.attendance import ledger
from vsv_app.services.school import SETTINGS
from vsv_app.stores.queries.attendance import check_ins, student_attendance
from vsv_app.stores.sqlite_store import SqliteStore
from vsv_app.stores.store import Store

WANTED, ROUNDS = 2.0, 5
GATEWAY = "BENCH-GATEWAY"


def main() -> int:
	with tempfile.TemporaryDirectory() as folder:
		store = SqliteStore(Path(folder) / "school.sqlite")
		days = evaluation.make_school(store, evaluation.LEARNERS)
		make_doors(store, days[0], days[-1])
		failed = measure(store, days[-1], "SQLite")
		store.close()
	return int(failed)


def make_doors(store: Store, first: date, last: date) -> None:
	"""A gateway that is heard of, and one check-in: from then on terminals keep attendance."""
	stamp = datetime.combine(first, datetime.min.time())
	with store.transaction():
		store.add_document(
			"Attendance Gateway",
			{
				"name": GATEWAY,
				"gateway_id": GATEWAY.lower(),
				"enabled": 1,
				"last_seen": datetime.combine(last, datetime.max.time()),
			},
		)
		row: dict[str, Any] = {
			**dict.fromkeys(check_ins.COLUMNS),
			"name": "BENCH-TAP", "owner": "Administrator", "creation": stamp, "modified": stamp,
			"modified_by": "Administrator", "docstatus": 0, "idx": 0, "gateway": GATEWAY, "terminal": "door", "seq": 1,
			"student": "BENCH-00000", "tapped_at": stamp, "school_day": first, "clock": "synced", "direction": "in",
			"outcome": "Unknown Badge", "received_at": stamp, "time_certainty": "Certain",
		}  # fmt: skip
		store.insert_rows("Badge Check In", list(row), [list(row.values())])
		store.set_single(SETTINGS, {"turnout_least": 50})


def measure(store: Store, last: date, database: str) -> bool:
	"""The ratio of a night in order to the one query. True: too slow."""
	now = datetime.combine(last + timedelta(days=1), datetime.min.time()) + timedelta(hours=4, minutes=20)
	school = schools.load(store)
	found = ledger.sum_up(store, school, now)
	print(
		f"{database}: {found.expected:,} learner days, {found.by_machine:,} by machine, missing {found.missing:,}"
	)

	def night() -> None:
		done = ledger.reconcile(store, school, now, since=now - timedelta(hours=24))
		assert not done.touched, "the year is in order"

	pairs = []
	for _ in range(ROUNDS):
		# In turns, so that what else the machine does hits all alike.
		pairs.append((_seconds(night), _seconds(lambda: _one_query(store, last))))
	ratio = median(one / other for one, other in pairs)
	print(
		f"{database}: reconciliation of a year in order {median(p[0] for p in pairs):.2f} s, the year's exceptions"
		f" {median(p[1] for p in pairs):.2f} s: {ratio:.2f} x (wanted {WANTED} or less)"
	)
	return ratio > WANTED


def _one_query(store: Store, last: date) -> None:
	student_attendance.exceptions(store, evaluation.FIRST, last)


def _seconds(work: Callable[[], object]) -> float:
	began = time.perf_counter()
	work()
	return time.perf_counter() - began


if __name__ == "__main__":
	sys.exit(main())
