"""Attacks on what is published of a round, by who knows all figures and the rules.

The attacker lists all worlds that could be, publishes each as the school would, and keeps those of which the same is published as of the
real one. A number that is the same in all of them is known. How many chose a point stays hidden even from who knows exactly how many
answered in each group; how many left a question out, from who knows of that what is published.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from operator import sub

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.engine.school.surveys.made import World, published
from vsv_app.engine.school.surveys.disclosure_control import Answers, about, figure, merged, step_of
from vsv_app.engine.school.surveys.results import trends
from vsv_app.engine.small_groups import SMALLEST_GROUP

FEW = range(1, SMALLEST_GROUP)


def dealt(people: int, places: int) -> Iterator[tuple[int, ...]]:
	"""Every way in which people can stand at so many places."""
	if places == 1:
		yield (people,)
		return
	for here in range(people + 1):
		for others in dealt(people - here, places - 1):
			yield (here, *others)


def cells(world: World) -> list[int]:
	"""Numbers of people that nobody may know when they are few: at a point, at another, who left it out; by group and in all."""
	groups = [*world, [sum(column) for column in zip(*world, strict=True)]]
	return [
		number
		for *points, left_out in groups
		for number in (*points, *(sum(points) - count for count in points), left_out)
	]


def known(worlds: Sequence[World]) -> list[int]:
	"""The small numbers that are the same in all worlds."""
	return [
		numbers[0]
		for numbers in zip(*map(cells, worlds), strict=True)
		if set(numbers) <= {numbers[0]} & set(FEW)
	]


@pytest.mark.parametrize(
	("points", "forms", "may_leave_out"),
	[
		*(pytest.param(2, (n,), 0, id=f"yes or no, {n}") for n in (5, 9, 10, 13, 20, 25, 49, 50, 60, 100, 101, 500)),
		*(pytest.param(3, (n,), 0, id=f"3 points, {n}") for n in (5, 8, 10, 12, 25, 49, 60, 101, 150)),
		pytest.param(4, (12,), 0, id="4 points, 12"),
		pytest.param(5, (9,), 0, id="5 points, 9"),
		pytest.param(2, (25,), 1, id="yes or no, 25, some of whom leave it out"),
		pytest.param(2, (12, 25), 0, id="yes or no, groups of 12 and 25"),
		pytest.param(2, (25, 26), 0, id="yes or no, groups of 25 and 26"),
		pytest.param(2, (10, 12, 14), 0, id="yes or no, groups of 10, 12 and 14"),
		pytest.param(2, (4, 7, 25), 0, id="yes or no, groups of 4, 7 and 25"),
		pytest.param(3, (7, 8), 0, id="3 points, groups of 7 and 8"),
		pytest.param(3, (4, 10), 0, id="3 points, groups of 4 and 10"),
		pytest.param(2, (7, 10), 1, id="yes or no, groups of 7 and 10, some of whom leave it out"),
	],
)  # fmt: skip
def test_no_small_number_is_known_to_who_lists_all_worlds(
	points: int, forms: Sequence[int], may_leave_out: int
) -> None:
	worlds_by_figures = defaultdict(list)
	ways = [
		dealt(people, points + 1) if may_leave_out else ((*way, 0) for way in dealt(people, points))
		for people in forms
	]
	for world in product(*ways):
		worlds_by_figures[repr(published(world))].append(world)
	for worlds in worlds_by_figures.values():
		assert not known(worlds), (known(worlds), worlds[:3])
	assert len(worlds_by_figures) > (1 if max(forms) >= 10 else 0), "nothing is told at all"


@pytest.mark.parametrize(("points", "before", "now"), [(2, 10, 10), (2, 12, 13), (2, 25, 21), (3, 8, 7)])
def test_nor_to_who_has_this_round_and_the_last(points: int, before: int, now: int) -> None:
	"""Both rounds with their differences tell no number of a few, neither of one nor of what lies between them."""
	pairs_by_figures = defaultdict(list)
	last_rounds = [((*way, 0), published([(*way, 0)])) for way in dealt(before, points)]
	this_rounds = [((*way, 0), published([(*way, 0)])) for way in dealt(now, points)]
	for (last, told_last), (this, told_this) in product(last_rounds, this_rounds):
		beside = trends(told_this, told_last, {"Q"}, {})
		pairs_by_figures[repr((told_last, told_this, beside))].append((last, this))
	for pairs in pairs_by_figures.values():
		for numbers in zip(
			*(
				[*cells([last]), *cells([this]), *map(abs, map(sub, last[:-1], this[:-1]))]
				for last, this in pairs
			),
			strict=True,
		):
			assert not (len(set(numbers)) == 1 and numbers[0] in FEW), (numbers[0], pairs[:3])


COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 14), st.sampled_from([0, 25, 60, 140]))
WORLD = st.integers(3, 6).flatmap(
	lambda columns: st.lists(
		st.lists(COUNTS, min_size=columns, max_size=columns).filter(any), min_size=1, max_size=4
	)
)
"""Two to five points and who left it out, in up to four groups."""


def twins(world: World, most: int, *, with_forms: bool) -> Iterator[World]:
	"""Worlds in which one person stands at another point, or up to so many; `with_forms`: or left it out, or handed in no form."""
	nowhere = len(world[0])
	places = range(nowhere + 1 if with_forms else nowhere - 1)
	moves = [
		(group, here, there)
		for group in range(len(world))
		for here, there in product(places, repeat=2)
		if here != there and (here == nowhere or world[group][here])
	]
	for times in range(1, most + 1):
		for some in product(moves, repeat=times):
			other = [[*group, 0] for group in world]
			for group, here, there in some:
				other[group][here] -= here != nowhere
				other[group][there] += 1
			if min(map(min, other)) >= 0:
				yield [group[:-1] for group in other]


def hidden(world: World) -> set[int]:
	"""Where in its `cells` a world has a small number that may not be known: that a group of a few is a group of a few is."""
	groups = [*world, [sum(column) for column in zip(*world, strict=True)]]
	width = 2 * len(world[0]) - 1
	return {
		at
		for at, number in enumerate(cells(world))
		if number in FEW
		and (at % width < len(world[0]) - 1 or at % width == width - 1 or sum(groups[at // width]) > 4)
	}


def still_known(world: World) -> set[int]:
	"""The small numbers of which no other world near by has another, though the same is published of it."""
	figures, real = published(world), cells(world)
	left = hidden(world)
	for most, with_forms in ((2, False), (2, True), (3, False)):
		for other in twins(world, most, with_forms=with_forms):
			numbers = cells(other)
			# Points are hidden from who knows all forms; only for who left it out may others have been handed in.
			differing = {
				at
				for at in left
				if numbers[at] != real[at]
				and with_forms == (at % (2 * len(world[0]) - 1) == 2 * len(world[0]) - 2)
			}
			if not left:
				return left
			if differing and published(other) == figures:
				left -= differing
	return left


@settings(max_examples=60, deadline=None)
@given(WORLD)
@example([[2, 1, 4, 80, 60, 2]])
@example([[150, 0, 0, 0, 4, 0]])
@example([[24, 0, 3, 1], [2, 0, 4, 0]])
@example([[4, 0, 9, 0], [4, 3, 16, 0], [7, 3, 2, 2]])
@example([[1, 212, 4, 0], [3, 4, 5, 1], [0, 287, 2, 0]])
@example([[0, 0, 1, 1, 23, 0], [0, 0, 0, 0, 25, 0], [3, 0, 0, 20, 4, 1]])
def test_each_small_number_could_be_another(world: World) -> None:
	"""For larger rounds, where nobody lists all worlds: another one is near by, and the same is published of it."""
	assert not still_known(world), (world, still_known(world))


@given(
	st.dictionaries(st.tuples(st.sampled_from("PQ"), st.sampled_from("ABCDEF")), st.integers(0, 30)),
	st.integers(2, 12),
)
def test_groups_too_small_are_put_together_and_none_is_dropped(
	sizes: dict[tuple[str, str], int], smallest: int
) -> None:
	found = merged(sizes, smallest)
	assert all(sum(sizes[group] for group in cell) >= smallest for cell in found)
	if sum(sizes.values()) >= smallest:
		assert sorted(group for cell in found for group in cell) == sorted(sizes)
	else:
		assert found == ()


def test_the_smallest_are_put_together_first_and_with_their_own() -> None:
	assert merged({("A",): 3, ("B",): 20, ("C",): 4, ("D",): 9}) == ((("A",), ("C",)), (("B",),), (("D",),))
	assert merged({("A",): 3, ("B",): 20, ("C",): 6}) == ((("A",), ("C",)), (("B",),))
	# The girls of P go with the boys of P, though those of Q are fewer.
	assert merged({("P", "girls"): 4, ("P", "boys"): 40, ("Q", "boys"): 12}, 10) == (
		(("P", "boys"), ("P", "girls")), (("Q", "boys"),)
	)  # fmt: skip


@given(
	st.integers(2, 7).flatmap(lambda points: st.lists(st.integers(0, 90), min_size=points, max_size=points))
)
def test_the_mean_is_where_its_band_says(by_point: list[int]) -> None:
	answers = Answers(tuple(by_point))
	step = step_of(answers)
	if step is None:
		assert answers.base < (2 * SMALLEST_GROUP if len(by_point) == 2 else SMALLEST_GROUP)
		return
	told = figure(answers, step, about(answers.base))
	exact = sum(point * count for point, count in enumerate(by_point, 1)) / answers.base
	assert told.low - 1e-9 <= exact <= told.high + 1e-9
	assert 1 <= told.low < told.high <= len(by_point)
	assert told.step * answers.base >= SMALLEST_GROUP - 1e-9


def test_a_mean_by_hand() -> None:
	answers = Answers((1, 3, 8, 10, 3))  # 1 + 6 + 24 + 40 + 15 = 86, over 25: 3.44
	assert (step_of(answers), answers.base) == (20, 25)
	assert (told := figure(answers, 20, about(25))).mean == 3.4
	assert (told.answers, told.low, told.high, told.level) == (25, 3.3, 3.5, pytest.approx(60))
	assert [about(count) for count in (0, 2, 3, 7, 8, 23)] == [0, 0, 5, 5, 10, 25]
