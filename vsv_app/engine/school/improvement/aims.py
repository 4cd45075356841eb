"""An aim of a school plan: how it is measured, from which value to which, where it stands now and of how many that is told.

AimError(ValueError)   an aim that nobody could tell to be reached; `missing` says each thing it lacks
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite

from vsv_app.engine.care.plans import GOAL_STATES, MET, NOT_MET, OPEN
from vsv_app.engine.group_figures import parts
from vsv_app.engine.school.domains import DOMAINS, FACTORS
from vsv_app.engine.school.improvement.frameworks import JUDGEMENTS
from vsv_app.engine.sentences import say
from vsv_app.engine.small_groups import SMALLEST_GROUP

INDICATOR, SCALE, REPORT = "Indicator", "Survey Scale", "Report Figure"
COUNTED, JUDGEMENT = "Counted", "Judgement"
MEASURED_BY = (INDICATOR, SCALE, REPORT, COUNTED, JUDGEMENT)
OF_PEOPLE = (INDICATOR, SCALE, REPORT)
"""Measured over people, so that a value of a few of them is told to nobody."""

MEAN, SHARE = "Mean", "Share"


class AimError(ValueError):
	"""Says which aim, and in `missing` what it lacks."""

	def __init__(self, what: str, missing: Iterable[str]) -> None:
		self.what, self.missing = what, tuple(missing)
		super().__init__(" ".join(self.missing))


@dataclass(frozen=True)
class Aim:
	"""Something that the school wants to be better at. `why`: what shows that it is needed. Raises AimError."""

	what: str
	domain: str
	factor: str
	why: str
	measured_by: str
	measure: str
	baseline: float
	target: float
	due: date | None
	team: str = ""
	status: str = OPEN
	learned: str = ""

	def __post_init__(self) -> None:
		missing: list[str] = []
		if not self.what.strip():
			missing.append("Say what the aim is.")
		if self.domain not in DOMAINS:
			missing.append("Say which of the thirty rows it belongs to, from 1.1 to 5.3.")
		if self.factor not in FACTORS:
			missing.append(say("Say what it is about: {0}.", FACTORS))
		if self.measured_by not in MEASURED_BY:
			missing.append(say("Say how it is measured: {0}.", MEASURED_BY))
		if not self.measure.strip():
			missing.append("Say which indicator, scale, figure or question it is measured by.")
		if not (isfinite(self.baseline) and isfinite(self.target)):
			missing.append("Give the value now and the value to reach as numbers.")
		elif self.baseline == self.target:
			missing.append("The value to reach is the value now: nobody could tell when the aim is met.")
		elif self.measured_by == JUDGEMENT and not {self.baseline, self.target} <= set(
			range(1, len(JUDGEMENTS) + 1)
		):
			missing.append("A judgement goes from 1, not yet, to 4, throughout.")
		if self.due is None:
			missing.append("Say by which day the aim is to be met.")
		if self.status not in GOAL_STATES:
			missing.append("An aim is open, met, not met or dropped.")
		if missing:
			raise AimError(self.what, missing)

	def progress(self, value: float) -> float:
		"""How far `value` is from the baseline to the target: 0 to 1, below 0 when it got worse."""
		return min(1.0, (value - self.baseline) / (self.target - self.baseline))


@dataclass(frozen=True)
class Point:
	"""What was measured on a day. `of`: over how many people; None where it is not about people. `value` None: of too few to be told."""

	on: date
	value: float | None
	of: int | None = None


@dataclass(frozen=True)
class Standing:
	"""Where an aim is on a day. `expected`: the progress that a straight way from its first day to its last would have made."""

	now: Point | None
	progress: float | None
	expected: float
	line: tuple[Point, ...]

	@property
	def behind(self) -> bool:
		"""Whether it has come less than half as far as the time that has passed."""
		return self.progress is not None and self.progress < self.expected / 2


def population_value(
	values: Mapping[str, float | None], *, on: date, how: str = MEAN, smallest: int = SMALLEST_GROUP
) -> Point:
	"""An indicator over people, by person: its mean, or for which percentage it holds (a value above 0). None is no data, and in no base.

	The value is left out where it would tell on somebody: of fewer than `smallest`, or for all but a few of them.
	"""
	known = {who: value for who, value in values.items() if value is not None}
	if how == MEAN:
		enough = len(known) >= smallest
		return Point(on, sum(known.values()) / len(known) if enough else None, len(known))
	if how != SHARE:
		raise ValueError(f"{how} is no way to sum people up")
	(part,) = parts({"all": known}, {who for who, value in known.items() if value > 0}, smallest)
	return Point(on, part.percent, len(known))


def line(
	aim: Aim, points: Iterable[Point], *, until: date, smallest: int = SMALLEST_GROUP
) -> tuple[Point, ...]:
	"""What was measured up to a day, in order, one value a day, those of too few people without it.

	Of survey scales a round whose respondents are a few more or fewer than those of the round before is left out as well: the two
	together would tell what those few said.
	"""
	by_day = {point.on: point for point in points if point.on <= until}
	found: list[Point] = []
	before: int | None = None
	for _day, point in sorted(by_day.items()):
		shown = point
		if aim.measured_by in OF_PEOPLE:
			few = (point.of or 0) < smallest
			if (
				aim.measured_by == SCALE
				and before is not None
				and 0 < abs((point.of or 0) - before) < smallest
			):
				few = True
			if few:
				shown = Point(point.on, None, point.of if (point.of or 0) >= smallest else None)
			elif point.value is not None:
				before = point.of
		found.append(shown)
	return tuple(found)


def standing(
	aim: Aim, points: Iterable[Point], *, starts: date, today: date, smallest: int = SMALLEST_GROUP
) -> Standing:
	"""Where an aim stands: its last value that may be told, and whether it is on its way."""
	drawn = line(aim, points, until=today, smallest=smallest)
	now = next((point for point in reversed(drawn) if point.value is not None), None)
	days = (aim.due - starts).days if aim.due else 0
	expected = min(1.0, max(0.0, (today - starts).days / days)) if days > 0 else 1.0
	return Standing(
		now, None if now is None or now.value is None else aim.progress(now.value), expected, drawn
	)


def suggested(aim: Aim, stands: Standing, today: date) -> str:
	"""What the numbers say of an aim: met, not met once its day has passed, else open. A person decides."""
	if stands.progress is not None and stands.progress >= 1:
		return MET
	return NOT_MET if aim.due and today > aim.due and stands.progress is not None else OPEN
