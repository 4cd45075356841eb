"""How each indicator is counted that rests on other records than attendance. None is "no data", never zero."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from vsv_app.engine.signals.indicators.facts import INCIDENTS, MISSING, RESULTS, SURVEYS, FactRow, Facts
from vsv_app.engine.signals.indicators.windows import Span

Measure = Callable[[Facts, Span], float | None]
Records = Callable[[Facts, Span], Sequence[FactRow]]
TIME_TO_MARK = timedelta(days=7)
"""How long an assessment may be without a result before one is missing."""


def within(source: str) -> Records:
	"""The learner's facts of a source in the days of the window."""
	return lambda facts, span: _between(facts.of(source) or (), span.first_day, span.last_day)


def standing(source: str, label: str | None = None) -> Records:
	"""The facts of a source that have begun by the end of the window; `label`: of that kind alone."""
	return lambda facts, span: [
		row
		for row in facts.of(source) or ()
		if row[1] <= span.last_day and (label is None or row[4] == label)
	]


def counted(source: str, records: Records) -> Measure:
	"""How many; no data where the school does not keep the source."""
	return lambda facts, span: float(len(records(facts, span))) if source in facts.kept else None


def present(source: str, records: Records) -> Measure:
	"""1 where there is any, 0 where there is none; no data where the school does not keep the source."""
	return lambda facts, span: float(bool(records(facts, span))) if source in facts.kept else None


def failed_courses(facts: Facts, span: Span) -> float | None:
	latest = _latest_by_course(facts, span)
	return float(len(failing(facts, span))) if latest else None


def failing(facts: Facts, span: Span) -> list[FactRow]:
	"""The latest result of each course that is below the pass mark."""
	return [row for row in _latest_by_course(facts, span) if row[3] < facts.pass_mark]


def average_result(facts: Facts, span: Span) -> float | None:
	return _average(within(RESULTS)(facts, span))


def result_drop(facts: Facts, span: Span) -> float | None:
	if span.term_before is None:
		return None
	before = _average(_between(facts.of(RESULTS) or (), *span.term_before))
	now = average_result(facts, span)
	return None if before is None or now is None else max(0.0, before - now)


def results_of_both_terms(facts: Facts, span: Span) -> Sequence[FactRow]:
	before = _between(facts.of(RESULTS) or (), *span.term_before) if span.term_before else []
	return [*before, *within(RESULTS)(facts, span)]


def incident_weight(facts: Facts, span: Span) -> float | None:
	if INCIDENTS not in facts.kept:
		return None
	return float(sum(row[3] for row in within(INCIDENTS)(facts, span)))


def survey_score(facts: Facts, span: Span) -> float | None:
	answered = within(SURVEYS)(facts, span)
	return float(answered[-1][3]) if answered else None


def last_survey(facts: Facts, span: Span) -> Sequence[FactRow]:
	return within(SURVEYS)(facts, span)[-1:]


def no_records(_facts: Facts, _span: Span) -> Sequence[FactRow]:
	return ()


def missing_assessments(facts: Facts, span: Span) -> Sequence[FactRow]:
	"""Those without a result that a teacher has had time to mark, and that were held while the learner was there."""
	last, track = span.last_day - TIME_TO_MARK, facts.track
	return [
		row
		for row in _between(facts.of(MISSING) or (), span.first_day, last)
		if track.first_from(row[1]) >= facts.enrolled_at
	]


def _between(rows: Sequence[FactRow], first: date, last: date) -> list[FactRow]:
	return [row for row in rows if first <= row[1] <= last]


def _latest_by_course(facts: Facts, span: Span) -> list[FactRow]:
	return list({row[4]: row for row in within(RESULTS)(facts, span)}.values())


def _average(rows: Sequence[FactRow]) -> float | None:
	return sum(row[3] for row in rows) / len(rows) if rows else None
