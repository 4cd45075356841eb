"""Who is not in on a day, how much is known of it, and what an attendance officer says of it.

NotPossible(ValueError)   what somebody says cannot be so; the sentence says why
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from vsv_app.engine.attendance.day_outcome import words_of_excuse
from vsv_app.engine.attendance.presence import EARLIEST_BEFORE
from vsv_app.engine.attendance.timetable import DayPlan, SchoolCalendar
from vsv_app.engine.sentences import Sentence, say
from vsv_app.services.attendance import day_close, records, roll
from vsv_app.services.attendance.office import officers_records
from vsv_app.services.attendance.office.officers_records import BY_OFFICER
from vsv_app.services.attendance.roll import OnRoll, Roll
from vsv_app.services.attendance.witness import Arrivals, Witness
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import (
	calendar,
	check_ins,
	days_to_settle,
	holds,
	office_day,
	student_attendance,
)
from vsv_app.stores.queries.attendance.office_day import Call
from vsv_app.stores.store import Store

NOT_SEEN, UNKNOWN, ABSENT, LEAVE = "Not Seen", "Unknown", "Absent", "Leave"
NOT_REACHED, ON_THE_WAY = "Not Reached", "On The Way"
CALLED = (NOT_REACHED, ON_THE_WAY)
"""What somebody notes of a learner who has not come."""
REASONS_OF = timedelta(weeks=8)
"""The reasons that were given most in these weeks come first."""


class NotPossible(ValueError):
	"""What somebody says cannot be so; the sentence says why."""


@dataclass(frozen=True)
class Missing:
	"""A learner who is not in: not seen yet, away by a record, or nobody knows.

	since      the minute of the day from which on the learner was missed
	came       a check-in of the day that a person's record does not know of
	lessons    the record is about lessons alone
	"""

	student: str
	name: str
	group: str
	kind: str
	since: int | None = None
	record: str = ""
	reason: str = ""
	excused: bool = False
	by_officer: bool = False
	lessons: bool = False
	contested: bool = False
	came: datetime | None = None
	call: Call | None = None
	called: int = 0


@dataclass(frozen=True)
class NotIn:
	"""One day. `unknown`: of whom no door can tell; `sentences`: what the rows cannot say."""

	day: date
	rows: tuple[Missing, ...] = ()
	unknown: tuple[Missing, ...] = ()
	sentences: tuple[Sentence, ...] = ()
	expected: int = 0
	here: int = 0


@dataclass
class Undo:
	"""What takes back what was done: records that were made, what others said before, calls, check-ins."""

	made: list[str] = field(default_factory=list)
	before: dict[str, tuple[str | None, str | None, str | None]] = field(default_factory=dict)
	calls: list[str] = field(default_factory=list)
	check_ins: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Done:
	"""What came of it. `refused` says by learner why nothing was written."""

	count: int = 0
	refused: Mapping[str, str] = field(default_factory=dict)
	undo: Undo = field(default_factory=Undo)
	touched: frozenset[str] = frozenset()


def look(store: Store, day: date, now: datetime) -> NotIn:
	"""Who is not in on a day; `now` is naive, the school's own."""
	school_calendar = calendar.load(store)
	if not school_calendar.is_school_day(day):
		return NotIn(
			day, tuple(_on_record(store, day, {})), sentences=(say("There is no school on this day."),)
		)
	people = roll.call(store, school_calendar, day)
	witness = Witness(store, school_calendar, day, now)
	running = day == now.date()
	found = witness.arrivals(people.people) if running and witness.is_kept else Arrivals()
	calls = office_day.calls(store, day)
	by_student = {one.student: one for one in people.people}
	unseen = [
		_with_calls(Missing(p.student, p.membership.student_name, p.membership.group, NOT_SEEN, p.plan.cut_off), calls)
		for p in found.missing
		if p.recorded is None
	]  # fmt: skip
	unknown = [
		_with_calls(Missing(p.student, p.membership.student_name, p.membership.group, UNKNOWN, p.plan.cut_off), calls)
		for p in found.doubtful
		if p.recorded is None
	]  # fmt: skip
	recorded = [_with_calls(one, calls) for one in _on_record(store, day, by_student)]
	rows = sorted([*unseen, *recorded], key=_in_order)
	held = len(holds.days(store, day, day))
	sentences = list(_how_much(school_calendar, people, witness, found, held, now))
	if people.people and witness.is_kept and not (rows or unknown or held):
		sentences.append(_nobody(people, now))
	return NotIn(
		day,
		tuple(rows),
		tuple(sorted(unknown, key=_in_order)),
		tuple(sentences),
		len(people.people),
		sum(_is_here(one) for one in people.people),
	)


def most_used_reasons(store: Store, today: date) -> list[str]:
	"""The reasons to choose from: those that were given most lately come first."""
	used = Counter(office_day.reasons_used(store, today - REASONS_OF))
	return sorted(days_to_settle.reasons(store), key=lambda one: (-used[one], one))


def give_reason(
	store: Store,
	students: Sequence[str],
	day: date,
	reason: str,
	now: datetime,
	*,
	excused: bool | None = None,
) -> Done:
	"""Write why learners are away: a record by the officer, or the reason in the one that stands.

	`excused` None: as the reason says.
	"""
	excuses = days_to_settle.is_excused(store, reason)
	if excuses is None:
		raise NotPossible(say("There is no such reason. Choose one from the list."))
	_check_day(day, now)
	said = excuses if excused is None else excused
	people = {one.student: one for one in roll.call(store, calendar.load(store), day, students).people}
	standing = _standing(store, day, students)
	refused: dict[str, str] = {}
	rows: list[dict[str, Any]] = []
	undo, done = Undo(), set()
	with store.transaction():
		known = office_day.marks(store, [one.name for one in standing.values()])
		for student in dict.fromkeys(students):
			record, person = standing.get(student), people.get(student)
			if record is None and person is None:
				refused[student] = say("This learner has no school on this day.")
			elif record is None:
				mark = officers_records.silent(person)
				if mark.status == "Present":
					refused[student] = say("This learner has come in meanwhile.")
					continue
				fields = officers_records.written(mark, reason) | {"vsv_excused": words_of_excuse(said)}
				name = person.membership.student_name if person else None
				rows.append(officers_records.row(store, student, name, None, person, day, fields, now))
			elif record.status == "Present":
				refused[student] = say("This learner is on record as present.")
			else:
				_student, *before = known[record.name]
				undo.before[record.name] = (before[0], before[1], before[2])
				values = {
					"vsv_reason": reason,
					"vsv_excused": words_of_excuse(said),
					"vsv_source": BY_OFFICER,
				}
				student_attendance.correct(store, record.name, values, now)
				done.add(student)
		not_taken = records.submit(store, rows)
		refused |= not_taken
		done |= {str(row["student"]) for row in rows} - set(not_taken)
	fresh = _standing(store, day, sorted(done))
	undo.made = [one.name for one in fresh.values() if one.name not in undo.before]
	day_close.write_days(store, day, now, sorted(done))
	return Done(len(done), refused, undo, frozenset(done))


def note_call(store: Store, students: Sequence[str], day: date, outcome: str, now: datetime) -> Done:
	"""Somebody called home and reached nobody, or knows that a learner is on the way."""
	if outcome not in CALLED:
		raise NotPossible(say("Nobody knows of this kind of call."))
	_check_day(day, now)
	members = roll.own_groups(learners.memberships(store, day, day, students))
	by, undo = store.acting_user, Undo()
	with store.transaction():
		for student in dict.fromkeys(students):
			if student in members:
				undo.calls.append(
					office_day.add_call(
						store,
						{
							"student": student,
							"student_name": members[student].student_name,
							"student_group": members[student].group,
							"school_day": day,
							"outcome": outcome,
							"noted_by": by,
							"noted_on": now,
						},
					)
				)
	return Done(len(undo.calls), undo=undo)


def came_after_all(store: Store, students: Sequence[str], day: date, now: datetime) -> Done:
	"""What an officer wrote of a day is taken back where the learner was there: the day is what the check-ins say."""
	_check_day(day, now)
	standing = _standing(store, day, students)
	gone = [one for one in standing.values() if one.source == BY_OFFICER and one.status != "Present"]
	store.cancel_attendance([one.name for one in gone])
	touched = sorted(one.student for one in gone)
	day_close.write_days(store, day, now, touched)
	return Done(len(gone), touched=frozenset(touched))


def take_back(store: Store, undo: Undo, day: date, now: datetime) -> Done:
	"""Take back what the acting user has just done; what somebody else changed since stays."""
	by = store.acting_user
	known = office_day.marks(store, [*undo.made, *undo.before])
	own = {name: mark[0] for name, mark in known.items() if mark[3] == BY_OFFICER and mark[4] == by}
	with store.transaction():
		store.cancel_attendance([name for name in undo.made if name in own])
		for name, (reason, excused, source) in undo.before.items():
			if name in own:
				values = {"vsv_reason": reason, "vsv_excused": excused, "vsv_source": source}
				student_attendance.correct(store, name, values, now)
		office_day.delete_calls(store, undo.calls, by)
	touched = sorted(set(own.values()))
	day_close.write_days(store, day, now, touched)
	return Done(len(own) + len(undo.calls), touched=frozenset(touched))


def _check_day(day: date, now: datetime) -> None:
	if day > now.date():
		raise NotPossible(say("This day is still to come."))


def _standing(store: Store, day: date, students: Sequence[str]) -> dict[str, student_attendance.Recorded]:
	"""The records of whole days that stand, by learner; those of people before those of the machine."""
	found: dict[str, student_attendance.Recorded] = {}
	for one in student_attendance.recorded(store, day, students):
		known = found.get(one.student)
		if not one.course_schedule and (known is None or known.source == roll.MACHINE):
			found[one.student] = one
	return found


def _on_record(store: Store, day: date, people: Mapping[str, OnRoll]) -> list[Missing]:
	"""Who was away by a record, each once: of the whole day before those of lessons."""
	found: dict[str, Missing] = {}
	taps: dict[str, datetime] = {}
	away = office_day.away(store, day)
	for tap in check_ins.taps(store, day, sorted({one.student for one in away})):
		if tap.direction != "out":
			taps.setdefault(tap.student, tap.at)
	for one in away:
		if one.student in found and (one.lesson or not found[one.student].lessons):
			continue
		person = people.get(one.student)
		found[one.student] = Missing(
			one.student,
			one.student_name or one.student,
			(person.membership.group if person else one.group) or "",
			LEAVE if one.status == "Leave" else ABSENT,
			record=one.name,
			reason=one.reason or "",
			excused=one.status == "Leave" or one.excused == "Excused",
			by_officer=one.source == BY_OFFICER,
			lessons=bool(one.lesson),
			contested=bool(one.contested),
			came=taps.get(one.student) if one.source != roll.MACHINE else None,
		)
	return list(found.values())


def _with_calls(one: Missing, calls: Sequence[Call]) -> Missing:
	own = [call for call in calls if call.student == one.student]
	if not own:
		return one
	return replace(one, call=own[-1], called=sum(call.outcome == NOT_REACHED for call in own))


def _how_much(
	school_calendar: SchoolCalendar, people: Roll, witness: Witness, found: Arrivals, held: int, now: datetime
) -> list[Sentence]:
	"""What the rows cannot say: which doors were blind, how few came, of how many nobody knows, what is held."""
	day = people.day
	said: list[Sentence] = []
	if not witness.is_kept:
		said.append(say("No door keeps attendance of this day: what is known is what people wrote."))
	else:
		plans = [plan for schedule in school_calendar.schedules if (plan := schedule.plan(day)) is not None]
		if plans:
			said += witness.blind_doors(*_while_people_come(plans, day, now))
	said += [one for one in found.sentences if str(one) not in {str(known) for known in said}]
	if unknown := sum(person.recorded is None for person in found.doubtful):
		said.append(
			say("So nobody knows of 1 learner who was not seen, and nobody is alarmed.")
			if unknown == 1
			else say(
				"So nobody knows of {0} learners who were not seen, and nobody is alarmed.", str(unknown)
			)
		)
	if held:
		said.append(say("Held for this day, until an attendance officer settles them: {0}.", str(held)))
	if people.unplanned:
		said.append(
			say(
				"Learners without a bell schedule, of whom nothing is known: {0}.", str(len(people.unplanned))
			)
		)
	return said


def _while_people_come(plans: Sequence[DayPlan], day: date, now: datetime) -> tuple[datetime, datetime]:
	midnight = datetime.combine(day, time())
	start = midnight + timedelta(minutes=min(plan.sessions[0].starts for plan in plans) - EARLIEST_BEFORE)
	end = midnight + timedelta(minutes=max(plan.sessions[-1].ends for plan in plans))
	return start, min(end, now)


def _nobody(people: Roll, now: datetime) -> Sentence:
	if people.day > now.date():
		return say("This day is still to come.")
	if people.day < now.date():
		return say("Nobody was away.")
	first = min((one.plan.cut_off for one in people.people), default=0)
	if now.hour * 60 + now.minute < first:
		return say("Before {0} nobody is missed.", f"{first // 60:02}:{first % 60:02}")
	return say("All are in, as far as the hour has passed.")


def _is_here(person: OnRoll) -> bool:
	return bool(person.taps) or (person.recorded is not None and person.recorded.status == "Present")


def _in_order(one: Missing) -> tuple[str, str]:
	return one.group, one.name
