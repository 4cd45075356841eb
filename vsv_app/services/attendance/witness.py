"""The witness of one day: which doors may have seen a learner, when they were blind, and how many came beside what is usual.

What it asks the store it asks once, and only where somebody was not seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from statistics import median

from vsv_app.engine.attendance.day_outcome import A_GLITCH, DayFacts
from vsv_app.engine.attendance.door_watch import (
	BlindSpan,
	Door,
	Told,
	blind_in,
	blind_spans,
	doors_in_question,
)
from vsv_app.engine.attendance.presence import not_arrived, silences
from vsv_app.engine.attendance.timetable import DayPlan, SchoolCalendar
from vsv_app.engine.attendance.turnout import FEWEST_DAYS, Turnout, lowest, usual_share
from vsv_app.engine.sentences import Sentence, say
from vsv_app.services.attendance import roll
from vsv_app.services.attendance.roll import OnRoll, Roll
from vsv_app.services.school import SETTINGS
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import check_ins
from vsv_app.stores.queries.gateways import accounts, door_watches
from vsv_app.stores.store import Store

WEEKS_OF_DOORS = 4
"""The doors of the last weeks are those at which a learner comes in."""
SAME_WEEKDAYS, LAST_DAYS = 4, 20
"""Days that a day is compared with: the same weekday of the weeks before, else the last school days."""
WORTH_A_WORD = timedelta(minutes=5)
"""For less a door is not named to who asks how the day stands: its gateway may just not have been heard of yet."""
FEWEST_AT_A_DOOR = 20
"""Fewer than these come by chance in half the number on one day or another."""
SCHOOL = "school"


@dataclass(frozen=True)
class Arrivals:
	"""Who has not come though the hour has passed: `missing` for certain, `doubtful` where no door can vouch for it.

	`sentences` say why nobody knows, once for all.
	"""

	missing: tuple[OnRoll, ...] = ()
	doubtful: tuple[OnRoll, ...] = ()
	sentences: tuple[Sentence, ...] = ()


class Witness:
	"""What vouches for silence on one day. `now` is naive, the school's own."""

	def __init__(self, store: Store, calendar: SchoolCalendar, day: date, now: datetime) -> None:
		self.store, self.calendar, self.day, self.now = store, calendar, day, now
		self._own: dict[str, list[Door]] = {}
		self._asked: set[str] = set()
		self._spans: dict[Door, list[BlindSpan]] = {}

	def prepare(self, people: Iterable[OnRoll]) -> None:
		"""Ask at once for the doors of all who were not seen."""
		wanted = sorted({p.student for p in people if p.student not in self._asked and _is_silent(p)})
		if wanted:
			self._asked.update(wanted)
			for student, *door in check_ins.doors_used(self.store, self._weeks, wanted):
				self._own.setdefault(student, []).append((door[0], door[1]))

	def facts(self, person: OnRoll) -> DayFacts:
		"""What is known of a learner's day."""
		if not _is_silent(person):
			return DayFacts(person.plan, person.taps, person.notice)
		self.prepare((person,))
		doors = self.doors(person)
		return DayFacts(
			person.plan,
			person.taps,
			person.notice,
			[span for door in doors for span in self.blind(door)],
			self.low_turnout(person, doors),
			person.undated,
		)

	def doors(self, person: OnRoll) -> tuple[Door, ...]:
		"""The doors in question for a learner."""
		own = [door for door in (*self._own.get(person.student, ()), *person.doors) if self._is_in_use(door)]
		if own:
			return doors_in_question(own, (), ())
		return doors_in_question((), self._of_group(person.membership.group), self._leading_in)

	def blind(self, door: Door) -> list[BlindSpan]:
		"""When a terminal could not read on this day, as far as it has passed."""
		if door not in self._spans:
			start = datetime.combine(self.day, time())
			end = min(start + timedelta(days=1), self.now)
			told = [Told(at, state) for at, state in self._states.get(door, ())]
			known_until = self._gateways.get(door[0])
			self._spans[door] = blind_spans(door, told, start, end, known_until=known_until)
		return self._spans[door]

	def blind_doors(self, start: datetime, end: datetime) -> list[Sentence]:
		"""In sentences, which of the doors that lead in could not read between two moments of this day, and when."""
		said = []
		for door in sorted(self._leading_in):
			spans = [span for span in self.blind(door) if span.start < end and span.end > start]
			if blind_in(spans, [(start, end)], at_least=WORTH_A_WORD):
				said.append(say_blind(spans))
		return said

	def low_turnout(self, person: OnRoll, doors: Sequence[Door]) -> Turnout | None:
		"""The turnout that is so low that silence says nothing: of the school, of an own door, or of the group."""
		if not self._least:
			return None
		at_doors = [self._at_doors[door] for door in doors if door in self._at_doors]
		group = self._by_group.get(person.membership.group)
		return lowest([self._of_school, *at_doors, *([group] if group else [])], self._least)

	def arrivals(self, people: Iterable[OnRoll]) -> Arrivals:
		"""Who has not arrived by the cut-off of their day, so far as doors can vouch for it."""
		minute = self.now.hour * 60 + self.now.minute
		late = [p for p in people if not_arrived(p.plan, p.taps, p.notice, minute)]
		self.prepare(late)
		missing: list[OnRoll] = []
		doubtful: list[OnRoll] = []
		why: dict[str, Sentence] = {}
		for person in late:
			reason = self._doubt(person)
			if reason is None:
				missing.append(person)
			else:
				doubtful.append(person)
				why.setdefault(str(reason), reason)
		return Arrivals(tuple(missing), tuple(doubtful), tuple(why.values()))

	def _doubt(self, person: OnRoll) -> Sentence | None:
		"""Why nobody knows whether a learner came in before the cut-off."""
		midnight = datetime.combine(self.day, time())
		until = midnight + timedelta(minutes=person.plan.cut_off)
		stretches = [
			(midnight + timedelta(seconds=start), min(midnight + timedelta(seconds=end), until))
			for start, end in silences(person.plan, person.taps, person.notice)
		]
		doors = self.doors(person)
		spans = [span for door in doors for span in self.blind(door)]
		if hidden := blind_in(spans, stretches, at_least=A_GLITCH):
			return say_blind(hidden)
		if (low := self.low_turnout(person, doors)) is not None:
			return say_low(low)
		return None

	@cached_property
	def is_kept(self) -> bool:
		"""Whether terminals keep attendance of this day: some are in use, and were by then."""
		first = first_kept(self.store)
		return first is not None and first <= self.day and bool(self._gateways)

	@cached_property
	def _least(self) -> int:
		return int(self.store.single(SETTINGS)["turnout_least"] or 0)

	@cached_property
	def _gateways(self) -> Mapping[str, datetime]:
		"""Up to when everything of a gateway is known, of those that are in use and were ever seen."""
		known = {one.name: one.known_until for one in accounts.in_use(self.store)}
		return {name: until for name, until in known.items() if until is not None}

	@cached_property
	def _terminals(self) -> Mapping[Door, tuple[str, bool]]:
		listed = door_watches.of_terminals(self.store, sorted(self._gateways))
		return {(gateway, name): (direction, bool(on)) for gateway, name, direction, on in listed}

	@cached_property
	def _leading_in(self) -> list[Door]:
		return [door for door, (direction, on) in self._terminals.items() if on and direction != "out"]

	def _is_in_use(self, door: Door) -> bool:
		return door[0] in self._gateways and self._terminals.get(door, ("", True))[1]

	@cached_property
	def _states(self) -> Mapping[Door, Sequence[tuple[datetime, str]]]:
		start = datetime.combine(self.day, time())
		return door_watches.states(self.store, start, min(start + timedelta(days=1), self.now))

	@cached_property
	def _weeks(self) -> list[date]:
		return [self.day - timedelta(days=n) for n in range(WEEKS_OF_DOORS * 7, -1, -1)]

	def _of_group(self, group: str) -> list[Door]:
		"""The doors that a group uses."""
		if group not in self._group_doors:
			used = check_ins.doors_used(self.store, self._weeks, self._members.get(group, []))
			self._group_doors[group] = [
				door for door in dict.fromkeys((row[1], row[2]) for row in used) if self._is_in_use(door)
			]
		return self._group_doors[group]

	@cached_property
	def _group_doors(self) -> dict[str, list[Door]]:
		return {}

	# turnout

	@cached_property
	def _comparable(self) -> list[date]:
		"""The days that this one is compared with."""
		first = first_kept(self.store) or self.day
		year = self.calendar.year(self.day)
		first = max(first, year.start) if year else first
		before = (self.day - timedelta(days=n) for n in range(1, (self.day - first).days + 1))
		days = [day for day in before if self.calendar.is_school_day(day)]
		alike = [day for day in days if day.weekday() == self.day.weekday()][:SAME_WEEKDAYS]
		return alike if len(alike) >= FEWEST_DAYS else days[:LAST_DAYS]

	@cached_property
	def _people(self) -> dict[str, learners.Membership]:
		"""Everybody who is on the roll of this year."""
		return roll.own_groups(learners.memberships(self.store, self.day, self.day))

	@cached_property
	def _members(self) -> dict[str, list[str]]:
		found: dict[str, list[str]] = {}
		for m in self._people.values():
			found.setdefault(m.group, []).append(m.student)
		return found

	@cached_property
	def _seen(self) -> dict[date, dict[str, set[Door]]]:
		"""By day and learner, the doors at which they were seen: of this day and those that it is compared with."""
		found: dict[date, dict[str, set[Door]]] = {day: {} for day in (self.day, *self._comparable)}
		for day, student, *door in check_ins.seen_at(self.store, list(found)):
			doors = found[day].setdefault(student, set())
			if door[0]:
				doors.add((door[0], door[1]))
		return found

	@cached_property
	def _counts(self) -> dict[date, dict[str, tuple[int, int]]]:
		"""By day and group, how many were expected and seen."""
		stays = roll.stays_of(self.store, self.calendar, self.day, self._people)
		away = roll.away_on(self.store, [self.day, *self._comparable])
		counts: dict[date, dict[str, tuple[int, int]]] = {}
		for day, seen in self._seen.items():
			found: dict[str, list[int]] = {}
			plans: dict[tuple[str, str | None], DayPlan | None] = {}
			for student, stay in stays.items():
				if not stay.since <= day <= (stay.until or day):
					continue
				key = roll.group_on(stay, day)
				if key not in plans:
					plans[key] = self.calendar.plan(day, *key)
				plan = plans[key]
				if plan is None or not self._has_begun(plan, day):
					continue
				if student in seen:
					one = found.setdefault(stay.group, [0, 0])
					one[0] += 1
					one[1] += 1
				elif (student, day) not in away:
					found.setdefault(stay.group, [0, 0])[0] += 1
			counts[day] = {group: (one[0], one[1]) for group, one in found.items()}
		return counts

	def _has_begun(self, plan: DayPlan, day: date) -> bool:
		"""Whether who comes has come by now."""
		return day != self.now.date() or self.now.hour * 60 + self.now.minute >= plan.cut_off

	@cached_property
	def _by_group(self) -> dict[str, Turnout]:
		usual = {
			group: usual_share(self._counts[day].get(group, (0, 0)) for day in self._comparable)
			for group in self._counts[self.day]
		}
		return {
			group: Turnout(group, expected, seen, usual[group])
			for group, (expected, seen) in self._counts[self.day].items()
		}

	@cached_property
	def _of_school(self) -> Turnout:
		totals = {
			day: (sum(e for e, _s in groups.values()), sum(s for _e, s in groups.values()))
			for day, groups in self._counts.items()
		}
		return Turnout(SCHOOL, *totals[self.day], usual_share(totals[day] for day in self._comparable))

	@cached_property
	def _at_doors(self) -> dict[Door, Turnout]:
		"""The turnout of doors that many use, beside their usual number."""
		counts: dict[Door, dict[date, int]] = {}
		for day, seen in self._seen.items():
			for doors in seen.values():
				for door in doors:
					at = counts.setdefault(door, {})
					at[day] = at.get(day, 0) + 1
		if len(self._comparable) < FEWEST_DAYS or self._is_running:
			return {}
		usual = {
			door: int(median([days.get(day, 0) for day in self._comparable])) for door, days in counts.items()
		}
		return {
			door: Turnout("/".join(door), usual[door], counts[door].get(self.day, 0), 1.0)
			for door in counts
			if usual[door] >= FEWEST_AT_A_DOOR
		}

	@cached_property
	def _is_running(self) -> bool:
		return self.day == self.now.date()


def first_kept(store: Store) -> date | None:
	"""The first day that terminals keep attendance of; None where none was ever in use.

	What came before the first check-in that is kept is no day on which nobody was seen.
	"""
	first, since = check_ins.first_day(store), store.single(SETTINGS)["badges_from"]
	if isinstance(since, str):
		since = date.fromisoformat(since[:10])
	return first if first is None or since is None else max(first, since)


def say_blind(spans: Sequence[BlindSpan]) -> Sentence:
	"""In a sentence, which door could not read, and when."""
	first = min(spans, key=lambda span: (span.start, span.door))
	gateway, terminal = first.door
	same = [span for span in spans if span.door == first.door]
	start, end = first.start, max(span.end for span in same)
	return say(
		SENTENCES[first.why],
		terminal,
		gateway,
		f"{start:%H:%M}",
		f"{end:%H:%M}" if end.date() == start.date() else "24:00",
	)


SENTENCES = {
	"closed": "Door {0} of {1} was not reading from {2} to {3}: its port or cable was gone.",
	"silent": "Door {0} of {1} was not reading from {2} to {3}: its reader gave no answer.",
	"noisy": "Door {0} of {1} was not reading from {2} to {3}: it refused more than it read.",
	"full": "Door {0} of {1} was not reading from {2} to {3}: its store took no more.",
	"off": "Door {0} of {1} was not reading from {2} to {3}: its gateway was off.",
	"unheard": "Nothing is known of door {0} of {1} from {2} to {3}: its gateway was not heard of.",
}
"""{0} the terminal, {1} its gateway, {2} and {3} times of day."""


def say_low(turnout: Turnout) -> Sentence:
	"""In a sentence, how few came."""
	usual = str(round(turnout.expected * turnout.usual))
	if turnout.of == SCHOOL:
		return say("Of the school only {0} of {1} were seen, where about {2} are usual.", str(turnout.seen), str(turnout.expected), usual)  # fmt: skip
	if "/" in turnout.of:
		gateway, _, terminal = turnout.of.partition("/")
		return say("At door {0} of {1} only {2} were seen, where about {3} are usual.", terminal, gateway, str(turnout.seen), usual)  # fmt: skip
	return say("Of {0} only {1} of {2} were seen, where about {3} are usual.", turnout.of, str(turnout.seen), str(turnout.expected), usual)  # fmt: skip


def arrivals(store: Store, calendar: SchoolCalendar, now: datetime, people: Roll | None = None) -> Arrivals:
	"""Who has not arrived today, as far as doors can vouch for it; `now` is naive, the school's own."""
	today = people or roll.call(store, calendar, now.date())
	witness = Witness(store, calendar, now.date(), now)
	return witness.arrivals(today.people) if witness.is_kept else Arrivals()


def _is_silent(person: OnRoll) -> bool:
	return bool(silences(person.plan, person.taps, person.notice))
