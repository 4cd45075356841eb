"""One plain sentence for a finding, in English and Dutch: the facts, the period, the rule. It judges nobody."""

from collections.abc import Mapping
from datetime import date

from vsv_app.engine.evaluate import UPDATE, Finding
from vsv_app.engine.rules import AT_LEAST, AT_MOST, LESS_THAN, MORE_THAN

MONTHS = {
	"en": [
		"January",
		"February",
		"March",
		"April",
		"May",
		"June",
		"July",
		"August",
		"September",
		"October",
		"November",
		"December",
	],
	"nl": [
		"januari",
		"februari",
		"maart",
		"april",
		"mei",
		"juni",
		"juli",
		"augustus",
		"september",
		"oktober",
		"november",
		"december",
	],
}

SENTENCES: Mapping[str, Mapping[str, str]] = {
	"unexcused_minutes": {
		"en": "Away without a known reason for {value} between {start} and {end}; the school looks {bound}.",
		"nl": "{value} afwezig zonder bekende reden tussen {start} en {end}; de school kijkt {bound}.",
	},
	"absence_rate": {
		"en": "Missed {value} of planned school time between {start} and {end}, with or without a reason; the school looks {bound}.",
		"nl": "{value} van de geplande schooltijd gemist tussen {start} en {end}, met of zonder reden; de school kijkt {bound}.",
	},
	"consecutive_days_absent": {
		"en": "Away for {value} in a row, up to and including {end}; the school looks {bound}.",
		"nl": "{value} achter elkaar afwezig, tot en met {end}; de school kijkt {bound}.",
	},
	"times_late": {
		"en": "Late on {value} between {start} and {end}; the school looks {bound}.",
		"nl": "Op {value} te laat tussen {start} en {end}; de school kijkt {bound}.",
	},
	"not_arrived_today": {
		"en": "Not seen at school today, {end}, by the time set for it, and no leave is known.",
		"nl": "Vandaag, {end}, op het afgesproken tijdstip niet gezien op school, en er is geen verlof bekend.",
	},
}

UNITS: Mapping[str, Mapping[str, tuple[str, str]]] = {
	"en": {
		"hours": ("hour", "hours"),
		"school days": ("school day", "school days"),
		"times": ("day", "days"),
	},
	"nl": {"hours": ("uur", "uur"), "school days": ("schooldag", "schooldagen"), "times": ("dag", "dagen")},
}


BOUNDS: Mapping[str, Mapping[str, str]] = {
	"en": {
		AT_LEAST: "from {}",
		MORE_THAN: "from more than {}",
		AT_MOST: "at {} or less",
		LESS_THAN: "at less than {}",
	},
	"nl": {
		AT_LEAST: "vanaf {}",
		MORE_THAN: "vanaf meer dan {}",
		AT_MOST: "bij hoogstens {}",
		LESS_THAN: "bij minder dan {}",
	},
}

OTHERS: Mapping[str, tuple[str, str]] = {
	"en": (" One more condition of this rule holds.", " {} more conditions of this rule hold."),
	"nl": (" Nog één voorwaarde van deze regel geldt.", " Nog {} voorwaarden van deze regel gelden."),
}


NOT_SEEN: Mapping[str, tuple[str, str]] = {"en": ("seen", "not seen"), "nl": ("gezien", "niet gezien")}


def explain(finding: Finding, language: str = "en") -> str:
	"""The sentence for the first condition that holds, and how many more hold with it.

	`language` is a code such as nl or nl-BE; other languages than Dutch read English.
	"""
	language = _spoken(language)
	conditions = list(zip(finding.rule.conditions, finding.values, strict=True))
	held = [(c, value) for c, value in conditions if c.holds(value, is_open=finding.action == UPDATE)]
	condition, value = (held or conditions)[0]
	sentence = SENTENCES[condition.indicator][language].format(
		value=amount(condition.indicator, value, language),
		bound=BOUNDS[language][condition.comparison].format(
			amount(condition.indicator, condition.threshold, language)
		),
		start=_day(finding.window_start, language),
		end=_day(finding.window_end, language),
	)
	others = len(held) - 1
	if others > 0:
		sentence += OTHERS[language][others > 1].format(others)
	return sentence


def amount(indicator: str, value: float, language: str = "en") -> str:
	"""A value in people's words: minutes as hours, a rate as a percentage."""
	language = _spoken(language)
	if indicator == "not_arrived_today":
		return NOT_SEEN[language][value > 0]
	if indicator == "absence_rate":
		return _number(value, language) + ("%" if language == "en" else " %")
	if indicator.endswith("_minutes"):
		return _counted(value / 60, "hours", language)
	return _counted(value, "times" if indicator == "times_late" else "school days", language)


def _spoken(language: str) -> str:
	return "nl" if language.lower().startswith("nl") else "en"


def _counted(value: float, unit: str, language: str) -> str:
	one, many = UNITS[language][unit]
	number = _number(value, language)
	return f"{number} {one if number == '1' else many}"


def _number(value: float, language: str) -> str:
	text = f"{round(value, 1):g}"
	return text.replace(".", ",") if language == "nl" else text


def _day(day: date, language: str) -> str:
	return f"{day.day} {MONTHS[language][day.month - 1]}"
