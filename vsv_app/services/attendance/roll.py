"""The roll of a school day: who belongs here, to which group, and what is known of each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vsv_app.engine.attendance.learner_days import Enrolment
from vsv_app.engine.attendance.presence import Notice, Tap
from vsv_app.engine.attendance.timetable import DayPlan, Earlier, SchoolCalendar
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import check_ins, student_attendance
from vsv_app.stores.queries.learners import Membership
from vsv_app.stores.store import Store


@dataclass(frozen=True)
class OnRoll:
	"""A learner on one day: the group that the day is kept for, the plan, taps, and what the school was told."""

	membership: Membership
	plan: DayPlan
	taps: tuple[Tap, ...]
	tap_records: tuple[str, ...]
	notice: Notice | None
	recorded: student_attendance.Recorded | None


def own_groups(memberships: Sequence[Membership]) -> dict[str, Membership]:
	"""The first membership of each learner: the group that a day is kept for."""
	first: dict[str, Membership] = {}
	for membership in memberships:
		first.setdefault(membership.student, membership)
	return first


def enrolments(
	store: Store, from_date: date, to_date: date, students: Sequence[str] | None = None
) -> dict[str, Enrolment]:
	"""The stay of each learner who was there at the end of the period, in the group of their own."""
	since = learners.first_enrolments(store, students)
	before = learners.earlier_groups(store, from_date, to_date, students)
	return {
		student: _stay(m, since, before)
		for student, m in own_groups(learners.memberships(store, to_date, to_date, students)).items()
		if m.left is None or m.left >= from_date
	}


def stays(store: Store, from_date: date, to_date: date) -> dict[str, Enrolment]:
	"""The stay of each learner who was there at some time of the period, those who left included."""
	since = learners.first_enrolments(store)
	before = learners.earlier_groups(store, from_date, to_date)
	members = learners.memberships(store, from_date, to_date, former_too=True)
	return {
		student: _stay(m, since, before)
		for student, m in own_groups(members).items()
		if (m.left is None or m.left >= from_date) and _since(m, since) <= to_date
	}


def call(
	store: Store, calendar: SchoolCalendar, day: date, students: Sequence[str] | None = None
) -> tuple[list[OnRoll], list[str]]:
	"""Everybody who has school on `day`, and the learners on the roll for whom no bell schedule holds."""
	since = learners.first_enrolments(store, students)
	members = own_groups(learners.memberships(store, day, day, students))
	taps: dict[str, list[check_ins.Tap]] = {}
	for tap in check_ins.taps(store, day, students):
		taps.setdefault(tap.student, []).append(tap)
	notices = {
		s: Notice(name, present) for s, (name, present) in student_attendance.leaves(store, day).items()
	}
	# The record of the whole day, not those of single lessons, is what the day is kept in.
	recorded = {
		r.student: r for r in student_attendance.recorded(store, day, students) if not r.course_schedule
	}
	plans: dict[tuple[str, str | None], DayPlan | None] = {}
	roll, unplanned = [], []
	for student, m in members.items():
		if not _since(m, since) <= day <= (m.left or day):
			continue
		key = m.group, m.program
		if key not in plans:
			plans[key] = calendar.plan(day, m.group, m.program)
		plan = plans[key]
		if plan is None:
			if not calendar.has_schedule(m.group, m.program):
				unplanned.append(student)
			continue
		own = taps.get(student, [])
		roll.append(
			OnRoll(
				m,
				plan,
				tuple(Tap(tap.at, tap.direction, tap.clock) for tap in own),
				tuple(tap.name for tap in own),
				notices.get(student),
				recorded.get(student),
			)
		)
	return roll, unplanned


def _stay(
	m: Membership, since: Mapping[tuple[str, date], date], before: Mapping[str, Sequence[Earlier]]
) -> Enrolment:
	earlier = tuple(stay for stay in before.get(m.student, ()) if stay.group != m.group)
	return Enrolment(m.student, m.group, m.program, _since(m, since), m.left, m.born, earlier)


def _since(m: Membership, enrolled: Mapping[tuple[str, date], date]) -> date:
	"""The day from which a learner belongs to the group: the latest of what Education knows."""
	known = (m.year_start, m.joined, enrolled.get((m.student, m.year_start)))
	return max(day for day in known if day is not None)
