"""The attendance ledger of the academic year: what was missed is written or held, and what is missing is said.

Whatever changed since the last look makes the days that rest on it be computed anew, whether an event told of it or not.
What adds up is counted, not read.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from vsv_app.engine.attendance.ledger import Balance, expected_days, over_at
from vsv_app.engine.attendance.timetable import SchoolCalendar, Track
from vsv_app.engine.sentences import Sentence, say, template
from vsv_app.services.attendance import day_close, ingest, roll, witness
from vsv_app.services.attendance.badges import enrolment
from vsv_app.services.attendance.roll import MACHINE
from vsv_app.services.attendance.witness import WEEKS_OF_DOORS
from vsv_app.services.school import SETTINGS, School
from vsv_app.stores.queries.attendance import calendar, changes, check_ins, holds, student_attendance
from vsv_app.stores.queries.gateways import door_watches
from vsv_app.stores.store import Store

MARGIN = timedelta(days=1)
"""Records of Frappe carry the time of the server, which need not be the school's."""

Changed = dict[date, set[str] | None]
"""Days to compute anew: of these learners, or of everybody."""


@dataclass(frozen=True)
class Reconciled:
	"""What a look at the ledger came to: how it adds up, and the learners of whom something was written."""

	balance: Balance = field(default_factory=Balance)
	touched: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Span:
	"""The days of the running academic year that terminals kept, up to yesterday."""

	first: date
	last: date

	def clip(self, first: date, last: date) -> Iterable[date]:
		start, end = max(first, self.first), min(last, self.last)
		return (start + timedelta(days=n) for n in range((end - start).days + 1))


def reconcile(
	store: Store,
	school: School,
	now: datetime,
	*,
	since: datetime | None = None,
	students: Sequence[str] | None = None,
) -> Reconciled:
	"""Compute anew what rests on facts that changed `since`, and write or hold what is missing; `now` is naive.

	`students`: of these alone, where the work is spread.
	"""
	school_calendar = calendar.load(store)
	span = span_of(store, school_calendar, now)
	if span is None:
		return Reconciled()
	work: Changed = changed_days(store, school_calendar, span, since, now) if since else {}
	_merge(work, _held_days(store, span, students))
	touched = set(_write(store, school_calendar, work, now, students))
	book = _Book(store, school_calendar, span, students)
	missing = book.differences()
	if missing:
		touched |= _write(store, school_calendar, missing, now, students)
		book = _Book(store, school_calendar, span, students)
	return Reconciled(book.balance(), frozenset(touched))


def balance(
	store: Store, school_calendar: SchoolCalendar, now: datetime, students: Sequence[str] | None = None
) -> Balance:
	"""How the school days of this year up to yesterday are accounted for."""
	span = span_of(store, school_calendar, now)
	return Balance() if span is None else _Book(store, school_calendar, span, students).balance()


def sum_up(
	store: Store,
	school: School,
	now: datetime,
	*,
	looked_at: datetime | None = None,
	counted: Balance | None = None,
) -> Balance:
	"""Write into the settings what the ledger adds up to; `counted`: a look at everybody has just done so."""
	school_calendar = calendar.load(store)
	found = balance(store, school_calendar, now) if counted is None else counted
	said = list(_sentences(store, school_calendar, found, now))
	values = {
		"ledger_expected": found.expected,
		"ledger_by_machine": found.by_machine,
		"ledger_by_person": found.by_person,
		"ledger_held": found.held,
		"ledger_missing": found.missing,
		"ledger_words": "\n".join(said),
		"ledger_words_parts": json.dumps([template(sentence) for sentence in said]),
		"ledger_checked_on": looked_at or now,
	}
	with store.transaction():
		store.set_single(SETTINGS, values)
	return found


def last_look(store: Store) -> datetime | None:
	"""When the ledger was last looked at."""
	at = store.single(SETTINGS)["ledger_checked_on"]
	return datetime.fromisoformat(at) if isinstance(at, str) else at


def span_of(store: Store, school_calendar: SchoolCalendar, now: datetime) -> _Span | None:
	"""The days of the running academic year that terminals kept, up to yesterday; None where there are none."""
	yesterday = now.date() - timedelta(days=1)
	year, first = school_calendar.year(yesterday), witness.first_kept(store)
	if year is None or first is None:
		return None
	span = _Span(max(year.start, first), yesterday)
	return span if span.first <= span.last else None


def changed_days(
	store: Store, school_calendar: SchoolCalendar, span: _Span, since: datetime, now: datetime
) -> Changed:
	"""The days that rest on facts which came in, were changed or were cancelled since a moment."""
	found: Changed = {}
	before = since - MARGIN
	if check_ins.not_expected(store, span.first, enrolment.NOT_EXPECTED):
		with store.transaction():
			roster = ingest.Roster()
			roster.refresh(store)
			_merge(found, enrolment.rejudge_taps(store, roster, span.first, now))
	for student, first, last in student_attendance.leaves_changed(store, before):
		_merge(found, {day: {student} for day in span.clip(first, last)})
	for student, day in changes.records_of_people(store, before):
		_merge(found, {day: {student} for day in span.clip(day, day)})
	for day in check_ins.days_received(store, since - timedelta(hours=1)):
		# What was seen on a day is also what later days are compared with.
		after = day + timedelta(weeks=WEEKS_OF_DOORS)
		_merge(found, dict.fromkeys(span.clip(day, after)))
	for at in door_watches.changed(store, since - timedelta(hours=1)):
		_merge(found, dict.fromkeys(span.clip(at.date(), span.last)))
	if changes.schedules(store, before):
		_merge(found, dict.fromkeys(span.clip(span.first, span.last)))
	_merge(
		found, dict.fromkeys(day for day in changes.holidays(store, before) if span.first <= day <= span.last)
	)
	return found


def write_today(store: Store, school: School, now: datetime) -> set[str]:
	"""Write the days of those whose own last session is over, and look again at what today is held; returns for whom.

	It costs little where there is nothing to do, so that it may run every few minutes.
	"""
	school_calendar, today = calendar.load(store), now.date()
	year = school_calendar.year(today)
	plans = [s.plan(today) for s in school_calendar.schedules if s.holds_on(today)] if year else []
	if not any(plan and over_at(plan, school.close_day_at) <= now for plan in plans):
		return set()
	wanted = {student for student, _day in holds.days(store, today, today)}
	for student, stay in roll.on_roll(store, today, today).items():
		plan = school_calendar.plan(today, *roll.group_on(stay, today))
		if (
			plan
			and stay.since <= today <= (stay.until or today)
			and over_at(plan, school.close_day_at) <= now
		):
			wanted.add(student)
	done = {row[0] for row in student_attendance.counted(store, today, today)}
	wanted -= done
	if not wanted:
		return set()
	written = day_close.write_days(
		store,
		today,
		now,
		sorted(wanted),
		not_before=school.close_day_at,
		school_calendar=school_calendar,
	)
	return set(written.touched)


def _write(
	store: Store,
	school_calendar: SchoolCalendar,
	changed: Mapping[date, set[str] | None],
	now: datetime,
	students: Sequence[str] | None,
) -> set[str]:
	touched: set[str] = set()
	own = None if students is None else set(students)
	for day in sorted(changed):
		some = changed[day]
		wanted = own if some is None else some if own is None else some & own
		if wanted is None or wanted:
			done = day_close.write_days(
				store,
				day,
				now,
				None if wanted is None else sorted(wanted),
				school_calendar=school_calendar,
			)
			touched |= done.touched
	return touched


def _merge(into: Changed, more: Mapping[date, set[str] | None]) -> None:
	for day, students in more.items():
		known = into.get(day, set())
		into[day] = None if students is None or known is None else known | students


def _held_days(store: Store, span: _Span, students: Sequence[str] | None) -> Changed:
	"""What is held is looked at again: a door may be heard of by now, and Education may take the record."""
	found: Changed = {}
	for student, day in holds.days(store, span.first, span.last, students):
		_merge(found, {day: {student}})
	return found


def _counts(
	store: Store, span: _Span, students: Sequence[str] | None
) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
	"""Days by learner that the machine has recorded, that a person has, and that are held."""
	machine: dict[str, int] = {}
	person: dict[str, int] = {}
	for student, source, count in student_attendance.counted(store, span.first, span.last, students):
		kind = machine if source == MACHINE else person
		kind[student] = kind.get(student, 0) + count
	held: dict[str, int] = {}
	for student, _day in holds.days(store, span.first, span.last, students):
		held[student] = held.get(student, 0) + 1
	return machine, person, held


class _Book:
	"""The school days of a stretch by learner: counted for all, and read day by day for those who do not add up."""

	def __init__(
		self, store: Store, school_calendar: SchoolCalendar, span: _Span, students: Sequence[str] | None
	) -> None:
		self._store, self._calendar, self._span = store, school_calendar, span
		self._enrolled = roll.on_roll(store, span.first, span.last, students)
		machine, person, held = _counts(store, span, students)
		self._even, self._odd = Balance(), []
		totals = [0, 0, 0, 0]
		for student in self._enrolled:
			expected = len(self._expected(student)[1])
			one = (machine.get(student, 0), person.get(student, 0), held.get(student, 0))
			if expected == sum(one):
				totals = [total + more for total, more in zip(totals, (expected, *one), strict=True)]
			else:
				self._odd.append(student)
		self._even = Balance(*totals)

	def balance(self) -> Balance:
		"""What it adds up to. What a person wrote of a day without school, or for a second group, accounts for nothing."""
		found = self._even
		for student, days in self._days_of_odd().items():
			track, slots = self._expected(student)
			kinds = [days[day] for slot in slots if (day := track.days[slot]) in days]
			found += Balance(len(slots), kinds.count(MACHINE), kinds.count(PERSON), kinds.count(HELD))
		return found

	def differences(self) -> Changed:
		"""By day, the learners whose day is expected and not accounted for, or whom the machine holds to a day without school."""
		found: Changed = {}
		for student, days in self._days_of_odd().items():
			track, slots = self._expected(student)
			expected = {track.days[slot] for slot in slots}
			by_machine = {day for day, kind in days.items() if kind != PERSON}
			for day in (expected - set(days)) | (by_machine - expected):
				_merge(found, {day: {student}})
		return found

	def _expected(self, student: str) -> tuple[Track, range]:
		return expected_days(self._calendar, self._enrolled[student], self._span.first, self._span.last)

	def _days_of_odd(self) -> dict[str, dict[date, str]]:
		found: dict[str, dict[date, str]] = {}
		for start in range(0, len(self._odd), MANY):
			found |= _accounted(self._store, self._span, self._odd[start : start + MANY])
		return found


def _accounted(store: Store, span: _Span, students: Sequence[str]) -> dict[str, dict[date, str]]:
	"""By learner and day, what accounts for it: MACHINE, PERSON or HELD."""
	found: dict[str, dict[date, str]] = {student: {} for student in students}
	for student, day in holds.days(store, span.first, span.last, students):
		found[student][day] = HELD
	for student, day, source in student_attendance.days_recorded(store, span.first, span.last, students):
		if found[student].get(day) != PERSON:
			found[student][day] = MACHINE if source == MACHINE else PERSON
	return found


PERSON, HELD = "Person", "Held"
MANY = 500
"""Learners whose days are read at once."""


def _sentences(
	store: Store, school_calendar: SchoolCalendar, found: Balance, now: datetime
) -> Iterable[Sentence]:
	"""What the ledger says, and what to do about what is missing."""
	span = span_of(store, school_calendar, now)
	if span is None:
		yield say("No terminal has sent a check-in of this academic year: the app writes no attendance.")
		return
	if found.adds_up:
		yield say("Every school day of every learner is accounted for.")
	else:
		left = _Book(store, school_calendar, span, None).differences()
		days = sorted(left)
		yield say(
			"{0} school days are neither recorded nor held, the first of them {1}. They are tried again tonight.",
			str(found.missing),
			str(days[0]) if days else str(span.first),
		)
	if found.held:
		yield say("{0} days wait for a person: see Days To Settle.", str(found.held))
