"""Contested records: somebody says that an attendance record is not right, and somebody else answers.

The record stays as it is until then, marked wherever it is evidence. An answer takes the mark away: the record was kept, or
corrected in the same step. Whoever asked is told.

NotPossible(ValueError)   what is asked cannot be so; the sentence says why
"""

from dataclasses import dataclass
from datetime import datetime

from vsv_app.engine.access.roles import OFFICER
from vsv_app.engine.attendance.presence import DayMark
from vsv_app.engine.sentences import say
from vsv_app.services import school
from vsv_app.services.attendance import day_close
from vsv_app.services.attendance.office import officers_records
from vsv_app.services.school import School
from vsv_app.services.signals import signal_steps
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import contested_records, days_to_settle, student_attendance
from vsv_app.stores.queries.attendance.contested_records import CORRECTED, KEPT, KIND, MENTOR, OPEN, WITHDRAWN
from vsv_app.stores.queries.signals import signals
from vsv_app.stores.store import Store

ASKED = "An attendance record is contested, and waits for an answer."
ANSWERED = "An attendance record that you contested has an answer."
STATUSES = ("Present", "Absent", "Leave")


class NotPossible(ValueError):
	"""What is asked cannot be so; the sentence says why."""


@dataclass(frozen=True)
class Correction:
	"""What a record says from now on.

	minutes_missed   of a learner who was there: planned minutes that were missed, those of being late included
	minutes_late     of these, those of being late
	excused          None: as the reason says
	"""

	status: str
	minutes_missed: int = 0
	minutes_late: int = 0
	reason: str | None = None
	excused: bool | None = None

	def __post_init__(self) -> None:
		if self.status not in STATUSES:
			raise NotPossible(say("A record says present, absent or leave."))
		if not 0 <= self.minutes_late <= self.minutes_missed:
			raise NotPossible(say("Minutes late are a part of the minutes missed."))


def answerers(store: Store, here: School) -> list[str]:
	"""Who answers: the attendance officers, or the coordinator where there is none."""
	return learners.people_with_role(store, OFFICER) or [one for one in (here.coordinator,) if one]


def contest(store: Store, record: str, by: str, capacity: str, now: datetime, words: str | None) -> str:
	"""Mark a record, keep what is said about it, and ask who answers; returns the name of the Contested Record."""
	about = contested_records.record(store, record)
	if about is None:
		raise NotPossible(say("There is no such record."))
	said = (words or "").strip()
	with store.transaction():
		signal_steps.contest(store, record, by, now, said if capacity == MENTOR else None)
		for one in contested_records.open_of(store, record):
			if one.by == by:
				more = "\n".join(part for part in (one.words, said) if part)
				contested_records.add_words(store, one.name, more, now)
				return one.name
		name = contested_records.add(
			store,
			{
				"student": about.student,
				"student_name": about.student_name,
				"attendance": record,
				"school_day": about.day,
				"contested_by": by,
				"person_name": learners.full_names(store, [by]).get(by, by),
				"capacity": capacity,
				"contested_on": now,
				"words": said or None,
			},
		)
		for person in answerers(store, school.load(store)):
			store.notify(person, ASKED, KIND, name)
	return name


def answer(
	store: Store,
	name: str,
	by: str,
	now: datetime,
	*,
	answer: str,
	correction: Correction | None = None,
) -> str:
	"""The record stays, or is corrected; everybody who contested it is answered. Returns the learner."""
	one = _open(store, name)
	said = answer.strip()
	if correction is None and not said:
		raise NotPossible(say("Say in a few words why the record stays."))
	waiting = contested_records.open_of(store, one.attendance)
	with store.transaction():
		if correction is not None:
			_correct(store, one.attendance, correction, now)
		status = KEPT if correction is None else CORRECTED
		contested_records.close(store, [each.name for each in waiting], status, said or None, by, now)
		signals.mark_contested(store, one.attendance, False, now)
		for each in waiting:
			if each.capacity == MENTOR and each.by != by:
				store.notify(each.by, ANSWERED, KIND, each.name)
			elif each.by == by:
				contested_records.note_seen(store, each.name, now)
	if correction is not None:
		# What the doors say of that day is shown beside it where it differs.
		day_close.write_days(store, one.day, now, [one.student])
	return one.student


def withdraw(store: Store, name: str, by: str, now: datetime) -> None:
	"""Whoever contested a record takes that back; the mark goes where nobody else has contested it."""
	one = _open(store, name)
	if one.by != by:
		raise NotPossible(say("Only who contested a record takes that back."))
	with store.transaction():
		contested_records.close(store, [name], WITHDRAWN, None, by, now)
		if not contested_records.open_of(store, one.attendance):
			signals.mark_contested(store, one.attendance, False, now)


def seen(store: Store, name: str, by: str, now: datetime) -> dict[str, str]:
	"""Whoever had asked has seen the answer."""
	one = contested_records.get(store, name)
	if one is None or one.by != by:
		raise NotPossible(say("Only who contested a record has waited for its answer."))
	if one.status != OPEN:
		contested_records.note_seen(store, name, now)
	return {"student": one.student, "contested": name}


def _open(store: Store, name: str) -> contested_records.Contested:
	one = contested_records.get(store, name)
	if one is None or one.status != OPEN:
		raise NotPossible(say("This was answered meanwhile. Load it again."))
	return one


def _correct(store: Store, attendance: str, to: Correction, now: datetime) -> None:
	"""Write what a person says now; nothing where the record was cancelled since."""
	record = contested_records.record(store, attendance)
	if record is None or not record.standing:
		return
	reason = to.reason if to.status != "Present" or to.minutes_missed else None
	excuses = days_to_settle.is_excused(store, reason) if reason else None
	if reason and excuses is None:
		raise NotPossible(say("There is no such reason. Choose one from the list."))
	there = to.status == "Present"
	mark = DayMark(
		to.status,
		minutes_late=to.minutes_late if there else 0,
		minutes_missed=to.minutes_missed if there else 0,
		excused=excuses if to.excused is None else to.excused,
	)
	values = officers_records.written(mark, reason)
	student_attendance.correct(store, attendance, values, now)
