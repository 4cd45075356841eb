"""What was changed since a moment that days rest on, other than check-ins and leave."""

from datetime import date, datetime

from vsv_app.stores.queries.sql import VALUE, select, table
from vsv_app.stores.store import Store

ATTENDANCE = table("Student Attendance")
SCHEDULE = table("Bell Schedule")
LIST, HOLIDAY = table("Holiday List"), table("Holiday")


def records_of_people(store: Store, since: datetime) -> list[tuple[str, date]]:
	"""(learner, day) of the records that people wrote, changed or cancelled since a moment."""
	a = ATTENDANCE
	query = (
		select(a, a.student, a.date)
		.where(a.modified >= VALUE)
		.where((a.vsv_source != VALUE) | a.vsv_source.isnull() | (a.docstatus == 2))
		.where(a.docstatus > 0)
	)
	return [tuple(row) for row in store.fetch(query, [since, "Badge"])]


def schedules(store: Store, since: datetime) -> bool:
	"""Whether a bell schedule was made or changed since a moment."""
	query = select(SCHEDULE, SCHEDULE.name).where(SCHEDULE.modified >= VALUE).limit(1)
	return bool(store.fetch(query, [since]))


def holidays(store: Store, since: datetime) -> list[date]:
	"""The dates of the holiday lists that were changed since a moment."""
	query = (
		select(HOLIDAY, HOLIDAY.holiday_date)
		.join(LIST)
		.on(LIST.name == HOLIDAY.parent)
		.where(LIST.modified >= VALUE)
		.distinct()
	)
	return [row[0] for row in store.fetch(query, [since])]
