"""Rules over learners: what is raised, what goes on, what clears, and on which records each rests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from vsv_app.engine.attendance.learner_days import (
	EXCUSED,
	Enrolment,
	ExceptionRow,
	LearnerDays,
	by_learner,
	lay_out,
)
from vsv_app.engine.attendance.timetable import Earlier, SchoolCalendar, Track
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.indicators.facts import (
	INCIDENTS,
	MENTOR_TALKS,
	MISSING,
	NOTHING_ELSE,
	RESULTS,
	SURVEYS,
	Facts,
	OtherFacts,
)
from vsv_app.engine.signals.indicators.windows import Span, Window, span
from vsv_app.engine.signals.rules import SINGLE, Condition, Rule, Scope

ATTENDANCE = "Student Attendance"
FACTS = {
	RESULTS: "{label}: {value:.0f} %",
	MISSING: "{label}: no result",
	INCIDENTS: "Incident, {label}",
	SURVEYS: "Survey: {value:.0f} of 100",
	MENTOR_TALKS: "Talk: {label}",
}
RAISE, UPDATE, CLEAR, KEEP = "raise", "update", "clear", "keep"

A_TRIFLE = 1e-6
"""A difference below it is none: a database keeps nine digits of a value after the point."""

Values = tuple[float | None, ...]


@dataclass(frozen=True)
class OpenSignal:
	"""A signal that stands. `dismissed_value` is the value that a person has dismissed, None when nobody did.

	`version` is that of the rule when it was raised, `indicator` what its value is of, `digest` stands for what its
	evidence says, `severity` and `threshold` are the rule's at the last look; None where not known.
	"""

	name: str
	student: str
	rule: str
	value: float
	dismissed_value: float | None = None
	version: int | None = None
	indicator: str | None = None
	tier: int | None = None
	digest: str | None = None
	severity: str | None = None
	threshold: float | None = None


class Evidence(NamedTuple):
	"""A record that a finding rests on, with its day, what it says, and what it counts for."""

	record: str
	day: date
	fact: str
	value: float
	doctype: str = ATTENDANCE


@dataclass(frozen=True)
class Finding:
	"""What evaluating one rule for one learner comes to. `signal` names the open signal it is about, if any.

	`raised_under` is the version of the rule under which that signal was raised. A value of None is no data.
	"""

	action: str
	student: str
	rule: Rule
	group: str
	values: Values
	window_start: date
	window_end: date
	evidence: tuple[Evidence, ...] = ()
	signal: str | None = None
	raised_under: int | None = None

	@property
	def told(self) -> tuple[Condition, float]:
		"""The condition that a list and a sentence tell, and its value: the first that holds, else the first."""
		pairs = list(zip(self.rule.conditions, self.values, strict=True))
		is_open = self.action in (UPDATE, KEEP)
		held = (pair for pair in pairs if pair[0].holds(pair[1], is_open=is_open))
		condition, value = next(held, pairs[0])
		return condition, value or 0.0

	@property
	def tier(self) -> int:
		return self.rule.tier_of(self.values, is_open=self.action in (UPDATE, KEEP))

	@property
	def value(self) -> float:
		return self.told[1]


def evaluate(
	rows: Sequence[ExceptionRow],
	enrolments: Mapping[str, Enrolment],
	rules: Sequence[Rule],
	calendar: SchoolCalendar,
	*,
	on: date,
	open_signals: Iterable[OpenSignal] = (),
	not_arrived: frozenset[str] = frozenset(),
	more: OtherFacts = NOTHING_ELSE,
) -> Iterator[Finding]:
	"""Findings for `on`, learner by learner, of everybody in `enrolments`.

	`rows` are the exceptions of the period, ordered by learner and date; `more` what is known beside attendance.
	A rule that stays true updates its open signal and opens no second one; a dismissed one is raised anew only when
	the value has grown since. A rule without the data to judge by keeps what stands and raises nothing.
	"""
	standing: dict[str, dict[str, OpenSignal]] = {}
	for signal in open_signals:
		standing.setdefault(signal.student, {})[signal.rule] = signal
	judge = _Judge(rules, calendar, on, not_arrived, more)
	seen: set[str] = set()
	for student, own in by_learner(rows):
		enrolment = enrolments.get(student)
		if enrolment is not None:
			seen.add(student)
			yield from judge.learner(enrolment, own, standing.get(student, {}))
	for student, enrolment in enrolments.items():
		if student not in seen and (
			judge.judges_nothing or student in standing or student in not_arrived or student in judge.more
		):
			yield from judge.learner(enrolment, (), standing.get(student, {}))


def looks_back_to(rules: Iterable[Rule], calendar: SchoolCalendar, tracks: Iterable[Track], on: date) -> date:
	"""The first day whose attendance can matter to any of the rules on a day."""
	conditions = [condition for rule in rules for condition in rule.conditions]
	year = calendar.year(on)
	of_the_year = any(INDICATORS[condition.indicator].of_the_year for condition in conditions)
	windows = {condition.window for condition in conditions}
	starts = (span(window, on, track, calendar).first_day for track in tracks for window in windows)
	return min(starts, default=on) if year is None or not of_the_year else min([year.start, *starts])


class _Plan:
	"""The rules for those who share a calendar and a group: each distinct indicator and window is measured once."""

	__slots__ = ("by_age", "measures", "rules", "spans")

	def __init__(self, rules: Sequence[Rule], spans: Mapping[Window, Span]) -> None:
		at: dict[tuple[str, Window], int] = {}
		self.rules: list[tuple[Rule, tuple[int, ...], Condition | None]] = []
		for rule in rules:
			places = tuple(at.setdefault((c.indicator, c.window), len(at)) for c in rule.conditions)
			self.rules.append((rule, places, rule.conditions[0] if rule.combination == SINGLE else None))
		self.measures = [(INDICATORS[code].measure, spans[window]) for code, window in at]
		self.by_age = any(r.scope.age_from is not None or r.scope.age_to is not None for r in rules)
		self.spans = spans


class _Judge:
	def __init__(
		self,
		rules: Sequence[Rule],
		calendar: SchoolCalendar,
		on: date,
		not_arrived: frozenset[str],
		more: OtherFacts,
	) -> None:
		self.rules = [rule for rule in rules if rule.holds_on(on)]
		self.calendar = calendar
		self.on = on
		self.not_arrived = not_arrived
		self.judges_nothing = any(rule.fires_on_nothing for rule in self.rules)
		self.more = more.by_learner()
		self._known = more
		self._spans: dict[int, dict[Window, Span]] = {}
		self._plans: dict[tuple[str, str | None, tuple[Earlier, ...]], tuple[Track, _Plan]] = {}

	def learner(
		self, enrolment: Enrolment, rows: Iterable[ExceptionRow], standing: Mapping[str, OpenSignal]
	) -> Iterator[Finding]:
		track, plan = self._plan_of(enrolment)
		if not plan.rules:
			return
		facts = Facts(
			lay_out(rows, track),
			track,
			track.first_from(enrolment.since),
			enrolment.student in self.not_arrived,
			self.more.get(enrolment.student, {}),
			self._known.kept,
			self._known.courses,
			self._known.pass_mark,
		)
		measured = [measure(facts, span) for measure, span in plan.measures]
		for rule, places, single in plan.rules:
			signal = standing.get(rule.code) if standing else None
			# Nearly every learner and rule ends here.
			if single is not None and signal is None and not single.holds(measured[places[0]]):
				continue
			if plan.by_age and not _of_age(rule.scope, enrolment.born, self.on):
				continue
			values = tuple(measured[place] for place in places)
			yield from self._decide(rule, values, facts, enrolment, plan.spans, signal)

	def _decide(
		self,
		rule: Rule,
		values: Values,
		facts: Facts,
		enrolment: Enrolment,
		spans: Mapping[Window, Span],
		signal: OpenSignal | None,
	) -> Iterator[Finding]:
		if not rule.fires(values, is_open=signal is not None):
			if signal is not None:
				action = CLEAR if rule.needs <= facts.kept else KEEP
				yield self._finding(action, rule, values, facts, enrolment, spans, signal)
			return
		if signal is None:
			if self._enough_data(rule, facts, spans):
				yield self._finding(RAISE, rule, values, facts, enrolment, spans, None)
		elif signal.dismissed_value is None:
			yield self._finding(UPDATE, rule, values, facts, enrolment, spans, signal)
		elif _worse(rule, values, signal):
			yield self._finding(RAISE, rule, values, facts, enrolment, spans, signal)

	def _finding(
		self,
		action: str,
		rule: Rule,
		values: Values,
		facts: Facts,
		enrolment: Enrolment,
		spans: Mapping[Window, Span],
		signal: OpenSignal | None,
	) -> Finding:
		wanted = [spans[condition.window] for condition in rule.conditions]
		return Finding(
			action=action,
			student=enrolment.student,
			rule=rule,
			group=enrolment.group,
			values=values,
			window_start=min(one.first_day for one in wanted),
			window_end=self.on,
			evidence=_evidence(rule, facts, spans) if action in (RAISE, UPDATE) else (),
			signal=signal.name if signal else None,
			raised_under=signal.version if signal else None,
		)

	def _enough_data(self, rule: Rule, facts: Facts, spans: Mapping[Window, Span]) -> bool:
		if not rule.minimum_school_days:
			return True
		longest = min(spans[condition.window].start for condition in rule.conditions)
		end = max(spans[condition.window].end for condition in rule.conditions)
		return end - max(longest, facts.enrolled_at) >= rule.minimum_school_days

	def _plan_of(self, enrolment: Enrolment) -> tuple[Track, _Plan]:
		key = enrolment.group, enrolment.program, enrolment.before
		found = self._plans.get(key)
		if found is None:
			track = self.calendar.track(*key)
			in_scope = [rule for rule in self.rules if _in_scope(rule.scope, enrolment)]
			found = self._plans[key] = track, _Plan(in_scope, self._spans_of(track))
		return found

	def _spans_of(self, track: Track) -> dict[Window, Span]:
		spans = self._spans.get(id(track))
		if spans is None:
			windows = {condition.window for rule in self.rules for condition in rule.conditions}
			spans = {window: span(window, self.on, track, self.calendar) for window in windows}
			self._spans[id(track)] = spans
		return spans


def in_scope(scope: Scope, enrolment: Enrolment, on: date) -> bool:
	"""Whether a rule of this scope is about a learner on a day."""
	return _in_scope(scope, enrolment) and _of_age(scope, enrolment.born, on)


def _in_scope(scope: Scope, enrolment: Enrolment) -> bool:
	return (scope.group is None or scope.group == enrolment.group) and (
		scope.program is None or scope.program == enrolment.program
	)


def _of_age(scope: Scope, born: date | None, on: date) -> bool:
	if scope.age_from is None and scope.age_to is None:
		return True
	if born is None:
		return False
	age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
	return (scope.age_from is None or age >= scope.age_from) and (scope.age_to is None or age <= scope.age_to)


def _worse(rule: Rule, values: Values, signal: OpenSignal) -> bool:
	"""Whether it has got worse since a person dismissed it, by the measure that was dismissed."""
	at = next((n for n, c in enumerate(rule.conditions) if c.indicator == signal.indicator), 0)
	value, before = values[at], signal.dismissed_value
	if value is None or before is None:
		return False
	return value > before + A_TRIFLE if rule.conditions[at].upward else value < before - A_TRIFLE


def _evidence(rule: Rule, facts: Facts, spans: Mapping[Window, Span]) -> tuple[Evidence, ...]:
	"""The records behind a finding, by day; each once, though several conditions rest on it."""
	attended: dict[str, Evidence] = {}
	others: dict[tuple[str, str], Evidence] = {}
	rows = facts.days.rows
	for condition in rule.conditions:
		indicator, window = INDICATORS[condition.indicator], spans[condition.window]
		for slot in indicator.slots(facts, window):
			counts = _counts_for(facts.days, slot)
			for row in rows[slot]:
				if row[8] not in attended:
					attended[row[8]] = Evidence(row[8], row[1], fact_of(row), counts)
		for _student, day, source, value, label, doctype, record in indicator.records(facts, window):
			fact = FACTS.get(source, "{label}").format(label=label, value=value)
			others.setdefault((doctype, record), Evidence(record, day, fact, float(value), doctype))
	return tuple(sorted((*attended.values(), *others.values()), key=_day_and_record))


_day_and_record = itemgetter(Evidence._fields.index("day"), Evidence._fields.index("record"))


def _counts_for(days: LearnerDays, slot: int) -> float:
	return float(days.unexcused[slot] + days.excused[slot] or days.late[slot] or days.early[slot])


def fact_of(row: ExceptionRow) -> str:
	"""What a record says, as a short English fact; screens translate the words of it."""
	return _fact(*row[2:7])


@cache
def _fact(status: str, late: int | None, missed: int | None, early: int | None, excused: str | None) -> str:
	if status == "Leave":
		return "On leave"
	if status == "Absent":
		return "Absent, excused" if excused == EXCUSED else "Absent"
	late, early, missed = late or 0, early or 0, missed or 0
	parts = []
	if late:
		parts.append(f"{late} min late")
	if early:
		parts.append(f"left {early} min early")
	if missed > late + early:
		parts.append(f"{missed - late - early} min of lessons missed")
	return ", ".join(parts) or "Present"
