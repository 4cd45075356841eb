"""The quality file: everything that it is given, in the form that the contract says, and nothing that does not belong in it."""

import copy
import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.school import test_aims, test_frameworks, test_trials
from vsv_app.engine.school.improvement import aims, quality_file, trials
from vsv_app.engine.school.improvement.aims import Point
from vsv_app.engine.school.improvement.quality_file import (
	FIELDS,
	AimMovement,
	Document,
	Figure,
	QualityFileError,
	Voice,
)
from vsv_app.engine.school.improvement.school_plans import AUDIENCES, TookPart

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/contract/quality-file.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
FIRST, LAST = date(2026, 8, 1), date(2027, 7, 31)
LEAVERS = Figure(
	"Left without a certificate", 4.0, "%", 250, reference=5.2, reference_source="DUO, 2025-2026"
)
VOICE = Voice("Autumn 2026", "Learners", "Being heard", 2.7, 180, 410, 1, 5)


def decided() -> trials.Trial:
	trial = test_trials.running()
	found = trials.measured(
		trial, test_trials.now(trial, lambda _group, n: n % 3 - 1), today=test_trials.STOPS
	)
	return replace(
		trial, status=trials.DECIDED, result=found, decision=trials.STOP, reasons="It costs too much time"
	)


def made(**change: Any) -> Document:
	aim = test_aims.AIM
	points = test_aims.days((9.0, 200), (8.0, 4), (7.5, 199))
	given: dict[str, Any] = {
		"context": [Figure("Learners", 412, "learners", 412), Figure("Programmes", 6, "programmes")],
		"outcomes": [LEAVERS],
		"voices": [VOICE],
		"findings": [test_frameworks.FOUND],
		"aims": [AimMovement(aim, aims.standing(aim, points, starts=test_aims.STARTS, today=LAST))],
		"tried": [decided(), test_trials.running(), test_trials.TRIAL],
		"took_part": [TookPart("Learners", 180, "Survey"), TookPart("Partners", 3, "A meeting")],
		**change,
	}
	return quality_file.made("College North", (FIRST, LAST), LAST, **given)


def test_what_it_holds() -> None:
	document = made()
	VALIDATOR.validate(document)
	assert json.loads(json.dumps(document)) == document
	assert document["trials"][0]["verdict"] == "Not Clear"
	assert document["trials"][0]["decision"] == "Stop"
	# The one that runs has no result yet; the draft is nobody's business.
	assert [trial["status"] for trial in document["trials"]] == ["Decided", "Running"]
	assert [point["value"] for point in document["aims"][0]["line"]] == [9.0, None, 7.5]
	assert [point["of"] for point in document["aims"][0]["line"]] == [200, None, 199]
	assert document["aims"][0]["value"] == 7.5
	assert [row["number"] for row in document["took_part"]] == [180, None]


def test_an_empty_school_makes_a_file_too() -> None:
	VALIDATOR.validate(quality_file.made("College North", (FIRST, LAST), LAST))


def test_the_schema_and_the_code_know_the_same_fields() -> None:
	jsonschema.Draft7Validator.check_schema(SCHEMA)
	assert set(SCHEMA["properties"]) == set(SCHEMA["required"]) == set(FIELDS[""])
	for part, names in FIELDS.items():
		if part in ("", "line", "period"):
			continue
		row = SCHEMA["properties"][part]["items"]
		assert set(row["properties"]) == set(row["required"]) == set(names), part
	assert set(SCHEMA["properties"]["aims"]["items"]["properties"]["line"]["items"]["properties"]) == set(
		FIELDS["line"]
	)
	assert set(SCHEMA["properties"]["period"]["properties"]) == set(FIELDS["period"])
	assert {one.name for one in fields(Figure)} == set(FIELDS["context"])
	assert SCHEMA["properties"]["version"]["const"] == quality_file.VERSION
	words = SCHEMA["properties"]["trials"]["items"]["properties"]
	assert set(words["verdict"]["enum"]) == {*trials.VERDICTS, None}
	assert set(words["decision"]["enum"]) == {*trials.DECISIONS, None}
	assert set(words["comparison"]["enum"]) == set(trials.COMPARISONS)
	assert set(words["status"]["enum"]) == set(trials.LIFE.states) - {trials.DRAFT}
	assert set(SCHEMA["properties"]["voices"]["items"]["properties"]["audience"]["enum"]) == set(AUDIENCES)


@pytest.mark.parametrize(
	("change", "told"),
	[
		({"findings": [replace(test_frameworks.FOUND, formative=True)]}, "for the school's own use"),
		({"outcomes": [replace(LEAVERS, of=4, value=None)]}, "a group of fewer than 5"),
		({"outcomes": [replace(LEAVERS, of=None)]}, "say of how many people"),
		({"outcomes": [replace(LEAVERS, value=1.6)]}, "fewer than 5, or for all but so few"),
		({"outcomes": [replace(LEAVERS, value=98.8)]}, "fewer than 5, or for all but so few"),
		({"outcomes": [replace(LEAVERS, of=0)]}, "a figure of nobody"),
		({"outcomes": [replace(LEAVERS, reference_source=" ")]}, "where the figure to compare with"),
		({"context": [Figure("Newcomers", 3, "learners", 412)]}, "fewer than 5, or for all but so few"),
		(
			{"context": [Figure("At home in Dutch", 409, "learners", 412)]},
			"fewer than 5, or for all but so few",
		),
		({"voices": [replace(VOICE, answered=4)]}, "a group of fewer than 5"),
		({"voices": [replace(VOICE, answered=411)]}, "more people answered than were asked"),
		({"smallest": 4}, "fewer than 5 are in no quality file"),
	],
)
def test_what_is_refused(change: dict[str, Any], told: str) -> None:
	with pytest.raises(QualityFileError, match=told):
		made(**change)


def changed(how: Callable[[Document], object]) -> Document:
	document = copy.deepcopy(made())
	how(document)
	return document


@pytest.mark.parametrize(
	("how", "told"),
	[
		(lambda d: d.update(version=2), "no quality file of version 1"),
		(lambda d: d.update(format="other"), "no quality file of version 1"),
		(lambda d: d.update(remarks=["The toilets"]), "remarks is no part of a quality file"),
		(lambda d: d["voices"][0].update(Free_Text="The toilets"), "Free_Text is no part"),
		(lambda d: d["trials"][0].update(notes="Ann was ill"), "notes is no part"),
		(lambda d: d["judgements"][0].update(formative=False), "A formative finding"),
		(lambda d: d["judgements"][0].update(weight=1), "judgements.weight is no field"),
		(lambda d: d["judgements"][0].update(evidence=[]), "has no evidence"),
		(lambda d: d["context"][0].pop("unit"), "context.unit is missing"),
		(lambda d: d.pop("aims"), "aims is missing"),
		(lambda d: d.update(aims={}), "aims is a list"),
		(lambda d: d["took_part"].append("Learners"), "each entry is a JSON object"),
		(lambda d: d["took_part"][0].update(number=3), "a group of fewer than 5"),
		(lambda d: d.update(school=" "), "of which school"),
		(lambda d: d.update(frozen_on="2027-07-30"), "frozen on the last day of its period"),
		(lambda d: d["aims"][0]["line"][0].update(of=4), "a group of fewer than 5"),
		(lambda d: d["aims"][0]["line"][0].update(of=None), "say of how many people"),
		(lambda d: d["trials"][0].update(learners_tried=4), "a group of fewer than 5"),
		(lambda d: d["trials"][0].update(learners_compared=None), "say of how many people"),
	],
)
def test_a_file_that_somebody_edited(how: Callable[[Document], object], told: str) -> None:
	with pytest.raises(QualityFileError, match=told):
		quality_file.check(changed(how))


@given(counted=st.integers(0, 60), of=st.integers(0, 60), unit=st.sampled_from(["learners", "%"]))
def test_no_figure_tells_on_a_few(counted: int, of: int, unit: str) -> None:
	counted = min(counted, of)
	value = counted if unit == "learners" else 100 * counted / of if of else 0.0
	try:
		made(outcomes=[Figure("Something", value, unit, of)])
	except QualityFileError:
		assert any(0 < few < 5 for few in (counted, of, of - counted))
	else:
		assert not any(0 < few < 5 for few in (counted, of, of - counted))


def test_a_trial_with_too_few_is_told_without_its_numbers() -> None:
	trial = test_trials.running()
	gone = {
		who: value
		for who, value in test_trials.now(trial, lambda _g, _n: 0.0).items()
		if who.startswith("2B")
	}
	found = trials.measured(trial, gone, today=test_trials.STOPS + timedelta(days=1))
	document = made(tried=[replace(trial, status=trials.MEASURED, result=found)])
	VALIDATOR.validate(document)
	assert document["trials"][0]["verdict"] == "Not Clear"
	assert document["trials"][0]["learners_tried"] is None


def test_what_is_counted_has_no_people() -> None:
	counted = replace(test_aims.AIM, measured_by=aims.COUNTED, baseline=0.0, target=40.0)
	stands = aims.standing(counted, [Point(FIRST, 3.0)], starts=FIRST, today=LAST)
	document = made(aims=[AimMovement(counted, stands)])
	VALIDATOR.validate(document)
	assert document["aims"][0]["line"] == [{"on": str(FIRST), "value": 3.0, "of": None}]
