"""Days to settle: what is held, grouped by cause, and what a person says of it.

What was settled is a person's mark: who, when, and as what.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.sentences import say
from vsv_app.services.attendance import day_close, ingest
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import calendar, check_ins, holds
from vsv_app.stores.queries.attendance.holds import Listed
from vsv_app.stores.store import RowsRefused, Store

THERE, AWAY, CLOSED, TRIP = "There", "Away", "School Closed", "On A Trip"
WAYS = (THERE, AWAY, CLOSED, TRIP)
OFFICER = "Officer"
REMIND_AFTER, CLIMB_AFTER = 1, 2
"""School days that a held day may wait before its officer is reminded, and before the next person is."""


class NotOpen(ValueError):
	"""Days that wait for nobody: settled meanwhile, or withdrawn."""


@dataclass(frozen=True)
class Heap:
	"""Days that are held for the same reason: one line on the officer's screen.

	`explanation` in English, and `words` as [text, what fills its places ...] in JSON for any language.
	"""

	day: date
	cause: str
	explanation: str
	words: str
	holds: tuple[Listed, ...]


@dataclass(frozen=True)
class Settled:
	"""What settling came to: the holds that are settled, and of those that are not why, by learner."""

	settled: tuple[str, ...] = ()
	refused: tuple[tuple[str, str], ...] = ()
	touched: frozenset[str] = frozenset()


def heaps(store: Store, students: Sequence[str] | None = None) -> list[Heap]:
	"""What waits, oldest first; of `students` alone where somebody sees only those."""
	own = None if students is None else set(students)
	found: dict[tuple[date, str, str], list[Listed]] = {}
	for hold in holds.listed(store):
		if own is None or hold.student in own:
			found.setdefault((hold.day, hold.cause, hold.explanation), []).append(hold)
	return [
		Heap(day, cause, explanation, some[0].words, tuple(some))
		for (day, cause, explanation), some in found.items()
	]


def settle(
	store: Store,
	names: Sequence[str],
	settled_as: str,
	*,
	by: str,
	now: datetime,
	note: str | None = None,
) -> Settled:
	"""Settle days that are held: each becomes `by`'s mark, an exception of the bell schedule, or a leave for a trip.

	Raises NotOpen where none of them waits, and ValueError for another word than those of WAYS. `now` is naive.
	"""
	if settled_as not in WAYS:
		raise ValueError(say("Choose what the day was: {0}.", WAYS))
	waiting = holds.listed(store, names)
	if not waiting:
		raise NotOpen(say("These days are settled already, or there is nothing to settle any more."))
	refused: dict[str, str] = {}
	with store.transaction():
		if settled_as == CLOSED:
			_close_school(store, waiting, now)
		elif settled_as == TRIP:
			_send_on_a_trip(store, waiting, now, note)
		else:
			refused = _mark(store, waiting, settled_as, now)
		done = [hold for hold in waiting if hold.name not in refused]
		holds.settle(store, [hold.name for hold in done], settled_as, by, now, note)
	touched: set[str] = set()
	for day in sorted({hold.day for hold in done}):
		some = None if settled_as == CLOSED else sorted({hold.student for hold in done if hold.day == day})
		touched |= day_close.write_days(store, day, now, some).touched
	touched |= {hold.student for hold in done}
	return Settled(tuple(hold.name for hold in done), tuple(refused.items()), frozenset(touched))


def overdue(
	store: Store, school_calendar: SchoolCalendar, today: date, days: int = REMIND_AFTER
) -> list[Listed]:
	"""What waits for longer than so many school days."""
	before, left = today, days
	while left > 0 and (today - before).days < 60:
		before -= timedelta(days=1)
		left -= school_calendar.is_school_day(before)
	return [hold for hold in holds.listed(store) if hold.day < before]


def taps_without_day(store: Store) -> list[check_ins.HeldTap]:
	"""The taps of which nobody knows on which day they were: a person may say so."""
	return check_ins.held(store)


def date_tap(store: Store, name: str, day: date, *, by: str, now: datetime) -> frozenset[str]:
	"""A person says on which day a tap was; raises NotOpen, or ValueError where that cannot be. Returns whose day changed."""
	tap = next((one for one in check_ins.held(store) if one.name == name), None)
	if tap is None:
		raise NotOpen(say("The day of this tap is known already."))
	if not tap.not_before.date() <= day <= tap.not_after.date():
		raise ValueError(
			say("It was on a day from {0} to {1}.", str(tap.not_before.date()), str(tap.not_after.date()))
		)
	roster = ingest.Roster()
	roster.refresh(store)
	holder = roster.holders.get(tap.badge)
	judged = ingest.UNKNOWN if holder is None else ingest.judge(holder, day, roster.years)
	spanned = [
		tap.not_before.date() + timedelta(days=n) for n in range((tap.not_after - tap.not_before).days + 1)
	]
	with store.transaction():
		check_ins.give_day(store, tap.on(day), judged, now, by)
	students = sorted({one for one in (tap.student, judged[1]) if one})
	touched: set[str] = set()
	for one in spanned:
		touched |= day_close.write_days(store, one, now, students).touched
	return frozenset(touched)


def _mark(store: Store, waiting: Sequence[Listed], settled_as: str, now: datetime) -> dict[str, str]:
	"""Write a person's record for each; returns why Education refuses one, by hold."""
	rows = [_row(store, hold, settled_as, now) for hold in waiting]
	by_student = {(hold.student, hold.day): hold.name for hold in waiting}
	refused: dict[str, str] = {}
	for day in sorted({hold.day for hold in waiting}):
		some = [row for row in rows if row["date"] == day]
		try:
			store.submit_attendance(some)
		except RowsRefused as refusal:
			store.submit_attendance([row for row in some if row["student"] not in refusal.reasons])
			refused |= {
				by_student[s, day]: why for s, why in refusal.reasons.items() if (s, day) in by_student
			}
	return refused


def _row(store: Store, hold: Listed, settled_as: str, now: datetime) -> dict[str, object]:
	user = store.acting_user
	return {
		"owner": user,
		"creation": now,
		"modified": now,
		"modified_by": user,
		"idx": 0,
		"student": hold.student,
		"student_name": hold.student_name,
		"student_group": hold.group,
		"date": hold.day,
		"status": "Present" if settled_as == THERE else "Absent",
		"vsv_source": OFFICER,
		"vsv_minutes_late": 0,
		"vsv_minutes_missed": 0,
		"vsv_minutes_left_early": 0,
		"vsv_minutes_leave": 0,
	}


def _close_school(store: Store, waiting: Sequence[Listed], now: datetime) -> None:
	"""Add a day without school to the bell schedules that hold for these learners."""
	school_calendar = calendar.load(store)
	programs = {m.group: m.program for m in learners.memberships(store, waiting[0].day, waiting[-1].day)}
	wanted: dict[str, set[date]] = {}
	for hold in waiting:
		group = hold.group or ""
		schedule = school_calendar.schedule(hold.day, group, programs.get(group))
		if schedule is not None:
			wanted.setdefault(schedule.name, set()).add(hold.day)
	for schedule_name, days in wanted.items():
		calendar.add_days_without_school(store, schedule_name, sorted(days), now)


def _send_on_a_trip(store: Store, waiting: Sequence[Listed], now: datetime, note: str | None) -> None:
	"""A leave application that counts as present for each."""
	for hold in waiting:
		values = {
			"student": hold.student,
			"student_name": hold.student_name,
			"from_date": hold.day,
			"to_date": hold.day,
			"attendance_based_on": "Student Group",
			"student_group": hold.group,
			"mark_as_present": 1,
			"reason": note or store.say("On a trip with the school"),
			"creation": now,
			"modified": now,
		}
		store.submit_document("Student Leave Application", values)
