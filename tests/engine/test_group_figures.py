"""Figures about groups: right where they are told, and never about few."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.group_figures import Cohort, Part, Start, cohorts, parts
from vsv_app.engine.small_groups import suppressed

LEARNERS = [f"L{n}" for n in range(60)]
GROUPS = st.dictionaries(st.sampled_from("ABCDE"), st.sets(st.sampled_from(LEARNERS), max_size=30))


def test_a_share_by_hand() -> None:
	groups = {"A": LEARNERS[:20], "B": LEARNERS[20:30], "C": LEARNERS[30:42]}
	flagged = {*LEARNERS[:5], *LEARNERS[20:25], *LEARNERS[30:42]}
	assert parts(groups, flagged) == [Part("A", 20, 5), Part("B", 10, 5), Part("C", 12, 12)]
	assert [part.percent for part in parts(groups, flagged)] == [25.0, 50.0, 100.0]


def test_all_but_two_tells_as_much_as_two() -> None:
	groups = {"A": LEARNERS[:10], "B": LEARNERS[10:30], "C": LEARNERS[30:60]}
	flagged = {*LEARNERS[:8], *LEARNERS[10:20], *LEARNERS[30:40]}
	told = {part.group: part.of_them for part in parts(groups, flagged)}
	assert told == {"A": None, "B": None, "C": 10}  # B goes along, as A alone could be had from the whole


@given(GROUPS, st.sets(st.sampled_from(LEARNERS)), st.integers(2, 8))
def test_no_figure_about_few_in_either_direction(
	groups: dict[str, set[str]], flagged: set[str], smallest: int
) -> None:
	told = parts(groups, flagged, smallest)
	for part in told:
		members = groups[part.group]
		if part.learners is not None:
			assert part.learners == len(members)
			assert part.learners == 0 or part.learners >= smallest
		if part.of_them is not None:
			held = len(members & flagged)
			assert part.of_them == held
			assert held == 0 or held >= smallest
			assert len(members) == held or len(members) - held >= smallest
	filled = [part for part in told if groups[part.group]]
	for hidden in (
		[part.group for part in filled if part.learners is None],
		[part.group for part in filled if part.of_them is None],
	):
		assert len(hidden) != 1 or len(filled) == 1
	# What is left out taken together can be had from the whole, so it may itself not be about few.
	sizes = [(len(groups[part.group]), len(groups[part.group] & flagged)) for part in filled]
	whole, held = (sum(pair[index] for pair in sizes) for index in (0, 1))
	whole_is_shown = all(n == 0 or n >= smallest for n in (whole, held, whole - held))
	if whole_is_shown and len(hidden) < len(filled):
		size = sum(len(groups[group]) for group in hidden)
		held = sum(len(groups[group] & flagged) for group in hidden)
		assert size == 0 or size >= smallest
		assert held == 0 or held >= smallest
		assert size == held or size - held >= smallest


def test_two_groups_of_one_are_not_had_from_the_whole() -> None:
	"""Left out alone they would sum to two, which is one each."""
	assert suppressed({"A": 1, "B": 1, "C": 7, "D": 30}) == {"A": None, "B": None, "C": None, "D": 30}
	groups = {"A": LEARNERS[:1], "B": LEARNERS[1:2], "C": LEARNERS[2:12], "D": LEARNERS[12:40]}
	told = {part.group: part.learners for part in parts(groups, set())}
	assert told == {"A": None, "B": None, "C": None, "D": 28}


@given(st.dictionaries(st.sampled_from("ABCD"), st.integers(0, 9)), st.integers(2, 6))
def test_no_count_can_be_worked_out(counts: dict[str, int], smallest: int) -> None:
	"""Whoever knows the whole and the rule has, for each count that is left out, more than one that it may be.

	All but this: which of two groups of the same size goes along.
	"""
	told = suppressed(counts, smallest)
	hidden = {group: counts[group] for group, count in told.items() if count is None}
	if len(hidden) == len([count for count in counts.values() if count]):
		return
	fits: dict[str, set[int]] = {}
	shown = min(count for group, count in counts.items() if count and group not in hidden)
	for values in product(range(1, sum(hidden.values()) + 1), repeat=len(hidden)):
		large = [value for value in values if value >= smallest]
		if sum(values) == sum(hidden.values()) and len(large) == 1 and large[0] <= shown:
			for group, value in zip(hidden, values, strict=True):
				fits.setdefault(group, set()).add(value)
	assert all(hidden[group] in values for group, values in fits.items())
	assert all(len(values) > 1 for values in fits.values()), (counts, told, fits)


def test_a_cohort_by_hand() -> None:
	starts = [
		*(Start(f"L{n}", "P", "2030", left=n < 3, qualified=n == 0, early=n in (1, 2)) for n in range(8)),
		*(Start(f"M{n}", "P", "2031", left=True) for n in range(4)),
	]
	whole, few = cohorts(starts)
	assert whole == Cohort("P", "2030", 8, 3, 1, 2)
	assert whole.percent == 25.0
	assert (few, few.percent) == (Cohort("P", "2031", 4, None, None, None), None)
