"""One learner's exceptions, laid out by school day, so that any window is a slice of them.

A store hands over everything but "present, on time"; the calendar supplies the rest. Attendance kept by day and
attendance kept by course schedule both count, never double: the larger of the two makes the day.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby, repeat
from operator import itemgetter, not_
from typing import Any

from vsv_app.engine.attendance.timetable import Earlier, Track

EXCUSED = "Excused"

ExceptionRow = tuple[Any, ...]
"""(student, date, status, minutes late, minutes missed, minutes left early, excused, course schedule, record)."""
Counted = tuple[int, int, int, int, bool]
"""(unexcused, excused, late, left early) minutes of a day, and whether it was missed as a whole."""


@dataclass(frozen=True)
class Enrolment:
	"""A learner's stay in a group: what the denominators rest on. `until` None: still there.

	`before` are groups of their own earlier in the year: each day counts by the timetable that held for them then.
	"""

	student: str
	group: str
	program: str | None
	since: date
	until: date | None = None
	born: date | None = None
	before: tuple[Earlier, ...] = ()


class LearnerDays:
	"""A learner's exceptional school days, ascending. One slot per such day; minutes throughout.

	`unexcused` and `excused` are absence alone; `late` and `early` are counted apart from them, and only what is not excused.
	"""

	__slots__ = ("absent", "at", "early", "excused", "late", "rows", "unexcused")

	def __init__(self, at: list[int], counted: Sequence[Counted], rows: list[list[ExceptionRow]]) -> None:
		self.at = at
		self.rows = rows
		columns: Iterable[list[Any]] = (
			map(list, zip(*counted, strict=True)) if counted else ([] for _ in range(5))
		)
		self.unexcused: list[int]
		self.excused: list[int]
		self.late: list[int]
		self.early: list[int]
		self.absent: list[bool]
		self.unexcused, self.excused, self.late, self.early, self.absent = columns

	def slots(self, start: int, end: int) -> range:
		"""The slots of the school days `start` up to and without `end`."""
		return range(bisect_left(self.at, start), bisect_left(self.at, end))


def lay_out(rows: Iterable[ExceptionRow], track: Track) -> LearnerDays:
	"""The days of one learner; `rows` ascend by date. Records on days without school are left out."""
	index, minutes = track.at, track.minutes
	rows = list(rows)
	if not rows:
		return LearnerDays([], (), [])
	_students, days, status, late, missed, early, excused, courses, _names = zip(*rows, strict=True)
	places: list[int] = list(map(index.get, days, repeat(-1)))
	if len(set(places)) == len(places) and -1 not in places:
		# Nearly everybody has one record on a day at most, and none on days without school.
		planned = map(minutes.__getitem__, places)
		counts = map(_counted, status, late, missed, early, excused, map(not_, courses), planned)
		return LearnerDays(places, tuple(counts), [[row] for row in rows])
	at: list[int] = []
	counted: list[Counted] = []
	by_day: list[list[ExceptionRow]] = []
	last = -1
	for row in rows:
		day = index.get(row[1])
		if day is None:
			continue
		if day == last:
			by_day[-1].append(row)
			counted[-1] = _together(by_day[-1], minutes[day])
			continue
		last = day
		at.append(day)
		by_day.append([row])
		counted.append(_counted(*row[2:7], not row[7], minutes[day]))
	return LearnerDays(at, counted, by_day)


def by_learner(rows: Sequence[ExceptionRow]) -> Iterator[tuple[str, Iterator[ExceptionRow]]]:
	"""Rows in order of learner and date, a learner at a time."""
	return groupby(rows, key=itemgetter(0))


def _alone(row: ExceptionRow, planned: int) -> Counted:
	"""What one record of a day counts for, by itself."""
	return _counted(*row[2:7], not row[7], planned)


@lru_cache(maxsize=4096)
def _counted(
	status: str,
	late: int | None,
	missed: int | None,
	early: int | None,
	excused: str | None,
	whole_day: bool,
	planned: int,
) -> Counted:
	"""As _alone. A year of a school has few that differ, and asks for every one of its exceptions."""
	late, early, gone = late or 0, early or 0, missed or 0
	here = status == "Present"
	if here:
		gone = max(0, gone - late - early)
		if excused == EXCUSED:
			late = early = 0
	elif not gone and whole_day:
		# By hand a person writes no minutes; a record of the day then means all of it.
		gone = planned
	gone = min(gone, planned)
	away = not here and gone >= planned
	if status == "Leave" or excused == EXCUSED:
		return 0, gone, late, early, away
	return gone, 0, late, early, away


def _together(rows: Sequence[ExceptionRow], planned: int) -> Counted:
	"""What several records of one day count for together."""
	by_day = [row for row in rows if not row[7]]
	by_course = [row for row in rows if row[7]]
	# One record of the day tells the whole of it, lessons tell it together. The largest makes the day; of two
	# that are as large, it is the one with the most excused.
	parts = [_sum([row], planned) for row in by_day] + ([_sum(by_course, planned)] if by_course else [])
	unexcused, excused = max(((part[0], part[1]) for part in parts), key=lambda away: (sum(away), away[1]))
	shown = min(planned, unexcused)
	return (
		shown,
		min(planned - shown, excused),
		max(part[2] for part in parts),
		max(part[3] for part in parts),
		unexcused + excused >= planned and not any(row[2] == "Present" for row in by_day),
	)


def _sum(rows: Sequence[ExceptionRow], planned: int) -> tuple[int, int, int, int]:
	unexcused, excused, late, early, _away = zip(*(_alone(row, planned) for row in rows), strict=True)
	return sum(unexcused), sum(excused), max(late), max(early)
