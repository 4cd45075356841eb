"""Rows of Education's Student Attendance, whoever writes them: what a day's mark says in its fields, and submitting many."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from vsv_app.engine.attendance.day_outcome import words_of_excuse
from vsv_app.engine.attendance.presence import DayMark
from vsv_app.stores.store import RowsRefused, Store


def fields_of(mark: DayMark) -> dict[str, Any]:
	"""What a mark says, in the fields that a person and the machine both fill in."""
	return {
		"status": mark.status,
		"vsv_minutes_late": mark.minutes_late,
		"vsv_minutes_missed": mark.minutes_missed,
		"vsv_minutes_left_early": mark.minutes_left_early,
		"vsv_minutes_leave": mark.minutes_leave,
		"vsv_excused": words_of_excuse(mark.excused),
	}


def row(
	store: Store,
	student: str,
	student_name: str | None,
	group: str | None,
	mobile: str | None,
	day: date,
	fields: Mapping[str, Any],
	now: datetime,
) -> dict[str, Any]:
	"""A new record of a learner's day."""
	user = store.acting_user
	return {
		"owner": user,
		"creation": now,
		"modified": now,
		"modified_by": user,
		"idx": 0,
		"student": student,
		"student_name": student_name,
		"student_mobile_number": mobile,
		"student_group": group,
		"date": day,
		"leave_application": None,
		**fields,
	}


def submit(store: Store, rows: Sequence[dict[str, Any]]) -> dict[str, str]:
	"""Submit what can be; why the others cannot, by learner. One refused record costs nobody else theirs."""
	try:
		store.submit_attendance(rows)
	except RowsRefused as refusal:
		store.submit_attendance([one for one in rows if one["student"] not in refusal.reasons])
		return dict(refusal.reasons)
	return {}
