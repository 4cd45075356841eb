"""The life of a signal: what may follow what, and what each step asks for.

Open ─────► Acknowledged ─► In Plan
 │             │             │
 ├─────────────┴─────────────┴──► Dismissed, with a reason
 └──► Resolved, from any of these three, when the facts no longer hold

IllegalTransition(ValueError)   names the steps that are possible
"""

from vsv_app.engine.steps import say

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


def open_key(student: str, rule: str) -> str:
	"""What makes a second open signal for the same learner and rule impossible."""
	return f"{student}|{rule}"
