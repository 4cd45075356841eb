"""Windows and indicators written a second time, slowly and plainly: day by day, without slots or tracks."""

from datetime import date, timedelta

from vsv_app.engine.attendance import ExceptionRow
from vsv_app.engine.timetable import SchoolCalendar
from vsv_app.engine.windows import Window


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
	elif window.kind == "School Weeks":
		weeks = sorted({day.isocalendar()[:2] for day in past})[-window.length :]
		# A school week that has begun and whose school days are all ahead counts as one of them.
		ahead = {day.isocalendar()[:2] for day in school_days(calendar)} & {on.isocalendar()[:2]}
		if ahead - set(weeks):
			weeks = (weeks + sorted(ahead))[-window.length :]
		past = [day for day in past if day.isocalendar()[:2] in weeks]
	elif window.kind == "Term" and (term := calendar.term(on)):
		past = [day for day in past if day >= term.start]
	elif year is None:
		past = [day for day in past if day == on]
	return [day for day in past if year is None or day >= year.start]


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


def value(
	indicator: str,
	window: Window,
	rows: list[ExceptionRow],
	calendar: SchoolCalendar,
	*,
	on: date,
	since: date,
	not_arrived: bool = False,
) -> float:
	days = days_of(window, on, calendar)
	planned = {day: sum(session.counted for session in calendar.plan(day).sessions) for day in days}
	if indicator == "unexcused_minutes":
		return sum(away(rows, day, planned[day])[0] for day in days)
	if indicator == "absence_rate":
		days = [day for day in days if day >= since]
		total = sum(planned[day] for day in days)
		return 100 * sum(sum(away(rows, day, planned[day])) for day in days) / total if total else 0
	if indicator == "consecutive_days_absent":
		streak = 0
		for day in reversed(days):
			if not all_day(rows, day, planned[day]):
				break
			streak += 1
		return streak
	if indicator == "times_late":
		return sum(any(row[1] == day and row[3] for row in rows) for day in days)
	return float(not_arrived)
