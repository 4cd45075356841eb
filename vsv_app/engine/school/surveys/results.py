"""What a round came to, by question and scale: audiences side by side, groups, and this round beside the last.

Everything here is made from figures that may be shown (`disclosure_control`); means of scales, gaps and trends are worked out from those alone,
so that they tell nothing more.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import combinations

from vsv_app.engine.school.surveys.disclosure_control import (
	Answers,
	Figure,
	about,
	figure,
	merged,
	possible_total,
	shares,
	step_of,
)
from vsv_app.engine.school.surveys.questionnaires import (
	BESIDE_THE_SCALE,
	OTHER_STAFF,
	TEACHING_STAFF,
	Question,
	Questionnaire,
)
from vsv_app.engine.school.surveys.response_rates import (
	STAFF,
	Place,
	by_voice,
	in_audiences,
	smallest_cell,
	voices,
)
from vsv_app.engine.school.surveys.tallies import Count, Group
from vsv_app.engine.small_groups import SMALLEST_GROUP

WIDE_GAP = 0.75 / 4
"""Of a scale: 0.75 of a point where it has five. Where audiences lie further apart, or a question fell by more, it stands first.

The reading rule of an instrument of the same kind (inclusivet.academy.knowledgeinnovation.eu).
"""
REMARKS_FROM = 10
"""Free text is read from so many who answered on: a hand is known by its words."""

FEWEST_FOR_A_SHARE = 2
"""How many times the smallest group it takes to say how many of a group say yes: of fewer it would be all or none."""

Cell = tuple[Group, ...]
"""Groups put together; empty for a whole voice."""


@dataclass(frozen=True)
class Voice:
	"""An audience as it is shown, or the staff as one: how many were invited, and about how many answered.

	`cells`: about how many answered in each of its groups, none smaller than `smallest_cell`.
	"""

	name: str
	invited: int
	answered: int
	cells: Mapping[Cell, int] = field(default_factory=dict)
	smallest_cell: int = SMALLEST_GROUP


@dataclass(frozen=True)
class Line:
	"""Figures by voice and cell, of a question or of a scale. `shares`: percent by point as people chose them, by voice.

	A figure says about how many answered the question, of a voice with groups about how many handed in a form: with both, who left it
	out could be told.
	"""

	code: str
	section: str
	figures: Mapping[tuple[str, Cell], Figure]
	shares: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
	scale: bool = False

	def of(self, voice: str) -> Figure | None:
		"""What a whole voice says."""
		return self.figures.get((voice, ()))


@dataclass(frozen=True)
class Gap:
	"""Two voices on one question or scale; `difference` of its length, from 0 to 1."""

	code: str
	higher: str
	lower: str
	difference: float

	@property
	def wide(self) -> bool:
		return self.difference > WIDE_GAP


@dataclass(frozen=True)
class Trend:
	"""The last round and this one. `difference`: of the scale's length, from -1 to 1, where more is better."""

	code: str
	voice: str
	cell: Cell
	before: float
	now: float
	difference: float

	@property
	def fell(self) -> bool:
		"""By so much that it stands first."""
		return self.difference < -WIDE_GAP


@dataclass(frozen=True)
class Results:
	"""What is published of a round. `too_few`: audiences of whom nothing is shown."""

	voices: tuple[Voice, ...]
	too_few: tuple[str, ...]
	questions: tuple[Line, ...]
	scales: tuple[Line, ...]
	gaps: tuple[Gap, ...]
	"""Audiences that see it otherwise, the widest first: scales and questions."""


def results(
	questionnaire: Questionnaire,
	tallies: Iterable[tuple[Count, int]],
	invited: Mapping[Place, int],
	answered: Mapping[Place, int],
	*,
	breakdowns: int = 0,
	smallest: int = SMALLEST_GROUP,
) -> Results:
	"""The results of a round that is closed, from its counts. `answered`: forms handed in, by audience and group.

	Raises ValueError for answers from where nobody was invited: groups that are not all of a whole would give the rest away.
	"""
	if strangers := set(answered) - set(invited):
		raise ValueError(f"nobody was invited of {sorted(strangers)}")
	forms = in_audiences(answered)
	sizes = {audience: forms.get(audience, 0) for audience in in_audiences(invited)}
	shown = voices(sizes, smallest)
	came = by_voice(answered, shown)
	items = _items(questionnaire)
	least = smallest_cell(breakdowns, smallest)
	if any(item.points == 2 for item in items):
		least = max(least, FEWEST_FOR_A_SHARE * smallest)
	told = []
	for voice, groups in by_voice(invited, shown).items():
		of = {group: came.get(voice, {}).get(group, 0) for group in groups}
		cells = merged(of, least) if breakdowns else ()
		told.append(
			Voice(
				voice,
				sum(groups.values()),
				about(sum(of.values()), smallest),
				{cell: about(sum(of[group] for group in cell), smallest) for cell in cells}
				if len(cells) > 1
				else {},
				least,
			)
		)
	counted = _counted(questionnaire, tallies, shown, told, set(invited))
	questions = tuple(_line(item, told, counted, smallest) for item in items)
	asked = {
		voice.name: {
			question.item
			for audience, name in shown.items()
			if name == voice.name
			for one in ((TEACHING_STAFF, OTHER_STAFF) if audience == STAFF else (audience,))
			for question in questionnaire.asked_of(one)
		}
		for voice in told
	}
	scales = tuple(_scales(questionnaire, questions, told, asked))
	return Results(
		tuple(told),
		tuple(audience for audience in sizes if audience not in shown),
		questions,
		scales,
		tuple(_gaps((*scales, *questions), asked, _items_of_sections(questions))),
	)


def trends(
	now: Results,
	before: Results,
	same: Collection[str],
	changed: Mapping[tuple[str, Cell], int],
	*,
	smallest: int = SMALLEST_GROUP,
) -> list[Trend]:
	"""This round beside the last, what fell most first.

	`same`: items that ask the same in both (`questionnaire_files.comparable`). `changed`: how many joined or left a group since,
	by voice and cell: of one that changed by a few the difference would be about those few, and what is not known counts as that.
	Rounds as a whole are always compared.
	"""
	last = {(line.scale, line.code): line for line in (*before.questions, *before.scales)}
	items, items_before = _items_of_sections(now.questions), _items_of_sections(before.questions)
	kept = {
		section
		for section, codes in items.items()
		if codes == items_before.get(section) and codes <= set(same)
	}
	found = []
	for line in (*now.questions, *now.scales):
		was = last.get((line.scale, line.code))
		if was is None or (line.code not in kept if line.scale else line.code not in same):
			continue
		for (voice, cell), figure_now in line.figures.items():
			figure_before = was.figures.get((voice, cell))
			few = bool(cell) and 0 < changed.get((voice, cell), 1) < smallest
			if figure_before is None or few or figure_before.points != figure_now.points:
				continue
			difference = (figure_now.level - figure_before.level) / 100
			found.append(Trend(line.code, voice, cell, figure_before.mean, figure_now.mean, difference))
	return sorted(found, key=lambda trend: trend.difference)


def remarks_are_readable(forms: int) -> bool:
	"""Whether the free text of an audience is read at all, after the round; `forms`: how many of it handed one in."""
	return forms >= REMARKS_FROM


def _items_of_sections(questions: Iterable[Line]) -> dict[str, set[str]]:
	found: dict[str, set[str]] = {}
	for line in questions:
		found.setdefault(line.section, set()).add(line.code)
	return found


@dataclass(frozen=True)
class _Item:
	"""One question in all its wordings."""

	code: str
	section: str
	points: int
	reverse: bool


def _items(questionnaire: Questionnaire) -> list[_Item]:
	return [
		_Item(question.code, section.code, questionnaire.points_of(question), question.reverse)
		for section in questionnaire.sections
		for question in section.questions
		if not question.free_text and not question.parallel
	]


def _counted(
	questionnaire: Questionnaire,
	tallies: Iterable[tuple[Count, int]],
	shown: Mapping[str, str],
	told: Sequence[Voice],
	places: Set[Place],
) -> dict[tuple[str, str, Cell], list[int]]:
	"""Answers by point, in the direction in which more is better, by item, voice and cell; those beside the scale are left out."""
	cell_of = {(voice.name, group): cell for voice in told for cell in voice.cells for group in cell}
	asked: dict[str, tuple[Question, int]] = {
		question.code: (question, questionnaire.points_of(question)) for question in questionnaire.questions
	}
	found: dict[tuple[str, str, Cell], list[int]] = {}
	# All that counts of one question and group have in common is looked up once, whatever their option.
	added: dict[tuple[str, str, Group], list[list[int]]] = {}
	for count, times in tallies:
		if count.option in BESIDE_THE_SCALE or count.audience not in shown or count.question not in asked:
			continue
		question, points = asked[count.question]
		place = points - int(count.option) if question.reverse else int(count.option) - 1
		common = count.question, count.audience, count.group
		if common not in added:
			if (count.audience, count.group) not in places:
				raise ValueError(f"nobody was invited of {count.audience} {count.group}")
			voice = shown[count.audience]
			added[common] = [
				found.setdefault((question.item, voice, cell), [0] * points)
				for cell in {(), cell_of.get((voice, count.group), ())}
			]
		for by_point in added[common]:
			by_point[place] += times
	return found


def _line(
	item: _Item, told: Sequence[Voice], counted: Mapping[tuple[str, str, Cell], Sequence[int]], smallest: int
) -> Line:
	figures: dict[tuple[str, Cell], Figure] = {}
	told_shares: dict[str, tuple[int, ...]] = {}
	nobody = (0,) * item.points
	for voice in told:
		whole = Answers(tuple(counted.get((item.code, voice.name, ()), nobody)))
		step = step_of(whole, smallest)
		if step is None:
			continue
		cells = _of_cells(
			{
				cell: Answers(tuple(counted.get((item.code, voice.name, cell), nobody)))
				for cell in voice.cells
			},
			voice,
			smallest,
		)
		if cells:
			of_groups = {
				cell: figure(answers, its_step, voice.cells[cell])
				for cell, (answers, its_step) in cells.items()
			}
			figures[voice.name, ()] = _together(of_groups, voice)
			figures.update({(voice.name, cell): one for cell, one in of_groups.items()})
			totals = [possible_total(answers, its_step) for answers, its_step in cells.values()]
		else:
			said = voice.answered if voice.cells else about(whole.base, smallest)
			figures[voice.name, ()] = figure(whole, step, said)
			totals = [possible_total(whole, step)]
		by_point = shares(whole, totals, smallest)
		if by_point:
			told_shares[voice.name] = by_point[::-1] if item.reverse else by_point
	return Line(item.code, item.section, figures, told_shares)


def _of_cells(
	parts: Mapping[Cell, Answers], voice: Voice, smallest: int
) -> dict[Cell, tuple[Answers, int]] | None:
	"""The groups of a voice, each with its step; none where some have too few answers, as those could be had from the whole."""
	found = {}
	for cell, answers in parts.items():
		step = step_of(answers, smallest) if answers.base >= voice.smallest_cell else None
		if step is None:
			return None
		found[cell] = answers, step
	return found


def _together(of_groups: Mapping[Cell, Figure], voice: Voice) -> Figure:
	"""The mean of a whole voice from those of its groups and about how many answered in each, so that it tells no more than they do."""
	people = sum(voice.cells.values())

	def weighed(values: Mapping[Cell, float]) -> float:
		return sum(voice.cells[cell] * value for cell, value in values.items()) / people

	return Figure(
		voice.answered,
		round(weighed({cell: one.mean for cell, one in of_groups.items()}), 2),
		round(weighed({cell: one.step for cell, one in of_groups.items()}), 2),
		next(iter(of_groups.values())).points,
	)


def _scales(
	questionnaire: Questionnaire,
	questions: Sequence[Line],
	told: Sequence[Voice],
	asked: Mapping[str, Set[str]],
) -> Iterable[Line]:
	"""The mean of a section's questions, for whom all that they were asked are shown."""
	for section in questionnaire.sections:
		lines = [line for line in questions if line.section == section.code]
		figures: dict[tuple[str, Cell], Figure] = {}
		for voice in told:
			for cell in ((), *voice.cells):
				own = [
					line.figures.get((voice.name, cell)) for line in lines if line.code in asked[voice.name]
				]
				found = [one for one in own if one is not None]
				if found and len(found) == len(own):
					figures[voice.name, cell] = Figure(
						min(one.answers for one in found),
						sum(one.mean for one in found) / len(found),
						max(one.step for one in found),
						found[0].points,
					)
		if lines:
			yield Line(section.code, section.code, figures, scale=True)


def _gaps(
	lines: Iterable[Line], asked: Mapping[str, Set[str]], section_items: Mapping[str, Set[str]]
) -> list[Gap]:
	"""A scale of other questions is another scale, and no gap."""
	found = []
	for line in lines:
		levels = [(voice, one.level) for (voice, cell), one in line.figures.items() if not cell]
		items = section_items[line.section]
		for one, other in combinations(levels, 2):
			if line.scale and asked[one[0]] & items != asked[other[0]] & items:
				continue
			(higher, most), (lower, least) = sorted((one, other), key=lambda pair: -pair[1])
			found.append(Gap(line.code, higher, lower, (most - least) / 100))
	return sorted(found, key=lambda gap: -gap.difference)
