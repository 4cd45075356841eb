"""Requests to Frappe's whole web application that leave nothing behind, whatever they call.

It runs in a child process of the tests. Commits become savepoints of one transaction that is rolled back in the end; jobs are
run at once, as the user who put them in the queue; nothing reaches the network, starts a program, ends another process, or
touches a file that was there before; what takes too long is stopped. What was tried is kept, to be looked at.
"""

import logging
import os
import re
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

import frappe
import frappe.database.mariadb.database
import frappe.realtime
import frappe.utils.background_jobs
import frappe.utils.redis_wrapper
import pymysql
from frappe.utils import get_test_client

from vsv_app.tests.security.every_way_in.arguments import fill

WRITES = re.compile(
	r"\s*(?:insert\s+(?:ignore\s+)?into|update|delete\s+from|replace\s+into)\s+(?:`([^`]+)`|(\w+))",
	re.IGNORECASE,
)
FIRST_VALUE = re.compile(r"values\s*\(\s*'([^']+)'", re.IGNORECASE)
"""Of an insert of Frappe's: the name of the row."""
SCHEMA = re.compile(r"\s*(?:alter|create|drop|truncate|rename|lock|unlock|grant|revoke|set\s+global|kill|flush|load|optimize|analyze)\b", re.IGNORECASE)  # fmt: skip
JOBS = 8
"""How many jobs of a call are run, those of its jobs among them."""
SECONDS = 20
STARTS = frozenset(
	{"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.kill", "os.killpg"}
)
MOVES = frozenset({
	"os.remove", "os.rename", "os.rmdir", "os.truncate", "os.chmod", "os.symlink", "os.link", "shutil.rmtree", "shutil.move",
})  # fmt: skip
"""What Python says before it starts a program, and before it changes a file other than by writing it."""
HERE = ("127.0.0.1", "localhost", "::1")
REDIS_WRITES = frozenset({
	"SET", "SETEX", "PSETEX", "SETNX", "DEL", "UNLINK", "HSET", "HSETNX", "HMSET", "HDEL", "INCR", "INCRBY", "DECR", "EXPIRE", "SADD",
	"SREM", "SPOP", "LPUSH", "RPUSH", "LPOP", "RPOP", "LTRIM", "FLUSHALL", "FLUSHDB", "PUBLISH", "RENAME",
})  # fmt: skip


class TooLong(BaseException):
	"""A call did not come back. Not an Exception: whoever is called would catch it."""


class Refused(PermissionError):
	"""What a call may not do in the sandbox."""


@dataclass(frozen=True)
class Request:
	"""One request: values go as a form, as JSON, or in the address."""

	verb: str
	path: str
	values: dict[str, Any] = field(default_factory=dict)
	as_json: bool = False

	def filled(self, words: dict[str, str]) -> "Request":
		"""The request with each placeholder replaced."""
		return replace(self, path=fill(self.path, words), values=fill(self.values, words))

	def __str__(self) -> str:
		return f"{self.verb} {self.path} {self.values}"[:600]


@dataclass
class Answered:
	"""What came back, and what happened meanwhile."""

	status: int
	headers: str
	body: bytes
	tables: set[str] = field(default_factory=set)
	files: set[str] = field(default_factory=set)
	logged: str = ""
	told: list[tuple[str, str]] = field(default_factory=list)
	refused: list[str] = field(default_factory=list)
	failed: str = ""


class Sandbox:
	"""One connection and one transaction at a time; `ask` may be called as often as wanted between `begin` and `end`."""

	def __init__(self, site: str, sites_path: str, without: tuple[str, ...] = ()) -> None:
		self.without = without
		self.site = site
		self.folder = (Path(sites_path) / site).resolve()
		self.logs = {Path(sites_path).resolve().parent / "logs", self.folder / "logs"}
		self.temporary = tempfile.gettempdir() + os.sep
		self.on = False
		self.dirty = False
		self.jobs: list[dict[str, Any]] = []
		self.now = Answered(0, "", b"")
		self.made: set[str] = set()
		self.logged: list[str] = []
		self.kept: list[tuple[str, str]] = []
		os.environ.pop("CI", None)
		frappe.local.db = None
		frappe.init(site=site, sites_path=sites_path, force=True)
		frappe.connect()
		frappe.db.connect()
		self.connection = frappe.db._conn
		self.ports = {int(frappe.conf.db_port or 3306), *_redis_ports()}
		self.cursor = self.connection.cursor()
		self.cursor.execute("set session innodb_lock_wait_timeout = 3, max_statement_time = 10")
		self.cursor.execute(
			"select table_name from information_schema.tables where table_schema = database() and engine <> 'InnoDB'"
		)
		self.untransacted = {name for (name,) in self.cursor.fetchall()}
		Ledger(self)
		self._patch()
		sys.addaudithook(self._audit)
		signal.signal(signal.SIGALRM, _too_long)

	def _patch(self) -> None:
		"""Frappe's connection, queue, cache and realtime go through the sandbox from now on."""
		database = frappe.database.mariadb.database.MariaDBDatabase
		sandbox = self

		def connect(db: Any) -> None:
			db._conn, db._cursor = sandbox.connection, sandbox.connection.cursor()

		def close(db: Any) -> None:
			db._conn = db._cursor = None

		database.connect, database.close = connect, close
		frappe.utils.background_jobs.get_queue = lambda *_a, **_k: SimpleNamespace(
			count=0, name="crawl", enqueue_call=self._enqueue
		)
		frappe.realtime.emit_via_redis = self._tell
		if self.without:
			self._open_doors()
		logging.Logger.handle = lambda _logger, record: self.logged.append(self._said(record))
		execute = frappe.utils.redis_wrapper.RedisWrapper.execute_command

		def cached(redis: Any, *args: Any, **options: Any) -> Any:
			if sandbox.on and str(args[0]).upper() in REDIS_WRITES and (sandbox.dirty or _of_its_own(args)):
				return 1
			if sandbox.on and _of_its_own(args):
				return None
			return execute(redis, *args, **options)

		frappe.utils.redis_wrapper.RedisWrapper.execute_command = cached

	def _enqueue(self, _function: Callable[..., Any], kwargs: dict[str, Any], **_more: Any) -> Any:
		self.jobs.append(kwargs)
		return SimpleNamespace(
			id=f"crawl-{len(self.jobs)}", get_status=lambda: "queued", get_id=lambda: "crawl"
		)

	def _open_doors(self) -> None:
		"""Hooks of some modules are not called."""
		all_hooks = frappe.get_hooks

		def get_hooks(*args: Any, **options: Any) -> Any:
			return _less(all_hooks(*args, **options), self.without)

		frappe.get_hooks = get_hooks
		frappe.controllers.clear()

	@staticmethod
	def _said(record: logging.LogRecord) -> str:
		"""A line of a log, with its traceback."""
		with suppress(Exception):
			raised = record.exc_info[0] if record.exc_info else None
			trace = "".join(traceback.format_exception(*record.exc_info)) if raised else ""
			return f"{record.getMessage()} {trace}"
		return str(record.msg)

	def _tell(self, event: str, message: Any, room: str) -> None:
		self.now.told.append((str(room), f"{event} {message!r}"))

	def begin(self) -> None:
		self.connection.rollback()
		self.cursor.execute("start transaction")
		self.cursor.execute("savepoint crawl")
		self.dirty, self.made, self.jobs = False, set(), []
		self.logged = []
		self.on = True

	def end(self) -> None:
		self.on = False
		self.connection.rollback()
		for name, row in self.kept:
			self.cursor.execute(f"delete from `{name}` where name = %s", row)  # noqa: S608 a table that was written
		self.connection.commit()
		self.kept = []
		for path in self.made:
			with suppress(OSError):
				Path(path).unlink()

	def ask(self, headers: dict[str, str], request: Request) -> Answered:
		"""One request and the jobs that it put in the queue."""
		self.now = Answered(0, "", b"")
		try:
			with _at_most(SECONDS):
				self._request(headers, request)
				for _round in range(JOBS):
					if not self.jobs:
						break
					with suppress(Exception):
						frappe.utils.background_jobs.execute_job(**self.jobs.pop(0))
		except TooLong:
			self.now.failed = "too long"
		except (SystemExit, KeyboardInterrupt) as error:
			self.now.failed = repr(error)
		except Exception as error:  # noqa: BLE001 whatever it is, it is what the caller gets
			self.now.failed = f"{type(error).__name__}: {error}"
		self.now.files = set(self.made)
		self.now.logged, self.logged = "\n".join(self.logged), []
		return self.now

	def _request(self, headers: dict[str, str], request: Request) -> None:
		client = get_test_client(use_cookies=False)
		path = request.path if "%" in request.path else quote(request.path, safe="/:?=&.~")
		more: dict[str, Any] = {"headers": headers}
		if request.verb == "GET":
			values = {key: value for key, value in request.values.items() if value is not None}
			path = f"{path}?{urlencode(values)}" if values else path
		elif request.as_json:
			more["json"] = request.values
		else:
			more["data"] = {key: _form(value) for key, value in request.values.items()}
		answer = client.open(path, method=request.verb, **more)
		try:
			self.now.status = answer.status_code
			self.now.headers = str(answer.headers)
			self.now.body = answer.get_data()
		finally:
			answer.close()

	def _audit(self, event: str, args: tuple[Any, ...]) -> None:
		"""Python tells here of each file, program and connection before it is opened."""
		if not self.on:
			return
		if event == "open":
			self._open(*args)
		elif event in STARTS:
			self._refuse(f"{event} {args[0]!r}"[:200])
		elif event == "socket.connect":
			address = args[1]
			if not (isinstance(address, tuple) and address[0] in HERE and address[1] in self.ports):
				self._refuse(f"network {address!r}")
		elif event in MOVES:
			path = os.path.realpath(str(args[0]))
			if path not in self.made and not path.startswith(self.temporary):
				self._refuse(f"{event} {path}")

	def _open(self, path: Any, mode: Any, flags: int = 0) -> None:
		"""New files of the site may be written, and nothing that is there already but logs and compiled code."""
		writes = any(letter in str(mode or "") for letter in "wxa+") or flags & (os.O_WRONLY | os.O_RDWR)
		if not writes or not isinstance(path, str | bytes | os.PathLike):
			return
		real = os.path.realpath(os.fsdecode(path))
		if (
			real in self.made
			or real.startswith(("/dev/", "/proc/"))
			or "__pycache__" in real
			or Path(real).parent in self.logs
		):
			return
		if Path(real).exists() or not real.startswith((f"{self.folder}{os.sep}", self.temporary)):
			self._refuse(f"write {real}")
		self.made.add(real)

	def _refuse(self, what: str) -> None:
		self.now.refused.append(what)
		raise Refused(what)


class Ledger:
	"""The queries of a connection, whoever asks: it knows which tables are written, and lets nothing be committed. Frappe's logs
	lie in tables that know no transaction, so their rows are deleted by hand."""

	def __init__(self, sandbox: Sandbox) -> None:
		self._sandbox = sandbox
		self._query = sandbox.connection.query
		sandbox.connection.query = self.query
		commit = sandbox.connection.commit
		sandbox.connection.commit = lambda: self._query("savepoint crawl") if sandbox.on else commit()

	def query(self, sql: str | bytes, unbuffered: bool = False) -> Any:
		said = (sql.decode(errors="replace") if isinstance(sql, bytes | bytearray) else sql).lstrip()
		word = said.split(None, 1)[0].lower().rstrip(";") if said else ""
		if not self._sandbox.on:
			return self._query(sql, unbuffered)
		if word == "commit":
			return self._query("savepoint crawl", unbuffered)
		if word in ("start", "begin"):
			return self._query("do 0", unbuffered)
		if word == "rollback" and " to " not in said.lower():
			return self._query("rollback to savepoint crawl", unbuffered)
		if SCHEMA.match(said):
			self._sandbox.now.refused.append(said[:80])
			raise pymysql.err.OperationalError(1142, "no change of tables in the sandbox")
		if found := WRITES.match(said):
			name = found[1] or found[2]
			self._sandbox.now.tables.add(name)
			if name in self._sandbox.untransacted and (row := FIRST_VALUE.search(said)):
				self._sandbox.kept.append((name, row[1]))
			self._sandbox.dirty = True
		return self._query(sql, unbuffered)


def _less(hooks: Any, without: tuple[str, ...]) -> Any:
	"""Hooks as they are, but those of these modules."""
	if isinstance(hooks, list):
		return [one for one in hooks if not (isinstance(one, str) and one.startswith(without))]
	if isinstance(hooks, dict):
		return frappe._dict({key: _less(value, without) for key, value in hooks.items()})
	return hooks


def _form(value: Any) -> Any:
	return value if isinstance(value, str | bytes | tuple) else str(value)


def _of_its_own(args: tuple[Any, ...]) -> bool:
	"""Counts of requests, and pages kept for the next visitor: each call is the first."""
	key = (args[1] if isinstance(args[1], bytes) else str(args[1]).encode()) if len(args) > 1 else b""
	return any(word in key for word in (b"|rl:", b"website_page", b"website_404"))


def _redis_ports() -> set[int]:
	return {
		int(url.rpartition(":")[2].split("/")[0])
		for key, url in frappe.conf.items()
		if key.startswith("redis_") and isinstance(url, str)
	}


def _too_long(*_signal: Any) -> None:
	raise TooLong


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
	signal.setitimer(signal.ITIMER_REAL, seconds)
	try:
		yield
	finally:
		signal.setitimer(signal.ITIMER_REAL, 0)
