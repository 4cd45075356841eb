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
	later = connection.execute(
		"SELECT count(*) FROM sqlite_master WHERE name IN ('watch', 'bounds')"
	).fetchone()[0]
	# A store that only a gateway of before has opened has no watch events
	for row in connection.execute(_EXPORT_ALL if later else _EXPORT + " ORDER BY c.epoch_no, c.seq"):
		yield json.dumps({name: row[name] for name in row.keys() if row[name] is not None})  # noqa: SIM118  # a Row gives values


_EXPORT = (
	"SELECT e.epoch, c.seq, c.terminal, c.badge, c.at, c.clock, c.direction, c.seq <= e.confirmed_seq AS confirmed"
	" FROM check_in c JOIN epoch e ON e.no = c.epoch_no WHERE 1 = 1"
)
_EXPORT_ALL = """
SELECT epoch, seq, kind, terminal, badge, state, at, clock, direction, not_before, not_after, confirmed FROM (
	SELECT e.no, e.epoch, c.seq, NULL AS kind, c.terminal, c.badge, NULL AS state, c.at, c.clock, c.direction,
		b.not_before, b.not_after, c.seq <= e.confirmed_seq AS confirmed
	FROM check_in c JOIN epoch e ON e.no = c.epoch_no
	LEFT JOIN bounds b ON b.epoch_no = c.epoch_no AND b.seq = c.seq
	UNION ALL
	SELECT e.no, e.epoch, w.seq, 'watch', w.terminal, NULL, w.state, w.at, w.clock, NULL,
		w.not_before, w.not_after, w.seq <= e.confirmed_seq
	FROM watch w JOIN epoch e ON e.no = w.epoch_no
) ORDER BY no, seq
"""
