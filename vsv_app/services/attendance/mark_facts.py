"""What an attendance record rests on, gathered for who asks why it says what it says."""

from datetime import date, datetime, time, timedelta

from vsv_app.engine.attendance.day_outcome import WHY
from vsv_app.engine.attendance.explanation import (
	Answered,
	Blindness,
	Mark,
	MarkFacts,
	SaidOfDay,
	SeenTap,
)
from vsv_app.engine.attendance.presence import EARLIEST_BEFORE, Notice
from vsv_app.engine.attendance.tap_time import CERTAIN, HELD
from vsv_app.engine.attendance.timetable import DayPlan
from vsv_app.engine.sentences import from_template
from vsv_app.services.attendance import roll
from vsv_app.services.attendance.roll import MACHINE, OnRoll
from vsv_app.services.attendance.witness import Witness
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import calendar, check_ins, days_to_settle, student_attendance
from vsv_app.stores.queries.attendance.student_attendance import Written
from vsv_app.stores.store import Store


def of_record(store: Store, name: str, now: datetime) -> MarkFacts:
	"""Everything that a record rests on, as it is known now; raises LookupError where there is no such record."""
	record = student_attendance.written(store, name)
	if record is None:
		raise LookupError(name)
	school_calendar = calendar.load(store)
	people = roll.call(store, school_calendar, record.day, [record.student]).people
	person = people[0] if people else None
	witness = Witness(store, school_calendar, record.day, now)
	doors = None
	blind: tuple[Blindness, ...] = ()
	if person is not None and witness.is_kept:
		witness.prepare([person])
		in_question = witness.doors(person)
		doors = tuple(_label(*door) for door in in_question)
		blind = tuple(
			Blindness(_label(*span.door), span.start, span.end, span.why)
			for door in in_question
			for span in witness.blind(door)
			if _matters(person.plan, span.start, span.end)
		)
	return MarkFacts(
		_mark(store, record),
		person.plan if person else None,
		_taps(store, record.student, record.day),
		doors,
		blind,
		_notice(store, person),
		_answered(store, record),
	)


def _mark(store: Store, record: Written) -> Mark:
	names = learners.full_names(store, [record.changed_by])
	return Mark(
		record.status,
		record.source or "",
		record.minutes_late or 0,
		record.minutes_missed or 0,
		record.minutes_left_early or 0,
		record.minutes_leave or 0,
		record.excused or "",
		record.reason or "",
		record.conflict or "",
		"" if record.source == MACHINE else names.get(record.changed_by, record.changed_by),
		_moment(record.changed_on),
		bool(record.course_schedule),
	)


def _taps(store: Store, student: str, day: date) -> tuple[SeenTap, ...]:
	"""The taps of a day, and those that may be of it."""
	taps = check_ins.taps(store, day, [student])
	people = learners.full_names(store, sorted({tap.by_hand for tap in taps if tap.by_hand}))
	seen = [
		SeenTap(tap.at, "", tap.direction, CERTAIN, people.get(tap.by_hand, tap.by_hand))
		if tap.by_hand
		else SeenTap(tap.at, _label(tap.gateway, tap.terminal), tap.direction, tap.certainty or CERTAIN)
		for tap in taps
	]
	perhaps = [
		SeenTap(tap.not_before, _label(tap.gateway, tap.terminal), certainty=HELD)
		for tap in days_to_settle.held_taps(store)
		if tap.student == student and tap.not_before.date() <= day <= tap.not_after.date()
	]
	return (*seen, *perhaps)


def _notice(store: Store, person: OnRoll | None) -> SaidOfDay | None:
	notice = person.notice if person else None
	if notice is None:
		return None
	reason = student_attendance.reason_of_leave(store, notice.reference)
	return SaidOfDay(notice.reference, reason, notice.present, *_hours(notice))


def _hours(notice: Notice) -> tuple[str, str]:
	starts, ends = notice.starts, notice.ends
	return "" if starts is None else _clock(starts), "" if ends is None else _clock(ends)


def _answered(store: Store, record: Written) -> Answered | None:
	said = days_to_settle.answer_of(store, record.student, record.day)
	if said is None or record.source == MACHINE:
		return None
	names = learners.full_names(store, [said.by])
	cause = from_template(said.words) if said.words else WHY[said.cause]
	return Answered(cause, said.answer, names.get(said.by, said.by), _moment(said.on), said.note or "")


def _matters(plan: DayPlan, start: datetime, end: datetime) -> bool:
	"""Whether a door was blind while people come in or are at school."""
	midnight = datetime.combine(plan.day, time())
	opens = midnight + timedelta(minutes=plan.sessions[0].starts - EARLIEST_BEFORE)
	return start < midnight + timedelta(minutes=plan.sessions[-1].ends) and end > opens


def _label(gateway: str, terminal: str) -> str:
	return f"{terminal} ({gateway})"


def _moment(at: datetime) -> str:
	return f"{at:%Y-%m-%d %H:%M}"


def _clock(minute: int) -> str:
	return f"{minute // 60:02}:{minute % 60:02}"
