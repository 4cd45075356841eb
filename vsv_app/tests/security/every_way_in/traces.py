"""Where a word of a hidden record can show: the answer, rows, files, logs, and what is told to browsers.

Of rows only those are looked at that a call wrote: a new one, or one of before that is not what it was.
"""

import base64
import binascii
import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from typing import Any

import frappe

from vsv_app.engine.access import table
from vsv_app.site.access.record_references import OF_RECORD
from vsv_app.tests.security.every_way_in.canaries import MARK, WORD, Aviary
from vsv_app.tests.security.every_way_in.people import Caller
from vsv_app.tests.security.every_way_in.sandbox import Answered

BASE64 = re.compile(rb"[A-Za-z0-9+/\r\n]{40,}={0,2}")
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
FOR_NOBODY = frozenset({
	"Error Log", "Access Log", "Route History", "Scheduled Job Log", "Integration Request", "Webhook Request Log", "SMS Log", "__global_search",
	"Console Log", "Email Queue", "Email Queue Recipient", "User Settings", "__UserSettings", "Prepared Report", "Notification Log",
})  # fmt: skip
"""Where texts of records have no place, whoever caused it."""
GUARDED = frozenset({*table.ABOUT_LEARNERS, *table.PARENTS, "Version", "Deleted Document"})
"""What is itself read by the permission table."""
TEXT_TYPES = ("varchar", "char", "text", "longtext", "mediumtext", "tinytext", "json")


@dataclass(frozen=True)
class Trace:
	"""One sight of a hidden record: how it shows, which record, which of its fields, and what it looks like."""

	how: str
	doctype: str
	field: str
	excerpt: str


def texts(data: bytes, depth: int = 3) -> Iterator[bytes]:
	"""Bytes, and what is packed in them: gzip, zip (a workbook), the streams of a PDF, base64."""
	yield data
	if not depth:
		return
	if data[:2] == b"\x1f\x8b":
		with suppress(OSError, EOFError, zlib.error):
			yield from texts(gzip.decompress(data), depth - 1)
	if data[:2] == b"PK":
		with (
			suppress(zipfile.BadZipFile, RuntimeError, OSError),
			zipfile.ZipFile(io.BytesIO(data)) as archive,
		):
			for name in archive.namelist():
				yield from texts(archive.read(name), depth - 1)
	if data[:4] == b"%PDF":
		for stream in STREAM.findall(data):
			with suppress(zlib.error):
				yield zlib.decompress(stream)
	if b"=\n" in data or b"=\r\n" in data:
		yield data.replace(b"=\r\n", b"").replace(b"=\n", b"")
	for found in BASE64.findall(data)[:50]:
		with suppress(binascii.Error, ValueError):
			plain = base64.b64decode(b"".join(found.split()) + b"===", validate=False)
			if len(plain) > 20:
				yield from texts(plain, depth - 1)


def words_in(data: bytes) -> dict[str, str]:
	"""Each word of a record in it, with what stands around it."""
	found: dict[str, str] = {}
	for text in texts(data):
		if MARK.encode() not in text.lower():
			continue
		plain = text.decode(errors="replace")
		for match in WORD.finditer(plain.lower()):
			found.setdefault(match[0], plain[max(0, match.start() - 60) : match.end() + 40])
	return found


class Rows:
	"""The rows of the site that hold a word or belong to a record, as they were before the crawl."""

	def __init__(self, aviary: Aviary) -> None:
		self.aviary = aviary
		self.columns = _text_columns()
		self.records = {(one.doctype, one.name) for one in aviary.canaries}
		self.before: dict[str, dict[str, str]] = {}
		self.where = {name: _where(name, columns) for name, columns in self.columns.items()}
		cursor = frappe.db._conn.cursor()
		for name in self.columns:
			self.before[name] = {key: digest for key, digest, _row in self._read(cursor, name)}

	def _read(self, cursor: Any, name: str) -> Iterator[tuple[str, str, dict[str, str]]]:
		"""Rows that hold a word, or are beside a record of ours: (name, digest, what is in it)."""
		cursor.execute(f"select * from `{name}` where {self.where[name]}")  # noqa: S608 a table's name, and a mark of our own
		names = [one[0] for one in cursor.description]
		for values in cursor.fetchall():
			row = {key: str(value) for key, value in zip(names, values, strict=True) if value is not None}
			kept = {key: value for key, value in row.items() if key not in ("modified", "modified_by", "idx")}
			yield (
				row.get("name") or md5(repr(row).encode(), usedforsecurity=False).hexdigest(),
				_digest(kept),
				row,
			)

	def changes(self, cursor: Any, tables: set[str]) -> Iterator[tuple[str, str, str, dict[str, str]]]:
		"""(what happened, table, row's name, row) of the tables that a call wrote."""
		for name in sorted(tables & set(self.columns)):
			before, now = self.before[name], {}
			for key, digest, row in self._read(cursor, name):
				now[key] = digest
				if key not in before:
					yield "new", name, key, row
				elif before[key] != digest:
					yield "changed", name, key, row
			for key in before.keys() - now.keys():
				yield "gone", name, key, {}


class Eye:
	"""What one caller got to see, or left where others see it."""

	def __init__(self, aviary: Aviary, rows: Rows) -> None:
		self.aviary = aviary
		self.rows = rows
		self.names = _names(aviary)
		self.secrets = [frappe.conf[key] for key in ("db_password", "encryption_key") if frappe.conf.get(key)]

	def look(self, caller: Caller, answer: Answered, sent: str, cursor: Any) -> list[Trace]:
		found = list(self._in_answer(caller, answer, sent))
		found += self._in_rows(caller, answer, sent, cursor)
		for path in answer.files:
			with suppress(OSError):
				found += self._words(caller, Path(path).read_bytes(), sent, "file on disk")
		found += self._words(caller, answer.logged.encode(), sent, "log file", whoever=True)
		for room, told in answer.told:
			if not room.endswith(f"user:{caller.user}"):
				found += self._words(
					caller, told.encode(), sent, f"realtime to {room.partition(':')[0]}", whoever=True
				)
		found += self._words(caller, answer.failed.encode(), sent, "error")
		return found

	def _in_answer(self, caller: Caller, answer: Answered, sent: str) -> Iterator[Trace]:
		yield from self._words(caller, answer.headers.encode(), sent, "header")
		yield from self._words(caller, answer.body, sent, "answer" if answer.status < 400 else "error")
		plain = answer.body.decode(errors="replace")
		for name in set(self.names.findall(plain)) if self.names else ():
			if name in sent:
				continue
			owners = [one for one in self.aviary.canaries if name in (one.name, one.student)]
			if owners and not any(one.readable(caller) for one in owners):
				at = plain.index(name)
				yield Trace(
					"name in answer" if answer.status < 400 else "name in error",
					owners[0].doctype,
					"name",
					plain[max(0, at - 60) : at + 60],
				)

	def _words(
		self, caller: Caller, data: bytes, sent: str, how: str, *, whoever: bool = False
	) -> Iterator[Trace]:
		if any(secret.encode() in data for secret in self.secrets):
			yield Trace(how, "site_config.json", "a password of the site", "")
		for word, around in words_in(data).items():
			canary = self.aviary.by_word.get(word)
			if canary is None or word in sent or (not whoever and canary.readable(caller)):
				continue
			field = next(key for key, value in canary.words.items() if value == word)
			yield Trace(how, canary.doctype, field, around)

	def _in_rows(self, caller: Caller, answer: Answered, sent: str, cursor: Any) -> Iterator[Trace]:
		for what, name, key, row in self.rows.changes(cursor, answer.tables):
			doctype = name.removeprefix("tab")
			text = json.dumps(row, default=str)
			if what != "gone":
				for trace in self._words(
					caller, text.encode(), sent, f"row of {doctype}", whoever=doctype in FOR_NOBODY
				):
					if what == "new" or doctype not in GUARDED:
						yield trace
			yield from self._done_to(caller, what, doctype, key, row)

	def _done_to(
		self, caller: Caller, what: str, doctype: str, key: str, row: dict[str, str]
	) -> Iterator[Trace]:
		"""A record that the caller may not read was changed, or something was hung on it."""
		owner = next((one for one in self.aviary.canaries if (one.doctype, one.name) == (doctype, key)), None)
		if owner is not None and what != "new" and not owner.readable(caller):
			yield Trace(f"{what} row of {doctype}", owner.doctype, "", str(row)[:160])
		if what == "new" and doctype in OF_RECORD:
			of = tuple(row.get(field, "") for field in OF_RECORD[doctype])
			about = next((one for one in self.aviary.canaries if (one.doctype, one.name) == of), None)
			if (
				about is not None
				and not about.readable(caller)
				and doctype not in ("Access Log", "View Log", "Activity Log")
			):
				yield Trace(f"new {doctype} on a hidden record", about.doctype, "", str(row)[:160])


def _where(name: str, columns: list[str]) -> str:
	where = f"concat_ws(' ', {', '.join(f'`{one}`' for one in columns)}) like '%{MARK}%'"
	doctype = name.removeprefix("tab")
	if doctype in OF_RECORD:
		kinds = ", ".join(frappe.db.escape(kind) for kind in (*table.ABOUT_LEARNERS, "Student"))
		where = f"({where}) or `{OF_RECORD[doctype][0]}` in ({kinds})"
	return where


def _digest(row: dict[str, str]) -> str:
	return md5(repr(sorted(row.items())).encode(), usedforsecurity=False).hexdigest()


def _text_columns() -> dict[str, list[str]]:
	found: dict[str, list[str]] = {}
	for name, column, kind in frappe.db.sql(
		"select table_name, column_name, data_type from information_schema.columns where table_schema = %s",
		frappe.conf.db_name,
	):
		if kind in TEXT_TYPES:
			found.setdefault(name, []).append(column)
	return found


def _names(aviary: Aviary) -> re.Pattern[str] | None:
	"""Names of hidden records that tell: those that nobody could guess or count."""
	names = {one.name for one in aviary.canaries if len(one.name) > 7}
	return (
		re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
		if names
		else None
	)
