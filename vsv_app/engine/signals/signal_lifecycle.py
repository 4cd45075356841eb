"""The life of a signal: its steps, what may follow what, and the state that the steps lead to.

Open ─────► Acknowledged ─► In Plan
 │             │             │
 ├─────────────┴─────────────┴──► Dismissed, with a reason
 └──► Resolved, from any of these three, when the facts no longer hold

Acknowledging is a promise: it names the day to look again. What is done meanwhile moves that day on; without it the
signal is open again. A plan that ends gives its signals back: those whose facts still hold are open again.

Who has just dismissed a signal may take that back: it is Acknowledged again, or In Plan where a plan holds it. A
dismissed signal holds the key of its learner and rule, so that the same facts do not raise it again, until they no
longer hold or got worse.

IllegalTransition(ValueError)   names the states that are possible
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from vsv_app.engine.sentences import say

OPEN, ACKNOWLEDGED, IN_PLAN, DISMISSED, RESOLVED = "Open", "Acknowledged", "In Plan", "Dismissed", "Resolved"

ALLOWED: dict[str, tuple[str, ...]] = {
	OPEN: (ACKNOWLEDGED, IN_PLAN, DISMISSED, RESOLVED),
	ACKNOWLEDGED: (IN_PLAN, DISMISSED, RESOLVED),
	IN_PLAN: (DISMISSED, RESOLVED),
	DISMISSED: (),
	RESOLVED: (),
}
STANDING = (OPEN, ACKNOWLEDGED, IN_PLAN)
"""The states in which a signal still asks for attention or has it."""

RAISED, UPDATED, RAISED_ANEW = "Raised", "Updated", "Raised Anew"
CONTESTED, ESCALATED = "Contested", "Escalated"
PUT_IN_PLAN, TAKEN_BACK = "Put in Plan", "Taken Back"
FOLLOWED_UP, CAME_BACK, GIVEN_BACK = "Followed Up", "Came Back", "Given Back"
STEPS = (
	RAISED, UPDATED, ACKNOWLEDGED, CONTESTED, PUT_IN_PLAN, DISMISSED, TAKEN_BACK, RESOLVED, RAISED_ANEW, ESCALATED,
	FOLLOWED_UP, CAME_BACK, GIVEN_BACK,
)  # fmt: skip
"""Every kind of step. Some bear the name of the state that they lead to."""
STEP_TO = {ACKNOWLEDGED: ACKNOWLEDGED, IN_PLAN: PUT_IN_PLAN, DISMISSED: DISMISSED, RESOLVED: RESOLVED}
"""The step by which a person brings a signal to a state."""
LEADS_TO = {step: state for state, step in STEP_TO.items()}

DISMISS_REASONS = (
	"Known and handled",
	"Facts are wrong",
	"Excused afterwards",
	"Not a concern for this learner",
	"Other",
)
TAKE_BACK_WITHIN = timedelta(minutes=5)
"""A slip of the finger is noticed at once; a change of mind later is a new signal's to ask for."""


class IllegalTransition(ValueError):
	"""A step that the life of a signal does not know."""

	def __init__(self, before: str, after: str) -> None:
		self.before, self.after = before, after
		possible = ", ".join(ALLOWED.get(before, ())) or "nothing: it is closed"
		super().__init__(f"A signal that is {before} cannot become {after}; possible: {possible}.")


@dataclass(frozen=True)
class Measured:
	"""What a rule found at one look: the condition that holds, its value, and how much support it asks for."""

	indicator: str
	observed_value: float
	threshold: float
	tier: int
	severity: str
	rule_version: int = 0


@dataclass(frozen=True)
class Step:
	"""One step of a signal. `by` is None where the rules took it, `measured` is theirs alone.

	plan           that it was put in or came out of, or that holds it when a dismissal is taken back
	record         attendance that somebody says is not right
	recipient      who was told because nobody acted, on which `level` of the ladder
	reconstructed  written afterwards, from what the signal said
	look_again_on  the day by which somebody wants to look at it again
	"""

	kind: str
	on: datetime
	by: str | None = None
	reason: str | None = None
	note: str | None = None
	measured: Measured | None = None
	plan: str | None = None
	record: str | None = None
	recipient: str | None = None
	level: str | None = None
	reconstructed: bool = False
	look_again_on: date | None = None


@dataclass(frozen=True)
class SignalState:
	"""What a signal says of itself after some steps; its fields are named as those of the document.

	`holds_key`: no other signal of the same learner and rule can be raised. `look_again_on`: the promise of who
	acknowledged it. `reopened_on`: since when it is open again, after somebody had it in hand.
	"""

	status: str
	severity: str
	tier: int
	indicator: str
	observed_value: float
	threshold: float
	raised_on: datetime | None
	last_evaluated_on: datetime | None
	acknowledged_on: datetime | None = None
	acknowledged_by: str | None = None
	closed_on: datetime | None = None
	closed_by: str | None = None
	dismiss_reason: str | None = None
	note: str | None = None
	dismissed_value: float = 0.0
	look_again_on: date | None = None
	reopened_on: datetime | None = None
	holds_key: bool = True

	@property
	def waits_since(self) -> datetime | None:
		"""Since when it asks for an answer."""
		return self.reopened_on or self.raised_on


def state_after(steps: Iterable[Step]) -> SignalState | None:
	"""What a signal says after its steps, in their order; None where there are none."""
	state: SignalState | None = None
	for step in steps:
		state = after(state, step)
	return state


def after(state: SignalState | None, step: Step) -> SignalState:
	"""What a signal says after one more step; raises IllegalTransition, or ValueError with what is missing."""
	if state is None:
		return _raised(step)
	_check(state, step)
	return _CHANGES.get(step.kind, _unchanged)(state, step)


def may_follow(state: SignalState, step: Step) -> bool:
	"""Whether a step is one that can follow."""
	try:
		after(state, step)
	except ValueError:
		return False
	return True


def check_step(before: str, to: str, *, reason: str | None = None, note: str | None = None) -> None:
	"""Check what a person does; raises IllegalTransition, or ValueError when a dismissal gives no reason."""
	if to not in ALLOWED.get(before, ()):
		raise IllegalTransition(before, to)
	if to == DISMISSED:
		if reason not in DISMISS_REASONS:
			raise ValueError(say("Choose why it is dismissed: {0}.", DISMISS_REASONS))
		if reason == "Other" and not (note or "").strip():
			raise ValueError(say("Say in a few words why it is dismissed."))


def check_take_back(
	status: str,
	*,
	closed_by: str | None,
	closed_on: datetime | None,
	holds: bool,
	by: str | None,
	now: datetime,
) -> None:
	"""Check that `by` may take a dismissal back; raises IllegalTransition, or ValueError with why not.

	`holds`: it still holds the key of its learner and rule, so no other signal has taken its place.
	"""
	if status != DISMISSED:
		raise IllegalTransition(status, ACKNOWLEDGED)
	if closed_by != by:
		raise ValueError(say("Only the person who dismissed a signal can take that back."))
	if closed_on is None or now - closed_on > TAKE_BACK_WITHIN or not holds:
		raise ValueError(
			say("It is too late to take this back. The signal comes anew when the facts get worse.")
		)


def open_key(student: str, rule: str) -> str:
	"""What makes a second open signal for the same learner and rule impossible."""
	return f"{student}|{rule}"


def _check(state: SignalState, step: Step) -> None:
	kept = state.status == DISMISSED and state.holds_key
	if step.kind == TAKEN_BACK:
		check_take_back(
			state.status, closed_by=state.closed_by, closed_on=state.closed_on, holds=kept, by=step.by, now=step.on
		)  # fmt: skip
	elif step.kind in LEADS_TO:
		if not (step.kind == RESOLVED and kept and step.by is None):
			check_step(state.status, LEADS_TO[step.kind], reason=step.reason, note=step.note)
	else:
		possible = {
			UPDATED: state.status in STANDING and step.measured is not None,
			CONTESTED: state.status in STANDING,
			ESCALATED: state.status == OPEN,
			RAISED_ANEW: kept,
			FOLLOWED_UP: state.status == ACKNOWLEDGED and step.look_again_on is not None,
			CAME_BACK: state.status == ACKNOWLEDGED,
			GIVEN_BACK: state.status == IN_PLAN,
		}
		if not possible.get(step.kind):
			raise IllegalTransition(state.status, step.kind)


def _raised(step: Step) -> SignalState:
	if step.kind != RAISED or step.measured is None:
		raise ValueError(f"A signal begins by being raised, with what was measured, and not by {step.kind}.")
	return SignalState(OPEN, **_of(step.measured), raised_on=step.on, last_evaluated_on=step.on)


def _of(measured: Measured | None) -> dict[str, Any]:
	"""What a look changes of a signal; the version that it was raised under stays."""
	if measured is None:
		return {}
	return {field: value for field, value in vars(measured).items() if field != "rule_version"}


def _unchanged(state: SignalState, _step: Step) -> SignalState:
	return state


def _updated(state: SignalState, step: Step) -> SignalState:
	return replace(state, **_of(step.measured), last_evaluated_on=step.on)


def _acknowledged(state: SignalState, step: Step) -> SignalState:
	return replace(
		state,
		status=ACKNOWLEDGED,
		acknowledged_on=step.on,
		acknowledged_by=step.by,
		look_again_on=step.look_again_on,
	)


def _followed_up(state: SignalState, step: Step) -> SignalState:
	return replace(state, look_again_on=step.look_again_on)


def _open_again(state: SignalState, step: Step) -> SignalState:
	return replace(state, status=OPEN, look_again_on=None, reopened_on=step.on)


def _put_in_plan(state: SignalState, _step: Step) -> SignalState:
	return replace(state, status=IN_PLAN, look_again_on=None)


def _dismissed(state: SignalState, step: Step) -> SignalState:
	return replace(
		state,
		status=DISMISSED,
		dismiss_reason=step.reason,
		note=(step.note or "").strip() or None,
		dismissed_value=state.observed_value,
		look_again_on=None,
		closed_on=step.on,
		closed_by=step.by,
	)


def _taken_back(state: SignalState, step: Step) -> SignalState:
	return replace(
		state,
		status=IN_PLAN if step.plan else ACKNOWLEDGED,
		acknowledged_on=step.on,
		acknowledged_by=step.by,
		look_again_on=None if step.plan else step.look_again_on,
		closed_on=None,
		closed_by=None,
		dismiss_reason=None,
		note=None,
		dismissed_value=0.0,
	)


def _resolved(state: SignalState, step: Step) -> SignalState:
	"""The facts no longer hold. A dismissed signal stays dismissed and only lets go of its key."""
	if state.status == DISMISSED:
		return replace(state, holds_key=False)
	looked = state.last_evaluated_on if step.by else step.on
	return replace(
		state,
		status=RESOLVED,
		closed_on=step.on,
		closed_by=step.by,
		last_evaluated_on=looked,
		look_again_on=None,
		holds_key=False,
	)


def _raised_anew(state: SignalState, _step: Step) -> SignalState:
	"""Another signal takes over the key."""
	return replace(state, holds_key=False)


_CHANGES: dict[str, Callable[[SignalState, Step], SignalState]] = {
	UPDATED: _updated,
	ACKNOWLEDGED: _acknowledged,
	PUT_IN_PLAN: _put_in_plan,
	DISMISSED: _dismissed,
	TAKEN_BACK: _taken_back,
	RESOLVED: _resolved,
	RAISED_ANEW: _raised_anew,
	FOLLOWED_UP: _followed_up,
	CAME_BACK: _open_again,
	GIVEN_BACK: _open_again,
}
