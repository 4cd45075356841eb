"""Check-ins into MariaDB through `services.ingest` on a real site, beside one raw multi-row INSERT of the same rows.

Both commit every thousand rows, in turns; everything that is written goes again. Wanted: at least half of the raw rate.
VSV_SITE names the site; run in the bench's `sites` folder.
"""

import os
import secrets
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import frappe

from vsv_app.engine.gateways import messages
from vsv_app.services import school
from vsv_app.services.attendance import ingest
from vsv_app.services.gateways.signed_message import Incoming
from vsv_app.stores.frappe_store import FrappeStore, frappe_session
from vsv_app.stores.queries.attendance import check_ins
from vsv_app.tests import factories

WANTED = 0.5
ROUNDS, BATCHES, BATCH = 7, 5, 1000
MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))


def main() -> int:
	with frappe_session(os.environ["VSV_SITE"]) as store:
		gateway = factories.make_gateway()
		_group, learners = factories.make_group(600)
		frappe.db.commit()
		key = secrets.token_hex(32)
		store.set_secret("Attendance Gateway", gateway, "mac_key", key)
		digests = [secrets.token_hex(16) for _ in learners]
		badges = [
			[f"_test-{one}", who, who, "Active", one] for one, who in zip(digests, learners, strict=True)
		]
		factories._rows("Student Badge", ["student", "student_name", "status", "badge_digest"], badges)
		frappe.db.commit()
		try:
			ratio = _measure(store, gateway, bytes.fromhex(key), digests)
		finally:
			_clean(gateway, learners)
	return 0 if ratio >= WANTED else 1


def _measure(store: FrappeStore, gateway: str, key: bytes, digests: Sequence[str]) -> float:
	here, roster = school.load(store), ingest.Roster()
	ratios, rates = [], []
	for number in range(ROUNDS):
		epoch = secrets.token_hex(8)
		payloads = [_payload(gateway, epoch, key, digests, batch * BATCH) for batch in range(BATCHES)]
		began = time.perf_counter()
		for payload in payloads:
			taken = ingest.take_over(store, roster, Incoming(here, gateway, "bench", payload, MORNING))
			assert taken.ack is not None
		ours = time.perf_counter() - began
		rows = _rows(store, epoch)
		assert len(rows) == BATCHES * BATCH
		frappe.db.delete("Badge Check In", {"epoch": epoch})
		frappe.db.commit()
		bare = _raw(rows)
		if number:  # the first round warms both up
			rates.append(len(rows) / ours)
			ratios.append(bare / ours)
	ratio = statistics.median(ratios)
	print(
		f"services.ingest on the site: {statistics.median(rates):,.0f} rows/s, {ratio:.2f} x of the raw INSERT (wanted {WANTED} or more)"
	)
	return ratio


def _raw(rows: Sequence[Sequence[Any]]) -> float:
	names = ", ".join(f"`{column}`" for column in check_ins.COLUMNS)
	one = f"({', '.join(['%s'] * len(check_ins.COLUMNS))})"
	began = time.perf_counter()
	for start in range(0, len(rows), BATCH):
		some = rows[start : start + BATCH]
		statement = f"INSERT INTO `tabBadge Check In` ({names}) VALUES {', '.join([one] * len(some))}"  # noqa: S608 names from our own schema
		frappe.db.sql(statement, tuple(chain.from_iterable(some)))
		frappe.db.commit()
	return time.perf_counter() - began


def _rows(store: FrappeStore, epoch: str) -> list[tuple[Any, ...]]:
	c = check_ins.CHECK_IN
	query = check_ins.select(c, *(c[field] for field in check_ins.COLUMNS)).where(c.epoch == check_ins.VALUE)
	return [
		tuple(str(value) if hasattr(value, "isoformat") else value for value in row)
		for row in store.fetch(query, [epoch])
	]


def _payload(gateway: str, epoch: str, key: bytes, digests: Sequence[str], before: int) -> bytes:
	events = [
		{
			"seq": before + n,
			"terminal": "door",
			"badge": digests[n % len(digests)],
			"at": (MORNING + timedelta(milliseconds=7 * n)).isoformat(timespec="milliseconds"),
			"clock": "synced",
			"direction": "unknown",
		}
		for n in range(1, BATCH + 1)
	]
	message = {
		"v": 1,
		"gateway": gateway,
		"epoch": epoch,
		"first_seq": before + 1,
		"oldest_seq": before + 1,
		"events": events,
	}
	return messages.sign({**message, "sent_at": MORNING.isoformat()}, key)


def _clean(gateway: str, learners: Sequence[str]) -> None:
	for doctype in ("Badge Check In", "Gateway Epoch", "Set Aside Message"):
		frappe.db.delete(doctype, {"gateway": gateway})
	frappe.db.delete("Student Badge", {"student": ("in", learners)})
	frappe.db.delete("Student Group Student", {"student": ("in", learners)})
	frappe.db.delete("Student", {"name": ("in", learners)})
	frappe.delete_doc("Attendance Gateway", gateway, force=True)
	frappe.db.commit()


if __name__ == "__main__":
	sys.exit(main())
