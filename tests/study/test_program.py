"""What a person types, and what is printed and written."""

import csv
import io
import json
import re
import stat
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.study import made
from tests.study.conftest import Ran
from tests.study.made import DAYS, LEARNERS, LEAVERS
from vsv_app.study.program import main
from vsv_app.study.report.data import HEADS


def test_what_the_file_cannot_tell_is_left_out_and_said(file: Path, ran: Ran) -> None:
	code, told, _error = ran(file)
	assert code == 0
	for line in (
		"left out: ABC-COURSE, as the file has no results",
		"left out: START-NOT-ARRIVED, as it is about the running day alone",
		"left out: NL-UNEXCUSED-16H, as the file says of nobody when they were born",
		f"{LEARNERS} learners, {LEAVERS} left; {len(DAYS)} school days",
		"base rate 0.50 (0.35-0.65)",
		"Only 20 left: one learner more or less moves each figure by much",
		"logistic model",
		"What these figures cannot say",
	):
		assert line in told


def test_few_are_not_told_as_a_share(file: Path, ran: Ran) -> None:
	file.write_text(
		"\n".join(
			line for line in made.text().splitlines() if ",left," not in line or line.startswith("L00")
		),
		encoding="utf-8",
	)
	_code, told, _error = ran(file, "--pack", "start")
	assert "Only 1 left" in told
	row = next(line for line in told.splitlines() if line.startswith("START-AWAY-3"))
	assert re.search(r"\b1\s+0\.\d\d \(", row)  # precision of 15 named
	assert row.count("too few") == 1  # the recall of one
	assert "no model: fewer than 10" in told


def test_nobody_left(file: Path, ran: Ran) -> None:
	file.write_text(
		"\n".join(line for line in made.text().splitlines() if ",left," not in line), encoding="utf-8"
	)
	code, _out, error = ran(file)
	assert code == 2
	assert (
		"Of nobody in the file it came true: there is nothing to tell. Add lines of the fact left." in error
	)
	assert (
		ran(file, "--outcome", "failed", "--outcome", "repeated")[2].rstrip().endswith("failed or repeated.")
	)


def test_rules_of_ones_own_that_cannot_be_used_are_named(file: Path, ran: Ran) -> None:
	own = file.with_name("rules.json")
	for content, sentence in (
		(b"[]", "A pack is an object"),
		(b'{"pack": "x"}', "The pack x lacks title"),
		(b'{"pack": "x",\n oops', "line 2, sign 2: this is no JSON"),
		(b'{"pack": "Zo\xeb"}', "it is not in UTF-8"),
	):
		own.write_bytes(content)
		code, _out, error = ran(file, "--rules", own)
		assert code == 2
		assert error.startswith(f"{own}: ")
		assert sentence in error
	assert (
		ran(file, "--rules", file.with_name("none.json"))[2]
		== f"There is no file {file.with_name('none.json')}.\n"
	)


def test_a_code_of_ones_own_that_a_pack_has_too_is_refused(file: Path, ran: Ran) -> None:
	own = file.with_name("rules.json")
	rule = {
		"rule_code": "START-AWAY-3", "title": "mine", "severity": "Watch", "basis": "school practice",
		"indicator": "consecutive_days_absent", "comparison": "at least", "threshold": 2, "window_kind": "Year To Date",
	}  # fmt: skip
	own.write_text(
		json.dumps({"pack": "mine", "title": "Mine", "version": 1, "rules": [rule]}), encoding="utf-8"
	)
	assert ran(file, "--rules", own)[0] == 0
	assert "a pack has a rule of the code START-AWAY-3 too" in ran(file, "--rules", own, "--pack", "start")[2]


@pytest.mark.parametrize(
	"asked",
	[
		("--week", "0"), ("--week", "x"), ("--horizon", "-1"), ("--capacity", "0"), ("--scale", "ten"), ("--year-starts", "13-01"),
		("--year-starts", "August"), ("--pass-mark", "101"), ("--outcome", "ran away"), ("--dates", "ymd"),
	],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(
	file: Path, capsys: pytest.CaptureFixture[str], asked: tuple[str, str]
) -> None:
	with pytest.raises(SystemExit) as error:
		main([str(file), *asked])
	assert error.value.code == 2
	assert asked[0] in capsys.readouterr().err


def test_json_says_what_the_text_says(file: Path, ran: Ran, tmp_path: Path) -> None:
	out = tmp_path / "study.json"
	assert ran(file, "--pack", "start", "--week", "7", "--capacity", "12", "--json", out)[0] == 0
	found = json.loads(out.read_text(encoding="utf-8"))
	(year,) = found["years"]
	assert found["together"] is None
	assert found["options"]["capacity"] == 12
	assert (year["learners"], year["happened"]) == (LEARNERS, LEAVERS)
	away = next(one for one in year["over_time"] if one["code"] == "START-AWAY-3")
	assert (away["named"], away["hits"], away["precision"]["of"]) == (15, 10, 15)
	assert away["precision"]["low"] < away["precision"]["share"] < away["precision"]["high"]
	assert year["moments"][0]["rules"]["named"] == 12
	before = out.read_bytes()
	assert ran(file, "--pack", "start", "--week", "7", "--capacity", "12", "--json", out)[0] == 0
	assert out.read_bytes() == before


def test_the_list_says_who_was_warned_of_and_when(file: Path, ran: Ran, tmp_path: Path) -> None:
	out = tmp_path / "list.csv"
	with file.open("a", encoding="utf-8") as lines:
		lines.writelines(
			f"=1+1,{day},{'absent' if 30 <= at < 35 else 'present'},,\n" for at, day in enumerate(DAYS)
		)
	assert ran(file, "--pack", "start", "--list", out)[0] == 0
	with out.open(encoding="utf-8", newline="") as lines:
		rows = list(csv.DictReader(lines))
	assert tuple(rows[0]) == HEADS
	away = [row for row in rows if row["rule"] == "START-AWAY-3"]
	assert len(away) == 16
	first = next(row for row in away if row["learner"] == "L00")
	assert (first["raised"], first["outcome"]) == (str(DAYS[32]), str(DAYS[60]))
	assert int(first["days_before"]) == (DAYS[60] - DAYS[32]).days
	# A spreadsheet would run it.
	assert any(row["learner"] == "'=1+1" for row in away)
	assert stat.S_IMODE(out.stat().st_mode) == 0o600


class Terminal(io.StringIO):
	def isatty(self) -> bool:
		return True


def test_how_far_it_is_shows_on_a_terminal_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
	for screen, shows in ((Terminal(), True), (io.StringIO(), False)):
		monkeypatch.setattr("sys.stderr", screen)
		assert main([str(file), "--pack", "start", "--week", "7"]) == 0
		said = screen.getvalue()
		assert all(
			(f"{what} [" in said) == shows for what in ("reading", "2025-26", "2025-26, beside a model")
		)
		# Nothing of it is left when it is over.
		assert said.rpartition("\r")[2] == ""


class Loads(HTMLParser):
	"""Everything on a page that would be loaded or run, and whether its tags match."""

	def __init__(self) -> None:
		super().__init__()
		self.loaded: list[str] = []
		self.open: list[str] = []
		self.plots = 0

	def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
		self.plots += tag == "svg"
		if tag in ("script", "link", "img", "iframe", "object") or any(
			name in ("src", "href") or name.startswith("on") for name, _v in attrs
		):
			self.loaded.append(tag)
		if tag not in ("meta", "line", "circle", "rect"):
			self.open.append(tag)

	def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
		self.handle_starttag(tag, attrs)
		if tag not in ("meta", "line", "circle", "rect"):
			self.open.pop()

	def handle_endtag(self, tag: str) -> None:
		assert self.open.pop() == tag


def test_the_page_needs_nothing_else(file: Path, ran: Ran, tmp_path: Path) -> None:
	out = tmp_path / "study.html"
	bad = "<script>alert(1)</script>"
	with file.open("a", encoding="utf-8") as lines:
		lines.writelines(
			f'L{n:02},{DAYS[0]},group,,"kind: {bad if n % 2 else "b & c"}"\n' for n in range(LEARNERS)
		)
		lines.write(f"L01,{DAYS[0]},absent,9,{bad}\n")
	assert ran(file, "--html", out, "--capacity", "5")[0] == 0
	page = out.read_text(encoding="utf-8")
	found = Loads()
	found.feed(page)
	assert found.open == []
	assert found.loaded == []
	assert found.plots >= 5
	assert bad not in page
	assert "&lt;script&gt;" in page
	assert "http" not in page.replace("http-equiv", "")


def test_nothing_is_written_over_the_file(file: Path, ran: Ran) -> None:
	before = file.read_bytes()
	code, _out, error = ran(file, "--html", file)
	assert (code, file.read_bytes()) == (2, before)
	assert "One file is named twice" in error
	code, _out, error = ran(file, "--html", file.parent / "none" / "x.html")
	assert (code, "Traceback" in error) == (2, False)


def test_several_years_are_told_each_and_together(file: Path, ran: Ran) -> None:
	from tests.study.test_cohorts import two_years

	file.write_text(two_years(), encoding="utf-8")
	code, told, _error = ran(file, "--pack", "start", "--week", "7")
	assert code == 0
	assert [line.split(":")[0] for line in told.splitlines() if line.startswith("==")] == [
		"== 2025-26", "== 2026-27", "== all years together",
	]  # fmt: skip
