"""Figures that many people stand behind: groups too small are merged, and each step of a figure is worth several people.

Two rules, and all else follows from them. A group that is shown has at least as many people in it as the smallest group in figures; those
that are smaller are put together, never dropped, so that nothing is left over that could be had from the whole. And what is shown of a
group is rounded so far that one step of it is worth as many people again: whoever adds, subtracts and compares all that is published, and
knows these rules, has several possible numbers for each small one. Why this, and not exact counts with some left out:
docs/decisions/survey-figures-in-steps.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from vsv_app.engine.school.surveys.tallies import Group
from vsv_app.engine.small_groups import SMALLEST_GROUP

STEPS = (10, 20, 50, 100)
"""Of a mean, in hundredths of a point, from the finest on."""
STEPS_OF_A_SHARE = (1, 5, 10, 20, 50)
"""Of a scale with two points, whose mean is a share: in percent."""
STEPS_OF_OPTIONS = (1, 5, 10)
"""In which the options of a longer scale are told, in percent; where they would be coarser only the mean is told."""
WORTH_OF_SHARES, WORTH_BESIDE_GROUPS = 2, 5
"""How many times the smallest group a step of them is worth: they stand beside a mean, or beside the means of all groups."""
MOST_POINTS_TOLD = 5
"""Of longer scales the options are not told."""

Range = tuple[int, int]
"""The least and the most that a number can be for somebody who sees what is published."""


def about(count: int, smallest: int = SMALLEST_GROUP) -> int:
	"""A number of people to the nearest multiple of the smallest group: "about 25"."""
	return (count + smallest // 2) // smallest * smallest


def merged(sizes: Mapping[Group, int], smallest: int = SMALLEST_GROUP) -> tuple[tuple[Group, ...], ...]:
	"""Groups put together until each has enough people: first with those of the same first breakdown, the smallest first.

	Empty where all of them together are too few.
	"""
	cells: dict[tuple[Group, ...], int] = {(group,): size for group, size in sizes.items()}
	while len(cells) > 1 and min(cells.values()) < smallest:
		least = min(cells, key=lambda cell: (cells[cell], cell))
		size = cells.pop(least)
		near = [cell for cell in cells if cell[0][:1] == least[0][:1]] if len(least[0]) > 1 else []
		other = min(near or cells, key=lambda cell: (cells[cell], cell))
		cells[tuple(sorted(least + other))] = cells.pop(other) + size
	return tuple(sorted(cell for cell, size in cells.items() if size >= smallest))


@dataclass(frozen=True)
class Figure:
	"""A mean on a scale of so many points, from 1 on, to the nearest step. What it was made from is not in it.

	`answers`: about how many it rests on. The mean is a band, from `low` to `high`: that a group is all of one mind is never told.
	"""

	answers: int
	mean: float
	step: float
	points: int

	@property
	def low(self) -> float:
		return max(1.0, self.mean - self.step / 2)

	@property
	def high(self) -> float:
		return min(float(self.points), self.mean + self.step / 2)

	@property
	def level(self) -> float:
		"""From 0 to 100, on a scale of any length; of two points, the share of the second."""
		return 100 * (self.mean - 1) / (self.points - 1)


@dataclass(frozen=True)
class Answers:
	"""How many chose each point, in the direction in which more is better. Never shown."""

	by_point: tuple[int, ...]

	@cached_property
	def base(self) -> int:
		return sum(self.by_point)

	@cached_property
	def total(self) -> int:
		"""How many points above the lowest they come to together."""
		return sum(place * count for place, count in enumerate(self.by_point))


def step_of(answers: Answers, smallest: int = SMALLEST_GROUP) -> int | None:
	"""In what steps the mean is told, in hundredths of a point: the finest that are worth enough people. None where none is."""
	steps = STEPS_OF_A_SHARE if len(answers.by_point) == 2 else STEPS
	return next((step for step in steps if step * answers.base >= 100 * smallest), None)


def figure(answers: Answers, step: int, told: int) -> Figure:
	"""The mean in steps of so many hundredths of a point. `told`: about how many it is said to rest on."""
	mean = (100 + _place(answers.total, answers.base, step) * step) / 100
	return Figure(told, mean, step / 100, len(answers.by_point))


def possible_total(answers: Answers, step: int) -> Range:
	"""What `total` can be for whoever sees the figure and knows how many answered."""
	place = _place(answers.total, answers.base, step)
	return _range(place, answers.base, step, (len(answers.by_point) - 1) * answers.base)


def shares(
	answers: Answers, totals: Sequence[Range], smallest: int = SMALLEST_GROUP
) -> tuple[int, ...] | None:
	"""How many percent chose each point, rounded; None where too few answered, nearly all chose one, or some would be told on.

	`totals`: what can be had from the means beside it, of the whole or of all its groups. Whether they are told is had from what is
	told alone, and so tells nothing itself.
	"""
	base = answers.base
	worth = smallest * (WORTH_BESIDE_GROUPS if len(totals) > 1 else WORTH_OF_SHARES)
	step = next((one for one in STEPS_OF_OPTIONS if one * base >= 100 * worth), None)
	if step is None or not 2 < len(answers.by_point) <= MOST_POINTS_TOLD:
		return None
	places = [_place(count, base, step) for count in answers.by_point]
	ranges = [_range(place, base, step, base) for place in places]
	total = sum(low for low, _high in totals), sum(high for _low, high in totals)
	if max(places) * step == 100 or any(
		_tells(ranges, at, base, total, smallest) for at in range(len(ranges))
	):
		return None
	return tuple(place * step for place in places)


def _place(number: int, of: int, step: int) -> int:
	"""A number out of so many in whole steps of so many hundredths, to the nearest."""
	return (200 * number + of * step) // (2 * of * step)


def _range(place: int, of: int, step: int, most: int) -> Range:
	"""The numbers that have this place."""
	return max(0, -(-(2 * place - 1) * of * step // 200)), min(
		most, -(-(2 * place + 1) * of * step // 200) - 1
	)


def _tells(ranges: Sequence[Range], at: int, base: int, total: Range, smallest: int) -> bool:
	"""Whether one point can have been chosen by one small number of people only."""
	low, high = ranges[at]
	if low >= smallest or not high:
		return False
	fitting: list[int] = []
	for count in range(low, high + 1):
		if _fits([*ranges[:at], (count, count), *ranges[at + 1 :]], base, total):
			fitting.append(count)
			if len(fitting) > 1:
				return False
	return bool(fitting) and 0 < fitting[0] < smallest


def _fits(ranges: Sequence[Range], base: int, total: Range) -> bool:
	"""Whether so many people can stand at these places and come to such a total.

	One person moved at a time changes the total by less than a range of it is wide, so that none is passed over.
	"""
	if not sum(low for low, _high in ranges) <= base <= sum(high for _low, high in ranges):
		return False
	return _extreme(ranges, base) <= total[1] and total[0] <= _extreme(ranges, base, highest=True)


def _extreme(ranges: Sequence[Range], base: int, *, highest: bool = False) -> int:
	"""The least that so many people can come to, or the most."""
	spare = base - sum(low for low, _high in ranges)
	total = 0
	for place, (low, high) in sorted(enumerate(ranges), reverse=highest):
		here = min(high - low, spare)
		total += place * (low + here)
		spare -= here
	return total
