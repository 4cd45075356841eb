"""Days that are held, settled by a person: there, away, closed, on a trip; and the days of taps that nobody could date.

What a person says is a person's mark: the machine never changes it. The last thing said can be taken back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from vsv_app.engine.attendance.day_outcome import (
	AWAY,
	CLOSED,
	THERE,
	TRIP,
	HeldDay,
	HeldGroup,
	grouped,
	settled_mark,
)
from vsv_app.engine.attendance.tap_time import possible_days
from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.sentences import say
from vsv_app.engine.signals.alerts import COORDINATOR, LEADER, OFFICER, next_asked
from vsv_app.services.attendance import day_close, ingest, records, roll
from vsv_app.services.attendance.office import officers_records
from vsv_app.services.attendance.office.officers_records import BY_OFFICER
from vsv_app.services.attendance.roll import MACHINE, OnRoll
from vsv_app.services.school import School
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import calendar, check_ins, days_to_settle, holds, student_attendance
from vsv_app.stores.queries.attendance.days_to_settle import Settlement, TapToDate
from vsv_app.stores.queries.attendance.student_attendance import Recorded
from vsv_app.stores.store import RowsRefused, Store

A_TRIP, WAS_CLOSED = "School trip", "School was closed"
ASK = "School days of learners wait to be settled: {0}."
ASK_AGAIN = "Nobody settled school days of learners that wait: {0}."
HOLD, ROLE = "Attendance Hold", "Attendance Officer"


class NotPossible(ValueError):
	"""What somebody says cannot be so; the sentence says why."""


@dataclass(frozen=True)
class Settled:
	"""What settling came to, in learners' days. `refused` says by learner why nothing was written."""

	count: int = 0
	answered_by_now: int = 0
	refused: Mapping[str, str] = field(default_factory=dict)
	touched: frozenset[str] = frozenset()
	"""The learners whose days changed."""


@dataclass(frozen=True)
class Closing:
	"""What it means that school was closed: for which bell schedules, and what becomes of the days of their learners."""

	schedules: tuple[str, ...]
	held: tuple[HeldDay, ...]
	taken_back: tuple[Recorded, ...]
	kept: int
	"""Records of people, which stay."""


@dataclass(frozen=True)
class TapGroup:
	"""Taps of one door that lie between the same days."""

	gateway: str
	terminal: str
	days: tuple[date, ...]
	taps: tuple[TapToDate, ...]


def waiting(store: Store) -> list[HeldGroup]:
	"""What is held, by day and cause."""
	return grouped(days_to_settle.waiting(store))


def settle(
	store: Store,
	names: Sequence[str],
	answer: str,
	now: datetime,
	*,
	reason: str | None = None,
	note: str | None = None,
) -> Settled:
	"""Write what a person says of held days; one that was answered meanwhile is left alone. `now` is the school's own."""
	held = days_to_settle.waiting(store, names)
	if answer == CLOSED:
		return _close(store, held, note, now)
	if answer == TRIP:
		done = [_on_a_trip(store, day, some, note, now) for day, some in _of_days(held).items()]
	else:
		done = [_mark(store, day, some, answer, reason, note, now) for day, some in _of_days(held).items()]
	return _sum(done)


def closing(store: Store, names: Sequence[str]) -> list[Closing]:
	"""What closing the school on the days of some holds would mean, before anybody does it."""
	held = days_to_settle.waiting(store, names)
	school_calendar = calendar.load(store)
	return [_closing(store, school_calendar, day, some) for day, some in _of_days(held).items()]


def undo(store: Store, user: str, now: datetime) -> Settled:
	"""Take back what somebody settled last: the records, the leave, the exception; the days are held again."""
	last = days_to_settle.last_settled(store, user)
	by_day: dict[date, list[Settlement]] = {}
	for one in last:
		by_day.setdefault(one.day, []).append(one)
	for day, some in by_day.items():
		_take_back(store, day, some, user, now)
	return Settled(len(last), touched=frozenset(one.student for one in last))


def taps(store: Store) -> list[TapGroup]:
	"""The taps that nobody could date, by door and by the days between which they lie."""
	found: dict[tuple[str, str, date, date], list[TapToDate]] = {}
	for tap in days_to_settle.held_taps(store):
		first, last = _bounds(tap)
		found.setdefault((tap.gateway, tap.terminal, first, last), []).append(tap)
	if not found:
		return []
	school_calendar = calendar.load(store)
	return [
		TapGroup(gateway, terminal, tuple(_possible(school_calendar, first, last)), tuple(some))
		for (gateway, terminal, first, last), some in found.items()
	]


def date_taps(store: Store, names: Sequence[str], day: date, now: datetime) -> Settled:
	"""A person says on which day taps were: they count on it, at an hour that nobody knows."""
	wanted = set(names)
	held = [tap for tap in check_ins.held(store) if tap.name in wanted]
	for tap in held:
		first, last = tap.not_before.date(), tap.not_after.date()
		if not first <= day <= last:
			raise NotPossible(
				say("The tap was not on this day: choose one from {0} to {1}.", str(first), str(last))
			)
	roster = ingest.Roster()
	roster.refresh(store)
	touched: dict[date, set[str]] = {}
	with store.transaction():
		for tap in held:
			holder = roster.holders.get(tap.badge)
			judged = ingest.UNKNOWN if holder is None else ingest.judge(holder, day, roster.years)
			check_ins.give_day(store, tap.on(day), judged, now, store.acting_user)
			people = {one for one in (tap.student, judged[1]) if one}
			for one in _days(tap.not_before.date(), tap.not_after.date()):
				touched.setdefault(one, set()).update(people)
	for one, students in sorted(touched.items()):
		day_close.write_days(store, one, now, sorted(students))
	return Settled(len(held), touched=frozenset(student for some in touched.values() for student in some))


def ask(store: Store, school: School, now: datetime) -> int:
	"""Ask for what is held, up the ladder where nobody settled it: each person once about a day. Returns how many were told."""
	held = days_to_settle.not_asked(store)
	if not held:
		return 0
	school_calendar = calendar.load(store)
	people = {
		OFFICER: learners.people_with_role(store, ROLE) or [one for one in (school.coordinator,) if one],
		COORDINATOR: [one for one in (school.coordinator,) if one],
		LEADER: [one for one in (school.leader,) if one],
	}
	since: dict[date, int] = {}
	due: dict[str, list[str]] = {}
	for name, day, asked in held:
		if day not in since:
			since[day] = sum(
				school_calendar.is_school_day(one) for one in _days(day + timedelta(days=1), now.date())
			)
		if whom := next_asked(since[day], asked or None):
			due.setdefault(whom, []).append(name)
	told = 0
	with store.transaction():
		for whom, names in due.items():
			days_to_settle.note_asked(store, names, whom)
			for person in people[whom]:
				store.notify(person, ASK if whom == OFFICER else ASK_AGAIN, HOLD, *names)
				told += 1
	return told


def _mark(
	store: Store,
	day: date,
	held: Sequence[HeldDay],
	answer: str,
	reason: str | None,
	note: str | None,
	now: datetime,
) -> Settled:
	"""There or Away: a record by the officer for each learner."""
	excused = days_to_settle.is_excused(store, reason) if reason and answer != THERE else None
	if reason and excused is None and answer == AWAY:
		raise NotPossible(say("There is no such reason. Choose one from the list."))
	people, standing = _known(store, day, held)
	rows: list[dict[str, Any]] = []
	by_now = []
	with store.transaction():
		for one in held:
			record = standing.get(one.student)
			if _is_of_a_person(record):
				by_now.append(one)
				continue
			person = people.get(one.student)
			mark = settled_mark(answer, officers_records.silent(person), excused=excused)
			fields = officers_records.written(mark, reason if answer == AWAY else None)
			if record is not None:
				student_attendance.correct(store, record.name, fields, now)
				continue
			rows.append(
				officers_records.row(
					store, one.student, one.student_name, one.group, person, day, fields, now
				)
			)
		refused = records.submit(store, rows)
		_note(store, held, by_now, refused, answer, note, now)
	return _came_to(held, by_now, refused)


def _on_a_trip(store: Store, day: date, held: Sequence[HeldDay], note: str | None, now: datetime) -> Settled:
	"""A leave application for each learner that counts as being present; the record follows from it, and goes with it."""
	_people, standing = _known(store, day, held)
	by_now = [one for one in held if _is_of_a_person(standing.get(one.student))]
	left = [one for one in held if one not in by_now]
	leaves = set()
	refused: dict[str, str] = {}
	for one in left:
		try:
			store.submit_document(
				"Student Leave Application",
				{
					"student": one.student,
					"from_date": day,
					"to_date": day,
					"mark_as_present": 1,
					"attendance_based_on": "Student Group",
					"student_group": one.group,
					"reason": note or store.say(A_TRIP),
				},
			)
		except RowsRefused as refusal:
			refused |= refusal.reasons
		else:
			leaves.add(one.student)
	with store.transaction():
		_note(store, held, by_now, refused, TRIP, note, now)
	day_close.write_days(store, day, now, sorted(leaves))
	return _came_to(held, by_now, refused)


def _close(store: Store, held: Sequence[HeldDay], note: str | None, now: datetime) -> Settled:
	"""No school on these days, for everybody whom the bell schedules are about: the machine's own records go."""
	school_calendar = calendar.load(store)
	done = []
	for day, some in _of_days(held).items():
		means = _closing(store, school_calendar, day, some)
		with store.transaction():
			store.cancel_attendance([one.name for one in means.taken_back])
			calendar.close_school(store, means.schedules, day, note or store.say(WAS_CLOSED), now)
			_note(store, means.held, (), {}, CLOSED, note, now)
		students = {one.student for one in means.held} | {one.student for one in means.taken_back}
		done.append(Settled(len(means.held), touched=frozenset(students)))
	return _sum(done)


def _closing(store: Store, school_calendar: SchoolCalendar, day: date, held: Sequence[HeldDay]) -> Closing:
	people = roll.call(store, school_calendar, day).people
	about = {one.student for one in held}
	schedules = {_schedule(school_calendar, one) for one in people if one.membership.student in about}
	schedules.discard("")
	if not schedules:
		raise NotPossible(say("No bell schedule says that there was school on this day."))
	for schedule in school_calendar.schedules:
		if schedule.name in schedules and day in schedule.exceptions:
			raise NotPossible(
				say(
					"{0} has other times on this day already: change them in the bell schedule.",
					schedule.name,
				)
			)
	everybody = [one for one in people if _schedule(school_calendar, one) in schedules]
	standing = [one.recorded for one in everybody if one.recorded is not None]
	own = tuple(record for record in standing if record.source == MACHINE)
	students = sorted({one.membership.student for one in everybody} | about)
	return Closing(
		tuple(sorted(schedules)),
		tuple(days_to_settle.waiting_on(store, day, students)),
		own,
		len(standing) - len(own),
	)


def _take_back(store: Store, day: date, settled: Sequence[Settlement], user: str, now: datetime) -> None:
	answer = settled[0].answer
	students = [one.student for one in settled]
	with store.transaction():
		if answer == CLOSED:
			calendar.open_school(store, _closed_for(store, day, students), day, now)
		elif answer == TRIP:
			leaves = student_attendance.leaves(store, day, students=students)
			trips = [one.name for one in leaves if one.present and one.first == one.last == day]
			store.cancel_documents("Student Leave Application", trips)
		else:
			records = student_attendance.recorded(store, day, students)
			store.cancel_attendance(
				[one.name for one in records if not one.course_schedule and one.source == BY_OFFICER]
			)
		days_to_settle.reopen(store, [one.name for one in settled], user, now)
	day_close.write_days(store, day, now, None if answer == CLOSED else sorted(students))


def _closed_for(store: Store, day: date, students: Sequence[str]) -> list[str]:
	"""The bell schedules that say of these learners that there was no school on a day."""
	school_calendar = calendar.load(store)
	members = roll.own_groups(learners.memberships(store, day, day, students))
	schedules = [school_calendar.schedule(day, m.group, m.program) for m in members.values()]
	closed = {one.name for one in schedules if one and one.exceptions.get(day, True) is None}
	return sorted(closed)


def _known(store: Store, day: date, held: Sequence[HeldDay]) -> tuple[dict[str, OnRoll], dict[str, Recorded]]:
	"""What the roll knows of the learners of held days, and the records of the whole day that stand."""
	students = [one.student for one in held]
	people = roll.call(store, calendar.load(store), day, students).people
	standing = {
		one.student: one
		for one in student_attendance.recorded(store, day, students)
		if not one.course_schedule
	}
	return {one.membership.student: one for one in people}, standing


def _is_of_a_person(record: Recorded | None) -> bool:
	return record is not None and record.source != MACHINE


def _note(
	store: Store,
	held: Iterable[HeldDay],
	by_now: Sequence[HeldDay],
	refused: Mapping[str, str],
	answer: str,
	note: str | None,
	now: datetime,
) -> None:
	answered = {one.name for one in by_now}
	settled = [one.name for one in held if one.student not in refused and one.name not in answered]
	if settled:
		days_to_settle.settle(store, settled, answer, note, store.acting_user, now)
	if answered:
		holds.withdraw(store, sorted(answered), now)


def _came_to(held: Sequence[HeldDay], by_now: Sequence[HeldDay], refused: Mapping[str, str]) -> Settled:
	done = [one for one in held if one not in by_now and one.student not in refused]
	return Settled(len(done), len(by_now), refused, frozenset(one.student for one in done))


def _sum(done: Iterable[Settled]) -> Settled:
	found = list(done)
	return Settled(
		sum(one.count for one in found),
		sum(one.answered_by_now for one in found),
		{student: why for one in found for student, why in one.refused.items()},
		frozenset(student for one in found for student in one.touched),
	)


def _schedule(school_calendar: SchoolCalendar, person: OnRoll) -> str:
	of = school_calendar.schedule(person.plan.day, person.membership.group, person.membership.program)
	return of.name if of else ""


def _of_days(held: Iterable[HeldDay]) -> dict[date, list[HeldDay]]:
	found: dict[date, list[HeldDay]] = {}
	for one in held:
		found.setdefault(one.day, []).append(one)
	return found


def _bounds(tap: TapToDate) -> tuple[date, date]:
	"""The first and the last day on which a tap may have been."""
	return tap.not_before.date(), tap.not_after.date()


def _possible(school_calendar: SchoolCalendar, first: date, last: date) -> list[date]:
	return possible_days(
		first, last, [day for day in _days(first, last) if school_calendar.is_school_day(day)]
	)


def _days(first: date, last: date) -> list[date]:
	return [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]
