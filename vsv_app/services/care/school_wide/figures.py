"""How the school does this year, beside the same stretch of last year: attendance, answers, what stalls, plans, leavers.

A figure about fewer learners than the school shows is None: it would tell on somebody.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vsv_app.engine.attendance.learner_days import Enrolment, ExceptionRow, by_learner, lay_out
from vsv_app.engine.attendance.timetable import Period, SchoolCalendar, monday
from vsv_app.engine.care.early_leavers import EARLY
from vsv_app.engine.care.plans import CLOSED, MET, NOT_AGREED, NOT_MET
from vsv_app.engine.signals.signal_lifecycle import OPEN
from vsv_app.engine.small_groups import suppressed
from vsv_app.services import school
from vsv_app.services.attendance import roll
from vsv_app.services.care import promises
from vsv_app.services.school import School
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import student_attendance
from vsv_app.stores.queries.care import school_figures
from vsv_app.stores.queries.care.school_figures import Raised
from vsv_app.stores.store import Store

DEFAULT_DAYS = 3
"""School days within which a signal is to be answered, where the school has set no number."""


@dataclass(frozen=True)
class Stretch:
	"""From the first day of a school year to a day in it."""

	year: str
	since: date
	until: date


@dataclass(frozen=True)
class Attendance:
	"""Percent of planned time that learners were there, over the stretch and by week of the year; None: not known."""

	percent: float | None
	weeks: tuple[tuple[date, float | None], ...]
	since: date | None


@dataclass(frozen=True)
class Answers:
	"""Signals of a stretch: raised, answered within the days, later, and not at all; `waiting`: still have time."""

	raised: int
	in_time: int
	late: int
	never: int
	waiting: int

	@property
	def percent(self) -> float | None:
		ended = self.raised - self.waiting
		return 100.0 * self.in_time / ended if ended else None


@dataclass(frozen=True)
class Stall:
	"""Something of a kind that waits past its day: how many of it, and since when the oldest. None: about so few that it would tell on somebody."""

	kind: str
	count: int | None
	oldest: date | None


@dataclass(frozen=True)
class Plans:
	"""Plans of a stretch: begun, closed after they were agreed, and of the goals of those how many were met. None: too few."""

	begun: int | None
	closed: int | None
	goals: int | None
	met: int | None

	@property
	def percent(self) -> float | None:
		return 100.0 * self.met / self.goals if self.goals and self.met is not None else None


@dataclass(frozen=True)
class Leavers:
	"""Learners of a stretch, and how many left early, as the school counts it. None: so few that it would tell on somebody."""

	learners: int
	without: int | None

	@property
	def percent(self) -> float | None:
		return 100.0 * self.without / self.learners if self.learners and self.without is not None else None


def stretches(calendar: SchoolCalendar, today: date) -> tuple[Stretch | None, Stretch | None]:
	"""This school year up to yesterday, as today is not over, and the same stretch of the year before."""
	until = today - timedelta(days=1)
	this = calendar.year(today)
	if this is None or until < this.start:
		return None, None
	before = [year for year in calendar.years if year.end < this.start]
	last = max(before, key=lambda year: year.start, default=None)
	return Stretch(this.name, this.start, until), _same_stretch(last, this, until)


def attendance(store: Store, calendar: SchoolCalendar, of: Stretch, smallest: int) -> Attendance:
	"""How much of the planned time learners were there."""
	since = school_figures.first_record(store, of.since, of.until)
	if since is None:
		return Attendance(None, (), None)
	stays = roll.stays(store, since, of.until)
	if len(stays) < smallest:
		return Attendance(None, (), since)
	rows: dict[str, tuple[ExceptionRow, ...]] = {}
	for student, some in by_learner(student_attendance.exceptions(store, since, of.until)):
		if student in stays:
			rows[student] = tuple(some)
	planned, missed, learners = Counter[date](), Counter[date](), Counter[date]()
	for student, stay in stays.items():
		own, gone = Counter[date](), Counter[date]()
		_count(calendar, stay, rows.get(student, ()), since, of.until, own, gone)
		planned.update(own)
		missed.update(gone)
		learners.update(own.keys())
	total = sum(planned.values())
	return Attendance(
		100.0 - 100.0 * sum(missed.values()) / total if total else None,
		tuple(
			(
				monday,
				100.0 - 100.0 * missed[monday] / planned[monday] if learners[monday] >= smallest else None,
			)
			for monday in sorted(planned)
		),
		since,
	)


def answers(
	store: Store, school: School, calendar: SchoolCalendar, of: Stretch, today: date
) -> tuple[Answers, int]:
	"""What became of the signals of a stretch, and within how many school days they are to be answered."""
	days = school.escalate_after_days or DEFAULT_DAYS
	school_days = _SchoolDays(calendar, of.since, max(today, of.until))
	counted = Counter(
		_answered(one, days, school_days, today) for one in school_figures.signals(store, of.since, of.until)
	)
	found = Answers(
		sum(counted.values()), counted["in time"], counted["late"], counted["never"], counted["waiting"]
	)
	return found, days


def stalls(
	store: Store,
	school: School,
	calendar: SchoolCalendar,
	of: Stretch,
	today: date,
	notice_days: int,
	smallest: int,
) -> list[Stall]:
	"""What waits past its day, by kind, the most first; signals that nobody answered in time among it."""
	late: dict[str, list[tuple[str, date]]] = {}
	for promise in promises.overdue(store, school, calendar, today, notice_days):
		late.setdefault(promise.kind, []).append((promise.student, promise.due))
	days = school.escalate_after_days or DEFAULT_DAYS
	school_days = _SchoolDays(calendar, of.since, today)
	for one in school_figures.signals(store, of.since, of.until):
		if _answered(one, days, school_days, today) == "never" and one.status == OPEN:
			late.setdefault("Signal", []).append((one.student, one.on))
	found = [_stall(kind, some, smallest) for kind, some in late.items()]
	return sorted(found, key=lambda stall: (-(stall.count or 0), stall.kind))


def open_by_group(
	store: Store, school: School, calendar: SchoolCalendar, of: Stretch, today: date, smallest: int
) -> dict[str, int | None]:
	"""Learners with a signal that nobody answered in time, by group; None: so few that it would tell on somebody."""
	days = school.escalate_after_days or DEFAULT_DAYS
	school_days = _SchoolDays(calendar, of.since, today)
	learners: dict[str, set[str]] = {}
	for one in school_figures.signals(store, of.since, of.until):
		if one.group and one.status == OPEN and _answered(one, days, school_days, today) == "never":
			learners.setdefault(one.group, set()).add(one.student)
	counts = suppressed({group: len(some) for group, some in learners.items()}, smallest)
	return dict(sorted(counts.items(), key=lambda item: (-(item[1] or 0), item[0])))


def plans(store: Store, of: Stretch, smallest: int) -> Plans:
	"""Plans that were begun, those that ended after they were agreed, and what their goals came to."""
	begun = school_figures.plans(store, of.since, of.until)
	ended = [
		one
		for one in school_figures.plans_closed(store, of.since, of.until)
		if one.status == CLOSED and one.outcome != NOT_AGREED
	]
	states = [
		state for some in school_figures.goals(store, [one.name for one in ended]).values() for state in some
	]
	told = [state for state in states if state in (MET, NOT_MET)]
	enough = len({one.student for one in ended}) >= smallest
	return Plans(
		_shown(len({one.student for one in begun}), smallest, len(begun)),
		_shown(len({one.student for one in ended}), smallest, len(ended)),
		len(told) if enough else None,
		told.count(MET) if enough else None,
	)


def leavers(store: Store, of: Stretch, smallest: int) -> Leavers:
	"""How many learners of a stretch left early."""
	stays = roll.stays(store, of.since, of.until)
	left = learners.leavers(store, of.since, of.until)
	counts = school.early_leavers(store)
	everybody = len(stays.keys() | {leaver.student for leaver in left})
	without = sum(counts.of(leaver) == EARLY for leaver in left)
	return Leavers(everybody, _shown(without, smallest, without))


def _stall(kind: str, late: Sequence[tuple[str, date]], smallest: int) -> Stall:
	learners = {student for student, _due in late if student}
	if _shown(len(learners), smallest, len(late)) is None:
		return Stall(kind, None, None)
	return Stall(kind, len(late), min(due for _student, due in late))


def _shown(learners: int, smallest: int, count: int) -> int | None:
	"""A count about so many learners; None where it is about a few."""
	return None if 0 < learners < smallest else count


def _same_stretch(last: Period | None, this: Period, until: date) -> Stretch | None:
	if last is None:
		return None
	return Stretch(last.name, last.start, min(last.end, last.start + (until - this.start)))


def _count(
	calendar: SchoolCalendar,
	stay: Enrolment,
	rows: Sequence[ExceptionRow],
	since: date,
	until: date,
	planned: Counter[date],
	missed: Counter[date],
) -> None:
	"""Add a learner's planned and missed minutes, by the Monday of the week."""
	track = calendar.track(stay.group, stay.program, stay.before)
	first, last = max(stay.since, since), min(stay.until or until, until)
	laid = lay_out(rows, track)
	gone = {
		track.days[at]: unexcused + excused
		for at, unexcused, excused in zip(laid.at, laid.unexcused, laid.excused, strict=True)
	}
	for at in range(track.first_from(first), track.first_after(last)):
		day = track.days[at]
		week = monday(day)
		planned[week] += track.minutes[at]
		missed[week] += min(gone.get(day, 0), track.minutes[at])


class _SchoolDays:
	"""The school days of a period, to count those between two days."""

	def __init__(self, calendar: SchoolCalendar, since: date, until: date) -> None:
		self._days = [
			day
			for day in (since + timedelta(days=n) for n in range((until - since).days + 1))
			if calendar.is_school_day(day)
		]

	def between(self, first: date, last: date) -> int:
		"""School days after the first day, up to and with the last."""
		return bisect_right(self._days, last) - bisect_right(self._days, first)


def _answered(one: Raised, days: int, school_days: _SchoolDays, today: date) -> str:
	if one.answered_on is not None:
		return "in time" if school_days.between(one.on, one.answered_on) <= days else "late"
	return "never" if school_days.between(one.on, today) > days else "waiting"


def side_by_side(
	now: Attendance, then: Attendance, this: Stretch, last: Stretch | None
) -> list[tuple[date, float | None, float | None]]:
	"""Attendance of each week of this year beside the same week of last year, counted from the year's first Monday."""
	earlier: Mapping[int, float | None] = {}
	if last is not None:
		earlier = {_week(monday, last.since): percent for monday, percent in then.weeks}
	return [(monday, percent, earlier.get(_week(monday, this.since))) for monday, percent in now.weeks]


def _week(begins: date, first: date) -> int:
	return (begins - monday(first)).days // 7
