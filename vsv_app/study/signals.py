"""What rules would have signalled over a cohort, night by night, and what they looked at on some days; kept small."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import nan

from vsv_app.engine.attendance.learner_days import by_learner, lay_out
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.indicators.facts import Facts
from vsv_app.engine.signals.indicators.windows import TERM, span
from vsv_app.engine.signals.preview import replay
from vsv_app.engine.signals.rules import ALL_OF, AT_LEAST_N, SINGLE, WEIGHTED, Condition, Rule, RuleError
from vsv_app.study.cohorts import PROGRAMME, Batch, Cohort, Member
from vsv_app.study.table import Progress

NOT_ARRIVED, DROP = "not_arrived_today", "result_drop"


@dataclass(frozen=True)
class Judged:
	"""A rule as the file can judge it. `caveats`: how that differs from the rule as it is written."""

	rule: Rule
	caveats: tuple[str, ...] = ()

	@property
	def code(self) -> str:
		return self.rule.code

	@property
	def weight(self) -> int:
		"""What a signal of it counts for where learners are ranked: its tier."""
		return max(1, self.rule.tier)


def usable(rules: Iterable[Rule], cohort: Cohort) -> tuple[list[Judged], dict[str, str]]:
	"""(the rules that the file can judge, why each of the others is left out).

	Of several conditions one may lack its source, as long as those that remain can still decide.
	"""
	found, out = [], {}
	for rule in rules:
		judged = _judged(rule, cohort)
		if isinstance(judged, str):
			out[rule.code] = judged
		else:
			found.append(judged)
	return found, out


def _judged(rule: Rule, cohort: Cohort) -> Judged | str:
	if rule.scope.group is not None:
		return "it is about one student group"
	programmes = {member.groups.get(PROGRAMME) for member in cohort.members}
	if rule.scope.program is not None and rule.scope.program not in programmes:
		return f"it is about {rule.scope.program} alone, a programme that nobody in the file has"
	if (rule.scope.age_from, rule.scope.age_to) != (None, None) and not cohort.knows_ages:
		return "the file says of nobody when they were born"
	lacking = {place: why for place, c in enumerate(rule.conditions) if (why := _lacks(c, cohort))}
	left = tuple(c for place, c in enumerate(rule.conditions) if place not in lacking)
	why = " and ".join(dict.fromkeys(lacking.values()))
	if lacking and not _can_decide(rule, left):
		return why
	caveats = []
	if lacking:
		caveats.append(f"judged by {len(left)} of its {len(rule.conditions)} conditions, as {why}")
	if not cohort.has_terms and any(c.window.kind == TERM for c in left):
		caveats.append("over the year to date, as the file names no terms")
	if any(c.window.across_years for c in left):
		caveats.append("within each school year, as each is looked at by itself")
	if rule.valid_from or rule.valid_to:
		caveats.append("as if it had held all the time")
	try:
		return Judged(_rule(rule, left), tuple(caveats))
	except RuleError as error:
		return f"{why}: {error.args[0]}"


def _rule(rule: Rule, conditions: tuple[Condition, ...]) -> Rule:
	most = sum(c.weight for c in conditions)
	return replace(
		rule,
		conditions=conditions,
		valid_from=None,
		valid_to=None,
		tier_2_from=rule.tier_2_from if rule.tier_2_from <= most else 0,
		tier_3_from=rule.tier_3_from if rule.tier_3_from <= most else 0,
	)


def _can_decide(rule: Rule, left: Sequence[Condition]) -> bool:
	"""Whether the rule can be met by these of its conditions alone."""
	if rule.combination in (SINGLE, ALL_OF):
		return False
	if rule.combination == WEIGHTED:
		return sum(c.weight for c in left) >= rule.count
	return len(left) >= (rule.count if rule.combination == AT_LEAST_N else 1)


def _lacks(condition: Condition, cohort: Cohort) -> str:
	"""What the file lacks for a condition, in words; empty where it lacks nothing."""
	if condition.indicator == NOT_ARRIVED:
		return "it is about the running day alone"
	needs = INDICATORS[condition.indicator].needs
	if needs is None:
		return "" if cohort.keeps_attendance else "the file has no attendance"
	if needs not in cohort.sources:
		return f"the file has no {needs}"
	if condition.indicator == DROP and len(cohort.calendar.terms) < 2:
		return "the file names no two terms"
	return ""


@dataclass(frozen=True)
class Moment:
	"""A day on which rules and model are asked: the last school day of the `week`th school week of a year."""

	week: int
	day: date


@dataclass
class Here:
	"""Who is there at a moment, by place in the cohort, and what the rules look at, a column for each number; NaN: no data."""

	places: "array[int]" = field(default_factory=lambda: array("i"))
	columns: "list[array[float]]" = field(default_factory=list)


@dataclass
class Signals:
	"""`stood`: by rule (place of the learner, day raised, day cleared or 0) one after the other, days as ordinals."""

	stood: "dict[str, array[int]]" = field(default_factory=dict)
	here: dict[int, Here] = field(default_factory=dict)

	def of(self, code: str) -> Iterator[tuple[int, int, int]]:
		numbers = iter(self.stood[code])
		return zip(numbers, numbers, numbers, strict=True)

	def first(self, codes: Iterable[str]) -> dict[int, int]:
		"""The day of the first signal of any of the rules, by learner."""
		found: dict[int, int] = {}
		for code in codes:
			for place, raised, _cleared in self.of(code):
				if raised < found.get(place, raised + 1):
					found[place] = raised
		return found


def look(
	judged: Sequence[Judged], cohort: Cohort, moments: Sequence[Moment], progress: Progress | None = None
) -> Signals:
	"""Goes once through the cohort, some learners at a time."""
	found = Signals({one.code: array("i") for one in judged}, {moment.week: Here() for moment in moments})
	measured = _Measured([one.rule for one in judged], cohort, moments)
	for here in found.here.values():
		here.columns = [array("f") for _ in measured.looked_at]
	for batch in cohort.batches():
		places = {member.name: batch.first + at for at, member in enumerate(batch.members)}
		for rule, stood in _replayed([one.rule for one in judged], cohort, batch):
			kept = found.stood[rule.code]
			for student, raised, cleared in stood:
				kept.extend((places[student], raised.toordinal(), cleared.toordinal() if cleared else 0))
		measured.add(batch, found.here)
		if progress:
			progress((batch.first + len(batch.members)) / len(cohort.members))
	return found


def _replayed(
	rules: Sequence[Rule], cohort: Cohort, batch: Batch
) -> Iterator[tuple[Rule, Iterable[tuple[str, date, date | None]]]]:
	"""The signals of each rule: the one place that calls the replay."""
	for rule in rules:
		stood = replay(batch.rows, batch.enrolments, rule, cohort.calendar, cohort.days, batch.more)
		yield rule, ((one.student, one.raised, one.cleared) for one in stood)


class _Measured:
	"""What the rules look at, as numbers: each distinct indicator and window once."""

	def __init__(self, rules: Sequence[Rule], cohort: Cohort, moments: Sequence[Moment]) -> None:
		self.looked_at = sorted({(c.indicator, c.window) for rule in rules for c in rule.conditions}, key=str)
		self._track = cohort.calendar.track()
		self._moments = [
			(
				moment,
				moment.day.toordinal(),
				[
					(INDICATORS[code].measure, span(window, moment.day, self._track, cohort.calendar))
					for code, window in self.looked_at
				],
			)
			for moment in moments
		]

	def add(self, batch: Batch, here: Mapping[int, Here]) -> None:
		records = {student: list(own) for student, own in by_learner(batch.rows)}
		others = batch.more.by_learner()
		for at, member in enumerate(batch.members):
			facts = None
			for moment, day, measures in self._moments:
				if not is_there(member, day):
					continue
				if facts is None:
					facts = Facts(
						lay_out(records.get(member.name, ()), self._track), self._track,
						self._track.first_from(batch.enrolments[member.name].since), False, others.get(member.name, {}),
						batch.more.kept, batch.more.courses, batch.more.pass_mark,
					)  # fmt: skip
				found = here[moment.week]
				found.places.append(batch.first + at)
				for column, (measure, window) in zip(found.columns, measures, strict=True):
					value = measure(facts, window)
					column.append(nan if value is None else value)


def is_there(member: Member, day: int) -> bool:
	"""Whether a learner is on the roll at the end of a day, and nothing has become of them yet."""
	return member.since <= day and not (0 < member.until <= day) and not (0 < member.outcome <= day)
