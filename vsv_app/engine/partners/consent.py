"""Consent to share a learner's data with a partner: who gave it, for which fields, until when. Withdrawn stays withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from vsv_app.engine.care.plans import GUARDIAN, LEARNER, needed_parties
from vsv_app.engine.sentences import say

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

ASK_ANEW_DAYS = 28
"""So long a guardian's consent still counts after the learner came to the age of consenting; meanwhile the learner is asked."""

GROUNDS = ("Consent", "Legal Obligation", "Public Task", "Vital Interests")


class ConsentError(ValueError):
	"""A consent that cannot be recorded as it is; the sentence says what to change."""


@dataclass(frozen=True)
class Consent:
	"""One consent about one learner towards one partner. `until` None: until it is withdrawn.

	`own_from`: the day on which the learner came, or comes, to the age of consenting; None where that is not known.
	"""

	student: str
	stakeholder: str
	fields: frozenset[str]
	given_by: str
	since: date
	until: date | None = None
	withdrawn: date | None = None
	own_from: date | None = None

	def __post_init__(self) -> None:
		if not self.fields or not self.fields <= set(SHAREABLE):
			raise ConsentError(say("Choose what may be shown, from: {0}.", SHAREABLE))
		if self.given_by not in (LEARNER, GUARDIAN):
			raise ConsentError("Consent is given by the learner or a guardian.")
		if self.until and self.until < self.since:
			raise ConsentError("The consent ends before it begins. Change its dates.")

	def holds(self, today: date) -> bool:
		"""Whether it counts today; a withdrawal counts at once, also when it was dated later."""
		last = min(day for day in (self.until, self._last_of_guardian, date.max) if day)
		return self.withdrawn is None and self.since <= today <= last

	def asked_anew(self, today: date) -> bool:
		"""Whether a guardian gave it, and the learner is of an age now to be asked."""
		return self.given_by == GUARDIAN and self.own_from is not None and today >= self.own_from

	@property
	def _last_of_guardian(self) -> date | None:
		if self.given_by != GUARDIAN or self.own_from is None:
			return None
		return self.own_from + timedelta(days=ASK_ANEW_DAYS)


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


def comes_of_age(born: date | None, consent_age: int) -> date | None:
	"""The birthday from which a learner consents; of somebody born on 29 February that is 1 March in other years."""
	if born is None:
		return None
	year = born.year + consent_age
	try:
		return born.replace(year=year)
	except ValueError:
		return date(year, 3, 1)


def shared_by(consents: Iterable[Consent], student: str, stakeholder: str, today: date) -> frozenset[str]:
	"""What the consents that hold today allow this partner to see of this learner."""
	return frozenset().union(
		*(
			consent.fields
			for consent in consents
			if consent.student == student and consent.stakeholder == stakeholder and consent.holds(today)
		)
	)
