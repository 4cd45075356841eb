"""What a school keeps beside attendance, as facts that the engine understands: results, incidents, activities, plans.

A source of which the whole school has no record in the period is not kept: then there is no data, about anybody.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from vsv_app.engine.care.concerns import POSITIVE, TEAM
from vsv_app.engine.care.plans import RESTS_ON_AGREEMENT
from vsv_app.engine.signals.indicators.facts import (
	ACTIVITIES,
	CAREER_PLANS,
	CIRCUMSTANCES,
	INCIDENTS,
	LESSONS,
	MENTOR_TALKS,
	MISSING,
	PASS_MARK,
	PLANS,
	RESULTS,
	FactRow,
	OtherFacts,
)
from vsv_app.engine.signals.signal_lifecycle import IN_PLAN
from vsv_app.stores.queries.sql import VALUE, any_of, select, table
from vsv_app.stores.store import Row, Store

ATTENDANCE = table("Student Attendance")
SCHEDULE = table("Course Schedule")
RESULT = table("Assessment Result")
ASSESSMENT = table("Assessment Plan")
LOG = table("Student Log")
MEMBER = table("Student Group Student")
GROUP = table("Student Group")
YEAR = table("Academic Year")
SIGNAL = table("Early Warning Signal")
CIRCUMSTANCE = table("Learner Circumstance")
CONCERN = table("Concern")
CONTACT = table("Contact Log")
SUPPORT_PLAN = table("Support Plan")
ACTION = table("Support Plan Action")
INTERVENTION = table("Intervention Type")
SETTINGS = "Early Warning Settings"

SEVERITY = {"Minor": 1, "Moderate": 2, "Serious": 3}
SEVERITY_OF_CONCERN = {"Watch": 1, "Concern": 2, "Urgent": 3}
CAREER_GUIDANCE = "CAREER"
"""The code of the intervention type that a career plan is made of."""
NAMES_A_QUERY = 1000

Students = Sequence[str] | None
Answer = tuple[bool, list[FactRow]]
"""(whether the school keeps the source, the facts of it)."""


def load(
	store: Store,
	needed: Iterable[str],
	first: date,
	on: date,
	students: Students = None,
	exceptions: Sequence[Row] = (),
) -> OtherFacts:
	"""The facts of the `needed` sources from `first` up to and with `on`, of everybody or of `students`.

	`exceptions` are the period's attendance rows: lessons are named for those alone.
	"""
	kept: set[str] = set()
	rows: list[FactRow] = []
	wanted = set(needed)
	for source, ask in ASKED.items():
		if source in wanted:
			keeps, found = ask(store, first, on, students)
			if keeps:
				kept.add(source)
				rows += found
	courses = _courses(store, exceptions) if LESSONS in kept else {}
	return OtherFacts(rows, frozenset(kept), courses, pass_mark(store))


def pass_mark(store: Store) -> float:
	"""Percent of the maximum from which a result is a pass in this school."""
	return float(store.single(SETTINGS).get("pass_mark") or PASS_MARK)


def _lessons(store: Store, first: date, on: date, _students: Students) -> Answer:
	"""Whether attendance is kept by lesson; which lessons were missed stands in the attendance itself."""
	a = ATTENDANCE
	query = select(a, a.name).where(a.date >= VALUE).where(a.date <= VALUE).where(a.docstatus == 1)
	return bool(store.fetch(query.where(a.course_schedule != VALUE).limit(1), [first, on, ""])), []


def _results(store: Store, first: date, on: date, students: Students) -> Answer:
	query = (
		select(
			RESULT, RESULT.student, ASSESSMENT.schedule_date, RESULT.total_score, RESULT.maximum_score, RESULT.course,
			RESULT.name,
		)
		.join(ASSESSMENT).on(ASSESSMENT.name == RESULT.assessment_plan)
		.where(RESULT.docstatus == 1)
		.where(ASSESSMENT.schedule_date >= VALUE)
		.where(ASSESSMENT.schedule_date <= VALUE)
		.where(RESULT.maximum_score > 0)
	)  # fmt: skip
	keeps, found = _kept_and_own(store, query, RESULT.student, [first, on], students)
	return keeps, [
		(student, day, RESULTS, 100.0 * (score or 0) / most, course, "Assessment Result", name)
		for student, day, score, most, course, name in found
	]


def _missing(store: Store, first: date, on: date, students: Students) -> Answer:
	"""Who has no result of an assessment for which others of the group have one."""
	r, p = RESULT, ASSESSMENT
	period = (
		select(r, r.assessment_plan, r.student)
		.join(p)
		.on(p.name == r.assessment_plan)
		.where(r.docstatus == 1)
		.where(p.schedule_date >= VALUE)
		.where(p.schedule_date <= VALUE)
	)
	assessed: dict[str, set[str]] = {}
	for plan, student in store.fetch(period, [first, on]):
		assessed.setdefault(plan, set()).add(student)
	if not assessed:
		return False, []
	members = (
		select(p, p.name, p.schedule_date, p.course, MEMBER.student)
		.join(MEMBER)
		.on(MEMBER.parent == p.student_group)
		.where(p.docstatus == 1)
		.where(MEMBER.active == 1)
		.where(p.schedule_date >= VALUE)
		.where(p.schedule_date <= VALUE)
	)
	values: list[Any] = [first, on]
	if students is not None:
		members = members.where(any_of(MEMBER.student, students))
		values += students
	return True, [
		(student, day, MISSING, 1, course, "Assessment Plan", plan)
		for plan, day, course, student in store.fetch(members, values)
		if plan in assessed and student not in assessed[plan]
	]


def _incidents(store: Store, first: date, on: date, students: Students) -> Answer:
	"""Marked entries of the log, and concerns that everybody with a task may read: a restricted one stays unseen."""
	log = (
		select(LOG, LOG.student, LOG.date, LOG.vsv_severity, LOG.name)
		.where(LOG.date >= VALUE)
		.where(LOG.date <= VALUE)
		.where(LOG.vsv_severity.isin([VALUE] * len(SEVERITY)))
	)
	keeps_log, logged = _kept_and_own(store, log, LOG.student, [first, on, *SEVERITY], students)
	c = CONCERN
	concerns = (
		select(c, c.student, c.noted_on, c.severity, c.kind, c.name)
		.where(c.noted_on >= VALUE)
		.where(c.noted_on < VALUE)
		.where(c.visibility == VALUE)
		.where(c.kind != VALUE)
		.where(c.severity.isin([VALUE] * len(SEVERITY_OF_CONCERN)))
	)
	values = [*_moments(first, on), TEAM, POSITIVE, *SEVERITY_OF_CONCERN]
	keeps_concerns, noted = _kept_and_own(store, concerns, c.student, values, students)
	return keeps_log or keeps_concerns, [
		*(
			(student, day, INCIDENTS, SEVERITY[severity], severity.lower(), "Student Log", name)
			for student, day, severity, name in logged
		),
		*(
			(student, at.date(), INCIDENTS, SEVERITY_OF_CONCERN[severity], kind, "Concern", name)
			for student, at, severity, kind, name in noted
		),
	]


def _circumstances(store: Store, _first: date, on: date, students: Students) -> Answer:
	c = CIRCUMSTANCE
	query = (
		select(c, c.student, c.from_date, c.circumstance, c.name)
		.where(c.from_date <= VALUE)
		.where((c.to_date >= VALUE) | c.to_date.isnull())
	)
	keeps, found = _kept_and_own(store, query, c.student, [on, on], students)
	return keeps, [
		(student, day, CIRCUMSTANCES, 1, kind, "Learner Circumstance", name)
		for student, day, kind, name in found
	]


def _activities(store: Store, _first: date, on: date, students: Students) -> Answer:
	query = (
		select(MEMBER, MEMBER.student, YEAR.year_start_date, GROUP.name)
		.join(GROUP)
		.on(GROUP.name == MEMBER.parent)
		.join(YEAR)
		.on(YEAR.name == GROUP.academic_year)
		.where(GROUP.group_based_on == VALUE)
		.where(GROUP.disabled == 0)
		.where(MEMBER.active == 1)
		.where(YEAR.year_start_date <= VALUE)
		.where(YEAR.year_end_date >= VALUE)
	)
	keeps, found = _kept_and_own(store, query, MEMBER.student, ["Activity", on, on], students)
	return keeps, [
		(student, begun, ACTIVITIES, 1, group, "Student Group", group) for student, begun, group in found
	]


def _talks(store: Store, first: date, on: date, students: Students) -> Answer:
	c = CONTACT
	query = (
		select(c, c.student, c.contact_on, c.channel, c.name)
		.where(c.with_whom == VALUE)
		.where(c.not_reached == 0)
		.where(c.contact_on >= VALUE)
		.where(c.contact_on < VALUE)
	)
	keeps, found = _kept_and_own(store, query, c.student, ["Learner", *_moments(first, on)], students)
	return keeps, [
		(student, at.date(), MENTOR_TALKS, 1, channel, "Contact Log", name)
		for student, at, channel, name in found
	]


def _career_plans(store: Store, _first: date, _on: date, students: Students) -> Answer:
	"""Plans that rest on an agreement and hold an action of career guidance."""
	p, a, kind = SUPPORT_PLAN, ACTION, INTERVENTION
	query = (
		select(p, p.student, p.starts_on, kind.name, p.name)
		.join(a)
		.on(a.parent == p.name)
		.join(kind)
		.on(kind.name == a.intervention_type)
		.where(kind.intervention_code == VALUE)
		.where(p.status.isin([VALUE] * len(RESTS_ON_AGREEMENT)))
		.distinct()
	)
	keeps, found = _kept_and_own(store, query, p.student, [CAREER_GUIDANCE, *RESTS_ON_AGREEMENT], students)
	return keeps, [
		(student, begun, CAREER_PLANS, 1, label, "Support Plan", name)
		for student, begun, label, name in found
		if begun
	]


def _plans(store: Store, _first: date, _on: date, students: Students) -> Answer:
	"""Support plans that rest on an agreement, and signals that somebody has taken into a plan."""
	p, s = SUPPORT_PLAN, SIGNAL
	plans = select(p, p.student, p.starts_on, p.status, p.name).where(
		p.status.isin([VALUE] * len(RESTS_ON_AGREEMENT))
	)
	keeps_plans, agreed = _kept_and_own(store, plans, p.student, list(RESTS_ON_AGREEMENT), students)
	signals = select(s, s.student, s.raised_on, s.rule_title, s.name).where(s.status == VALUE)
	keeps_signals, taken = _kept_and_own(store, signals, s.student, [IN_PLAN], students)
	return keeps_plans or keeps_signals, [
		*(
			(student, begun, PLANS, 1, status, "Support Plan", name)
			for student, begun, status, name in agreed
			if begun
		),
		*(
			(student, raised.date(), PLANS, 1, title or "", "Early Warning Signal", name)
			for student, raised, title, name in taken
		),
	]


ASKED: Mapping[str, Callable[[Store, date, date, Students], Answer]] = {
	LESSONS: _lessons,
	RESULTS: _results,
	MISSING: _missing,
	INCIDENTS: _incidents,
	CIRCUMSTANCES: _circumstances,
	ACTIVITIES: _activities,
	MENTOR_TALKS: _talks,
	CAREER_PLANS: _career_plans,
	PLANS: _plans,
}
"""Sources without a query have no records yet anywhere: they are never kept."""


def _moments(first: date, last: date) -> tuple[datetime, datetime]:
	"""From the first moment of a day up to and without that of the day after another."""
	midnight = datetime.min.time()
	return datetime.combine(first, midnight), datetime.combine(last + timedelta(days=1), midnight)


def _kept_and_own(
	store: Store, query: Any, student: Any, values: Sequence[Any], students: Students
) -> tuple[bool, Sequence[Row]]:
	"""Whether the whole school has any such record, and those of the learners asked for."""
	if students is None:
		found = store.fetch(query, values)
		return bool(found), found
	own = store.fetch(query.where(any_of(student, students)), [*values, *students])
	return bool(own) or bool(store.fetch(query.limit(1), values)), own


def _courses(store: Store, exceptions: Sequence[Row]) -> dict[str, str]:
	"""Course by course schedule, of the lessons that somebody missed."""
	names = sorted({row[7] for row in exceptions if row[7]})
	found: dict[str, str] = {}
	for start in range(0, len(names), NAMES_A_QUERY):
		some = names[start : start + NAMES_A_QUERY]
		query = select(SCHEDULE, SCHEDULE.name, SCHEDULE.course).where(any_of(SCHEDULE.name, some))
		found.update(dict(store.fetch(query, some)))
	return found
