"""School days and their sessions: which days count, when they begin, and what missing a session counts for."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from vsv_app.engine.sentences import say

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NOON = 12 * 60
FAR_AHEAD_DAYS = 70
"""How far ahead a school day is looked for: longer than any holiday."""


@dataclass(frozen=True)
class Session:
	"""A stretch of a school day; `starts` and `ends` in minutes since midnight, `counted` in minutes."""

	label: str
	starts: int
	ends: int
	counted: int

	def __post_init__(self) -> None:
		if not 0 <= self.starts < self.ends <= 24 * 60:
			raise ValueError(say("session {0} must end after it starts, on the same day", repr(self.label)))
		if self.counted < 0:
			raise ValueError(say("session {0} cannot count for less than 0 minutes", repr(self.label)))

	def part(self, starts: int, ends: int) -> "Session":
		"""A stretch of it, counted in proportion."""
		return Session(self.label, starts, ends, self.counted * (ends - starts) // (self.ends - self.starts))


@dataclass(frozen=True)
class OtherTimes:
	"""A single date that runs from `starts` to `ends` instead (minutes since midnight)."""

	starts: int
	ends: int

	def __post_init__(self) -> None:
		if not 0 <= self.starts < self.ends <= 24 * 60:
			raise ValueError(say("a day with other times must end after it starts"))


@dataclass(frozen=True)
class DayPlan:
	"""One school day as planned, with at least one session. Minutes throughout."""

	day: date
	sessions: tuple[Session, ...]
	late_after: int
	absent_after: int
	cut_off: int

	def __post_init__(self) -> None:
		if not self.sessions:
			raise ValueError(f"a school day without sessions is no school day: {self.day}")

	@property
	def minutes(self) -> int:
		"""What being away all day counts for."""
		return sum(session.counted for session in self.sessions)


@dataclass(frozen=True)
class BellSchedule:
	"""The week of a group, a program or the whole school (`group` and `program` None)."""

	name: str
	weekly: Mapping[int, tuple[Session, ...]]
	group: str | None = None
	program: str | None = None
	valid_from: date | None = None
	valid_to: date | None = None
	late_after: int = 5
	absent_after: int = 30
	cut_off: int = 9 * 60 + 30
	exceptions: Mapping[date, OtherTimes | None] = field(default_factory=dict)
	holidays: frozenset[date] = frozenset()

	def __post_init__(self) -> None:
		for weekday, sessions in self.weekly.items():
			ordered = sorted(sessions, key=lambda s: s.starts)
			for earlier, later in pairwise(ordered):
				if later.starts < earlier.ends:
					raise ValueError(
						say(
							"{0}: {1} starts before {2} has ended",
							WEEKDAYS[weekday],
							repr(later.label),
							repr(earlier.label),
						)
					)

	def holds_on(self, day: date) -> bool:
		return (self.valid_from is None or self.valid_from <= day) and (
			self.valid_to is None or day <= self.valid_to
		)

	def plan(self, day: date) -> DayPlan | None:
		"""The day as planned, or None where there is no school."""
		sessions = self._sessions(day)
		if not sessions:
			return None
		# Who begins later is waited for as long as on a usual day.
		later = max(0, sessions[0].starts - self._usual_start)
		return DayPlan(day, sessions, self.late_after, self.absent_after, min(self.cut_off + later, 24 * 60))

	@cached_property
	def _usual_start(self) -> int:
		"""When the earliest day of the week begins, which the cut-off is set for."""
		return min((s.starts for sessions in self.weekly.values() for s in sessions), default=0)

	def _sessions(self, day: date) -> tuple[Session, ...]:
		regular = tuple(sorted(self.weekly.get(day.weekday(), ()), key=lambda s: s.starts))
		if day in self.exceptions:
			other = self.exceptions[day]
			return _squeezed(regular, other) if other else ()
		return () if day in self.holidays else regular


def _squeezed(sessions: Sequence[Session], day: OtherTimes) -> tuple[Session, ...]:
	"""The parts of sessions that fit in a day with other times, counted in proportion; one session where none fits."""
	cut = [
		s.part(starts, ends)
		for s in sessions
		if (starts := max(s.starts, day.starts)) < (ends := min(s.ends, day.ends))
	]
	if not cut:
		return (Session("Day", day.starts, day.ends, day.ends - day.starts),)
	return tuple(cut)


@dataclass(frozen=True)
class Period:
	"""A named stretch of days, both ends included: an academic year or term."""

	name: str
	start: date
	end: date

	def __contains__(self, day: date) -> bool:
		return self.start <= day <= self.end


AWAY = "\0away"
"""Stands for the group of a learner who had left the school and came back: on these days there was no school for them."""


@dataclass(frozen=True)
class Earlier:
	"""A stay in another group before: the days from `first` to `last` were kept by that group's timetable."""

	first: date
	last: date
	group: str
	program: str | None = None


class Track:
	"""All school days of those who share the same bell schedules, as one sorted list.

	Shared between learners: treat as read-only. `before[i]` is the number of planned minutes before day `i`.
	"""

	def __init__(self, plans: Sequence[DayPlan]) -> None:
		self.plans = tuple(plans)
		self.days = [plan.day for plan in self.plans]
		self.at = {day: index for index, day in enumerate(self.days)}
		self.minutes = [plan.minutes for plan in self.plans]
		self.before = [0]
		for minutes in self.minutes:
			self.before.append(self.before[-1] + minutes)

	def first_from(self, day: date) -> int:
		"""Index of the first school day on or after `day`."""
		return bisect_left(self.days, day)

	def first_after(self, day: date) -> int:
		"""Index of the first school day after `day`: the exclusive end of a window that ends with it."""
		return bisect_right(self.days, day)

	def planned(self, start: int, end: int) -> int:
		"""Planned minutes of the days `start` up to and without `end`."""
		return self.before[end] - self.before[start] if end > start else 0

	@cached_property
	def weekdays(self) -> list[int]:
		"""The weekday of each school day, Monday 0."""
		return [day.weekday() for day in self.days]

	@cached_property
	def halves(self) -> list[tuple[int, ...]]:
		"""Planned minutes of each half of a school day that has school: what begins before noon, and the rest."""
		return [_halves(plan) for plan in self.plans]

	@cached_property
	def weeks(self) -> list[date]:
		"""The Mondays of weeks with at least one school day, in order: holiday weeks are no school weeks."""
		return sorted(set(map(monday, self.days)))


def _halves(plan: DayPlan) -> tuple[int, ...]:
	morning = [session.counted for session in plan.sessions if session.starts < NOON]
	rest = [session.counted for session in plan.sessions if session.starts >= NOON]
	return tuple(sum(half) for half in (morning, rest) if half)


@dataclass
class SchoolCalendar:
	"""Academic years and terms with the bell schedules that hold in them."""

	schedules: tuple[BellSchedule, ...]
	years: tuple[Period, ...]
	terms: tuple[Period, ...] = ()
	_tracks: dict[tuple[BellSchedule, ...] | tuple[int, ...], Track] = field(default_factory=dict, repr=False)
	_of: dict[tuple[str | None, str | None, tuple[Earlier, ...]], Track] = field(
		default_factory=dict, repr=False
	)

	def year(self, day: date) -> Period | None:
		return next((year for year in self.years if day in year), None)

	def term(self, day: date) -> Period | None:
		return next((term for term in self.terms if day in term), None)

	def term_begun(self, day: date) -> Period | None:
		"""The term that a day is in, or between two terms the one before; None before the first of the year."""
		if (running := self.term(day)) is not None:
			return running
		year = self.year(day)
		begun = [term for term in self.terms if year and year.start <= term.start <= day]
		return max(begun, key=lambda term: term.start, default=None)

	def plan(self, day: date, group: str | None = None, program: str | None = None) -> DayPlan | None:
		"""The day as planned for a group: by the most particular schedule that holds; None: no school."""
		schedule = self.schedule(day, group, program)
		return schedule.plan(day) if schedule and self.year(day) else None

	def schedule(
		self, day: date, group: str | None = None, program: str | None = None
	) -> BellSchedule | None:
		"""The most particular schedule that holds for a group on a day."""
		return next((s for s in self._candidates(group, program) if s.holds_on(day)), None)

	def has_schedule(self, group: str | None = None, program: str | None = None) -> bool:
		"""Whether any bell schedule is about a group at all."""
		return bool(self._candidates(group, program))

	def same_times(self, one: tuple[str | None, str | None], other: tuple[str | None, str | None]) -> bool:
		"""Whether the same bell schedules hold for two groups, each with its program."""
		return [id(s) for s in self._candidates(*one)] == [id(s) for s in self._candidates(*other)]

	def is_school_day(self, day: date) -> bool:
		"""Whether anybody has school on a day."""
		return self.year(day) is not None and any(s.holds_on(day) and s.plan(day) for s in self.schedules)

	def school_days_after(self, day: date, count: int) -> date:
		"""The day that is so many school days after another; by the calendar where no school day is known so near."""
		at, left = day, count
		for _ in range(FAR_AHEAD_DAYS + count):
			if not left:
				return at
			at += timedelta(days=1)
			left -= self.is_school_day(at)
		return at if not left else day + timedelta(days=count)

	def school_weeks_after(self, day: date, count: int) -> date:
		"""The same weekday so many school weeks later, or the next school day: a holiday week is no school week."""
		at, left = day, count
		for _ in range(FAR_AHEAD_DAYS // 7 + count):
			if not left:
				break
			at += timedelta(weeks=1)
			left -= any(self.is_school_day(monday(at) + timedelta(days=n)) for n in range(7))
		return self.school_day_from(at) if not left else day + timedelta(weeks=count)

	def school_day_from(self, day: date) -> date:
		"""The day itself where there is school, else the next school day."""
		return day if self.is_school_day(day) else self.school_days_after(day, 1)

	def track(
		self, group: str | None = None, program: str | None = None, before: tuple[Earlier, ...] = ()
	) -> Track:
		"""Every school day of the known years for a group, and for those who were in others before."""
		known = self._of.get((group, program, before))
		if known is None:
			known = self._moved(group, program, before) if before else self._stayed(group, program)
			self._of[group, program, before] = known
		return known

	def _moved(self, group: str | None, program: str | None, before: tuple[Earlier, ...]) -> Track:
		plans = {plan.day: plan for plan in self._stayed(group, program).plans}
		for stay in before:
			plans = {day: plan for day, plan in plans.items() if not stay.first <= day <= stay.last}
			there = () if stay.group == AWAY else self._stayed(stay.group, stay.program).plans
			plans |= {plan.day: plan for plan in there if stay.first <= plan.day <= stay.last}
		return Track([plans[day] for day in sorted(plans)])

	def _stayed(self, group: str | None, program: str | None) -> Track:
		candidates = self._candidates(group, program)
		key = tuple(id(schedule) for schedule in candidates)
		if key not in self._tracks:
			self._tracks[key] = Track(
				[plan for day in self._all_days() if (plan := self._plan(day, candidates))]
			)
		return self._tracks[key]

	def _candidates(self, group: str | None, program: str | None) -> list[BellSchedule]:
		of_group = [s for s in self.schedules if s.group is not None and s.group == group]
		of_program = [
			s for s in self.schedules if s.group is None and s.program is not None and s.program == program
		]
		of_school = [s for s in self.schedules if s.group is None and s.program is None]
		return of_group + of_program + of_school

	def _plan(self, day: date, candidates: Sequence[BellSchedule]) -> DayPlan | None:
		schedule = next((s for s in candidates if s.holds_on(day)), None)
		return schedule.plan(day) if schedule else None

	def _all_days(self) -> list[date]:
		days: set[date] = set()
		for year in self.years:
			days.update(year.start + timedelta(days=n) for n in range((year.end - year.start).days + 1))
		return sorted(days)


def monday(day: date) -> date:
	"""The Monday of its week."""
	return day - timedelta(days=day.weekday())
