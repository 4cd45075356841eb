"""Learners and what is known of them, from one CSV with a line for each fact.

Columns, in any order, with their names in the first line; further columns are left alone. Cells are parted by commas, or
by semicolons, as spreadsheets write it where numbers have a decimal comma.

learner   any text that tells learners apart; empty for `no school`
date      YYYY-MM-DD
fact      enrolled     first day on the roll; without it the first day of the file
          left         left without finishing; a learner who finished, or who is still there, has none
          finished     left with what they came for: judged up to then, and no leaver
          born         for rules with an age
          present      attended as planned; needed only to tell school days from others
          absent       `value`: planned minutes missed, empty for the whole day; `label`: Excused, or empty
          late         `value`: minutes
          left early   `value`: minutes
          result       `value`: percent of the maximum; `label`: the course
          missing      an assessment that was due a week before and is not in; `label`: the course
          incident     `value`: 1 minor, 2 moderate, 3 serious
          survey       `value`: points from 0 to 100
          no school    a weekday on which nobody has school
value     a number, or empty
label     text, or empty

School days are the weekdays on which somebody was present; in a file without `present`, all weekdays but `no school`.
CohortError(ValueError)   names the line and what to change
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from math import isfinite
from operator import itemgetter

from vsv_app.engine.attendance.learner_days import Enrolment, ExceptionRow
from vsv_app.engine.attendance.timetable import BellSchedule, Period, SchoolCalendar, Session
from vsv_app.engine.signals.indicators.facts import (
	INCIDENTS,
	MISSING,
	PASS_MARK,
	RESULTS,
	SURVEYS,
	FactRow,
	OtherFacts,
)

COLUMNS = ("learner", "date", "fact", "value", "label")
ATTENDED = ("present", "absent", "late", "left early")
SOURCES = {"result": RESULTS, "missing": MISSING, "incident": INCIDENTS, "survey": SURVEYS}
HIGHEST = {"result": 100.0, "survey": 100.0, "incident": 3.0}
ABOUT_A_LEARNER = ("enrolled", "left", "finished", "born", *ATTENDED, *SOURCES)
NO_SCHOOL = "no school"
NEEDS_A_VALUE = ("late", "left early", "result", "incident", "survey")
WEEKDAYS = range(5)
SCHOOL_DAY = (Session("Morning", 510, 750, 240), Session("Afternoon", 780, 900, 120))
"""Six hours, halved at noon: only shares and sums of minutes are looked at."""


class CohortError(ValueError):
	"""A file that cannot be read as learners; says which line, and what to change."""


@dataclass(frozen=True)
class Cohort:
	"""What a file says: stays, exceptions in order of learner and date, other facts, and who left on which day."""

	enrolments: Mapping[str, Enrolment]
	rows: Sequence[ExceptionRow]
	more: OtherFacts
	calendar: SchoolCalendar
	days: Sequence[date]
	left: Mapping[str, date]
	keeps_attendance: bool


def read(lines: Iterable[str], pass_mark: float = PASS_MARK) -> Cohort:
	"""The learners of a CSV; raises CohortError."""
	found = _Found()
	try:
		for number, line in _lines(lines):
			try:
				found.add(line, number)
			except ValueError as error:
				raise CohortError(f"line {number}: {error}") from None
	except UnicodeDecodeError:
		raise CohortError("The file is not in UTF-8. Save it as CSV UTF-8.") from None
	return found.cohort(pass_mark)


def _lines(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
	"""(number of the line, value by column)."""
	text = iter(lines)
	first = next(text, "")
	semicolons = first.count(";") > first.count(",")
	reader = csv.reader(chain([first], text), delimiter=";" if semicolons else ",")
	try:
		heads = [head.strip().casefold() for head in next(reader)]
		if lacking := [column for column in COLUMNS if column not in heads]:
			raise CohortError(
				f"line 1: there is no column {', '.join(lacking)}. Name the columns {', '.join(COLUMNS)}."
			)
		for row in reader:
			if row:
				line = {**dict.fromkeys(COLUMNS, ""), **dict(zip(heads, row, strict=False))}
				if semicolons:
					line["value"] = line["value"].replace(",", ".")
				yield reader.line_num, line
	except csv.Error as error:
		raise CohortError(f"line {reader.line_num}: {error}. Is a quotation mark open?") from None


class _Found:
	def __init__(self) -> None:
		self.days: dict[str, dict[str, date]] = {"enrolled": {}, "left": {}, "finished": {}, "born": {}}
		self.learners: set[str] = set()
		self.attended: set[date] = set()
		self.present = self.keeps_attendance = False
		self.no_school: set[date] = set()
		self.dates: set[date] = set()
		self.rows: list[ExceptionRow] = []
		self.facts: list[FactRow] = []

	def add(self, line: Mapping[str, str], number: int) -> None:
		learner, fact, label = ((line[column] or "").strip() for column in ("learner", "fact", "label"))
		day = _day(line["date"])
		if fact == NO_SCHOOL:
			self.no_school.add(day)
			return
		if fact not in ABOUT_A_LEARNER:
			raise ValueError(f"{fact!r} is no fact; choose from {', '.join((*ABOUT_A_LEARNER, NO_SCHOOL))}.")
		if not learner:
			raise ValueError("it names no learner.")
		value = _value(fact, line["value"])
		self.learners.add(learner)
		if fact != "born":
			self.dates.add(day)
		if fact in self.days:
			self.days[fact][learner] = day
		elif fact in SOURCES:
			self.facts.append((learner, day, SOURCES[fact], value or 0.0, label, "line", str(number)))
		else:
			self.keeps_attendance = True
			self.present |= fact == "present"
			self.attended.add(day)
			if fact != "present":
				self.rows.append(_row(learner, day, fact, value, label, number))

	def cohort(self, pass_mark: float) -> Cohort:
		if not self.dates:
			raise CohortError("The file says nothing of any learner. Add a line for each fact.")
		first, last = min(self.dates), max(self.dates)
		calendar = SchoolCalendar((self._schedule(first, last),), (Period("all", first, last),))
		if not calendar.track().days:
			raise CohortError(
				f"There is no school day from {first} to {last}: nobody was present on a weekday."
			)
		left = self.days["left"]
		enrolments = {
			learner: Enrolment(
				learner, "all", None, self.days["enrolled"].get(learner, first),
				_last_day(learner, left, self.days["finished"]), self.days["born"].get(learner),
			)
			for learner in sorted(self.learners)
		}  # fmt: skip
		kept = frozenset(row[2] for row in self.facts)
		return Cohort(
			enrolments, sorted(self.rows, key=itemgetter(0, 1)), OtherFacts(self.facts, kept, {}, pass_mark), calendar,
			calendar.track().days, left, self.keeps_attendance,
		)  # fmt: skip

	def _schedule(self, first: date, last: date) -> BellSchedule:
		every = (first + timedelta(days=n) for n in range((last - first).days + 1))
		off = {day for day in every if day not in self.attended} if self.present else self.no_school
		weekly = dict.fromkeys(WEEKDAYS, SCHOOL_DAY)
		return BellSchedule("all", weekly, holidays=frozenset(off))


def _last_day(learner: str, left: Mapping[str, date], finished: Mapping[str, date]) -> date | None:
	days = [day for day in (left.get(learner), finished.get(learner)) if day]
	return min(days, default=None)


def _row(learner: str, day: date, fact: str, value: float | None, label: str, number: int) -> ExceptionRow:
	minutes = round(value or 0)
	late, early = (minutes if fact == one else 0 for one in ("late", "left early"))
	status = "Absent" if fact == "absent" else "Present"
	excused = "Excused" if label.casefold() == "excused" else None
	return (learner, day, status, late, minutes, early, excused, None, str(number))


def _day(text: str | None) -> date:
	try:
		return date.fromisoformat((text or "").strip())
	except ValueError:
		raise ValueError(f"{text!r} is no date; write YYYY-MM-DD.") from None


def _value(fact: str, text: str | None) -> float | None:
	text = (text or "").strip()
	if not text:
		if fact in NEEDS_A_VALUE:
			raise ValueError(f"{fact} needs a value.")
		return None
	try:
		value = float(text)
	except ValueError:
		raise ValueError(f"{text!r} is no number.") from None
	if not isfinite(value) or not 0 <= value <= HIGHEST.get(fact, float("inf")):
		raise ValueError(f"a value of {text} is not possible for {fact}.")
	return value
