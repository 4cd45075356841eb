"""Events between the doors and the school's database: one SQLite file that survives kill -9, power cuts and full disks.

Events are check-ins, and watches: from when on a terminal could read, or why not. Both are numbered in one row. An event is identified for ever by (epoch, seq). An epoch belongs to one file on one machine: a file that was
copied to another machine, or put back from a backup, numbers new check-ins under a new epoch. A row stays until
the app acknowledges it. What the broker has taken is no business of the file: a re-send changes nothing.

	OutboxError
	├── OutboxFull       no room, and nothing that may be dropped: the read was not stored
	├── OutboxFailed     the file cannot be written for another reason: the read was not stored
	└── OutboxInUse      another gateway process works on this directory
"""

import errno
import fcntl
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from gateway import outbox_dates, outbox_file
from gateway.messages import BOUNDED_EVENT_SQL, MAX_BYTES, MAX_SEQ, is_event, rfc3339

P = ParamSpec("P")
T = TypeVar("T")

FILE_NAME = "outbox.db"
KEEP_CONFIRMED = (
	500  # so that double taps are still known after a restart, and a person can look back a little
)
PRUNE_CHUNK = 1000  # rows deleted in one go; a read that arrives meanwhile waits for one chunk at most
FILLING_SHARE = 0.8
HEADING_BYTES = 1024  # of a message, beside its events
_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE})


class OutboxError(Exception):
	"""A read that was not stored, or a store that cannot be opened; `detail` is for a log line."""

	def __init__(self, detail: str) -> None:
		super().__init__(detail)
		self.detail = detail


class OutboxFull(OutboxError):
	"""There is no room."""


class OutboxFailed(OutboxError):
	"""The file cannot be written."""


class OutboxInUse(OutboxError):
	"""Another process holds the store."""


@dataclass(frozen=True)
class Tap:
	"""A read to be stored. `badge` is the digest; `boottime_ns` counts within `boot_id`."""

	terminal: str
	badge: str
	at: datetime
	clock: str
	direction: str
	boot_id: str
	boottime_ns: int


@dataclass(frozen=True)
class StateChange:
	"""A watch event to be stored: from `at` on the terminal is in `state`. `boottime_ns` counts within `boot_id`."""

	terminal: str
	state: str
	at: datetime
	clock: str
	boot_id: str
	boottime_ns: int


class Stored(NamedTuple):
	"""The name of an event, for ever."""

	epoch: str
	seq: int


class Position(NamedTuple):
	"""A place in the order of sending. Epochs of a file are numbered in the order of their making."""

	epoch_no: int
	seq: int


BEGINNING = Position(0, 0)


class Batch(NamedTuple):
	"""Unconfirmed events of one epoch, ascending, as the JSON in which they travel.

	`oldest_seq` is the lowest number still held; `undated` tells how many may still get a better time.
	"""

	epoch_no: int
	epoch: str
	oldest_seq: int
	first_seq: int
	last_seq: int
	size: int
	undated: int
	events: bytes

	@property
	def last(self) -> Position:
		return Position(self.epoch_no, self.last_seq)


class RecentTap(NamedTuple):
	badge: str
	direction: str
	boottime_ns: int


@dataclass(frozen=True)
class Backlog:
	"""What waits for the app. `oldest_at` is None when nothing waits."""

	count: int
	oldest_at: datetime | None
	store_bytes: int
	filling: bool


class _Ticket:
	"""An event on its way into a commit that it shares with those that arrived in the same moment."""

	__slots__ = ("done", "error", "event", "stored")

	def __init__(self, event: Tap | StateChange) -> None:
		self.event = event
		self.done = False
		self.stored: Stored | None = None
		self.error: OutboxError | None = None


def _making_room(method: Callable[Concatenate["Outbox", P], T]) -> Callable[Concatenate["Outbox", P], T]:
	"""For what is written beside check-ins: on a full disk the reserve is given up for it; raises OutboxFull or OutboxFailed."""

	@wraps(method)
	def tried(outbox: "Outbox", /, *args: P.args, **kwargs: P.kwargs) -> T:
		try:
			try:
				return method(outbox, *args, **kwargs)
			except sqlite3.Error as error:
				if not _is_full(error):
					raise
				outbox.give_up_reserve()
				return method(outbox, *args, **kwargs)
		except sqlite3.Error as error:
			kind = OutboxFull if _is_full(error) else OutboxFailed
			raise kind(f"the store cannot be written: {error}") from error

	return tried


class Outbox:
	"""Open on `directory` until `close`. Any thread may call any method; `append` never waits for a reader."""

	def __init__(self, directory: Path, *, machine: str, max_bytes: int, reserve_bytes: int) -> None:
		self.path = directory / FILE_NAME
		self.alarms: dict[str, str] = {}
		self._max_bytes = max_bytes
		self._reserve = outbox_file.Reserve(directory / "outbox.reserve", reserve_bytes)
		self._write_lock = threading.Lock()
		self._queue_lock = threading.Lock()
		self._side_lock = threading.Lock()
		self._queue: list[_Ticket] = []
		self._epoch_no, self._epoch, self._last_seq = 0, "", 0
		self._may_redate = False
		self.refusals = 0
		self._lacks_room = False
		self.refusing_since_ns: int | None = None
		self.last_stored_ns = 0
		try:
			directory.mkdir(parents=True, exist_ok=True)
			self._lock_file = _lock(directory / "outbox.lock")
		except OSError as error:
			raise OutboxFailed(f"the store cannot be opened: {error}") from error
		try:
			self._open_making_room(machine)
		except (sqlite3.Error, OSError) as error:
			os.close(self._lock_file)
			kind = OutboxFull if _is_full(error) else OutboxFailed
			raise kind(f"the store {self.path} cannot be opened: {error}") from error

	def close(self) -> None:
		with self._write_lock, self._side_lock:
			self._side.close()
			self._writer.close()
		os.close(self._lock_file)

	@property
	def epoch(self) -> str:
		"""The epoch under which new check-ins are numbered."""
		return self._epoch

	def append(self, event: Tap | StateChange) -> Stored:
		"""Store an event; when this returns it survives a power cut. Raises OutboxFull or OutboxFailed.

		`refusals` counts the reads that were refused; `refusing_since_ns` is the first since one was stored.
		"""
		return self.append_together([event])[0]

	def append_together(self, events: Sequence[Tap | StateChange]) -> list[Stored]:
		"""As `append`, for several in one commit and in their order."""
		tickets = [_Ticket(event) for event in events]
		with self._queue_lock:
			self._queue += tickets
		ticket = tickets[-1]
		with self._write_lock:
			if not ticket.done:
				with self._queue_lock:
					together, self._queue = self._queue, []
				self._store(together)
		stored = []
		for ticket in tickets:
			if ticket.error is not None:
				raise ticket.error
			assert ticket.stored is not None  # noqa: S101  # a ticket that is done has one or the other
			stored.append(ticket.stored)
		return stored

	def batch(self, after: Position, limit: int) -> Batch | None:
		"""The next unconfirmed check-ins behind `after`, of one epoch, at most `limit`; None when there are none."""
		with self._side_lock:
			epochs = self._side.execute(
				"SELECT no, epoch, confirmed_seq, coalesce(unproven_from, ?) FROM epoch"
				" WHERE no >= ? AND (confirmed_seq < last_seq OR no = ?) ORDER BY no",
				(MAX_SEQ + 1, after.epoch_no, self._epoch_no),
			).fetchall()
			for number, epoch, confirmed, end in epochs:
				begin = max(confirmed, after.seq if number == after.epoch_no else 0)
				first, last, size, undated, events = self._side.execute(
					_BATCH, (number, begin, end, limit)
				).fetchone()
				# Bounds make events longer than as many as a message may hold would fit
				while events is not None and len(events) > MAX_BYTES - HEADING_BYTES:
					first, last, size, undated, events = self._side.execute(
						_BATCH, (number, begin, end, size // 2)
					).fetchone()
				if first is not None:
					(oldest,) = self._side.execute(_OLDEST, (number, confirmed)).fetchone()
					return Batch(number, epoch, oldest, first, last, size, undated, b"[%b]" % events)
		return None

	@_making_room
	def confirm(self, epoch: str, seq: int) -> Position | None:
		"""The app holds everything of `epoch` up to `seq`. Returns how far the epoch is confirmed; None if not ours."""
		with self._side_writing() as side:
			side.execute(
				"UPDATE epoch SET confirmed_seq = min(?, last_seq) WHERE epoch = ? AND confirmed_seq < min(?, last_seq)",
				(seq, epoch, seq),
			)
			if side.execute("SELECT changes()").fetchone()[0]:
				self.refusing_since_ns = None  # what is confirmed makes room
			row = side.execute("SELECT no, confirmed_seq FROM epoch WHERE epoch = ?", (epoch,)).fetchone()
		return Position(*row) if row else None

	def last_seq(self, epoch: str) -> int | None:
		"""The highest number given in `epoch`; None when it is no epoch of this file."""
		if epoch == self._epoch:
			return self._last_seq
		with self._side_lock:
			row = self._side.execute("SELECT last_seq FROM epoch WHERE epoch = ?", (epoch,)).fetchone()
		return int(row[0]) if row else None

	@_making_room
	def prove(self, acknowledged: Mapping[str, int]) -> bool:
		"""Clear the check-ins since opening for sending, given the newest acknowledgement of each epoch.

		The app cannot have what was never sent. If it says so, this file went back in time (a backup was put
		back), and the same numbers mean other check-ins: then those since opening move to a new epoch, and
		False is returned.
		"""
		with self._write_lock:
			row = self._writer.execute(
				"SELECT unproven_from FROM epoch WHERE no = ?", (self._epoch_no,)
			).fetchone()
			unproven_from = row[0]
			if unproven_from is None:
				return True
			went_back = acknowledged.get(self._epoch, 0) >= unproven_from
			with _transaction(self._writer):
				if went_back:
					self._move_to_new_epoch(unproven_from)
				# Of older epochs as well, since the machine that this store came from may have had no proof yet
				self._writer.execute("UPDATE epoch SET unproven_from = NULL")
			if went_back:
				self._read_epoch()
		if went_back:
			self.alarms["store_rolled_back"] = (
				"the store is older than what the app knows; numbering begins anew"
			)
		return not went_back

	@_making_room
	def redate(self, now: datetime, boot_id: str, boottime_ns: int, clock: str = "synced") -> int:
		"""The time is known: give unsent events of an unset clock their true time; returns how many.

		Of what came before this start of the machine, only between which times it was can be told.
		"""
		if not self._may_redate:
			return 0
		with self._write_lock, _transaction(self._writer):
			dated = outbox_dates.date(self._writer, now, boot_id, boottime_ns, clock)
			outbox_dates.bound_earlier(self._writer, now, boot_id, boottime_ns)
			self._may_redate = False
		return dated

	@_making_room
	def settle_dates(self, batch: Batch) -> None:
		"""The times of `batch` go out as they are, and stay so: a re-send must equal what was sent."""
		with self._write_lock, _transaction(self._writer):
			outbox_dates.settle(self._writer, batch.epoch_no, batch.first_seq, batch.last_seq)

	@_making_room
	def enter_boot(self, boot_id: str) -> None:
		"""Begin to work in this start of the machine."""
		with self._write_lock, _transaction(self._writer):
			outbox_dates.enter_boot(self._writer, boot_id)

	def last_alive(self) -> outbox_dates.LastAlive | None:
		"""Until when a gateway is known to have worked on this store; None for a new one."""
		with self._side_lock:
			return outbox_dates.last_alive(self._side)

	def note_alive(self, at: datetime, clock: str, boot_id: str, boottime_ns: int) -> None:
		"""What is stored is all that the doors saw up to this moment. A power cut may lose the last of these notes."""
		try:
			with self._write_lock, self._side_lock, _transaction(self._side):
				outbox_dates.note_alive(self._side, rfc3339(at), clock, boot_id, boottime_ns)
		except sqlite3.Error as error:
			raise OutboxFailed(f"the store cannot be written: {error}") from error
		if not self._lacks_room:
			self.refusing_since_ns = None

	def terminal_states(self) -> dict[str, str]:
		"""The state that was told last of each terminal, also of those that are no more."""
		with self._side_lock:
			return dict(self._side.execute("SELECT terminal, state FROM terminal_state").fetchall())

	@_making_room
	def mend(self, batch: Batch) -> bool:
		"""Look into a batch that stays without an answer; whether anything in it was damaged and is changed now.

		A check-in that is no longer what was written is made anew from its columns. Where these are damaged too, it is set
		aside in the file and reported, so that it holds up no other.
		"""
		place = (batch.epoch_no, batch.first_seq, batch.last_seq)
		with self._write_lock, _transaction(self._writer):
			damaged = self._damaged(*place)
			for seq in damaged:
				# Writing a row makes its event anew
				for again in (
					"UPDATE check_in SET seq = seq WHERE epoch_no = ? AND seq = ?",
					"UPDATE watch SET seq = seq WHERE epoch_no = ? AND seq = ?",
				):
					self._writer.execute(again, (batch.epoch_no, seq))
			lost = self._damaged(*place) if damaged else []
			if lost:
				self._writer.execute("CREATE TABLE IF NOT EXISTS set_aside AS SELECT * FROM check_in WHERE 0")
			for seq in lost:
				one = (batch.epoch_no, seq)
				self._writer.execute(
					"INSERT INTO set_aside SELECT * FROM check_in WHERE epoch_no = ? AND seq = ?", one
				)
				self._writer.execute("DELETE FROM check_in WHERE epoch_no = ? AND seq = ?", one)
				self._writer.execute("DELETE FROM watch WHERE epoch_no = ? AND seq = ?", one)
		if lost:
			self.alarms["check_in_damaged"] = (
				f"the medium damaged check-in {lost[0]} of {batch.epoch}, which is set aside: replace the card"
			)
		return bool(damaged)

	def recent_taps(self, boot_id: str, since_ns: int) -> list[RecentTap]:
		"""What was stored in this boot since a moment, oldest first."""
		with self._side_lock:
			rows = self._side.execute(
				"SELECT badge, direction, boottime_ns FROM (SELECT * FROM check_in ORDER BY epoch_no DESC, seq DESC"
				" LIMIT ?) WHERE boot_id = ? AND boottime_ns >= ? ORDER BY boottime_ns",
				(KEEP_CONFIRMED, boot_id, since_ns),
			).fetchall()
		return [RecentTap(*row) for row in rows]

	@_making_room
	def command_is_new(self, id: str, expires_at: datetime, now: datetime) -> bool:
		"""Whether this command was not done before; it counts as done from now on, whatever happens next."""
		with self._write_lock, _transaction(self._writer):
			self._writer.execute("DELETE FROM command_done WHERE expires_at < ?", (now.timestamp() - 86400,))
			done = self._writer.execute(
				"INSERT OR IGNORE INTO command_done VALUES (?, ?)", (id, expires_at.timestamp())
			)
			return done.rowcount == 1

	def backlog(self) -> Backlog:
		"""How much waits, since when, and how large the file is."""
		with self._side_lock:
			count, oldest = self._side.execute(_WAITING).fetchone()
			used = _pages(self._side, "page_count") - _pages(self._side, "freelist_count")
			size = used * _pages(self._side, "page_size")
		return Backlog(
			count,
			_moment(oldest) if oldest else None,
			size,
			size > FILLING_SHARE * self._max_bytes,
		)

	@_making_room
	def tidy(self) -> None:
		"""Drop confirmed check-ins beyond the newest few, move the log into the file, make the reserve again."""
		while self._prune(KEEP_CONFIRMED):
			pass
		with self._side_lock, suppress(sqlite3.Error):
			self._side.execute("PRAGMA wal_checkpoint(PASSIVE)")
		if self._reserve.refill() and self.alarms.pop("disk_full", "") != "" and self._has_room():
			self.refusing_since_ns = None  # the disk has room again

	def _damaged(self, epoch_no: int, first_seq: int, last_seq: int) -> list[int]:
		rows = self._writer.execute(
			"SELECT seq, CAST(event AS BLOB) FROM check_in WHERE epoch_no = ?1 AND seq BETWEEN ?2 AND ?3"
			" UNION ALL SELECT seq, CAST(event AS BLOB) FROM watch WHERE epoch_no = ?1 AND seq BETWEEN ?2 AND ?3",
			(epoch_no, first_seq, last_seq),
		)
		return [seq for seq, event in rows.fetchall() if not is_event(event, seq)]

	def give_up_reserve(self) -> None:
		"""The disk is full: `tidy` takes the room up again when there is some."""
		self.alarms["disk_full"] = "no room for check-ins; confirmed ones are dropped and the reserve is used"
		self._reserve.release()

	# opening

	def _open_making_room(self, machine: str) -> None:
		try:
			self._open(machine)
		except (sqlite3.Error, OSError) as error:
			if not _is_full(error):
				raise
			self._reserve.release()
			self._open(machine)
		if not self._reserve.refill():
			self.alarms["disk_full"] = "no room for a reserve: the disk is nearly full"

	def _open(self, machine: str) -> None:
		salvaged = outbox_file.prepare(self.path)
		if salvaged is not None:
			self.alarms["store_recovered"] = salvaged.detail
		self._writer = outbox_file.connect(self.path, synchronous="FULL", max_bytes=self._max_bytes)
		self._side = outbox_file.connect(self.path, synchronous="NORMAL", max_bytes=self._max_bytes)
		binding = f"{machine}:{self.path.stat().st_ino}"
		with _transaction(self._writer):
			known = self._writer.execute("SELECT value FROM about WHERE name = 'binding'").fetchone()
			if known is None or known[0] != binding:
				if known is not None and salvaged is None:
					self.alarms["store_moved"] = (
						"the store was copied here from elsewhere; numbering begins anew"
					)
				self._writer.execute("INSERT OR REPLACE INTO about VALUES ('binding', ?)", (binding,))
				self._new_epoch()
			self._writer.execute(
				"UPDATE epoch SET last_seq = max(last_seq,"
				" coalesce((SELECT max(seq) FROM check_in WHERE epoch_no = no), 0),"
				" coalesce((SELECT max(seq) FROM watch WHERE epoch_no = no), 0))"
			)
			self._writer.execute(
				"UPDATE epoch SET unproven_from = coalesce(unproven_from, last_seq + 1)"
				" WHERE no = (SELECT max(no) FROM epoch)"
			)
		self._read_epoch()
		redatable = self._writer.execute(
			"SELECT EXISTS (SELECT 1 FROM check_in WHERE redatable = 1)"
			" OR EXISTS (SELECT 1 FROM watch WHERE redatable = 1)"
		).fetchone()
		self._may_redate = bool(redatable[0])

	def _new_epoch(self) -> int:
		epoch = secrets.token_hex(8)
		number = self._writer.execute("INSERT INTO epoch (epoch) VALUES (?)", (epoch,)).lastrowid
		assert number is not None  # noqa: S101  # an INSERT always has a row number
		outbox_file.note_epoch(self.path, number, epoch)
		return number

	def _read_epoch(self) -> None:
		row = self._writer.execute(
			"SELECT no, epoch, last_seq FROM epoch ORDER BY no DESC LIMIT 1"
		).fetchone()
		self._epoch_no, self._epoch, self._last_seq = row

	def _move_to_new_epoch(self, first: int) -> None:
		number = self._new_epoch()
		last = self._last_seq
		for table, columns in (
			("check_in", "terminal, badge, at, clock, direction, boot_id, boottime_ns, redatable"),
			("watch", "terminal, state, at, clock, boot_id, boottime_ns, redatable, not_before, not_after"),
			("bounds", "not_before, not_after"),
		):
			place = (self._epoch_no, first)
			self._writer.execute(
				f"INSERT INTO {table} (epoch_no, seq, {columns})"  # noqa: S608  # names of ours
				f" SELECT ?, seq - ? + 1, {columns} FROM {table} WHERE epoch_no = ? AND seq >= ?",
				(number, first, *place),
			)
			self._writer.execute(f"DELETE FROM {table} WHERE epoch_no = ? AND seq >= ?", place)  # noqa: S608
		self._writer.execute(
			"UPDATE epoch SET last_seq = ?, unproven_from = NULL WHERE no = ?", (first - 1, self._epoch_no)
		)
		self._writer.execute("UPDATE epoch SET last_seq = ? WHERE no = ?", (last - first + 1, number))

	# writing

	def _store(self, tickets: list[_Ticket]) -> None:
		try:
			self._commit(tickets)
		except sqlite3.Error as error:
			self._commit_after_making_room(tickets, error)
		for ticket in tickets:
			self._count(ticket)
			ticket.done = True

	def _count(self, ticket: _Ticket) -> None:
		since = ticket.event.boottime_ns
		if not isinstance(ticket.event, Tap):
			return  # a small row may find room where a read finds none
		if ticket.error is None:
			self.refusing_since_ns = None
			self.last_stored_ns = since
		else:
			self.refusals += 1
			self._lacks_room = isinstance(ticket.error, OutboxFull)
			if self.refusing_since_ns is None:
				self.refusing_since_ns = since

	def _commit(self, tickets: list[_Ticket]) -> None:
		if self._last_seq + len(tickets) > MAX_SEQ:
			with _transaction(self._writer):
				self._note_last_seq(self._writer)
				self._new_epoch()
			self._read_epoch()
		numbers = range(self._last_seq + 1, self._last_seq + 1 + len(tickets))
		taps = [(t.event, seq) for t, seq in zip(tickets, numbers, strict=True) if isinstance(t.event, Tap)]
		rows = [self._row(tap, seq) for tap, seq in taps]
		if len(rows) == len(tickets) == 1:
			# A statement alone is a transaction of its own; a learner at the door waits for nothing more.
			self._writer.execute(_INSERT, rows[0])
		else:
			with _transaction(self._writer):
				self._writer.executemany(_INSERT, rows)
				if len(rows) < len(tickets):
					self._add_watches(tickets, numbers)
		self._last_seq = numbers[-1]
		for ticket, seq in zip(tickets, numbers, strict=True):
			ticket.stored = Stored(self._epoch, seq)

	def _add_watches(self, tickets: list[_Ticket], numbers: range) -> None:
		for ticket, seq in zip(tickets, numbers, strict=True):
			event = ticket.event
			if isinstance(event, StateChange):
				undated = event.clock == "unsynced"
				self._may_redate = self._may_redate or undated
				self._writer.execute(
					_INSERT_WATCH,
					(
						self._epoch_no, seq, event.terminal, event.state, rfc3339(event.at), event.clock,
						event.boot_id, event.boottime_ns, int(undated),
					),
				)  # fmt: skip
				self._writer.execute(
					"INSERT OR REPLACE INTO terminal_state VALUES (?, ?)", (event.terminal, event.state)
				)
		# An older gateway, which knows no watches, must not give their numbers again
		self._writer.execute("UPDATE epoch SET last_seq = ? WHERE no = ?", (numbers[-1], self._epoch_no))

	def _row(self, tap: Tap, seq: int) -> tuple[object, ...]:
		undated = tap.clock == "unsynced"
		self._may_redate = self._may_redate or undated
		return (
			self._epoch_no, seq, tap.terminal, tap.badge, rfc3339(tap.at), tap.clock, tap.direction, tap.boot_id,
			tap.boottime_ns, int(undated),
		)  # fmt: skip

	def _commit_after_making_room(self, tickets: list[_Ticket], first: sqlite3.Error) -> None:
		"""For reads alone: a watch gets neither the reserve nor another's room, and is told again later."""
		full = _is_full(first)
		kind = OutboxFull if full else OutboxFailed
		reads = [ticket for ticket in tickets if isinstance(ticket.event, Tap)]
		for ticket in tickets:
			if ticket not in reads:
				ticket.error = kind(f"a watch could not be stored: {first}")
		if not reads:
			return
		if full:
			self.give_up_reserve()
			with suppress(sqlite3.Error):
				self._make_room()
		try:
			self._commit(reads)
		except sqlite3.Error as error:
			for ticket in reads:
				ticket.error = kind(f"a read could not be stored: {error}")

	def _make_room(self) -> None:
		with self._side_lock:
			self._note_last_seq(self._side)
			while _delete_confirmed(self._side, keep=0):
				pass
			self._side.execute(_MERGE_WATCHES)
			self._side.execute("PRAGMA wal_checkpoint(TRUNCATE)")

	def _has_room(self) -> bool:
		"""Whether the file may grow."""
		with self._side_lock:
			return _pages(self._side, "freelist_count") > 0 or _pages(self._side, "page_count") < _pages(
				self._side, "max_page_count"
			)

	def _prune(self, keep: int) -> int:
		with self._side_writing() as side:
			return _delete_confirmed(side, keep)

	@contextmanager
	def _side_writing(self) -> Iterator[sqlite3.Connection]:
		# A power cut may lose what is written here; the app then says it once more
		with self._write_lock, self._side_lock, _transaction(self._side):
			self._note_last_seq(self._side)
			yield self._side

	def _note_last_seq(self, connection: sqlite3.Connection) -> None:
		# The newest row tells it, so that a read need not write a second page; before rows may go, it is written down
		connection.execute("UPDATE epoch SET last_seq = ? WHERE no = ?", (self._last_seq, self._epoch_no))


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
	connection.execute("BEGIN IMMEDIATE")
	try:
		yield
		connection.execute("COMMIT")
	except BaseException:
		if connection.in_transaction:
			connection.execute("ROLLBACK")
		raise


_INSERT = "INSERT INTO check_in VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_WATCH = (
	"INSERT INTO watch (epoch_no, seq, terminal, state, at, clock, boot_id, boottime_ns, redatable)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

# Joined inside SQLite, in one step, because Python would take each row under its lock
_BATCH = f"""
SELECT min(seq), max(seq), count(*), sum(redatable), CAST(group_concat(event) AS BLOB)
FROM (
	SELECT seq, redatable, CASE clock WHEN 'unsynced' THEN coalesce(
		(SELECT {BOUNDED_EVENT_SQL} FROM bounds b WHERE b.epoch_no = c.epoch_no AND b.seq = c.seq), event
	) ELSE event END AS event
	FROM check_in c WHERE epoch_no = ?1 AND seq > ?2 AND seq < ?3
	UNION ALL
	SELECT seq, redatable, event FROM watch WHERE epoch_no = ?1 AND seq > ?2 AND seq < ?3
	ORDER BY seq LIMIT ?4
)
"""  # noqa: S608  # constants
_OLDEST = """
SELECT min(seq) FROM (
	SELECT min(seq) AS seq FROM check_in WHERE epoch_no = ?1 AND seq > ?2
	UNION ALL SELECT min(seq) FROM watch WHERE epoch_no = ?1 AND seq > ?2
)
"""
_WAITING = """
SELECT count(*), (SELECT at FROM (
	SELECT at, epoch_no, seq FROM (
		SELECT c.at, c.epoch_no, c.seq FROM check_in c JOIN epoch e ON e.no = c.epoch_no
		WHERE c.seq > e.confirmed_seq ORDER BY c.epoch_no, c.seq LIMIT 1
	) UNION ALL SELECT at, epoch_no, seq FROM (
		SELECT w.at, w.epoch_no, w.seq FROM watch w JOIN epoch e ON e.no = w.epoch_no
		WHERE w.seq > e.confirmed_seq ORDER BY w.epoch_no, w.seq LIMIT 1
	) ORDER BY epoch_no, seq LIMIT 1
))
FROM (
	SELECT 1 FROM check_in c JOIN epoch e ON e.no = c.epoch_no WHERE c.seq > e.confirmed_seq
	UNION ALL SELECT 1 FROM watch w JOIN epoch e ON e.no = w.epoch_no WHERE w.seq > e.confirmed_seq
)
"""
# What stays tells each terminal's newest state, and one blind time from the first on that was not confirmed
_MERGE_WATCHES = """
DELETE FROM watch WHERE seq > (SELECT confirmed_seq FROM epoch WHERE no = watch.epoch_no)
AND (epoch_no, seq) NOT IN (
	SELECT epoch_no, max(seq) FROM watch GROUP BY epoch_no, terminal
	UNION SELECT w.epoch_no, min(w.seq) FROM watch w JOIN epoch e ON e.no = w.epoch_no
	WHERE w.state <> 'reading' AND w.seq > e.confirmed_seq GROUP BY w.epoch_no, w.terminal
)
"""


def _delete_confirmed(connection: sqlite3.Connection, keep: int) -> int:
	for number, confirmed, last in connection.execute(
		"SELECT no, confirmed_seq, last_seq FROM epoch"
	).fetchall():
		(lowest,) = connection.execute(
			"SELECT min(seq) FROM check_in WHERE epoch_no = ?", (number,)
		).fetchone()
		upto = min(confirmed, last - keep, (lowest or 0) + PRUNE_CHUNK - 1)
		if lowest is not None and lowest <= upto:
			return connection.execute(
				"DELETE FROM check_in WHERE epoch_no = ? AND seq <= ?", (number, upto)
			).rowcount
		gone = connection.execute("DELETE FROM watch WHERE epoch_no = ? AND seq <= ?", (number, confirmed))
		if gone.rowcount:
			return gone.rowcount
	return connection.execute(
		"DELETE FROM bounds WHERE NOT EXISTS (SELECT 1 FROM check_in c"
		" WHERE c.epoch_no = bounds.epoch_no AND c.seq = bounds.seq)"
	).rowcount


def _moment(text: str) -> datetime | None:
	try:
		return datetime.fromisoformat(text)
	except ValueError:
		return None  # damaged on the medium; the app judges it


def _pages(connection: sqlite3.Connection, pragma: str) -> int:
	return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _is_full(error: sqlite3.Error | OSError) -> bool:
	if isinstance(error, OSError):
		return error.errno in (errno.ENOSPC, errno.EDQUOT)
	return getattr(error, "sqlite_errorcode", None) in _NO_ROOM


def _lock(path: Path) -> int:
	file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
	try:
		fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
	except OSError:
		os.close(file)
		raise OutboxInUse(
			f"another gateway works in {path.parent}; stop it, or give this one its own data_dir"
		) from None
	return file
