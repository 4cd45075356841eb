"""Frameworks as files: read whole or refused, brought in without losing what a school wrote, and judged by in four words."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.school.domains import DOMAINS
from vsv_app.engine.school.improvement import frameworks
from vsv_app.engine.school.improvement.frameworks import (
	IN_PART,
	MOSTLY,
	NOT_YET,
	RECORDS,
	TALKS,
	THROUGHOUT,
	Evidence,
	Finding,
	FindingError,
	Framework,
	FrameworkError,
	Kept,
	Question,
)

FILES = sorted((Path(__file__).parents[3] / "vsv_app/data/frameworks").glob("*.json"))
TODAY = date(2026, 11, 23)
SMALL = {
	"framework": "small",
	"version": 1,
	"title": {"en": "Small", "nl": "Klein"},
	"description": {"en": "Two questions", "nl": "Twee vragen"},
	"source": "Made up",
	"licence": "CC0",
	"areas": [
		{
			"code": "A",
			"title": {"en": "Area", "nl": "Gebied"},
			"questions": [
				{"code": "A1", "text": {"en": "Do we?", "nl": "Doen we?"}},
				{"code": "A2", "text": {"en": "Can we?", "nl": "Kunnen we?"}},
			],
		}
	],
}
FOUND = Finding("small", "A1", MOSTLY, (Evidence(TALKS, "Twelve talks with families"),), TODAY)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_ships_is_complete_in_both_languages(path: Path) -> None:
	framework = frameworks.read(json.loads(path.read_text("utf-8")))
	assert framework.code == path.stem
	assert framework.questions
	for question in framework.questions:
		assert question.text["en"] != question.text["nl"]
		assert all(text.endswith("?") for text in question.text.values())


def test_the_three_that_ship() -> None:
	assert [path.stem for path in FILES] == ["ie-looking-at-our-school", "nl-inspectorate-vo", "whole-school"]
	codes = [
		[question.code for question in frameworks.read(json.loads(path.read_text("utf-8"))).questions]
		for path in FILES
	]
	assert codes[0] == [f"{area}{n}" for area in ("LT", "LM") for n in range(1, 5)]
	assert {code.rstrip("0123456789") for code in codes[1]} == {"OP", "VS", "OR", "SKA"}
	assert codes[2] == list(DOMAINS)
	assert len(codes[2]) == 30


def changed(how: Callable[[Any], None]) -> Any:
	data = copy.deepcopy(SMALL)
	how(data)
	return data


def question(data: Any, n: int = 0) -> Any:
	return data["areas"][0]["questions"][n]


@pytest.mark.parametrize(
	("how", "told"),
	[
		(lambda data: data.update(version="1"), "small: the version is a whole number"),
		(lambda data: data.update(version=True), "small: the version is a whole number"),
		(lambda data: data.update(framework=" "), "say what its framework is"),
		(lambda data: data.update(tittle={}), "tittle is no field here; did you mean title"),
		(lambda data: data.pop("licence"), "small: say what its licence is"),
		(lambda data: data.pop("source"), "small: say what its source is"),
		(lambda data: data.pop("description"), "small: give its text by language"),
		(lambda data: data.update(areas=[]), "small: areas is a list of at least one"),
		(lambda data: data["areas"].append(data["areas"][0]), "small: A stands twice"),
		(lambda data: data["areas"][0].update(questions="A1"), "small A: questions is a list"),
		(lambda data: data["areas"][0].update(weight=1), "weight is no field here"),
		(lambda data: question(data).update(code="A2"), "small: A2 stands twice"),
		(lambda data: question(data)["text"].pop("nl"), "small A1: its text is missing in: nl"),
		(lambda data: question(data)["text"].update(nl=" "), "small A1: give its text by language"),
		(lambda data: question(data).update(text="Do we?"), "small A1: give its text by language"),
		(lambda data: question(data).update(score=1), "score is no field here; did you mean"),
	],
)
def test_a_file_that_is_none_is_told_what_to_change(how: Callable[[Any], None], told: str) -> None:
	with pytest.raises(FrameworkError, match=told):
		frameworks.read(changed(how))


def test_no_object_is_no_framework() -> None:
	with pytest.raises(FrameworkError, match="a JSON object"):
		frameworks.read([SMALL])


def kept(framework: Framework) -> list[Kept]:
	return [Kept(one.code, one.text, one.text) for one in framework.questions]


def test_the_first_time_everything_is_added() -> None:
	framework = frameworks.read(SMALL)
	found = frameworks.changes([], framework)
	assert (found.added, found.updated, found.differing, found.retired) == (framework.questions, {}, {}, ())


def test_an_update_leaves_alone_what_the_school_wrote() -> None:
	ours = [
		Kept("A1", {"en": "Do we?", "nl": "Doen wij dat?"}, {"en": "Do we?", "nl": "Doen we?"}),
		Kept("A9", {"en": "Old?", "nl": "Oud?"}, {"en": "Old?", "nl": "Oud?"}),
	]
	news = frameworks.read(
		changed(lambda data: question(data).update(text={"en": "Do we now?", "nl": "Doen we nu?"}))
	)
	found = frameworks.changes(ours, news)
	assert [one.code for one in found.added] == ["A2"]
	assert found.updated == {"A1": {"en": "Do we now?"}}
	assert found.differing == {"A1": {"nl": "Doen we nu?"}}
	assert found.retired == ("A9",)


def test_what_the_school_wrote_before_the_framework_did_is_no_difference() -> None:
	ours = [Kept("A1", {"en": "Do we now?", "nl": "Doen we?"}, {"en": "Do we?", "nl": "Doen we?"})]
	news = frameworks.read(changed(lambda data: question(data)["text"].update(en="Do we now?")))
	assert frameworks.changes(ours, news).differing == {}


TEXTS = st.dictionaries(st.sampled_from(["en", "nl", "pl"]), st.sampled_from(["a?", "b?", "c?"]))


@given(ours=st.dictionaries(st.sampled_from(["A1", "A2", "A3"]), st.tuples(TEXTS, TEXTS)), news=TEXTS)
def test_bringing_it_in_twice_changes_nothing_more(
	ours: dict[str, tuple[Any, Any]], news: dict[str, str]
) -> None:
	framework = replace(
		frameworks.read(SMALL), questions=(Question("A1", "A", news), Question("A2", "A", news))
	)
	here = {code: Kept(code, text, given) for code, (text, given) in ours.items()}
	found = frameworks.changes(here.values(), framework)
	for one in found.added:
		here[one.code] = Kept(one.code, one.text, one.text)
	for code, fresh in (found.updated or {}).items():
		here[code] = Kept(code, {**here[code].text, **fresh}, {**here[code].given, **fresh})
	again = frameworks.changes(here.values(), framework)
	assert (again.added, again.updated) == ((), {})
	assert again.differing == found.differing
	# Whatever the school had written itself still stands.
	for code, (text, before) in ours.items():
		for language, words in text.items():
			if before.get(language) != words:
				assert here[code].text[language] == words


@pytest.mark.parametrize(
	("make", "told"),
	[
		(lambda: replace(FOUND, judgement="Good"), "one of four words"),
		(lambda: replace(FOUND, evidence=()), "what the judgement rests on"),
		(lambda: Evidence("Feeling", "It seems so"), "what kind of evidence"),
		(lambda: Evidence(RECORDS, " "), "what the evidence is"),
		(
			lambda: frameworks.check_about(replace(FOUND, question="A7"), frameworks.read(SMALL)),
			"nothing of the code A7",
		),
		(
			lambda: frameworks.check_about(replace(FOUND, framework="big"), frameworks.read(SMALL)),
			"nothing of the code A1",
		),
	],
)
def test_a_finding_that_says_nothing(make: Callable[[], object], told: str) -> None:
	with pytest.raises(FindingError, match=told):
		make()


def test_the_last_finding_stands() -> None:
	frameworks.check_about(FOUND, frameworks.read(SMALL))
	before, later = (
		replace(FOUND, judgement=NOT_YET, on=TODAY - timedelta(days=9)),
		replace(FOUND, judgement=THROUGHOUT),
	)
	assert frameworks.standing([later, before]) == {("small", "A1"): later}
	assert [one.value for one in (before, replace(FOUND, judgement=IN_PART), FOUND, later)] == [1, 2, 3, 4]


def test_a_formative_finding_stays_inside_and_hides_nothing() -> None:
	inside = replace(FOUND, judgement=NOT_YET, formative=True, on=TODAY + timedelta(days=1))
	assert frameworks.for_others([FOUND, inside]) == [FOUND]
	assert frameworks.for_others([inside]) == []
