"""What a rule would have done over the past year, before a school switches it on: whom, when, and for whose desk.

`engine.preview.CannotPreview` for a rule that has no past; NothingToShow when the school's records do not reach back.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from vsv_app.engine.attendance.learner_days import Enrolment, ExceptionRow
from vsv_app.engine.attendance.timetable import SchoolCalendar, monday
from vsv_app.engine.care.early_leavers import EARLY
from vsv_app.engine.proportions import Proportion
from vsv_app.engine.sentences import say
from vsv_app.engine.signals.evaluation import RAISE, evaluate
from vsv_app.engine.signals.indicators.facts import CIRCUMSTANCES, OTHER_LANGUAGE, OtherFacts
from vsv_app.engine.signals.looking_back.doubt import (
	GroupFigures,
	Shares,
	WithinReach,
	by_group,
	shares,
	within_reach,
)
from vsv_app.engine.signals.looking_back.line import Line, Mover, Shown, warned
from vsv_app.engine.signals.looking_back.past import Past, Together
from vsv_app.engine.signals.preview import Stood, first_raised, has_a_past, refuse_without_past
from vsv_app.engine.signals.rules import Rule
from vsv_app.engine.signals.warning_quality import Validity, judge
from vsv_app.engine.small_groups import SMALLEST_GROUP
from vsv_app.services import mentors, school
from vsv_app.services.attendance import roll
from vsv_app.services.signals import evaluation
from vsv_app.services.signals.rule_check import FEWEST_WEEKS, too_long
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import calendar, student_attendance
from vsv_app.stores.queries.signals import facts, rules
from vsv_app.stores.store import Store

SETTINGS = "Early Warning Settings"
GENDER, PROGRAM, FIRST_LANGUAGE = "Gender", "Program", "First language"
NOT_KNOWN, NONE_RECORDED = "not known", "none recorded"
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
class MovedLine:
	"""What the rule would have done with the threshold of one condition at each of `places`, the one that flags most first.

	`flagged` and `raised`: place -> week -> learners flagged, and new alerts; `at_all`: place -> learners flagged in the year;
	`desks`: place -> the mentor and week with the most alerts; `outcomes` where leavers are recorded.
	"""

	condition: int
	places: tuple[float, ...]
	flagged: tuple[tuple[int, ...], ...]
	raised: tuple[tuple[int, ...], ...]
	at_all: tuple[int, ...]
	desks: tuple[tuple[str, date, int] | None, ...]
	outcomes: tuple[Shares, ...] = ()


@dataclass(frozen=True)
class Preview:
	"""The past year of a rule. `alerts`: mentor -> Monday -> alerts; `validity` where leavers are recorded, and then the errors
	by kind of group.

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
	line: MovedLine
	validity: Validity | None = None
	reasons: Mapping[str, int] = field(default_factory=dict)
	groups: Mapping[str, Sequence[GroupFigures]] = field(default_factory=dict)
	reach: WithinReach | None = None
	counted: tuple[str, ...] = ()

	@property
	def busiest(self) -> tuple[str, date, int] | None:
		"""The mentor and week with the most alerts."""
		loads = [(m, week, n) for m, weeks in self.alerts.items() for week, n in weeks.items() if m != NOBODY]
		return max(loads, key=lambda one: (one[2], one[1], one[0]), default=None)


def preview(
	store: Store,
	rule: Rule,
	today: date,
	*,
	reasons: Sequence[str] | None = None,
	condition: int = 0,
	talks: int = 0,
	circumstances: bool = False,
) -> Preview:
	"""What `rule` would have done in the year up to `today`; raises CannotPreview or NothingToShow.

	`reasons`: count only leavers with one of these recorded reasons as early leavers; None counts every one that has
	a reason. `condition`: whose line can be moved; `talks`: how many flagged learners a week the school can talk to, 0: not
	told; `circumstances`: tell the errors by first language too, to who may read circumstances.
	"""
	refuse_without_past(rule)
	school_calendar = calendar.load(store)
	others = [other for other in rules.enabled(store)[0] if other.code != rule.code and has_a_past(other)]
	years = list(_years(store, school_calendar, today, [rule, *others]))
	since = today - A_YEAR
	weeks = sorted({monday(day) for year in years for day in year.days if day >= since})
	_refuse_too_little(rule, weeks)
	seen: dict[str, Enrolment] = {}
	for year in years:
		seen |= year.enrolments
	looked = _look_back(
		years, school_calendar, rule, others, min(condition, len(rule.conditions) - 1), weeks, since
	)
	first = first_raised(looked.stood)
	left, why, counted = _leavers(store, seen, weeks[0], today, reasons)
	people = mentors.over_time(store, weeks[0], today)
	alerts = _alerts(people, [signal for signal in looked.stood if signal.raised >= since])
	line = _moved(looked.line, people, weeks, since, left, len(seen))
	desks = {mentor for mentor, _week, _alerts in filter(None, line.desks)}
	return Preview(
		rule=rule,
		weeks=_weeks(weeks, looked.stood),
		learners=len(seen),
		names=learners.names(store, sorted(first)) if first else {},
		mentor_names=learners.full_names(store, sorted({*alerts, *desks} - {NOBODY})),
		first=first,
		alerts=alerts,
		overlap=_overlaps(others, looked.also, set(first)),
		line=line,
		validity=judge(len(seen), first, left) if left else None,
		reasons=why,
		groups=_by_group(store, seen, first, left, today, circumstances) if left else {},
		reach=within_reach(looked.stood, looked.strength, weeks, talks, left) if talks > 0 else None,
		counted=counted,
	)


@dataclass
class _LookedBack:
	"""What one look at the whole past has found; `also`: by code of another rule, who was flagged by it too."""

	line: Line
	also: dict[str, set[str]]
	stood: list[Stood] = field(default_factory=list)
	strength: dict[tuple[str, date], float] = field(default_factory=dict)


def _look_back(
	years: Sequence["_Past"],
	school_calendar: SchoolCalendar,
	rule: Rule,
	others: Sequence[Rule],
	condition: int,
	weeks: Sequence[date],
	since: date,
) -> _LookedBack:
	"""Each learner of each year once, for the rule, for its line elsewhere and, of those it flags, for the other rules."""
	mover, together, shown = Mover(rule, condition), Together(others, since), Shown(weeks, since)
	looked = _LookedBack(mover.line, {other.code: set() for other in others})
	for number, year in enumerate(years):
		until = years[number + 1].days[0] if number + 1 < len(years) else None
		past = Past(school_calendar, year.days, year.more, until)
		for learner in past.learners(year.rows, year.enrolments, everybody=rule.fires_on_nothing):
			# All of the year, as what stood before the weeks that are shown is no news in the first of them.
			own = mover.look(learner, shown)
			if own:
				looked.stood += own
				looked.strength |= {
					(one.student, one.raised): mover.strength(learner, one.raised) for one in own
				}
				for code in together.stood_after(learner):
					looked.also[code].add(learner.student)
	return looked


def _moved(
	line: Line,
	people: mentors.MentorsOverTime,
	weeks: Sequence[date],
	since: date,
	left: Mapping[str, date],
	number: int,
) -> MovedLine:
	"""What a line comes to at each of its places, without a name of a learner."""
	nothing = [0] * len(weeks)
	raised = line.raised_by_week()
	at_all = line.flagged_at_all()
	told = warned(line.first(left), left, at_all) if left else []
	return MovedLine(
		line.condition,
		line.places,
		tuple(map(tuple, line.flagged_by_week() or [nothing] * len(line.places))),
		tuple(
			tuple(raised[week][n] if week in raised else 0 for week in weeks) for n in range(len(line.places))
		),
		tuple(at_all),
		_fullest_desks(line, people, since),
		tuple(shares(Validity(number, some, len(left), in_time)) for some, in_time in told),
	)


def _fullest_desks(
	line: Line, people: mentors.MentorsOverTime, since: date
) -> tuple[tuple[str, date, int] | None, ...]:
	"""The mentor and week with the most alerts, at each place; the latest of them, as `Preview.busiest`."""
	steps: dict[tuple[date, str], Counter[tuple[int, int]]] = {}
	begins = {day: monday(day) for day in {part[1] for part in line.parts} if day >= since}
	for student, day, low, high in line.parts:
		week = begins.get(day)
		if week is not None:
			for mentor in people.of(student, day):
				own = steps.get((week, mentor))
				if own is None:
					own = steps[week, mentor] = Counter()
				own[low, high] += 1
	loads = sorted(line.counted(steps).items(), reverse=True)
	found: list[tuple[str, date, int] | None] = []
	for some in zip(*(counts for _key, counts in loads), strict=True):
		most = max(some)
		week, mentor = loads[some.index(most)][0]
		found.append((mentor, week, most) if most else None)
	return tuple(found or [None] * len(line.places))


def _by_group(
	store: Store,
	seen: Mapping[str, Enrolment],
	first: Mapping[str, date],
	left: Mapping[str, date],
	today: date,
	circumstances: bool,
) -> dict[str, list[GroupFigures]]:
	"""The errors by gender, programme and first language, where these are recorded and tell learners apart."""
	smallest = int(store.single(SETTINGS).get("smallest_group") or SMALLEST_GROUP)
	genders = learners.genders(store)
	kinds: dict[str, dict[str, str]] = {
		GENDER: {student: genders.get(student) or NOT_KNOWN for student in seen},
		PROGRAM: {student: stay.program or NOT_KNOWN for student, stay in seen.items()},
	}
	if circumstances:
		known = facts.load(store, [CIRCUMSTANCES], today, today)
		other = {row[0] for row in known.rows if row[4] == OTHER_LANGUAGE}
		kinds[FIRST_LANGUAGE] = {
			student: OTHER_LANGUAGE if student in other else NONE_RECORDED for student in seen
		}
	found = {}
	for kind, of_learner in kinds.items():
		groups: dict[str, list[str]] = {}
		for student, group in of_learner.items():
			groups.setdefault(group, []).append(student)
		if len(groups) > 1:
			found[kind] = by_group(groups, first, left, smallest)
	return found


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
		"shares": _shares_as_json(shares(validity)) if validity else None,
		"groups": [
			{
				"kind": kind,
				"groups": [
					{
						"group": one.group,
						"false_alarms": _share_as_json(one.false_alarms) if one.false_alarms else None,
						"misses": _share_as_json(one.misses) if one.misses else None,
					}
					for one in figures
				],
			}
			for kind, figures in found.groups.items()
		],
		"reach": asdict(found.reach) if found.reach else None,
		"line": _line_as_json(found),
		"counted": list(found.counted),
	}


def _line_as_json(found: Preview) -> dict[str, Any]:
	line = found.line
	return {
		"condition": line.condition,
		"place": line.places.index(found.rule.conditions[line.condition].threshold),
		"places": line.places,
		"flagged": line.flagged,
		"raised": line.raised,
		"at_all": line.at_all,
		"desks": [
			{
				"mentor": found.mentor_names.get(desk[0], desk[0]),
				"monday": desk[1].isoformat(),
				"alerts": desk[2],
			}
			if desk
			else None
			for desk in line.desks
		],
		"outcomes": [_shares_as_json(one) for one in line.outcomes],
	}


def _shares_as_json(told: Shares) -> dict[str, Any]:
	return {
		"base": _share_as_json(told.base),
		"precision": _share_as_json(told.precision),
		"recall": _share_as_json(told.recall),
		"lift": told.lift,
	}


def _share_as_json(told: Proportion) -> dict[str, Any]:
	"""Counts always; a share and where it may lie only where the counts carry it."""
	interval = told.interval if told.can_be_told else None
	return {
		"hits": told.hits,
		"of": told.of,
		"share": told.share if interval else None,
		"low": interval.low if interval else None,
		"high": interval.high if interval else None,
	}


def _refuse_too_little(rule: Rule, weeks: Sequence[date]) -> None:
	"""A window that is longer than what is known would show a year of a rule that never saw a whole window."""
	if len(weeks) < FEWEST_WEEKS:
		raise NothingToShow(
			say(
				"There are attendance records of {0} school weeks; a preview needs at least {1}. Come back later, or bring in last year's attendance first.",
				str(len(weeks)),
				str(FEWEST_WEEKS),
			)
		)
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


def _weeks(weeks: Sequence[date], stood: Sequence[Stood]) -> tuple[Week, ...]:
	"""The weeks by their Mondays, ascending: a signal flags in those from that of its raising to the last it stood in."""
	ends = [week + timedelta(days=6) for week in weeks]
	during: list[set[str]] = [set() for _week in weeks]
	raised = [0] * len(weeks)
	for one in stood:
		begins = bisect_left(ends, one.raised)
		until = len(weeks) if one.cleared is None else bisect_left(weeks, one.cleared)
		if begins < len(weeks) and weeks[begins] <= one.raised:
			raised[begins] += 1
		for own in during[begins:until]:
			own.add(one.student)
	return tuple(
		Week(week, tuple(sorted(own)), new) for week, own, new in zip(weeks, during, raised, strict=True)
	)


def _alerts(people: mentors.MentorsOverTime, stood: Sequence[Stood]) -> dict[str, dict[date, int]]:
	"""Alerts per mentor and week, by the assignments that held then."""
	found: dict[str, Counter[date]] = {}
	for signal in stood:
		for mentor in people.of(signal.student, signal.raised) or [NOBODY]:
			found.setdefault(mentor, Counter())[monday(signal.raised)] += 1
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
