"""Made-up days, plans and calendars for the engine's tests, by hand and at random."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from hypothesis import strategies as st

from vsv_app.engine.attendance.learner_days import Enrolment, ExceptionRow
from vsv_app.engine.attendance.presence import Tap
from vsv_app.engine.attendance.timetable import (
	BellSchedule,
	DayPlan,
	OtherTimes,
	Period,
	SchoolCalendar,
	Session,
	Track,
)
from vsv_app.engine.signals.indicators.facts import (
	NEWCOMER,
	OTHER_LANGUAGE,
	REPEATS_YEAR,
	SOURCES,
	FactRow,
	OtherFacts,
)

MONDAY = date(2026, 11, 23)
YEAR = Period("2026-2027", date(2026, 8, 1), date(2027, 7, 31))
EARLIER_YEAR = Period("2025-2026", date(2025, 8, 1), date(2026, 7, 31))
TERM = Period("Autumn", date(2026, 8, 31), date(2026, 12, 18))


def clock(text: str) -> int:
	"""Minutes since midnight of "8:30"."""
	hours, minutes = text.split(":")
	return int(hours) * 60 + int(minutes)


def session(starts: str, ends: str, counted: int | None = None, label: str = "Lesson") -> Session:
	length = clock(ends) - clock(starts)
	return Session(label, clock(starts), clock(ends), length if counted is None else counted)


MORNING, AFTERNOON = session("8:30", "12:00"), session("13:00", "15:30")
"""210 and 150 minutes: a day of 360."""


def plan(*sessions: Session, late_after: int = 5, absent_after: int = 30) -> DayPlan:
	return DayPlan(MONDAY, sessions or (MORNING, AFTERNOON), late_after, absent_after, clock("9:30"))


def tap(at: str, direction: str = "in", clock: str = "synced") -> Tap:
	return Tap(
		datetime.combine(MONDAY, time.fromisoformat(at if at[2] == ":" else f"0{at}")), direction, clock
	)


def at_second(second: int, direction: str, clock: str = "synced") -> Tap:
	return Tap(datetime.combine(MONDAY, time()) + timedelta(seconds=second), direction, clock)


def schedule(
	sessions: Sequence[Session] = (MORNING, AFTERNOON), days: Iterable[int] = range(5), **more: object
) -> BellSchedule:
	return BellSchedule("Whole school", {weekday: tuple(sessions) for weekday in days}, **more)  # type: ignore[arg-type]


def school(*schedules: BellSchedule) -> SchoolCalendar:
	return SchoolCalendar(schedules or (schedule(),), (EARLIER_YEAR, YEAR), (TERM,))


def row(
	day: date,
	status: str = "Absent",
	*,
	late: int = 0,
	missed: int = 0,
	early: int = 0,
	excused: str | None = None,
	course: str | None = None,
	student: str = "Lina",
	name: str | None = None,
) -> ExceptionRow:
	record = name or f"{student}-{day}-{course or 'day'}"
	return (student, day, status, late, missed, early, excused, course, record)


def enrolled(student: str = "Lina", since: date = YEAR.start, **more: object) -> Enrolment:
	return Enrolment(student, "1A", "vmbo", since, **more)  # type: ignore[arg-type]


@st.composite
def sessions(draw: st.DrawFn) -> tuple[Session, ...]:
	"""One to five sessions of a day, in order, with or without breaks, not always counted in full."""
	borders = sorted(
		draw(st.lists(st.integers(clock("7:00"), clock("18:00")), min_size=2, max_size=10, unique=True))
	)
	pairs = list(zip(borders[::2], borders[1::2], strict=False))
	return tuple(
		Session(f"Lesson {number}", starts, ends, draw(st.sampled_from([ends - starts, 0, 45, 50, 60, 300])))
		for number, (starts, ends) in enumerate(pairs, start=1)
	)


@st.composite
def plans(draw: st.DrawFn) -> DayPlan:
	return DayPlan(
		MONDAY,
		draw(sessions()),
		draw(st.integers(0, 20)),
		draw(st.integers(0, 90)),
		draw(st.integers(0, 1439)),
	)


@st.composite
def calendars(draw: st.DrawFn) -> SchoolCalendar:
	"""Eight weeks around MONDAY of a school with holidays and odd days, between two short academic years."""
	first, last = MONDAY - timedelta(weeks=4), MONDAY + timedelta(weeks=4)
	some_days = st.dates(first, last)
	other = st.none() | st.just(OtherTimes(clock("9:00"), clock("12:00")))
	weekdays = draw(st.sets(st.integers(0, 6), min_size=1))
	timetables = draw(st.lists(sessions(), min_size=1, max_size=2))
	made = BellSchedule(
		"Whole school",
		{weekday: draw(st.sampled_from(timetables)) for weekday in sorted(weekdays)},
		exceptions=draw(st.dictionaries(some_days, other, max_size=4)),
		holidays=draw(st.frozensets(some_days, max_size=12)),
	)
	border = draw(st.dates(first, last - timedelta(days=1)))
	years = (Period("before", first, border), Period("after", border + timedelta(days=1), last))
	start = draw(some_days)
	end = start + timedelta(days=draw(st.integers(0, 30)))
	terms = (Period("term", start, end),)
	if draw(st.booleans()):
		before = start - timedelta(days=draw(st.integers(1, 10)))
		terms = (Period("term before", before - timedelta(days=draw(st.integers(0, 20))), before), *terms)
	return SchoolCalendar((made,), years, terms)


@st.composite
def rows(draw: st.DrawFn, track: Track, student: str = "Lina") -> list[ExceptionRow]:
	"""Exceptions of one learner: of days, of lessons, of both on one day, and a few on days without school."""
	days = st.sampled_from(track.days) if track.days else st.just(MONDAY)
	made = draw(
		st.lists(
			st.tuples(
				days | st.dates(MONDAY - timedelta(weeks=4), MONDAY + timedelta(weeks=4)),
				st.sampled_from(["Absent", "Absent", "Leave", "Present"]),
				st.integers(0, 40),
				st.integers(0, 400),
				st.integers(0, 40),
				st.sampled_from([None, "Excused", "Not Excused"]),
				st.sampled_from([None, None, "Dutch", "Maths"]),
			),
			max_size=15,
		)
	)
	return [
		(student, day, status, late, missed, early, excused, course, f"{student}-{number:02}")
		for number, (day, status, late, missed, early, excused, course) in enumerate(
			sorted(made, key=lambda r: r[0])
		)
	]


@st.composite
def other_facts(draw: st.DrawFn, *students: str) -> OtherFacts:
	"""Facts of some of the sources, about some of the learners."""
	kept = draw(st.frozensets(st.sampled_from(SOURCES)))
	told = sorted(kept - {"lessons"})
	one = st.tuples(
		st.sampled_from(students or ("Lina",)),
		st.dates(MONDAY - timedelta(weeks=5), MONDAY + timedelta(weeks=5)),
		st.sampled_from(told or ["results"]),
		st.integers(0, 100),
		st.sampled_from(["Dutch", "Maths", REPEATS_YEAR, NEWCOMER, OTHER_LANGUAGE]),
	)
	rows: list[FactRow] = [
		(*row, "Assessment Result", f"FACT-{number:03}")
		for number, row in enumerate(draw(st.lists(one, max_size=25)) if told else [])
	]
	courses = {"Dutch": "Languages", "Maths": "Maths"} if draw(st.booleans()) else {}
	return OtherFacts(rows, kept, courses, draw(st.sampled_from([50.0, 55.0])))
