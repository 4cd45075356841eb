"""Rules over learners, and every finding written down: raised, brought up to date, or resolved."""

import gc
import hashlib
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from vsv_app.engine.attendance.learner_days import Enrolment, ExceptionRow
from vsv_app.engine.attendance.ledger import over_at
from vsv_app.engine.attendance.presence import derive
from vsv_app.engine.attendance.timetable import SchoolCalendar, Track
from vsv_app.engine.signals.evaluation import (
	A_TRIFLE,
	CLEAR,
	RAISE,
	UPDATE,
	Evidence,
	Finding,
	OpenSignal,
	evaluate,
	looks_back_to,
)
from vsv_app.engine.signals.explanation.findings import explain
from vsv_app.engine.signals.rules import Rule
from vsv_app.engine.signals.signal_lifecycle import (
	RAISED,
	RAISED_ANEW,
	RESOLVED,
	UPDATED,
	Measured,
	Step,
	open_key,
)
from vsv_app.services import mentors
from vsv_app.services.attendance import roll, witness
from vsv_app.services.attendance.roll import MACHINE, OnRoll
from vsv_app.services.school import School
from vsv_app.services.signals import alerting, signal_steps
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import calendar, holds, student_attendance
from vsv_app.stores.queries.gateways import accounts
from vsv_app.stores.queries.signals import facts, rules, signals
from vsv_app.stores.queries.signals.signals import EvidenceRow
from vsv_app.stores.store import Store

ATTENDANCE = "Student Attendance"
NOT_ARRIVED = "not_arrived_today"
ALL, LIVE, SETTLED = "all", "live", "settled"


@dataclass(frozen=True)
class Evaluated:
	"""What an evaluation did. `broken` says by rule why it could not be used."""

	raised: tuple[str, ...] = ()
	updated: int = 0
	resolved: int = 0
	broken: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Today:
	"""What the running day adds to the records: who came late so far, and who has not come."""

	rows: Sequence[ExceptionRow] = ()
	check_ins: frozenset[str] = frozenset()
	not_arrived: frozenset[str] = frozenset()
	knows_who_arrived: bool = True


@contextmanager
def _rows_by_the_thousand() -> Iterator[None]:
	"""Python would search a year's rows for cycles over and over while they are read; there are none among them."""
	collecting = gc.isenabled()
	gc.disable()
	try:
		yield
	finally:
		if collecting:
			gc.enable()


@_rows_by_the_thousand()
def evaluate_now(
	store: Store, school: School, now: datetime, *, students: Sequence[str] | None = None
) -> Evaluated:
	"""Evaluate every rule for everybody, or for `students`, as of now.

	Until a school day is closed its records say nothing of those who stayed away, so the rules on records look at
	the day before, and only the live ones at today.
	"""
	today, known = now.date(), _Known(store, students)
	over = _over_today(store, school, known, now)
	if over is None:
		return _evaluate(store, school, known, today, now)
	parts = [
		_evaluate(store, school, known.without(over), today - timedelta(days=1), now, rules_to_use=SETTLED),
		_evaluate(store, school, known, today, now, rules_to_use=LIVE),
	]
	if over:
		here = _Known(store, sorted(over))
		parts.append(_evaluate(store, school, here, today, now, rules_to_use=SETTLED))
	return Evaluated(
		tuple(name for part in parts for name in part.raised),
		sum(part.updated for part in parts),
		sum(part.resolved for part in parts),
		known.broken,
	)


def settled_on(store: Store, now: datetime) -> date:
	"""The last day whose records are whole: today once everybody's is over or where there is no school, else the day before."""
	school_calendar = calendar.load(store)
	if not school_calendar.is_school_day(now.date()) or (
		_is_written(store, now.date()) and _all_over(school_calendar, now)
	):
		return now.date()
	return now.date() - timedelta(days=1)


def _over_today(store: Store, school: School, known: "_Known", now: datetime) -> set[str] | None:
	"""The learners whose records of today are whole; None: everybody's."""
	today, school_calendar = now.date(), known.calendar
	if not school_calendar.is_school_day(today):
		return None
	if not _is_written(store, today):
		return set()
	if _all_over(school_calendar, now):
		return None
	year = school_calendar.year(today)
	enrolled = known.enrolled(year.start, today) if year else {}
	plans = {s: school_calendar.plan(today, e.group, e.program) for s, e in enrolled.items()}
	return {s for s, plan in plans.items() if plan is None or over_at(plan, school.close_day_at) <= now}


def _is_written(store: Store, day: date) -> bool:
	return bool(student_attendance.days_closed(store, [day]) or holds.days(store, day, day))


def _all_over(school_calendar: SchoolCalendar, now: datetime) -> bool:
	plans = (s.plan(now.date()) for s in school_calendar.schedules if s.holds_on(now.date()))
	return all(over_at(plan) <= now for plan in plans if plan is not None)


@_rows_by_the_thousand()
def evaluate_school(
	store: Store,
	school: School,
	on: date,
	now: datetime,
	*,
	students: Sequence[str] | None = None,
	rules_to_use: str = ALL,
) -> Evaluated:
	"""Evaluate the rules that are switched on, for everybody or for `students`; `now` is naive, the school's own.

	`rules_to_use`: ALL, LIVE (those on today's facts) or SETTLED (the others). Doing it again changes nothing.
	"""
	return _evaluate(store, school, _Known(store, students), on, now, rules_to_use=rules_to_use)


class _Known:
	"""What judging one day and judging the next share: calendar, rules, and who is enrolled."""

	def __init__(self, store: Store, students: Sequence[str] | None) -> None:
		self._store = store
		self.students = students
		self.calendar = calendar.load(store)
		self.rules, self.broken = rules.enabled(store)
		self._enrolled: dict[date, dict[str, Enrolment]] = {}

	def without(self, others: set[str]) -> "_Known":
		"""The same, without some learners."""
		if not others:
			return self
		everybody = {student for found in self._enrolled.values() for student in found}
		return _Known(self._store, sorted(everybody - others))

	def enrolled(self, year_start: date, on: date) -> dict[str, Enrolment]:
		"""Who is on the roll in the academic year that has begun on a day."""
		if year_start not in self._enrolled:
			self._enrolled[year_start] = roll.enrolments(self._store, year_start, on, self.students)
		return self._enrolled[year_start]


def looked_at(
	store: Store,
	school_calendar: SchoolCalendar,
	in_force: Sequence[Rule],
	enrolled: Mapping[str, Enrolment],
	on: date,
	students: Sequence[str] | None,
) -> tuple[dict[str, Enrolment], date]:
	"""Who is looked at on a day, and the first day that can matter: with earlier academic years where a rule reaches there on that day."""
	found, year = dict(enrolled), school_calendar.year(on)
	first = looks_back_to(in_force, school_calendar, _tracks(school_calendar, found), on)
	if year is None or first >= year.start:
		return found, first
	found = roll.with_earlier_years(store, school_calendar, found, on, students)
	return found, min(first, looks_back_to(in_force, school_calendar, _tracks(school_calendar, found), on))


def _tracks(school_calendar: SchoolCalendar, enrolled: Mapping[str, Enrolment]) -> set[Track]:
	return {school_calendar.track(e.group, e.program, e.before) for e in enrolled.values()}


def _evaluate(
	store: Store, school: School, known: _Known, on: date, now: datetime, *, rules_to_use: str = ALL
) -> Evaluated:
	students, broken, school_calendar = known.students, known.broken, known.calendar
	in_force = [rule for rule in known.rules if _wanted(rule, rules_to_use)]
	year = school_calendar.year(on)
	if year is None:
		return Evaluated(broken=broken)
	today = _today(store, school_calendar, on, now, students) if on == now.date() else _Today()
	if not today.knows_who_arrived:
		in_force = [rule for rule in in_force if not _about_arrival(rule)]
	enrolled, first = looked_at(
		store, school_calendar, in_force, known.enrolled(year.start, on), on, students
	)
	standing = signals.standing(store, students)
	considered = {rule.code for rule in in_force}
	own = [signal for signal in standing if signal.rule in considered and signal.student in enrolled]
	rows = student_attendance.exceptions(store, first, on, students) if in_force else []
	if today.rows:
		rows = sorted([*rows, *today.rows], key=lambda row: row[:2])
	needed = frozenset(source for rule in in_force for source in rule.needs)
	since = min(first, earliest_fact(school_calendar, on) or year.start)
	more = facts.load(store, needed, since, on, students, rows)
	findings = list(
		evaluate(
			rows,
			enrolled,
			in_force,
			school_calendar,
			on=on,
			open_signals=own,
			not_arrived=today.not_arrived,
			more=more,
		)
	)
	findings = _without_those_never_right(store, known, findings, own, on)
	asked = {(finding.student, finding.rule.code) for finding in findings}
	codes = {rule.code for rule in known.rules} | set(broken)
	over = [s for s in standing if _without_ground(s, rules_to_use, codes, considered, enrolled, asked)]
	done = _write(store, school, findings, own, today.check_ins, now)
	_resolve(store, [signal.name for signal in over], now)
	return Evaluated(done[0], done[1], done[2] + len(over), broken=broken)


def _without_those_never_right(
	store: Store, known: "_Known", findings: Sequence[Finding], own: Sequence[OpenSignal], on: date
) -> list[Finding]:
	"""Clears what only stands because it once did: "clears below" is for signals that were right when they were raised.

	Where the facts were corrected since, the rule holds on none of the days since then by what is known now.
	"""
	raised = {signal.name: signal for signal in own}
	doubted = {
		finding.signal: finding
		for finding in findings
		if finding.action == UPDATE
		and finding.signal
		and not finding.rule.fires(finding.values)
		and finding.rule.version == raised[finding.signal].version
	}
	if not doubted:
		return list(findings)
	days = signals.raised_on(store, list(doubted))
	right = {
		name
		for name, finding in doubted.items()
		if name not in days or _held_since(store, known, finding, days[name], on)
	}
	return [
		replace(finding, action=CLEAR, evidence=())
		if finding.signal in doubted and finding.signal not in right
		else finding
		for finding in findings
	]


def _held_since(store: Store, known: "_Known", finding: Finding, since: date, on: date) -> bool:
	"""Whether a rule held for a learner on any day since, by what is known now."""
	students = [finding.student]
	# A night raises it on the records of the day before.
	first_day = since - timedelta(days=1)
	for n in range((on - first_day).days + 1):
		day = first_day + timedelta(days=n)
		year = known.calendar.year(day)
		enrolled = roll.enrolments(store, year.start, day, students) if year else {}
		if year is None or finding.student not in enrolled:
			continue
		enrolled, first = looked_at(store, known.calendar, [finding.rule], enrolled, day, students)
		rows = student_attendance.exceptions(store, first, day, students)
		begin = min(first, earliest_fact(known.calendar, day) or year.start)
		more = facts.load(store, frozenset(finding.rule.needs), begin, day, students, rows)
		found = evaluate(
			rows,
			enrolled,
			[finding.rule],
			known.calendar,
			on=day,
			open_signals=[],
			not_arrived=frozenset(),
			more=more,
		)
		if any(one.action == RAISE for one in found):
			return True
	return False


def earliest_fact(school_calendar: SchoolCalendar, on: date) -> date | None:
	"""The first day of which an indicator may want to know: that of the year, or of the term before the running one."""
	year, term = school_calendar.year(on), school_calendar.term_begun(on)
	over = [one for one in school_calendar.terms if term and one.end < term.start]
	starts = [period.start for period in (year, max(over, key=lambda one: one.end, default=None)) if period]
	return min(starts, default=None)


def _wanted(rule: Rule, rules_to_use: str) -> bool:
	return rules_to_use == ALL or rule.live == (rules_to_use == LIVE)


def _about_arrival(rule: Rule) -> bool:
	return any(condition.indicator == NOT_ARRIVED for condition in rule.conditions)


def _without_ground(
	signal: OpenSignal,
	rules_to_use: str,
	known: set[str],
	considered: set[str],
	enrolled: Container[str],
	asked: set[tuple[str, str]],
) -> bool:
	"""Whether nothing can keep a signal standing: its rule is off or no longer about the learner, or the learner has left."""
	if signal.rule not in known:
		return rules_to_use != LIVE
	if signal.rule not in considered:
		return False
	if signal.student not in enrolled:
		return True
	return signal.dismissed_value is None and (signal.student, signal.rule) not in asked


def _today(
	store: Store, school_calendar: SchoolCalendar, on: date, now: datetime, students: Sequence[str] | None
) -> _Today:
	if not accounts.any_check_in(store, on):
		# Before the first check-in nobody was late, and nobody is called missing. A night has no roll to call.
		return _Today(knows_who_arrived=False)
	people = roll.call(store, school_calendar, on, students)
	late = [row for person in people.people if (row := _late_so_far(person, on))]
	# Nobody is called missing whom a door that could not read may have missed.
	asked = replace(people, people=tuple(person for person in people.people if not _known_otherwise(person)))
	missing = witness.arrivals(store, school_calendar, now, asked).missing
	return _Today(
		late, frozenset(str(row[8]) for row in late), frozenset(person.student for person in missing)
	)


def _known_otherwise(person: OnRoll) -> bool:
	"""Whether a person has already written down where the learner is."""
	recorded = person.recorded
	if recorded is None or (recorded.source == MACHINE and recorded.leave_application):
		return False
	return not (recorded.source == MACHINE and recorded.status == "Absent")


def _late_so_far(person: OnRoll, on: date) -> ExceptionRow | None:
	"""A lateness that the day's record does not hold yet, resting on the first check-in."""
	if person.recorded is not None or not person.taps or person.notice is not None:
		return None
	mark = derive(person.plan, person.taps, None)
	if not mark.minutes_late:
		return None
	student = person.membership.student
	return (
		student,
		on,
		"Present",
		mark.minutes_late,
		mark.minutes_late,
		0,
		None,
		None,
		person.tap_records[0],
	)


def _write(
	store: Store,
	school: School,
	findings: Sequence[Finding],
	standing: Sequence[OpenSignal],
	check_ins: frozenset[str],
	now: datetime,
) -> tuple[tuple[str, ...], int, int]:
	"""(names of raised signals, number updated, number resolved)."""
	fresh = [finding for finding in findings if finding.action == RAISE]
	kept = {finding.signal: finding for finding in findings if finding.action == UPDATE and finding.signal}
	over = {finding.signal: finding for finding in findings if finding.action == CLEAR and finding.signal}
	by_name = {signal.name: signal for signal in standing}
	news = {name: finding for name, finding in kept.items() if not _told(finding, by_name[name])}
	doubted = signals.contested(store, _records([*news.values(), *fresh]))
	with store.transaction():
		_update(store, news, by_name, check_ins, doubted, now)
		_resolve(store, list(over), now)
		raised = _raise(store, school, fresh, check_ins, doubted, now) if fresh else []
	return tuple(raised), len(news), len(over)


def _raise(
	store: Store,
	school: School,
	fresh: Sequence[Finding],
	check_ins: frozenset[str],
	doubted: set[str],
	now: datetime,
) -> list[str]:
	"""Write signals and tell whom each asks for; returns their names.

	A dismissed one lets go of its key, unless its dismissal was taken back meanwhile.
	"""
	dismissed = {finding.signal: Step(RAISED_ANEW, now) for finding in fresh if finding.signal}
	let_go = {taken.signal for taken in signal_steps.take(store, dismissed, now, if_possible=True)}
	fresh = [finding for finding in fresh if not finding.signal or finding.signal in let_go]
	students = [finding.student for finding in fresh]
	each = list(dict.fromkeys(students))
	people, names = mentors.load(store, now.date(), each), learners.names(store, each)
	told = [people.of(student) for student in students]
	raised = signal_steps.raise_signals(
		store,
		[
			(
				_about(finding, now)
				| {"student_name": names.get(finding.student), "mentor": own[0] if own else None},
				Step(RAISED, now, measured=_measured(finding)),
				_evidence_rows(finding, check_ins, doubted),
			)
			for finding, own in zip(fresh, told, strict=True)
		],
	)
	about = [
		alerting.About(signal, student, names.get(student))
		for signal, student in zip(raised, students, strict=True)
	]
	alerting.raise_first(store, school, list(zip(about, told, strict=True)), now)
	return raised


def _told(finding: Finding, signal: OpenSignal) -> bool:
	"""Whether a signal says already what was found."""
	return not _is_a_step(finding, signal) and signal.digest == _digest(finding.evidence)


def _is_a_step(finding: Finding, signal: OpenSignal) -> bool:
	"""Whether what was measured differs from what the signal says. Other records behind the same value are no step."""
	now = _measured(finding)
	same = (
		abs(signal.value - now.observed_value) < A_TRIFLE
		and abs((signal.threshold or 0) - now.threshold) < A_TRIFLE
	)
	return not same or (signal.tier, signal.indicator, signal.severity) != (
		now.tier,
		now.indicator,
		now.severity,
	)


def _measured(finding: Finding) -> Measured:
	condition, value = finding.told
	rule: Rule = finding.rule
	return Measured(
		condition.indicator, value, condition.threshold, finding.tier, rule.severity, rule.version
	)


def _digest(evidence: Sequence[Evidence]) -> str:
	"""What evidence says, short: to see whether it has changed without reading it back."""
	said = "\n".join([f"{record}\t{fact}\t{value}" for record, _day, fact, value, _doctype in evidence])
	return hashlib.sha256(said.encode()).hexdigest()[:32]


def _update(
	store: Store,
	news: Mapping[str, Finding],
	standing: Mapping[str, OpenSignal],
	check_ins: frozenset[str],
	doubted: set[str],
	now: datetime,
) -> None:
	"""Bring signals up to date: a step where something else was measured, and what they rest on."""
	says = {name: _in_words(finding) for name, finding in news.items()}
	steps = {
		name: Step(UPDATED, now, measured=_measured(finding))
		for name, finding in news.items()
		if _is_a_step(finding, standing[name])
	}
	taken = signal_steps.change(store, steps, now, more=says, if_possible=True)
	signal_steps.write(store, taken, now)
	others = [name for name in news if name not in steps]
	for name in others:
		signals.change(store, name, says[name], now)
	rest_on = [*others, *(one.signal for one in taken)]
	signals.replace_evidence(
		store, {name: _evidence_rows(news[name], check_ins, doubted) for name in rest_on}, now
	)


def _resolve(store: Store, names: Sequence[str], now: datetime) -> None:
	"""The facts no longer hold."""
	signal_steps.take(store, dict.fromkeys(names, Step(RESOLVED, now)), now, if_possible=True)


def _records(findings: Sequence[Finding]) -> list[str]:
	"""The attendance records that findings rest on, each once."""
	items = (item for finding in findings for item in finding.evidence)
	return sorted({item.record for item in items if item.doctype == ATTENDANCE})


def _evidence_rows(finding: Finding, check_ins: frozenset[str], doubted: set[str]) -> list[EvidenceRow]:
	return [
		EvidenceRow(
			"Badge Check In" if item.record in check_ins else item.doctype,
			item.record,
			item.day,
			item.fact,
			item.value,
			int(item.record in doubted),
		)
		for item in finding.evidence
	]


def _about(finding: Finding, now: datetime) -> dict[str, object]:
	"""What a new signal says for good, and in words."""
	rule: Rule = finding.rule
	return {
		"owner": "Administrator",
		"creation": now,
		"modified": now,
		"student": finding.student,
		"student_group": finding.group,
		"rule": rule.code,
		"rule_version": rule.version,
		"rule_title": rule.title,
		"open_key": open_key(finding.student, rule.code),
		**_in_words(finding),
	}


def _in_words(finding: Finding) -> dict[str, object]:
	return {
		"explanation": explain(finding, "en"),
		"explanation_nl": explain(finding, "nl"),
		"window_start": finding.window_start,
		"window_end": finding.window_end,
		"evidence_digest": _digest(finding.evidence),
	}
