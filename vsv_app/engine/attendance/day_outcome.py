"""Day outcome: what is written about a learner's school day, as a function of what is known of it and of nothing else.

The same facts give the same outcome, in whatever order they became known. An absence rests on a witness: silence is
believed where the doors in question could read and about as many came as usual. Else the day is held for a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from vsv_app.engine.attendance.door_watch import BlindSpan, blind_in
from vsv_app.engine.attendance.presence import DayMark, Notice, Tap, derive, silences
from vsv_app.engine.attendance.timetable import DayPlan
from vsv_app.engine.attendance.turnout import Turnout

DOOR_BLIND, LOW_TURNOUT, TIME_UNKNOWN = "Door Not Reading", "Few Came In", "Time Unknown"
REFUSED = "Not Accepted"
CAUSES = (DOOR_BLIND, LOW_TURNOUT, TIME_UNKNOWN, REFUSED)
"""Why a day is held. The last is no doubt about the learner: Education took no record."""

A_GLITCH = timedelta(minutes=2)
"""A door that could not read for less than this has missed nobody who tried again."""


@dataclass(frozen=True)
class DayFacts:
	"""What is known of one learner's day.

	blind      the blind spans of the doors in question
	turnout    the turnout that lies far below what is usual, of the learner's group, door or school; None where all is usual
	undated    somebody tapped this learner's badge on a day that is not certain, and may be this one
	"""

	plan: DayPlan
	taps: Sequence[Tap] = ()
	notice: Notice | None = None
	blind: Sequence[BlindSpan] = ()
	turnout: Turnout | None = None
	undated: bool = False


@dataclass(frozen=True)
class Held:
	"""A day that a person settles: silence that is no fact. `mark` is what it would come to if silence were believed."""

	cause: str
	mark: DayMark
	blind: tuple[BlindSpan, ...] = field(default=())
	turnout: Turnout | None = None


def judge(facts: DayFacts) -> DayMark | Held:
	"""The mark of a day, or why a person must say."""
	mark = derive(facts.plan, facts.taps, facts.notice)
	if not mark.minutes_missed or mark.status == "Leave":
		return mark
	stretches = silences(facts.plan, facts.taps, facts.notice)
	if not stretches:
		return mark
	if facts.blind:
		midnight = datetime.combine(facts.plan.day, time())
		moments = [(midnight + timedelta(seconds=a), midnight + timedelta(seconds=b)) for a, b in stretches]
		if hidden := blind_in(facts.blind, moments, at_least=A_GLITCH):
			return Held(DOOR_BLIND, mark, tuple(hidden))
	if facts.undated:
		return Held(TIME_UNKNOWN, mark)
	if facts.turnout is not None and mark.status == "Absent":
		return Held(LOW_TURNOUT, mark, turnout=facts.turnout)
	return mark
