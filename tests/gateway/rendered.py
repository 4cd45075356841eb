"""Events rendered as the outbox renders them, and read back."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from gateway.messages import BOUNDED_EVENT_SQL, BOUNDS, EVENT_SQL, WATCH_SQL
from gateway.outbox import Batch

COLUMNS = ("seq", "terminal", "badge", "state", "at", "clock", "direction", "not_before", "not_after")


def rendered(events: Sequence[Mapping[str, Any]]) -> bytes:
	"""The JSON in which events travel, as SQLite makes it of rows."""
	with closing(sqlite3.connect(":memory:")) as database:
		database.execute(f"CREATE TABLE event ({', '.join(COLUMNS)})")
		return b"[%b]" % b",".join(_rendered(database, event) for event in events)


def _rendered(database: sqlite3.Connection, event: Mapping[str, Any]) -> bytes:
	database.execute("DELETE FROM event")
	database.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [*map(event.get, COLUMNS)])
	plain = BOUNDED_EVENT_SQL if event.keys() & BOUNDS else EVENT_SQL
	sql = WATCH_SQL if event.get("kind") == "watch" else plain
	((text,),) = database.execute(f"SELECT CAST({sql} AS BLOB) FROM event")  # noqa: S608  # our own constants
	return bytes(text)


def events_of(batch: Batch) -> list[dict[str, Any]]:
	"""The events of a batch."""
	events: list[dict[str, Any]] = json.loads(batch.events)
	assert len(events) == batch.size
	return events


def seqs_of(batch: Batch) -> list[int]:
	return [event["seq"] for event in events_of(batch)]
