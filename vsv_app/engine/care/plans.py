"""The life of a support plan: agreed by learner or guardian and by the school, with goals that can be measured.

Draft ─► Proposed ─► Agreed ─► Active ⇄ In Review ─► Closed, with an outcome and a reason
            ▲           │         │          │
            └───────────┴─────────┴──────────┘  changed goals: a new version, and everybody is asked again

GoalError(ValueError)   a goal that nobody could tell to be reached, or by when
StepRefused             see `steps`
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite

from vsv_app.engine.lifecycle import IllegalStep, Lifecycle, fingerprint_of
from vsv_app.engine.sentences import say

DRAFT, PROPOSED, AGREED, ACTIVE = "Draft", "Proposed", "Agreed", "Active"
IN_REVIEW, CLOSED = "In Review", "Closed"
LIFE = Lifecycle(
	"plan",
	DRAFT,
	{
		DRAFT: (PROPOSED, CLOSED),
		PROPOSED: (DRAFT, AGREED, CLOSED),
		AGREED: (ACTIVE, CLOSED),
		ACTIVE: (IN_REVIEW, CLOSED),
		IN_REVIEW: (ACTIVE, CLOSED),
		CLOSED: (),
	},
)
STANDING = (DRAFT, PROPOSED, AGREED, ACTIVE, IN_REVIEW)
RESTS_ON_AGREEMENT = (AGREED, ACTIVE, IN_REVIEW)

GOALS_MET, ELSEWHERE, LEFT, NOT_AGREED = "Goals Met", "Continued Elsewhere", "Left", "Not Agreed"
OUTCOMES = (GOALS_MET, ELSEWHERE, LEFT, NOT_AGREED)
OPEN, MET, NOT_MET, DROPPED = "Open", "Met", "Not Met", "Dropped"
GOAL_STATES = (OPEN, MET, NOT_MET, DROPPED)

LEARNER, GUARDIAN, SCHOOL = "Learner", "Guardian", "School"
PARTIES = (LEARNER, GUARDIAN, SCHOOL)
AGREES, ASKS_CHANGE, WITHDRAWS = "Agrees", "Asks For A Change", "Withdraws"
DECISIONS = (AGREES, ASKS_CHANGE, WITHDRAWS)
HOW = ("Portal", "In Person", "On Paper", "By Phone")
CONTINUE, CLOSE = "Continue", "Close"


class GoalError(ValueError):
	"""Says which goal, and in `missing` what it lacks."""

	def __init__(self, what: str, missing: Sequence[str]) -> None:
		self.what, self.missing = what, tuple(missing)
		super().__init__(" ".join(missing))


@dataclass(frozen=True)
class Goal:
	"""Something to reach: how it is measured, from which value to which, by which day. Raises GoalError."""

	what: str
	measure: str
	baseline: float
	target: float
	due: date | None
	status: str = OPEN

	def __post_init__(self) -> None:
		missing = []
		if not self.what.strip():
			missing.append("Say what the goal is.")
		if not self.measure.strip():
			missing.append("Say how the goal is measured.")
		if not (isfinite(self.baseline) and isfinite(self.target)):
			missing.append("Give the goal's value now and the value to reach as numbers.")
		elif self.baseline == self.target:
			missing.append("The value to reach is the value now: nobody could tell when the goal is met.")
		if self.due is None:
			missing.append("Say by which day the goal is to be met.")
		if self.status not in GOAL_STATES:
			missing.append("A goal is open, met, not met or dropped.")
		if missing:
			raise GoalError(self.what, missing)

	def progress(self, value: float) -> float:
		"""How far `value` is from the baseline to the target: 0 to 1, below 0 when it got worse."""
		return min(1.0, (value - self.baseline) / (self.target - self.baseline))


@dataclass(frozen=True)
class Action:
	"""Something that somebody does for the plan; `until` None: without an end. `others`: who does it without an account here."""

	what: str
	who: str
	until: date | None = None
	done: bool = False
	others: str = ""


@dataclass(frozen=True)
class Agreement:
	"""One decision of one person: for which party, when, how, and about exactly which text."""

	party: str
	person: str
	on: datetime
	how: str
	version: int
	fingerprint: str
	decision: str = AGREES


@dataclass(frozen=True)
class Review:
	"""A look at the plan together: on which day, and what was decided."""

	on: date
	decision: str


@dataclass(frozen=True)
class Plan:
	"""What the life of a plan depends on. `needed`: the parties whose agreement it takes."""

	status: str = DRAFT
	version: int = 1
	needed: tuple[str, ...] = (LEARNER, SCHOOL)
	cause: str = ""
	responsible: str = ""
	goals: tuple[Goal, ...] = ()
	actions: tuple[Action, ...] = ()
	agreements: tuple[Agreement, ...] = ()
	reviews: tuple[Review, ...] = ()
	starts: date | None = None
	next_review: date | None = None
	in_review_since: date | None = None

	@property
	def fingerprint(self) -> str:
		return fingerprint(self.goals)


@dataclass(frozen=True)
class Overdue:
	"""Something in a plan whose day has passed."""

	kind: str
	what: str
	who: str
	due: date


def age_on(born: date, day: date) -> int:
	"""Whole years; who was born on 29 February is a year older on 1 March."""
	return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def needed_parties(age: int | None, consent_age: int) -> tuple[str, str]:
	"""Who agrees beside the school: the learner, or a guardian below the age or where the age is not known."""
	return (LEARNER if age is not None and age >= consent_age else GUARDIAN, SCHOOL)


def fingerprint(goals: Iterable[Goal]) -> str:
	"""What was agreed, as 64 hex digits: it changes with the goals, not with their order or how far they are."""
	text = sorted(
		[goal.what.strip(), goal.measure.strip(), goal.baseline, goal.target, str(goal.due)] for goal in goals
	)
	return fingerprint_of(text)


def agreed(plan: Plan) -> tuple[str, ...]:
	"""The parties that agree with this very version: at least one person does, and nobody's last word is another."""
	last: dict[tuple[str, str], str] = {}
	for one in sorted(plan.agreements, key=lambda agreement: agreement.on):
		if one.version == plan.version and one.fingerprint == plan.fingerprint:
			who = one.party, one.person
			# Asking for a change takes back nothing of what the same person agreed to, so that help goes on meanwhile.
			if one.decision != ASKS_CHANGE or last.get(who) != AGREES:
				last[who] = one.decision
	return tuple(
		party
		for party in PARTIES
		if (words := [word for (of, _person), word in last.items() if of == party])
		and all(word == AGREES for word in words)
	)


def open_parties(plan: Plan) -> tuple[str, ...]:
	"""The parties whose agreement the plan still waits for."""
	given = agreed(plan)
	return tuple(party for party in plan.needed if party not in given)


def decided(plan: Plan) -> str:
	"""The status that follows from the agreements: Agreed with the last one, Proposed again when one is withdrawn."""
	if plan.status == PROPOSED and not _missing(plan, AGREED, date.max, "", ""):
		return AGREED
	if plan.status in RESTS_ON_AGREEMENT and open_parties(plan):
		return PROPOSED
	return plan.status


def step(plan: Plan, after: str, *, today: date, outcome: str = "", reason: str = "") -> None:
	"""Check one step; raises IllegalStep, or NotYet with all that it still takes."""
	LIFE.check(plan.status, after, _missing(plan, after, today, outcome, reason))


def edited(before: Plan, after: Plan) -> tuple[str, int]:
	"""(status, version) after the goals were edited: what was agreed before is asked again. Raises on a closed plan."""
	if before.fingerprint == after.fingerprint:
		return before.status, before.version
	if before.status == CLOSED:
		raise IllegalStep("plan", CLOSED, "a plan with other goals", ())
	if before.status == DRAFT:
		return DRAFT, before.version
	return PROPOSED, before.version + 1


def overdue(plan: Plan, today: date) -> list[Overdue]:
	"""Actions, goals and the review whose day has passed, in a plan that is being carried out."""
	if plan.status not in (ACTIVE, IN_REVIEW):
		return []
	found = [
		Overdue("Action", action.what, action.who or plan.responsible, action.until)
		for action in plan.actions
		if action.until and action.until < today and not action.done
	]
	found += [
		Overdue("Goal", goal.what, plan.responsible, goal.due)
		for goal in plan.goals
		if goal.status == OPEN and goal.due and goal.due < today
	]
	if plan.next_review and plan.next_review < today:
		found.append(Overdue("Review", "", plan.responsible, plan.next_review))
	return found


def _missing(plan: Plan, after: str, today: date, outcome: str, reason: str) -> list[str]:
	if after == CLOSED:
		return _missing_to_close(plan, outcome, reason)
	missing = []
	if after in (PROPOSED, *RESTS_ON_AGREEMENT):
		if not plan.goals:
			missing.append("Add at least one goal.")
		if not plan.cause.strip():
			missing.append("Say what the plan answers to.")
		if not plan.responsible:
			missing.append("Name the person who sees to the plan.")
	if plan.status == DRAFT and after == PROPOSED:
		missing += _missing_to_propose(plan, today)
	if after in RESTS_ON_AGREEMENT:
		missing += [
			say("{0} has not agreed with version {1} yet.", party, str(plan.version))
			for party in open_parties(plan)
		]
	if after == ACTIVE:
		missing += _missing_to_act(plan, today)
	return missing


def _missing_to_propose(plan: Plan, today: date) -> list[str]:
	"""What is asked of a family says who does what, and when it is looked at together."""
	missing = []
	if not plan.actions:
		missing.append("Add at least one action.")
	if any(not (action.who or action.others.strip()) for action in plan.actions):
		missing.append("Say who does each action.")
	if plan.next_review is None or plan.next_review <= today:
		missing.append("Set the day of the next review, after today.")
	return missing


def _missing_to_act(plan: Plan, today: date) -> list[str]:
	missing = []
	if not plan.actions:
		missing.append("Add at least one action.")
	if plan.starts is None or plan.starts > today:
		missing.append("The plan has not begun: its first day is missing or lies ahead.")
	if plan.next_review is None or plan.next_review <= today:
		missing.append("Set the day of the next review, after today.")
	if plan.status == IN_REVIEW and not any(
		review.decision == CONTINUE and plan.in_review_since and plan.in_review_since <= review.on <= today
		for review in plan.reviews
	):
		missing.append("Write down the review with the decision to continue.")
	return missing


def _missing_to_close(plan: Plan, outcome: str, reason: str) -> list[str]:
	missing = []
	if outcome not in OUTCOMES:
		missing.append("Say how it ended: goals met, continued elsewhere, left, or not agreed.")
	if not reason.strip():
		missing.append("Say in a few words why it ends.")
	if outcome == NOT_AGREED and plan.status not in (DRAFT, PROPOSED):
		missing.append("It was agreed: choose another outcome.")
	if outcome == GOALS_MET:
		if plan.status not in (ACTIVE, IN_REVIEW):
			missing.append("A plan that was not carried out has met no goals.")
		kept = [goal for goal in plan.goals if goal.status != DROPPED]
		if not kept or any(goal.status != MET for goal in kept):
			missing.append("Not every goal is met.")
	return missing
