"""Why a day has the mark that it has: taps, doors, notices, timetable and the rule that followed, in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vsv_app.engine.attendance.day_outcome import AWAY, CLOSED, THERE, TRIP
from vsv_app.engine.attendance.door_watch import CLOSED as PORT_CLOSED
from vsv_app.engine.attendance.door_watch import FULL, NOISY, OFF, SILENT, UNHEARD
from vsv_app.engine.attendance.tap_time import CERTAIN, DAY_CERTAIN
from vsv_app.engine.attendance.timetable import DayPlan
from vsv_app.engine.sentences import Sentence, say

MACHINE, TEACHER, GUARDIAN, IMPORT, OFFICER = "Badge", "Teacher", "Guardian", "Import", "Officer"


@dataclass(frozen=True)
class SeenTap:
	"""A tap of the learner's badge. `certainty`: see `tap_time`; `by_hand`: who noted it where no badge was read."""

	at: datetime
	door: str
	direction: str = "in"
	certainty: str = CERTAIN
	by_hand: str = ""


@dataclass(frozen=True)
class Blindness:
	"""A stretch in which a door in question could not read."""

	door: str
	start: datetime
	end: datetime
	why: str


@dataclass(frozen=True)
class SaidOfDay:
	"""A notice about the day. Times of day, where it is about a part of it."""

	reference: str
	reason: str = ""
	present: bool = False
	starts: str = ""
	ends: str = ""


@dataclass(frozen=True)
class Answered:
	"""What a person said of a day that was held."""

	cause: Sentence | str
	answer: str
	by: str
	on: str
	note: str = ""


@dataclass(frozen=True)
class Mark:
	"""The record as it stands. `by`, `on`: who changed it last, and when."""

	status: str
	source: str
	minutes_late: int = 0
	minutes_missed: int = 0
	minutes_left_early: int = 0
	minutes_leave: int = 0
	excused: str = ""
	reason: str = ""
	conflict: str = ""
	by: str = ""
	on: str = ""
	lesson: bool = False


@dataclass(frozen=True)
class MarkFacts:
	"""All that a mark rests on. `doors`: those in question; None where no door keeps attendance of the day."""

	mark: Mark
	plan: DayPlan | None = None
	taps: Sequence[SeenTap] = ()
	doors: Sequence[str] | None = ()
	blind: Sequence[Blindness] = ()
	notice: SaidOfDay | None = None
	answered: Answered | None = None


@dataclass(frozen=True)
class Part:
	"""A heading with its sentences."""

	heading: Sentence
	sentences: tuple[Sentence, ...] = field(default=())


BLIND = {
	PORT_CLOSED: "Door {0} could not read from {1} to {2}: its port or cable was gone.",
	SILENT: "Door {0} could not read from {1} to {2}: its reader gave no answer.",
	NOISY: "Door {0} could not read from {1} to {2}: it refused more than it read.",
	FULL: "Door {0} could not read from {1} to {2}: its store took no more.",
	OFF: "Door {0} could not read from {1} to {2}: its gateway was off.",
	UNHEARD: "Nothing is known of door {0} from {1} to {2}: its gateway was not heard of.",
}
"""{0} the door, {1} and {2} times of day."""
SAID = {
	THERE: "Settled by {0} on {1}: there.",
	AWAY: "Settled by {0} on {1}: away.",
	CLOSED: "Settled by {0} on {1}: school was closed.",
	TRIP: "Settled by {0} on {1}: on a trip.",
}
"""{0} who, {1} when."""
TAPPED = {
	"in": "In: {0}, at {1}.",
	"out": "Out: {0}, at {1}.",
	"unknown": "Seen: {0}, at {1}, a reader for both ways.",
}
"""{0} the time, {1} the door."""


def explain_mark(facts: MarkFacts) -> list[Part]:
	"""Everything that led to a mark, in the order in which it is decided: the rule first."""
	return [
		Part(say("What is written"), tuple(_rule(facts))),
		Part(say("Timetable"), tuple(_timetable(facts.plan))),
		Part(say("Taps"), tuple(_taps(facts.taps))),
		Part(say("Doors"), tuple(_doors(facts))),
		Part(say("Notices"), tuple(_notices(facts.notice))),
	]


def _rule(facts: MarkFacts) -> list[Sentence]:
	mark = facts.mark
	said = [_status(mark)]
	if mark.lesson:
		said.append(say("It is about one lesson, and not about the day."))
	if facts.answered:
		answered = facts.answered
		said += [
			say("The day was held: {0}", answered.cause),
			say(SAID[answered.answer], answered.by, answered.on),
		]
		if answered.note:
			said.append(say("Note: {0}", answered.note))
	if mark.source != MACHINE:
		said += _by_a_person(mark, answered=facts.answered is not None)
	else:
		said += _by_the_machine(facts)
	if mark.excused:
		said.append(say("It is excused.") if mark.excused == "Excused" else say("It is not excused."))
	if mark.reason:
		said.append(say("The reason that was given: {0}.", mark.reason))
	if mark.conflict:
		said.append(say("What the doors say is something else: {0}", mark.conflict))
	return said


def _status(mark: Mark) -> Sentence:
	if mark.status == "Present" and not mark.minutes_missed:
		return say("Present, nothing missed.")
	if mark.status == "Present":
		return say("Present, {0} minutes missed.", str(mark.minutes_missed))
	if mark.status == "Leave":
		return say("Leave.")
	return say("Absent, {0} minutes missed.", str(mark.minutes_missed))


def _by_a_person(mark: Mark, *, answered: bool) -> list[Sentence]:
	who = {
		GUARDIAN: say("It follows from a notice of the family."),
		IMPORT: say("It was taken over from another system."),
		OFFICER: say("An attendance officer wrote it."),
	}.get(mark.source, say("A person wrote it."))
	said = [] if answered else [who]
	if mark.by and not answered:
		said.append(say("Changed last by {0}, on {1}.", mark.by, mark.on))
	return [*said, say("The machine never changes what a person wrote.")]


def _by_the_machine(facts: MarkFacts) -> list[Sentence]:
	mark, plan = facts.mark, facts.plan
	said = [say("The machine wrote it, from what stands below.")]
	timed = [tap for tap in facts.taps if tap.certainty == CERTAIN]
	if mark.status == "Leave":
		return [*said, say("A notice covers the whole day.")]
	if facts.notice and facts.notice.present:
		return [*said, say("A notice says that the day counts as present.")]
	if mark.status == "Absent" and not facts.taps:
		said.append(
			say(
				"Nobody held the badge to a door, and the doors in question could read while the learner could have come in."
			)
		)
	elif mark.status == "Absent" and plan:
		said.append(
			say(
				"The learner was seen, but in no session in time: after {0} minutes a session is missed.",
				str(plan.absent_after),
			)
		)
	if mark.status == "Present" and facts.taps and not timed:
		said.append(say("The day of the tap is certain and its hour is not: nobody is made late by it."))
	if mark.minutes_late and plan:
		said.append(
			say(
				"{0} minutes late: up to {1} minutes nobody is late.",
				str(mark.minutes_late),
				str(plan.late_after),
			)
		)
	if mark.minutes_left_early:
		said.append(say("{0} minutes left early.", str(mark.minutes_left_early)))
	between = mark.minutes_missed - mark.minutes_late - mark.minutes_left_early
	if mark.status == "Present" and between > 0:
		said.append(say("{0} minutes missed in whole sessions or in between.", str(between)))
	if mark.minutes_leave:
		said.append(say("{0} minutes are leave: neither missed nor attended.", str(mark.minutes_leave)))
	return said


def _timetable(plan: DayPlan | None) -> list[Sentence]:
	if plan is None:
		return [say("No bell schedule says that there was school for this learner.")]
	sessions = tuple(f"{one.label} {_clock(one.starts)}-{_clock(one.ends)}" for one in plan.sessions)
	return [
		say("School was: {0}.", sessions),
		say(
			"Late after {0} minutes, a session is missed after {1}.",
			str(plan.late_after),
			str(plan.absent_after),
		),
	]


def _taps(taps: Sequence[SeenTap]) -> list[Sentence]:
	if not taps:
		return [say("The badge was held to no door.")]
	said = []
	for tap in sorted(taps, key=lambda one: one.at):
		if tap.by_hand:
			said.append(
				say("In: {0}, without a badge: {1} noted it by hand.", f"{tap.at:%H:%M}", tap.by_hand)
			)
		elif tap.certainty == CERTAIN:
			said.append(say(TAPPED.get(tap.direction, TAPPED["unknown"]), f"{tap.at:%H:%M}", tap.door))
		elif tap.certainty == DAY_CERTAIN:
			said.append(
				say("At {0}, at an hour that nobody knows: the clock of the door was not right.", tap.door)
			)
		else:
			said.append(say("At {0}, on a day that nobody knows: it counts on none.", tap.door))
	return said


def _doors(facts: MarkFacts) -> list[Sentence]:
	if facts.doors is None:
		return [say("No door keeps attendance of this day.")]
	if not facts.doors:
		return [say("No door is in question.")]
	said = [say("The doors in question: {0}.", tuple(facts.doors))]
	for span in facts.blind:
		said.append(say(BLIND.get(span.why, BLIND[UNHEARD]), span.door, f"{span.start:%H:%M}", _until(span)))
	if not facts.blind:
		said.append(say("They could read all day, as far as is known."))
	return said


def _until(span: Blindness) -> str:
	return f"{span.end:%H:%M}" if span.end.date() == span.start.date() else "24:00"


def _notices(notice: SaidOfDay | None) -> list[Sentence]:
	if notice is None:
		return [say("Nothing was said about this day.")]
	if notice.present:
		said = [say("{0} says that the day counts as present.", notice.reference)]
	elif notice.starts or notice.ends:
		said = [
			say(
				"{0} is leave from {1} to {2}.",
				notice.reference,
				notice.starts or "00:00",
				notice.ends or "24:00",
			)
		]
	else:
		said = [say("{0} is leave for the whole day.", notice.reference)]
	return [*said, say("The reason that was given: {0}.", notice.reason)] if notice.reason else said


def _clock(minute: int) -> str:
	return f"{minute // 60:02}:{minute % 60:02}"
