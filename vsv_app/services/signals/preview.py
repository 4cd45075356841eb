"""What a rule would have done over the past year, before a school switches it on: whom, when, and for whose desk.

`engine.preview.CannotPreview` for a rule that has no past; NothingToShow when the school's records do not reach back.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from vsv_app.engine.attendance.learner_days import Enrolment, ExceptionRow
from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.care.early_leavers import EARLY
from vsv_app.engine.sentences import say
from vsv_app.engine.signals.evaluation import RAISE, evaluate
from vsv_app.engine.signals.indicators.facts import OtherFacts
from vsv_app.engine.signals.preview import CannotPreview, Stood, first_raised, monday, replay
from vsv_app.engine.signals.rules import Rule
from vsv_app.engine.signals.warning_quality import Validity, judge
from vsv_app.services import mentors, school
from vsv_app.services.attendance import roll
from vsv_app.services.signals import evaluation
from vsv_app.services.signals.rule_check import FEWEST_WEEKS, too_long
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import calendar, student_attendance
from vsv_app.stores.queries.signals import facts, rules
from vsv_app.stores.store import Store

A_YEAR = timedelta(days=364)
NOBODY = ""
"""In the load per mentor: learners without one."""


class NothingToShow(ValueError):
	"""The records do not reach back far enough; the sentence says how far."""


@dataclass(frozen=True)
class Week:
	"""A school week: its Monday, whom the rule would have flagged in it, and how many signals were new."""

	monday: date
	flagged: tuple[str, ...]
	raised: int


@dataclass(frozen=True)
class Overlap:
	"""Another rule in use, and how many of the learners that this one flagged it flagged too."""

	rule: str
	title: str
	both: int
	share: float


@dataclass(frozen=True)
class Preview:
	"""The past year of a rule. `alerts`: mentor -> Monday -> alerts; `validity` where leavers are recorded.

	`first` is the day of a learner's first signal, which may lie before the weeks that are shown. `reasons`: how many left
	with each recorded reason, those that were not counted included; `counted`: with which of them they count as early leavers.
	"""

	rule: Rule
	weeks: tuple[Week, ...]
	learners: int
	names: Mapping[str, str]
	mentor_names: Mapping[str, str]
	first: Mapping[str, date]
	alerts: Mapping[str, Mapping[date, int]]
	overlap: tuple[Overlap, ...]
	validity: Validity | None = None
	reasons: Mapping[str, int] = field(default_factory=dict)
	counted: tuple[str, ...] = ()

	@property
	def busiest(self) -> tuple[str, date, int] | None:
		"""The mentor and week with the most alerts."""
		loads = [(m, week, n) for m, weeks in self.alerts.items() for week, n in weeks.items() if m != NOBODY]
		return max(loads, key=lambda one: (one[2], one[1], one[0]), default=None)


def preview(store: Store, rule: Rule, today: date, *, reasons: Sequence[str] | None = None) -> Preview:
	"""What `rule` would have done in the year up to `today`; raises CannotPreview or NothingToShow.

	`reasons`: count only leavers with one of these recorded reasons as early leavers; None counts every one that has
	a reason.
	"""
	school_calendar = calendar.load(store)
	others = [other for other in rules.enabled(store)[0] if other.code != rule.code]
	stood: list[Stood] = []
	others_stood: dict[str, set[str]] = {other.code: set() for other in others}
	seen: dict[str, Enrolment] = {}
	weeks: list[date] = []
	since = today - A_YEAR
	for past in _years(store, school_calendar, today, [rule, *others]):
		weeks += sorted({monday(day) for day in past.days if day >= since})
		seen |= past.enrolments
		# All of the year, as what stood before the weeks that are shown is no news in the first of them.
		every = replay(past.rows, past.enrolments, rule, school_calendar, past.days, past.more)
		own = [signal for signal in every if signal.cleared is None or signal.cleared > since]
		stood += own
		flagged = {signal.student for signal in own}
		for other in others:
			others_stood[other.code] |= _also_flagged(past, other, school_calendar, flagged, since)
	weeks = sorted(set(weeks))
	if len(weeks) < FEWEST_WEEKS:
		raise NothingToShow(
			say(
				"There are attendance records of {0} school weeks; a preview needs at least {1}. Come back later, or bring in last year's attendance first.",
				str(len(weeks)),
				str(FEWEST_WEEKS),
			)
		)
	_refuse_a_window_beyond(rule, weeks)
	first = first_raised(stood)
	left, why, counted = _leavers(store, seen, weeks[0], today, reasons)
	alerts = _alerts(store, [signal for signal in stood if signal.raised >= since])
	return Preview(
		rule=rule,
		weeks=tuple(_week(week, stood) for week in weeks),
		learners=len(seen),
		names=learners.names(store, sorted(first)) if first else {},
		mentor_names=learners.full_names(store, sorted(set(alerts) - {NOBODY})),
		first=first,
		alerts=alerts,
		overlap=_overlaps(others, others_stood, set(first)),
		validity=judge(len(seen), first, left) if left else None,
		reasons=why,
		counted=counted,
	)


@dataclass(frozen=True)
class Tomorrow:
	"""What a pack would bring with the next night: signals by rule, and learners by mentor; `broken` says why a rule cannot be used."""

	day: date
	learners: int
	rules: Mapping[str, int]
	mentors: Mapping[str, int]
	live: tuple[str, ...] = ()
	broken: tuple[str, ...] = ()


def tomorrow(store: Store, pack: str, now: datetime) -> Tomorrow:
	"""Whom the rules of a pack that are off would signal on the last whole day, and on whose desk; writes nothing."""
	day = evaluation.settled_on(store, now)
	off, broken = rules.switched_off_of(store, pack)
	settled = [rule for rule in off if not rule.live]
	found = _raised_on(store, settled, day) if settled else []
	students = sorted({student for student, _rule in found})
	people = mentors.load(store, day, students)
	desks = Counter(mentor for student in students for mentor in people.of(student) or [NOBODY])
	names = learners.full_names(store, sorted(set(desks) - {NOBODY}))
	by_rule = Counter(title for _student, title in found)
	return Tomorrow(
		day,
		len(students),
		{rule.title: by_rule[rule.title] for rule in settled},
		{names.get(mentor, mentor): count for mentor, count in desks.most_common()},
		tuple(rule.title for rule in off if rule.live),
		tuple(broken.values()),
	)


def _raised_on(store: Store, settled: Sequence[Rule], day: date) -> list[tuple[str, str]]:
	"""(learner, title of the rule) of each signal that would be new."""
	school_calendar = calendar.load(store)
	year = school_calendar.year(day)
	if year is None:
		return []
	here = roll.enrolments(store, year.start, day)
	enrolled, first = evaluation.looked_at(store, school_calendar, settled, here, day, None)
	rows = student_attendance.exceptions(store, first, day)
	needed = frozenset(source for rule in settled for source in rule.needs)
	since = min(first, evaluation.earliest_fact(school_calendar, day) or year.start)
	more = facts.load(store, needed, since, day, None, rows)
	found = evaluate(rows, enrolled, settled, school_calendar, on=day, more=more)
	return [(finding.student, finding.rule.title) for finding in found if finding.action == RAISE]


def as_json(found: Preview, limit: int = 200) -> dict[str, Any]:
	"""A preview for a screen: weeks for the chart, load per mentor, overlap, the learners first, and the figures."""
	validity, busiest = found.validity, found.busiest
	return {
		"learners": found.learners,
		"flagged": [
			{"student": student, "name": found.names.get(student, student), "first": day.isoformat()}
			for student, day in sorted(found.first.items(), key=lambda one: (one[1], one[0]))[:limit]
		],
		"flagged_total": len(found.first),
		"weeks": [
			{
				"monday": week.monday.isoformat(),
				"flagged": len(week.flagged),
				"raised": week.raised,
				"names": [found.names.get(student, student) for student in week.flagged[:limit]],
			}
			for week in found.weeks
		],
		"mentors": [
			{
				"mentor": found.mentor_names.get(mentor, mentor),
				"alerts": sum(weeks.values()),
				"most_in_a_week": max(weeks.values()),
				"by_week": {week.isoformat(): count for week, count in sorted(weeks.items())},
			}
			for mentor, weeks in sorted(found.alerts.items(), key=lambda one: -sum(one[1].values()))
		],
		"busiest": {
			"mentor": found.mentor_names.get(busiest[0], busiest[0]),
			"monday": busiest[1].isoformat(),
			"alerts": busiest[2],
		}
		if busiest
		else None,
		"overlap": [
			{"rule": one.rule, "title": one.title, "both": one.both, "share": round(one.share, 3)}
			for one in found.overlap
		],
		"validity": {
			"left": validity.left,
			"warned_and_left": validity.warned_and_left,
			"precision": validity.precision,
			"recall": validity.recall,
			"f1": validity.f1,
			"lead_days": validity.lead_days,
		}
		if validity
		else None,
		"reasons": dict(found.reasons),
		"counted": list(found.counted),
	}


def _refuse_a_window_beyond(rule: Rule, weeks: Sequence[date]) -> None:
	"""A window that is longer than what is known would show a year of a rule that never saw a whole window."""
	for window in too_long(rule, (weeks[-1] - weeks[0]).days + 7):
		raise NothingToShow(
			say(
				"{0}: it looks back over {1}, and there are records of {2} school weeks. Choose a shorter window, or bring in earlier attendance first.",
				rule.title,
				str(window),
				str(len(weeks)),
			)
		)


@dataclass(frozen=True)
class _Past:
	"""One academic year's part of the past: its school days, who was there, and what is known."""

	days: tuple[date, ...]
	enrolments: Mapping[str, Enrolment]
	rows: Sequence[ExceptionRow]
	more: OtherFacts


def _years(
	store: Store, school_calendar: SchoolCalendar, today: date, in_use: Sequence[Rule]
) -> Iterator[_Past]:
	"""The academic years of the past twelve months, as far as attendance was kept; a day that two of them share, once."""
	since = today - A_YEAR
	shown: set[date] = set()
	needed = frozenset(source for rule in in_use for source in rule.needs)
	for year in school_calendar.years:
		last = min(year.end, today)
		if last < since or year.start > today:
			continue
		here = roll.stays(store, year.start, last)
		there, first = evaluation.looked_at(store, school_calendar, in_use, here, year.start, None)
		first = min(first, year.start)
		rows = student_attendance.exceptions(store, first, last)
		begun = min((row[1] for row in rows if row[1] >= year.start), default=today + timedelta(days=1))
		days = [
			day
			for n in range((last - begun).days + 1)
			if school_calendar.is_school_day(day := begun + timedelta(days=n)) and day not in shown
		]
		shown.update(days)
		if days and days[-1] >= since:
			from_day = min(first, evaluation.earliest_fact(school_calendar, last) or year.start)
			more = facts.load(store, needed, from_day, last, None, rows)
			yield _Past(tuple(days), there, rows, more)


def _also_flagged(
	past: _Past, other: Rule, school_calendar: SchoolCalendar, flagged: set[str], since: date
) -> set[str]:
	"""Those of the flagged whom another rule flagged too; a rule without a past has flagged nobody."""
	enrolments = {student: past.enrolments[student] for student in flagged}
	rows = [row for row in past.rows if row[0] in flagged]
	try:
		stood = replay(rows, enrolments, other, school_calendar, past.days, past.more)
	except CannotPreview:
		return set()
	return {signal.student for signal in stood if signal.cleared is None or signal.cleared > since}


def _week(week: date, stood: Sequence[Stood]) -> Week:
	until = week + timedelta(days=6)
	during = {s.student for s in stood if s.raised <= until and (s.cleared is None or s.cleared > week)}
	return Week(week, tuple(sorted(during)), sum(week <= s.raised <= until for s in stood))


def _alerts(store: Store, stood: Sequence[Stood]) -> dict[str, dict[date, int]]:
	"""Alerts per mentor and week, by the assignments that held then."""
	by_day: dict[date, list[str]] = {}
	for signal in stood:
		by_day.setdefault(signal.raised, []).append(signal.student)
	found: dict[str, Counter[date]] = {}
	for day, students in by_day.items():
		people = mentors.load(store, day, students, former_too=True)
		for student in students:
			for mentor in people.of(student) or [NOBODY]:
				found.setdefault(mentor, Counter())[monday(day)] += 1
	return {mentor: dict(weeks) for mentor, weeks in found.items()}


def _overlaps(
	others: Sequence[Rule], others_stood: Mapping[str, set[str]], flagged: set[str]
) -> tuple[Overlap, ...]:
	found = [
		Overlap(other.code, other.title, len(others_stood[other.code]), len(others_stood[other.code]) / len(flagged))
		for other in others
		if flagged and others_stood[other.code]
	]  # fmt: skip
	return tuple(sorted(found, key=lambda one: (-one.both, one.rule)))


def _leavers(
	store: Store, seen: Mapping[str, Enrolment], since: date, today: date, reasons: Sequence[str] | None
) -> tuple[dict[str, date], dict[str, int], tuple[str, ...]]:
	"""The day of leaving of those who count as early leavers, how often each reason was given, and the reasons that count.

	`reasons`: these are the ones that count, in place of those that the school has set; None: all but those.
	"""
	counts = school.early_leavers(store)
	if reasons is not None:
		counts = replace(counts, qualified=frozenset(), elsewhere=frozenset())
	left: dict[str, date] = {}
	why: Counter[str] = Counter()
	counted = set(reasons or ())
	for leaver in learners.leavers(store, since, today):
		if leaver.student in seen and leaver.reason:
			why[leaver.reason] += 1
			if counts.of(leaver) == EARLY and (reasons is None or leaver.reason in reasons):
				left[leaver.student] = leaver.on
				counted.add(leaver.reason)
	return left, dict(why), tuple(sorted(counted))
