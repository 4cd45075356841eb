"""Settling: what a person says of a day that is held, and what is written for it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from vsv_app.engine.attendance.day_outcome import DOOR_BLIND, LOW_TURNOUT, NO_TIMETABLE, REFUSED, TIME_UNKNOWN
from vsv_app.engine.attendance.presence import DayMark
from vsv_app.engine.sentences import say, template

THERE, AWAY, CLOSED, TRIP = "There", "Away", "School Closed", "On A Trip"
ANSWERS = (THERE, AWAY, CLOSED, TRIP)
OFFICER, COORDINATOR, LEADER = "Officer", "Coordinator", "Leader"
ASKED = (OFFICER, COORDINATOR, LEADER)
"""Who is asked about a day that nobody settles: after one school day, after two, after three; each once."""

WHY = {
	DOOR_BLIND: say("A door was not reading."),
	LOW_TURNOUT: say("Far fewer came in than usual."),
	TIME_UNKNOWN: say("A tap of the badge may be of this day or of another."),
	REFUSED: say("Education did not take the record."),
	NO_TIMETABLE: say("There is no bell schedule for the group."),
}
"""By cause, where no sentence of its own was kept."""


@dataclass(frozen=True)
class HeldDay:
	"""A learner's day that waits for a person. `words`: why, as a sentence in parts that any language can fill."""

	name: str
	student: str
	student_name: str
	group: str
	day: date
	cause: str
	words: Any
	would_be: str = ""


@dataclass(frozen=True)
class HeldGroup:
	"""Days of one date that are held for the same reason."""

	day: date
	cause: str
	words: Any
	held: tuple[HeldDay, ...]


def grouped(held: Iterable[HeldDay]) -> list[HeldGroup]:
	"""By date, the oldest first, and by reason, the largest first."""
	found: dict[tuple[date, str, str], list[HeldDay]] = {}
	for one in held:
		found.setdefault((one.day, one.cause, repr(one.words)), []).append(one)
	groups = [
		HeldGroup(
			day,
			cause,
			some[0].words or template(WHY[cause]),
			tuple(sorted(some, key=lambda one: (one.group, one.student_name, one.student))),
		)
		for (day, cause, _words), some in found.items()
	]
	return sorted(groups, key=lambda group: (group.day, -len(group.held), str(group.words)))


def settled_mark(answer: str, silent: DayMark, *, excused: bool | None = None) -> DayMark:
	"""What There or Away comes to. `silent`: what the day comes to if silence at the door is believed."""
	if answer == THERE:
		return DayMark("Present", arrived=silent.arrived, left=silent.left, notice=silent.notice)
	if answer == AWAY:
		return replace(silent, excused=excused)
	raise ValueError(f"{answer} is no mark of a learner's own day")


def next_asked(school_days: int, asked: str | None) -> str | None:
	"""Whom to ask next about a day that has been held for so many school days; one after the other, each once."""
	reached = ASKED.index(asked) + 1 if asked else 0
	return ASKED[reached] if reached < len(ASKED) and school_days > reached else None


def possible_days(first: date, last: date, school_days: Iterable[date]) -> list[date]:
	"""The days on which a tap may have been: school days where there are any between what is certain."""
	between = [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]
	with_school = set(school_days)
	return [day for day in between if day in with_school] or between
