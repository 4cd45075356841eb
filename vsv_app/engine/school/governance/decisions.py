"""The life of a decision: asked, heard, decided with reasons, told back to those who were asked, looked at again.

Raised ─► Open ─► Decided ─► Told Back ─► Reviewed
   └────────┴──► Not Taken Up, with reasons, told back first

DecisionError(ValueError)   a position or a promise that cannot be; its sentence says what to change
StepRefused                 see `step`
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from vsv_app.engine.lifecycle import Lifecycle
from vsv_app.engine.school.governance.teams import DECIDES, SEATS
from vsv_app.engine.sentences import say

RAISED, OPEN, DECIDED, TOLD_BACK, REVIEWED = "Raised", "Open", "Decided", "Told Back", "Reviewed"
NOT_TAKEN_UP = "Not Taken Up"
LIFE = Lifecycle(
	"decision",
	RAISED,
	{
		RAISED: (OPEN, NOT_TAKEN_UP),
		OPEN: (DECIDED, NOT_TAKEN_UP),
		DECIDED: (TOLD_BACK,),
		TOLD_BACK: (REVIEWED,),
		REVIEWED: (),
		NOT_TAKEN_UP: (),
	},
)
PUBLIC = (DECIDED, TOLD_BACK, REVIEWED, NOT_TAKEN_UP)
"""The states in which the school community reads it; positions stay with the team."""

PROMISED_INFORMED, CONSULTED, ADVISES, AGREES = "Informed", "Consulted", "Advises", "Agrees"
PROMISES = (PROMISED_INFORMED, CONSULTED, ADVISES, AGREES)
"""What those whom it concerns were promised, the least first."""
HOW_HEARD = ("Form", "Talk", "Small Group", "With An Interpreter", "Ballot", "Meeting")
SPACE, VOICE, AUDIENCE, INFLUENCE = "Space", "Voice", "Audience", "Influence"
LUNDY = (SPACE, VOICE, AUDIENCE, INFLUENCE)
"""Who was asked, how they were helped to speak, who listened, what came of it (Lundy 2007)."""
ANSWER_WITHIN_SCHOOL_DAYS = 10


class DecisionError(ValueError):
	"""The sentence says what to change."""


@dataclass(frozen=True)
class Position:
	"""What somebody in a seat, or those who sit there together, want: an option or something else, and why. Raises DecisionError.

	against   whether it is a no to what is proposed; then the reasons are asked for
	"""

	seat: str
	option: str
	on: date
	reasons: str = ""
	against: bool = False
	how: str = HOW_HEARD[0]

	def __post_init__(self) -> None:
		if self.seat not in SEATS:
			raise DecisionError(say("Say for whom this position is: {0}.", SEATS))
		if self.how not in HOW_HEARD:
			raise DecisionError(say("Say how they were heard: {0}.", HOW_HEARD))
		if self.against and not self.reasons.strip():
			raise DecisionError("Say why not: a no without reasons helps nobody to find something better.")


@dataclass(frozen=True)
class Decision:
	"""What the life of a decision depends on. Raises DecisionError.

	concerns       seats that it concerns, and what each was promised
	ballot         what each seat chose where it voted, by seat; empty: no option has the most votes
	against_advice why the advice of a seat was not followed, by seat
	not_heard      whom we have not heard, and what was done to hear them
	lundy          the four questions, with what is written under each
	told_to        seats that were told what became of it
	"""

	question: str
	why_now: str
	raised_by: str
	raised_on: date
	concerns: Mapping[str, str] = field(default_factory=dict)
	status: str = RAISED
	subject: str = ""
	responsible: str = ""
	options: tuple[str, ...] = ()
	opens: date | None = None
	closes: date | None = None
	positions: tuple[Position, ...] = ()
	ballot: Mapping[str, str] = field(default_factory=dict)
	not_heard: str = ""
	lundy: Mapping[str, str] = field(default_factory=dict)
	outcome: str = ""
	reasons: str = ""
	against_advice: Mapping[str, str] = field(default_factory=dict)
	decided_on: date | None = None
	told_back_on: date | None = None
	told_to: frozenset[str] = frozenset()
	look_again_on: date | None = None
	review: str = ""

	def __post_init__(self) -> None:
		for seat, promise in self.concerns.items():
			if seat not in SEATS:
				raise DecisionError(say("Say whom it concerns: {0}.", SEATS))
			if promise not in PROMISES:
				raise DecisionError(say("Say what {0} is promised: {1}.", seat, PROMISES))
		if self.opens and self.closes and self.closes < self.opens:
			raise DecisionError("It closes before it opens. Change its dates.")

	@property
	def asked(self) -> tuple[str, ...]:
		"""Seats that were promised more than to hear of it."""
		return tuple(
			seat for seat in SEATS if self.concerns.get(seat, PROMISED_INFORMED) != PROMISED_INFORMED
		)

	@property
	def unanswered(self) -> tuple[str, ...]:
		"""Of the four questions those under which nothing is written."""
		return tuple(one for one in LUNDY if not self.lundy.get(one, "").strip())


@dataclass(frozen=True)
class Due:
	"""What somebody is to do with a decision next, and the last day on which it is in time."""

	what: str
	on: date


TAKE_UP, DECIDE, TELL_BACK, LOOK_AGAIN = "Take Up", "Decide", "Tell Back", "Look Again"


def advice(decision: Decision) -> dict[str, str]:
	"""What each seat that was asked advises: what it voted for, else the option that most of its positions want, each no taken off a yes.

	No entry where it is split, said no alone, or said nothing.
	"""
	found = {}
	for seat in decision.asked:
		wanted = decision.ballot.get(seat, "")
		if seat not in decision.ballot:
			for_each: Counter[str] = Counter()
			for one in decision.positions:
				if one.seat == seat:
					for_each[one.option] += -1 if one.against else 1
			first = for_each.most_common(2)
			if first and first[0][1] > max(0, first[1][1] if len(first) > 1 else 0):
				wanted = first[0][0]
		if wanted:
			found[seat] = wanted
	return found


def overruled(decision: Decision) -> tuple[str, ...]:
	"""Seats whose advice was another than what was decided, or of which more said no than yes to it."""
	advised = advice(decision)
	found = []
	for seat in decision.asked:
		of_it = [one for one in decision.positions if one.seat == seat and one.option == decision.outcome]
		refused = 2 * sum(one.against for one in of_it) > len(of_it)
		if advised[seat] != decision.outcome if seat in advised else refused:
			found.append(seat)
	return tuple(found)


def step(decision: Decision, after: str, *, today: date, mandate: str = "") -> None:
	"""Check one step; raises IllegalStep, or NotYet with all that it still takes. `mandate`: what who decides may do on the subject (`teams.Team.level`)."""
	checks: dict[str, Callable[[], list[str]]] = {
		OPEN: lambda: _missing_to_open(decision),
		DECIDED: lambda: _missing_to_decide(decision, today, mandate),
		TOLD_BACK: lambda: _missing_to_tell_back(decision, today),
		REVIEWED: lambda: _missing_to_review(decision, today),
		NOT_TAKEN_UP: lambda: _missing_to_turn_down(decision, today),
	}
	LIFE.check(decision.status, after, checks[after]() if after in checks else ())


def due(decision: Decision, school_days_after: Callable[[date, int], date]) -> Due | None:
	"""What is to be done next and by when; None once nothing is. `school_days_after`: the school day so many after a day."""
	within = ANSWER_WITHIN_SCHOOL_DAYS
	if decision.status == RAISED:
		return Due(TAKE_UP, school_days_after(decision.raised_on, within))
	if decision.status == OPEN and decision.closes:
		return Due(DECIDE, school_days_after(decision.closes, within))
	if decision.status == DECIDED and decision.decided_on:
		return Due(TELL_BACK, school_days_after(decision.decided_on, within))
	if decision.status == TOLD_BACK and decision.look_again_on:
		return Due(LOOK_AGAIN, decision.look_again_on)
	return None


def _missing_to_open(decision: Decision) -> list[str]:
	missing: list[str] = []
	if not decision.question.strip():
		missing.append("Say what the question is.")
	if not decision.why_now.strip():
		missing.append("Say why it is asked now.")
	if not decision.responsible:
		missing.append("Name the person or team that sees to it.")
	if not decision.concerns:
		missing.append("Say whom it concerns and what they are promised.")
	if len({option.strip() for option in decision.options if option.strip()}) < 2:
		missing.append("Give at least two options; leaving it as it is can be one.")
	if decision.opens is None or decision.closes is None:
		missing.append("Say from when to when people can say what they think.")
	return missing


def _missing_to_decide(decision: Decision, today: date, mandate: str) -> list[str]:
	missing = _missing_to_open(decision)
	if mandate != DECIDES:
		missing.append(
			"Who decides this has no mandate for it: have it decided by a team that does, or change the mandate first."
		)
	if decision.closes and today <= decision.closes:
		missing.append(say("People can still say what they think, until {0}.", str(decision.closes)))
	if decision.outcome not in decision.options or not decision.outcome.strip():
		missing.append("Choose one of the options.")
	if not decision.reasons.strip():
		missing.append("Say why, in words for those who were asked.")
	if decision.decided_on is None or decision.decided_on > today:
		missing.append("Say on which day it was decided.")
	if decision.look_again_on is None or decision.look_again_on <= today:
		missing.append("Say when it is looked at again, on a day after today.")
	heard = {one.seat for one in decision.positions} | set(decision.ballot)
	missing += [
		say("{0} was promised to be heard and is not heard yet.", seat)
		for seat in decision.asked
		if seat not in heard
	]
	if decision.asked and not decision.not_heard.strip():
		missing.append("Say whom you have not heard, and what you did to hear them.")
	return missing + _missing_of_advice(decision)


def _missing_of_advice(decision: Decision) -> list[str]:
	missing: list[str] = []
	if not decision.outcome:
		return []
	advised = advice(decision)
	for seat in decision.asked:
		if decision.concerns[seat] == AGREES:
			if advised.get(seat) != decision.outcome:
				missing.append(
					say(
						"{0} was promised that it agrees, and does not agree with this. Choose what it agrees with, or leave it as it is.",
						seat,
					)
				)
		elif seat in overruled(decision) and not decision.against_advice.get(seat, "").strip():
			missing.append(say("Say why the advice of {0} is not followed.", seat))
	return missing


def _missing_to_tell_back(decision: Decision, today: date) -> list[str]:
	missing: list[str] = []
	if decision.told_back_on is None or decision.told_back_on > today:
		missing.append("Say on which day it was told back.")
	elif decision.decided_on and decision.told_back_on < decision.decided_on:
		missing.append("It was told back before it was decided. Change the day.")
	return missing + [
		say("{0} is not told yet what became of it.", seat)
		for seat in SEATS
		if seat in decision.concerns and seat not in decision.told_to
	]


def _missing_to_review(decision: Decision, today: date) -> list[str]:
	missing: list[str] = []
	if decision.look_again_on and today < decision.look_again_on:
		missing.append(say("It is looked at again on {0}.", str(decision.look_again_on)))
	if not decision.review.strip():
		missing.append("Say what came of it, and what you would do again or not.")
	return missing


def _missing_to_turn_down(decision: Decision, today: date) -> list[str]:
	missing: list[str] = []
	if not decision.reasons.strip():
		missing.append("Say why it is not taken up.")
	if decision.told_back_on is None or decision.told_back_on > today:
		missing.append("Tell whoever raised it first, and say on which day.")
	return missing
