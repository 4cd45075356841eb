"""Practice cards: out and in again the same, and nobody in them."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.school import test_trials
from vsv_app.engine.care.intervention_effects import Effect
from vsv_app.engine.lifecycle import IllegalStep, NotYet
from vsv_app.engine.school.improvement import practice_cards, trials
from vsv_app.engine.school.improvement.practice_cards import (
	CHECKED,
	DRAFT,
	EFFECT,
	LIFE,
	SHARED,
	TRIAL,
	WITHDRAWN,
	CardError,
	CardResult,
	PracticeCard,
)

NAMES = ("Anna de Vries", "Will Bakker", "Noor", "X")
REMARKS = (
	"Nobody ever asks me why I was away, they only write it down.",
	"My mentor never listens",
	"It is good",
)
RESULT = CardResult(TRIAL, "absence_rate", trials.MOVED_AS_HOPED, -4.2, 2.1, 46, 51)
CARD = PracticeCard(
	"A talk on the first day back",
	"Learners who had been away came back to a lesson, and to nobody who had missed them.",
	"The mentor speaks with each of them before the first lesson, five minutes, without a form.",
	"Groups of the second year",
	"A mentor who is free in the first hour",
	"Two hours a week for a group",
	"care@north.example",
	("en",),
	"College North",
	result=RESULT,
)
OUT = replace(CARD, status=SHARED)


def written(card: PracticeCard = OUT) -> str:
	return practice_cards.to_json(card, names=NAMES, remarks=REMARKS)


def test_from_draft_to_withdrawn() -> None:
	card = CARD
	for after in (CHECKED, DRAFT, CHECKED, SHARED, WITHDRAWN):
		practice_cards.step(card, after, names=NAMES, remarks=REMARKS)
		card = replace(card, status=after)
	assert LIFE.is_closed(card.status)


@pytest.mark.parametrize(("before", "after"), list(product(LIFE.states, LIFE.states)))
def test_no_other_step(before: str, after: str) -> None:
	card = replace(CARD, status=before)
	if after in LIFE.allowed[before]:
		practice_cards.step(card, after)
	else:
		with pytest.raises(IllegalStep):
			practice_cards.step(card, after)


@pytest.mark.parametrize(
	"result",
	[RESULT, None, CardResult(TRIAL, "x", trials.NOT_CLEAR), CardResult(EFFECT, plans=9, goals=14, met=8)],
)
def test_out_and_in_again_the_same(result: CardResult | None) -> None:
	card = replace(OUT, result=result)
	assert practice_cards.from_json(written(card)) == card


@given(
	texts=st.lists(
		st.text(st.characters(exclude_categories=["Cs"]), max_size=60).filter(str.strip),
		min_size=6,
		max_size=6,
	)
)
def test_whatever_people_write(texts: list[str]) -> None:
	card = replace(OUT, **dict(zip(practice_cards.TEXTS, texts, strict=True)))
	if not practice_cards.problems(card, NAMES, REMARKS):
		assert practice_cards.from_json(written(card)) == card


@pytest.mark.parametrize(
	("change", "told"),
	[
		({"what_we_did": "Anna asked them"}, "Anna is a name"),
		({"problem": "In the group of mevrouw De Vries"}, "Vries is a name"),
		({"title": "NOOR and her way"}, "Noor is a name"),
		({"conditions": "The will to do it, in the noord of the city"}, None),
		({"effort": "It will take an hour; x times"}, None),
		({"contact": "noor@north.example"}, "Noor is a name"),
		({"contact": "bakker_w1@north.example"}, "Bakker is a name"),
		({"for_whom": "Noor"}, "Noor is a name"),
		({"for_whom": "3 learners of 2A"}, "3 learners"),
		({"for_whom": "Two very quiet girls"}, None),
		({"for_whom": "two quiet girls"}, "two quiet girls"),
		({"for_whom": "vier leerlingen"}, "vier leerlingen"),
		({"for_whom": "13 learners, 4 hours, 24 students"}, None),
		(
			{"problem": "One wrote: they only write it down; nobody ever asks me why I was away!"},
			"quotes what somebody wrote",
		),
		({"problem": "As one said, my mentor never listens."}, "quotes what somebody wrote"),
		({"problem": "It is good that nobody ever asks me why"}, None),
		({"conditions": " "}, "Fill in: conditions"),
		({"contact": "jan.smit@north.example"}, "an address of an office"),
		({"contact": "the care team"}, "an address of an office"),
		({"languages": ()}, "in which languages"),
		({"licence": "All rights reserved"}, "shared under CC BY 4.0"),
	],
)
def test_what_may_not_travel(change: dict[str, Any], told: str | None) -> None:
	card = replace(CARD, **change)
	found = practice_cards.problems(card, NAMES, REMARKS)
	if told is None:
		assert found == []
		return
	assert [told in sentence for sentence in found] == [True], found
	for before, after in ((DRAFT, CHECKED), (CHECKED, SHARED)):
		with pytest.raises(NotYet):
			practice_cards.step(replace(card, status=before), after, names=NAMES, remarks=REMARKS)
	with pytest.raises(CardError):
		written(replace(card, status=SHARED))


@pytest.mark.parametrize("status", [DRAFT, CHECKED, WITHDRAWN])
def test_only_what_is_shared_goes_out(status: str) -> None:
	with pytest.raises(CardError, match="Only a card that is shared"):
		written(replace(CARD, status=status))


@pytest.mark.parametrize(
	("make", "told"),
	[
		(lambda: CardResult("A feeling"), "where the result comes from"),
		(lambda: replace(RESULT, indicator="She told us " * 20), "not a text"),
		(lambda: CardResult(TRIAL, verdict="Wonderful"), "what the trial came to"),
		(lambda: replace(RESULT, learners_tried=4), "fewer than 5"),
		(lambda: replace(RESULT, learners_compared=0), "fewer than 5"),
		(lambda: CardResult(EFFECT, plans=4, goals=9, met=3), "fewer than 5"),
		(lambda: replace(RESULT, difference=float("inf")), "no number"),
		(lambda: replace(RESULT, learners_compared=None), "of how many learners"),
		(lambda: replace(RESULT, reach=None), "how far chance reaches"),
		(lambda: CardResult(EFFECT, plans=9, goals=9), "how many goals were met"),
		(lambda: CardResult(EFFECT, goals=9, met=3), "how many goals were met"),
		(lambda: CardResult(EFFECT, plans=9, goals=9, met=10), "More goals are met"),
	],
)
def test_a_result_that_cannot_be(make: Callable[[], object], told: str) -> None:
	with pytest.raises(CardError, match=told):
		make()


def test_the_result_of_a_trial() -> None:
	trial = test_trials.running()
	values = test_trials.now(trial, lambda group, n: n % 3 - 1 - 5 * (group == "2A"))
	found = trials.measured(trial, values, today=test_trials.STOPS)
	with pytest.raises(CardError, match="not decided yet"):
		practice_cards.result_of(replace(trial, status=trials.MEASURED, result=found))
	ended = replace(trial, status=trials.DECIDED, result=found)
	result = practice_cards.result_of(ended)
	assert (result.verdict, result.learners_tried, result.learners_compared) == (
		trials.MOVED_AS_HOPED,
		20,
		20,
	)
	assert result.difference == pytest.approx(-5)
	few = replace(ended, result=replace(found, comparison=None, verdict=trials.NOT_CLEAR))
	assert practice_cards.result_of(few) == CardResult(TRIAL, "absence_rate", trials.NOT_CLEAR)


def test_the_result_of_an_intervention() -> None:
	assert practice_cards.effect_of(Effect(9, 14, 8)) == CardResult(EFFECT, plans=9, goals=14, met=8)
	with pytest.raises(CardError, match="too few learners"):
		practice_cards.effect_of(Effect(9, None, None))


def changed(how: Callable[[dict[str, Any]], object]) -> str:
	data = json.loads(written())
	how(data)
	return json.dumps(data)


@pytest.mark.parametrize(
	("text", "told"),
	[
		("", "no JSON"),
		("[" * 50_000, "no JSON"),
		("[]", "no practice card"),
		("{}", "no practice card"),
		(" " * 100_001, "too large"),
		(changed(lambda d: d.update(version=2)), "another version than 1"),
		(
			changed(lambda d: d.update(contacts=d.pop("contact"))),
			"contacts is no field of a card; did you mean contact",
		),
		(changed(lambda d: d.update(names=["Anna"])), "names is no field of a card. Nothing"),
		(changed(lambda d: d.update(status="Draft")), "status is no field"),
		(changed(lambda d: d.pop("effort")), "effort is missing"),
		(changed(lambda d: d.update(effort=3)), "effort is a text"),
		(changed(lambda d: d.update(effort="x" * 4_001)), "effort is a text of at most 4000"),
		(changed(lambda d: d.update(effort="  ")), "Fill in: effort"),
		(changed(lambda d: d.update(languages="en")), "languages is a list"),
		(changed(lambda d: d.update(languages=[1])), "languages is a list"),
		(changed(lambda d: d.update(result=[])), "a JSON object, or null"),
		(changed(lambda d: d["result"].update(remarks="x")), "result.remarks is no field"),
		(changed(lambda d: d["result"].pop("reach")), "result.reach is missing"),
		(changed(lambda d: d["result"].update(learners_tried=4)), "fewer than 5"),
		(
			changed(lambda d: d["result"].update(learners_tried="46")),
			"result.learners_tried is of the wrong kind",
		),
		(
			changed(lambda d: d["result"].update(learners_tried=True)),
			"result.learners_tried is of the wrong kind",
		),
		(changed(lambda d: d["result"].update(difference="much")), "result.difference is of the wrong kind"),
		(changed(lambda d: d["result"].update(verdict=None)), "result.verdict is of the wrong kind"),
		(changed(lambda d: d["result"].update(difference=float("nan"))), "no number"),
		(changed(lambda d: d.update(for_whom="2 learners")), "few enough to be known"),
		(changed(lambda d: d.update(contact="jan.smit@north.example")), "an address of an office"),
	],
)
def test_a_file_that_is_not_taken_in(text: str, told: str) -> None:
	with pytest.raises(CardError, match=told):
		practice_cards.from_json(text)
