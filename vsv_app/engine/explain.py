"""One plain sentence for a finding, in English and Dutch: the facts, the period, the rule. It judges nobody."""

from collections.abc import Mapping
from datetime import date

from vsv_app.engine.evaluate import Finding

MONTHS = {
	"en": "January February March April May June July August September October November December".split(),
	"nl": "januari februari maart april mei juni juli augustus september oktober november december".split(),
}

SENTENCES: Mapping[str, Mapping[str, str]] = {
	"unexcused_minutes": {
		"en": "Away without a known reason for {value} between {start} and {end}; the school looks from {threshold}.",
		"nl": "{value} afwezig zonder bekende reden tussen {start} en {end}; de school kijkt vanaf {threshold}.",
	},
	"absence_rate": {
		"en": "Missed {value} of planned school time between {start} and {end}, with or without a reason; the school looks from {threshold}.",
		"nl": "{value} van de geplande schooltijd gemist tussen {start} en {end}, met of zonder reden; de school kijkt vanaf {threshold}.",
	},
	"consecutive_days_absent": {
		"en": "Away for {value} in a row, up to and including {end}; the school looks from {threshold}.",
		"nl": "{value} achter elkaar afwezig, tot en met {end}; de school kijkt vanaf {threshold}.",
	},
	"times_late": {
		"en": "Late on {value} between {start} and {end}; the school looks from {threshold}.",
		"nl": "Op {value} te laat tussen {start} en {end}; de school kijkt vanaf {threshold}.",
	},
	"not_arrived_today": {
		"en": "Not seen at school today, {end}, by the time set for it, and no leave is known.",
		"nl": "Vandaag, {end}, op het afgesproken tijdstip niet gezien op school, en er is geen verlof bekend.",
	},
}

UNITS: Mapping[str, Mapping[str, tuple[str, str]]] = {
	"en": {"hours": ("hour", "hours"), "school days": ("school day", "school days"), "times": ("day", "days")},
	"nl": {"hours": ("uur", "uur"), "school days": ("schooldag", "schooldagen"), "times": ("dag", "dagen")},
}


def explain(finding: Finding, language: str = "en") -> str:
	"""The sentence for the first condition, and how many more conditions held with it."""
	condition = finding.rule.conditions[0]
	sentence = SENTENCES[condition.indicator][language].format(
		value=amount(condition.indicator, finding.value, language),
		threshold=amount(condition.indicator, condition.threshold, language),
		start=_day(finding.window_start, language),
		end=_day(finding.window_end, language),
	)
	others = len(finding.rule.conditions) - 1
	if others:
		sentence += f" (+{others})"
	return sentence


def amount(indicator: str, value: float, language: str = "en") -> str:
	"""A value in people's words: minutes as hours, a rate as a percentage."""
	if indicator == "absence_rate":
		return _number(round(value, 1), language) + ("%" if language == "en" else " %")
	if indicator.endswith("_minutes"):
		return _counted(round(value / 60, 1), "hours", language)
	return _counted(value, "times" if indicator == "times_late" else "school days", language)


def _counted(value: float, unit: str, language: str) -> str:
	one, many = UNITS[language][unit]
	return f"{_number(value, language)} {one if value == 1 else many}"


def _number(value: float, language: str) -> str:
	text = f"{value:g}"
	return text.replace(".", ",") if language == "nl" else text


def _day(day: date, language: str) -> str:
	return f"{day.day} {MONTHS[language][day.month - 1]}"
