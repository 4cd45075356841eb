"""The file under the outbox: how it is opened, checked, put aside when broken, and kept from filling the disk."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.messages import EVENT_SQL

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
_KEPT = {
	"epoch": "no, epoch, last_seq, confirmed_seq, unproven_from",
	"check_in": "epoch_no, seq, terminal, badge, at, clock, direction, boot_id, boottime_ns, redatable",
	"command_done": "id, expires_at",
}


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
		self._path, self._size = path, size

	def refill(self) -> bool:
		"""Take up the room again; whether it is taken."""
		try:
			file = os.open(self._path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
			try:
				if self._size and os.fstat(file).st_size < self._size:
					os.posix_fallocate(file, 0, self._size)
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
	return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_MS / 1000)


def prepare(path: Path) -> Salvage | None:
	"""Leave a sound store at `path`: a new one, the present one, or one made from what a broken one still holds."""
	if not path.exists():
		_create(path)
		return None
	if _is_sound(path):
		return None
	aside = path.with_name(f"{path.name}.broken-{time.time_ns()}")
	for ending in SIDE_FILES:
		with suppress(FileNotFoundError):
			Path(f"{path}{ending}").rename(f"{aside}{ending}")
	_create(path)
	return Salvage(aside, _salvage(aside, path))


def note_epoch(path: Path, number: int, epoch: str) -> None:
	"""Keep the names of epochs beside the store too, so that rows of a broken one keep their identity."""
	file = os.open(_epoch_notes(path), os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, 0o600)
	try:
		os.write(file, f"{number} {epoch}\n".encode())
		os.fsync(file)
	finally:
		os.close(file)


def _create(path: Path) -> None:
	# Made beside and renamed, so that a power cut in the first second leaves no half-made store.
	draft = path.with_name(f"{path.name}.new")
	for ending in SIDE_FILES:
		with suppress(FileNotFoundError):
			Path(f"{draft}{ending}").unlink()
	os.close(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))
	with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
		connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
		connection.execute("PRAGMA journal_mode = WAL")
		connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
		connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
	draft.rename(path)
	directory = os.open(path.parent, os.O_RDONLY)
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
	except sqlite3.DatabaseError:
		return False


def _salvage(aside: Path, path: Path) -> int:
	saved = 0
	with closing(sqlite3.connect(path, isolation_level=None)) as new:
		new.execute("BEGIN")
		epochs = dict(_noted_epochs(path))
		confirmed: dict[int, int] = {}
		for number, epoch, _, seq, _ in _readable(aside, "epoch", "no"):
			epochs[number] = epoch
			confirmed[number] = seq
		for number, epoch in sorted(epochs.items()):
			new.execute(
				"INSERT OR IGNORE INTO epoch (no, epoch, confirmed_seq) VALUES (?, ?, ?)",
				(number, epoch, confirmed.get(number, 0)),
			)
		for row in _readable(aside, "check_in", "epoch_no, seq"):
			if row[0] in epochs:
				saved += new.execute(
					"INSERT OR IGNORE INTO check_in VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row
				).rowcount
		for row in _readable(aside, "command_done", "id"):
			new.execute("INSERT OR IGNORE INTO command_done VALUES (?, ?)", row)
		new.execute(
			"UPDATE epoch SET last_seq = max(confirmed_seq, coalesce("
			"(SELECT max(seq) FROM check_in WHERE epoch_no = epoch.no), 0))"
		)
		new.execute("COMMIT")
	return saved


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
