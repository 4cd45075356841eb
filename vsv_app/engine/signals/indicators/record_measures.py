"""How each indicator is counted that rests on other records than attendance. None is "no data", never zero."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from operator import itemgetter

from vsv_app.engine.signals.indicators.facts import INCIDENTS, MISSING, RESULTS, SURVEYS, FactRow, Facts
from vsv_app.engine.signals.indicators.over_days import Memo, Values, Views
from vsv_app.engine.signals.indicators.windows import Span

Measure = Callable[[Facts, Span], float | None]
Over = Callable[[Facts, Views, Memo], Values]
"""A measure on each day of a past."""
Ceiling = Callable[[Facts, Views, Memo, float], float]
"""What a measure does not go beyond on any day of a past; under the given line any such number will do."""
Records = Callable[[Facts, Span], Sequence[FactRow]]
TIME_TO_MARK = timedelta(days=7)
"""How long an assessment may be without a result before one is missing."""
NO_TIME = timedelta(0)


class InWindow:
	"""A number that the learner's records of a source in the window tell; no data where the school does not keep it.

	`tell` gets those records, ascending by day; `late`: each is looked at only so long after its day. Asked for one day or
	for many: then it is told anew only where a record enters or leaves.
	"""

	def __init__(
		self, source: str, tell: Callable[[Facts, Sequence[FactRow]], float | None], late: timedelta = NO_TIME
	) -> None:
		self.source, self.tell, self.late = source, tell, late

	def __call__(self, facts: Facts, span: Span) -> float | None:
		if self.source not in facts.kept:
			return None
		return self.tell(facts, self.records(facts, span))

	def records(self, facts: Facts, span: Span) -> Sequence[FactRow]:
		return _between(facts.of(self.source) or (), span.first_day, span.last_day - self.late)

	def over(self, facts: Facts, views: Views, _memo: Memo) -> Values:
		if self.source not in facts.kept:
			return views.nothing
		rows = facts.of(self.source) or ()
		if not rows:
			return [self.tell(facts, ())] * len(views.days)
		if views.ascends:
			return self._sliding(facts, views, rows)
		days, firsts, late, tell = views.days, views.first_days, self.late, self.tell
		return [
			tell(facts, _between(rows, first, day - late)) for first, day in zip(firsts, days, strict=True)
		]

	def _sliding(self, facts: Facts, views: Views, rows: Sequence[FactRow]) -> Values:
		comes, goes = zip(*views.stays(rows, self.late), strict=True)
		last, number, tell = len(views.days), len(rows), self.tell
		changes = sorted({0, *comes, *goes})
		if changes[-1] == last:
			changes.pop()
		values = []
		begins = ends = 0
		for day in changes:
			while ends < number and comes[ends] <= day:
				ends += 1
			while begins < number and goes[begins] <= day:
				begins += 1
			values.append(tell(facts, rows[begins:ends]))
		return views.filled(changes, values)


class Standing:
	"""1 where there is any record of a source that has begun, 0 where there is none; `label`: of that kind alone."""

	def __init__(self, source: str, label: str | None = None) -> None:
		self.source, self.label = source, label

	def __call__(self, facts: Facts, span: Span) -> float | None:
		return float(bool(self.records(facts, span))) if self.source in facts.kept else None

	def records(self, facts: Facts, span: Span) -> Sequence[FactRow]:
		"""Those that have begun by the end of the window."""
		return [row for row in self._own(facts) if row[1] <= span.last_day]

	def over(self, facts: Facts, views: Views, _memo: Memo) -> Values:
		if self.source not in facts.kept:
			return views.nothing
		own = self._own(facts)
		if not own:
			return views.zeros
		without = bisect_left(views.days, own[0][1])
		return [0.0] * without + [1.0] * (len(views.days) - without)

	def _own(self, facts: Facts) -> Sequence[FactRow]:
		return [row for row in facts.of(self.source) or () if self.label in (None, row[4])]


def within(source: str) -> Records:
	"""The learner's facts of a source in the days of the window."""
	return lambda facts, span: _between(facts.of(source) or (), span.first_day, span.last_day)


def counted(source: str) -> InWindow:
	"""How many."""
	return InWindow(source, lambda _facts, rows: float(len(rows)))


failed_courses = InWindow(
	RESULTS, lambda facts, rows: float(len(_below_the_mark(facts, rows))) if rows else None
)
average_result = InWindow(RESULTS, lambda _facts, rows: _average(rows))
incident_weight = InWindow(INCIDENTS, lambda _facts, rows: float(sum(row[3] for row in rows)))
survey_score = InWindow(SURVEYS, lambda _facts, rows: float(rows[-1][3]) if rows else None)
missing = InWindow(MISSING, lambda facts, rows: float(len(_while_there(facts, rows))), TIME_TO_MARK)


def failing(facts: Facts, span: Span) -> list[FactRow]:
	"""The latest result of each course that is below the pass mark."""
	return _below_the_mark(facts, within(RESULTS)(facts, span))


def result_drop(facts: Facts, span: Span) -> float | None:
	return _drop(_average_before(facts, span.term_before), average_result(facts, span))


def result_drop_over(facts: Facts, views: Views, memo: Memo) -> Values:
	"""The drop on each day: the average before changes with the term alone."""
	if not facts.of(RESULTS):
		return views.nothing
	before: dict[tuple[date, date] | None, float | None] = {}
	found: list[float | None] = []
	for span, now in zip(views.spans, average_result.over(facts, views, memo), strict=True):
		if span.term_before not in before:
			before[span.term_before] = _average_before(facts, span.term_before)
		found.append(_drop(before[span.term_before], now))
	return found


def results_of_both_terms(facts: Facts, span: Span) -> Sequence[FactRow]:
	before = _between(facts.of(RESULTS) or (), *span.term_before) if span.term_before else []
	return [*before, *within(RESULTS)(facts, span)]


def last_survey(facts: Facts, span: Span) -> Sequence[FactRow]:
	return within(SURVEYS)(facts, span)[-1:]


def no_records(_facts: Facts, _span: Span) -> Sequence[FactRow]:
	return ()


def missing_assessments(facts: Facts, span: Span) -> Sequence[FactRow]:
	"""Those without a result that a teacher has had time to mark, and that were held while the learner was there."""
	return _while_there(facts, missing.records(facts, span))


def _while_there(facts: Facts, rows: Sequence[FactRow]) -> list[FactRow]:
	return [row for row in rows if facts.track.first_from(row[1]) >= facts.enrolled_at]


_day_of = itemgetter(1)


def _between(rows: Sequence[FactRow], first: date, last: date) -> Sequence[FactRow]:
	return rows[bisect_left(rows, first, key=_day_of) : bisect_right(rows, last, key=_day_of)]


def _below_the_mark(facts: Facts, rows: Sequence[FactRow]) -> list[FactRow]:
	latest = {row[4]: row for row in rows}
	return [row for row in latest.values() if row[3] < facts.pass_mark]


def _average_before(facts: Facts, term: tuple[date, date] | None) -> float | None:
	return _average(_between(facts.of(RESULTS) or (), *term)) if term else None


def _drop(before: float | None, now: float | None) -> float | None:
	return None if before is None or now is None else max(0.0, before - now)


def _average(rows: Sequence[FactRow]) -> float | None:
	return sum(row[3] for row in rows) / len(rows) if rows else None
