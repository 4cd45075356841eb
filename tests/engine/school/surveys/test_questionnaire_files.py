"""Questionnaires as files: those that ship can be asked, and what cannot be read is refused with what to change."""

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.school.surveys import questionnaire_files
from vsv_app.engine.school.surveys.questionnaire_files import (
	ADDED,
	ASKED_OTHERWISE,
	NEW,
	NEXT_VERSION,
	REMOVED,
	REWORDED,
	SAME,
	Change,
	bring_in,
	comparable,
	compare,
	from_fields,
	read,
)
from vsv_app.engine.school.surveys.questionnaires import (
	AUDIENCES,
	LEARNERS,
	Questionnaire,
	QuestionnaireError,
)

SHIPPED = sorted((Path(__file__).parents[4] / "vsv_app/data/questionnaires").glob("*.json"))
CLIMATE = next(path for path in SHIPPED if path.stem == "climate")
RAW = json.loads(CLIMATE.read_text("utf-8"))


def test_three_questionnaires_ship() -> None:
	assert [path.stem for path in SHIPPED] == ["after_an_activity", "climate", "structural_indicators"]


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_what_ships_is_plain_and_short_in_both_languages(path: Path) -> None:
	of = read(path.read_bytes())
	assert of.languages == ("en", "nl")
	assert "own" in of.source or "for this app" in of.source  # says whose words they are
	for question in of.questions:
		for language, text in question.text.items():
			words = [word.strip(".,:?") for word in text.split()]
			assert len(words) <= 13, f"{question.code} ({language}) is long: {text}"
			assert max(map(len, words)) <= 18, f"{question.code} ({language}) has a long word: {text}"
			assert text.endswith((".", "?"))
	for audience in of.audiences:
		texts = [question.text["nl"] for question in of.asked_of(audience)]
		assert len(set(texts)) == len(texts) <= 30  # answered in five minutes, at ten seconds each


def test_the_climate_set_asks_five_audiences_the_same() -> None:
	of = read(CLIMATE.read_bytes())
	items = {audience: {question.item for question in of.asked_of(audience)} for audience in AUDIENCES}
	assert of.audiences == AUDIENCES
	assert len(items[LEARNERS]) == 16
	assert all(found == items[LEARNERS] for found in items.values())
	assert "safety monitor" in of.source  # what it is no replacement for


def test_the_structural_indicators_name_their_makers() -> None:
	of = read(next(path for path in SHIPPED if path.stem == "structural_indicators").read_bytes())
	assert len(of.sections) == 7
	assert {of.points_of(question) for question in of.questions} == {2}
	assert all(word in of.source for word in ("Downes", "10.2766/200506", "our own shorter wording"))


def changed(*path: Any, to: Any) -> dict[str, Any]:
	"""The climate set with one place of its file changed."""
	raw = deepcopy(RAW)
	place = raw
	for step in path[:-1]:
		place = place[step]
	place[path[-1]] = to
	return raw


@pytest.mark.parametrize(
	("raw", "says"),
	[
		([], "The questionnaire is an object with these fields"),
		(changed("colour", to="red"), "The questionnaire has fields that nothing reads: colour. Take them out"),
		({"code": "X"}, "The questionnaire lacks version, title, introduction"),
		(changed("version", to="1"), "The questionnaire: version must be a whole number."),
		(changed("version", to=True), "The questionnaire: version must be a whole number."),
		(changed("adaptable", to="no"), "The questionnaire: adaptable must be true or false."),
		(changed("title", "en", to=3), "The questionnaire: give title as text for each language."),
		(changed("languages", to=["en", "en"]), "languages: list words, each once."),
		(changed("scales", "true", "en", to="yes"), "Answer scale true: give its words as a list for each language."),
		(changed("scales", "true", "en", to=["Only one"]), "give it as many points in each of its languages"),
		(changed("sections", 0, to="S"), "Section 1 is an object with these fields"),
		(changed("sections", 0, "mood", to=1), "Section 1 has fields that nothing reads: mood."),
		(changed("sections", 0, "title", "nl", to=None), "Section BELONGING: give title as text for each language."),
		(changed("sections", 0, "questions", 0, "weight", to=2), "Section BELONGING, question 1 has fields that nothing reads: weight."),
		(changed("sections", 0, "questions", 0, "reverse", to=1), "question 1: reverse must be true or false."),
		(changed("sections", 0, "questions", 0, "text", "en", to=[]), "Question BELONG-1-L: give text as text for each language."),
		(changed("sections", 0, "questions", 0, "audiences", to=[1]), "Question BELONG-1-L: audiences: list words, each once."),
		(changed("sections", 0, "questions", 0, "text", to={"en": "?"}), "Question BELONG-1-L: add its words in these languages: nl."),
		(changed("sections", 0, "questions", 1, "parallel", to="NOWHERE"), "parallel to 'NOWHERE'"),
	],
)  # fmt: skip
def test_files_that_are_refused(raw: Any, says: str) -> None:
	with pytest.raises(QuestionnaireError) as refused:
		from_fields(raw)
	assert any(says in fault for fault in refused.value.faults), refused.value.faults


@pytest.mark.parametrize(
	"text", ["", "{", "null", "[" * 100_000, '{"code": "A", "code": "B"}', b"\xff\xfe", '{"code": NaN}', "12"]
)
def test_what_is_no_file_of_ours(text: str | bytes) -> None:
	with pytest.raises(QuestionnaireError):
		read(text)


JSON = st.recursive(
	st.one_of(st.none(), st.booleans(), st.integers(-1, 9), st.floats(), st.text(max_size=4)),
	lambda inner: st.one_of(
		st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
	),
	max_leaves=6,
)
PLACES = [
	*((field,) for field in RAW),
	*(("sections", 0, field) for field in RAW["sections"][0]),
	*(("sections", 0, "questions", 1, field) for field in RAW["sections"][0]["questions"][1]),
]


@given(st.sampled_from(PLACES), JSON)
def test_whatever_stands_in_a_place_is_read_or_refused(place: tuple[Any, ...], value: Any) -> None:
	raw = changed(*place, to=value)
	try:
		of = from_fields(raw)
	except QuestionnaireError:
		with pytest.raises(QuestionnaireError) as refused:
			from_fields(raw)
		assert all(fault.strip() for fault in refused.value.faults)
	else:
		assert isinstance(of, Questionnaire)


def test_bringing_in_twice_changes_nothing() -> None:
	of = read(CLIMATE.read_bytes())
	assert bring_in(None, of) == NEW
	assert bring_in(of, read(CLIMATE.read_bytes())) == SAME
	assert compare(of, of) == ()
	assert bring_in(of, replace(of, version=2)) == NEXT_VERSION


def test_what_a_next_version_changes() -> None:
	old = from_fields(RAW)
	raw = changed("sections", 0, "questions", 0, "text", "nl", to="Ik hoor hier thuis.")
	raw["version"] = 2
	raw["title"]["en"] = "How is it here?"
	raw["sections"][1]["questions"][0]["reverse"] = True
	for parallel in raw["sections"][1]["questions"][1:4]:
		parallel["reverse"] = True
	raw["sections"][5]["questions"][0]["code"] = "WORDS-2"
	new = from_fields(raw)
	assert set(compare(old, new)) == {
		Change(REWORDED, ""),
		Change(REWORDED, "BELONG-1-L"),
		*(Change(ASKED_OTHERWISE, f"TRUST-1-{audience}") for audience in "LFSP"),
		Change(REMOVED, "WORDS-1"),
		Change(ADDED, "WORDS-2"),
	}
	assert comparable(old, new) == {question.item for question in old.questions} - {
		"BELONG-1-L",
		"TRUST-1-L",
		"WORDS-1",
	}
	assert bring_in(old, new) == NEXT_VERSION


def test_a_version_is_never_another_text() -> None:
	old = from_fields(RAW)
	with pytest.raises(QuestionnaireError, match=r"call the file version 2\. Changed: BELONG-1-L"):
		bring_in(old, from_fields(changed("sections", 0, "questions", 0, "text", "en", to="I belong.")))
	with pytest.raises(
		QuestionnaireError, match="Version 1 of questionnaire CLIMATE is older than version 3"
	):
		bring_in(replace(old, version=3), old)
	first, *others = old.sections
	swapped = replace(first, questions=first.questions[::-1])
	with pytest.raises(QuestionnaireError, match="Changed: the order"):
		bring_in(old, replace(old, sections=(swapped, *others)))


def test_what_may_not_be_adapted_stays_as_it_is() -> None:
	validated = replace(from_fields(RAW), adaptable=False)
	assert bring_in(None, validated) == NEW
	assert bring_in(validated, validated) == SAME
	reworded = from_fields(changed("sections", 0, "questions", 0, "text", "en", to="I belong."))
	for other in (reworded, replace(reworded, version=2, adaptable=False), replace(validated, version=2)):
		with pytest.raises(QuestionnaireError, match="CLIMATE may not be adapted: use it as it is"):
			bring_in(validated, other)


def test_a_language_more_keeps_what_can_be_compared() -> None:
	old = from_fields(RAW)
	raw = json.loads(
		json.dumps(RAW),
		object_hook=lambda found: {**found, "fr": found["nl"]} if set(found) == {"en", "nl"} else found,
	)
	new = from_fields({**raw, "version": 2, "languages": ["en", "nl", "fr"]})
	assert comparable(old, new) == {question.item for question in new.questions}
	assert (
		questionnaire_files.comparable(replace(old, languages=("en",)), replace(new, languages=("nl",)))
		== set()
	)
