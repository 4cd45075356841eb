"""What is asked of a person and stays until it is answered: what it is about, who has it in hand, and by which day.

One shape for all kinds, so that one list (*Needs you now*), one ladder of reminders and one digest carry them.
"""

from dataclasses import dataclass, replace
from datetime import date

HELP, MESSAGE = "Call For Help", "Message"
LOOK_AGAIN, NEXT_STEP = "Look Again", "Next Step"
ACTION, GOAL, REVIEW = "Action", "Goal", "Review"
CONTESTED, CONTEST_ANSWERED = "Contested", "Contest Answered"
ABSENCE = "Absence Reported"
REFERRAL, DECISION = "Referral", "Decision"
NOTED = "Concern Noted"
REPORT = "Report To File"
MEETING = "Meeting To Close"
AGREEMENT, RENEWAL, CONSENT = "Agreement", "Renewal", "Consent"
SIGNATURE, FEEDBACK = "Agreement Signature", "Agreement Feedback"
KINDS = (
	HELP, MESSAGE, LOOK_AGAIN, NEXT_STEP, ACTION, GOAL, REVIEW,
	ABSENCE, CONTESTED, CONTEST_ANSWERED, REFERRAL, DECISION, AGREEMENT, RENEWAL, CONSENT,
	NOTED,
	REPORT,
	MEETING,
	SIGNATURE, FEEDBACK,
)  # fmt: skip
"""In the order in which a list shows those of one day."""

AHEAD_SCHOOL_DAYS = 3
"""What has a day of its own is shown so many school days before it."""
ANSWER_WITHIN_DAYS = 3
"""A family's message is overdue after so many days."""

About = tuple[str, str, str, date]
"""(document, kind, thing, day): what a reminder is about."""


@dataclass(frozen=True)
class Promise:
	"""Something that somebody is to do or to answer.

	thing       the row of the document's table, or whatever tells two of one document apart
	due         the last day on which it is in time
	held_by     users who have it in hand, the first before the others; empty: nobody in particular
	otherwise   who sees to it where none of them may open the document
	asked_on    since when it waits; None: since `shows_from`
	shows_from  from this day it stands under *Needs you now*; None: at once
	what        in a few words what is to be done, for those who may open the document
	asked_of    whom it was asked of by name: answers it, and reads what it says, without opening the document
	"""

	kind: str
	doctype: str
	name: str
	thing: str
	due: date
	held_by: tuple[str, ...] = ()
	otherwise: str = ""
	student: str = ""
	asked_on: date | None = None
	shows_from: date | None = None
	what: str = ""
	asked_of: str = ""

	def __post_init__(self) -> None:
		if self.kind not in KINDS:
			raise ValueError(f"Nobody knows of promises of the kind {self.kind}.")

	@property
	def about(self) -> About:
		"""What reminders of it have in common: something that got a later day is overdue anew after that."""
		return self.name, self.kind, self.thing, self.due

	@property
	def holders(self) -> tuple[str, ...]:
		"""Who may be reminded of it, in this order."""
		return tuple(dict.fromkeys(who for who in (*self.held_by, self.otherwise) if who))

	def overdue(self, today: date) -> bool:
		return self.due < today

	def shows(self, today: date) -> bool:
		"""Whether it stands under *Needs you now* on a day."""
		return self.shows_from is None or self.shows_from <= today

	def held_by_these(self, people: tuple[str, ...]) -> "Promise":
		"""The same in other hands."""
		return replace(self, held_by=people)


def most_pressing(promise: Promise) -> tuple[bool, date, int, str, str]:
	"""The order of a list: calls for help, then by day and kind."""
	return (
		promise.kind != HELP,
		promise.due,
		KINDS.index(promise.kind),
		promise.name,
		promise.thing,
	)


def climbs_after(kind: str, school_days: int) -> int:
	"""School days after which a reminder that did nothing goes up the ladder; 0: never.

	`school_days` is what the school has set. A call for help climbs each school day, whatever is set.
	"""
	return 1 if kind == HELP else school_days
