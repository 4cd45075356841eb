"""The life of an agreement with partners outside the school: signed by each, about one and the same text.

Draft ─► Under Discussion ─► Signed ─► Active ⇄ In Review ─► Ended, with a reason
              ▲                 │         │         │
              └─────────────────┴─────────┴─────────┘  changed terms: a new version, to be signed again

TermsError(ValueError)   terms that no party could be held to
StepRefused              see `steps`
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from vsv_app.engine.lifecycle import IllegalStep, Lifecycle, fingerprint_of
from vsv_app.engine.partners.consent import GROUNDS, SHAREABLE
from vsv_app.engine.sentences import say

DRAFT, UNDER_DISCUSSION, SIGNED = "Draft", "Under Discussion", "Signed"
ACTIVE, IN_REVIEW, ENDED = "Active", "In Review", "Ended"
LIFE = Lifecycle(
	"agreement",
	DRAFT,
	{
		DRAFT: (UNDER_DISCUSSION, ENDED),
		UNDER_DISCUSSION: (DRAFT, SIGNED, ENDED),
		SIGNED: (ACTIVE, ENDED),
		ACTIVE: (IN_REVIEW, ENDED),
		IN_REVIEW: (ACTIVE, ENDED),
		ENDED: (),
	},
)
IN_FORCE = (ACTIVE, IN_REVIEW)
BOUND = (SIGNED, *IN_FORCE)
SCHOOL = "School"


class TermsError(ValueError):
	"""The sentence says which term, and what to change."""


@dataclass(frozen=True)
class Terms:
	"""What is agreed. `roles`: what each party does, by party; `shared`: the ground on which each kind of data is shown."""

	goals: str
	roles: Mapping[str, str]
	contact: str = ""
	shared: Mapping[str, str] | None = None
	starts: date | None = None
	ends: date | None = None
	review_months: int = 12

	def __post_init__(self) -> None:
		for field, ground in (self.shared or {}).items():
			if field not in SHAREABLE:
				raise TermsError(
					say("{0} is nothing that can be shared; choose from: {1}.", field, SHAREABLE)
				)
			if ground not in GROUNDS:
				raise TermsError(say("Say on what ground it is shared ({0}): {1}.", field, GROUNDS))
		if self.starts and self.ends and self.ends < self.starts:
			raise TermsError("The agreement ends before it begins. Change its dates.")
		if self.review_months < 1:
			raise TermsError("An agreement is reviewed after one month or more.")

	@property
	def fingerprint(self) -> str:
		"""The text as 64 hex digits: what a signature is about."""
		text = [
			self.goals.strip(),
			sorted((party, role.strip()) for party, role in self.roles.items()),
			self.contact.strip(),
			sorted((self.shared or {}).items()),
			str(self.starts),
			str(self.ends),
			self.review_months,
		]
		return fingerprint_of(text)


@dataclass(frozen=True)
class Signature:
	"""A person who signs for a party, on a day, one version of the text."""

	party: str
	person: str
	on: date
	version: int
	fingerprint: str


@dataclass(frozen=True)
class StakeholderAgreement:
	"""What the life of an agreement depends on. The parties are those with a role in the terms."""

	terms: Terms
	status: str = DRAFT
	version: int = 1
	signatures: tuple[Signature, ...] = ()
	reviews: tuple[date, ...] = ()
	in_review_since: date | None = None
	discussed: bool = False
	"""Whether this version was put before the parties."""

	@property
	def unsigned(self) -> tuple[str, ...]:
		"""Parties that have not signed this very version."""
		signed = {
			signature.party
			for signature in self.signatures
			if signature.version == self.version and signature.fingerprint == self.terms.fingerprint
		}
		return tuple(party for party in self.terms.roles if party not in signed)

	def in_force(self, today: date) -> bool:
		"""Whether referrals may rest on it today."""
		terms = self.terms
		return (
			self.status in IN_FORCE
			and not self.unsigned
			and (terms.starts is None or terms.starts <= today)
			and (terms.ends is None or today <= terms.ends)
		)


def step(agreement: StakeholderAgreement, after: str, *, today: date, reason: str = "") -> None:
	"""Check one step; raises IllegalStep, or NotYet with all that it still takes."""
	LIFE.check(agreement.status, after, _missing(agreement, after, today, reason))


def edited(before: StakeholderAgreement, after: StakeholderAgreement) -> tuple[str, int]:
	"""(status, version) after the terms were edited: who had signed is asked again. Raises on one that has ended.

	A version is one text to everybody but who drafts it: what was read or signed under its number does not change.
	"""
	if before.terms.fingerprint == after.terms.fingerprint:
		return before.status, before.version
	if before.status == ENDED:
		raise IllegalStep("agreement", ENDED, "an agreement with other terms", ())
	if before.status == DRAFT:
		known = before.discussed or any(one.version == before.version for one in before.signatures)
		return DRAFT, before.version + known
	return UNDER_DISCUSSION, before.version + 1


def renewal_due(agreement: StakeholderAgreement, today: date, notice: timedelta) -> bool:
	"""Whether the parties should be asked now if they go on: the end is near or past."""
	ends = agreement.terms.ends
	return agreement.status in IN_FORCE and ends is not None and ends - notice <= today


def _missing(agreement: StakeholderAgreement, after: str, today: date, reason: str) -> list[str]:
	if after == ENDED:
		return [] if reason.strip() else ["Say in a few words why it ends."]
	missing: list[str] = []
	if after in (UNDER_DISCUSSION, *BOUND):
		missing += _missing_to_discuss(agreement.terms)
	if after in BOUND:
		missing += _missing_to_sign(agreement)
	if after in IN_FORCE:
		missing += _missing_to_hold(agreement, after, today)
	return missing


def _missing_to_discuss(terms: Terms) -> list[str]:
	missing = []
	if not terms.goals.strip():
		missing.append("Write down the common goals.")
	if len(terms.roles) < 2 or SCHOOL not in terms.roles:
		missing.append("Name the school and at least one partner as parties.")
	return missing


def _missing_to_sign(agreement: StakeholderAgreement) -> list[str]:
	terms = agreement.terms
	missing = []
	if not all(role.strip() for role in terms.roles.values()):
		missing.append("Say for each party what it does.")
	if not terms.contact.strip():
		missing.append("Name the contact point.")
	if terms.starts is None or terms.ends is None:
		missing.append("Say from when to when it holds.")
	return missing + [
		say("{0} has not signed version {1} yet.", party, str(agreement.version))
		for party in agreement.unsigned
	]


def _missing_to_hold(agreement: StakeholderAgreement, after: str, today: date) -> list[str]:
	terms, since = agreement.terms, agreement.in_review_since
	missing = []
	if terms.starts and terms.starts > today:
		missing.append("It has not begun yet.")
	if terms.ends and terms.ends < today:
		missing.append("It is past its last day: agree on a new one, or end it.")
	if (
		after == ACTIVE
		and agreement.status == IN_REVIEW
		and not any(since and since <= on <= today for on in agreement.reviews)
	):
		missing.append("Write down the review.")
	return missing
