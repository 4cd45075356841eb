"""Check-ins into SQLite through `services.ingest`, beside one raw multi-row INSERT of the same rows.

Both write to files of their own with WAL and synchronous=FULL, in turns. Wanted: at least half of the raw rate.
"""

import hashlib
import hmac
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from vsv_app.embedded import records
from vsv_app.embedded.school import make_school
from vsv_app.engine.gateways import messages
from vsv_app.services import school as schools
from vsv_app.services.attendance import ingest
from vsv_app.services.gateways.signed_message import Incoming
from vsv_app.stores.queries.attendance import check_ins
from vsv_app.stores.sqlite_store import SqliteStore

WANTED = 0.5
ROUNDS, BATCHES, BATCH = 7, 10, 1000
TODAY = datetime(2026, 11, 23, 8, 0)  # noqa: DTZ001 the school's own time
EPOCH = "0123456789abcdef"


def main() -> int:
	with tempfile.TemporaryDirectory() as folder:
		school = make_school(seed=1, today=TODAY.date(), weeks=1)
		ours = SqliteStore(Path(folder) / "ours.sqlite")
		raw = SqliteStore(Path(folder) / "raw.sqlite")
		keys = records.found(ours, school, [("door", "line")], TODAY)
		here, roster = schools.load(ours), ingest.Roster()
		cards = [learner.card for learner in school.learners]
		ratios, rates = [], []
		for number in range(ROUNDS):
			payloads = [_payload(keys, cards, number * BATCHES * BATCH + n * BATCH) for n in range(BATCHES)]
			took = _ours(ours, here, roster, payloads)
			rows = _rows(ours, number)
			bare = _raw(raw, rows)
			rates.append(len(rows) / took)
			ratios.append(bare / took)
	ratio = statistics.median(ratios)
	print(
		f"services.ingest: {statistics.median(rates):,.0f} rows/s, {ratio:.2f} x of the raw INSERT (wanted {WANTED} or more)"
	)
	return 0 if ratio >= WANTED else 1


def _ours(
	store: SqliteStore, here: schools.School, roster: ingest.Roster, payloads: Sequence[bytes]
) -> float:
	"""Seconds from the bytes of the messages to the commit of the last."""
	now = TODAY.replace(tzinfo=timezone.utc)
	topic = f"vsv/v1/{records.SCHOOL_CODE}/{records.GATEWAY}/checkins"
	began = time.perf_counter()
	for payload in payloads:
		taken = ingest.take_over(store, roster, Incoming(here, records.GATEWAY, topic, payload, now))
		assert taken.ack is not None
	return time.perf_counter() - began


def _raw(store: SqliteStore, rows: Sequence[Sequence[Any]]) -> float:
	"""Seconds for the same rows, in as many transactions, by the multi-row INSERT that SQLite's module offers."""
	began = time.perf_counter()
	for start in range(0, len(rows), BATCH):
		with store.transaction():
			store.insert_rows("Badge Check In", check_ins.COLUMNS, rows[start : start + BATCH])
	return time.perf_counter() - began


def _rows(store: SqliteStore, number: int) -> list[tuple[Any, ...]]:
	"""The rows that this round has written, as they were bound: text for dates."""
	query = check_ins.select(check_ins.CHECK_IN, *(check_ins.CHECK_IN[field] for field in check_ins.COLUMNS))
	first = number * BATCHES * BATCH
	rows = store.fetch(query.where(check_ins.CHECK_IN.seq > check_ins.VALUE), [first])
	return [tuple(str(value) if hasattr(value, "isoformat") else value for value in row) for row in rows]


def _payload(keys: records.Keys, cards: Sequence[str], before: int) -> bytes:
	badge_key = bytes.fromhex(keys.badge_key)
	events = [
		{
			"seq": before + n,
			"terminal": "door",
			"badge": hmac.new(badge_key, cards[n % len(cards)].encode(), hashlib.sha256).hexdigest()[:32],
			"at": (TODAY + timedelta(milliseconds=n * 7)).isoformat(timespec="milliseconds") + "+01:00",
			"clock": "synced",
			"direction": "unknown",
		}
		for n in range(1, BATCH + 1)
	]
	message = {
		"v": 1,
		"gateway": records.GATEWAY,
		"epoch": EPOCH,
		"first_seq": before + 1,
		"oldest_seq": before + 1,
		"events": events,
		"sent_at": "2026-11-23T08:00:10.000+01:00",
	}
	assert len(json.dumps(message)) < messages.MAX_BYTES
	return messages.sign(message, bytes.fromhex(keys.mac_key))


if __name__ == "__main__":
	sys.exit(main())
