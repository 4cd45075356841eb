"""Student Attendance as an attendance officer writes it: the machine never changes it."""

from datetime import date, datetime
from typing import Any

from vsv_app.engine.attendance.presence import DayMark, derive
from vsv_app.services.attendance import records
from vsv_app.services.attendance.roll import OnRoll
from vsv_app.stores.store import Store

BY_OFFICER = "Officer"
"""The source of such a record."""


def silent(person: OnRoll | None) -> DayMark:
	"""What a day comes to if silence at the door is believed."""
	if person is None:
		return DayMark("Absent")
	return derive(person.plan, person.taps, person.notice)


def written(mark: DayMark, reason: str | None) -> dict[str, Any]:
	"""The fields that say it."""
	return {**records.fields_of(mark), "vsv_reason": reason, "vsv_source": BY_OFFICER}


def row(
	store: Store,
	student: str,
	student_name: str | None,
	group: str | None,
	person: OnRoll | None,
	day: date,
	fields: dict[str, Any],
	now: datetime,
) -> dict[str, Any]:
	"""A record of a day; the group is that of the roll where the learner is on it."""
	mobile = person.membership.mobile if person else None
	group = person.membership.group if person else group
	return records.row(store, student, student_name, group, mobile, day, fields, now)
