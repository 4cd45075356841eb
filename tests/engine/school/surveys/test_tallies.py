"""A form becomes counts, and nothing of it is left that joins two answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.school.surveys.made import question, questionnaire, section
from vsv_app.engine.school.surveys.questionnaires import FAMILIES, LEARNERS, NOT_APPLICABLE, PREFER_NOT
from vsv_app.engine.school.surveys.tallies import (
	LONGEST_REMARK,
	AnswerRefused,
	Count,
	Form,
	checked,
	counts,
	score,
)

ASKED = questionnaire(
	section("S", question("B"), question("A", reverse=True), question("C", [LEARNERS, FAMILIES])),
	section("T", question("WORDS", scale="")),
)


def test_a_form_becomes_counts_in_one_order() -> None:
	form = checked(ASKED, LEARNERS, {"C": 5, "A": "2", "B": PREFER_NOT, "WORDS": "  More trees  "})
	assert form == Form({"C": "5", "A": "2", "B": PREFER_NOT}, ("More trees",))
	assert counts(form, LEARNERS, ("2A",)) == (
		Count("A", LEARNERS, ("2A",), "2"),
		Count("B", LEARNERS, ("2A",), PREFER_NOT),
		Count("C", LEARNERS, ("2A",), "5"),
	)


def test_each_question_may_be_left_out() -> None:
	assert checked(ASKED, LEARNERS, {"A": None, "B": " ", "WORDS": ""}) == Form({}, ())
	assert counts(Form({}, ()), LEARNERS, ()) == ()


@pytest.mark.parametrize("answer", [0, 6, "6", "05", True, 2.0, "two", ["2"], {"a": 1}, "5 "])
def test_what_is_no_point_is_refused_and_not_repeated(answer: object) -> None:
	with pytest.raises(AnswerRefused, match="choose a point from 1 to 5") as refused:
		checked(ASKED, LEARNERS, {"C": answer})
	assert "two" not in str(refused.value)


@pytest.mark.parametrize(
	("given_answers", "audience", "says"),
	[
		({"D": 1}, LEARNERS, "There is no question 'D' for Learners"),
		({"A": 1}, FAMILIES, "There is no question 'A' for Families"),
		({"WORDS": 5}, LEARNERS, "answered in words"),
		({"WORDS": "x" * (LONGEST_REMARK + 1)}, LEARNERS, "at most 1000 characters"),
	],
)
def test_answers_that_are_refused(given_answers: dict[str, object], audience: str, says: str) -> None:
	with pytest.raises(AnswerRefused, match=says):
		checked(ASKED, audience, given_answers)


@given(
	st.dictionaries(st.sampled_from("ABCD"), st.one_of(st.integers(-1, 7), st.text(max_size=3), st.none()))
)
def test_any_answers_are_counted_or_refused(answers: dict[str, object]) -> None:
	try:
		form = checked(ASKED, LEARNERS, answers)
	except AnswerRefused:
		return
	assert {count.option for count in counts(form, LEARNERS, ())} <= {
		*map(str, range(1, 6)),
		NOT_APPLICABLE,
		PREFER_NOT,
	}
	assert [count.question for count in counts(form, LEARNERS, ())] == sorted(form.chosen)


def test_a_score_by_hand() -> None:
	# 4 of five points is 75; 2 on a reversed one is 75; what is beside the scale counts in neither.
	form = checked(ASKED, LEARNERS, {"B": 4, "A": 2, "C": NOT_APPLICABLE})
	assert score(ASKED, form) == 75.0
	assert score(ASKED, checked(ASKED, LEARNERS, {"B": 5, "A": 5})) == 50.0
	assert score(ASKED, checked(ASKED, LEARNERS, {"C": PREFER_NOT})) is None
