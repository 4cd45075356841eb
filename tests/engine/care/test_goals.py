"""Values of goals: in which unit people give them, and what a goal may be about."""

import pytest

from vsv_app.engine.care.goals import FOLLOWED, as_given, in_words, measure_of, unit_of
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.stores.schema import described


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


@pytest.mark.parametrize(
	("code", "value", "english", "dutch"),
	[
		("unexcused_minutes", 0, "0 hours", "0 uur"),
		("excused_minutes", 0.5, "0.5 hours", "0,5 uur"),
		("unexcused_minutes", 1, "1 hour", "1 uur"),
		("late_minutes", 45, "45 minutes", "45 minuten"),
		("absence_rate", 5, "5%", "5 %"),
		("", 6, "6", "6"),
	],
)
def test_a_value_is_said_with_its_unit(code: str, value: float, english: str, dutch: str) -> None:
	assert in_words(code, value) == english
	assert in_words(code, value, "nl-BE") == dutch


def test_the_form_offers_what_a_goal_may_be_about_and_no_circumstance() -> None:
	fields = {field["fieldname"]: field for field in described()["Support Plan Goal"]["fields"]}
	assert tuple(fields["indicator"]["options"].split("\n")) == ("", *FOLLOWED)
	assert not [code for code in FOLLOWED if INDICATORS[code].cares]
	assert {code for code in INDICATORS if INDICATORS[code].cares}


def test_the_measure_says_over_which_time() -> None:
	assert measure_of("unexcused_minutes") == "Unexcused absence, in four school weeks"
	assert all(measure_of(code).startswith(INDICATORS[code].label) for code in FOLLOWED)
