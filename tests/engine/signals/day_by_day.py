"""What rules would have done, the slow and plain way: a fresh look at each learner on each day. The fast one is held to it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from hypothesis import strategies as st

from tests.engine.made import MONDAY
from vsv_app.engine.attendance.learner_days import Enrolment, ExceptionRow, by_learner, lay_out
from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.signals.evaluation import in_scope
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.indicators.facts import NOTHING_ELSE, Facts, OtherFacts
from vsv_app.engine.signals.indicators.windows import LONGEST, WITH_LENGTH, Window, span
from vsv_app.engine.signals.preview import Stood
from vsv_app.engine.signals.rules import (
	AT_LEAST_N,
	COMBINATIONS,
	COMPARISONS,
	SINGLE,
	WEIGHTED,
	Condition,
	Rule,
	RuleError,
	Scope,
)


def replay_day_by_day(
	rows: Sequence[ExceptionRow],
	enrolments: Mapping[str, Enrolment],
	rule: Rule,
	calendar: SchoolCalendar,
	days: Sequence[date],
	more: OtherFacts = NOTHING_ELSE,
) -> list[Stood]:
	"""As `preview.replay`."""
	own = dict.fromkeys(enrolments, ()) | {name: list(some) for name, some in by_learner(rows)}
	known = more.by_learner()
	found: list[Stood] = []
	for student, enrolment in enrolments.items():
		found += _of(enrolment, own[student], rule, calendar, days, more, known.get(student, {}))
	return sorted(found, key=lambda one: (one.raised, one.student))


def _of(
	enrolment: Enrolment,
	rows: Iterable[ExceptionRow],
	rule: Rule,
	calendar: SchoolCalendar,
	days: Sequence[date],
	more: OtherFacts,
	known: Mapping[str, Sequence[tuple]],
) -> Iterator[Stood]:
	track = calendar.track(enrolment.group, enrolment.program, enrolment.before)
	facts = Facts(
		lay_out(rows, track),
		track,
		track.first_from(enrolment.since),
		False,
		known,
		more.kept,
		more.courses,
		more.pass_mark,
	)
	raised: date | None = None
	for day in filter(rule.holds_on, days):
		here = enrolment.since <= day and (enrolment.until is None or day <= enrolment.until)
		spans = [span(condition.window, day, track, calendar) for condition in rule.conditions]
		measures = [INDICATORS[condition.indicator].measure for condition in rule.conditions]
		values = [measure(facts, one) for measure, one in zip(measures, spans, strict=True)]
		fires = (
			here and in_scope(rule.scope, enrolment, day) and rule.fires(values, is_open=raised is not None)
		)
		seen = max(one.end for one in spans) - max(min(one.start for one in spans), facts.enrolled_at)
		if fires and raised is None and seen >= rule.minimum_school_days:
			raised = day
		elif not fires and raised is not None:
			yield Stood(enrolment.student, raised, day)
			raised = None
	if raised is not None:
		yield Stood(enrolment.student, raised)


@st.composite
def windows(draw: st.DrawFn, kinds: Sequence[str]) -> Window:
	kind = draw(st.sampled_from(kinds))
	return Window(kind, draw(st.integers(1, min(LONGEST[kind], 25)))) if kind in WITH_LENGTH else Window(kind)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
	"""On any indicator but the one about the running day, with thresholds that random records reach now and then."""
	indicator = INDICATORS[draw(st.sampled_from(sorted(set(INDICATORS) - {"not_arrived_today"})))]
	comparison = draw(st.sampled_from(COMPARISONS))
	small = st.integers(1, 6) | st.integers(1, 600)
	threshold = draw(st.sampled_from([0, 1])) if indicator.highest == 1 else draw(small)
	clear = draw(st.none() | small)
	window = draw(windows(indicator.windows))
	return Condition(
		indicator.code, comparison, threshold, window, clear, draw(st.sampled_from([1, 0.1, 0.2, 3]))
	)


@st.composite
def any_rule(draw: st.DrawFn) -> Rule:
	"""Any that a school may write: of every indicator and combination, with a scope, clearing values, a least of school days."""
	chosen = draw(st.lists(conditions(), min_size=1, max_size=3))
	combination = (
		SINGLE if len(chosen) == 1 else draw(st.sampled_from([c for c in COMBINATIONS if c != SINGLE]))
	)
	count = draw(st.sampled_from([0.3, 1, 2])) if combination in (AT_LEAST_N, WEIGHTED) else 0
	near = st.none() | st.dates(MONDAY.replace(month=10), MONDAY.replace(month=12))
	rule = draw(
		st.builds(
			_possible,
			st.just(tuple(chosen)),
			st.just(combination),
			st.just(int(count) if combination == AT_LEAST_N else count),
			st.sampled_from([0, 0, 1, 3, 8]),
			st.builds(
				Scope,
				st.sampled_from([None, None, "1A", "2B"]),
				st.sampled_from([None, None, "vmbo"]),
				st.sampled_from([None, None, 12]),
				st.sampled_from([None, None, 12, 13]),
			),
			near,
			near,
		)
	)
	if rule is None:
		rule = Rule("r", "R", (Condition("unexcused_minutes", "at least", 300, Window("School Weeks", 2)),))
	return rule


def _possible(chosen, combination, count, minimum, scope, valid_from, valid_to) -> Rule | None:
	try:
		return Rule(
			"r", "R", chosen, combination=combination, count=count, minimum_school_days=minimum, scope=scope,
			valid_from=valid_from, valid_to=valid_to,
		)  # fmt: skip
	except RuleError:
		return None
