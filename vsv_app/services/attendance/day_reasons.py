"""Why a learner's day is marked as it is: the taps, doors, notices and rule behind it, in sentences."""

from dataclasses import dataclass
from datetime import date, datetime

from vsv_app.engine.attendance.day_outcome import Held, judge
from vsv_app.engine.attendance.presence import DayMark
from vsv_app.engine.sentences import Sentence, say
from vsv_app.services.attendance import roll, witness
from vsv_app.services.attendance.roll import OnRoll
from vsv_app.services.attendance.witness import Witness
from vsv_app.stores.queries.attendance import calendar, check_ins
from vsv_app.stores.store import Store


@dataclass(frozen=True)
class Reasons:
	"""What a day rests on. `sentences` in the order in which a person asks; `taps`: the check-ins behind it."""

	sentences: tuple[Sentence, ...] = ()
	taps: tuple[str, ...] = ()


def of_day(store: Store, student: str, day: date, now: datetime) -> Reasons:
	"""What a learner's day rests on, as it is known now; `now` is naive, the school's own."""
	school_calendar = calendar.load(store)
	people = roll.call(store, school_calendar, day, [student])
	if not people.people:
		return Reasons(
			(say("There is no school for this learner on this day, by the roll and the bell schedule."),)
		)
	(person,) = people.people
	vouching = Witness(store, school_calendar, day, now)
	taps = check_ins.taps(store, day, [student])
	said = [_plan(person), *map(_tap, taps)]
	if not taps:
		said.append(say("The badge was read at no door."))
	if person.notice is not None:
		said.append(say("The school was told: leave application {0}.", person.notice.reference))
	said += _doors(person, vouching)
	facts = vouching.facts(person)
	said.append(_outcome(person, judge(facts)))
	return Reasons(tuple(said), person.tap_records)


def _plan(person: OnRoll) -> Sentence:
	sessions = tuple(f"{s.label} {_clock(s.starts)}-{_clock(s.ends)}" for s in person.plan.sessions)
	return say(
		"School as planned for {0}: {1}. Late from {2} minutes on, absent from a session from {3}.",
		person.membership.group,
		sessions,
		str(person.plan.late_after),
		str(person.plan.absent_after),
	)


def _tap(tap: check_ins.Tap) -> Sentence:
	if tap.certainty == "Day Certain":
		return say(
			"{0}, door {1}: the badge was read on this day, at an hour that is not known.",
			tap.gateway,
			tap.terminal,
		)
	return say("{0} at {1}, door {2} ({3}).", f"{tap.at:%H:%M:%S}", tap.gateway, tap.terminal, tap.direction)


def _doors(person: OnRoll, vouching: Witness) -> list[Sentence]:
	"""Which doors were looking, and when one was not."""
	doors = vouching.doors(person)
	if not doors:
		return [say("No door is known at which this learner comes in.")]
	found = [say("Doors at which this learner comes in: {0}.", tuple("/".join(door) for door in doors))]
	found += [witness.say_blind([span]) for door in doors for span in vouching.blind(door)]
	low = vouching.low_turnout(person, doors)
	return [*found, witness.say_low(low)] if low is not None else found


def _outcome(person: OnRoll, found: DayMark | Held) -> Sentence:
	if isinstance(found, Held):
		return say("Silence at the door says nothing here: a person settles this day.")
	if person.is_recorded_by_person:
		return say("A person has marked this day. By the badge it would be: {0}.", found.status)
	return say(
		"So it is: {0}, {1} minutes missed, {2} of them late.",
		found.status,
		str(found.minutes_missed),
		str(found.minutes_late),
	)


def _clock(minute: int) -> str:
	return f"{minute // 60:02}:{minute % 60:02}"
