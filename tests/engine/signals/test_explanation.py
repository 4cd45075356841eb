"""One plain sentence for a finding, in English and in Dutch."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.made import MONDAY
from vsv_app.engine.signals.evaluation import CLEAR, RAISE, UPDATE, Evidence, Finding
from vsv_app.engine.signals.explanation.findings import amount, explain
from vsv_app.engine.signals.explanation.wording import BOUNDS, CHANGED, MONTHS, OTHERS, SENTENCES, UNITS, YES
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.indicators.windows import TERM, TODAY, Window
from vsv_app.engine.signals.rules import (
	ALL_OF,
	ANY_OF,
	AT_LEAST,
	AT_MOST,
	COMPARISONS,
	LESS_THAN,
	MORE_THAN,
	Condition,
	Rule,
)

FOUR_WEEKS = Window("School Weeks", 4)
START = date(2026, 11, 2)
LANGUAGES = ("en", "nl")


def finding(
	*conditions: Condition, values: tuple[float, ...], combination: str = "Single", action: str = RAISE
) -> Finding:
	rule = Rule("code_of_rule", "Title", conditions, combination=combination)
	return Finding(action, "EDU-STU-1", rule, "1A", values, START, MONDAY)


def one(indicator: str, value: float, threshold: float, comparison: str = AT_LEAST) -> Finding:
	kinds = INDICATORS[indicator].windows
	window = FOUR_WEEKS if FOUR_WEEKS.kind in kinds else Window(TERM if TERM in kinds else TODAY)
	condition = Condition(indicator, comparison, threshold, window)
	if INDICATORS[indicator].cares:
		# A circumstance comes with something that is seen in school, which here does not hold.
		away = Condition("unexcused_minutes", AT_LEAST, 60, FOUR_WEEKS)
		return finding(condition, away, values=(value, 0), combination=ANY_OF)
	return finding(condition, values=(value,))


@pytest.mark.parametrize(
	("told", "english", "dutch"),
	[
		(
			one("unexcused_minutes", 990, 960),
			"Away without a known reason for 16.5 hours between 2 November and 23 November; the school looks from 16 hours.",
			"16,5 uur afwezig zonder bekende reden tussen 2 november en 23 november; de school kijkt vanaf 16 uur.",
		),
		(
			one("absence_rate", 12.34, 10),
			"Missed 12.3% of planned school time between 2 November and 23 November, with or without a reason; the school looks from 10%.",
			"12,3 % van de geplande schooltijd gemist tussen 2 november en 23 november, met of zonder reden; de school kijkt vanaf 10 %.",
		),
		(
			one("consecutive_days_absent", 3, 1),
			"Away for 3 school days in a row, up to and including 23 November; the school looks from 1 school day.",
			"3 schooldagen achter elkaar afwezig, tot en met 23 november; de school kijkt vanaf 1 schooldag.",
		),
		(
			one("times_late", 1, 3, AT_MOST),
			"Late on 1 day between 2 November and 23 November; the school looks at 3 days or less.",
			"Op 1 dag te laat tussen 2 november en 23 november; de school kijkt bij hoogstens 3 dagen.",
		),
		(
			one("times_late", 4, 3, MORE_THAN),
			"Late on 4 days between 2 November and 23 November; the school looks from more than 3 days.",
			"Op 4 dagen te laat tussen 2 november en 23 november; de school kijkt vanaf meer dan 3 dagen.",
		),
		(
			one("not_arrived_today", 1, 1),
			"Not seen at school today, 23 November, by the time set for it, and no leave is known.",
			"Vandaag, 23 november, op het afgesproken tijdstip niet gezien op school, en er is geen verlof bekend.",
		),
	],
)
def test_sentences(told: Finding, english: str, dutch: str) -> None:
	assert explain(told) == explain(told, "en") == english
	assert explain(told, "nl") == dutch


@pytest.mark.parametrize(
	("indicator", "value", "english", "dutch"),
	[
		("unexcused_minutes", 60, "1 hour", "1 uur"),
		("unexcused_minutes", 61, "1 hour", "1 uur"),
		("unexcused_minutes", 90, "1.5 hours", "1,5 uur"),
		("unexcused_minutes", 59, "59 minutes", "59 minuten"),
		("late_minutes", 1, "1 minute", "1 minuut"),
		("unexcused_minutes", 0, "0 minutes", "0 minuten"),
		("absence_rate", 100, "100%", "100 %"),
		("absence_rate", 0.04, "0%", "0 %"),
		("times_late", 1.0, "1 day", "1 dag"),
		("times_late", 12.0, "12 days", "12 dagen"),
		("consecutive_days_absent", 1, "1 school day", "1 schooldag"),
		("average_result", 61.26, "61.3%", "61,3 %"),
		("failed_courses", 1, "1 course", "1 vak"),
		("newcomer", 1, "yes", "ja"),
		("an indicator of another version", 2.5, "2.5", "2,5"),
		("consecutive_days_absent", 2, "2 school days", "2 schooldagen"),
	],
)
def test_amounts(indicator: str, value: float, english: str, dutch: str) -> None:
	assert amount(indicator, value, "en") == english
	assert amount(indicator, value, "nl") == dutch


@given(
	st.sampled_from(sorted(INDICATORS)),
	st.sampled_from(LANGUAGES),
	st.integers(0, 20_000).map(float) | st.floats(0, 100),
)
def test_no_raw_code_whatever_the_value(indicator: str, language: str, value: float) -> None:
	sentence = explain(one(indicator, value, 1), language)
	assert sentence[0].isupper() or sentence[0].isdigit()
	assert sentence.endswith(".")
	assert not re.search(r"[{}_]|None|\d[eE][+-]?\d|code_of_rule|EDU-STU", sentence)
	assert "  " not in sentence


def test_a_signal_tells_the_version_of_the_rule_it_was_raised_under() -> None:
	condition = Condition("times_late", AT_LEAST, 3, FOUR_WEEKS)
	newer = Rule("late", "Often late", (condition,), version=2)
	told = Finding(UPDATE, "EDU-STU-1", newer, "1A", (4.0,), START, MONDAY, signal="S", raised_under=1)
	assert explain(told).endswith("It was raised under version 1 of the rule, which is at version 2 now.")
	assert explain(told, "nl").endswith("versie 1 van de regel, die nu versie 2 heeft.")
	assert "version" not in explain(replace(told, raised_under=2))


def test_what_is_not_known_is_not_told() -> None:
	"""Of two conditions the one without data is passed over."""
	told = finding(
		Condition("average_result", LESS_THAN, 55, FOUR_WEEKS), LATE, values=(None, 4.0), combination=ANY_OF
	)
	assert explain(told).startswith("Late on 4 days")


LATE, AWAY, RATE = (
	Condition("times_late", AT_LEAST, 3, FOUR_WEEKS),
	Condition("unexcused_minutes", AT_LEAST, 60, FOUR_WEEKS, clear_below=30),
	Condition("absence_rate", AT_LEAST, 10, FOUR_WEEKS),
)


@pytest.mark.parametrize(
	("combination", "values", "begins", "ends"),
	[
		(ALL_OF, (3, 60, 10), "Late on 3 days", "3 days. 2 more conditions of this rule hold."),
		(ANY_OF, (3, 60, 1), "Late on 3 days", "3 days. One more condition of this rule holds."),
		(ANY_OF, (3, 0, 1), "Late on 3 days", "looks from 3 days."),
		# What does not hold is not told.
		(ANY_OF, (0, 60, 0), "Away without a known reason for 1 hour ", "looks from 1 hour."),
	],
)
def test_rules_of_several_conditions(
	combination: str, values: tuple[float, ...], begins: str, ends: str
) -> None:
	told = finding(LATE, AWAY, RATE, values=values, combination=combination)
	assert explain(told).startswith(begins)
	assert explain(told).endswith(ends)
	assert "regel geldt" in explain(finding(LATE, AWAY, values=(3, 60), combination=ALL_OF), "nl")


def test_an_open_signal_goes_on_between_its_two_values() -> None:
	told = finding(LATE, AWAY, values=(0, 45), combination=ANY_OF, action=UPDATE)
	assert explain(told).startswith("Away without a known reason for 45 minutes")


def test_what_has_cleared_is_told_by_its_first_condition() -> None:
	told = finding(LATE, AWAY, values=(0, 0), combination=ANY_OF, action=CLEAR)
	assert explain(told).startswith("Late on 0 days")


@pytest.mark.parametrize(
	("language", "spoken"), [("nl-BE", "nl"), ("NL", "nl"), ("en-GB", "en"), ("de", "en"), ("", "en")]
)
def test_any_language_is_answered(language: str, spoken: str) -> None:
	told = one("times_late", 4, 3)
	assert explain(told, language) == explain(told, spoken)


def test_every_indicator_and_comparison_has_its_words_in_both() -> None:
	assert set(SENTENCES) == set(INDICATORS)
	for words in (*SENTENCES.values(), MONTHS, UNITS, BOUNDS, OTHERS, CHANGED, YES):
		assert set(words) == set(LANGUAGES)
	in_words = {"percent", "yes or no"}
	assert {indicator.unit for indicator in INDICATORS.values()} - in_words == set(UNITS["en"])
	assert set(UNITS["en"]) == set(UNITS["nl"])
	for language in LANGUAGES:
		assert len(MONTHS[language]) == 12
		assert set(BOUNDS[language]) == set(COMPARISONS) == {AT_LEAST, MORE_THAN, AT_MOST, LESS_THAN}


@pytest.mark.parametrize(
	("value", "said"),
	[
		(9.8, " It got better, and is watched until it is below 8%."),
		(8.0, " It got better, and is watched until it is below 8%."),
		(10.0, None),
		(12.0, None),
	],
)
def test_why_a_signal_stands_below_its_threshold(value: float, said: str | None) -> None:
	condition = Condition("absence_rate", AT_LEAST, 10, FOUR_WEEKS, clear_below=8)
	sentence = explain(finding(condition, values=(value,), action=UPDATE))
	assert sentence.endswith(said or "the school looks from 10%.")
	assert ("Het gaat beter" in explain(finding(condition, values=(value,), action=UPDATE), "nl")) == (
		said is not None
	)


def test_a_weekday_pattern_names_its_day() -> None:
	told = one("weekday_pattern", 60, 40)
	days = tuple(Evidence(f"X{n}", MONDAY - timedelta(weeks=n), "Absent", 360) for n in range(2))
	named = replace(told, evidence=days)
	assert explain(named).startswith("Monday was missed 60 percentage points more often than the others")
	assert explain(named, "nl").startswith("Maandag werd 60 procentpunten vaker gemist dan de andere")
	assert explain(told, "nl").startswith("Eén dag van de week werd")
