"""Files as somebody's computer writes them: read, or refused in a sentence that names the line."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.study import made
from tests.study.conftest import Ran
from vsv_app.study import learner_file, table
from vsv_app.study.table import Table, TableError

TEXT = made.text(f"L01,{made.DAYS[0]},late,7.5,", f"L01,{made.DAYS[1]},absent,60,Excused")


@pytest.mark.parametrize(
	"content",
	[
		b"\xef\xbb\xbf" + TEXT.encode(),
		TEXT.replace("\n", "\r\n").encode(),
		TEXT.replace("\n", "\r").encode(),
		TEXT.encode("utf-16"),
		TEXT.replace(",", "\t").encode("utf-16"),
		TEXT.replace(",", ";").replace(";late;7.5;", ";late;7,5;").encode(),
		TEXT.replace(",", "|").encode(),
		TEXT.replace("learner,date,fact", "Learner, Date ,FACT", 1).encode(),
		TEXT.replace(",present,,", ",present").encode(),
		TEXT.replace(",present,,", ",Present,NA,n/a").encode(),
		TEXT.replace("\n", "\n\n").encode(),
		("\n\n" + TEXT).encode(),
		"\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in TEXT.splitlines()).encode(),
		TEXT.replace("label\n", "label,note\n", 1).replace("L01,2025-09-01,late,7.5,", 'L01,2025-09-01,late,7.5,,"bus\nlate ""again"""').encode(),
		re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3-\2-\1", TEXT).encode(),
		TEXT.replace("2025-09-03,", "2025-09-03 00:00:00,").encode(),
	],
	ids=[
		"mark", "line ends", "old line ends", "utf-16", "Excel's Unicode text", "semicolons and decimal commas", "bars", "heads",
		"short lines", "NA", "empty lines", "empty lines first", "all quoted", "a line break in a cell", "dd-mm-yyyy", "with hours",
	],
)  # fmt: skip
def test_however_it_is_written_it_says_the_same(tmp_path: Path, ran: Ran, content: bytes) -> None:
	plain, odd = tmp_path / "plain.csv", tmp_path / "odd.csv"
	plain.write_text(TEXT, encoding="utf-8")
	odd.write_bytes(content)
	expected, found = ran(plain, "--pack", "start"), ran(odd, "--pack", "start")
	assert expected[0] == 0
	assert found == expected


def test_windows_letters_are_read_and_told(tmp_path: Path, ran: Ran) -> None:
	odd = tmp_path / "odd.csv"
	odd.write_bytes(TEXT.replace("L01", "Zoë").encode("cp1252"))
	code, out, _err = ran(odd, "--list", tmp_path / "list.csv")
	assert code == 0
	number = next(n for n, line in enumerate(TEXT.splitlines(), start=1) if line.startswith("L01"))
	assert f"The file is not in UTF-8 (line {number})" in out
	assert "Zoë" in (tmp_path / "list.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
	("content", "sentence"),
	[
		(b"", "odd.csv is empty"),
		(b"\n\n \n", "The file is empty"),
		(made.HEAD.encode(), "says nothing of any learner"),
		(b"learner,date,date,fact,value,label\nL1,2025-09-01,2025-09-01,left,,", "line 1: the column date is named twice"),
		(b"learner,date,what\nL1,2025-09-01,left", "line 1: there is no column fact, value, label"),
		(b"PK\x03\x04\x14\x00", "is a spreadsheet. Save it as CSV"),
		(b"\xd0\xcf\x11\xe0\xa1", "is a spreadsheet. Save it as CSV"),
		(b"learner\0,date", "is no text"),
		(b'"learner,date,fact,value,label\n', "line 1: a quotation mark opens here"),
		(b"learner,date,fact,value,label\nL1,2025-09-06,present,,\nL1,2025-09-07,left,,", "no school day from 2025-09-06"),
		(b"learner,date,fact,value,label\nL1,2025-09-01,left,,", "says of no day what happened"),
	],
)  # fmt: skip
def test_a_file_that_is_none_is_told_in_a_sentence(
	tmp_path: Path, ran: Ran, content: bytes, sentence: str
) -> None:
	odd = tmp_path / "odd.csv"
	odd.write_bytes(content)
	code, _out, error = ran(odd)
	assert code == 2
	assert sentence in error
	assert "Traceback" not in error


def test_files_that_are_not_there_or_folders(tmp_path: Path, ran: Ran) -> None:
	assert ran(tmp_path / "none.csv") == (2, "", f"There is no file {tmp_path / 'none.csv'}.\n")
	code, _out, error = ran(tmp_path)
	assert (code, "is a folder" in error) == (2, True)


@pytest.mark.parametrize(
	"opened",
	[
		'L01,2025-09-01,absent,,"Dentist',
		'"L01,2025-09-01,absent,,',
		'L01,2025-09-01,absent,,"',
	],
)
@pytest.mark.parametrize("closes", [None, 'L02,2025-09-02,absent,,Dentist"', 'L02,2025-09-02,absent,,"'])
def test_an_open_quotation_mark_swallows_nothing(
	tmp_path: Path, ran: Ran, opened: str, closes: str | None
) -> None:
	"""Wherever it closes, or where it never does: the line on which it opens is named."""
	lines = made.text().splitlines()
	lines.insert(10, opened)
	if closes:
		lines.insert(15, closes)
	odd = tmp_path / "odd.csv"
	odd.write_text("\n".join(lines), encoding="utf-8")
	code, _out, error = ran(odd)
	assert code == 2
	assert "line 11: a quotation mark opens here" in error


def test_at_the_end_of_the_file_too() -> None:
	with pytest.raises(TableError, match="line 3: a quotation mark opens here and does not close"):
		list(Table(["a,b\n", "1,2\n", '3,"4\n']).rows())


CELLS = st.text(
	st.characters(codec="utf-8", exclude_characters="\r\n\0\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), max_size=8
)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6), st.sampled_from(",;\t|"))
def test_what_is_quoted_comes_back(rows: list[list[str]], separator: str) -> None:
	lines = [separator.join("abc") + "\n"]
	lines += [separator.join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows]
	assert [cells for _number, cells in Table(lines).rows()] == rows


@given(
	st.lists(
		st.sampled_from(["a,b,c\n", '1,"2,3\n', '"x\n', 'y"\n', '",",\n', "\n", '1,2,"3"\n', '"a""b",,\n']),
		max_size=30,
	)
)
def test_whatever_the_quotation_marks_lines_are_neither_lost_nor_taken_twice(lines: list[str]) -> None:
	"""Either it is refused with a line, or each line with something in it belongs to the row before or begins one."""
	found = Table(["a,b,c\n", *lines]).rows()
	rows, refused = [], False
	try:
		for row in found:
			rows.append(row)
	except TableError:
		refused = True
	numbers = [number for number, _cells in rows]
	assert numbers == sorted(set(numbers))
	ends = numbers[1:] if refused else [*numbers[1:], len(lines) + 2]
	for (number, cells), following in zip(rows, ends, strict=False):
		breaks = sum(cell.count("\n") for cell in cells)
		between = lines[number - 1 + breaks : following - 2]
		assert not any(line.strip() for line in between)


def test_a_hundred_thousand_lines_at_once(tmp_path: Path) -> None:
	path = tmp_path / "many.csv"
	body = "".join(
		f"L{n % 500:03},{made.DAYS[n // 500 % len(made.DAYS)]},present,,\n" for n in range(100_000)
	)
	path.write_text(f"{made.HEAD}\n{body}", encoding="utf-8")
	told: list[float] = []
	file = learner_file.read(table.lines_of(path, table.encoding_of(path), told.append))
	assert len(file.learners) == 500
	assert sum(len(learner.present) for learner in file.learners.values()) == 2 * 100_000
	assert told == sorted(told)
	assert told[-1] == 1.0
