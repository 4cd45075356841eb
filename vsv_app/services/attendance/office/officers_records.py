"""Student Attendance as an attendance officer writes it: the machine never changes it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from vsv_app.engine.attendance.day_outcome import words_of_excuse
from vsv_app.engine.attendance.presence import DayMark, derive
from vsv_app.services.attendance.roll import OnRoll
from vsv_app.stores.store import RowsRefused, Store

BY_OFFICER = "Officer"
"""The source of such a record."""


def silent(person: OnRoll | None) -> DayMark:
	"""What a day comes to if silence at the door is believed."""
	if person is None:
		return DayMark("Absent")
	return derive(person.plan, person.taps, person.notice)


def written(mark: DayMark, reason: str | None) -> dict[str, Any]:
	"""The fields that say it."""
	return {
		"status": mark.status,
		"vsv_minutes_late": mark.minutes_late,
		"vsv_minutes_missed": mark.minutes_missed,
		"vsv_minutes_left_early": mark.minutes_left_early,
		"vsv_minutes_leave": mark.minutes_leave,
		"vsv_excused": words_of_excuse(mark.excused),
		"vsv_reason": reason,
		"vsv_source": BY_OFFICER,
	}


def row(
	student: str,
	student_name: str | None,
	group: str | None,
	person: OnRoll | None,
	day: date,
	fields: dict[str, Any],
	store: Store,
	now: datetime,
) -> dict[str, Any]:
	"""A record of a day; the group is that of the roll where the learner is on it."""
	user = store.acting_user
	return {
		"owner": user,
		"creation": now,
		"modified": now,
		"modified_by": user,
		"idx": 0,
		"student": student,
		"student_name": student_name,
		"student_mobile_number": person.membership.mobile if person else None,
		"student_group": person.membership.group if person else group,
		"date": day,
		"leave_application": None,
		**fields,
	}


def submit(store: Store, rows: Sequence[dict[str, Any]]) -> dict[str, str]:
	"""Submit what can be; why the others cannot, by learner."""
	try:
		store.submit_attendance(rows)
	except RowsRefused as refusal:
		store.submit_attendance([one for one in rows if one["student"] not in refusal.reasons])
		return dict(refusal.reasons)
	return {}
