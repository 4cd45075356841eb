"""Who belongs to the school, to which group, from when to when, and who looks after whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from vsv_app.engine.attendance.timetable import Earlier
from vsv_app.engine.care.early_leavers import Leaver
from vsv_app.stores.queries.sql import VALUE, any_of, delete, select, table
from vsv_app.stores.store import Store

STUDENT = table("Student")
GROUP = table("Student Group")
MEMBER = table("Student Group Student")
YEAR = table("Academic Year")
TERM = table("Academic Term")
ENROLMENT = table("Program Enrollment")
ASSIGNMENT = table("Mentor Assignment")
ATTENDANCE = table("Student Attendance")
USER = table("User")


class Membership(NamedTuple):
	"""A learner in a student group, with the bounds that Education keeps."""

	student: str
	student_name: str
	group: str
	based_on: str
	program: str | None
	year_start: date
	year_end: date
	joined: date | None
	left: date | None
	born: date | None
	mobile: str | None
	active: int = 1


@dataclass(frozen=True)
class Mentoring:
	"""A mentor's task with a learner or with a whole group."""

	mentor: str
	mentor_name: str | None
	task: str
	student: str | None
	group: str | None
	from_date: date
	to_date: date | None
	name: str = ""
	stands_in_for: str | None = None
	came_back: bool = False
	note: str | None = None

	@property
	def away(self) -> str | None:
		"""Who is away while this holds: the substitute has their tasks."""
		return self.stands_in_for if self.stands_in_for and not self.came_back else None


def academic_years(store: Store) -> list[tuple[str, date, date]]:
	query = select(YEAR, YEAR.name, YEAR.year_start_date, YEAR.year_end_date).orderby(YEAR.year_start_date)
	return [tuple(row) for row in store.fetch(query)]


def academic_terms(store: Store) -> list[tuple[str, str, date, date]]:
	"""(term, year, first day, last day)."""
	query = select(TERM, TERM.name, TERM.academic_year, TERM.term_start_date, TERM.term_end_date)
	return [tuple(row) for row in store.fetch(query.orderby(TERM.term_start_date))]


def memberships(
	store: Store,
	from_date: date,
	to_date: date,
	students: Sequence[str] | None = None,
	*,
	former_too: bool = False,
) -> list[Membership]:
	"""Memberships in groups of the academic years that touch the period, ordered by learner; `former_too`: ended ones as well.

	A learner's own group comes before course and activity groups, and those that last before ended ones: it is the one
	a school day is kept for. Who is switched off without a date of leaving is on no roll, as at the door.
	"""
	query = (
		select(
			MEMBER, MEMBER.student, STUDENT.student_name, GROUP.name, GROUP.group_based_on, GROUP.program,
			YEAR.year_start_date, YEAR.year_end_date, STUDENT.joining_date, STUDENT.date_of_leaving,
			STUDENT.date_of_birth, STUDENT.student_mobile_number, MEMBER.active,
		)
		.join(GROUP).on(GROUP.name == MEMBER.parent)
		.join(STUDENT).on(STUDENT.name == MEMBER.student)
		.join(YEAR).on(YEAR.name == GROUP.academic_year)
		.where(YEAR.year_start_date <= VALUE)
		.where(YEAR.year_end_date >= VALUE)
		.where((STUDENT.enabled == 1) | STUDENT.date_of_leaving.isnotnull())
	)  # fmt: skip
	if not former_too:
		query = query.where(MEMBER.active == 1).where(GROUP.disabled == 0)
	values: list[Any] = [to_date, from_date]
	if students is not None:
		query = query.where(any_of(MEMBER.student, students))
		values += students
	found = [Membership._make(row) for row in store.fetch(query, values)]
	return sorted(found, key=lambda m: (m.student, not m.active, _GROUP_ORDER.get(m.based_on, 3), m.group))


def members_of(store: Store, groups: Sequence[str]) -> list[str]:
	"""The learners who are active in any of these student groups."""
	query = select(MEMBER, MEMBER.student).where(any_of(MEMBER.parent, groups)).where(MEMBER.active == 1)
	return sorted({student for (student,) in store.fetch(query, groups)})


_GROUP_ORDER = {"Batch": 0, "Activity": 1, "Course": 2}


def earlier_groups(
	store: Store, from_date: date, to_date: date, students: Sequence[str] | None = None
) -> dict[str, list[Earlier]]:
	"""The groups of their own that learners have left, from the first to the last day kept for them there."""
	left = (
		select(MEMBER, MEMBER.student, GROUP.name, GROUP.program)
		.join(GROUP)
		.on(GROUP.name == MEMBER.parent)
		.join(YEAR)
		.on(YEAR.name == GROUP.academic_year)
		.where(MEMBER.active == 0)
		.where(GROUP.group_based_on == VALUE)
		.where(YEAR.year_start_date <= VALUE)
		.where(YEAR.year_end_date >= VALUE)
	)
	values: list[Any] = ["Batch", to_date, from_date]
	if students is not None:
		left = left.where(any_of(MEMBER.student, students))
		values += students
	found: dict[str, list[Earlier]] = {}
	for student, group, program in store.fetch(left, values):
		kept = (
			select(ATTENDANCE, ATTENDANCE.date)
			.where(ATTENDANCE.student == VALUE)
			.where(ATTENDANCE.student_group == VALUE)
			.where(ATTENDANCE.docstatus == 1)
			.where(ATTENDANCE.date >= VALUE)
			.where(ATTENDANCE.date <= VALUE)
		)
		days = [row[0] for row in store.fetch(kept, [student, group, from_date, to_date])]
		if days:
			found.setdefault(student, []).append(Earlier(min(days), max(days), group, program))
	return found


def enrolment_dates(
	store: Store, students: Sequence[str] | None = None
) -> dict[tuple[str, date], list[date]]:
	"""(learner, first day of the academic year) -> dates of submitted program enrolments, ascending."""
	query = (
		select(ENROLMENT, ENROLMENT.student, YEAR.year_start_date, ENROLMENT.enrollment_date)
		.join(YEAR)
		.on(YEAR.name == ENROLMENT.academic_year)
		.where(ENROLMENT.docstatus == 1)
	)
	if students is not None:
		query = query.where(any_of(ENROLMENT.student, students))
	found: dict[tuple[str, date], list[date]] = {}
	for student, year_start, enrolled in store.fetch(query, students or ()):
		if enrolled is not None:
			found.setdefault((student, year_start), []).append(enrolled)
	return {key: sorted(dates) for key, dates in found.items()}


def program_of(store: Store, group: str) -> str | None:
	"""The program of a student group, None where it has none."""
	rows = store.fetch(select(GROUP, GROUP.program).where(GROUP.name == VALUE), [group])
	return rows[0][0] or None if rows else None


@dataclass(frozen=True)
class Named:
	"""A learner by everything that a list may call them."""

	student: str
	name: str
	email: str | None
	enabled: bool


def named(store: Store) -> list[Named]:
	"""Every learner, those who have left too."""
	s = STUDENT
	query = select(s, s.name, s.student_name, s.student_email_id, s.enabled)
	return [Named(one, name or one, email, bool(on)) for one, name, email, on in store.fetch(query)]


def enabled_students(store: Store) -> dict[str, str]:
	"""Name by learner, of learners who have not left."""
	query = select(STUDENT, STUDENT.name, STUDENT.student_name).where(STUDENT.enabled == 1)
	return dict(store.fetch(query))


def names(store: Store, students: Sequence[str]) -> dict[str, str]:
	"""Name by learner."""
	query = select(STUDENT, STUDENT.name, STUDENT.student_name).where(any_of(STUDENT.name, students))
	return dict(store.fetch(query, students))


def genders(store: Store) -> dict[str, str]:
	"""Gender by learner, of those of whom it is recorded."""
	query = select(STUDENT, STUDENT.name, STUDENT.gender).where(STUDENT.gender != VALUE)
	return dict(store.fetch(query, [""]))


def full_names(store: Store, users: Sequence[str]) -> dict[str, str]:
	"""Full name by user, of those who have one."""
	if not users:
		return {}
	query = select(USER, USER.name, USER.full_name).where(any_of(USER.name, users))
	return {user: name for user, name in store.fetch(query, users) if name}


def gone(store: Store, users: Sequence[str]) -> set[str]:
	"""Those of some users whose account is switched off."""
	if not users:
		return set()
	query = select(USER, USER.name).where(any_of(USER.name, users)).where(USER.enabled == 0)
	return {user for (user,) in store.fetch(query, users)}


def people_with_role(store: Store, role: str) -> list[str]:
	"""The users who have a role and are still here."""
	has = table("Has Role")
	query = (
		select(has, has.parent)
		.join(USER)
		.on(USER.name == has.parent)
		.where(has.parenttype == VALUE)
		.where(has.role == VALUE)
		.where(USER.enabled == 1)
		.distinct()
	)
	return sorted(user for (user,) in store.fetch(query, ["User", role]))


def mentorings(
	store: Store, day: date, mentor: str | None = None, *, until: date | None = None
) -> list[Mentoring]:
	"""The mentor assignments that hold on a day, or on any up to and with `until`."""
	query = (
		select(
			ASSIGNMENT, ASSIGNMENT.mentor, ASSIGNMENT.mentor_name, ASSIGNMENT.task, ASSIGNMENT.student,
			ASSIGNMENT.student_group, ASSIGNMENT.from_date, ASSIGNMENT.to_date, ASSIGNMENT.name,
			ASSIGNMENT.stands_in_for, ASSIGNMENT.came_back, ASSIGNMENT.hand_over_note,
		)
		.where(ASSIGNMENT.from_date <= VALUE)
		.where((ASSIGNMENT.to_date >= VALUE) | ASSIGNMENT.to_date.isnull())
	)  # fmt: skip
	values: list[Any] = [until or day, day]
	if mentor is not None:
		query = query.where(ASSIGNMENT.mentor == VALUE)
		values.append(mentor)
	return [
		Mentoring(
			m, label, task, student or None, group or None, start, end,
			name, away or None, bool(back), note or None,
		)
		for m, label, task, student, group, start, end, name, away, back, note in store.fetch(
			query.orderby(ASSIGNMENT.from_date), values
		)
	]  # fmt: skip


def stand_ins_for(store: Store, user: str, day: date) -> list[Mentoring]:
	"""The assignments of who stands in for somebody on a day or later."""
	a = ASSIGNMENT
	fields = ("mentor", "mentor_name", "task", "student", "student_group", "from_date", "to_date", "name")
	query = (
		select(a, *(a[field] for field in fields), a.came_back, a.hand_over_note)
		.where(a.stands_in_for == VALUE)
		.where((a.to_date >= VALUE) | a.to_date.isnull())
		.orderby(a.from_date)
	)
	return [
		Mentoring(m, label, task, student or None, group or None, start, end, name, user, bool(back), note or None)
		for m, label, task, student, group, start, end, name, back, note in store.fetch(query, [user, day])
	]  # fmt: skip


def forget_assignments(store: Store, names: Sequence[str]) -> None:
	"""Take away assignments that have not begun."""
	store.run(delete(ASSIGNMENT).where(any_of(ASSIGNMENT.name, names)), names)


def leavers(
	store: Store, from_date: date, to_date: date, students: Sequence[str] | None = None
) -> list[Leaver]:
	"""Those who left in a period, by learner; of `students` alone where they are given."""
	s = STUDENT
	query = (
		select(
			s, s.name, s.date_of_leaving, s.reason_for_leaving, s.date_of_birth, s.leaving_certificate_number
		)
		.where(s.date_of_leaving >= VALUE)
		.where(s.date_of_leaving <= VALUE)
		.orderby(s.name)
	)
	values: list[Any] = [from_date, to_date]
	if students is not None:
		query = query.where(any_of(s.name, students))
		values += students
	return [
		Leaver(name, day, (why or "").strip(), born, (number or "").strip())
		for name, day, why, born, number in store.fetch(query, values)
	]
