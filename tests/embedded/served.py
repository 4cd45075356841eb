"""A made-up school with its history, and its board on a free port as `make board` serves it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from wsgiref.simple_server import make_server

from vsv_app.embedded import history, records, server
from vsv_app.embedded.school import MadeUpSchool, make_school
from vsv_app.stores.sqlite_store import SqliteStore

TUESDAY = date(2026, 11, 24)
NOW = datetime.combine(TUESDAY, time(9, 40))
TOKEN = "the-key-of-this-board"


def found(path: Path, learners: int, weeks: int = 8) -> tuple[MadeUpSchool, SqliteStore]:
	"""A school in a file, with its weeks up to the morning of TUESDAY."""
	school = make_school(seed=5, today=TUESDAY, learners=learners, weeks=weeks)
	store = SqliteStore(path)
	keys = records.found(store, school, [("main-1", "rdm6300")], datetime.combine(TUESDAY, time(8)))
	history.play(store, school, keys, lambda: None)
	return school, store


@contextmanager
def served(database: Path) -> Iterator[int]:
	"""The port on which its board is served, at NOW and under TOKEN."""
	application = server.BoardServer(database, TOKEN, lambda: NOW)
	with make_server(
		"127.0.0.1", 0, application, server_class=server._Server, handler_class=server._Quiet
	) as running:
		thread = threading.Thread(target=running.serve_forever, daemon=True)
		thread.start()
		yield running.server_port
		running.shutdown()
		thread.join()
