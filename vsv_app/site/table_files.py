"""A list as somebody's computer hands it over: CSV or a spreadsheet, read in memory and kept nowhere."""

import base64
import binascii
import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NoReturn

import frappe
from frappe import _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_ROWS, MOST_COLUMNS, MOST_BYTES = 5000, 40, 5_000_000
SPREADSHEET = b"PK\x03\x04"
ENCODINGS = ("utf-8-sig", "cp1252")
SEPARATORS = ";,\t"
WHOLE_NUMBER = 10**15
"""A float keeps whole numbers exactly up to here."""


class NotAList(frappe.ValidationError):
	"""A file that is no table with named columns."""


@dataclass(frozen=True)
class Table:
	"""The head of a table, and its rows with the number that the file gives each."""

	columns: tuple[str, ...]
	rows: tuple[tuple[int, tuple[str, ...]], ...]

	def __repr__(self) -> str:
		"""Without what stands in it."""
		return f"Table({len(self.rows)} rows)"

	def cell(self, row: Sequence[str], column: int) -> str:
		return row[column] if column < len(row) else ""


def read(content: str) -> Table:
	"""The table of a file that came as base64; raises NotAList."""
	try:
		data = base64.b64decode(content, validate=True)
	except (binascii.Error, ValueError):
		_refuse(_("The file did not arrive whole. Choose it again."))
	if len(data) > MOST_BYTES:
		_refuse(_("This file is larger than 5 MB. Such a list is far smaller."))
	cells = _spreadsheet(data) if data.startswith(SPREADSHEET) else _text(data)
	filled = [(number, _trimmed(row)) for number, row in enumerate(cells, start=1) if any(row)]
	if len(filled) < 2 or len(filled[0][1]) < 2:
		_refuse(_("The first row names the columns, and what is brought in stands in the rows below it: this file has none."))  # fmt: skip
	return Table(filled[0][1], tuple(filled[1:]))


def _text(data: bytes) -> Iterator[tuple[str, ...]]:
	for encoding in ENCODINGS:
		try:
			text = data.decode(encoding)
			break
		except UnicodeDecodeError:
			continue
	else:
		_refuse(_("This file is neither a spreadsheet (.xlsx) nor text (.csv)."))
	head = text.split("\n", 1)[0]
	separator = max(SEPARATORS, key=head.count)
	table = csv.reader(io.StringIO(text), delimiter=separator)
	try:
		for row in islice(table, MOST_ROWS + 1):
			yield tuple(cell.strip() for cell in row[:MOST_COLUMNS])
	except csv.Error:
		_refuse(_("This file is neither a spreadsheet (.xlsx) nor text (.csv)."))


def _spreadsheet(data: bytes) -> Iterator[tuple[str, ...]]:
	try:
		book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
		sheet = book.worksheets[0]
		rows = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True)
		yield from (tuple(map(_cell, row)) for row in rows)
	except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError):
		_refuse(_("This spreadsheet cannot be read. Save it as .xlsx or .csv and choose it again."))


def _trimmed(row: tuple[str, ...]) -> tuple[str, ...]:
	"""Without the empty cells at its end, of which a spreadsheet has as many as somebody asks for."""
	return row[: max(at for at, cell in enumerate(row, start=1) if cell)]


def _cell(value: Any) -> str:
	if value is None:
		return ""
	if isinstance(value, float) and value.is_integer() and abs(value) < WHOLE_NUMBER:
		value = int(value)
	return str(value).strip()


def _refuse(sentence: str) -> NoReturn:
	frappe.throw(sentence, exc=NotAList, title=_("Not a List"))
	raise AssertionError("frappe.throw raises")
