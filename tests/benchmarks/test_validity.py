"""The study of rules against learners who left: a made-up cohort whose figures can be counted by hand."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks.validity import __main__ as program
from benchmarks.validity import learners, study
from vsv_app.services import packs

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
	rules = [rule for pack in packs.available() for rule in packs.made(pack) if rule.code == "START-AWAY-3"]
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
	rules, _out = study.usable(packs.made(packs.available()[-1]), known)
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
