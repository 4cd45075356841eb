"""Made-up learners whose figures can be counted by hand, as the lines of a file."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from vsv_app.study import cohorts, learner_file
from vsv_app.study.cohorts import Cohort
from vsv_app.study.learner_file import LearnerFile, Reading

MONDAY = date(2025, 9, 1)
DAYS = [MONDAY + timedelta(days=n) for n in range(26 * 7) if n % 7 < 5]
LEARNERS, LEAVERS = 40, 20
FROM, AWAY_IN_A_ROW, LEAVES = 30, 5, 60
"""Indexes into DAYS: leavers are away for a week from `FROM` on, and gone from `LEAVES` on."""
HEAD = "learner,date,fact,value,label"


def school(days: list[date] = DAYS, prefix: str = "L") -> Iterator[str]:
	"""Every second learner leaves; of the leavers half, and of the stayers a quarter, are away for a week."""
	for number in range(LEARNERS):
		leaves = number % 2 == 0
		away = number % 4 == 0 if leaves else number % 8 == 1
		for at, day in enumerate(days[:LEAVES] if leaves else days):
			missed = away and FROM <= at < FROM + AWAY_IN_A_ROW
			yield f"{prefix}{number:02},{day},{'absent' if missed else 'present'},,"
		if leaves:
			yield f"{prefix}{number:02},{days[LEAVES]},left,,"


def text(*more: str) -> str:
	return "\n".join((HEAD, *school(), *more)) + "\n"


def read(content: str, reading: Reading = Reading()) -> LearnerFile:  # noqa: B008 it cannot be changed
	return learner_file.read(content.splitlines(keepends=True), reading)


def years(content: str, **options: object) -> tuple[list[Cohort], list[str]]:
	"""The cohorts of a file, and what was noted of it."""
	file = read(content)
	found = cohorts.of(file, **options)  # type: ignore[arg-type]
	return found, [str(note) for note in file.notes]


Written = Callable[[str], Path]
