"""A school's records in one SQLite file: what the embedded default, the demo and most tests run on."""

import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from vsv_app.stores.queries.attendance.student_attendance import EXCEPTION, OF_AN_EXCEPTION, STANDS, SUBMITTED
from vsv_app.stores.schema import Table, child_doctype, tables
from vsv_app.stores.store import Document, Row

# As on a site, a number is never empty there: a NULL that MariaDB would refuse is refused here too.
DECLARED = {
	"Int": "INTEGER NOT NULL DEFAULT 0",
	"Check": "INTEGER NOT NULL DEFAULT 0",
	"Float": "REAL NOT NULL DEFAULT 0",
	"Percent": "REAL NOT NULL DEFAULT 0",
	"Currency": "REAL NOT NULL DEFAULT 0",
	"Duration": "REAL NOT NULL DEFAULT 0",
	"Date": "VSV_DATE",
	"Datetime": "VSV_DATETIME",
	"Time": "VSV_TIME",
}
# What the app's own hooks add on a site; field by field indexes come from the doctype JSON.
INDEXES = {
	"Student Attendance": (
		("status", "date"),
		("student", "date"),
		("vsv_source", "date"),
	),
	"Student Group Student": (("student",),),
	"Badge Check In": (("school_day", "student"), ("outcome", "school_day")),
	"Door Watch": (("gateway", "at"),),
	"Attendance Hold": (("status", "school_day"),),
	"Program Enrollment": (("student",),),
	"Student Leave Application": (("from_date",),),
}
IN_PART = {
	"Student Attendance": (
		("exceptions", (*OF_AN_EXCEPTION, "docstatus"), EXCEPTION),
		("day", ("date",), STANDS),
		("ledger", ("student", "vsv_source", "date", "course_schedule", "docstatus"), SUBMITTED),
	),
}
"""Indexes of some of the rows alone, for queries that ask for just these: all that rules read of a year in their order,
which is a twentieth of the table, and the records of a day. A plain index by date would draw questions about a year to it.
"""
ALWAYS_INDEXED = ("modified", "parent")
"""As Frappe does it: the rows of a child table are found by their parent."""

OWN_TABLES = (
	"CREATE TABLE IF NOT EXISTS `tabSingles` (doctype, field, value, PRIMARY KEY (doctype, field))",
	"CREATE TABLE IF NOT EXISTS `__Auth` (doctype, name, field, value, PRIMARY KEY (doctype, name, field))",
	"CREATE TABLE IF NOT EXISTS `tabSeries` (name PRIMARY KEY, current INTEGER)",
	"CREATE TABLE IF NOT EXISTS `tabNotification` (recipient, subject, document_type, document_name)",
)


def _text_of_time(value: timedelta) -> str:
	hours, rest = divmod(int(value.total_seconds()), 3600)
	return f"{hours:02}:{rest // 60:02}:{rest % 60:02}"


class _Days(dict[bytes, date]):
	"""Days by their text, each made once: a school's year is read as some hundred of them, many thousand times."""

	def __missing__(self, text: bytes) -> date:
		day = self[text] = date.fromisoformat(text.decode())
		return day


def _time_of_text(text: bytes) -> timedelta:
	hours, minutes, seconds = text.split(b":")
	return timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))


sqlite3.register_adapter(date, date.isoformat)
sqlite3.register_adapter(datetime, lambda value: value.isoformat(" "))
sqlite3.register_adapter(timedelta, _text_of_time)
sqlite3.register_converter("VSV_DATE", _Days().__getitem__)
sqlite3.register_converter("VSV_DATETIME", lambda text: datetime.fromisoformat(text.decode()))
sqlite3.register_converter("VSV_TIME", _time_of_text)


class SqliteStore:
	"""A `Store` in one file. Not shared between threads: each opens its own.

	Raises `sqlite3.OperationalError` when the file cannot be opened or another writer holds it for over 10 s.
	"""

	indexes_exceptions = True
	decimal_mark = "."

	def __init__(self, path: Path | str, *, acting_user: str = "Administrator") -> None:
		self.acting_user = acting_user
		self.path = path
		self._db = sqlite3.connect(
			path, timeout=10, isolation_level=None, detect_types=sqlite3.PARSE_DECLTYPES
		)
		self._db.execute("PRAGMA journal_mode = WAL")
		self._db.execute("PRAGMA synchronous = FULL")
		self._nested = 0
		self._bring_up_to_date()

	def close(self) -> None:
		self._db.close()

	def fetch(self, query: Any, values: Sequence[Any] = ()) -> Sequence[Row]:
		return self._db.execute(_text(query), values).fetchall()

	def run(self, query: Any, values: Sequence[Any] = ()) -> None:
		self._db.execute(_text(query), values)

	def insert_rows(
		self, doctype: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, skip_known: bool = False
	) -> None:
		names = ", ".join(f"`{column}`" for column in columns)
		verb = "INSERT OR IGNORE" if skip_known else "INSERT"
		marks = ", ".join("?" * len(columns))
		self._db.executemany(f"{verb} INTO `tab{doctype}` ({names}) VALUES ({marks})", rows)

	@contextmanager
	def transaction(self) -> Iterator[None]:
		if self._nested:
			yield
			return
		self._db.execute("BEGIN IMMEDIATE")
		self._nested += 1
		try:
			yield
		except BaseException:
			self._db.execute("ROLLBACK")
			raise
		else:
			self._db.execute("COMMIT")
		finally:
			self._nested -= 1

	def add_document(
		self,
		doctype: str,
		values: Mapping[str, Any],
		children: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
	) -> str:
		with self.transaction():
			name = str(values.get("name") or self._next_name(doctype))
			self._insert(doctype, {**values, "name": name})
			for field, rows in (children or {}).items():
				self._insert_children(doctype, name, field, rows)
		return name

	def add_documents(self, doctype: str, documents: Sequence[Document]) -> list[str]:
		with self.transaction():
			return [self.add_document(doctype, values, children) for values, children in documents]

	def change_document(self, doctype: str, name: str, values: Mapping[str, Any], now: datetime) -> None:
		changed = {**values, "modified": now, "modified_by": self.acting_user}
		fields = ", ".join(f"`{field}` = ?" for field in changed)
		self._db.execute(f"UPDATE `tab{doctype}` SET {fields} WHERE name = ?", [*changed.values(), name])  # noqa: S608 fields of ours

	def submit_document(self, doctype: str, values: Mapping[str, Any]) -> str:
		return self.add_document(doctype, {**values, "docstatus": 1})

	def cancel_documents(self, doctype: str, names: Sequence[str]) -> None:
		with self.transaction():
			self._db.executemany(
				f"UPDATE `tab{doctype}` SET docstatus = 2 WHERE name = ?",  # noqa: S608 a doctype of ours
				[[name] for name in names],
			)

	def submit_attendance(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
		if not rows:
			return []
		year = rows[0]["creation"].year
		with self.transaction():
			first = self._take_numbers(f"EDU-ATT-{year}-", len(rows))
			named = [
				{
					**row,
					"name": f"EDU-ATT-{year}-{first + at:05}",
					"docstatus": 1,
					"naming_series": "EDU-ATT-.YYYY.-",
				}
				for at, row in enumerate(rows)
			]
			columns = list(named[0])
			self.insert_rows("Student Attendance", columns, [[row[c] for c in columns] for row in named])
		return [row["name"] for row in named]

	def cancel_attendance(self, names: Sequence[str]) -> None:
		for name in names:
			self._db.execute("UPDATE `tabStudent Attendance` SET docstatus = 2 WHERE name = ?", [name])

	def single(self, doctype: str) -> Mapping[str, Any]:
		described = tables()[doctype]
		rows = dict(
			self._db.execute("SELECT field, value FROM `tabSingles` WHERE doctype = ?", [doctype]).fetchall()
		)
		return {
			field: _typed(kind, rows.get(field, described.defaults.get(field)))
			for field, kind in described.fields.items()
		}

	def set_single(self, doctype: str, values: Mapping[str, Any]) -> None:
		secrets = tables()[doctype].secrets
		with self.transaction():
			for field, value in values.items():
				if field in secrets:
					self.set_secret(doctype, doctype, field, value)
				else:
					self._db.execute("REPLACE INTO `tabSingles` VALUES (?, ?, ?)", [doctype, field, value])

	def secret(self, doctype: str, name: str, field: str) -> str | None:
		row = self._db.execute(
			"SELECT value FROM `__Auth` WHERE doctype = ? AND name = ? AND field = ?", [doctype, name, field]
		).fetchone()
		return row[0] if row else None

	def set_secret(self, doctype: str, name: str, field: str, value: str) -> None:
		self._db.execute("REPLACE INTO `__Auth` VALUES (?, ?, ?, ?)", [doctype, name, field, value])

	def say(self, text: str) -> str:
		return text

	def may_open(self, user: str, doctype: str, name: str) -> bool:
		return True

	def is_here(self, user: str) -> bool:
		gone = self._db.execute("SELECT 1 FROM `tabUser` WHERE name = ? AND enabled = 0", [user])
		return gone.fetchone() is None

	def notify(self, recipient: str, subject: str, doctype: str, *names: str) -> None:
		self._db.execute(
			"INSERT INTO `tabNotification` (recipient, subject, document_type, document_name) VALUES (?, ?, ?, ?)",
			[recipient, subject.format(len(names)), doctype, names[0] if len(names) == 1 else None],
		)

	def _insert(self, doctype: str, values: Mapping[str, Any]) -> None:
		row = self._row(doctype, values)
		for field in tables()[doctype].secrets:
			if field in row:
				self.set_secret(doctype, str(row["name"]), field, row.pop(field))
		self.insert_rows(doctype, list(row), [list(row.values())])

	def _insert_children(
		self, doctype: str, parent: str, field: str, rows: Sequence[Mapping[str, Any]]
	) -> None:
		child = child_doctype(doctype, field)
		link = {"parent": parent, "parentfield": field, "parenttype": doctype}
		full = (
			self._row(child, {**row, **link, "idx": idx, "name": f"{parent}-{field}-{idx}"})
			for idx, row in enumerate(rows, start=1)
		)
		for columns, alike in groupby(full, key=tuple):
			self.insert_rows(child, columns, [list(row.values()) for row in alike])

	def _row(self, doctype: str, values: Mapping[str, Any]) -> dict[str, Any]:
		"""A row with what a new document has in it where `values` say nothing."""
		now = values.get("creation") or values.get("modified") or datetime.now().replace(microsecond=0)  # noqa: DTZ005 as Frappe: naive, the school's own
		defaults = tables()[doctype].defaults.items()
		return {
			"owner": self.acting_user,
			"creation": now,
			"modified": now,
			"modified_by": self.acting_user,
			"docstatus": 0,
			"idx": 0,
			**{field: default for field, default in defaults if default != "Today"},
			**values,
		}

	def _next_name(self, doctype: str) -> str:
		return f"{''.join(word[0] for word in doctype.split())}-{self._take_numbers(doctype, 1):08}"

	def _take_numbers(self, series: str, count: int) -> int:
		"""Reserve `count` numbers of a series; returns the first."""
		self._db.execute("INSERT OR IGNORE INTO `tabSeries` VALUES (?, 0)", [series])
		self._db.execute("UPDATE `tabSeries` SET current = current + ? WHERE name = ?", [count, series])
		row = self._db.execute("SELECT current FROM `tabSeries` WHERE name = ?", [series]).fetchone()
		return int(row[0]) - count + 1

	def _bring_up_to_date(self) -> None:
		"""Make what the doctypes describe and the file lacks: everything in a new file, what is new in an older one."""
		version = _version()
		if self._version() == version:
			return
		with self.transaction():
			if self._version() == version:
				return
			for statement in OWN_TABLES:
				self._db.execute(statement)
			for described in tables().values():
				if described.single:
					continue
				known = {row[1] for row in self._db.execute(f"PRAGMA table_info(`tab{described.doctype}`)")}
				if known:
					self._add_columns(described, known)
				else:
					self._create_table(described)
			self._db.execute(f"PRAGMA user_version = {version}")

	def _version(self) -> int:
		return int(self._db.execute("PRAGMA user_version").fetchone()[0])

	def _add_columns(self, described: Table, known: set[str]) -> None:
		name = f"tab{described.doctype}"
		for field, kind in described.fields.items():
			if field not in known:
				self._db.execute(f"ALTER TABLE `{name}` ADD COLUMN `{field}` {DECLARED.get(kind, 'TEXT')}")
		self._create_indexes(described)

	def _create_table(self, described: Table) -> None:
		columns = [f"`{field}` {DECLARED.get(kind, 'TEXT')}" for field, kind in described.fields.items()]
		name = f"tab{described.doctype}"
		self._db.execute(f"CREATE TABLE `{name}` (`name` TEXT PRIMARY KEY, {', '.join(columns)})")
		self._create_indexes(described)

	def _create_indexes(self, described: Table) -> None:
		name = f"tab{described.doctype}"
		for field in described.unique:
			self._db.execute(f"CREATE UNIQUE INDEX IF NOT EXISTS `{name}.{field}` ON `{name}` (`{field}`)")
		single = {(field,) for field in (*described.indexed, *ALWAYS_INDEXED) if field in described.fields}
		for fields in sorted({*single, *INDEXES.get(described.doctype, ())}):
			listed = ", ".join(f"`{field}`" for field in fields)
			self._db.execute(f"CREATE INDEX IF NOT EXISTS `{name}.{'_'.join(fields)}` ON `{name}` ({listed})")
		for label, fields, which in IN_PART.get(described.doctype, ()):
			self._db.execute(
				f"CREATE INDEX IF NOT EXISTS `{name}.{label}` ON `{name}` ({', '.join(fields)}) WHERE {which.get_sql(quote_char='`')}"
			)


@cache
def _version() -> int:
	"""A number that changes with what the doctypes describe: 1 to 2^31-1."""
	described = repr(
		(sorted(tables().items()), sorted(INDEXES.items()), str(IN_PART), sorted(DECLARED.items()))
	)
	return zlib.crc32(described.encode()) % (2**31 - 2) + 1


def _text(query: Any) -> str:
	return str(query.get_sql()).replace("%s", "?")


def _typed(kind: str, value: Any) -> Any:
	if value is None or value == "":
		return None
	if kind in ("Int", "Check"):
		return int(value)
	if kind == "Float":
		return float(value)
	if kind == "Time":
		return value if isinstance(value, timedelta) else _time_of_text(str(value).encode())
	return value
