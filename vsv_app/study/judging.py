"""Rules against what became of learners: over a whole year, and at moments of it beside a logistic model on the same footing.

At a moment rules and model know the same, are asked the same and may name as many: who of those still there, of whom will it
have become true within the horizon? A rule names whom its signal stands for on that day.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from random import Random

from vsv_app.engine.attendance.timetable import monday
from vsv_app.engine.group_figures import parts
from vsv_app.engine.proportions import Proportion
from vsv_app.engine.signals.warning_quality import area_under_curve
from vsv_app.study.cohorts import Cohort
from vsv_app.study.logistic import folds_of, out_of_fold, telling
from vsv_app.study.signals import Judged, Moment, Signals
from vsv_app.study.table import Progress

FOLDS, SEED = 5, 2026
FEWEST = 2 * FOLDS
"""Learners with the outcome, and without, from which a model can be fitted and judged."""
FEW = 30
"""Below so many outcomes one learner more or less moves every figure."""
A_WEEK = 7
ALL = "all rules together"
NOT_RECORDED = "not recorded"


@dataclass(frozen=True)
class Asked:
	"""What a study asks. `horizon`: weeks within which a warning must come true, None: by the end of the year.

	`capacity`: learners that the school can speak with in a week, None: all who are named. `weeks`: school weeks to stand in.
	"""

	weeks: tuple[int, ...] = (4, 8, 12, 20)
	horizon: int | None = None
	capacity: int | None = None

	def in_time(self, warned: int, happened: int) -> bool:
		return happened > warned and (self.horizon is None or happened - warned <= A_WEEK * self.horizon)


@dataclass(frozen=True)
class Tally:
	"""Who was named, and of whom it came true. `lead`: days from the first warning on, of those it came true of, ascending."""

	learners: int
	named: int
	happened: int
	hits: int
	lead: tuple[int, ...] = ()
	chance: float | None = None
	"""The share that naming anybody who was there on the same days would find, where that is not the base rate."""

	@property
	def base(self) -> Proportion:
		"""Of all, of how many it came true: what naming anybody would find."""
		return Proportion(self.happened, self.learners)

	@property
	def precision(self) -> Proportion:
		return Proportion(self.hits, self.named)

	@property
	def recall(self) -> Proportion:
		return Proportion(self.hits, self.happened)

	@property
	def f1(self) -> float | None:
		both = self.named + self.happened
		return 2 * self.hits / both if both else None

	@property
	def by_chance(self) -> float | None:
		"""What naming as many at random would find; None of nothing."""
		return self.base.share if self.chance is None else self.chance

	@property
	def lift(self) -> float | None:
		"""How many times what chance finds the precision is; None where either cannot be told."""
		share, chance = self.precision.share, self.by_chance
		if share is None or not chance or not (self.precision.can_be_told and self.base.can_be_told):
			return None
		return share / chance

	@property
	def lead_days(self) -> float | None:
		"""The median."""
		half = len(self.lead) // 2
		if not self.lead:
			return None
		return float(self.lead[half]) if len(self.lead) % 2 else (self.lead[half - 1] + self.lead[half]) / 2

	def __add__(self, other: "Tally") -> "Tally":
		chance = None
		if self.chance is not None or other.chance is not None:
			expected = sum(one.named * (one.by_chance or 0.0) for one in (self, other))
			chance = expected / (self.named + other.named) if self.named + other.named else None
		return Tally(
			self.learners + other.learners, self.named + other.named, self.happened + other.happened, self.hits + other.hits,
			tuple(sorted((*self.lead, *other.lead))), chance,
		)  # fmt: skip


@dataclass(frozen=True)
class OverTime:
	"""What a rule, or all of them, would have told in a year. `unjudged`: warned so late that the file ends before the horizon."""

	code: str
	title: str
	tally: Tally
	unjudged: int = 0
	caveats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Area:
	"""The area under the curve, averaged over folds; the lowest and the highest of them."""

	mean: float
	low: float
	high: float


@dataclass(frozen=True)
class AtAMoment:
	"""Rules and model at one moment. `model` None: `why` says why there is none."""

	week: int
	day: date | None
	"""None: of several years together."""
	rules: Tally
	rules_area: Area | None = None
	model: Tally | None = None
	model_area: Area | None = None
	why: str = ""


@dataclass(frozen=True)
class GroupLine:
	"""One group of learners. None: a figure would be about few enough to be about somebody, or too few to say.

	false_alarms   of those it did not come true of, how many were warned about
	misses         of those it came true of, how many were not warned about in time
	"""

	kind: str
	group: str
	learners: int | None
	base: Proportion | None
	false_alarms: Proportion | None
	misses: Proportion | None


@dataclass(frozen=True)
class Week:
	"""A week with school: learners that were signalled for the first time in the year, and those for whom a signal stood."""

	monday: date
	new: int
	standing: int


@dataclass(frozen=True)
class Warned:
	"""One signal, for the list: by whom it could have been known when. `outcome` None: it did not come true."""

	year: str
	learner: str
	rule: str
	title: str
	raised: date
	cleared: date | None
	talk: date | None
	outcome: date | None


@dataclass
class Study:
	"""One year's figures."""

	name: str
	learners: int
	happened: int
	first: date
	last: date
	school_days: int
	judged: Sequence[Judged]
	left_out: Mapping[str, str]
	over_time: list[OverTime] = field(default_factory=list)
	talks: Tally | None = None
	moments: list[AtAMoment] = field(default_factory=list)
	beyond: list[str] = field(default_factory=list)
	groups: list[GroupLine] = field(default_factory=list)
	weeks: list[Week] = field(default_factory=list)


def moments_of(cohort: Cohort, asked: Asked) -> tuple[list[Moment], list[str]]:
	"""(the moments at which the cohort can be judged, why it cannot at each of the others)."""
	mondays = sorted({monday(day) for day in cohort.days})
	found, beyond = [], []
	for week in asked.weeks:
		if week >= len(mondays):
			beyond.append(f"week {week}: the file ends before")
			continue
		day = max(d for d in cohort.days if d < mondays[week])
		if asked.horizon is not None and day.toordinal() + A_WEEK * asked.horizon > cohort.known_to:
			beyond.append(
				f"week {week}: the file ends before the {asked.horizon} weeks of the horizon are over"
			)
			continue
		found.append(Moment(week, day))
	return found, beyond


def judge(
	cohort: Cohort,
	judged: Sequence[Judged],
	left_out: Mapping[str, str],
	signals: Signals,
	asked: Asked,
	progress: Progress | None = None,
) -> Study:
	"""All figures of one year, of signals that were looked for at `moments_of` the same."""
	days = cohort.days
	moments, beyond = moments_of(cohort, asked)
	study = Study(
		cohort.name, len(cohort.members), cohort.outcomes, days[0], days[-1], len(days), judged, left_out, beyond=beyond
	)  # fmt: skip
	together = signals.first(one.code for one in judged)
	chance = _Chance(cohort, asked)
	for one in judged:
		tally, unjudged = _over_time(cohort, signals.first([one.code]), asked, chance)
		study.over_time.append(OverTime(one.code, one.rule.title, tally, unjudged, one.caveats))
	tally, unjudged = _over_time(cohort, together, asked, chance)
	study.over_time.append(OverTime(ALL, ALL, tally, unjudged))
	talks = spoken_with(cohort, judged, signals, asked.capacity) if asked.capacity else {}
	if asked.capacity:
		study.talks = _over_time(cohort, talks, asked, chance)[0]
	for moment in moments:
		study.moments.append(_at(moment, cohort, judged, signals, asked))
		if progress:
			progress(len(study.moments) / len(moments))
	study.groups = by_group([(cohort, together)], asked)
	study.weeks = _weeks(cohort, judged, signals, together)
	return study


class _Chance:
	"""On each day of a cohort: of those there, the share of whom it comes true in time. What naming anybody that day finds."""

	def __init__(self, cohort: Cohort, asked: Asked) -> None:
		self._first = cohort.days[0].toordinal()
		size = cohort.days[-1].toordinal() - self._first + 2
		there, true = [0] * (size + 1), [0] * (size + 1)
		within = size if asked.horizon is None else A_WEEK * asked.horizon

		def add(days: list[int], start: int, end: int) -> None:
			start, end = (min(max(0, day - self._first), size) for day in (start, end))
			days[start] += 1
			days[end] -= 1

		last = self._first + size
		for member in cohort.members:
			gone = min(member.until or last, member.outcome or last)
			if gone <= member.since:
				continue
			add(there, member.since, gone)
			if member.outcome:
				add(true, max(member.since, member.outcome - within), min(gone, member.outcome))
		self._there, self._true = list(accumulate(there)), list(accumulate(true))

	def on(self, day: int) -> float:
		at = day - self._first
		return self._true[at] / self._there[at] if self._there[at] else 0.0


def _over_time(cohort: Cohort, first: Mapping[int, int], asked: Asked, chance: _Chance) -> tuple[Tally, int]:
	"""Warnings against outcomes. One on the day of the outcome or later warned of nothing, and counts neither way."""
	named = hits = unjudged = left_out = 0
	expected = 0.0
	lead = []
	for place, day in first.items():
		happened = cohort.members[place].outcome
		if happened and day >= happened:
			continue
		# Judging those alone of whom it came true before the file ends would flatter the rule.
		if asked.horizon is not None and day + A_WEEK * asked.horizon > cohort.known_to:
			unjudged += 1
			left_out += bool(happened)
			continue
		named += 1
		expected += chance.on(day)
		if happened and asked.in_time(day, happened):
			hits += 1
			lead.append(happened - day)
	found = Tally(
		len(cohort.members) - unjudged, named, cohort.outcomes - left_out, hits, tuple(sorted(lead)),
		expected / named if named else None,
	)  # fmt: skip
	return found, unjudged


def _standing(
	judged: Sequence[Judged], signals: Signals, first: int, last: int
) -> dict[int, tuple[int, int]]:
	"""(weight, day of the latest) of the signals that stood on any of these days, by learner."""
	found: dict[int, tuple[int, int]] = {}
	for one in judged:
		own = one.weight
		seen: dict[int, int] = {}
		for place, raised, cleared in signals.of(one.code):
			if raised <= last and (not cleared or cleared > first) and raised > seen.get(place, 0):
				seen[place] = raised
		for place, raised in seen.items():
			weight, latest = found.get(place, (0, 0))
			found[place] = weight + own, raised if raised > latest else latest
	return found


def spoken_with(
	cohort: Cohort, judged: Sequence[Judged], signals: Signals, capacity: int | None
) -> dict[int, int]:
	"""The day on which a school that speaks with so many learners a week would have come to each: the heaviest signals first.

	Each learner once a year, on the last school day of the week; of signals that weigh the same the newest goes first.
	"""
	found: dict[int, int] = {}
	by_week: dict[date, list[int]] = {}
	for day in cohort.days:
		by_week.setdefault(monday(day), []).append(day.toordinal())
	order = _lots(len(cohort.members))
	for days in by_week.values():
		last = days[-1]
		standing = _standing(judged, signals, days[0], last)
		waiting = [
			place
			for place in standing
			if place not in found
			and not 0 < (cohort.members[place].until or cohort.members[place].outcome) <= last
		]
		waiting.sort(key=lambda place: (-standing[place][0], -standing[place][1], order[place]))
		found.update(dict.fromkeys(waiting[:capacity], last))
	return found


def _lots(size: int) -> list[int]:
	"""An order by lot, the same each time: who is first in the alphabet is not called first."""
	order = list(range(size))
	Random(SEED).shuffle(order)  # noqa: S311 a lot, not a secret
	return order


def _at(
	moment: Moment, cohort: Cohort, judged: Sequence[Judged], signals: Signals, asked: Asked
) -> AtAMoment:
	day, here = moment.day.toordinal(), signals.here[moment.week]
	outcomes = [
		bool(cohort.members[place].outcome) and asked.in_time(day, cohort.members[place].outcome)
		for place in here.places
	]
	standing = _standing(judged, signals, day, day)
	scores = [float(standing.get(place, (0, 0))[0]) for place in here.places]
	lots = _lots(len(cohort.members))
	order = sorted(
		range(len(scores)),
		key=lambda at: (-scores[at], -standing.get(here.places[at], (0, 0))[1], lots[here.places[at]]),
	)
	flagged = sum(score > 0 for score in scores)
	named = min(flagged, asked.capacity or flagged)
	by_rules = _named(order[:named], outcomes)
	happened = sum(outcomes)
	if min(happened, len(outcomes) - happened) < FEWEST:
		why = f"fewer than {FEWEST} of whom it comes true, or does not: too few to fit one"
		return AtAMoment(moment.week, moment.day, by_rules, why=why)
	fold_of = folds_of(outcomes, FOLDS, Random(SEED))  # noqa: S311 a lot, not a secret
	area = _area(scores, outcomes, fold_of)
	columns = telling(here.columns)
	if not columns:
		return AtAMoment(
			moment.week, moment.day, by_rules, area, why="what the rules look at is the same for everybody"
		)
	chances = out_of_fold(columns, outcomes, fold_of, FOLDS)
	ranked = sorted(range(len(chances)), key=_within_folds(chances, fold_of).__getitem__)
	return AtAMoment(
		moment.week, moment.day, by_rules, area, _named(ranked[:named], outcomes), _area(chances, outcomes, fold_of)
	)  # fmt: skip


def together(
	studies: Sequence[Study], cohorts: Sequence[tuple[Cohort, Mapping[int, int]]], asked: Asked
) -> Study:
	"""Several years as one: a learner counts once in each year. `cohorts` with the first warning of each learner."""
	found = Study(
		"all years together", sum(one.learners for one in studies), sum(one.happened for one in studies),
		min(one.first for one in studies), max(one.last for one in studies), sum(one.school_days for one in studies), (), {},
	)  # fmt: skip
	by_code: dict[str, list[OverTime]] = {}
	for study in studies:
		for one in study.over_time:
			by_code.setdefault(one.code, []).append(one)
	for code, own in by_code.items():
		tally = own[0].tally
		for one in own[1:]:
			tally += one.tally
		caveats = (f"of {len(own)} of {len(studies)} years",) if len(own) < len(studies) else ()
		found.over_time.append(OverTime(code, own[0].title, tally, sum(one.unjudged for one in own), caveats))
	found.over_time.sort(key=lambda one: one.code == ALL)
	for study in studies:
		if study.talks is not None:
			found.talks = study.talks if found.talks is None else found.talks + study.talks
	by_week: dict[int, list[AtAMoment]] = {}
	for study in studies:
		for moment in study.moments:
			by_week.setdefault(moment.week, []).append(moment)
	found.moments = [_moments_together(moments) for _week, moments in sorted(by_week.items())]
	found.groups = by_group(cohorts, asked)
	return found


def _moments_together(moments: Sequence[AtAMoment]) -> AtAMoment:
	rules = moments[0].rules
	for one in moments[1:]:
		rules += one.rules
	model = moments[0].model
	for one in moments[1:]:
		model = model + one.model if model is not None and one.model is not None else None
	why = "" if model is not None else "not in each of the years"
	return AtAMoment(
		moments[0].week, None, rules, _mean_area([(one.rules_area, one.rules.learners) for one in moments]), model,
		_mean_area([(one.model_area, one.rules.learners) for one in moments]) if model is not None else None, why,
	)  # fmt: skip


def _mean_area(areas: Sequence[tuple[Area | None, int]]) -> Area | None:
	"""By learners, as the years are; None where a year has none."""
	known = [(area, learners) for area, learners in areas if area is not None]
	if not known or len(known) < len(areas):
		return None
	total = sum(learners for _area, learners in known)
	return Area(
		sum(area.mean * learners for area, learners in known) / total,
		min(area.low for area, _learners in known),
		max(area.high for area, _learners in known),
	)


def _named(named: Iterable[int], outcomes: Sequence[bool]) -> Tally:
	chosen = list(named)
	return Tally(len(outcomes), len(chosen), sum(outcomes), sum(outcomes[at] for at in chosen))


def _area(scores: Sequence[float], outcomes: Sequence[bool], fold_of: Sequence[int]) -> Area | None:
	"""Within each fold, then averaged: chances by different models are not on one scale."""
	each = []
	for fold in range(FOLDS):
		members = [at for at, own in enumerate(fold_of) if own == fold]
		area = area_under_curve([scores[at] for at in members], [outcomes[at] for at in members])
		if area is not None:
			each.append(area)
	return Area(sum(each) / len(each), min(each), max(each)) if each else None


def _within_folds(chances: Sequence[float], fold_of: Sequence[int]) -> list[float]:
	"""The share of the own fold that is likelier, for the same reason."""
	found = [0.0] * len(chances)
	for fold in range(FOLDS):
		members = sorted((at for at, own in enumerate(fold_of) if own == fold), key=lambda at: -chances[at])
		for place, at in enumerate(members):
			found[at] = (place + 0.5) / len(members)
	return found


def by_group(cohorts: Sequence[tuple[Cohort, Mapping[int, int]]], asked: Asked) -> list[GroupLine]:
	"""False alarms and misses of all rules together, by each kind of group that the file names; small groups are left out."""
	kinds = sorted(
		{kind for cohort, _first in cohorts for member in cohort.members for kind in member.groups}
	)
	found = []
	for kind in kinds:
		everybody: dict[str, set[str]] = {}
		true_of: dict[str, set[str]] = {}
		warned, happened = set(), set()
		for cohort, first in cohorts:
			for place, member in enumerate(cohort.members):
				group, who = member.groups.get(kind, NOT_RECORDED), f"{cohort.name}/{member.name}"
				everybody.setdefault(group, set()).add(who)
				day = first.get(place)
				if member.outcome:
					true_of.setdefault(group, set()).add(who)
					happened.add(who)
					if day is not None and asked.in_time(day, member.outcome):
						warned.add(who)
				elif day is not None:
					warned.add(who)
		stayed = {group: who - happened for group, who in everybody.items()}
		missed = {who for group in true_of.values() for who in group} - warned
		base = _shares(everybody, happened)
		alarms, misses = _shares(stayed, warned), _shares(true_of, missed)
		sizes = {part.group: part.learners for part in parts(everybody, set())}
		found += [
			GroupLine(kind, group, sizes[group], base.get(group), alarms.get(group), misses.get(group))
			for group in sorted(everybody)
		]
	return found


def _shares(groups: Mapping[str, set[str]], holds_for: set[str]) -> dict[str, Proportion]:
	"""Of each group the share that may be told: of enough learners for nobody to be known by it, and for it to say something."""
	found = {}
	for part in parts(groups, holds_for):
		if part.learners and part.of_them is not None:
			share = Proportion(part.of_them, part.learners)
			if share.can_be_told:
				found[part.group] = share
	return found


def _weeks(
	cohort: Cohort, judged: Sequence[Judged], signals: Signals, together: Mapping[int, int]
) -> list[Week]:
	"""For each week: whose first signal it brought, and for whom one stood; the weeks of a learner are a bit each of one number."""
	starts = sorted({monday(day) for day in cohort.days})
	ordinals = [start.toordinal() for start in starts]
	new = Counter(monday(date.fromordinal(day)) for day in together.values())
	stood: dict[int, int] = {}
	for one in judged:
		for place, raised, cleared in signals.of(one.code):
			first = bisect_right(ordinals, raised) - 1
			end = bisect_left(ordinals, cleared) if cleared else len(ordinals)
			stood[place] = stood.get(place, 0) | (1 << end) - (1 << first)
	counts = Counter(week for weeks in stood.values() for week in range(len(starts)) if weeks >> week & 1)
	return [Week(start, new[start], counts[week]) for week, start in enumerate(starts)]


def warned(
	cohort: Cohort, judged: Sequence[Judged], signals: Signals, talks: Mapping[int, int]
) -> Iterator[Warned]:
	"""Every signal of a year, by learner and day."""
	titles = {one.code: one.rule.title for one in judged}
	every = sorted(
		(place, raised, code, cleared) for code in titles for place, raised, cleared in signals.of(code)
	)
	for place, raised, code, cleared in every:
		member = cohort.members[place]
		yield Warned(
			cohort.name, member.name, code, titles[code], date.fromordinal(raised), _day(cleared), _day(talks.get(place, 0)),
			_day(member.outcome),
		)  # fmt: skip


def _day(ordinal: int) -> date | None:
	return date.fromordinal(ordinal) if ordinal else None
