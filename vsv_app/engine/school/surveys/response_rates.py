"""How many have answered, by audience and group, while a round is open: so that somebody asks whom we have not heard.

Nothing else of a round is visible before it closes, and never who has answered and who has not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vsv_app.engine.school.surveys.disclosure_control import about, merged
from vsv_app.engine.school.surveys.questionnaires import AUDIENCES, OTHER_STAFF, TEACHING_STAFF
from vsv_app.engine.school.surveys.tallies import Group
from vsv_app.engine.small_groups import SMALLEST_GROUP

STAFF = "Staff"
"""Teaching and other staff together, where either are too few."""
TWO_BREAKDOWNS = 10
"""The smallest group where a round has two breakdowns: who knows two things about somebody is nearer to a name."""

Place = tuple[str, Group]
"""An audience and a group of it."""


@dataclass(frozen=True)
class Response:
	"""Of so many invited, about how many answered. `groups`: those put together here; empty for a whole audience."""

	audience: str
	groups: tuple[Group, ...]
	invited: int
	answered: int

	@property
	def share(self) -> float:
		"""From 0 to 1, about; rounding never makes more than all of it."""
		return min(1.0, self.answered / self.invited)


def smallest_cell(breakdowns: int, smallest: int = SMALLEST_GROUP) -> int:
	"""How many people a group that is shown has at least, in a round with so many breakdowns."""
	return max(smallest, TWO_BREAKDOWNS) if breakdowns > 1 else smallest


def voices(sizes: Mapping[str, int], smallest: int = SMALLEST_GROUP) -> dict[str, str]:
	"""As whom each audience is shown: as itself, the staff as one where either are too few. Who is too few anyway is left out."""
	staff = [audience for audience in (TEACHING_STAFF, OTHER_STAFF) if audience in sizes]
	together = len(staff) > 1 and any(sizes[audience] < smallest for audience in staff)
	shown: dict[str, str] = {}
	for audience in (*AUDIENCES, STAFF):
		if audience in sizes:
			as_staff = together and audience in staff
			size = sum(sizes[one] for one in staff) if as_staff else sizes[audience]
			if size >= smallest:
				shown[audience] = STAFF if as_staff else audience
	return shown


def counting_places(
	invited: Mapping[Place, int], *, breakdowns: int = 0, smallest: int = SMALLEST_GROUP
) -> dict[Place, Place]:
	"""Where the answers of each place are counted, settled by how many are invited before anybody answers.

	So that the very counts know no group of a few: an audience or a group too small to be shown is counted with others from the
	start, under a name that holds theirs. Audiences of whom nothing can be shown are left out.
	"""
	shown = voices(in_audiences(invited), smallest)
	label: dict[tuple[str, Group], Group] = {}
	for voice, groups in by_voice(invited, shown).items():
		if breakdowns:
			for cell in merged(groups, smallest_cell(breakdowns, smallest)):
				label.update({(voice, group): _label(cell) for group in cell})
	return {
		(audience, group): (shown[audience], label.get((shown[audience], group), ()))
		for audience, group in invited
		if audience in shown
	}


def _label(cell: tuple[Group, ...]) -> Group:
	"""The name of groups put together; the first breakdown stays apart, as later groups are put together by it first."""
	first = " + ".join(sorted({group[0] for group in cell}))
	if len(cell[0]) == 1:
		return (first,)
	alike = len({group[0] for group in cell}) == 1
	return first, " + ".join(" ".join(group[1:] if alike else group) for group in cell)


def by_voice(counts: Mapping[Place, int], shown: Mapping[str, str]) -> dict[str, dict[Group, int]]:
	"""Counts of people by group, for each voice that is shown."""
	found: dict[str, dict[Group, int]] = {}
	for (audience, group), count in counts.items():
		if audience in shown:
			groups = found.setdefault(shown[audience], {})
			groups[group] = groups.get(group, 0) + count
	return found


def in_audiences(counts: Mapping[Place, int]) -> dict[str, int]:
	"""Counts of people by audience."""
	found: dict[str, int] = {}
	for (audience, _group), count in counts.items():
		found[audience] = found.get(audience, 0) + count
	return found


def response(
	invited: Mapping[Place, int],
	answered: Mapping[Place, int],
	*,
	breakdowns: int = 0,
	smallest: int = SMALLEST_GROUP,
) -> list[Response]:
	"""Whole audiences, each followed by its groups, those that have answered least first.

	Groups are put together by how many were invited, which does not change while a round is open.
	"""
	shown = voices(in_audiences(invited), smallest)
	came = by_voice(answered, shown)
	found: list[Response] = []
	for voice, groups in by_voice(invited, shown).items():
		of = came.get(voice, {})
		found.append(Response(voice, (), sum(groups.values()), about(sum(of.values()), smallest)))
		cells = merged(groups, smallest_cell(breakdowns, smallest)) if breakdowns else ()
		if len(cells) > 1:
			found += sorted(
				(_of_cell(voice, cell, groups, of, smallest) for cell in cells), key=lambda one: one.share
			)
	return found


def _of_cell(
	voice: str, cell: Iterable[Group], invited: Mapping[Group, int], came: Mapping[Group, int], smallest: int
) -> Response:
	groups = tuple(cell)
	return Response(
		voice,
		groups,
		sum(invited[group] for group in groups),
		about(sum(came.get(group, 0) for group in groups), smallest),
	)
