"""What the outbox knows of time: dating events of an unset clock, and until when the gateway is known to have run.

A Pi without a clock of its own wakes up at the time of its last shutdown. So a time is believed only where something set
the clock. Within one start of the machine (`boot_id`) `boottime_ns` tells how much later something was, and dates exactly
what was read before the time was known. Where power was cut before that, it is certain only that an event was later than
the last time known before its start, and earlier than the beginning of a later start in which the time is known.
"""

import math
import sqlite3
from datetime import datetime, timedelta
from typing import NamedTuple

from gateway.messages import rfc3339

TABLES = ("check_in", "watch")


class LastAlive(NamedTuple):
	"""The last moment at which a gateway is known to have worked on this store."""

	at: datetime
	clock: str
	boot_id: str
	boottime_ns: int
	knew_the_time: bool
	"""Whether the time was known in that start of the machine."""


def date(writer: sqlite3.Connection, now: datetime, boot_id: str, boottime_ns: int, clock: str) -> int:
	"""Give undated events of this start of the machine their true time; returns how many."""
	dated = 0
	for table in TABLES:
		rows = writer.execute(
			f"SELECT epoch_no, seq, boottime_ns FROM {table} WHERE redatable = 1 AND boot_id = ?",  # noqa: S608  # names of ours
			(boot_id,),
		).fetchall()
		writer.executemany(
			f"UPDATE {table} SET at = ?, clock = ?, redatable = 0 WHERE epoch_no = ? AND seq = ?",  # noqa: S608
			((rfc3339(_earlier(now, boottime_ns - then)), clock, number, seq) for number, seq, then in rows),
		)
		dated += len(rows)
	return dated


def bound_earlier(writer: sqlite3.Connection, now: datetime, boot_id: str, boottime_ns: int) -> None:
	"""Say of undated events of earlier starts between which times they were: the time is known in this one."""
	began = _earlier(now, boottime_ns)
	for table in TABLES:
		for number, seq, other, then in writer.execute(
			f"SELECT epoch_no, seq, boot_id, boottime_ns FROM {table} WHERE redatable = 1 AND boot_id <> ?",  # noqa: S608
			(boot_id,),
		).fetchall():
			ran_on_ns = max(_ran_until_ns(writer, other) - then, 0)
			_bound(writer, table, number, seq, _known_before(writer, other, then), _earlier(began, ran_on_ns))
	writer.execute("UPDATE boot SET known_at = ? WHERE boot_id = ?", (rfc3339(now), boot_id))
	_forget_starts(writer, boot_id)


def settle(writer: sqlite3.Connection, epoch_no: int, first_seq: int, last_seq: int) -> None:
	"""Say of undated events of a batch that goes out after which time they were."""
	for table in TABLES:
		for seq, boot_id, then in writer.execute(
			f"SELECT seq, boot_id, boottime_ns FROM {table} WHERE epoch_no = ? AND seq BETWEEN ? AND ? AND redatable = 1",  # noqa: S608
			(epoch_no, first_seq, last_seq),
		).fetchall():
			_bound(writer, table, epoch_no, seq, _known_before(writer, boot_id, then), None)


def enter_boot(writer: sqlite3.Connection, boot_id: str) -> None:
	"""Note this start of the machine, and which time was known before it."""
	if writer.execute("SELECT 1 FROM boot WHERE boot_id = ?", (boot_id,)).fetchone() is None:
		known = _last_known(writer)
		writer.execute(
			"INSERT INTO boot (boot_id, known_before) VALUES (?, ?)", (boot_id, known and rfc3339(known))
		)
		_forget_starts(writer, boot_id)


def last_alive(connection: sqlite3.Connection) -> LastAlive | None:
	"""The latest of the notes and of the newest events, by start of the machine and then by the time since it."""
	starts = dict(connection.execute("SELECT boot_id, no FROM boot").fetchall())
	rows = connection.execute(
		"SELECT alive_at, alive_clock, boot_id, alive_ns FROM boot WHERE alive_at IS NOT NULL"
	).fetchall()
	for newest in (
		"SELECT at, clock, boot_id, boottime_ns FROM check_in ORDER BY epoch_no DESC, seq DESC LIMIT 1",
		"SELECT at, clock, boot_id, boottime_ns FROM watch WHERE state <> 'off' ORDER BY epoch_no DESC, seq DESC LIMIT 1",
	):
		rows += connection.execute(newest).fetchall()
	# A start that is not noted is one in which an older gateway worked on this store, after those that are
	alive = max(rows, key=lambda row: (starts.get(row[2], math.inf), row[3]), default=None)
	at = _moment(alive[0]) if alive else None
	if alive is None or at is None:
		return None
	known = connection.execute("SELECT known_at FROM boot WHERE boot_id = ?", (alive[2],)).fetchone()
	_at, clock, boot_id, boottime_ns = alive
	return LastAlive(at, clock, boot_id, boottime_ns, clock != "unsynced" or bool(known and known[0]))


def note_alive(connection: sqlite3.Connection, at: str, clock: str, boot_id: str, boottime_ns: int) -> None:
	"""A gateway ran until this moment, and what is stored is all that its doors saw until then."""
	connection.execute(
		"INSERT INTO boot (boot_id, alive_at, alive_clock, alive_ns) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT (boot_id) DO UPDATE SET alive_at = ?2, alive_clock = ?3, alive_ns = ?4",
		(boot_id, at, clock, boottime_ns),
	)
	if clock != "unsynced":
		connection.execute("UPDATE boot SET known_at = ? WHERE boot_id = ?", (at, boot_id))


def _forget_starts(writer: sqlite3.Connection, but: str) -> None:
	"""Earlier starts of which no event waits for its time are of no more use."""
	writer.execute(
		"DELETE FROM boot WHERE boot_id <> ? AND boot_id NOT IN (SELECT boot_id FROM check_in WHERE redatable = 1"
		" UNION SELECT boot_id FROM watch WHERE redatable = 1)",
		(but,),
	)


def _last_known(writer: sqlite3.Connection) -> datetime | None:
	"""The last time that is certain: of a note, or of a check-in or watch that has a known time."""
	found = [known for row in writer.execute("SELECT known_at, known_before FROM boot") for known in row]
	for table in TABLES:
		found += [
			at
			for (at,) in writer.execute(
				f"SELECT at FROM {table} WHERE clock <> 'unsynced' ORDER BY epoch_no DESC, seq DESC LIMIT 1"  # noqa: S608  # names of ours
			)
		]
	return max((moment for at in found if (moment := _moment(at)) is not None), default=None)


def _known_before(writer: sqlite3.Connection, boot_id: str, then_ns: int) -> datetime | None:
	"""The earliest that something can have been that came so long after a start of the machine."""
	row = writer.execute("SELECT known_before FROM boot WHERE boot_id = ?", (boot_id,)).fetchone()
	known = _moment(row[0]) if row else None
	return known + timedelta(microseconds=then_ns / 1000) if known is not None else None


def _ran_until_ns(writer: sqlite3.Connection, boot_id: str) -> int:
	"""How long a start of the machine is known to have lasted."""
	ends = [
		row[0]
		for table, column in (("boot", "alive_ns"), ("check_in", "boottime_ns"), ("watch", "boottime_ns"))
		for row in writer.execute(f"SELECT max({column}) FROM {table} WHERE boot_id = ?", (boot_id,))  # noqa: S608  # names of ours
	]
	return max((end for end in ends if end is not None), default=0)


def _bound(
	writer: sqlite3.Connection,
	table: str,
	epoch_no: int,
	seq: int,
	not_before: datetime | None,
	not_after: datetime | None,
) -> None:
	if not_before is not None and not_after is not None and not_before > not_after:
		not_before = None  # a clock was set wrong then; what is known now is believed
	bounds = [bound and rfc3339(bound) for bound in (not_before, not_after)]
	if table == "check_in":
		if any(bounds):
			writer.execute("INSERT OR REPLACE INTO bounds VALUES (?, ?, ?, ?)", (epoch_no, seq, *bounds))
		writer.execute("UPDATE check_in SET redatable = 0 WHERE epoch_no = ? AND seq = ?", (epoch_no, seq))
	else:
		writer.execute(
			"UPDATE watch SET redatable = 0, not_before = ?, not_after = ? WHERE epoch_no = ? AND seq = ?",
			(*bounds, epoch_no, seq),
		)


def _earlier(moment: datetime, by_ns: int) -> datetime:
	return moment - timedelta(microseconds=by_ns / 1000)


def _moment(text: str | None) -> datetime | None:
	try:
		return datetime.fromisoformat(text) if text else None
	except ValueError:
		return None  # damaged on the medium
