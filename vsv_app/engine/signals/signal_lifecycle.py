"""The life of a signal: what may follow what, and what each step asks for.

Open ─────► Acknowledged ─► In Plan
 │             │             │
 ├─────────────┴─────────────┴──► Dismissed, with a reason
 └──► Resolved, from any of these three, when the facts no longer hold

Who has just dismissed a signal may take that back: it is Acknowledged again, or In Plan where a plan holds it.

IllegalTransition(ValueError)   names the steps that are possible
"""

from datetime import datetime, timedelta

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


def step(before: str, after: str, *, reason: str | None = None, note: str | None = None) -> None:
	"""Check one step; raises IllegalTransition, or ValueError when a dismissal gives no reason."""
	if after not in ALLOWED.get(before, ()):
		raise IllegalTransition(before, after)
	if after == DISMISSED:
		if reason not in DISMISS_REASONS:
			raise ValueError(say("Choose why it is dismissed: {0}.", DISMISS_REASONS))
		if reason == "Other" and not (note or "").strip():
			raise ValueError(say("Say in a few words why it is dismissed."))


def take_back(
	status: str, *, closed_by: str | None, closed_on: datetime | None, holds: bool, by: str, now: datetime
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
