"""The agenda of a care meeting: who is on it and why, the most pressing first. It fills itself from what stands unanswered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from vsv_app.engine.care import promises
from vsv_app.engine.care.promises import Promise

HELP, ESCALATED, PUT_ON = "Help Asked", "Signal Escalated", "Put On By Somebody"
LAST_TIME, CONTESTED, UNANSWERED = "Promised Last Time", "Record Contested", "Message Unanswered"
TIER_THREE, REVIEW, OVERDUE, PARTNER = "Tier 3", "Review Due", "Overdue", "Partner's Answer"
NEXT_TIME = "Put Off Last Time"
WHY = (
	HELP, ESCALATED, NEXT_TIME, PUT_ON, LAST_TIME, CONTESTED, UNANSWERED, TIER_THREE, REVIEW, OVERDUE, PARTNER,
)  # fmt: skip
"""Why somebody is on the agenda, the most pressing first."""

REVIEWS_AHEAD = timedelta(days=7)
"""A review within so many days is spoken about now, while all are together."""
STANDS_ANYHOW = {
	promises.HELP: HELP,
	promises.CONTESTED: CONTESTED,
	promises.REFERRAL: PARTNER,
	promises.DECISION: LAST_TIME,
}
"""Promises that are spoken about whether they are late or not; the others once their day has passed."""
LATE = {promises.MESSAGE: UNANSWERED}


@dataclass(frozen=True)
class Reason:
	"""Why a learner is on the agenda: what it is about, in which record, since when or by when.

	done   of something that was promised: whether it was done; None where it stands open, or nothing was promised
	"""

	why: str
	doctype: str = ""
	name: str = ""
	what: str = ""
	day: date | None = None
	who: str = ""
	answer: str = ""
	done: bool | None = None

	@property
	def pressing(self) -> tuple[int, date, str]:
		return WHY.index(self.why), self.day or date.max, self.name


def of_promise(promise: Promise, on: date) -> Reason | None:
	"""The reason that something unanswered is for a meeting on a day; None where it can wait."""
	if promise.kind == promises.REVIEW:
		why = REVIEW if promise.due <= on + REVIEWS_AHEAD else None
	elif promise.kind in STANDS_ANYHOW:
		why = STANDS_ANYHOW[promise.kind]
	else:
		why = LATE.get(promise.kind, OVERDUE) if promise.overdue(on) else None
	if why is None:
		return None
	return Reason(
		why,
		promise.doctype,
		promise.name,
		promise.what,
		promise.due,
		promise.held_by[0] if promise.held_by else "",
	)


def in_order(reasons: Iterable[tuple[str, Reason]]) -> Mapping[str, tuple[Reason, ...]]:
	"""Reasons by learner: whose first one presses most comes first, and of two such who has more of them."""
	found: dict[str, list[Reason]] = {}
	for student, reason in reasons:
		if reason not in found.setdefault(student, []):
			found[student].append(reason)
	by_learner = {
		student: tuple(sorted(some, key=lambda one: one.pressing)) for student, some in found.items()
	}
	return dict(
		sorted(by_learner.items(), key=lambda item: (WHY.index(item[1][0].why), -len(item[1]), item[0]))
	)
