"""The roll of a school day: who belongs here, to which group, and what is known of each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from vsv_app.engine.attendance.learner_days import Enrolment
from vsv_app.engine.attendance.presence import Notice, Tap
from vsv_app.engine.attendance.tap_time import DAY_CERTAIN
from vsv_app.engine.attendance.timetable import AWAY, DayPlan, Earlier, Period, SchoolCalendar
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import check_ins, holds, student_attendance
from vsv_app.stores.queries.attendance.student_attendance import Leave, Recorded
from vsv_app.stores.queries.learners import Membership
from vsv_app.stores.store import Store

MACHINE = "Badge"
"""The source of what the machine writes."""
EARLIER_YEARS = 2
"""How many academic years before the running one hold the longest window, whatever their holidays."""


@dataclass(frozen=True)
class OnRoll:
	"""A learner on one day: the group that the day is kept for, the plan, taps, and what the school was told.

	`undated`: the badge was read on a day that is not certain, and may be this one.
	"""

	membership: Membership
	plan: DayPlan
	taps: tuple[Tap, ...]
	tap_records: tuple[str, ...]
	notice: Notice | None
	recorded: Recorded | None
	doors: tuple[tuple[str, str], ...] = ()
	undated: bool = False

	@property
	def student(self) -> str:
		return self.membership.student

	@property
	def is_recorded_by_person(self) -> bool:
		return self.recorded is not None and self.recorded.source != MACHINE


@dataclass(frozen=True)
class Roll:
	"""Everybody on the roll of one day.

	people       who has school
	unplanned    for whom no bell schedule holds at all
	no_school    the machine's records of those on the roll who have no school on this day (any more)
	"""

	day: date
	people: tuple[OnRoll, ...] = ()
	unplanned: tuple[str, ...] = ()
	no_school: tuple[Recorded, ...] = ()


def own_groups(memberships: Sequence[Membership]) -> dict[str, Membership]:
	"""The first membership of each learner: the group that a day is kept for."""
	first: dict[str, Membership] = {}
	for membership in memberships:
		first.setdefault(membership.student, membership)
	return first


def enrolments(
	store: Store, from_date: date, to_date: date, students: Sequence[str] | None = None
) -> dict[str, Enrolment]:
	"""The stay of each learner who was there at the end of the period, in the group of their own, without held days."""
	stays_of = _Stays(store, from_date, to_date, students)
	members = learners.memberships(store, to_date, to_date, students)
	found = {one.student: one for one in map(stays_of.of, own_groups(members).values())}
	return _without_held(
		store,
		from_date,
		to_date,
		{s: one for s, one in found.items() if (one.until or from_date) >= from_date},
	)


def stays(
	store: Store, from_date: date, to_date: date, students: Sequence[str] | None = None
) -> dict[str, Enrolment]:
	"""The stay of each learner who was there at some time of the period, those who left included, without held days."""
	return _without_held(
		store, from_date, to_date, on_roll(store, from_date, to_date, students, former_too=True)
	)


def with_earlier_years(
	store: Store,
	calendar: SchoolCalendar,
	found: Mapping[str, Enrolment],
	on: date,
	students: Sequence[str] | None = None,
) -> dict[str, Enrolment]:
	"""The same stays, each begun when the learner came, in an academic year before that of `on`: for rules that look back across years.

	A day of an earlier year counts by the timetable of the group of that time. Who was in no group then, or came in the
	course of the later year, has a stay that begins there; more than two years back nothing looks.
	"""
	reaching, later = dict(found), calendar.year(on)
	if later is None:
		return reaching
	before = sorted((one for one in calendar.years if one.end < later.start), key=lambda one: one.start)
	there = set(reaching)
	for year in before[: -EARLIER_YEARS - 1 : -1]:
		then = stays(store, year.start, year.end, students)
		there &= set(then)
		for student in there:
			reaching[student] = _joined(calendar, then[student], year, reaching[student], later)
		later = year
	return reaching


def _joined(
	calendar: SchoolCalendar, then: Enrolment, year: Period, now: Enrolment, later: Period
) -> Enrolment:
	"""A stay of a year and that of the academic year after it as one; as it changes no day of the later year, no other rule reads it otherwise."""
	before = [Earlier(year.start, year.end, then.group, then.program)]
	if calendar.same_times((then.group, then.program), (now.group, now.program)):
		before = []
	before += then.before
	if then.until is not None and then.until < year.end:
		before.append(Earlier(then.until + timedelta(days=1), year.end, AWAY))
	track = calendar.track(now.group, now.program, now.before)
	came_later = track.first_from(later.start) < track.first_from(now.since)
	return replace(now, since=now.since if came_later else then.since, before=(*before, *now.before))


def on_roll(
	store: Store,
	from_date: date,
	to_date: date,
	students: Sequence[str] | None = None,
	*,
	former_too: bool = False,
) -> dict[str, Enrolment]:
	"""The stay of each learner who was there at some time of the period; `former_too`: whose group has ended as well."""
	stays_of = _Stays(store, from_date, to_date, students)
	members = learners.memberships(store, from_date, to_date, students, former_too=former_too)
	return {
		one.student: one
		for one in map(stays_of.of, own_groups(members).values())
		if (one.until or from_date) >= from_date and one.since <= to_date
	}


def _without_held(
	store: Store, from_date: date, to_date: date, found: dict[str, Enrolment]
) -> dict[str, Enrolment]:
	"""A day that is held counts neither as planned nor as missed."""
	held: dict[str, list[date]] = {}
	for student, day in holds.days(store, from_date, to_date):
		if student in found:
			held.setdefault(student, []).append(day)
	for student, days in held.items():
		gaps = tuple(Earlier(day, day, AWAY) for day in sorted(days))
		found[student] = replace(found[student], before=(*found[student].before, *gaps))
	return found


def call(store: Store, calendar: SchoolCalendar, day: date, students: Sequence[str] | None = None) -> Roll:
	"""Everybody who has school on `day`, and who has none."""
	year = calendar.year(day)
	if year is None:
		return Roll(day)
	members = own_groups(learners.memberships(store, day, day, students))
	stays_of = _Stays(store, year.start, year.end, students)
	taps, undated = _taps(store, day, students), _undated(store, day)
	notices = notices_of(store, day, students)
	recorded = _recorded(store, day, members, students)
	plans: dict[tuple[str, str | None], DayPlan | None] = {}
	people, unplanned, no_school = [], [], []
	for student, m in members.items():
		stay = stays_of.of(m)
		group, program = group_on(stay, day)
		key = group, program
		if key not in plans:
			plans[key] = None if group == AWAY else calendar.plan(day, group, program)
		plan = plans[key] if stay.since <= day <= (stay.until or day) else None
		record = recorded.get(student)
		if plan is not None:
			own = taps.get(student, ())
			people.append(
				OnRoll(
					m if group == m.group else m._replace(group=group, program=program),
					plan,
					tuple(engine_tap(tap) for tap in own),
					tuple(tap.name for tap in own),
					notices.get(student),
					record,
					tuple({(tap.gateway, tap.terminal): None for tap in own if not tap.by_hand}),
					student in undated,
				)
			)
		elif group != AWAY and not calendar.has_schedule(group, program):
			if stay.since <= day <= (stay.until or day):
				unplanned.append(student)
		elif record is not None and record.source == MACHINE:
			no_school.append(record)
	return Roll(day, tuple(people), tuple(unplanned), tuple(no_school))


def group_on(stay: Enrolment, day: date) -> tuple[str, str | None]:
	"""The group whose timetable holds for a learner on a day, with its program."""
	there = next((one for one in reversed(stay.before) if one.first <= day <= one.last), None)
	return (stay.group, stay.program) if there is None else (there.group, there.program)


def notices_of(store: Store, day: date, students: Sequence[str] | None = None) -> dict[str, Notice]:
	"""What the school was told of each learner's day; what is about all of the day goes before what is about a part."""
	found: dict[str, Notice] = {}
	for leave in student_attendance.leaves(store, day, students=students):
		notice = notice_of(leave)
		known = found.get(leave.student)
		if known is None or _weight(notice) < _weight(known):
			found[leave.student] = notice
	return found


def notice_of(leave: Leave) -> Notice:
	"""A leave application as the engine reads it. Where it is for several days, hours are those of each."""
	return Notice(leave.name, leave.present, _minute(leave.from_time), _minute(leave.to_time))


def engine_tap(tap: check_ins.Tap) -> Tap:
	"""A check-in as the engine reads it."""
	clock = "unsynced" if tap.certainty == DAY_CERTAIN else tap.clock
	return Tap(tap.at, tap.direction, clock, _offset((tap.sent_as or "")[-6:]))


class _Stays:
	"""The stays of learners in a period: from when on they belong, until when, and what came between."""

	def __init__(
		self, store: Store, from_date: date, to_date: date, students: Sequence[str] | None = None
	) -> None:
		self._enrolled = learners.enrolment_dates(store, students)
		self._before = learners.earlier_groups(store, from_date, to_date, students)

	def of(self, m: Membership) -> Enrolment:
		"""Who left and was enrolled again in the same year was away in between."""
		dates = self._enrolled.get((m.student, m.year_start), [])
		earlier = tuple(stay for stay in self._before.get(m.student, ()) if stay.group != m.group)
		left = m.left
		again = next((day for day in dates if left is not None and day > left), None)
		if left is not None and again is not None:
			away = Earlier(left + timedelta(days=1), again - timedelta(days=1), AWAY)
			earlier, left = (*earlier, away), None
		known = (m.year_start, m.joined, dates[0] if dates else None)
		since = max(day for day in known if day is not None)
		return Enrolment(m.student, m.group, m.program, since, left, m.born, earlier)


def _taps(store: Store, day: date, students: Sequence[str] | None) -> dict[str, list[check_ins.Tap]]:
	found: dict[str, list[check_ins.Tap]] = {}
	for tap in check_ins.taps(store, day, students):
		found.setdefault(tap.student, []).append(tap)
	return found


def _undated(store: Store, day: date) -> set[str]:
	"""The learners whose badge was read on a day that nobody knows, which may be this one."""
	return {
		tap.student
		for tap in check_ins.held(store)
		if tap.student and tap.not_before.date() <= day <= tap.not_after.date()
	}


def _recorded(
	store: Store, day: date, members: Mapping[str, Membership], students: Sequence[str] | None
) -> dict[str, Recorded]:
	"""The record that a learner's day is kept in: of the own group, and of a person, before others. Not those of lessons."""
	found: dict[str, Recorded] = {}
	for record in student_attendance.recorded(store, day, students):
		if record.course_schedule:
			continue
		known = found.get(record.student)
		if known is None:
			found[record.student] = record
			continue
		own = members[record.student].group if record.student in members else None
		rank = [(one.group == own, one.source != MACHINE) for one in (record, known)]
		if rank[0] > rank[1]:
			found[record.student] = record
	return found


def _weight(notice: Notice) -> tuple[bool, bool, str]:
	part = notice.starts is not None or notice.ends is not None
	return part and not notice.present, notice.present, notice.reference


def _minute(time_of_day: timedelta | None) -> int | None:
	return None if time_of_day is None else int(time_of_day.total_seconds()) // 60


@cache
def _offset(text: str) -> int:
	"""Minutes from UTC of what an RFC 3339 time ends with."""
	if len(text) != 6 or text[0] not in "+-":
		return 0
	return (int(text[1:3]) * 60 + int(text[4:])) * (-1 if text[0] == "-" else 1)


def stays_of(
	store: Store, calendar: SchoolCalendar, day: date, people: Mapping[str, Membership]
) -> dict[str, Enrolment]:
	"""The stays of these learners in the academic year of a day."""
	year = calendar.year(day)
	if year is None:
		return {}
	known = _Stays(store, year.start, year.end)
	return {student: known.of(m) for student, m in people.items()}


def away_on(store: Store, days: Sequence[date]) -> set[tuple[str, date]]:
	"""(learner, day) of those of whom the school knew on which of these days they would not come."""
	found = set()
	for leave in student_attendance.leaves(store, min(days), max(days)):
		if leave.from_time is None and leave.to_time is None:
			found |= {(leave.student, day) for day in days if leave.first <= day <= leave.last}
	return found


def in_two_groups(store: Store, day: date) -> dict[str, tuple[str, ...]]:
	"""The learners who are in several groups of their own at once, with these: the alphabet decides which day is kept."""
	found: dict[str, list[str]] = {}
	for m in learners.memberships(store, day, day):
		if m.based_on == "Batch":
			found.setdefault(m.student, []).append(m.group)
	return {student: tuple(groups) for student, groups in found.items() if len(groups) > 1}
