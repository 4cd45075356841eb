"""The study of rules against learners who left: a made-up cohort whose figures can be counted by hand."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks.validity import __main__ as program
from benchmarks.validity import learners, study
from vsv_app.services.signals import rule_packs

MONDAY = date(2025, 9, 1)
DAYS = [MONDAY + timedelta(days=n) for n in range(26 * 7) if n % 7 < 5]
LEARNERS, LEAVERS = 40, 20
FROM, AWAY_IN_A_ROW, LEAVES = 30, 5, 60
"""Indexes into DAYS: leavers are away for a week from `FROM` on, and gone from `LEAVES` on."""


def cohort() -> Iterator[str]:
	"""Every second learner leaves; of the leavers half, and of the stayers a quarter, are away for a week."""
	yield "learner,date,fact,value,label"
	for number in range(LEARNERS):
		leaves = number % 2 == 0
		away = number % 4 == 0 if leaves else number % 8 == 1
		for at, day in enumerate(DAYS[:LEAVES] if leaves else DAYS):
			missed = away and FROM <= at < FROM + AWAY_IN_A_ROW
			yield f"L{number:02},{day},{'absent' if missed else 'present'},,"
		if leaves:
			yield f"L{number:02},{DAYS[LEAVES]},left,,"


@pytest.fixture
def file(tmp_path: Path) -> Path:
	path = tmp_path / "learners.csv"
	path.write_text("\n".join(cohort()), encoding="utf-8")
	return path


def test_counted_by_hand() -> None:
	known = learners.read(cohort())
	rules = [
		rule
		for pack in rule_packs.available()
		for rule in rule_packs.made(pack)
		if rule.code == "START-AWAY-3"
	]
	usable, out = study.usable(rules, known)
	assert not out
	found = study.over_time(usable, known, study.warnings(usable, known))[0].validity
	# 10 of the 20 leavers and 5 of the 20 stayers were away; the third day in a row is the one that warns.
	assert (found.warned, found.left, found.warned_and_left) == (15, LEAVERS, 10)
	assert found.precision == pytest.approx(10 / 15)
	assert found.recall == pytest.approx(10 / 20)
	assert found.f1 == pytest.approx(20 / 35)
	assert found.lead_days == (DAYS[LEAVES] - DAYS[FROM + 2]).days


def test_rules_and_model_at_a_moment() -> None:
	known = learners.read(cohort())
	rules, _out = study.usable(rule_packs.made(rule_packs.available()[-1]), known)
	found = study.at_a_moment(rules, known, study.warnings(rules, known), 8)
	assert found is not None
	assert (found.learners, found.leavers) == (LEARNERS, LEAVERS)
	# Three in eight pairs are told in the right order, one in eight wrongly, and half of them not at all.
	assert found.rules_area == pytest.approx(3 / 8 + 1 / 4)
	assert found.model is not None
	assert found.model.warned == found.rules.warned


def test_what_the_file_cannot_tell_is_left_out_and_said(
	file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
	assert program.main([str(file)]) == 0
	told = capsys.readouterr().out
	for line in (
		"left out: ABC-COURSE, as the file has no results",
		"left out: START-NOT-ARRIVED, as it is about the running day alone",
		"left out: NL-UNEXCUSED-16H, as the file says of nobody when they were born",
		f"{LEARNERS} learners, {LEAVERS} left; {len(DAYS)} school days",
		"logistic model",
	):
		assert line in told


@pytest.mark.parametrize(
	("line", "sentence"),
	[
		("L99,2025-13-01,present,,", "'2025-13-01' is no date; write YYYY-MM-DD"),
		("L99,2025-09-01,skipped,,", "'skipped' is no fact; choose from"),
		("L99,2025-09-01,late,,", "late needs a value"),
		("L99,2025-09-01,result,140,Maths", "a value of 140 is not possible for result"),
		(",2025-09-01,present,,", "it names no learner"),
	],
)
def test_a_line_that_is_wrong_is_named(
	file: Path, capsys: pytest.CaptureFixture[str], line: str, sentence: str
) -> None:
	with file.open("a", encoding="utf-8") as lines:
		lines.write(f"\n{line}")
	number = len(file.read_text(encoding="utf-8").splitlines())
	assert program.main([str(file)]) == 2
	error = capsys.readouterr().err
	assert f"line {number}: " in error
	assert sentence in error


@pytest.mark.parametrize(
	"written",
	[
		lambda text: text.replace(",", ";").replace(";late;7.5;", ";late;7,5;"),
		lambda text: text.replace("learner,date,fact", "Learner, Date ,FACT", 1),
		lambda text: "\ufeff" + text.replace("\n", "\r\n"),
		lambda text: text.replace(",present,,", ",present"),
		lambda text: text.replace("\n", "\n\n"),
	],
	ids=["semicolons and decimal commas", "heads", "mark and line ends", "short lines", "empty lines"],
)
def test_however_a_spreadsheet_writes_it(
	file: Path, capsys: pytest.CaptureFixture[str], written: Callable[[str], str]
) -> None:
	text = file.read_text(encoding="utf-8") + f"\nL01,{DAYS[0]},late,7.5,"
	file.write_text(text, encoding="utf-8")
	assert program.main([str(file)]) == 0
	plain = capsys.readouterr().out
	file.write_text(written(text), encoding="utf-8", newline="")
	assert program.main([str(file)]) == 0
	assert capsys.readouterr().out == plain


@pytest.mark.parametrize(
	("content", "sentence"),
	[
		(b"", "line 1: there is no column learner"),
		("learner,date,fact,value,label\nZo\xeb,2025-09-01,left,,".encode("latin-1"), "not in UTF-8. Save it as CSV UTF-8"),
		(b"learner,date,fact,value,label\n" + b'"' + b"L1,2025-09-01,present,,\n" * 9000, "Is a quotation mark open?"),
		(b"learner,date,fact,value,label\nL1,2025-09-06,present,,\nL1,2025-09-07,left,,", "no school day from 2025-09-06"),
	],
)  # fmt: skip
def test_a_file_that_is_none_is_told_in_a_sentence(
	tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, sentence: str
) -> None:
	odd = tmp_path / "odd.csv"
	odd.write_bytes(content)
	assert program.main([str(odd)]) == 2
	assert sentence in capsys.readouterr().err


def test_rules_that_are_no_pack_are_told_in_a_sentence(
	file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
	own = file.with_name("rules.json")
	for content, sentence in (("[]", "A pack is an object"), ('{"pack": "x"}', "The pack x lacks title")):
		own.write_text(content, encoding="utf-8")
		assert program.main([str(file), "--rules", str(own)]) == 2
		assert sentence in capsys.readouterr().err


def test_a_week_is_counted_from_one(file: Path) -> None:
	with pytest.raises(SystemExit):
		program.main([str(file), "--week", "0"])
