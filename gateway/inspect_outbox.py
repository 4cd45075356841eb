"""`vsv-gateway outbox`: a look into the store from beside the running gateway; changes nothing."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from gateway.outbox import FILE_NAME
from gateway.outbox_file import connect_read_only


class NoOutbox(Exception):
	"""There is no store, or it cannot be read."""


def look(data_dir: Path, what: str) -> Iterator[str]:
	"""count, oldest or export: lines of text. Raises NoOutbox. Holds badge digests, never card numbers."""
	path = _store_in(data_dir)
	try:
		with closing(connect_read_only(path)) as connection:
			connection.row_factory = sqlite3.Row
			yield from {"count": _count, "oldest": _oldest, "export": _export}[what](connection)
	except sqlite3.Error as error:
		raise NoOutbox(f"{path} cannot be read: {error}") from None


def epoch_of(data_dir: Path) -> str:
	"""The epoch under which this gateway numbered last; raises NoOutbox."""
	path = _store_in(data_dir)
	try:
		with closing(connect_read_only(path)) as connection:
			(epoch,) = connection.execute("SELECT epoch FROM epoch ORDER BY no DESC LIMIT 1").fetchone()
	except (sqlite3.Error, TypeError) as error:
		raise NoOutbox(f"{path} cannot be read: {error}") from None
	return str(epoch)


def _store_in(data_dir: Path) -> Path:
	path = data_dir / FILE_NAME
	try:
		if path.exists():
			return path
	except PermissionError:
		raise NoOutbox(f"{data_dir} cannot be looked into: sudo?") from None
	raise NoOutbox(f"there is no store in {data_dir}: has the gateway run yet?")


def _count(connection: sqlite3.Connection) -> Iterator[str]:
	(count,) = connection.execute(
		"SELECT count(*) FROM check_in c JOIN epoch e ON e.no = c.epoch_no WHERE c.seq > e.confirmed_seq"
	).fetchone()
	yield str(count)


def _oldest(connection: sqlite3.Connection) -> Iterator[str]:
	row = connection.execute(
		_EXPORT + " AND c.seq > e.confirmed_seq ORDER BY c.epoch_no, c.seq LIMIT 1"
	).fetchone()
	yield json.dumps(dict(row)) if row else "nothing waits"


def _export(connection: sqlite3.Connection) -> Iterator[str]:
	for row in connection.execute(_EXPORT + " ORDER BY c.epoch_no, c.seq"):
		yield json.dumps(dict(row))


_EXPORT = (
	"SELECT e.epoch, c.seq, c.terminal, c.badge, c.at, c.clock, c.direction, c.seq <= e.confirmed_seq AS confirmed"
	" FROM check_in c JOIN epoch e ON e.no = c.epoch_no WHERE 1 = 1"
)
