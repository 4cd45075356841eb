"""Small-group suppression: counts and sums that would tell on somebody are left out."""

from collections.abc import Callable, Mapping, Set

SMALLEST_GROUP = 5
"""Groups of fewer learners are not shown: a figure about four is a figure about somebody."""


def suppressed(counts: Mapping[str, int], smallest: int = SMALLEST_GROUP) -> dict[str, int | None]:
	"""Counts by group, those below `smallest` left out, with others along until no sum tells one of them.

	An empty group is shown as 0.
	"""
	small = {group for group, count in counts.items() if 0 < count < smallest}
	hidden = with_cover(small, counts, lambda groups: any(counts[group] >= smallest for group in groups))
	return {group: None if group in hidden else count for group, count in counts.items()}


def with_cover(
	hidden: Set[str], sizes: Mapping[str, int], enough: Callable[[Set[str]], bool]
) -> frozenset[str]:
	"""The groups to leave out: those of `hidden`, and with them the smallest others until `enough` holds.

	Whoever knows the whole has what is left out as a sum. Of one group that is its figure, and of two groups with two
	learners it is one each; with a large one among them, and without a word on which, any of them may be the large one.
	"""
	left_out = frozenset(hidden)
	others = sorted((size, group) for group, size in sizes.items() if size and group not in hidden)
	for _size, group in others if hidden else ():
		if enough(left_out):
			break
		left_out |= {group}
	return left_out
