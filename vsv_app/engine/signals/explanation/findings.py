"""One plain sentence for a finding, in English and Dutch: the facts, the period, the rule. It judges nobody."""

import re
from collections.abc import Callable
from datetime import date

from vsv_app.engine.signals.evaluation import UPDATE, Finding
from vsv_app.engine.signals.explanation.wording import (
	BOUNDS,
	CHANGED,
	HOURS,
	MONTHS,
	NOT_SEEN,
	ONE_DAY,
	OTHERS,
	SENTENCES,
	STAYS,
	UNITS,
	WEEKDAYS,
	YES,
)
from vsv_app.engine.signals.indicators.catalogue import INDICATORS, YES_OR_NO

AN_HOUR = 60

Say = Callable[[str], str]
"""English text in the language of who reads it, with the same places to fill; text that it does not know as it is."""
PHRASES = re.compile(r"(, |: )")
NUMBER = re.compile(r"\d+")


def explain(finding: Finding, language: str = "en") -> str:
	"""The sentence for the first condition that holds, and how many more hold with it.

	`language` is a code such as nl or nl-BE; other languages than Dutch read English.
	"""
	language = spoken(language)
	condition, value = finding.told
	sentence = SENTENCES[condition.indicator][language].format(
		value=amount(condition.indicator, value, language),
		bound=BOUNDS[language][condition.comparison].format(
			amount(condition.indicator, condition.threshold, language)
		),
		start=day_in_words(finding.window_start, language),
		end=day_in_words(finding.window_end, language),
		weekday=_weekday(finding, language),
	)
	if (
		condition.clear_below is not None
		and not condition.holds(value)
		and condition.holds(value, is_open=True)
	):
		sentence += STAYS[language][condition.upward].format(
			amount(condition.indicator, condition.clear_below, language)
		)
	others = _held(finding) - 1
	if others > 0:
		sentence += OTHERS[language][others > 1].format(others)
	if finding.raised_under and finding.raised_under != finding.rule.version:
		sentence += CHANGED[language].format(finding.raised_under, finding.rule.version)
	return sentence


def amount(indicator: str, value: float, language: str = "en") -> str:
	"""A value in people's words: from an hour on minutes as hours, a rate as a percentage."""
	language = spoken(language)
	unit = INDICATORS[indicator].unit if indicator in INDICATORS else ""
	if indicator == "not_arrived_today":
		return NOT_SEEN[language][value > 0]
	if unit == YES_OR_NO:
		return YES[language][value > 0]
	if unit == "percent":
		return _number(value, language) + ("%" if language == "en" else " %")
	if unit not in UNITS[language]:
		return _number(value, language)
	if unit == "minutes" and value >= AN_HOUR:
		return hours(value / AN_HOUR, language)
	return _counted(value, UNITS[language][unit], language)


def hours(value: float, language: str = "en") -> str:
	"""A number of hours in people's words."""
	language = spoken(language)
	return _counted(value, HOURS[language], language)


def fact_in(fact: str, say: Say) -> str:
	"""A record's fact, which is stored in English, in the reader's words: as a whole, else phrase by phrase."""
	whole = _phrase(fact, say)
	return whole if whole != fact else "".join(_phrase(part, say) for part in PHRASES.split(fact))


def _phrase(text: str, say: Say) -> str:
	numbers = NUMBER.findall(text)
	places = iter(range(len(numbers)))
	template = NUMBER.sub(lambda _number: f"{{{next(places)}}}", text)
	said = say(template)
	return text if said == template else said.format(*numbers)


def _held(finding: Finding) -> int:
	pairs = zip(finding.rule.conditions, finding.values, strict=True)
	return sum(c.holds(value, is_open=finding.action == UPDATE) for c, value in pairs)


def _weekday(finding: Finding, language: str) -> str:
	"""The day of the week that all evidence is of; without such a day just that it is one."""
	weekdays = {item.day.weekday() for item in finding.evidence}
	return WEEKDAYS[language][weekdays.pop()] if len(weekdays) == 1 else ONE_DAY[language]


def spoken(language: str) -> str:
	"""The language of the two in which somebody with this code is spoken to."""
	return "nl" if language.lower().startswith("nl") else "en"


def _counted(value: float, words: tuple[str, str], language: str) -> str:
	one, many = words
	number = _number(value, language)
	return f"{number} {one if number == '1' else many}"


def _number(value: float, language: str) -> str:
	text = f"{round(value, 1):g}"
	return text.replace(".", ",") if language == "nl" else text


def day_in_words(day: date, language: str) -> str:
	"""23 November; the year is the reader's to know."""
	return f"{day.day} {MONTHS[language][day.month - 1]}"
