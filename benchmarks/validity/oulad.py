"""The Open University Learning Analytics Dataset as a file of learners: `python -m benchmarks.validity.oulad FOLDER > learners.csv`.

The data (https://analyse.kmi.open.ac.uk/open-dataset, CC BY 4.0; described in https://doi.org/10.1038/sdata.2017.171) are of
adults in distance courses, and days are counted from the start of each course. So: a learner in a course is a learner;
day 0 is put on one Monday for all; an assessment counts as missing when it is not in a week after its day; and, where
studentVle.csv is in the folder, a week without a single click is a week away. What rules for schools tell about such
learners says something of results and missing work, and little of attendance.
"""

import csv
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from benchmarks.validity.learners import COLUMNS

DAY_0 = date(2013, 10, 7)
"""The Monday on which each course is made to start."""
A_WEEK = 7
Course = tuple[str, str]


def main() -> int:
	if len(sys.argv) != 2:
		print("Name the folder that holds studentInfo.csv and the others.", file=sys.stderr)
		return 2
	writer = csv.writer(sys.stdout)
	writer.writerow(COLUMNS)
	writer.writerows(facts(Path(sys.argv[1])))
	return 0


def facts(folder: Path) -> Iterator[tuple[str, str, str, str, str]]:
	"""The lines of a file of learners."""
	lengths = {_course(row): int(row["module_presentation_length"]) for row in _rows(folder, "courses")}
	left = {
		_learner(row): int(row["date_unregistration"])
		for row in _rows(folder, "studentRegistration")
		if row["date_unregistration"] not in ("", "?")
	}
	# Who gave up before the first day never came.
	courses = {
		_learner(row): _course(row)
		for row in _rows(folder, "studentInfo")
		if _course(row) in lengths and left.get(_learner(row), 1) > 0
	}
	for learner, course in courses.items():
		yield learner, str(DAY_0), "enrolled", "", ""
		last = left.get(learner, lengths[course])
		yield learner, _date(last), "left" if learner in left else "finished", "", ""
	yield from _results(folder, courses, left)
	if (folder / "studentVle.csv").exists():
		yield from _weeks_away(folder, courses, lengths, left)


def _results(
	folder: Path, courses: dict[str, Course], left: dict[str, int]
) -> Iterator[tuple[str, str, str, str, str]]:
	due: dict[Course, dict[str, int]] = {}
	of = {}
	for row in _rows(folder, "assessments"):
		of[row["id_assessment"]] = _course(row)
		# Of some exams the day is not known.
		if row["date"] not in ("", "?"):
			due.setdefault(_course(row), {})[row["id_assessment"]] = int(row["date"])
	handed_in: set[tuple[str, str]] = set()
	for row in _rows(folder, "studentAssessment"):
		course = of[row["id_assessment"]]
		learner, day = _name(course, row["id_student"]), int(row["date_submitted"])
		if learner not in courses:
			continue
		if day <= due.get(course, {}).get(row["id_assessment"], day) + A_WEEK:
			handed_in.add((learner, row["id_assessment"]))
		if (
			row["score"] not in ("", "?")
			and row["is_banked"] == "0"
			and 0 <= day < left.get(learner, day + 1)
		):
			yield learner, _date(day), "result", row["score"], course[0]
	for learner, course in courses.items():
		for assessment, day in due.get(course, {}).items():
			known = day + A_WEEK
			if (learner, assessment) not in handed_in and known < left.get(learner, known + 1):
				yield learner, _date(known), "missing", "", course[0]


def _weeks_away(
	folder: Path, courses: dict[str, Course], lengths: dict[Course, int], left: dict[str, int]
) -> Iterator[tuple[str, str, str, str, str]]:
	seen: dict[str, set[int]] = {}
	for row in _rows(folder, "studentVle"):
		seen.setdefault(_learner(row), set()).add(int(row["date"]) // A_WEEK)
	for learner, course in courses.items():
		weeks = min(left.get(learner, lengths[course]), lengths[course]) // A_WEEK
		for week in set(range(weeks)) - seen.get(learner, set()):
			for weekday in range(5):
				yield learner, _date(week * A_WEEK + weekday), "absent", "", ""


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
	with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
		yield from csv.DictReader(lines)


def _course(row: dict[str, str]) -> Course:
	return row["code_module"], row["code_presentation"]


def _learner(row: dict[str, str]) -> str:
	return _name(_course(row), row["id_student"])


def _name(course: Course, student: str) -> str:
	return f"{course[0]}-{course[1]}-{student}"


def _date(day: int) -> str:
	return str(DAY_0 + timedelta(days=day))


if __name__ == "__main__":
	sys.exit(main())
