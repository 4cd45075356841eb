"""The life of a trial: one question, one figure, groups, comparison and dates fixed beforehand; it stops by itself and is decided after.

Draft ⇄ Agreed ─► Running ─► Measured ─► Decided: adopt, adapt, stop, or not clear, with reasons

TrialError(ValueError)   a design that could answer nothing; its sentence says what to change
├── DesignFixed          a change after the trial began of what it tries, compares or measures
└── TooEarly             measured before the day on which it stops
StepRefused              see `step`
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite

from vsv_app.engine.lifecycle import Lifecycle, fingerprint_of
from vsv_app.engine.school.improvement.trial_statistics import DRIFT, Comparison, TooFew, compare
from vsv_app.engine.sentences import say
from vsv_app.engine.small_groups import SMALLEST_GROUP

DRAFT, AGREED, RUNNING, MEASURED, DECIDED = "Draft", "Agreed", "Running", "Measured", "Decided"
LIFE = Lifecycle(
	"trial",
	DRAFT,
	{DRAFT: (AGREED,), AGREED: (DRAFT, RUNNING), RUNNING: (MEASURED,), MEASURED: (DECIDED,), DECIDED: ()},
)
UNDER_WAY = (AGREED, RUNNING)

OTHER_GROUPS, LAST_YEAR, BEFORE = "Other Groups", "Same Groups Last Year", "Before"
COMPARISONS = (OTHER_GROUPS, LAST_YEAR, BEFORE)
PRACTICE, RULE_PACK, INTERVENTION = "Practice", "Rule Pack", "Intervention"
KINDS = (PRACTICE, RULE_PACK, INTERVENTION)
"""What can differ: a way of working, or a rule pack or an intervention that this app knows by its code."""
MOVED_AS_HOPED, MOVED_THE_OTHER_WAY, NOT_CLEAR = "Moved As Hoped", "Moved The Other Way", "Not Clear"
VERDICTS = (MOVED_AS_HOPED, MOVED_THE_OTHER_WAY, NOT_CLEAR)
ADOPT, ADAPT, STOP = "Adopt", "Adapt", "Stop"
DECISIONS = (ADOPT, ADAPT, STOP, NOT_CLEAR)

DEFAULT_SCHOOL_WEEKS = 8
LONGEST = timedelta(days=366)
"""A school year, whichever way it lies."""
FEWEST_LEFT = 0.8
"""Of the learners with a baseline so many must still have a value on the stop day: who is gone may be who it did not suit."""


class TrialError(ValueError):
	"""The sentence says what to change."""


class DesignFixed(TrialError):
	"""What a running trial tries, compares or measures does not change any more."""


class TooEarly(TrialError):
	"""A trial is measured on the day that was fixed for it."""


@dataclass(frozen=True)
class Design:
	"""What is fixed before a trial begins. `compared`: groups to compare with, empty for the same groups at another time. Raises TrialError.

	indicators     the figure that it is about, by its code: one
	less_is_better whether the hope is that the figure falls
	differs        what is done otherwise in the groups, in words
	stops          the last day, on which it is measured
	kind, code     of what differs; a practice has no code
	"""

	question: str
	differs: str
	groups: tuple[str, ...]
	comparison: str
	compared: tuple[str, ...]
	indicators: tuple[str, ...]
	less_is_better: bool
	starts: date
	stops: date
	kind: str = PRACTICE
	code: str = ""

	def __post_init__(self) -> None:
		if len(self.indicators) != 1:
			raise TrialError(
				"A trial is about one figure: with several, one of them moves by chance. Choose the one that the question is about."
			)
		if self.comparison not in COMPARISONS:
			raise TrialError(say("Say what it is compared with: {0}.", COMPARISONS))
		if both := sorted(set(self.groups) & set(self.compared)):
			raise TrialError(say("{0} would be compared with itself: take it out on one side.", tuple(both)))
		if self.comparison != OTHER_GROUPS and self.compared:
			raise TrialError(
				"Compared with another time, the groups are the same: leave the other groups empty."
			)
		if self.kind not in KINDS:
			raise TrialError(say("Say what differs: {0}.", KINDS))
		if (self.kind == PRACTICE) == bool(self.code):
			raise TrialError("Name the rule pack or the intervention that differs; a practice has none.")
		if self.stops <= self.starts:
			raise TrialError("The trial stops before it has begun. Change its dates.")
		if self.stops - self.starts > LONGEST:
			raise TrialError("A trial lasts a school year at most: choose an earlier day on which it stops.")

	@property
	def indicator(self) -> str:
		return self.indicators[0]

	@property
	def fingerprint(self) -> str:
		"""The design as 64 hex digits: what was agreed."""
		text: list[object] = [
			self.question.strip(),
			self.differs.strip(),
			sorted(self.groups),
			self.comparison,
			sorted(self.compared),
			*self.indicators,
			self.less_is_better,
			str(self.starts),
			str(self.stops),
			self.kind,
			self.code,
		]
		return fingerprint_of(text)


@dataclass(frozen=True)
class Value:
	"""The figure of one learner, and in which group that counts."""

	group: str
	value: float


@dataclass(frozen=True)
class Baseline:
	"""The figure of each learner before the trial, by learner, on both sides; frozen on its first day."""

	taken_on: date
	tried: Mapping[str, Value]
	compared: Mapping[str, Value]

	@property
	def fingerprint(self) -> str:
		"""The values as 64 hex digits: one that was changed later shows."""
		sides: list[object] = [
			sorted((who, one.group, one.value) for who, one in side.items())
			for side in (self.tried, self.compared)
		]
		return fingerprint_of([str(self.taken_on), *sides])


@dataclass(frozen=True)
class Result:
	"""What was measured. `comparison` None: too few learners, or nothing, to compare with; `why`: the sentence for people."""

	measured_as_of: date
	verdict: str
	why: str
	comparison: Comparison | None = None


@dataclass(frozen=True)
class Trial:
	"""What the life of a trial depends on. `agreed`, `frozen`: fingerprints of the design and of the baseline, as they were."""

	design: Design
	status: str = DRAFT
	owner: str = ""
	told: tuple[str, ...] = ()
	agreed: str = ""
	baseline: Baseline | None = None
	frozen: str = ""
	result: Result | None = None
	decision: str = ""
	reasons: str = ""


def step(
	trial: Trial,
	after: str,
	*,
	today: date,
	members: Mapping[str, frozenset[str]] | None = None,
	others: Iterable[Trial] = (),
	smallest: int = SMALLEST_GROUP,
) -> None:
	"""Check one step; raises IllegalStep, or NotYet with all that it still takes.

	members   learners by group on this day, for Agreed
	others    trials that are agreed or running beside it, for Agreed
	"""
	checks = {
		AGREED: lambda: _missing_to_agree(trial, today, members or {}, others, smallest),
		RUNNING: lambda: _missing_to_run(trial, today),
		MEASURED: lambda: _missing_to_measure(trial, today),
		DECIDED: lambda: _missing_to_decide(trial, today),
	}
	LIFE.check(trial.status, after, checks[after]() if after in checks else ())


def edited(before: Trial, after: Design, today: date) -> str:
	"""The status after the design was edited: what was agreed is agreed anew. Raises DesignFixed once it has begun."""
	if before.design.fingerprint == after.fingerprint:
		return before.status
	if before.status == DRAFT:
		return DRAFT
	if before.status != AGREED or today >= before.design.starts:
		raise DesignFixed(
			say(
				"The trial began on {0}: what it tries, whom it compares with and what it measures stay as they were agreed.",
				str(before.design.starts),
			)
		)
	return DRAFT


def freeze(
	trial: Trial,
	tried: Mapping[str, Value],
	compared: Mapping[str, Value],
	*,
	on: date,
	smallest: int = SMALLEST_GROUP,
) -> Baseline:
	"""The baseline, once, on the first day: from what is known of the time before. Raises TrialError for values that are not the design's, or too few."""
	design = trial.design
	if trial.status != AGREED or trial.baseline is not None:
		raise DesignFixed("The baseline is taken once, when an agreed trial begins.")
	if on < design.starts:
		raise TooEarly(say("The baseline is taken on {0}, when the trial begins.", str(design.starts)))
	# Compared with last year the groups have the same names, and other learners or none in common.
	_check_groups(tried, design.groups)
	_check_groups(compared, design.compared if design.comparison == OTHER_GROUPS else design.groups)
	if design.comparison == BEFORE and compared:
		raise TrialError("Compared with before, nobody else is measured.")
	if design.comparison == OTHER_GROUPS and tried.keys() & compared.keys():
		raise TrialError("A learner stands on both sides: the groups overlap. Choose groups that do not.")
	if len(tried) < smallest or (design.comparison != BEFORE and len(compared) < smallest):
		raise TrialError(
			say(
				"Fewer than {0} learners on one side have a value before the trial. Take it back to a draft, and choose more groups or another figure.",
				str(smallest),
			)
		)
	return Baseline(design.starts, dict(tried), dict(compared))


def measured(
	trial: Trial,
	now: Mapping[str, float],
	*,
	today: date,
	last_year: Mapping[str, float] | None = None,
	drift: float = DRIFT,
	smallest: int = SMALLEST_GROUP,
) -> Result:
	"""The result, as of the stop day, over the learners with a baseline. Raises TooEarly before it, TrialError for a baseline that is not the frozen one.

	now         the figure on the stop day by learner
	last_year   of those compared with last year: the figure on the same day then
	drift       see `trial_statistics.compare`
	"""
	design, baseline = trial.design, trial.baseline
	if today < design.stops:
		raise TooEarly(say("It is measured on {0}, the day fixed for it.", str(design.stops)))
	if trial.status != RUNNING or baseline is None:
		raise TrialError("Only a running trial is measured: one with a baseline.")
	if baseline.fingerprint != trial.frozen:
		raise TrialError("The baseline is not the one that was frozen when the trial began.")
	then = (last_year or {}) if design.comparison == LAST_YEAR else now
	tried, compared = _changes(baseline.tried, now), _changes(baseline.compared, then)
	if design.comparison == BEFORE:
		return Result(design.stops, NOT_CLEAR, _told_of_before(tried, smallest))
	try:
		found = compare(tried, compared, drift=drift, smallest=smallest)
	except TooFew as few:
		return Result(design.stops, NOT_CLEAR, few.why)
	left = min(found.learners_tried / len(baseline.tried), found.learners_compared / len(baseline.compared))
	if left < FEWEST_LEFT:
		why = say(
			"{0} of the learners on one side have no value on the last day: who is missing may be who it did not suit. It is not clear.",
			f"{100 * (1 - left):.0f} %",
		)
		return Result(design.stops, NOT_CLEAR, why, found)
	return _judged(design, found)


def clashes(design: Design, others: Iterable[Trial]) -> list[Design]:
	"""Trials under way in one of the same groups in the same time: neither could say which of the two moved something."""
	taken = {*design.groups, *design.compared}
	return [
		other.design
		for other in others
		if other.status in UNDER_WAY
		and taken & {*other.design.groups, *other.design.compared}
		and other.design.starts <= design.stops
		and design.starts <= other.design.stops
	]


def due(trial: Trial, today: date) -> str:
	"""What the clock does with a trial on a day: Running, Measured, or nothing."""
	if trial.status == AGREED and today >= trial.design.starts:
		return RUNNING
	if trial.status == RUNNING and today >= trial.design.stops:
		return MEASURED
	return ""


def _check_groups(values: Mapping[str, Value], groups: Iterable[str]) -> None:
	known = set(groups)
	if strange := sorted({one.group for one in values.values()} - known):
		raise TrialError(say("{0} is no group of this trial.", tuple(strange)))
	if not all(isfinite(one.value) for one in values.values()):
		raise TrialError("A value of the baseline is no number.")


def _changes(before: Mapping[str, Value], after: Mapping[str, float]) -> dict[str, list[float]]:
	changes: dict[str, list[float]] = {}
	for who, one in before.items():
		if who in after and isfinite(after[who]):
			changes.setdefault(one.group, []).append(after[who] - one.value)
	return changes


def _judged(design: Design, found: Comparison) -> Result:
	numbers = (_signed(found.tried), _signed(found.compared), _signed(found.difference), _plain(found.reach))
	if not found.beyond_chance:
		verdict = NOT_CLEAR
		text = "It changed by {0}, and by {1} where nothing was tried: a difference of {2}, and chance alone brings groups that are the same up to {3} apart, 19 times in 20, so it is not clear."
	elif (found.difference < 0) == design.less_is_better:
		verdict = MOVED_AS_HOPED
		text = "It changed by {0}, and by {1} where nothing was tried: a difference of {2}, and chance alone brings groups that are the same up to {3} apart, 19 times in 20, so it moved, as was hoped."
	else:
		verdict = MOVED_THE_OTHER_WAY
		text = "It changed by {0}, and by {1} where nothing was tried: a difference of {2}, and chance alone brings groups that are the same up to {3} apart, 19 times in 20, so it moved, the other way."
	return Result(design.stops, verdict, say(text, *numbers), found)


def _told_of_before(tried: Mapping[str, list[float]], smallest: int) -> str:
	changes = [value for group in tried.values() for value in group]
	if len(changes) < smallest:
		return say("There are values of fewer than {0} learners: no change is told.", str(smallest))
	return say(
		"It changed by {0} on the average of {1} learners. The season and everything else changed as well, and there was nothing to compare with: it is not clear.",
		_signed(sum(changes) / len(changes)),
		str(len(changes)),
	)


def _signed(value: float) -> str:
	# A change that rounds to nothing has no sign.
	return "0" if abs(value) < 0.005 else f"{value:+.2f}".rstrip("0").rstrip(".")


def _plain(value: float) -> str:
	return f"{value:.2f}".rstrip("0").rstrip(".")


def _missing_to_agree(
	trial: Trial, today: date, members: Mapping[str, frozenset[str]], others: Iterable[Trial], smallest: int
) -> list[str]:
	design = trial.design
	missing: list[str] = []
	if not design.question.strip():
		missing.append("Say what the question is.")
	if not design.differs.strip():
		missing.append("Say what is done differently.")
	if not trial.owner:
		missing.append("Name the person who sees to the trial.")
	if not any(who.strip() for who in trial.told):
		missing.append("Say who was told of the trial.")
	if today > design.starts:
		missing.append(
			"Its first day has passed, and a comparison that is chosen after the start shows what one hoped for. Choose a later first day."
		)
	if not design.groups:
		missing.append("Choose at least one group in which it is tried.")
	if design.comparison == OTHER_GROUPS and not design.compared:
		missing.append("Choose the groups that it is compared with.")
	missing += _missing_of_members(design, members, smallest)
	missing += [
		say("One of its groups is in another trial at the same time: {0}. Wait for that one.", other.question)
		for other in clashes(design, others)
	]
	return missing


def _missing_of_members(design: Design, members: Mapping[str, frozenset[str]], smallest: int) -> list[str]:
	missing: list[str] = []
	sides = [design.groups] if design.comparison != OTHER_GROUPS else [design.groups, design.compared]
	learners = [frozenset().union(*(members.get(group, ()) for group in side)) for side in sides]
	if any(side and len(who) < smallest for side, who in zip(sides, learners, strict=True)):
		missing.append(say("There are fewer than {0} learners on one side: take more groups.", str(smallest)))
	if len(learners) == 2 and learners[0] & learners[1]:
		missing.append(
			say(
				"The groups overlap, with learners on both sides: {0}. Choose groups that do not.",
				str(len(learners[0] & learners[1])),
			)
		)
	return missing


def _missing_to_run(trial: Trial, today: date) -> list[str]:
	missing: list[str] = []
	if today < trial.design.starts:
		missing.append(say("It begins on {0}.", str(trial.design.starts)))
	if trial.agreed != trial.design.fingerprint:
		missing.append("The design is not the one that was agreed. Agree on it anew.")
	if trial.baseline is None or trial.frozen != trial.baseline.fingerprint:
		missing.append("The baseline is not frozen yet.")
	return missing


def _missing_to_measure(trial: Trial, today: date) -> list[str]:
	missing: list[str] = []
	if today < trial.design.stops:
		missing.append(say("It is measured on {0}, the day fixed for it.", str(trial.design.stops)))
	if trial.result is None:
		missing.append("Nothing is measured yet.")
	return missing


def _missing_to_decide(trial: Trial, today: date) -> list[str]:
	missing: list[str] = []
	if today < trial.design.stops:
		missing.append(say("It is not decided before it stops, on {0}.", str(trial.design.stops)))
	if trial.decision not in DECISIONS:
		missing.append("Say what follows: adopt, adapt, stop, or not clear.")
	if not trial.reasons.strip():
		missing.append("Say why, in a few words.")
	return missing
