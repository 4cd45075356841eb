"""Check-ins rendered as the outbox renders them, and read back."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from gateway.messages import EVENT_SQL
from gateway.outbox import Batch

COLUMNS = ("seq", "terminal", "badge", "at", "clock", "direction")


def rendered(events: Sequence[Mapping[str, Any]]) -> bytes:
	"""The JSON in which check-ins travel, as SQLite makes it of rows; each event has all of COLUMNS."""
	with closing(sqlite3.connect(":memory:")) as database:
		database.execute(f"CREATE TABLE check_in ({', '.join(COLUMNS)})")
		rows = [[event[column] for column in COLUMNS] for event in events]
		database.executemany("INSERT INTO check_in VALUES (?, ?, ?, ?, ?, ?)", rows)
		((text,),) = database.execute(f"SELECT CAST(group_concat({EVENT_SQL}) AS BLOB) FROM check_in")  # noqa: S608
	return b"[%b]" % text


def events_of(batch: Batch) -> list[dict[str, Any]]:
	"""The check-ins of a batch."""
	events: list[dict[str, Any]] = json.loads(batch.events)
	assert len(events) == batch.size
	return events


def seqs_of(batch: Batch) -> list[int]:
	return [event["seq"] for event in events_of(batch)]
