"""Absences that learners report themselves: which of them wait for an answer, and which the school knows of already."""

from datetime import date, timedelta

from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.stores.queries.attendance import student_attendance
from vsv_app.stores.queries.attendance.student_attendance import Reported
from vsv_app.stores.store import Store


def waiting(store: Store, calendar: SchoolCalendar, today: date) -> list[Reported]:
	"""What learners reported and nobody has looked at, the oldest first; what is of an earlier school year asks nobody."""
	begun = max((year.start for year in calendar.years if year.start <= today), default=date.min)
	return [
		one
		for one in student_attendance.reported_by_learners(store)
		if one.last >= begun and not is_known(store, calendar, one.student, one.first, one.last)
	]


def is_known(store: Store, calendar: SchoolCalendar, student: str, first: date, last: date) -> bool:
	"""Whether on each school day of a period a learner is on record as away with a reason that excuses, or on leave."""
	days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
	of_school = {day for day in days if calendar.is_school_day(day)}
	return bool(of_school) and of_school <= student_attendance.excused_days(store, student, first, last)
