"""Figures in a few signs, none of which says more than the numbers carry."""

from collections.abc import Sequence
from dataclasses import dataclass

from vsv_app.engine.proportions import Proportion
from vsv_app.study.judging import FEW, Area, AtAMoment, Study, Tally
from vsv_app.study.notes import Notes

NOTHING = "-"
TOO_FEW = "too few"
HIDDEN = "few"


@dataclass(frozen=True)
class Told:
	"""All of a run: what was read, what to know before, and the years, with all of them together where there are several."""

	file: str
	digest: str
	version: str
	options: dict[str, object]
	outcome: str
	notes: Notes
	studies: Sequence[Study]
	together: Study | None = None

	@property
	def every(self) -> list[Study]:
		return [*self.studies, *([self.together] if self.together else [])]


def share(found: Proportion | None) -> str:
	"""A share with its 95 % interval, or that it cannot be told."""
	if found is None or found.share is None or found.interval is None:
		return NOTHING
	if not found.can_be_told:
		return TOO_FEW
	interval = found.interval
	return f"{found.share:.2f} ({interval.low:.2f}-{interval.high:.2f})"


def number(value: float | None, digits: int) -> str:
	return NOTHING if value is None else f"{value:.{digits}f}"


def chance(tally: Tally) -> str:
	"""What naming at random would have found."""
	return NOTHING if not tally.named or not tally.base.can_be_told else number(tally.by_chance, 2)


def lift(tally: Tally) -> str:
	return NOTHING if tally.lift is None else f"{tally.lift:.1f} x"


def area(found: Area | None) -> str:
	return NOTHING if found is None else f"{found.mean:.2f} ({found.low:.2f}-{found.high:.2f})"


def verdict(tally: Tally) -> str:
	"""What naming these learners tells beside naming anybody."""
	interval, base = tally.precision.interval, tally.by_chance
	if interval is None or base is None or not (tally.precision.can_be_told and tally.base.can_be_told):
		return "too few to say"
	if interval.holds(base):
		return "no better than naming anybody, as far as these numbers tell"
	return "better than naming anybody" if interval.low > base else "worse than naming anybody"


def beside(moment: AtAMoment) -> str:
	"""Rules and model, in a sentence that says no more than their intervals do."""
	if moment.model is None:
		return f"no model: {moment.why}"
	ours, theirs = moment.rules.precision, moment.model.precision
	one, other = ours.interval, theirs.interval
	if one is None or other is None or not (ours.can_be_told and theirs.can_be_told):
		return "too few are named to tell rules and model apart"
	if one.low > other.high:
		return "the rules name better than the model"
	if other.low > one.high:
		return "the model names better than the rules"
	return "their intervals overlap: these numbers do not tell rules and model apart"


def carries(study: Study, outcome: str) -> str:
	"""How much the figures of a year can carry, in a sentence; empty where they carry enough."""
	if not study.happened:
		return f"Nobody {outcome}: nothing can be told of how well rules warn."
	if study.happened < FEW:
		return f"Only {study.happened} {outcome}: one learner more or less moves each figure by much. Read the intervals, not the figures."
	return ""
