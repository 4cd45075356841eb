"""The close of a school day: everybody's check-ins become Education's own Student Attendance.

What a person wrote is never overwritten; where the taps say something else, the difference is shown beside it.
What the machine wrote is made anew when check-ins arrive late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from vsv_app.engine.attendance.presence import DayMark, derive
from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.services.attendance import roll
from vsv_app.services.attendance.roll import OnRoll
from vsv_app.stores.queries.attendance import calendar, student_attendance
from vsv_app.stores.queries.attendance.student_attendance import Recorded
from vsv_app.stores.queries.gateways import accounts
from vsv_app.stores.queries.gateways.accounts import GatewayState
from vsv_app.stores.store import RowsRefused, Store

MACHINE = "Badge"


@dataclass(frozen=True)
class DayClosed:
	"""What closing a day did, in numbers of learners.

	`unplanned` have no bell schedule; `refused` says by learner why Education takes no record of the day.
	"""

	day: date
	written: int = 0
	corrected: int = 0
	conflicts: int = 0
	unplanned: tuple[str, ...] = ()
	refused: Mapping[str, str] = field(default_factory=dict)

	@property
	def changed(self) -> bool:
		"""Whether anything was written that rules have to look at."""
		return bool(self.written or self.corrected or self.conflicts)


def reasons_to_wait(store: Store, day: date, now: datetime) -> list[str]:
	"""Why the machine should not close a day by itself: terminals that may still hold check-ins of it.

	A person can close it nevertheless. An absence that is only a door without network must not become a record.
	"""
	reasons = [
		f"{gateway.name} still holds {gateway.backlog} check-ins"
		if gateway.status == "Online"
		else f"{gateway.name} is {(gateway.status or 'never seen').lower()}"
		for gateway in doors_to_wait_for(store)
	]
	if not reasons and not accounts.any_check_in(store, day):
		reasons.append("no terminal has sent a check-in of this day")
	return reasons


def doors_to_wait_for(store: Store) -> list[GatewayState]:
	"""Gateways that may hold check-ins which are not here: not online, or with a backlog."""
	return [one for one in accounts.in_use(store) if one.status != "Online" or one.backlog]


def close_day(store: Store, day: date, now: datetime, students: Sequence[str] | None = None) -> DayClosed:
	"""Write the day of everybody on the roll, or of `students` alone; `now` is naive, the school's own.

	Doing it again changes only what has changed since.
	"""
	school_calendar = calendar.load(store)
	people, unplanned = roll.call(store, school_calendar, day, students)
	fresh: list[dict[str, Any]] = []
	corrected = conflicts = 0
	with store.transaction():
		for person in people:
			mark = derive(person.plan, person.taps, person.notice)
			if person.recorded is None:
				fresh.append(_row(person, mark, day, now, store.acting_user))
				continue
			change = _change(person.recorded, mark)
			if change:
				student_attendance.correct(store, person.recorded.name, change, now)
				conflicts += change.get("vsv_conflict") is not None
				corrected += "status" in change
		refused = _submit(store, fresh)
	return DayClosed(day, len(fresh) - len(refused), corrected, conflicts, tuple(unplanned), refused)


def open_days(store: Store, school_calendar: SchoolCalendar, today: date, *, back: int) -> list[date]:
	"""School days of the last `back` days, today included, that the machine has not closed."""
	days = [today - timedelta(days=n) for n in range(back, -1, -1)]
	days = [day for day in days if school_calendar.is_school_day(day)]
	closed = student_attendance.days_closed(store, days)
	return [day for day in days if day not in closed]


def _submit(store: Store, rows: list[dict[str, Any]]) -> Mapping[str, str]:
	"""Submit what can be; why the others cannot, by learner. One refused record costs nobody else theirs."""
	try:
		store.submit_attendance(rows)
	except RowsRefused as refusal:
		store.submit_attendance([row for row in rows if row["student"] not in refusal.reasons])
		return refusal.reasons
	return {}


def _row(person: OnRoll, mark: DayMark, day: date, now: datetime, user: str) -> dict[str, Any]:
	m = person.membership
	return {
		"owner": user,
		"creation": now,
		"modified": now,
		"modified_by": user,
		"idx": 0,
		"student": m.student,
		"student_name": m.student_name,
		"student_mobile_number": m.mobile,
		"student_group": m.group,
		"date": day,
		"status": mark.status,
		"leave_application": mark.notice if mark.status == "Leave" else None,
		"vsv_source": MACHINE,
		**_presence(mark),
	}


def _presence(mark: DayMark) -> dict[str, Any]:
	return {
		"vsv_minutes_late": mark.minutes_late,
		"vsv_minutes_missed": mark.minutes_missed,
		"vsv_minutes_left_early": mark.minutes_left_early,
		"vsv_arrived_at": _time(mark.arrived),
		"vsv_left_at": _time(mark.left),
		"vsv_excused": "Excused" if mark.excused else None,
		"vsv_conflict": mark.conflict,
	}


def _time(at: datetime | None) -> Any:
	return None if at is None else timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def _change(recorded: Recorded, mark: DayMark) -> dict[str, Any]:
	"""What to write on a record that stands; nothing when it agrees."""
	if recorded.source != MACHINE:
		conflict = _conflict(recorded, mark)
		return {"vsv_conflict": conflict} if conflict != (recorded.conflict or None) else {}
	presence = _presence(mark)
	if recorded.excused:
		# That an absence is excused was decided by a person since.
		presence.pop("vsv_excused")
	before = (recorded.status, recorded.minutes_late, recorded.minutes_missed, recorded.conflict or None)
	after = (mark.status, mark.minutes_late, mark.minutes_missed, mark.conflict)
	if before == after:
		return {}
	return {"status": mark.status, **presence}


def _conflict(recorded: Recorded, mark: DayMark) -> str | None:
	"""In a sentence, how the taps differ from what a person wrote; None when they agree or say nothing."""
	if mark.conflict:
		return mark.conflict
	if mark.arrived is not None and recorded.status != "Present":
		return f"Marked {recorded.status}, but checked in at {mark.arrived:%H:%M}."
	return None
