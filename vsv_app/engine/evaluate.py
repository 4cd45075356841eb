"""Rules over learners: what is raised, what goes on, what clears, and on which records each rests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vsv_app.engine.attendance import Enrolment, ExceptionRow, LearnerDays, by_learner, lay_out
from vsv_app.engine.indicators import INDICATORS, Facts
from vsv_app.engine.rules import Rule, Scope
from vsv_app.engine.timetable import SchoolCalendar, Track
from vsv_app.engine.windows import Span, Window, span

RAISE, UPDATE, CLEAR = "raise", "update", "clear"


@dataclass(frozen=True)
class OpenSignal:
	"""A signal that stands. `dismissed_value` is the value that a person has dismissed, None when nobody did."""

	name: str
	student: str
	rule: str
	value: float
	dismissed_value: float | None = None


@dataclass(frozen=True)
class Evidence:
	"""A record that a finding rests on: an attendance record, with its day, what it says, and what it counts for."""

	record: str
	day: date
	fact: str
	value: float


@dataclass(frozen=True)
class Finding:
	"""What evaluating one rule for one learner comes to. `signal` names the open signal it is about, if any."""

	action: str
	student: str
	rule: Rule
	group: str
	values: tuple[float, ...]
	window_start: date
	window_end: date
	evidence: tuple[Evidence, ...] = ()
	signal: str | None = None

	@property
	def value(self) -> float:
		"""The value of the first condition: what a list shows."""
		return self.values[0]


def evaluate(
	rows: Sequence[ExceptionRow],
	enrolments: Mapping[str, Enrolment],
	rules: Sequence[Rule],
	calendar: SchoolCalendar,
	*,
	on: date,
	open_signals: Iterable[OpenSignal] = (),
	not_arrived: frozenset[str] = frozenset(),
) -> Iterator[Finding]:
	"""Findings for `on`, learner by learner, of everybody in `enrolments`.

	`rows` are the exceptions of the period, ordered by learner and date. A rule that stays true updates its open
	signal and opens no second one; a dismissed one is raised anew only when the value has grown since.
	"""
	standing: dict[str, dict[str, OpenSignal]] = {}
	for signal in open_signals:
		standing.setdefault(signal.student, {})[signal.rule] = signal
	judge = _Judge(rules, calendar, on, not_arrived)
	seen: set[str] = set()
	for student, own in by_learner(rows):
		enrolment = enrolments.get(student)
		if enrolment is not None:
			seen.add(student)
			yield from judge.learner(enrolment, own, standing.get(student, {}))
	for student, enrolment in enrolments.items():
		if student not in seen and (judge.judges_nothing or student in standing or student in not_arrived):
			yield from judge.learner(enrolment, (), standing.get(student, {}))


class _Judge:
	"""The rules, compiled: each distinct indicator and window is measured once a learner."""

	def __init__(
		self, rules: Sequence[Rule], calendar: SchoolCalendar, on: date, not_arrived: frozenset[str]
	) -> None:
		self.rules = [rule for rule in rules if rule.holds_on(on)]
		self.calendar = calendar
		self.on = on
		self.not_arrived = not_arrived
		self.judges_nothing = any(rule.fires_on_nothing for rule in self.rules)
		self._spans: dict[int, dict[Window, Span]] = {}
		self._in_scope: dict[tuple[str, str | None], list[Rule]] = {}

	def learner(
		self, enrolment: Enrolment, rows: Iterable[ExceptionRow], standing: Mapping[str, OpenSignal]
	) -> Iterator[Finding]:
		track = self.calendar.track(enrolment.group, enrolment.program)
		enrolled_at = track.first_from(enrolment.since)
		facts = Facts(lay_out(rows, track), track, enrolled_at, enrolment.student in self.not_arrived)
		spans = self._spans_of(track)
		measured: dict[tuple[str, Window], float] = {}
		for rule in self._rules_of(enrolment):
			values = []
			for condition in rule.conditions:
				key = condition.indicator, condition.window
				value = measured.get(key)
				if value is None:
					value = measured[key] = INDICATORS[condition.indicator].measure(
						facts, spans[condition.window]
					)
				values.append(value)
			yield from self._decide(rule, tuple(values), facts, enrolment, spans, standing.get(rule.code))

	def _decide(
		self,
		rule: Rule,
		values: tuple[float, ...],
		facts: Facts,
		enrolment: Enrolment,
		spans: Mapping[Window, Span],
		signal: OpenSignal | None,
	) -> Iterator[Finding]:
		if not rule.fires(values, is_open=signal is not None):
			if signal is not None:
				yield self._finding(CLEAR, rule, values, facts, enrolment, spans, signal)
			return
		if signal is None:
			if self._enough_data(rule, facts, spans):
				yield self._finding(RAISE, rule, values, facts, enrolment, spans, None)
		elif signal.dismissed_value is None:
			yield self._finding(UPDATE, rule, values, facts, enrolment, spans, signal)
		elif _worse(rule, values[0], signal.dismissed_value):
			yield self._finding(RAISE, rule, values, facts, enrolment, spans, signal)

	def _finding(
		self,
		action: str,
		rule: Rule,
		values: tuple[float, ...],
		facts: Facts,
		enrolment: Enrolment,
		spans: Mapping[Window, Span],
		signal: OpenSignal | None,
	) -> Finding:
		wanted = [spans[condition.window] for condition in rule.conditions]
		evidence = () if action == CLEAR else _evidence(rule, facts, spans)
		return Finding(
			action=action,
			student=enrolment.student,
			rule=rule,
			group=enrolment.group,
			values=values,
			window_start=min(one.first_day for one in wanted),
			window_end=self.on,
			evidence=evidence,
			signal=signal.name if signal else None,
		)

	def _enough_data(self, rule: Rule, facts: Facts, spans: Mapping[Window, Span]) -> bool:
		if not rule.minimum_school_days:
			return True
		longest = min(spans[condition.window].start for condition in rule.conditions)
		end = max(spans[condition.window].end for condition in rule.conditions)
		return end - max(longest, facts.enrolled_at) >= rule.minimum_school_days

	def _spans_of(self, track: Track) -> dict[Window, Span]:
		spans = self._spans.get(id(track))
		if spans is None:
			windows = {condition.window for rule in self.rules for condition in rule.conditions}
			spans = {window: span(window, self.on, track, self.calendar) for window in windows}
			self._spans[id(track)] = spans
		return spans

	def _rules_of(self, enrolment: Enrolment) -> list[Rule]:
		key = enrolment.group, enrolment.program
		rules = self._in_scope.get(key)
		if rules is None:
			rules = [rule for rule in self.rules if _in_scope(rule.scope, enrolment)]
			self._in_scope[key] = rules
		if not any(rule.scope.age_from is not None or rule.scope.age_to is not None for rule in rules):
			return rules
		return [rule for rule in rules if _of_age(rule.scope, enrolment.born, self.on)]


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


def _worse(rule: Rule, value: float, before: float) -> bool:
	return value > before if rule.conditions[0].upward else value < before


def _evidence(rule: Rule, facts: Facts, spans: Mapping[Window, Span]) -> tuple[Evidence, ...]:
	"""The records behind a finding, by day; each once, though several conditions rest on it."""
	found: dict[str, Evidence] = {}
	for condition in rule.conditions:
		for slot in INDICATORS[condition.indicator].slots(facts, spans[condition.window]):
			for row in facts.days.rows[slot]:
				found.setdefault(
					row[8], Evidence(row[8], row[1], fact_of(row), _counts_for(facts.days, slot))
				)
	return tuple(sorted(found.values(), key=lambda e: (e.day, e.record)))


def _counts_for(days: LearnerDays, slot: int) -> float:
	return float(days.unexcused[slot] + days.excused[slot] or days.late[slot] or days.early[slot])


def fact_of(row: ExceptionRow) -> str:
	"""What a record says, as a short English fact; screens translate the words of it."""
	_student, _day, status, late, missed, early, excused, _course, _record = row
	if status == "Leave":
		return "On leave"
	if status == "Absent":
		return "Absent, excused" if excused == "Excused" else "Absent"
	parts = []
	if late:
		parts.append(f"{late} min late")
	if early:
		parts.append(f"left {early} min early")
	if (missed or 0) > (late or 0) + (early or 0):
		parts.append(f"{missed - (late or 0) - (early or 0)} min of lessons missed")
	return ", ".join(parts) or "Present"
