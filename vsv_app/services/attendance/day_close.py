"""The days of learners, computed from what is known of them: the machine's Student Attendance, or held for a person.

Doing it again with the same facts changes nothing, and whatever arrives late leads to the same end. What a person wrote is
never overwritten; where the taps say something else, the difference is shown beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from vsv_app.engine.attendance.day_outcome import (
	DOOR_BLIND,
	LOW_TURNOUT,
	REFUSED,
	Held,
	judge,
)
from vsv_app.engine.attendance.ledger import over_at
from vsv_app.engine.attendance.presence import DayMark
from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.sentences import Sentence, say
from vsv_app.services.attendance import records, roll, witness
from vsv_app.services.attendance.roll import MACHINE, OnRoll, Roll
from vsv_app.services.attendance.witness import Witness
from vsv_app.stores.queries.attendance import calendar, holds, student_attendance
from vsv_app.stores.queries.attendance.holds import Hold, Known
from vsv_app.stores.queries.attendance.student_attendance import Recorded
from vsv_app.stores.queries.gateways import accounts
from vsv_app.stores.queries.gateways.accounts import GatewayState
from vsv_app.stores.store import Store


@dataclass(frozen=True)
class DayWritten:
	"""What writing a day did, in numbers of learners.

	held        whose day is held now for another reason than before
	withdrawn   whose day was held and is no more
	taken_back  whose record by the machine is gone: it rested on facts that are others by now
	unplanned   have no bell schedule
	refused     why Education takes no record of the day, by learner
	waiting     whose day is not over
	"""

	day: date
	written: int = 0
	corrected: int = 0
	conflicts: int = 0
	held: int = 0
	withdrawn: int = 0
	taken_back: int = 0
	unplanned: tuple[str, ...] = ()
	refused: Mapping[str, str] = field(default_factory=dict)
	waiting: int = 0
	touched: frozenset[str] = frozenset()

	@property
	def changed(self) -> bool:
		"""Whether anything was written that rules have to look at."""
		return bool(self.touched)


def doors_to_wait_for(store: Store) -> list[GatewayState]:
	"""Gateways that may hold check-ins which are not here: gone since they were seen, or with a backlog."""
	known = [one for one in accounts.in_use(store) if not one.is_to_come]
	return [one for one in known if one.status != "Online" or one.backlog]


def write_days(
	store: Store,
	day: date,
	now: datetime,
	students: Sequence[str] | None = None,
	*,
	not_before: int = 0,
	school_calendar: SchoolCalendar | None = None,
) -> DayWritten:
	"""Write, correct, hold or take back the day of everybody on the roll, or of `students`, whose day is over.

	`now` is naive, the school's own; `not_before`: a minute of the day before which no day is over.
	"""
	known_calendar = school_calendar or calendar.load(store)
	vouching = Witness(store, known_calendar, day, now)
	people = roll.call(store, known_calendar, day, students)
	if not vouching.is_kept:
		return DayWritten(day, unplanned=people.unplanned)
	over = [person for person in people.people if over_at(person.plan, not_before) <= now]
	vouching.prepare(person for person in over if not person.is_recorded_by_person)
	with store.transaction():
		day_of = _Day(store, people, holds.known(store, day, students), vouching, now)
		for person in over:
			day_of.judge(person)
		return day_of.write(len(people.people) - len(over))


class _Day:
	"""One day as it is written: first judged learner by learner, then all at once."""

	def __init__(
		self, store: Store, people: Roll, known: dict[str, Known], vouching: Witness, now: datetime
	) -> None:
		self._store, self._roll, self._known, self._witness, self._now = store, people, known, vouching, now
		self._fresh: list[dict[str, Any]] = []
		self._corrections: list[tuple[Recorded, dict[str, Any]]] = []
		self._held: list[Hold] = []
		self._over: list[Recorded] = []
		self._settled: set[str] = set()
		self._marks: dict[str, tuple[OnRoll, DayMark]] = {}

	def judge(self, person: OnRoll) -> None:
		"""Decide what becomes of a learner's day."""
		record = person.recorded
		facts = self._witness.facts(person)
		found = judge(facts)
		if record is not None and record.source != MACHINE:
			mark = found.mark if isinstance(found, Held) else found
			self._correct(record, _beside(record, mark))
			self._settled.add(person.student)
		elif isinstance(found, Held):
			self._held.append(_hold(person, found, self._witness))
			if record is not None:
				self._over.append(record)
		else:
			self._marks[person.student] = (person, found)
			self._settled.add(person.student)
			if record is None:
				self._fresh.append(_row(self._store, person, found, self._roll.day, self._now))
			else:
				self._correct(record, _correction(record, found))

	def _correct(self, record: Recorded, change: dict[str, Any]) -> None:
		if change:
			self._corrections.append((record, change))

	def write(self, waiting: int) -> DayWritten:
		"""Write all of it; returns what that came to."""
		store, now = self._store, self._now
		gone = [*self._over, *self._roll.no_school]
		store.cancel_attendance([record.name for record in gone])
		for record, change in self._corrections:
			student_attendance.correct(store, record.name, change, now)
		refused = records.submit(store, self._fresh)
		held = [
			*self._held,
			*(_refused_hold(*self._marks[s], why) for s, why in refused.items() if s in self._marks),
		]
		self._settled -= {one.student for one in held}
		withdrawn = self._withdraw({one.student for one in held})
		news = self._news(held)
		holds.hold(store, held, now, self._known)
		written = {str(row["student"]) for row in self._fresh} - set(refused)
		return DayWritten(
			self._roll.day,
			written=len(written),
			corrected=sum("status" in change for _record, change in self._corrections),
			conflicts=sum(change.get("vsv_conflict") is not None for _record, change in self._corrections),
			held=len(news),
			withdrawn=len(withdrawn),
			taken_back=len(gone),
			unplanned=self._roll.unplanned,
			refused=refused,
			waiting=waiting,
			touched=frozenset(
				{*written, *news, *withdrawn, *(record.student for record in gone)}
				| {record.student for record, _change in self._corrections}
			),
		)

	def _news(self, held: Sequence[Hold]) -> set[str]:
		return {
			one.student
			for one in held
			if one.student not in self._known or self._known[one.student].said != one.said
		}

	def _withdraw(self, held: set[str]) -> set[str]:
		"""Let go of the holds of whom something is known by now, or who have no school."""
		here = {person.student for person in self._roll.people}
		gone = {
			student: hold.name
			for student, hold in self._known.items()
			if hold.status == holds.OPEN
			and student not in held
			and (student in self._settled or student not in here)
		}
		holds.withdraw(self._store, list(gone.values()), self._now)
		return set(gone)


def _row(store: Store, person: OnRoll, mark: DayMark, day: date, now: datetime) -> dict[str, Any]:
	m = person.membership
	fields = {"vsv_source": MACHINE, **_fields(mark)}
	return records.row(store, m.student, m.student_name, m.group, m.mobile, day, fields, now)


def _fields(mark: DayMark) -> dict[str, Any]:
	"""What only the machine knows as well: when the badge was read, and what speaks against it."""
	return {
		**records.fields_of(mark),
		"leave_application": mark.notice,
		"vsv_arrived_at": _time(mark.arrived),
		"vsv_left_at": _time(mark.left),
		"vsv_conflict": mark.conflict,
	}


def _time(at: datetime | None) -> Any:
	return None if at is None else timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def _correction(recorded: Recorded, mark: DayMark) -> dict[str, Any]:
	"""What to write on a record of the machine that stands; nothing when it agrees."""
	fields = _fields(mark)
	excused = fields["vsv_excused"]
	if recorded.excused and not recorded.leave_application:
		# That an absence is excused was decided by a person since.
		excused = recorded.excused
		fields.pop("vsv_excused")
	before = (
		recorded.status, recorded.minutes_late, recorded.minutes_missed, recorded.minutes_left_early,
		recorded.minutes_leave, recorded.leave_application or None, recorded.conflict or None, recorded.excused or None,
	)  # fmt: skip
	after = (
		mark.status, mark.minutes_late, mark.minutes_missed, mark.minutes_left_early, mark.minutes_leave,
		mark.notice, mark.conflict, excused,
	)  # fmt: skip
	return {} if before == after else fields


def _beside(recorded: Recorded, mark: DayMark) -> dict[str, Any]:
	"""The conflict to show beside what a person wrote; nothing where it is shown already."""
	conflict = _conflict(recorded, mark)
	return {"vsv_conflict": conflict} if conflict != (recorded.conflict or None) else {}


def _conflict(recorded: Recorded, mark: DayMark) -> str | None:
	"""In a sentence, how the taps differ from what a person wrote; None when they agree or say nothing."""
	if mark.conflict:
		return mark.conflict
	if mark.arrived is not None and recorded.status != "Present":
		return f"Marked {recorded.status}, but checked in at {mark.arrived:%H:%M}."
	return None


def _hold(person: OnRoll, found: Held, vouching: Witness) -> Hold:
	doors = "\n".join(f"{gateway} {terminal}" for gateway, terminal in vouching.doors(person))
	return Hold(
		person.student,
		person.membership.student_name,
		person.membership.group,
		person.plan.day,
		found.cause,
		found.mark.status,
		_why(found),
		doors,
		min((span.start for span in found.blind), default=None),
		max((span.end for span in found.blind), default=None),
	)


def _why(found: Held) -> Sentence:
	if found.cause == DOOR_BLIND:
		return witness.say_blind(found.blind)
	if found.cause == LOW_TURNOUT and found.turnout is not None:
		return witness.say_low(found.turnout)
	return say("The badge was read on a day that is not certain, and may be this one.")


def _refused_hold(person: OnRoll, mark: DayMark, why: str) -> Hold:
	return Hold(
		person.student,
		person.membership.student_name,
		person.membership.group,
		person.plan.day,
		REFUSED,
		"Present" if mark.status == "Present" else "Absent",
		say("Education took no record: {0}", why),
	)
