"""Values of goals: in which unit people give them, and what a goal may be about."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.goals import FOLLOWED, as_counted, as_given, measure_of, unit_of
from vsv_app.engine.indicators import INDICATORS

GOAL = Path(__file__).parents[2] / "vsv_app/vsv_app/doctype/support_plan_goal/support_plan_goal.json"


@pytest.mark.parametrize(
	("code", "unit", "counted", "given_as"),
	[
		("unexcused_minutes", "hours", 480, 8),
		("excused_minutes", "hours", 90, 1.5),
		("late_minutes", "minutes", 45, 45),
		("absence_rate", "percent", 12.34, 12.3),
		("times_late", "times", 6, 6),
		("", "", 7, 7),
	],
)
def test_absence_is_given_in_hours_and_all_else_as_it_is_counted(
	code: str, unit: str, counted: float, given_as: float
) -> None:
	assert unit_of(code) == unit
	assert as_given(code, counted) == given_as


@given(st.sampled_from(FOLLOWED), st.integers(0, 1000))
def test_what_is_given_in_tenths_is_counted_and_given_again(code: str, tenths: int) -> None:
	assert as_given(code, as_counted(code, tenths / 10)) == tenths / 10


def test_the_form_offers_what_a_goal_may_be_about_and_no_circumstance() -> None:
	fields = {field["fieldname"]: field for field in json.loads(GOAL.read_text())["fields"]}
	assert tuple(fields["indicator"]["options"].split("\n")) == ("", *FOLLOWED)
	assert not [code for code in FOLLOWED if INDICATORS[code].cares]
	assert {code for code in INDICATORS if INDICATORS[code].cares}


def test_the_measure_says_over_which_time() -> None:
	assert measure_of("unexcused_minutes") == "Unexcused absence, in four school weeks"
	assert all(measure_of(code).startswith(INDICATORS[code].label) for code in FOLLOWED)
