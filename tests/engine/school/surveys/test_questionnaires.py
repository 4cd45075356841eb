"""A questionnaire that nobody could answer or compare is refused, with what to change."""

from dataclasses import replace

import pytest

from tests.engine.school.surveys.made import question, questionnaire, scale, section
from vsv_app.engine.school.surveys.questionnaires import (
	FAMILIES,
	LEARNERS,
	PARTNERS,
	AnswerScale,
	Questionnaire,
	QuestionnaireError,
	Section,
)


def faults(*sections: Section, **more: object) -> list[str]:
	with pytest.raises(QuestionnaireError) as refused:
		questionnaire(*sections, **more)  # type: ignore[arg-type]
	assert str(refused.value) == " ".join(refused.value.faults)
	return list(refused.value.faults)


@pytest.mark.parametrize(
	("change", "says"),
	[
		({"code": " "}, "Give the questionnaire a code."),
		({"version": 0}, "The version is a whole number from 1 on."),
		({"languages": ()}, "Name at least one language."),
		({"licence": ""}, "Say where the questionnaire comes from, and under which licence."),
		({"title": {"en": "Made"}}, "Add the title in these languages: nl."),
		({"introduction": {"en": "Hello", "nl": " "}}, "Add the introduction in these languages: nl."),
		({"languages": ("en", "nl", "fr")}, "Answer scale often: add its words in these languages: fr."),
		({"scales": (scale(1),)}, "Answer scale often: give it from 2 to 7 points, so that there is something to choose. Points now: 1."),
		(
			{"scales": (AnswerScale("often", {language: tuple("abcdefgh") for language in ("en", "nl")}),)},
			"Points now: 8.",
		),
		(
			{"scales": (AnswerScale("often", {"en": ("no", "yes"), "nl": ("nee", "soms", "ja")}),)},
			"Answer scale often: give it as many points in each of its languages.",
		),
		(
			{"scales": (AnswerScale("often", {"en": ("no", "No "), "nl": ("nee", "ja")}),)},
			"Answer scale often: give each point a word of its own in en.",
		),
		({"scales": (scale(5), scale(5))}, "Several answer scales have the code 'often'"),
		({"scales": ()}, "Question Q: there is no answer scale 'often'. Add it, or choose another."),
	],
)  # fmt: skip
def test_what_is_said_of_the_whole(change: dict[str, object], says: str) -> None:
	assert any(says in fault for fault in faults(**change))


@pytest.mark.parametrize(
	("sections", "says"),
	[
		([section("S")], "Add at least one question."),
		([section("S", question("Q"), question("Q"))], "Several questions have the code 'Q'"),
		([section("S", question("A")), section("S", question("B"))], "Several sections have the code 'S'"),
		([section("S", question("Q"), domain="6.1")], "Section S: there is no domain '6.1'"),
		([section("S", question("Q"), factor="Good")], "Section S: its factor is one of Risk, Protective, Neither."),
		([section("S", question("Q"), title={"nl": "S"})], "Section S: add its title in these languages: en."),
		([section("S", question("Q", text={"en": "?"}))], "Question Q: add its words in these languages: nl."),
		([section("S", question("Q", []))], "Question Q: say whom it is for."),
		([section("S", question("Q", ["Neighbours"]))], "Question Q: there is no audience 'Neighbours'"),
		([section("S", question("Q", scale="", reverse=True))], "Question Q is answered in free text"),
		(
			[section("S", question("A", [FAMILIES], parallel="B"))],
			"Question A is parallel to 'B', which is no other question here.",
		),
		([section("S", question("A", parallel="A"))], "Question A is parallel to 'A', which is no other question"),
		(
			[section("S", question("A"), question("B", [FAMILIES], parallel="A"), question("C", [PARTNERS], parallel="B"))],
			"Question C is parallel to B, which is itself parallel to A: name A.",
		),
		(
			[section("S", question("A"), question("B", [FAMILIES], parallel="A", reverse=True))],
			"Questions B and A are parallel: put them into one section",
		),
		(
			[section("S", question("A")), section("T", question("B", [FAMILIES], parallel="A"))],
			"Questions B and A are parallel: put them into one section",
		),
		(
			[section("S", question("A"), question("B", [FAMILIES, LEARNERS], parallel="A"))],
			"Learners are asked A twice, by parallel questions.",
		),
	],
)  # fmt: skip
def test_what_is_said_of_sections_and_questions(sections: list[Section], says: str) -> None:
	assert any(says in fault for fault in faults(*sections))


def test_questions_of_a_section_have_a_mean_together() -> None:
	mixed = section("S", question("A"), question("B", scale="short"))
	assert "answer scales of different length" in faults(mixed, scales=(scale(5), scale(2, "short")))[0]


def test_all_that_is_wrong_is_said_at_once() -> None:
	found = faults(section("S", question("A", []), question("B", parallel="C"), domain=""), code="")
	assert len(found) == 4


def test_who_is_asked_what() -> None:
	of: Questionnaire = questionnaire(
		section("S", question("A"), question("B", [FAMILIES], parallel="A")),
		section("T", question("C", [LEARNERS, FAMILIES], scale="")),
	)
	assert of.audiences == (LEARNERS, FAMILIES)
	assert [one.code for one in of.asked_of(LEARNERS)] == ["A", "C"]
	assert [one.item for one in of.asked_of(FAMILIES)] == ["A", "C"]
	assert [of.points_of(one) for one in of.questions] == [5, 5, 0]
	assert replace(of, version=2).version == 2
