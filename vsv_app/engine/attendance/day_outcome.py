"""Day outcome: what is written about a learner's school day, as a function of what is known of it and of nothing else.

The same facts give the same outcome, in whatever order they became known. An absence rests on a witness: silence is
believed where the doors in question could read and about as many came as usual. Else the day is held for a person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from vsv_app.engine.attendance.door_watch import BlindSpan, blind_in
from vsv_app.engine.attendance.presence import DayMark, Notice, Tap, derive, silences
from vsv_app.engine.attendance.timetable import DayPlan
from vsv_app.engine.attendance.turnout import Turnout
from vsv_app.engine.sentences import say, template

DOOR_BLIND, LOW_TURNOUT, TIME_UNKNOWN = "Door Not Reading", "Few Came In", "Time Unknown"
REFUSED = "Not Accepted"
CAUSES = (DOOR_BLIND, LOW_TURNOUT, TIME_UNKNOWN, REFUSED)
"""Why a day is held. The last is no doubt about the learner: Education took no record."""

WHY = {
	DOOR_BLIND: say("A door was not reading."),
	LOW_TURNOUT: say("Far fewer came in than usual."),
	TIME_UNKNOWN: say("A tap of the badge may be of this day or of another."),
	REFUSED: say("Education did not take the record."),
}
"""By cause, where no sentence of its own was kept."""
THERE, AWAY, CLOSED, TRIP = "There", "Away", "School Closed", "On A Trip"
ANSWERS = (THERE, AWAY, CLOSED, TRIP)
"""What a person says of a day that is held."""

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


def excused_as(
	reason_excuses: bool | None,
	said: str | None,
	*,
	before: str | None,
	by_reason_before: str | None,
	said_now: bool,
) -> str | None:
	"""What an absence counts as when its reason was entered, changed or taken out: the reason decides, a person overrides.

	reason_excuses    whether the reason that stands now excuses; None: there is no reason
	said              what is written, `before` what was written before this
	by_reason_before  what the reason came to that stood before
	said_now          a person says it in the same step, also where that is what was written already
	"""
	if said_now or (said or None) != (before or None):
		return said or None
	if reason_excuses is None:
		return None if (before or None) == (by_reason_before or None) else said or None
	return words_of_excuse(reason_excuses)


def words_of_excuse(excused: bool | None) -> str | None:
	"""As a record says it."""
	return "Excused" if excused else "Unexcused" if excused is False else None


def settled_mark(answer: str, silent: DayMark, *, excused: bool | None = None) -> DayMark:
	"""What There or Away comes to. `silent`: what the day comes to if silence at the door is believed."""
	if answer == THERE:
		return DayMark("Present", arrived=silent.arrived, left=silent.left, notice=silent.notice)
	if answer == AWAY:
		return replace(silent, excused=excused)
	raise ValueError(f"{answer} is no mark of a learner's own day")
