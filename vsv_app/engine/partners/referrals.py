"""A learner referred to a partner: under an agreement in force and a recorded consent, and only as long as both hold.

Draft ─► Sent ─► Accepted ─► Closed, with a result
           └──► Declined         every state but the closed ones ─► Withdrawn
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from vsv_app.engine.care.plans import LEARNER
from vsv_app.engine.lifecycle import Lifecycle, NotYet
from vsv_app.engine.partners.agreements import StakeholderAgreement
from vsv_app.engine.partners.consent import Consent, shared_by

DRAFT, SENT, ACCEPTED, DECLINED = "Draft", "Sent", "Accepted", "Declined"
CLOSED, WITHDRAWN = "Closed", "Withdrawn"
LIFE = Lifecycle(
	"referral",
	DRAFT,
	{
		DRAFT: (SENT, WITHDRAWN),
		SENT: (ACCEPTED, DECLINED, WITHDRAWN),
		ACCEPTED: (CLOSED, WITHDRAWN),
		DECLINED: (),
		CLOSED: (),
		WITHDRAWN: (),
	},
)
OPEN = tuple(state for state in LIFE.states if not LIFE.is_closed(state))
SHOWN = (SENT, ACCEPTED)
"""The states in which the partner sees anything of the learner."""


NOT_ASKED, ASKED, GIVEN, REFUSED = "Not Asked", "Asked", "Given", "Refused"
"""What the family says of it on its page."""


@dataclass(frozen=True)
class Referral:
	"""What the life of a referral depends on; `fields`: what the school wants the partner to see."""

	student: str
	stakeholder: str
	status: str = DRAFT
	fields: frozenset[str] = frozenset()
	question: str = ""
	reply: str = ""
	result: str = ""
	purpose: str = ""
	consent: str = "Not Asked"


def step(
	referral: Referral,
	after: str,
	*,
	agreement: StakeholderAgreement | None,
	consents: Iterable[Consent],
	today: date,
) -> None:
	"""Check one step; raises IllegalStep, or NotYet with all that it still takes."""
	LIFE.check(referral.status, after, _missing(referral, after, agreement, tuple(consents), today))


def check_asking(referral: Referral, *, agreement: StakeholderAgreement | None, today: date) -> None:
	"""Raises NotYet where the family cannot be asked: with its consent alone the referral must be one that can be sent."""
	if referral.status != DRAFT:
		LIFE.check(referral.status, SENT)
	consent = (
		Consent(referral.student, referral.stakeholder, referral.fields, LEARNER, today)
		if referral.fields
		else None
	)
	missing = _missing(referral, SENT, agreement, (consent,) if consent else (), today)
	if not referral.purpose.strip():
		missing.append("Say for what, in words that the family understands.")
	if missing:
		raise NotYet(SENT, missing)


def covered(referral: Referral, consents: Iterable[Consent], today: date) -> bool:
	"""Whether consents that hold today allow all that it shows."""
	return bool(referral.fields) and referral.fields <= shared_by(
		consents, referral.student, referral.stakeholder, today
	)


def visible(
	referral: Referral, agreement: StakeholderAgreement | None, consents: Iterable[Consent], today: date
) -> frozenset[str]:
	"""What the partner sees now: chosen, agreed and consented to, all three; nothing once any of them is gone."""
	if referral.status not in SHOWN or agreement is None or not agreement.in_force(today):
		return frozenset()
	if referral.stakeholder not in agreement.terms.roles:
		return frozenset()
	agreed = frozenset(agreement.terms.shared or {})
	return referral.fields & agreed & shared_by(consents, referral.student, referral.stakeholder, today)


def _missing(
	referral: Referral,
	after: str,
	agreement: StakeholderAgreement | None,
	consents: tuple[Consent, ...],
	today: date,
) -> list[str]:
	missing = []
	if after in (SENT, ACCEPTED):
		if (
			agreement is None
			or not agreement.in_force(today)
			or referral.stakeholder not in agreement.terms.roles
		):
			missing.append("There is no agreement in force with this partner.")
		elif referral.fields - set(agreement.terms.shared or {}):
			missing.append("The agreement does not allow all that is to be shared.")
		if not referral.fields:
			missing.append("Choose what the partner may see.")
		if referral.fields - shared_by(consents, referral.student, referral.stakeholder, today):
			missing.append("No consent is recorded for all that is to be shared.")
		if not referral.question.strip():
			missing.append("Say what is asked of the partner.")
	if after in (ACCEPTED, DECLINED) and not referral.reply.strip():
		missing.append("Write down the partner's reply.")
	if after == CLOSED and not referral.result.strip():
		missing.append("Say what came of it.")
	return missing
