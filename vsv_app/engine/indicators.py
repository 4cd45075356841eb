"""The numbers that rules look at, each with its definition, unit and source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vsv_app.engine.attendance import LearnerDays
from vsv_app.engine.timetable import Track
from vsv_app.engine.windows import ROLLING_DAYS, SCHOOL_DAYS, SCHOOL_WEEKS, TERM, TODAY, YEAR_TO_DATE, Span

BACKWARD = (ROLLING_DAYS, SCHOOL_DAYS, SCHOOL_WEEKS, TERM, YEAR_TO_DATE)


@dataclass(frozen=True)
class Facts:
	"""What an indicator may look at for one learner: the exceptional days, the calendar, and when they came.

	`enrolled_at` is the index of the first school day on the roll; `not_arrived` is about the running day.
	"""

	days: LearnerDays
	track: Track
	enrolled_at: int
	not_arrived: bool = False


Measure = Callable[[Facts, Span], float]
Slots = Callable[[Facts, Span], list[int]]


@dataclass(frozen=True)
class Indicator:
	"""A number per learner and window. `slots` names the exceptional days that it rests on."""

	code: str
	label: str
	unit: str
	definition: str
	source: str
	measure: Measure
	slots: Slots
	windows: tuple[str, ...] = BACKWARD
	highest: float = float("inf")


def _unexcused_minutes(facts: Facts, span: Span) -> float:
	days = facts.days
	slots = days.slots(span.start, span.end)
	return sum(days.unexcused[slots.start : slots.stop])


def _absence_rate(facts: Facts, span: Span) -> float:
	days = facts.days
	start = max(span.start, facts.enrolled_at)
	planned = facts.track.planned(start, span.end)
	if not planned:
		return 0.0
	slots = days.slots(start, span.end)
	missed = sum(days.unexcused[slots.start : slots.stop]) + sum(days.excused[slots.start : slots.stop])
	return 100.0 * missed / planned


def _away_since_enrolled(facts: Facts, span: Span) -> list[int]:
	days = facts.days
	slots = days.slots(max(span.start, facts.enrolled_at), span.end)
	return [slot for slot in slots if days.unexcused[slot] or days.excused[slot]]


def _streak(facts: Facts, span: Span) -> list[int]:
	"""The slots of whole days away that reach up to the end of the window without a gap, latest first."""
	days = facts.days
	found: list[int] = []
	at = span.end - 1
	slot = days.slots(span.start, span.end).stop - 1
	while slot >= 0 and at >= span.start and days.at[slot] == at and days.absent[slot]:
		found.append(slot)
		at -= 1
		slot -= 1
	return found


def _consecutive_days_absent(facts: Facts, span: Span) -> float:
	return len(_streak(facts, span))


def _times_late(facts: Facts, span: Span) -> float:
	days = facts.days
	slots = days.slots(span.start, span.end)
	late = days.late[slots.start : slots.stop]
	return len(late) - late.count(0)


def _not_arrived_today(facts: Facts, _span: Span) -> float:
	return float(facts.not_arrived)


def _where(pick: Callable[[LearnerDays, int], object]) -> Slots:
	return lambda facts, span: [at for at in facts.days.slots(span.start, span.end) if pick(facts.days, at)]


INDICATORS: Mapping[str, Indicator] = {
	indicator.code: indicator
	for indicator in (
		Indicator(
			"unexcused_minutes",
			"Unexcused absence",
			"minutes",
			"Planned minutes missed without leave or an excused reason; lateness and leaving early are counted apart.",
			"https://wetten.overheid.nl/BWBR0002628/",
			_unexcused_minutes,
			_where(lambda days, at: days.unexcused[at]),
		),
		Indicator(
			"absence_rate",
			"Absence rate",
			"percent",
			"Planned minutes missed, excused or not, of all planned minutes since the learner was enrolled.",
			"https://www.attendanceworks.org/chronic-absence/the-problem/",
			_absence_rate,
			_away_since_enrolled,
			highest=100,
		),
		Indicator(
			"consecutive_days_absent",
			"Consecutive days absent",
			"school days",
			"Whole school days away in a row, excused or not, up to and with the last day of the window.",
			"https://www.attendanceworks.org/chronic-absence/the-problem/",
			_consecutive_days_absent,
			_streak,
		),
		Indicator(
			"times_late",
			"Times late",
			"times",
			"School days on which the learner came late to a session, however often that day.",
			"https://ingrado.nl/",
			_times_late,
			_where(lambda days, at: days.late[at]),
		),
		Indicator(
			"not_arrived_today",
			"Not arrived today",
			"yes or no",
			"1 from the cut-off on while a learner has not been seen today and no leave is known, else 0.",
			"https://www.gov.uk/government/publications/working-together-to-improve-school-attendance",
			_not_arrived_today,
			lambda _facts, _span: [],
			windows=(TODAY,),
			highest=1,
		),
	)
}
