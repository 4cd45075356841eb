"""How often a trial says *moved* where nothing differs: 1,000 pairs of identical groups, and harder cases, drawn from a seed.

Wanted: in each case that the claim covers, at most the share that `trial_statistics.FALSE_ALARMS` names. What is not covered
(two single groups that drift apart by more than is assumed) is told beside it, and so is how often a difference that is there is seen.
`python -m benchmarks.trial_false_alarms SEED` draws other pairs.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from vsv_app.engine.school.improvement import trials
from vsv_app.engine.school.improvement.trial_statistics import DRIFT, FALSE_ALARMS
from vsv_app.engine.school.improvement.trials import Baseline, Design, Trial, Value

PAIRS, SEED = 1000, 2026
STARTS = date(2031, 9, 1)
STOPS = STARTS + timedelta(weeks=trials.DEFAULT_SCHOOL_WEEKS)
STAYS = 0.5
"""How much of what is seen of a learner stays: the correlation of the two measurements."""

Learner = tuple[float, float]
"""The figure before, and on the stop day."""


@dataclass(frozen=True)
class Case:
	"""A kind of pair. `drift`: share of variance that a group has in common; `effect`: what trying does, in standard deviations."""

	name: str
	draw: Callable[[Random, float], Learner]
	learners: int = 25
	tried: int = 1
	compared: int = 1
	drift: float = 0.0
	effect: float = 0.0
	worst_of: int = 1
	covered: bool = True


def steady(chance: Random, shift: float) -> Learner:
	"""Values around a middle, as a survey scale or a mark has them. `shift`: in standard deviations of the change."""
	stays = chance.gauss(0, STAYS**0.5)
	before, after = (stays + chance.gauss(0, (1 - STAYS) ** 0.5) for _time in range(2))
	return before, after + shift * (2 * (1 - STAYS)) ** 0.5


def mostly_none(chance: Random, shift: float) -> Learner:
	"""Hours of absence: most learners none, a few very many."""
	often = 0.6 if chance.random() < 0.15 else 0.1
	before, after = (chance.expovariate(0.1) if chance.random() < often else 0.0 for _time in range(2))
	return before, after + shift * 8.0


def yes_or_no(chance: Random, shift: float) -> Learner:
	"""Whether something holds for a learner."""
	likely = chance.choice((0.2, 0.5, 0.8))
	return float(chance.random() < likely), float(chance.random() < likely + shift * 0.5)


CASES = (
	Case("25 against 25, values around a middle", steady),
	Case("25 against 25, hours of absence", mostly_none),
	Case("25 against 25, yes or no", yes_or_no),
	Case("8 against 8, hours of absence", mostly_none, learners=8),
	Case("the worst of six groups against another", steady, worst_of=6),
	Case(f"25 against 25, groups drift by the {DRIFT:.0%} assumed", steady, drift=DRIFT),
	Case("two groups against four, drift as assumed", steady, tried=2, compared=4, drift=DRIFT),
	Case("four groups against four, drift of 20%", steady, tried=4, compared=4, drift=0.2),
	Case("25 against 25, drift of 15%: not covered", steady, drift=0.15, covered=False),
)
SEEN = (
	Case("25 against 25, half a standard deviation", steady, effect=-0.5),
	Case("25 against 25, a whole standard deviation", steady, effect=-1.0),
	Case("two groups against four, half", steady, tried=2, compared=4, effect=-0.5),
	Case("four groups against four, half", steady, tried=4, compared=4, effect=-0.5),
)


def main(seed: int = SEED) -> int:
	print(
		f"seed {seed}, {PAIRS:,} pairs each; said to have moved though nothing differs (wanted {FALSE_ALARMS:.0%} or less)"
	)
	failed = []
	for case in CASES:
		moved = share_moved(case, seed)
		print(f"{case.name:<52} {moved:6.1%}", flush=True)
		if case.covered and moved > FALSE_ALARMS:
			failed.append(case.name)
	print("said to have moved where something does differ")
	for case in SEEN:
		print(f"{case.name:<52} {share_moved(case, seed):6.1%}", flush=True)
	if failed:
		print(f"more than claimed: {'; '.join(failed)}")
	return 1 if failed else 0


def share_moved(case: Case, seed: int, pairs: int = PAIRS) -> float:
	"""Of so many trials, the share that is said to have moved, either way."""
	chance = Random(seed)
	return sum(one_trial(case, chance) != trials.NOT_CLEAR for _pair in range(pairs)) / pairs


def one_trial(case: Case, chance: Random) -> str:
	"""The verdict of a trial from its baseline to its stop day."""
	tried = [min(_groups(case, chance, case.effect), key=_before) for _group in range(case.tried)]
	compared = [next(iter(_groups(case, chance, 0.0))) for _group in range(case.compared)]
	sides = [
		{f"{side}{n}": group for n, group in enumerate(groups)}
		for side, groups in (("T", tried), ("C", compared))
	]
	design = Design(
		"Does it help?", "A talk", tuple(sides[0]), trials.OTHER_GROUPS, tuple(sides[1]), ("figure",), True, STARTS, STOPS
	)  # fmt: skip
	values = [
		{
			f"{name}-{n}": Value(name, before)
			for name, group in side.items()
			for n, (before, _after) in enumerate(group)
		}
		for side in sides
	]
	now = {
		f"{name}-{n}": after
		for side in sides
		for name, group in side.items()
		for n, (_before, after) in enumerate(group)
	}
	baseline = Baseline(STARTS, *values)
	trial = Trial(design, trials.RUNNING, baseline=baseline, frozen=baseline.fingerprint)
	return trials.measured(trial, now, today=STOPS).verdict


def _groups(case: Case, chance: Random, effect: float) -> list[list[Learner]]:
	found = []
	for _candidate in range(case.worst_of):
		shift = effect + chance.gauss(0, (case.drift / (1 - case.drift)) ** 0.5)
		found.append([case.draw(chance, shift) for _learner in range(case.learners)])
	return found


def _before(group: list[Learner]) -> float:
	return -sum(before for before, _after in group)


if __name__ == "__main__":
	sys.exit(main(*map(int, sys.argv[1:2])))
