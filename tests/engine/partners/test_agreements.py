"""The life of an agreement with partners: signed by all about one text, and in force only then."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from vsv_app.engine.lifecycle import IllegalStep, NotYet
from vsv_app.engine.partners import agreements
from vsv_app.engine.partners.agreements import (
	ACTIVE,
	BOUND,
	DRAFT,
	ENDED,
	IN_FORCE,
	IN_REVIEW,
	LIFE,
	SCHOOL,
	SIGNED,
	UNDER_DISCUSSION,
	Signature,
	StakeholderAgreement,
	Terms,
	TermsError,
)  # fmt: skip

TODAY = date(2026, 11, 23)
YOUTH_WORK = "Youth Work North"
TERMS = Terms(
	"Nobody leaves without a next step",
	{SCHOOL: "Refers within five school days", YOUTH_WORK: "Replies within five days"},
	"desk@youth.example",
	{"Name": "Consent", "Question": "Consent"},
	TODAY,
	TODAY + timedelta(days=365),
	6,
)


def signed(terms: Terms = TERMS, **more: object) -> StakeholderAgreement:
	agreement = StakeholderAgreement(terms, **more)  # type: ignore[arg-type]
	return replace(agreement, signatures=tuple(sign(agreement, party) for party in terms.roles))


def sign(agreement: StakeholderAgreement, party: str) -> Signature:
	return Signature(party, f"head of {party}", TODAY, agreement.version, agreement.terms.fingerprint)


class LifeOfAnAgreement(RuleBasedStateMachine):
	def __init__(self) -> None:
		super().__init__()
		self.agreement = StakeholderAgreement(Terms("", {}))
		self.reason = ""

	@rule(
		terms=st.sampled_from(
			[TERMS, replace(TERMS, goals=""), replace(TERMS, contact=""), replace(TERMS, roles={SCHOOL: "Refers"}),
			replace(TERMS, roles={**TERMS.roles, YOUTH_WORK: ""}), replace(TERMS, starts=TODAY + timedelta(days=1)),
			replace(TERMS, starts=None), replace(TERMS, starts=None, ends=TODAY - timedelta(days=1))]
		)
	)  # fmt: skip
	def edit(self, terms: Terms) -> None:
		after = replace(self.agreement, terms=terms)
		try:
			status, version = agreements.edited(self.agreement, after)
		except IllegalStep:
			assert self.agreement.status == ENDED
		else:
			self.agreement = replace(after, status=status, version=version)

	@rule(party=st.sampled_from([SCHOOL, YOUTH_WORK]))
	def sign(self, party: str) -> None:
		more = (*self.agreement.signatures, sign(self.agreement, party))
		self.agreement = replace(self.agreement, signatures=more)

	@rule(back=st.integers(-1, 1))
	def review(self, back: int) -> None:
		more = (*self.agreement.reviews, TODAY - timedelta(days=back))
		self.agreement = replace(self.agreement, reviews=more)

	@rule(after=st.sampled_from(LIFE.states), reason=st.sampled_from(["", "the project is over"]))
	def try_a_step(self, after: str, reason: str) -> None:
		before = self.agreement
		try:
			agreements.step(before, after, today=TODAY, reason=reason)
		except IllegalStep:
			assert after not in LIFE.allowed[before.status]
		except NotYet as refused:
			assert refused.missing  # noqa: PT017
		else:
			if (before.status, after) == (IN_REVIEW, ACTIVE):
				assert TODAY in before.reviews
			self.reason = reason
			since = TODAY if after == IN_REVIEW else before.in_review_since
			self.agreement = replace(before, status=after, in_review_since=since)

	@invariant()
	def what_binds_is_signed_by_all_and_complete(self) -> None:
		terms = self.agreement.terms
		if self.agreement.status in BOUND:
			assert not self.agreement.unsigned
			assert {SCHOOL, YOUTH_WORK} <= set(terms.roles)
			assert all(terms.roles.values())
			assert terms.goals
			assert terms.contact
			assert terms.ends

	@invariant()
	def what_is_in_force_has_begun(self) -> None:
		terms = self.agreement.terms
		if self.agreement.status in IN_FORCE:
			assert terms.starts
			assert terms.ends
			assert terms.starts <= TODAY <= terms.ends
			assert self.agreement.in_force(TODAY)

	@invariant()
	def what_has_ended_says_why(self) -> None:
		assert self.agreement.status != ENDED or self.reason


TestLifeOfAnAgreement = LifeOfAnAgreement.TestCase


def test_a_changed_term_asks_for_new_signatures() -> None:
	agreement = signed(status=ACTIVE)
	assert agreements.edited(agreement, agreement) == (ACTIVE, 1)
	changed = replace(agreement, terms=replace(TERMS, shared={"Name": "Consent"}))
	assert agreements.edited(agreement, changed) == (UNDER_DISCUSSION, 2)
	assert replace(changed, version=2).unsigned == (SCHOOL, YOUTH_WORK)


def test_a_draft_may_be_rewritten_freely() -> None:
	draft = StakeholderAgreement(TERMS)
	assert agreements.edited(draft, replace(draft, terms=replace(TERMS, goals="Others"))) == (DRAFT, 1)


@pytest.mark.parametrize(
	"known", [{"discussed": True}, {"signatures": (Signature(SCHOOL, "Head", TODAY, 1, TERMS.fingerprint),)}]
)
def test_a_draft_that_parties_have_read_or_signed_is_another_version_once_rewritten(
	known: dict[str, object],
) -> None:
	draft = StakeholderAgreement(TERMS, **known)  # type: ignore[arg-type]
	assert agreements.edited(draft, draft) == (DRAFT, 1)
	assert agreements.edited(draft, replace(draft, terms=replace(TERMS, goals="Others"))) == (DRAFT, 2)


@pytest.mark.parametrize("after", [SIGNED, ACTIVE])
def test_it_does_not_hold_without_every_signature(after: str) -> None:
	half = replace(signed(), status=LIFE_BEFORE[after], signatures=(sign(signed(), SCHOOL),))
	with pytest.raises(NotYet, match=f"{YOUTH_WORK} has not signed version 1"):
		agreements.step(half, after, today=TODAY)


LIFE_BEFORE = {SIGNED: UNDER_DISCUSSION, ACTIVE: SIGNED}


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (365, True), (366, False)])
def test_it_is_in_force_from_its_first_to_its_last_day(days: int, holds: bool) -> None:
	assert signed(status=ACTIVE).in_force(TODAY + timedelta(days=days)) is holds


@pytest.mark.parametrize("status", [DRAFT, UNDER_DISCUSSION, SIGNED, ENDED])
def test_it_is_in_force_in_no_other_state(status: str) -> None:
	assert not signed(status=status).in_force(TODAY)


def test_renewal_is_asked_for_before_the_end() -> None:
	agreement, notice = signed(status=ACTIVE), timedelta(days=60)
	assert not agreements.renewal_due(agreement, TODAY + timedelta(days=304), notice)
	assert agreements.renewal_due(agreement, TODAY + timedelta(days=305), notice)
	assert not agreements.renewal_due(replace(agreement, status=ENDED), TODAY + timedelta(days=365), notice)


@pytest.mark.parametrize(
	("change", "said"),
	[
		({"shared": {"Signals": "Consent"}}, "nothing that can be shared"),
		({"shared": {"Name": ""}}, "on what ground"),
		({"ends": TODAY - timedelta(days=1)}, "ends before it begins"),
		({"review_months": 0}, "one month or more"),
	],
)
def test_terms_that_bind_nobody_are_refused(change: dict[str, object], said: str) -> None:
	with pytest.raises(TermsError, match=said):
		replace(TERMS, **change)  # type: ignore[arg-type]
