"""Teams of a school: what each may decide, who sits in it for whom, and to whom it has handed a task for how long.

TeamError(ValueError)   a team, seat or delegation that cannot be; its sentence says what to change
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from vsv_app.engine.sentences import say

LEADERSHIP, CARE, YEAR, THEME = "Leadership", "Care", "Year", "Theme"
LEARNER_COUNCIL, FAMILY_COUNCIL, SCHOOL_COUNCIL = "Learner Council", "Family Council", "School Council"
NETWORK = "Network"
KINDS = (LEADERSHIP, CARE, YEAR, THEME, LEARNER_COUNCIL, FAMILY_COUNCIL, SCHOOL_COUNCIL, NETWORK)
LEARNER, FAMILY, STAFF, PARTNER, LEADER = "Learner", "Family", "Staff", "Partner", "Leader"
SEATS = (LEARNER, FAMILY, STAFF, PARTNER, LEADER)
HOW_CHOSEN = ("Elected", "Appointed", "Drawn", "Volunteer")

DECIDES, AGREES, ADVISES, INFORMED = "May Decide Alone", "Agrees", "Advises", "Is Informed"
LEVELS = (DECIDES, AGREES, ADVISES, INFORMED)
"""What a team may do on a subject, the most first. The words are the school's, and stand in for no law on councils."""


class TeamError(ValueError):
	"""The sentence says what to change."""


@dataclass(frozen=True)
class Member:
	"""A person in a seat, from a day to a day, both included; `ends` None: until further notice. `group`: whom the seat speaks for."""

	person: str
	seat: str
	how_chosen: str
	starts: date
	ends: date | None = None
	group: str = ""

	def __post_init__(self) -> None:
		if self.seat not in SEATS:
			raise TeamError(say("Choose a seat for {0}: {1}.", self.person, SEATS))
		if self.how_chosen not in HOW_CHOSEN:
			raise TeamError(say("Say how {0} was chosen: {1}.", self.person, HOW_CHOSEN))
		if self.ends is not None and self.ends < self.starts:
			raise TeamError(say("The seat of {0} ends before it begins. Change its dates.", self.person))

	def sits(self, on: date) -> bool:
		return self.starts <= on and (self.ends is None or on <= self.ends)


@dataclass(frozen=True)
class Delegation:
	"""A subject that a team hands to one person, from a day to a day, both included; nothing is handed on from the day it is withdrawn."""

	person: str
	subject: str
	given_by: str
	starts: date
	ends: date
	withdrawn_on: date | None = None

	def __post_init__(self) -> None:
		if self.ends < self.starts:
			raise TeamError(
				say("The delegation to {0} ends before it begins. Change its dates.", self.person)
			)

	def runs(self, on: date) -> bool:
		return self.starts <= on <= self.ends and (self.withdrawn_on is None or on < self.withdrawn_on)


@dataclass(frozen=True)
class Decider:
	"""Who decides on a subject: the people together, or one of them alone to whom it was handed."""

	team: str
	people: tuple[str, ...]
	delegated: bool = False


@dataclass(frozen=True)
class Team:
	"""A team with its mandate: what it may do, by subject. Raises TeamError.

	reserved   seats kept for learners or families of a programme or group, how many by its name; never for a person's circumstances
	"""

	name: str
	kind: str
	purpose: str
	starts: date
	ends: date | None = None
	mandate: Mapping[str, str] = field(default_factory=dict)
	members: tuple[Member, ...] = ()
	delegations: tuple[Delegation, ...] = ()
	reserved: Mapping[str, int] = field(default_factory=dict)

	def __post_init__(self) -> None:
		if self.kind not in KINDS:
			raise TeamError(say("Choose a kind of team: {0}.", KINDS))
		if not self.purpose.strip():
			raise TeamError("Say in a sentence what the team is for.")
		if self.ends is not None and self.ends < self.starts:
			raise TeamError("The team ends before it begins. Change its dates.")
		for subject, level in self.mandate.items():
			if not subject.strip():
				raise TeamError("Name each subject of the mandate.")
			if level not in LEVELS:
				raise TeamError(say("Say what the team may do on {0}: {1}.", subject, LEVELS))
		if any(seats < 1 for seats in self.reserved.values()):
			raise TeamError("A reserved seat is one seat or more.")
		self._check_members()
		self._check_delegations()

	def _check_members(self) -> None:
		for one, other in combinations(self.members, 2):
			if one.person == other.person and _overlap(one.starts, one.ends, other.starts, other.ends):
				raise TeamError(say("{0} sits in the team twice at the same time.", one.person))

	def _check_delegations(self) -> None:
		for one in self.delegations:
			if self.mandate.get(one.subject) != DECIDES:
				raise TeamError(
					say(
						"The team may not decide on {0} alone, so it cannot hand it to one person.",
						one.subject,
					)
				)
			if not any(member.person == one.given_by and member.sits(one.starts) for member in self.members):
				raise TeamError(
					say(
						"{0} is not in the team on {1} and cannot hand {2} to anybody.",
						one.given_by,
						str(one.starts),
						one.subject,
					)
				)
		for one, other in combinations(self.delegations, 2):
			if one.subject == other.subject and _overlap(*_while(one), *_while(other)):
				raise TeamError(
					say("{0} is handed to two people at the same time. Withdraw one of them.", one.subject)
				)

	def stands(self, on: date) -> bool:
		return self.starts <= on and (self.ends is None or on <= self.ends)

	def sitting(self, on: date) -> tuple[Member, ...]:
		"""Who sits in it on a day; nobody where the team is over or not begun."""
		return tuple(member for member in self.members if member.sits(on)) if self.stands(on) else ()

	def level(self, subject: str, on: date) -> str:
		"""What the team may do on a subject on a day; empty: nothing of it is said."""
		return self.mandate.get(subject, "") if self.stands(on) else ""

	def decider(self, subject: str, on: date) -> Decider | None:
		"""Who of the team decides on a subject on a day: whom it was handed to, else those who sit in it together; None: not this team.

		What was handed on is with that one person until it ends or is withdrawn, so that nobody decides it twice.
		"""
		if self.level(subject, on) != DECIDES:
			return None
		for one in self.delegations:
			if one.subject == subject and one.runs(on):
				return Decider(self.name, (one.person,), delegated=True)
		people = tuple(member.person for member in self.sitting(on))
		return Decider(self.name, people) if people else None

	def unfilled(self, on: date) -> dict[str, int]:
		"""How many reserved seats of each group nobody sits in on a day."""
		taken = Counter(member.group for member in self.sitting(on))
		return {
			group: seats - taken[group]
			for group, seats in sorted(self.reserved.items())
			if seats > taken[group]
		}


def deciders(teams: Iterable[Team], subject: str, on: date) -> list[Decider]:
	"""Who decides on a subject on a day. More than one: the mandates of these teams contradict each other."""
	return [found for team in teams if (found := team.decider(subject, on))]


def may_decide(teams: Iterable[Team], person: str, subject: str, on: date) -> bool:
	"""Whether a person decides on a subject on a day, alone or together with the team."""
	return any(person in found.people for found in deciders(teams, subject, on))


def _while(one: Delegation) -> tuple[date, date]:
	"""The days on which it runs; withdrawn before it began, none: an end before the start."""
	if one.withdrawn_on is None or one.withdrawn_on > one.ends:
		return one.starts, one.ends
	return one.starts, date.fromordinal(one.withdrawn_on.toordinal() - 1)


def _overlap(starts: date, ends: date | None, other_starts: date, other_ends: date | None) -> bool:
	latest = max(starts, other_starts)
	return latest <= (ends or date.max) and latest <= (other_ends or date.max)
