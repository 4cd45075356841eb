"""A goal's indicator week by week, before the plan began and since: what the progress chart of a plan draws."""

from dataclasses import dataclass
from datetime import date, timedelta

from vsv_app.engine.attendance.learner_days import lay_out
from vsv_app.engine.care.goals import as_given, unit_of, window_of
from vsv_app.engine.signals.indicators.catalogue import INDICATORS, Indicator
from vsv_app.engine.signals.indicators.facts import Facts
from vsv_app.engine.signals.indicators.windows import Window, span
from vsv_app.services.attendance import roll
from vsv_app.stores.queries.attendance import calendar, student_attendance
from vsv_app.stores.queries.signals import facts
from vsv_app.stores.store import Store

WEEKS_BEFORE = 8
WEEKS_AT_MOST = 52


@dataclass(frozen=True)
class Point:
	"""The indicator's value as of a day."""

	on: date
	value: float


@dataclass(frozen=True)
class Progress:
	"""The points before a plan began and those since, in the unit of goals; both ascend."""

	unit: str
	before: tuple[Point, ...] = ()
	since: tuple[Point, ...] = ()


def of_indicator(
	store: Store, student: str, code: str, starts: date, today: date, window: Window | None = None
) -> Progress:
	"""A point for each week's end, and one for today; weeks without data have none. Raises KeyError.

	`window`: over which time the goal counts, where it came from a rule.
	"""
	indicator = INDICATORS[code]
	points = _points(store, student, indicator, _days(starts, today), window)
	return Progress(
		unit_of(code),
		tuple(point for point in points if point.on < starts),
		tuple(point for point in points if point.on >= starts),
	)


def now(store: Store, student: str, code: str, today: date) -> float | None:
	"""The indicator's value as it stands, in the unit of goals; None where nothing is known. Raises KeyError."""
	points = _points(store, student, INDICATORS[code], [today], None)
	return points[-1].value if points else None


def _days(starts: date, today: date) -> list[date]:
	"""Sundays from eight weeks before the start on, and today, which closes the line."""
	first = starts - timedelta(weeks=WEEKS_BEFORE)
	first = max(first, today - timedelta(weeks=WEEKS_AT_MOST))
	sunday = first + timedelta(days=6 - first.weekday())
	days = [sunday + timedelta(weeks=n) for n in range(WEEKS_AT_MOST + 1)]
	return [*(day for day in days if day < today), today]


def _points(
	store: Store, student: str, indicator: Indicator, days: list[date], window: Window | None
) -> list[Point]:
	school_calendar = calendar.load(store)
	year = school_calendar.year(days[0]) or school_calendar.year(days[-1])
	if year is None:
		return []
	stay = roll.enrolments(store, year.start, days[-1], [student]).get(student)
	if stay is None:
		return []
	window, began = window or window_of(indicator), stay.since
	if window.across_years:
		stay = roll.with_earlier_years(store, school_calendar, {student: stay}, days[-1], [student])[student]
	track = school_calendar.track(stay.group, stay.program, stay.before)
	first = min(year.start, span(window, days[0], track, school_calendar).first_day)
	rows = student_attendance.exceptions(store, first, days[-1], [student])
	needed = frozenset({indicator.needs} if indicator.needs else ())
	more = facts.load(store, needed, first, days[-1], [student], rows)
	known = Facts(
		lay_out(rows, track),
		track,
		track.first_from(stay.since),
		False,
		more.by_learner().get(student, {}),
		more.kept,
		more.courses,
		more.pass_mark,
	)
	found = []
	for day in days:
		if day >= began and school_calendar.year(day) is not None:
			value = indicator.measure(known, span(window, day, track, school_calendar))
			if value is not None:
				found.append(Point(day, as_given(indicator.code, value)))
	return found
