"""Which school days a rule looks back over."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from vsv_app.engine.attendance.timetable import Period, SchoolCalendar, Track
from vsv_app.engine.sentences import say

ROLLING_DAYS, SCHOOL_DAYS, SCHOOL_WEEKS = "Rolling Days", "School Days", "School Weeks"
WEEKS_ACROSS_YEARS = "School Weeks Across Years"
TERM, YEAR_TO_DATE, TODAY = "Term", "Year To Date", "Today"
IN_WEEKS = (SCHOOL_WEEKS, WEEKS_ACROSS_YEARS)
WITH_LENGTH = (ROLLING_DAYS, SCHOOL_DAYS, *IN_WEEKS)
KINDS = (*WITH_LENGTH, TERM, YEAR_TO_DATE, TODAY)
BY_TRACK = (SCHOOL_DAYS, *IN_WEEKS)
"""Windows that depend on which days there was school."""
LONGEST = {ROLLING_DAYS: 370, SCHOOL_DAYS: 210, SCHOOL_WEEKS: 42, WEEKS_ACROSS_YEARS: 42}


@dataclass(frozen=True)
class Window:
	"""How far back: `length` in days, school days or school weeks, 0 for the kinds that have none."""

	kind: str
	length: int = 0

	def __post_init__(self) -> None:
		if self.kind not in KINDS:
			raise ValueError(say("window {0} is not one of {1}", repr(self.kind), KINDS))
		if self.kind in WITH_LENGTH and self.length < 1:
			raise ValueError(say("a window of {0} needs a length of at least 1", self.kind.lower()))

	@property
	def across_years(self) -> bool:
		"""Whether it reaches into earlier academic years."""
		return self.kind == WEEKS_ACROSS_YEARS

	def __str__(self) -> str:
		return f"{self.length} {self.kind.lower()}" if self.kind in WITH_LENGTH else self.kind.lower()


@dataclass(frozen=True)
class Span:
	"""A window on a given day: school days `start` up to and without `end` of a track.

	`year_start` is the index of the running academic year's first school day, after `start` where the window reaches
	across years; `term_before` the term before the running one.
	"""

	start: int
	end: int
	first_day: date
	last_day: date
	year_start: int = 0
	term_before: tuple[date, date] | None = None


class Years(Protocol):
	"""What says in which year and term a day is: the school calendar, or what was asked of it before."""

	def year(self, day: date) -> Period | None: ...

	def term_begun(self, day: date) -> Period | None: ...


def span(window: Window, on: date, track: Track, calendar: SchoolCalendar) -> Span:
	"""The school days of `window` that ends with `on`; only one across years reaches into an earlier academic year.

	Weeks are counted as the track has them, so that a summer between two years is passed over as any holiday is.
	"""
	first = first_day_of(window, on, track, calendar)
	year = calendar.year(on)
	begins = track.first_from(year.start) if year else 0
	before = term_before(calendar.term_begun(on), calendar.terms)
	return Span(track.first_from(first), track.first_after(on), first, on, begins, before)


def first_day_of(window: Window, on: date, track: Track, years: Years) -> date:
	"""The first day of `window` that ends with `on`, within the academic year but for one across years."""
	first = min(on, _first_day(window, on, track, years))
	year = years.year(on)
	return first if year is None or window.across_years else max(first, year.start)


def term_before(running: Period | None, terms: Sequence[Period]) -> tuple[date, date] | None:
	"""First and last day of the last term that was over when the running one began; None before the first."""
	over = [term for term in terms if running and term.end < running.start]
	latest = max(over, key=lambda term: term.end, default=None)
	return (latest.start, latest.end) if latest else None


def _first_day(window: Window, on: date, track: Track, years: Years) -> date:
	if window.kind == TODAY:
		return on
	if window.kind == ROLLING_DAYS:
		return on - timedelta(days=window.length - 1)
	if window.kind == SCHOOL_DAYS:
		return track.days[max(0, track.first_after(on) - window.length)] if track.days else on
	if window.kind in IN_WEEKS:
		weeks = track.weeks
		last = bisect_right(weeks, on)
		return weeks[max(0, last - window.length)] if weeks else on
	period = years.term_begun(on) if window.kind == TERM else None
	period = period or years.year(on)
	return period.start if period else on
