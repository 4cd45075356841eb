"""What somebody sees in a learner, noted down; restricted ones are for the named people alone.

Open ─► In Hand ─► Closed, with what was done
  └────────────────►
"""

from dataclasses import dataclass

from vsv_app.engine.lifecycle import Lifecycle

OPEN, IN_HAND, CLOSED = "Open", "In Hand", "Closed"
LIFE = Lifecycle("concern", OPEN, {OPEN: (IN_HAND, CLOSED), IN_HAND: (CLOSED,), CLOSED: ()})
POSITIVE, ASKED_FOR_HELP = "Positive", "Asked For Help"
KINDS = (
	"Bullying",
	"Distress",
	"Conflict",
	"Home",
	"Motivation",
	"Learning Difficulty",
	"Safety",
	ASKED_FOR_HELP,
	POSITIVE,
	"Other",
)
SEVERITIES = ("Info", "Watch", "Concern", "Urgent")
SMALL = ("Info", "Watch")
"""Whoever looks after a learner notes something of these without a duty of one's own."""
TEAM, RESTRICTED = "People With A Task", "Named People Only"
VISIBILITIES = (TEAM, RESTRICTED)
ALWAYS_RESTRICTED = ("Safety", ASKED_FOR_HELP)
"""Abuse and violence, and what a learner wrote in confidence, begin with the fewest readers."""


@dataclass(frozen=True)
class Concern:
	"""What the life of a concern and its readers depend on."""

	kind: str
	status: str = OPEN
	visibility: str = TEAM
	noted_by: str = ""
	named: frozenset[str] = frozenset()
	what_was_done: str = ""

	@property
	def restricted(self) -> bool:
		return self.visibility == RESTRICTED


def step(concern: Concern, after: str) -> None:
	"""Check one step; raises IllegalStep, or NotYet."""
	missing = []
	if after == IN_HAND and concern.restricted and not concern.named:
		missing.append("Name at least one person of the care team.")
	if after == CLOSED and not concern.what_was_done.strip():
		missing.append("Say in a few words what was done.")
	LIFE.check(concern.status, after, missing)


def first_visibility(kind: str, wanted: str = TEAM) -> str:
	"""Who may read a new concern: some kinds begin restricted, whatever was chosen."""
	return RESTRICTED if kind in ALWAYS_RESTRICTED else wanted
