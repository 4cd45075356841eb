"""Consent to share a learner's data with a partner: who gave it, for which fields, until when. Withdrawn stays withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from vsv_app.engine.plans import GUARDIAN, LEARNER, needed_parties
from vsv_app.engine.steps import say

SHAREABLE = (
	"Name",
	"Date Of Birth",
	"Group",
	"Contact Of Family",
	"Attendance Summary",
	"Plan Goals",
	"Plan Actions",
	"Question",
)
"""What can ever be shown to a partner; signals, concerns and the log of contacts never are."""

GROUNDS = ("Consent", "Legal Obligation", "Public Task", "Vital Interests")


class ConsentError(ValueError):
	"""A consent that cannot be recorded as it is; the sentence says what to change."""


@dataclass(frozen=True)
class Consent:
	"""One consent about one learner towards one partner. `until` None: until it is withdrawn."""

	student: str
	stakeholder: str
	fields: frozenset[str]
	given_by: str
	since: date
	until: date | None = None
	withdrawn: date | None = None

	def __post_init__(self) -> None:
		if not self.fields or not self.fields <= set(SHAREABLE):
			raise ConsentError(say("Choose what may be shown, from: {0}.", SHAREABLE))
		if self.given_by not in (LEARNER, GUARDIAN):
			raise ConsentError("Consent is given by the learner or a guardian.")
		if self.until and self.until < self.since:
			raise ConsentError("The consent ends before it begins. Change its dates.")

	def holds(self, today: date) -> bool:
		"""Whether it counts today; a withdrawal counts at once, also when it was dated later."""
		return self.withdrawn is None and self.since <= today and (self.until is None or today <= self.until)


def check_giver(given_by: str, age: int | None, consent_age: int) -> None:
	"""Raises ConsentError when this person's consent does not count at the learner's age."""
	wanted = needed_parties(age, consent_age)[0]
	if given_by != wanted:
		raise ConsentError(
			say("At this age the consent of the learner counts (from {0} on).", str(consent_age))
			if wanted == LEARNER
			else say(
				"Below {0}, or where the date of birth is not known, the consent of a guardian counts.",
				str(consent_age),
			)
		)


def shared_by(consents: Iterable[Consent], student: str, stakeholder: str, today: date) -> frozenset[str]:
	"""What the consents that hold today allow this partner to see of this learner."""
	return frozenset().union(
		*(
			consent.fields
			for consent in consents
			if consent.student == student and consent.stakeholder == stakeholder and consent.holds(today)
		)
	)
