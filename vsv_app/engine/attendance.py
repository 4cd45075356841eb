"""One learner's exceptions, laid out by school day, so that any window is a slice of them.

A store hands over everything but "present, on time"; the calendar supplies the rest. Attendance kept by day and
attendance kept by course schedule both count, never double: the larger of the two makes the day.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from vsv_app.engine.timetable import Track

EXCUSED = "Excused"

ExceptionRow = tuple[Any, ...]
"""(student, date, status, minutes late, minutes missed, minutes left early, excused, course schedule, record)."""


@dataclass(frozen=True)
class Enrolment:
	"""A learner's stay in a group: what the denominators rest on. `until` None: still there."""

	student: str
	group: str
	program: str | None
	since: date
	until: date | None = None
	born: date | None = None


class LearnerDays:
	"""A learner's exceptional school days, ascending. One slot per such day; minutes throughout.

	`unexcused` and `excused` are absence alone; `late` and `early` are counted apart from them.
	"""

	__slots__ = ("absent", "at", "early", "excused", "late", "rows", "unexcused")

	def __init__(self) -> None:
		self.at: list[int] = []
		self.unexcused: list[int] = []
		self.excused: list[int] = []
		self.late: list[int] = []
		self.early: list[int] = []
		self.absent: list[bool] = []
		self.rows: list[list[ExceptionRow]] = []

	def slots(self, start: int, end: int) -> range:
		"""The slots of the school days `start` up to and without `end`."""
		return range(bisect_left(self.at, start), bisect_left(self.at, end))


def lay_out(rows: Iterable[ExceptionRow], track: Track) -> LearnerDays:
	"""The days of one learner; `rows` ascend by date. Records on days without school are left out."""
	days = LearnerDays()
	index, minutes = track.at, track.minutes
	last = -1
	for row in rows:
		at = index.get(row[1])
		if at is None:
			continue
		if at == last:
			days.rows[-1].append(row)
			_merge(days, minutes[at])
			continue
		last = at
		_append(days, at, row, minutes[at])
	return days


def by_learner(rows: Sequence[ExceptionRow]) -> Iterator[tuple[str, Iterator[ExceptionRow]]]:
	"""Rows in order of learner and date, a learner at a time."""
	return groupby(rows, key=itemgetter(0))


def _append(days: LearnerDays, at: int, row: ExceptionRow, planned: int) -> None:
	_student, _day, status, late, missed, early, excused, course, _record = row
	late, early, gone = late or 0, early or 0, missed or 0
	# Written out, as it runs for every exception of a school's year
	here = status == "Present"
	if here:
		gone = gone - late - early if gone > late + early else 0
	elif not gone and not course:
		# By hand a person writes no minutes; a record of the day then means all of it.
		gone = planned
	gone = min(gone, planned)
	known = status == "Leave" or excused == EXCUSED
	days.at.append(at)
	days.unexcused.append(0 if known else gone)
	days.excused.append(gone if known else 0)
	days.late.append(late)
	days.early.append(early)
	days.absent.append(not here and gone >= planned)
	days.rows.append([row])


def _merge(days: LearnerDays, planned: int) -> None:
	"""Make the last slot anew from its several records of one day."""
	by_day = [row for row in days.rows[-1] if not row[7]]
	by_course = [row for row in days.rows[-1] if row[7]]
	# One record of the day tells the whole of it, lessons tell it together. The largest makes the day; of two
	# that are as large, it is the one with the most excused.
	parts = [_sum([row], planned) for row in by_day] + ([_sum(by_course, planned)] if by_course else [])
	unexcused, excused = max(((part[0], part[1]) for part in parts), key=lambda away: (sum(away), away[1]))
	days.unexcused[-1] = min(planned, unexcused)
	days.excused[-1] = min(planned - days.unexcused[-1], excused)
	days.late[-1] = max(part[2] for part in parts)
	days.early[-1] = max(part[3] for part in parts)
	days.absent[-1] = unexcused + excused >= planned and not any(row[2] == "Present" for row in by_day)


def _sum(rows: Sequence[ExceptionRow], planned: int) -> tuple[int, int, int, int]:
	total = LearnerDays()
	for row in rows:
		_append(total, 0, row, planned)
	return sum(total.unexcused), sum(total.excused), max(total.late), max(total.early)
