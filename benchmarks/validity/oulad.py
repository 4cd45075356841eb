"""The Open University Learning Analytics Dataset as a file of learners: `python -m benchmarks.validity.oulad FOLDER > learners.csv`.

The data (https://analyse.kmi.open.ac.uk/open-dataset, CC BY 4.0; described in https://doi.org/10.1038/sdata.2017.171) are of
adults in distance courses, and days are counted from the start of each course. So: a learner in a course is a learner;
day 0 is put on one Monday for all; an assessment counts as missing when it is not in a week after its day; and, where
studentVle.csv is in the folder, a week without a single click is a week away. What rules for schools tell about such
learners says something of results and missing work, and little of attendance. Gender, region and age band become groups.
"""

import csv
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TextIO

from vsv_app.study.learner_file import COLUMNS, NOTHING, UNTIL

DAY_0 = date(2013, 10, 7)
"""The Monday on which each course is made to start."""
A_WEEK = 7
FRIDAY = 4
GROUPS = ("gender", "age_band", "region", "highest_education", "disability")
FAILED = "Fail"
SEPARATORS = ",;\t"
LINES_BETWEEN = 50_000
Course = tuple[str, str]
Line = tuple[str, str, str, str, str, str]
NEEDED = {
	"courses": ("code_module", "code_presentation", "module_presentation_length"),
	"studentRegistration": ("code_module", "code_presentation", "id_student", "date_unregistration"),
	"studentInfo": ("code_module", "code_presentation", "id_student"),
	"assessments": ("code_module", "code_presentation", "id_assessment", "date"),
	"studentAssessment": ("id_assessment", "id_student", "date_submitted", "is_banked", "score"),
	"studentVle": ("code_module", "code_presentation", "id_student", "date"),
}
CLICKS = "studentVle"


class NotOulad(ValueError):
	"""A folder that does not hold the data set; says what is not there."""


def main(arguments: Sequence[str] | None = None) -> int:
	given = sys.argv[1:] if arguments is None else arguments
	if len(given) != 1:
		print(
			"Name the folder that holds studentInfo.csv and the others, and where the lines go:"
			" python -m benchmarks.validity.oulad FOLDER > learners.csv",
			file=sys.stderr,
		)
		return 2
	try:
		writer = csv.writer(sys.stdout, lineterminator="\n")
		writer.writerow((*COLUMNS, UNTIL))
		writer.writerows(facts(Path(given[0])))
	except NotOulad as error:
		print(error, file=sys.stderr)
		return 2
	except BrokenPipeError:
		# Whoever reads has seen enough; what is still to be written goes nowhere.
		os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
	return 0


def facts(folder: Path) -> Iterator[Line]:
	"""The lines of a file of learners; raises NotOulad."""
	if not folder.is_dir():
		raise NotOulad(f"There is no folder {folder}.")
	if absent := [name for name in NEEDED if name != CLICKS and not (folder / f"{name}.csv").is_file()]:
		raise NotOulad(
			f"{folder} has no {', '.join(f'{name}.csv' for name in absent)}: is it the folder of the data set?"
		)
	lengths = {
		(module, presentation): _whole(length, "courses", number)
		for number, (module, presentation, length) in _rows(folder, "courses")
	}
	left = {
		_name((module, presentation), student): _whole(day, "studentRegistration", number)
		for number, (module, presentation, student, day) in _rows(folder, "studentRegistration")
		if day.casefold() not in NOTHING
	}
	courses: dict[str, Course] = {}
	for number, row in _rows(folder, "studentInfo", (*GROUPS, "final_result")):
		course, learner = (row[0], row[1]), _name((row[0], row[1]), row[2])
		if course not in lengths:
			raise NotOulad(f"studentInfo.csv, line {number}: courses.csv has no course {' '.join(course)}.")
		# Who gave up before the first day never came.
		if left.get(learner, 1) <= 0:
			continue
		courses[learner] = course
		for kind, group in zip(GROUPS, row[3:-1], strict=True):
			if group.casefold() not in NOTHING:
				yield learner, str(DAY_0), "group", "", f"{kind.replace('_', ' ')}: {group}", ""
		if row[-1] == FAILED and learner not in left:
			yield learner, _date(lengths[course]), "failed", "", "", ""
	for learner, course in courses.items():
		yield learner, str(DAY_0), "enrolled", "", "", ""
		last = left.get(learner, lengths[course])
		yield learner, _date(last), "left" if learner in left else "finished", "", "", ""
	yield from _results(folder, courses, left)
	if (folder / f"{CLICKS}.csv").exists():
		yield from _weeks_away(folder, courses, lengths, left)


def _results(folder: Path, courses: dict[str, Course], left: dict[str, int]) -> Iterator[Line]:
	due: dict[Course, dict[str, int]] = {}
	of: dict[str, Course] = {}
	for number, (module, presentation, assessment, day) in _rows(folder, "assessments"):
		of[assessment] = module, presentation
		# Of some exams the day is not known.
		if day.casefold() not in NOTHING:
			due.setdefault((module, presentation), {})[assessment] = _whole(day, "assessments", number)
	handed_in: set[tuple[str, str]] = set()
	for number, (assessment, student, submitted, banked, score) in _rows(folder, "studentAssessment"):
		if assessment not in of:
			raise NotOulad(
				f"studentAssessment.csv, line {number}: assessments.csv has no assessment {assessment}."
			)
		course = of[assessment]
		learner = _name(course, student)
		if learner not in courses or submitted.casefold() in NOTHING:
			continue
		day = _whole(submitted, "studentAssessment", number)
		if day <= due.get(course, {}).get(assessment, day) + A_WEEK:
			handed_in.add((learner, assessment))
		if score.casefold() not in NOTHING and banked == "0" and 0 <= day < left.get(learner, day + 1):
			yield learner, _date(day), "result", score, course[0], ""
	for learner, course in courses.items():
		for assessment, day in due.get(course, {}).items():
			# It counts from a week after its day on.
			if (
				(learner, assessment) not in handed_in
				and day >= 0
				and day + A_WEEK < left.get(learner, day + A_WEEK + 1)
			):
				yield learner, _date(day), "missing", "", course[0], ""


def _weeks_away(
	folder: Path, courses: dict[str, Course], lengths: dict[Course, int], left: dict[str, int]
) -> Iterator[Line]:
	"""Weeks without a click, those in a row as one line. Which weeks a learner was seen in is a bit each of one number."""
	seen_in: dict[Course, dict[str, int]] = {}
	for number, (module, presentation, student, day) in _rows(folder, CLICKS):
		try:
			week = int(day) // A_WEEK
		except ValueError:
			week = _whole(day, CLICKS, number) // A_WEEK
		if week < 0:
			continue
		own = seen_in.get((module, presentation))
		if own is None:
			own = seen_in[module, presentation] = {}
		own[student] = own.get(student, 0) | 1 << week
	for learner, course in courses.items():
		weeks = min(left.get(learner, lengths[course]), lengths[course]) // A_WEEK
		bits = seen_in.get(course, {}).get(learner.rpartition("-")[2], 0)
		week = 0
		while week < weeks:
			if bits >> week & 1:
				week += 1
				continue
			first = week
			while week < weeks and not bits >> week & 1:
				week += 1
			yield learner, _date(first * A_WEEK), "absent", "", "", _date((week - 1) * A_WEEK + FRIDAY)


def _rows(folder: Path, name: str, optional: Sequence[str] = ()) -> Iterator[tuple[int, Sequence[str]]]:
	"""(number of the line, the cells that are asked for) of a file; raises NotOulad."""
	path = folder / f"{name}.csv"
	with path.open(encoding="utf-8-sig", newline="", errors="replace") as lines:
		first = next(lines, "")
		separator = max(SEPARATORS, key=lambda sign: (first.count(sign), -SEPARATORS.index(sign)))
		heads = [head.strip().strip('"').casefold() for head in first.rstrip("\r\n").split(separator)]
		if lacking := [column for column in NEEDED[name] if column not in heads]:
			raise NotOulad(f"{path.name}, line 1: there is no column {', '.join(lacking)}.")
		at = [heads.index(column) if column in heads else -1 for column in (*NEEDED[name], *optional)]
		size, read, width = max(1, path.stat().st_size), len(first), max(at)
		reader = csv.reader(_watched(lines, name, size, read), delimiter=separator, strict=True)
		try:
			for number, row in enumerate(reader, start=2):
				if not row:
					continue
				if len(row) <= width:
					raise NotOulad(
						f"{path.name}, line {number}: it has {len(row)} cells, and needs {width + 1}."
					)
				yield number, [row[place] if place >= 0 else "" for place in at]
		except csv.Error as error:
			raise NotOulad(
				f"{path.name}, line {reader.line_num + 1}: {error}. Is a quotation mark open?"
			) from None


def _watched(lines: TextIO, name: str, size: int, read: int) -> Iterator[str]:
	"""The lines, and how far it is on the terminal of whoever waits."""
	shows = sys.stderr.isatty()
	for number, line in enumerate(lines):
		if shows:
			read += len(line)
			if not number % LINES_BETWEEN:
				print(f"\r{name} {100 * read // size:3} %", end="", file=sys.stderr, flush=True)
		yield line
	if shows:
		print("\r" + " " * (len(name) + 8) + "\r", end="", file=sys.stderr, flush=True)


def _whole(text: str, name: str, number: int) -> int:
	try:
		return int(float(text))
	except (ValueError, OverflowError):
		raise NotOulad(f"{name}.csv, line {number}: {text!r} is no day.") from None


def _name(course: Course, student: str) -> str:
	return f"{course[0]}-{course[1]}-{student}"


def _date(day: int) -> str:
	return str(DAY_0 + timedelta(days=day))


if __name__ == "__main__":
	sys.exit(main())
