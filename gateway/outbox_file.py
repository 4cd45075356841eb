"""The file under the outbox: how it is opened, checked, put aside when broken, and kept from filling the disk."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from gateway.messages import EVENT_SQL, WATCH_SQL

SCHEMA_VERSION = 2
BUSY_TIMEOUT_MS = 5000
CACHE_KIB = 512
LOG_LIMIT_BYTES = 4 * 1024 * 1024
SIDE_FILES = ("", "-wal", "-shm")
SCHEMA = f"""
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE epoch (
	no INTEGER PRIMARY KEY AUTOINCREMENT,
	epoch TEXT NOT NULL UNIQUE,
	last_seq INTEGER NOT NULL DEFAULT 0,
	confirmed_seq INTEGER NOT NULL DEFAULT 0,
	unproven_from INTEGER
);
CREATE TABLE check_in (
	epoch_no INTEGER NOT NULL REFERENCES epoch (no),
	seq INTEGER NOT NULL,
	terminal TEXT NOT NULL,
	badge TEXT NOT NULL,
	at TEXT NOT NULL,
	clock TEXT NOT NULL,
	direction TEXT NOT NULL,
	boot_id TEXT NOT NULL,
	boottime_ns INTEGER NOT NULL,
	redatable INTEGER NOT NULL,
	event TEXT NOT NULL GENERATED ALWAYS AS ({EVENT_SQL}) STORED,
	PRIMARY KEY (epoch_no, seq)
) WITHOUT ROWID;
CREATE TABLE command_done (id TEXT PRIMARY KEY, expires_at REAL NOT NULL) WITHOUT ROWID;
"""
"""`event` is made when a row is written: a backlog then costs no rendering while it drains, and cannot differ in a re-send."""
ADDED = f"""
CREATE TABLE IF NOT EXISTS watch (
	epoch_no INTEGER NOT NULL REFERENCES epoch (no),
	seq INTEGER NOT NULL,
	terminal TEXT NOT NULL,
	state TEXT NOT NULL,
	at TEXT NOT NULL,
	clock TEXT NOT NULL,
	boot_id TEXT NOT NULL,
	boottime_ns INTEGER NOT NULL,
	redatable INTEGER NOT NULL,
	not_before TEXT,
	not_after TEXT,
	event TEXT NOT NULL GENERATED ALWAYS AS ({WATCH_SQL}) STORED,
	PRIMARY KEY (epoch_no, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bounds (
	epoch_no INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	not_before TEXT,
	not_after TEXT,
	PRIMARY KEY (epoch_no, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS terminal_state (terminal TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS boot (
	no INTEGER PRIMARY KEY,
	boot_id TEXT NOT NULL UNIQUE,
	known_before TEXT,
	known_at TEXT,
	alive_at TEXT,
	alive_clock TEXT,
	alive_ns INTEGER
);
"""
"""What came later stands in tables of its own, made at any opening: so a store of either version opens in the other without
a copy, which a full disk has no room for. An older gateway passes the numbers of watch events by, as numbers that are gone.

`bounds` are of check-ins whose clock was not set; `terminal_state` is what was told last; `boot` says of each start of the
machine which time was known before it, which in it, and until when the gateway is known to have run."""
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_UNREADABLE = frozenset(
	{sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_CORRUPTFS, sqlite3.SQLITE_IOERR_DATA}
)
_KEPT = {
	"epoch": "no, epoch, last_seq, confirmed_seq, unproven_from",
	"check_in": "epoch_no, seq, terminal, badge, at, clock, direction, boot_id, boottime_ns, redatable",
	"command_done": "id, expires_at",
	"watch": "epoch_no, seq, terminal, state, at, clock, boot_id, boottime_ns, redatable, not_before, not_after",
	"bounds": "epoch_no, seq, not_before, not_after",
	"terminal_state": "terminal, state",
	"boot": "no, boot_id, known_before, known_at, alive_at, alive_clock, alive_ns",
}
_OF_EPOCHS = ("check_in", "watch", "bounds")
"""Tables whose rows begin with the number of an epoch and their own."""


@dataclass(frozen=True)
class Salvage:
	"""What could be read out of a broken file; the file itself is kept at `aside`."""

	aside: Path
	rows: int

	@property
	def detail(self) -> str:
		return f"the store was damaged and is kept as {self.aside.name}; {self.rows} check-ins were read out of it"


class Reserve:
	"""A file that only takes up room, to be given up when the disk is full."""

	def __init__(self, path: Path, size: int) -> None:
		self._path, self.size = path, size

	def refill(self) -> bool:
		"""Take up the room again; whether it is taken."""
		try:
			file = os.open(self._path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
			try:
				if self.size and os.fstat(file).st_size < self.size:
					os.posix_fallocate(file, 0, self.size)
			finally:
				os.close(file)
		except OSError:
			self.release()
			return False
		return True

	def release(self) -> None:
		with suppress(OSError):
			self._path.unlink()


def connect(path: Path, *, synchronous: str, max_bytes: int) -> sqlite3.Connection:
	"""A connection in autocommit mode with every setting that is per connection; FULL survives a power cut."""
	connection = sqlite3.connect(
		path, isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT_MS / 1000
	)
	connection.text_factory = _text
	page_size = int(connection.execute("PRAGMA page_size").fetchone()[0])
	for setting in (
		f"synchronous = {synchronous}",
		f"cache_size = -{CACHE_KIB}",
		f"journal_size_limit = {LOG_LIMIT_BYTES}",
		f"max_page_count = {max(max_bytes // page_size, 1)}",
		"foreign_keys = ON",
		"temp_store = MEMORY",
		"wal_autocheckpoint = 1000",
	):
		connection.execute(f"PRAGMA {setting}")
	return connection


def connect_read_only(path: Path) -> sqlite3.Connection:
	"""For a look from another process."""
	connection = sqlite3.connect(
		f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_MS / 1000
	)
	connection.text_factory = _text
	return connection


def _text(raw: bytes) -> str:
	# A bit that fell over on the medium makes one check-in unreadable, not the store
	return raw.decode("utf-8", "replace")


def prepare(path: Path) -> Salvage | None:
	"""Leave a sound store at `path`: a new one, the present one, or one made from what a broken one still holds.

	Raises sqlite3.Error or OSError where the disk is the trouble; what was stored is then where it was.
	"""
	saved = path.with_name(f"{path.name}.saved")
	if not saved.exists():
		if path.exists() and _is_sound(path):
			_add_tables(path)
			return None
		if not path.exists():
			_put_aside(path)  # a log without its store would be read into the new one
			_create(path)
			return None
		_create(saved, partial(_salvage, path))
	# Whatever ends us from here on, the next start finds what was saved and goes on with it
	aside = _put_aside(path)
	saved.rename(path)
	_sync_directory(path.parent)
	with closing(sqlite3.connect(path)) as connection:
		(rows,) = connection.execute("SELECT count(*) FROM check_in").fetchone()
	return Salvage(aside, rows)


def note_epoch(path: Path, number: int, epoch: str) -> None:
	"""Keep the names of epochs beside the store too, so that rows of a broken one keep their identity."""
	file = os.open(_epoch_notes(path), os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, 0o600)
	try:
		os.write(file, f"{number} {epoch}\n".encode())
		os.fsync(file)
	finally:
		os.close(file)


def _add_tables(path: Path) -> None:
	"""Of a store of before; a few pages, for which a store that is full by its limit has room all the same."""
	with closing(sqlite3.connect(path, isolation_level=None)) as connection:
		connection.executescript(f"BEGIN; {ADDED} COMMIT;")


def _create(path: Path, fill: Callable[[sqlite3.Connection], None] | None = None) -> None:
	# Made beside and renamed, so that a power cut in the first second leaves no half-made store.
	draft = path.with_name(f"{path.name}.new")
	_remove(draft)
	try:
		os.close(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))
		with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
			connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
			connection.execute("PRAGMA journal_mode = WAL")
			connection.executescript(f"BEGIN; {SCHEMA} {ADDED} PRAGMA user_version = {SCHEMA_VERSION};")
			if fill is not None:
				fill(connection)
			connection.execute("COMMIT")
			connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
	except BaseException:
		_remove(draft)
		raise
	draft.rename(path)
	_sync_directory(path.parent)


def _remove(path: Path) -> None:
	for ending in SIDE_FILES:
		Path(f"{path}{ending}").unlink(missing_ok=True)


def _put_aside(path: Path) -> Path:
	aside = path.with_name(f"{path.name}.broken-{time.time_ns()}")
	for ending in SIDE_FILES:
		with suppress(FileNotFoundError):
			Path(f"{path}{ending}").rename(f"{aside}{ending}")
	return aside


def _sync_directory(path: Path) -> None:
	directory = os.open(path, os.O_RDONLY)
	try:
		os.fsync(directory)
	finally:
		os.close(directory)


def _is_sound(path: Path) -> bool:
	try:
		with closing(sqlite3.connect(path, isolation_level=None)) as connection:
			(version,) = connection.execute("PRAGMA user_version").fetchone()
			(verdict,) = connection.execute("PRAGMA quick_check").fetchone()
			return (version, verdict) == (SCHEMA_VERSION, "ok")
	except sqlite3.DatabaseError as error:
		code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
		if code in _UNREADABLE or code & 0xFF in _DAMAGED:
			return False
		raise  # a full disk, or one that may not be written, says nothing about the file


def _salvage(broken: Path, new: sqlite3.Connection) -> None:
	epochs = dict(_noted_epochs(broken))
	confirmed: dict[int, int] = {}
	for number, epoch, _, seq, _ in _readable(broken, "epoch", "no"):
		epochs[number] = epoch
		confirmed[number] = seq
	for number, epoch in sorted(epochs.items()):
		new.execute(
			"INSERT OR IGNORE INTO epoch (no, epoch, confirmed_seq) VALUES (?, ?, ?)",
			(number, epoch, confirmed.get(number, 0)),
		)
	for table in _OF_EPOCHS:
		for row in _readable(broken, table, "epoch_no, seq"):
			if row[0] in epochs:
				_keep(new, table, row)
	for table, key in (("command_done", "id"), ("terminal_state", "terminal"), ("boot", "no")):
		for row in _readable(broken, table, key):
			_keep(new, table, row)
	new.execute(
		"UPDATE epoch SET last_seq = max(confirmed_seq,"
		" coalesce((SELECT max(seq) FROM check_in WHERE epoch_no = epoch.no), 0),"
		" coalesce((SELECT max(seq) FROM watch WHERE epoch_no = epoch.no), 0))"
	)


def _keep(new: sqlite3.Connection, table: str, row: tuple[Any, ...]) -> None:
	places = ", ".join("?" * len(row))
	new.execute(f"INSERT OR IGNORE INTO {table} ({_KEPT[table]}) VALUES ({places})", row)  # noqa: S608  # names of this file


def _readable(path: Path, table: str, key: str) -> Iterator[tuple[Any, ...]]:
	# From both ends towards the damage.
	for order in (key, ", ".join(f"{column} DESC" for column in key.split(", "))):
		try:
			with closing(sqlite3.connect(path, isolation_level=None)) as connection:
				yield from connection.execute(f"SELECT {_KEPT[table]} FROM {table} ORDER BY {order}")  # noqa: S608  # names that this file passes in
				return
		except sqlite3.DatabaseError:
			continue


def _noted_epochs(path: Path) -> Iterator[tuple[int, str]]:
	with suppress(OSError):
		for line in _epoch_notes(path).read_text(encoding="ascii", errors="replace").splitlines():
			number, _, epoch = line.partition(" ")
			if number.isdigit() and epoch:
				yield int(number), epoch


def _epoch_notes(path: Path) -> Path:
	return path.with_name("outbox.epochs")
