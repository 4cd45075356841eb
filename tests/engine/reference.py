"""Windows and indicators written a second time, slowly and plainly: day by day, without slots or tracks."""

from collections.abc import Callable
from datetime import date, timedelta

from vsv_app.engine.attendance.learner_days import ExceptionRow
from vsv_app.engine.attendance.timetable import Period, SchoolCalendar
from vsv_app.engine.signals.indicators.facts import NOTHING_ELSE, OtherFacts
from vsv_app.engine.signals.indicators.windows import Window


def school_days(calendar: SchoolCalendar) -> list[date]:
	days = set()
	for year in calendar.years:
		day = year.start
		while day <= year.end:
			if calendar.plan(day):
				days.add(day)
			day += timedelta(days=1)
	return sorted(days)


def days_of(window: Window, on: date, calendar: SchoolCalendar) -> list[date]:
	"""The school days that a window looks at, oldest first."""
	past = [day for day in school_days(calendar) if day <= on]
	year = calendar.year(on)
	if window.kind == "Today":
		past = [day for day in past if day == on]
	elif window.kind == "Rolling Days":
		past = [day for day in past if (on - day).days < window.length]
	elif window.kind == "School Days":
		past = past[-window.length :]
	elif window.kind.startswith("School Weeks"):
		weeks = sorted({day.isocalendar()[:2] for day in past})[-window.length :]
		# A school week that has begun and whose school days are all ahead counts as one of them.
		ahead = {day.isocalendar()[:2] for day in school_days(calendar)} & {on.isocalendar()[:2]}
		if ahead - set(weeks):
			weeks = (weeks + sorted(ahead))[-window.length :]
		past = [day for day in past if day.isocalendar()[:2] in weeks]
	elif window.kind == "Term" and (term := _term(calendar, on)):
		past = [day for day in past if day >= term.start]
	elif year is None:
		past = [day for day in past if day == on]
	across = window.kind == "School Weeks Across Years"
	return [day for day in past if across or year is None or day >= year.start]


def away(rows: list[ExceptionRow], day: date, planned: int) -> tuple[int, int]:
	"""(unexcused, excused) minutes of one day, from all its records."""
	candidates = []
	lessons = [0, 0]
	for _student, at, status, late, missed, early, excused, course, _name in rows:
		if at != day:
			continue
		if status == "Present":
			gone = max(0, missed - late - early)
		else:
			gone = missed if missed or course else planned
		gone = min(gone, planned)
		known = status == "Leave" or excused == "Excused"
		if course:
			lessons[known] += gone
		else:
			candidates.append((0, gone) if known else (gone, 0))
	candidates.append((lessons[0], lessons[1]))
	unexcused, excused = max(candidates, key=lambda pair: (sum(pair), pair[1]))
	unexcused = min(unexcused, planned)
	return unexcused, min(excused, planned - unexcused)


def all_day(rows: list[ExceptionRow], day: date, planned: int) -> bool:
	own = [row for row in rows if row[1] == day]
	day_records = [row for row in own if not row[7]]
	if not own or any(row[2] == "Present" for row in day_records):
		return False
	if all(row[2] == "Present" for row in own) and len(own) == 1:
		return False
	return sum(away(rows, day, planned)) >= planned


def value(  # noqa: PLR0911, PLR0912 one plain answer after the other
	indicator: str,
	window: Window,
	rows: list[ExceptionRow],
	calendar: SchoolCalendar,
	*,
	on: date,
	since: date,
	not_arrived: bool = False,
	more: OtherFacts = NOTHING_ELSE,
	student: str = "Lina",
) -> float | None:
	days = days_of(window, on, calendar)
	first = _first_day(window, on, calendar)
	if indicator in OF_RECORDS:
		own = [row for row in more.rows if row[0] == student]
		if indicator == "missing_assessments":
			before = [day for day in school_days(calendar) if day < since]
			own = [row for row in own if not before or row[1] > before[-1]]
		return OF_RECORDS[indicator](own, first, on, more, calendar)
	own_days = [day for day in days if day >= since]
	mine = [row for row in rows if row[1] in days]
	if indicator == "unexcused_minutes":
		return sum(away(rows, day, _planned(calendar, day))[0] for day in days)
	if indicator == "unexcused_and_late_minutes":
		return sum(_late_as_hours(rows, day, _planned(calendar, day)) for day in days)
	if indicator == "unauthorised_sessions":
		return sum(_sessions(rows, day, calendar) for day in days)
	if indicator == "excused_minutes":
		return sum(away(rows, day, _planned(calendar, day))[1] for day in days)
	if indicator == "absence_rate":
		return _rate(rows, own_days, calendar)
	if indicator == "absence_change":
		year = calendar.year(on)
		past = [day for day in school_days(calendar) if day < first and day >= since]
		past = [day for day in past if year is None or day >= year.start]
		if len(past) < 10:
			return None
		return max(0.0, _rate(rows, own_days, calendar) - _rate(rows, past, calendar))
	if indicator == "unexcused_half_days":
		return sum(_half_days(rows, day, calendar) for day in days)
	if indicator == "consecutive_days_absent":
		streak = 0
		for day in reversed(days):
			if not all_day(rows, day, _planned(calendar, day)):
				break
			streak += 1
		return streak
	if indicator in ("times_late", "late_minutes"):
		late = [row for row in mine if not (row[2] == "Present" and row[6] == "Excused")]
		by_day = [max([row[3] for row in late if row[1] == day], default=0) for day in days]
		return sum(minutes > 0 for minutes in by_day) if indicator == "times_late" else sum(by_day)
	if indicator == "times_left_early":
		early = [row for row in mine if not (row[2] == "Present" and row[6] == "Excused")]
		return sum(any(row[1] == day and row[5] for row in early) for day in days)
	if indicator == "weekday_pattern":
		return _pattern(rows, own_days, calendar)
	if indicator == "one_course_only":
		if "lessons" not in more.kept:
			return None
		lessons = [
			more.courses.get(r[7], r[7]) for r in mine if r[7] and r[2] == "Absent" and r[6] != "Excused"
		]
		counts = sorted((lessons.count(course) for course in set(lessons)), reverse=True)
		return counts[0] - (counts[1] if len(counts) > 1 else 0) if counts else 0
	return float(not_arrived)


def _planned(calendar: SchoolCalendar, day: date) -> int:
	plan = calendar.plan(day)
	return sum(session.counted for session in plan.sessions) if plan else 0


def _term(calendar: SchoolCalendar, day: date) -> Period | None:
	"""The running term, else the last one of the year that has begun."""
	running = [term for term in calendar.terms if term.start <= day <= term.end]
	year = calendar.year(day)
	begun = sorted(
		(t for t in calendar.terms if year and year.start <= t.start <= day), key=lambda t: t.start
	)
	return (running[:1] or begun[-1:] or [None])[0]


def _first_day(window: Window, on: date, calendar: SchoolCalendar) -> date:
	"""The first calendar day of a window, which need not be a school day."""
	year, term = calendar.year(on), _term(calendar, on)
	earliest = year.start if year else date.min
	if window.kind == "Today" or not school_days(calendar):
		first = on
	elif window.kind == "Rolling Days":
		first = on - timedelta(days=window.length - 1)
	elif window.kind in ("Term", "Year To Date"):
		period = (term if window.kind == "Term" else None) or year
		first = period.start if period else on
	elif window.kind == "School Days":
		past = [day for day in school_days(calendar) if day <= on]
		first = (past[-window.length :] or school_days(calendar))[0]
	else:
		mondays = sorted({day - timedelta(days=day.weekday()) for day in school_days(calendar)})
		first = ([monday for monday in mondays if monday <= on][-window.length :] or mondays)[0]
	return min(on, first) if window.kind == "School Weeks Across Years" else max(earliest, min(on, first))


def _rate(rows: list[ExceptionRow], days: list[date], calendar: SchoolCalendar) -> float:
	total = sum(_planned(calendar, day) for day in days)
	missed = sum(sum(away(rows, day, _planned(calendar, day))) for day in days)
	return 100 * missed / total if total else 0.0


def _half_days(rows: list[ExceptionRow], day: date, calendar: SchoolCalendar) -> int:
	gone = away(rows, day, _planned(calendar, day))[0]
	sessions = calendar.plan(day).sessions
	morning = [s.counted for s in sessions if s.starts < 720]
	afternoon = [s.counted for s in sessions if s.starts >= 720]
	halves = [sum(half) for half in (morning, afternoon) if half]
	if not gone:
		return 0
	if gone == sum(halves):
		return len(halves)
	return 1 if any(gone >= half for half in halves) else 0


def _came_late(rows: list[ExceptionRow], day: date) -> list[ExceptionRow]:
	return [r for r in rows if r[1] == day and r[3] and r[2] == "Present" and r[6] != "Excused"]


def _late_as_hours(rows: list[ExceptionRow], day: date, planned: int) -> int:
	unexcused, excused = away(rows, day, planned)
	late = _came_late(rows, day)
	lessons = [r for r in late if r[7]]
	hours = len(lessons) or len(late[:1])
	return unexcused + max(0, min(60 * hours, planned - unexcused - excused))


def _sessions(rows: list[ExceptionRow], day: date, calendar: SchoolCalendar) -> int:
	plan = calendar.plan(day)
	halves = {session.starts < 720 for session in plan.sessions if session.counted}
	closed = any(r[3] > plan.absent_after for r in _came_late(rows, day))
	return min(len(halves), _half_days(rows, day, calendar) + closed)


def _pattern(rows: list[ExceptionRow], days: list[date], calendar: SchoolCalendar) -> float:
	best = 0.0
	away_on = [day for day in days if sum(away(rows, day, _planned(calendar, day)))]
	for weekday in range(7):
		here = [day for day in days if day.weekday() == weekday]
		there = [day for day in days if day.weekday() != weekday]
		missed = sum(day in away_on for day in here)
		if missed >= 2 and there:
			best = max(best, 100 * (missed / len(here) - sum(day in away_on for day in there) / len(there)))
	return best


def _in(rows: list, source: str, first: date, last: date) -> list:
	return sorted([r for r in rows if r[2] == source and first <= r[1] <= last], key=lambda r: (r[1], r[6]))


def _mean(rows: list) -> float | None:
	return sum(r[3] for r in rows) / len(rows) if rows else None


def _failed(rows: list, first: date, last: date, more: OtherFacts, _calendar: SchoolCalendar) -> float | None:
	latest: dict = {}
	for r in _in(rows, "results", first, last):
		latest[r[4]] = r[3]
	return sum(percent < more.pass_mark for percent in latest.values()) if latest else None


def _drop(rows: list, first: date, last: date, _more: OtherFacts, calendar: SchoolCalendar) -> float | None:
	term = _term(calendar, last)
	earlier = [t for t in calendar.terms if term and t.end < term.start]
	if not earlier:
		return None
	previous = sorted(earlier, key=lambda t: t.end)[-1]
	before, now = (
		_mean(_in(rows, "results", previous.start, previous.end)),
		_mean(_in(rows, "results", first, last)),
	)
	return None if before is None or now is None else max(0.0, before - now)


def _count(source: str) -> Callable:
	return lambda rows, first, last, more, _c: (
		len(_in(rows, source, first, last)) if source in more.kept else None
	)


def _ever(source: str, label: str | None = None) -> Callable:
	return lambda rows, _first, last, more, _c: (
		float(any(r[2] == source and r[1] <= last and label in (None, r[4]) for r in rows))
		if source in more.kept
		else None
	)


def _missing(rows: list, first: date, last: date, more: OtherFacts, calendar: SchoolCalendar) -> float | None:
	"""A week ago or more."""
	if "missing assessments" not in more.kept:
		return None
	return len(_in(rows, "missing assessments", first, last - timedelta(days=7)))


OF_RECORDS: dict[str, Callable] = {
	"failed_courses": _failed,
	"average_result": lambda rows, first, last, _m, _c: _mean(_in(rows, "results", first, last)),
	"result_drop": _drop,
	"missing_assessments": _missing,
	"incidents": _count("incidents"),
	"incident_weight": lambda rows, first, last, more, _c: (
		sum(r[3] for r in _in(rows, "incidents", first, last)) if "incidents" in more.kept else None
	),
	"survey_score": lambda rows, first, last, _m, _c: next(
		(r[3] for r in reversed(_in(rows, "surveys", first, last))), None
	),
	"repeats_year": _ever("circumstances", "Repeats the year"),
	"newcomer": _ever("circumstances", "Newcomer"),
	"other_first_language": _ever("circumstances", "Other first language"),
	"mentor_talks": _count("mentor talks"),
	"activity_outside": _ever("activities"),
	"career_plan": _ever("career plans"),
	"active_plan": _ever("plans"),
}
