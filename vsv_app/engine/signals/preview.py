"""What a rule would have done: its signals replayed day by day over a time that is past.

CannotPreview(ValueError)   says in a sentence why a rule has no past to be shown in
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vsv_app.engine.attendance.learner_days import Enrolment, ExceptionRow, by_learner, lay_out
from vsv_app.engine.attendance.timetable import SchoolCalendar, Track
from vsv_app.engine.sentences import say
from vsv_app.engine.signals.evaluation import in_scope
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.indicators.facts import NOTHING_ELSE, Facts, OtherFacts
from vsv_app.engine.signals.indicators.windows import Span, Window, span
from vsv_app.engine.signals.rules import Rule


class CannotPreview(ValueError):
	"""A rule about the running day alone."""


@dataclass(frozen=True)
class Stood:
	"""A signal that a rule would have raised: from when to when. `cleared` None: to the end."""

	student: str
	raised: date
	cleared: date | None = None

	def on(self, day: date) -> bool:
		return self.raised <= day and (self.cleared is None or day < self.cleared)


def replay(
	rows: Sequence[ExceptionRow],
	enrolments: Mapping[str, Enrolment],
	rule: Rule,
	calendar: SchoolCalendar,
	days: Sequence[date],
	more: OtherFacts = NOTHING_ELSE,
) -> list[Stood]:
	"""The signals that `rule` would have raised on `days`, ascending, as the nightly evaluation would have.

	`rows` are ordered by learner and date. A learner is judged while enrolled. Raises CannotPreview.
	"""
	if any(INDICATORS[condition.indicator].code == "not_arrived_today" for condition in rule.conditions):
		raise CannotPreview(
			say(
				"{0}: who has not arrived is known on the running day alone. Its past is the list of absences.",
				rule.title,
			)
		)
	past = _Past(rule, calendar, days, more)
	found: list[Stood] = []
	seen: set[str] = set()
	for student, own in by_learner(rows):
		enrolment = enrolments.get(student)
		if enrolment is not None:
			seen.add(student)
			found += past.of(enrolment, own)
	for student, enrolment in enrolments.items():
		if student not in seen and (rule.fires_on_nothing or student in past.more):
			found += past.of(enrolment, ())
	return sorted(found, key=lambda one: (one.raised, one.student))


def first_raised(signals: Iterable[Stood]) -> dict[str, date]:
	"""The day of the first signal, by learner."""
	found: dict[str, date] = {}
	for signal in signals:
		found[signal.student] = min(signal.raised, found.get(signal.student, signal.raised))
	return found


def monday(day: date) -> date:
	return day - timedelta(days=day.weekday())


class _Past:
	"""One rule on every day of the past, with the windows of each calendar made once."""

	def __init__(self, rule: Rule, calendar: SchoolCalendar, days: Sequence[date], more: OtherFacts) -> None:
		self.rule = rule
		self.calendar = calendar
		self.days = [day for day in days if rule.holds_on(day)]
		self.more = more.by_learner()
		self._known = more
		self._measures = [(INDICATORS[c.indicator].measure, c.window) for c in rule.conditions]
		self._spans: dict[int, list[dict[Window, Span]]] = {}

	def of(self, enrolment: Enrolment, rows: Iterable[ExceptionRow]) -> list[Stood]:
		rule = self.rule
		track = self.calendar.track(enrolment.group, enrolment.program, enrolment.before)
		facts = Facts(
			lay_out(rows, track),
			track,
			track.first_from(enrolment.since),
			False,
			self.more.get(enrolment.student, {}),
			self._known.kept,
			self._known.courses,
			self._known.pass_mark,
		)
		found: list[Stood] = []
		raised: date | None = None
		spans = self._spans_of(track)
		for number in range(self._first(facts), len(self.days)):
			day = self.days[number]
			here = enrolment.since <= day and (enrolment.until is None or day <= enrolment.until)
			fires = here and in_scope(rule.scope, enrolment, day)
			if fires:
				own = spans[number]
				values = [measure(facts, own[window]) for measure, window in self._measures]
				fires = rule.fires(values, is_open=raised is not None)
			if fires and raised is None and self._enough_data(facts, spans[number]):
				raised = day
			elif not fires and raised is not None:
				found.append(Stood(enrolment.student, raised, day))
				raised = None
		if raised is not None:
			found.append(Stood(enrolment.student, raised))
		return found

	def _first(self, facts: Facts) -> int:
		"""The first day that can fire: nothing does before the first record of anything."""
		if self.rule.fires_on_nothing or facts.more or not facts.days.at:
			return 0 if self.rule.fires_on_nothing or facts.more else len(self.days)
		first = facts.track.days[facts.days.at[0]]
		return next((number for number, day in enumerate(self.days) if day >= first), len(self.days))

	def _enough_data(self, facts: Facts, spans: Mapping[Window, Span]) -> bool:
		start = min(one.start for one in spans.values())
		end = max(one.end for one in spans.values())
		return end - max(start, facts.enrolled_at) >= self.rule.minimum_school_days

	def _spans_of(self, track: Track) -> list[dict[Window, Span]]:
		found = self._spans.get(id(track))
		if found is None:
			windows = {window for _measure, window in self._measures}
			found = self._spans[id(track)] = [
				{window: span(window, day, track, self.calendar) for window in windows} for day in self.days
			]
		return found
