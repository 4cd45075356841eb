"""Rules against what became of learners: over the whole time, and at one moment beside a logistic model.

At a moment, rules and model know the same and are asked the same: who of those still there will leave later? The model
names as many learners as the rules do, so that both ask for the same number of talks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from benchmarks.validity.learners import Cohort
from benchmarks.validity.logistic import Row, out_of_fold
from vsv_app.engine.attendance.learner_days import by_learner, lay_out
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.indicators.facts import Facts
from vsv_app.engine.signals.indicators.windows import span
from vsv_app.engine.signals.preview import first_raised, replay
from vsv_app.engine.signals.rules import Rule
from vsv_app.engine.signals.warning_quality import Validity, area_under_curve, judge

FOLDS, SEED = 5, 2026
FEWEST = 2 * FOLDS
"""Leavers, and stayers, from which a model can be fitted and judged."""
NOT_ARRIVED = "not_arrived_today"


@dataclass(frozen=True)
class OverTime:
	"""What a rule, or all of them together, would have told over the whole time."""

	title: str
	validity: Validity


@dataclass(frozen=True)
class AtAMoment:
	"""Rules and model at the end of one week. `model` None: too few left, or stayed, to fit one."""

	week: int
	day: date
	learners: int
	leavers: int
	rules: Validity
	rules_area: float | None
	model: Validity | None = None
	model_area: float | None = None


def usable(rules: Iterable[Rule], cohort: Cohort) -> tuple[list[Rule], dict[str, str]]:
	"""(the rules that the file can judge, why each of the others is left out)."""
	found, out = [], {}
	knows_ages = any(enrolment.born for enrolment in cohort.enrolments.values())
	for rule in rules:
		attends = any(INDICATORS[c.indicator].needs is None for c in rule.conditions)
		lacking = sorted(rule.needs - cohort.more.kept)
		if any(condition.indicator == NOT_ARRIVED for condition in rule.conditions):
			out[rule.code] = "it is about the running day alone"
		elif attends and not cohort.keeps_attendance:
			out[rule.code] = "the file has no attendance"
		elif lacking:
			out[rule.code] = f"the file has no {', '.join(lacking)}"
		elif _asks_for_age(rule) and not knows_ages:
			out[rule.code] = "the file says of nobody when they were born"
		else:
			found.append(rule)
	return found, out


def _asks_for_age(rule: Rule) -> bool:
	return (rule.scope.age_from, rule.scope.age_to) != (None, None)


def warnings(rules: Sequence[Rule], cohort: Cohort) -> dict[str, dict[str, date]]:
	"""Rule code -> learner -> the day of the first signal, day by day as the nights would have gone."""
	return {
		rule.code: first_raised(
			replay(cohort.rows, cohort.enrolments, rule, cohort.calendar, cohort.days, cohort.more)
		)
		for rule in rules
	}


def over_time(
	rules: Sequence[Rule], cohort: Cohort, warned: Mapping[str, Mapping[str, date]]
) -> list[OverTime]:
	"""Each rule by itself, and all of them as one: a learner counts as warned from the first of them on."""
	size, left = len(cohort.enrolments), cohort.left
	each = [OverTime(f"{rule.code}: {rule.title}", judge(size, warned[rule.code], left)) for rule in rules]
	return [*each, OverTime("all rules together", judge(size, _earliest(warned.values()), left))]


def at_a_moment(
	rules: Sequence[Rule], cohort: Cohort, warned: Mapping[str, Mapping[str, date]], week: int
) -> AtAMoment | None:
	"""Everybody still there at the end of the `week`th school week, by what is known by then; None beyond the file."""
	mondays = sorted({day - timedelta(days=day.weekday()) for day in cohort.days})
	if not 1 <= week < len(mondays):
		return None
	day = max(d for d in cohort.days if d < mondays[week])
	here = [s for s, e in cohort.enrolments.items() if e.since <= day and (e.until is None or e.until > day)]
	outcomes = [student in cohort.left for student in here]
	weights = {rule.code: max(1, rule.tier) for rule in rules}
	scores = [
		float(sum(weight for code, weight in weights.items() if warned[code].get(student, date.max) <= day))
		for student in here
	]
	left = sum(outcomes)
	by_rules = _at_once([score > 0 for score in scores], outcomes)
	if min(left, len(here) - left) < FEWEST:
		return AtAMoment(week, day, len(here), left, by_rules, area_under_curve(scores, outcomes))
	chances = out_of_fold(numbers(rules, cohort, here, day), outcomes, FOLDS, Random(SEED))
	named = set(sorted(range(len(here)), key=lambda at: -chances[at])[: by_rules.warned])
	by_model = _at_once([at in named for at in range(len(here))], outcomes)
	return AtAMoment(
		week, day, len(here), left, by_rules, area_under_curve(scores, outcomes), by_model,
		area_under_curve(chances, outcomes),
	)  # fmt: skip


def numbers(rules: Sequence[Rule], cohort: Cohort, students: Sequence[str], day: date) -> list[Row]:
	"""What the rules look at on a day: a row for each learner, a number for each distinct indicator and window."""
	looked_at = sorted({(c.indicator, c.window) for rule in rules for c in rule.conditions}, key=str)
	track = cohort.calendar.track()
	measures = [(INDICATORS[code].measure, span(w, day, track, cohort.calendar)) for code, w in looked_at]
	records = {student: list(own) for student, own in by_learner(cohort.rows)}
	more = cohort.more.by_learner()
	found: list[Row] = []
	for student in students:
		facts = Facts(
			lay_out(records.get(student, ()), track), track, track.first_from(cohort.enrolments[student].since), False,
			more.get(student, {}), cohort.more.kept, cohort.more.courses, cohort.more.pass_mark,
		)  # fmt: skip
		found.append([measure(facts, window) for measure, window in measures])
	return found


def _earliest(each: Iterable[Mapping[str, date]]) -> dict[str, date]:
	found: dict[str, date] = {}
	for first in each:
		for student, day in first.items():
			found[student] = min(day, found.get(student, day))
	return found


def _at_once(named: Sequence[bool], outcomes: Sequence[bool]) -> Validity:
	right = sum(n and o for n, o in zip(named, outcomes, strict=True))
	return Validity(len(named), sum(named), sum(outcomes), right)
