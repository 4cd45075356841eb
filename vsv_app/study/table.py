"""A table as somebody's computer hands it over: text in some encoding, cells parted by some sign, quotation marks that may be left open.

TableError(ValueError)   a file that is no such table; names the line and says what to change
"""

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SEPARATORS = ",;\t|"
QUOTE = '"'
MOST_LINES_OF_A_CELL = 20
"""Line breaks within one cell of a list of facts are a slip of somebody's hand; more of them are an open quotation mark."""
BLOCK = 1 << 20
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
MARKS = (
	(codecs.BOM_UTF8, "utf-8-sig"),
	(codecs.BOM_UTF16_LE, "utf-16"),
	(codecs.BOM_UTF16_BE, "utf-16"),
)
LINES_BETWEEN = 2000
"""So often a reader says how far it is."""

Progress = Callable[[float], None]
"""Takes how much is done, from 0 to 1."""


class TableError(ValueError):
	"""A file that cannot be read as a table."""


@dataclass(frozen=True)
class Encoding:
	"""How a file writes its signs. `guessed`: the first line that is not in UTF-8, read as Windows writes western Europe's."""

	name: str
	guessed: int | None = None


def encoding_of(path: Path) -> Encoding:
	"""The encoding of a file; raises TableError for a spreadsheet or other bytes, OSError for none."""
	with path.open("rb") as file:
		start = file.read(4)
		if not start:
			raise TableError(f"{path.name} is empty.")
		if start in SPREADSHEETS:
			raise TableError(f"{path.name} is a spreadsheet. Save it as CSV UTF-8, and name that file.")
		for mark, name in MARKS:
			if start.startswith(mark):
				return Encoding(name)
		file.seek(0)
		decoder, line, is_utf8 = codecs.getincrementaldecoder("utf-8")(), 1, True
		guessed = None
		while block := file.read(BLOCK):
			if b"\0" in block:
				raise TableError(f"{path.name} is no text. Save it as CSV UTF-8, and name that file.")
			if is_utf8:
				try:
					decoder.decode(block)
				except UnicodeDecodeError as error:
					is_utf8, guessed = False, line + block[: error.start].count(b"\n")
			line += block.count(b"\n")
	return Encoding("utf-8") if is_utf8 else Encoding("cp1252", guessed)


def lines_of(path: Path, encoding: Encoding, progress: Progress | None = None) -> Iterator[str]:
	"""The lines of a file, however they end, with a word on how far it is."""
	size = max(1, path.stat().st_size)
	with path.open(encoding=encoding.name, errors="replace" if encoding.guessed else "strict") as file:
		read = 0
		try:
			for number, line in enumerate(file):
				yield line
				read += len(line)
				if progress and not number % LINES_BETWEEN:
					progress(min(1.0, read / size))
		except UnicodeDecodeError:
			raise TableError(f"{path.name} cannot be read as text. Save it as CSV UTF-8.") from None
	if progress:
		progress(1.0)


class Table:
	"""Rows below a head, each with the number of its line. Raises TableError, at the latest while it is gone through.

	A cell may be in quotation marks, with line breaks in it. One that is left open swallows nothing: where it does not close
	soon, or closes beyond lines that are rows of their own, the table is refused with the line on which it opens.
	"""

	def __init__(self, lines: Iterable[str]) -> None:
		self._lines = enumerate(lines, start=1)
		first = next((line for _number, line in self._lines if line.strip()), None)
		if first is None:
			raise TableError("The file is empty.")
		self.separator = max(SEPARATORS, key=lambda sign: (first.count(sign), -SEPARATORS.index(sign)))
		try:
			cells = self._parsed(first)
		except csv.Error:
			raise TableError("line 1: a quotation mark opens here and does not close.") from None
		self.heads = [head.strip().casefold() for head in cells]

	def rows(self) -> Iterator[tuple[int, list[str]]]:
		"""(number of the line, cells), but empty lines."""
		separator = self.separator
		for number, line in self._lines:
			if QUOTE in line:
				yield number, self._quoted(number, line)
			elif line.strip():
				yield number, line.rstrip("\r\n").split(separator)

	def _quoted(self, number: int, line: str) -> list[str]:
		text = line
		for _more in range(MOST_LINES_OF_A_CELL):
			try:
				return self._parsed(text)
			except csv.Error:
				following = next(self._lines, None)
			if following is None:
				break
			if self._is_a_row(following[1]):
				raise TableError(
					f"line {number}: a quotation mark opens here, and line {following[0]} begins a row of its own before it closes."
					" Close it, or take it away."
				)
			text += following[1]
		raise TableError(
			f"line {number}: a quotation mark opens here and does not close. Close it, or take it away."
		)

	def _parsed(self, text: str) -> list[str]:
		return next(csv.reader([text], delimiter=self.separator, strict=True), [])

	def _is_a_row(self, line: str) -> bool:
		return line.count(self.separator) >= max(1, len(self.heads) - 1)


def columns(heads: Sequence[str], wanted: Sequence[str], optional: Sequence[str] = ()) -> dict[str, int]:
	"""Place by column; raises TableError where one is not there, or twice."""
	if lacking := [column for column in wanted if column not in heads]:
		raise TableError(
			f"line 1: there is no column {', '.join(lacking)}. Name the columns {', '.join(wanted)}."
		)
	if double := [column for column in (*wanted, *optional) if heads.count(column) > 1]:
		raise TableError(f"line 1: the column {', '.join(double)} is named twice. Take one of them away.")
	return {column: heads.index(column) for column in (*wanted, *optional) if column in heads}
