"""What a round came to: right by hand, and readable side by side."""

from collections.abc import Mapping

import pytest

from tests.engine.school.surveys.made import counted, published, question, questionnaire, section, without
from vsv_app.engine.school.surveys.questionnaire_files import comparable
from vsv_app.engine.school.surveys.questionnaires import (
	FAMILIES,
	LEARNERS,
	NOT_APPLICABLE,
	OTHER_STAFF,
	PARTNERS,
	PREFER_NOT,
	TEACHING_STAFF,
	Questionnaire,
)
from vsv_app.engine.school.surveys.response_rates import STAFF
from vsv_app.engine.school.surveys.results import Results, remarks_are_readable, results, trends
from vsv_app.engine.school.surveys.tallies import Count

SAFE = questionnaire(
	section(
		"SAFETY",
		question("SAFE-L"),
		question("SAFE-S", [TEACHING_STAFF, OTHER_STAFF], parallel="SAFE-L"),
		question("SAFE-F", [FAMILIES, PARTNERS], parallel="SAFE-L"),
		question("BULLIED-L", reverse=True),
		question("BULLIED-S", [TEACHING_STAFF, OTHER_STAFF], reverse=True, parallel="BULLIED-L"),
	),
	section("WORDS", question("WORDS", [LEARNERS, FAMILIES], scale="")),
)
WHOLE = ()


def round_of(
	answers: Mapping[tuple[str, str], Mapping[int, int]], forms: Mapping[str, int], **more: object
) -> Results:
	"""Results of `SAFE` without groups: how many chose each point, by question and audience; forms by audience."""
	tallies = counted({(code, audience, ()): points for (code, audience), points in answers.items()})
	places = {(audience, ()): times for audience, times in forms.items()}
	return results(SAFE, tallies, {place: times + 10 for place, times in places.items()}, places, **more)  # type: ignore[arg-type]


def test_a_round_by_hand() -> None:
	found = round_of(
		{
			("SAFE-L", LEARNERS): {
				1: 20,
				2: 40,
				3: 60,
				4: 50,
				5: 30,
			},  # 20 + 80 + 180 + 200 + 150 = 630 of 200: 3.15
			("BULLIED-L", LEARNERS): {
				1: 100,
				2: 40,
				3: 30,
				4: 20,
				5: 10,
			},  # reversed 500 + 160 + 90 + 40 + 10: 4.0
			("SAFE-S", TEACHING_STAFF): {3: 4, 4: 16, 5: 10},  # 12 + 64 + 50 = 126 of 30: 4.2
			("BULLIED-S", TEACHING_STAFF): {1: 15, 2: 15},  # reversed 75 + 60 = 135 of 30: 4.5
		},
		{LEARNERS: 200, TEACHING_STAFF: 30},
	)
	assert [(voice.name, voice.invited, voice.answered) for voice in found.voices] == [
		(LEARNERS, 210, 200), (TEACHING_STAFF, 40, 30),
	]  # fmt: skip
	safe, bullied = found.questions
	assert [(line.of(LEARNERS).mean, line.of(LEARNERS).step) for line in (safe, bullied)] == [
		(3.2, 0.1),
		(4.0, 0.1),
	]  # type: ignore[union-attr]
	assert [line.of(TEACHING_STAFF).mean for line in (safe, bullied)] == [4.2, 4.6]  # type: ignore[union-attr]
	assert safe.shares == {LEARNERS: (10, 20, 30, 25, 15)}
	assert bullied.shares == {LEARNERS: (50, 20, 15, 10, 5)}  # as they were chosen, not as they count
	(scale,) = found.scales
	assert scale.of(LEARNERS).mean == pytest.approx(3.6)  # type: ignore[union-attr]
	assert scale.of(TEACHING_STAFF).mean == pytest.approx(4.4)  # type: ignore[union-attr]
	widest = found.gaps[0]
	assert (widest.code, widest.higher, widest.lower, widest.wide) == (
		"SAFE-L",
		TEACHING_STAFF,
		LEARNERS,
		True,
	)
	assert widest.difference == pytest.approx(1.0 / 4)  # a point of five
	assert [gap.wide for gap in found.gaps] == [True, True, False]  # the scale's 0.8, and the 0.6 of the last


def test_what_is_beside_the_scale_counts_in_neither_mean_nor_base() -> None:
	tallies = [
		(Count("SAFE-L", LEARNERS, (), "5"), 10),
		(Count("SAFE-L", LEARNERS, (), "1"), 10),
		(Count("SAFE-L", LEARNERS, (), NOT_APPLICABLE), 30),
		(Count("SAFE-L", LEARNERS, (), PREFER_NOT), 40),
	]
	found = results(SAFE, tallies, {(LEARNERS, ()): 100}, {(LEARNERS, ()): 90})
	told = found.questions[0].of(LEARNERS)
	assert told is not None
	assert (told.answers, told.mean) == (20, 3.0)
	assert found.questions[1].of(LEARNERS) is None  # nobody answered it
	assert found.scales[0].figures == {}  # nor has a scale a mean of half its questions


def test_five_caretakers_are_staff() -> None:
	found = round_of(
		{("SAFE-S", TEACHING_STAFF): {5: 20}, ("SAFE-S", OTHER_STAFF): {1: 4}, ("SAFE-F", PARTNERS): {3: 4}},
		{TEACHING_STAFF: 20, OTHER_STAFF: 4, PARTNERS: 4},
	)
	assert [voice.name for voice in found.voices] == [STAFF]
	assert found.too_few == (PARTNERS,)
	assert {voice for voice, _cell in found.questions[0].figures} == {STAFF}
	assert found.questions[0].of(STAFF).mean == 4.5  # type: ignore[union-attr]  # 104 of 24: 4.33, in halves


def test_staff_that_were_counted_as_one_from_the_start() -> None:
	found = round_of({("SAFE-S", STAFF): {4: 30}, ("BULLIED-S", STAFF): {2: 30}}, {STAFF: 30})
	assert [line.of(STAFF).mean for line in (*found.questions, *found.scales)] == [4.0, 4.0, 4.0]  # type: ignore[union-attr]


def test_groups_stand_beside_a_whole_that_is_made_from_them() -> None:
	found = published([(0, 0, 5, 16, 5, 0), (5, 10, 10, 0, 0, 0), (0, 1, 1, 1, 0, 0)])
	one, two = (("0",),), (("1",), ("2",))
	(voice,) = found.voices
	assert voice.cells == {one: 25, two: 30}  # three are put together with the 25
	line = found.questions[0]
	assert line.figures[LEARNERS, one].mean == 4.0
	assert [line.figures[LEARNERS, cell].answers for cell in (WHOLE, one, two)] == [55, 25, 30]
	assert line.figures[LEARNERS, two].mean == 2.2  # 55 + 9 = 64 of 28: 2.29
	assert line.figures[LEARNERS, WHOLE].mean == pytest.approx((25 * 4.0 + 30 * 2.2) / 55, abs=0.01)


def test_where_some_of_a_group_leave_a_question_out_only_the_whole_is_told() -> None:
	found = published([(0, 0, 0, 0, 20, 0), (2, 2, 0, 0, 0, 16)])
	assert {cell for _voice, cell in found.questions[0].figures} == {WHOLE}
	assert len(found.voices[0].cells) == 2


def test_two_breakdowns_take_ten() -> None:
	world = [(0, 0, 7, 0, 0, 0), (0, 0, 12, 0, 0, 0), (0, 0, 30, 0, 0, 0)]
	assert len(published(world, breakdowns=1).voices[0].cells) == 3
	assert published(world, breakdowns=2).voices[0].cells == {(("0",), ("1",)): 20, (("2",),): 30}
	assert published(world, breakdowns=0).voices[0].cells == {}


def test_groups_of_few_have_no_share_of_yes() -> None:
	found = published([(3, 5, 0), (0, 8, 0), (20, 10, 0)])
	assert {len(cell) for _voice, cell in found.questions[0].figures} == {0, 1, 2}
	assert all(one.step <= 0.5 for one in found.questions[0].figures.values())


def test_all_of_one_mind_are_a_band_and_no_distribution() -> None:
	found = published([(0, 0, 0, 0, 150, 0)], breakdowns=0)
	told = found.questions[0].of(LEARNERS)
	assert told is not None
	assert (told.low, told.high) == (pytest.approx(4.95), 5.0)
	assert found.questions[0].shares == {}
	assert published([(0, 0, 0, 0, 146, 0)], 0).questions[0].figures[LEARNERS, WHOLE].mean == told.mean
	assert published([(0, 0, 0, 3, 147, 0)], 0).questions == found.questions  # nobody can tell which


def test_this_round_beside_the_last() -> None:
	before = published([(0, 0, 0, 25, 0, 0), (0, 0, 0, 25, 0, 0), (0, 0, 0, 25, 0, 0)])
	now = published([(0, 25, 0, 0, 0, 0), (0, 0, 25, 0, 0, 0), (0, 0, 0, 0, 25, 0)])
	a, b, c = ((("0",),), (("1",),), (("2",),))
	changed = {(LEARNERS, a): 0, (LEARNERS, b): 4, (LEARNERS, c): 5}
	found = trends(now, before, {"Q"}, changed)
	questions = {trend.cell: trend for trend in found if trend.code == "Q"}
	assert set(questions) == {WHOLE, a, c}  # the second changed by four: the difference would be about them
	assert (questions[a].before, questions[a].now, questions[a].fell) == (4.0, 2.0, True)
	assert questions[a].difference == pytest.approx(-0.5)
	assert questions[c].difference == pytest.approx(0.25)
	assert found[0].cell == a  # what fell most stands first
	assert {trend.cell for trend in trends(now, before, {"Q"}, {})} == {
		WHOLE
	}  # nor is told what nobody looked at
	assert trends(now, before, (), changed) == []


def test_scales_of_other_questions_are_no_trend_and_no_gap() -> None:
	answers = {
		("SAFE-L", LEARNERS): {1: 50}, ("BULLIED-L", LEARNERS): {1: 50}, ("SAFE-F", FAMILIES): {5: 50},
	}  # fmt: skip
	now = round_of(answers, {LEARNERS: 50, FAMILIES: 50})
	assert {line.code: set(line.figures) for line in now.scales} == {
		"SAFETY": {(LEARNERS, WHOLE), (FAMILIES, WHOLE)}
	}
	assert [gap.code for gap in now.gaps] == ["SAFE-L"]  # families are not asked about the other question
	assert {trend.code for trend in trends(now, now, {"SAFE-L"}, {})} == {"SAFE-L"}
	assert {trend.code for trend in trends(now, now, {"SAFE-L", "BULLIED-L"}, {})} == {
		"SAFE-L",
		"BULLIED-L",
		"SAFETY",
	}


def test_what_is_worded_anew_for_anybody_has_no_trend() -> None:
	def reworded(of: Questionnaire) -> Questionnaire:
		safety, words = of.sections
		other = (
			*safety.questions[:2],
			question("SAFE-F", [FAMILIES, PARTNERS], parallel="SAFE-L", text={"en": "?", "nl": "?"}),
		)
		return without(of, sections=(without(safety, questions=(*other, *safety.questions[3:])), words))  # type: ignore[arg-type]

	assert comparable(SAFE, SAFE) == {"SAFE-L", "BULLIED-L", "WORDS"}
	assert comparable(SAFE, reworded(SAFE)) == {"BULLIED-L", "WORDS"}


def test_remarks_are_read_from_ten_forms_on() -> None:
	assert [remarks_are_readable(forms) for forms in (9, 10)] == [False, True]


@pytest.mark.parametrize("group", [("A",), ("B",)])
def test_answers_of_whom_nobody_invited(group: tuple[str, ...]) -> None:
	invited = {(LEARNERS, ("A",)): 30}
	with pytest.raises(ValueError, match="nobody was invited of"):
		results(SAFE, [(Count("SAFE-L", LEARNERS, ("B",), "1"), 9)], invited, {(LEARNERS, group): 9})
