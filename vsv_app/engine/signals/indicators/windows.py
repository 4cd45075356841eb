"""Which school days a rule looks back over."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

from vsv_app.engine.attendance.timetable import SchoolCalendar, Track
from vsv_app.engine.sentences import say

ROLLING_DAYS, SCHOOL_DAYS, SCHOOL_WEEKS = "Rolling Days", "School Days", "School Weeks"
WEEKS_ACROSS_YEARS = "School Weeks Across Years"
TERM, YEAR_TO_DATE, TODAY = "Term", "Year To Date", "Today"
IN_WEEKS = (SCHOOL_WEEKS, WEEKS_ACROSS_YEARS)
WITH_LENGTH = (ROLLING_DAYS, SCHOOL_DAYS, *IN_WEEKS)
KINDS = (*WITH_LENGTH, TERM, YEAR_TO_DATE, TODAY)
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


def span(window: Window, on: date, track: Track, calendar: SchoolCalendar) -> Span:
	"""The school days of `window` that ends with `on`; only one across years reaches into an earlier academic year.

	Weeks are counted as the track has them, so that a summer between two years is passed over as any holiday is.
	"""
	first = min(on, _first_day(window, on, track, calendar))
	year = calendar.year(on)
	if year is not None and not window.across_years:
		first = max(first, year.start)
	begins = track.first_from(year.start) if year else 0
	return Span(track.first_from(first), track.first_after(on), first, on, begins, _term_before(on, calendar))


def _term_before(on: date, calendar: SchoolCalendar) -> tuple[date, date] | None:
	"""First and last day of the last term that was over when the running one began; None before the first."""
	running = calendar.term_begun(on)
	over = [term for term in calendar.terms if running and term.end < running.start]
	latest = max(over, key=lambda term: term.end, default=None)
	return (latest.start, latest.end) if latest else None


def _first_day(window: Window, on: date, track: Track, calendar: SchoolCalendar) -> date:
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
	period = calendar.term_begun(on) if window.kind == TERM else None
	period = period or calendar.year(on)
	return period.start if period else on
