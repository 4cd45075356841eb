"""The goal of a plan that an indicator follows: which ones may, and the unit in which people give its values.

Rules count absence in minutes, and nobody agrees on 480 of those: a goal says 8 hours. Lateness stays in minutes.
"""

from vsv_app.engine.sentences import Sentence, say
from vsv_app.engine.signals.explanation.findings import AN_HOUR, amount, hours
from vsv_app.engine.signals.indicators.catalogue import INDICATORS, Indicator
from vsv_app.engine.signals.indicators.windows import SCHOOL_WEEKS, YEAR_TO_DATE, Window

IN_HOURS = frozenset({"unexcused_minutes", "unexcused_and_late_minutes", "excused_minutes"})
FOLLOWED = tuple(
	code
	for code, indicator in INDICATORS.items()
	if not indicator.cares and code not in ("not_arrived_today", "active_plan")
)
"""What a goal may be about: no circumstance that a learner is in, as the readers of a plan need not know of it."""
LOOKS_BACK_WEEKS = 4
"""A value looks back over four school weeks, as most rules do."""


def unit_of(code: str) -> str:
	"""The unit of the goal's values, as a word in English; of what no indicator counts it is in the measure's words."""
	if code in IN_HOURS:
		return "hours"
	return INDICATORS[code].unit if code in INDICATORS else ""


def as_given(code: str, value: float) -> float:
	"""An indicator's value in the unit of goals."""
	return round(value / AN_HOUR if code in IN_HOURS else value, 1)


def in_words(code: str, value: float, language: str = "en") -> str:
	"""A goal's value as people say it, with its unit where an indicator counts it."""
	return hours(value, language) if code in IN_HOURS else amount(code, value, language)


def window_of(indicator: Indicator) -> Window:
	"""Over which time the indicator of a goal is counted."""
	if SCHOOL_WEEKS in indicator.windows:
		return Window(SCHOOL_WEEKS, LOOKS_BACK_WEEKS)
	return Window(YEAR_TO_DATE if YEAR_TO_DATE in indicator.windows else indicator.windows[0])


def window_from(kind: str | None, length: int | None, indicator: Indicator) -> Window:
	"""The window that a goal names, of the rule that it came from; else that of its indicator."""
	try:
		return Window(kind, length or 0) if kind in indicator.windows else window_of(indicator)
	except ValueError:
		return window_of(indicator)


def measure_of(code: str) -> Sentence:
	"""What is counted and over which time, in a few words."""
	indicator = INDICATORS[code]
	label = say(indicator.label)
	kind = window_of(indicator).kind
	if kind == SCHOOL_WEEKS:
		return say("{0}, in four school weeks", label)
	return say("{0}, this school year", label) if kind == YEAR_TO_DATE else label
