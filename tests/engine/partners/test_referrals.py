"""A referral shows a partner what was chosen, agreed and consented to, and nothing once any of them is gone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.engine.partners.test_agreements import TERMS, YOUTH_WORK, signed
from vsv_app.engine.care.plans import LEARNER
from vsv_app.engine.lifecycle import IllegalStep, NotYet
from vsv_app.engine.partners import agreements, referrals
from vsv_app.engine.partners.consent import SHAREABLE, Consent
from vsv_app.engine.partners.referrals import (
	ACCEPTED,
	CLOSED,
	DECLINED,
	DRAFT,
	LIFE,
	SENT,
	SHOWN,
	WITHDRAWN,
	Referral,
)

TODAY = date(2026, 11, 23)
BOTH = frozenset({"Name", "Question"})
CONSENT = Consent("S-1", YOUTH_WORK, BOTH, LEARNER, TODAY)
REFERRAL = Referral("S-1", YOUTH_WORK, fields=BOTH, question="Is there a place in the evening group?")
IN_FORCE = signed(status=agreements.ACTIVE)


class LifeOfAReferral(RuleBasedStateMachine):
	def __init__(self) -> None:
		super().__init__()
		self.referral = Referral("S-1", YOUTH_WORK)
		self.agreement = IN_FORCE
		self.consents: list[Consent] = []

	@rule(
		fields=st.sets(st.sampled_from(["Name", "Question", "Group"])),
		question=st.sampled_from(["", "Is there a place?"]),
	)
	def edit(self, fields: set[str], question: str) -> None:
		if self.referral.status == DRAFT:
			self.referral = replace(self.referral, fields=frozenset(fields), question=question)

	@rule(
		fields=st.sets(st.sampled_from(SHAREABLE), min_size=1),
		stakeholder=st.sampled_from([YOUTH_WORK, "Others"]),
	)
	def consent(self, fields: set[str], stakeholder: str) -> None:
		self.consents.append(Consent("S-1", stakeholder, frozenset(fields), LEARNER, TODAY))

	@rule()
	def withdraw_consent(self) -> None:
		self.consents = [replace(one, withdrawn=TODAY) for one in self.consents]
		assert referrals.visible(self.referral, self.agreement, self.consents, TODAY) == frozenset()

	@rule(status=st.sampled_from(agreements.LIFE.states))
	def agreement_moves(self, status: str) -> None:
		self.agreement = replace(IN_FORCE, status=status)

	@rule(reply=st.sampled_from(["", "Yes, from Monday on"]), result=st.sampled_from(["", "Goes every week"]))
	def partner_writes(self, reply: str, result: str) -> None:
		self.referral = replace(self.referral, reply=reply, result=result)

	@rule(after=st.sampled_from(LIFE.states))
	def try_a_step(self, after: str) -> None:
		before = self.referral
		try:
			referrals.step(before, after, agreement=self.agreement, consents=self.consents, today=TODAY)
		except IllegalStep:
			assert after not in LIFE.allowed[before.status]
		except NotYet as refused:
			assert refused.missing  # noqa: PT017
		else:
			if after in SHOWN:
				assert self.agreement.in_force(TODAY)
				allowed = frozenset().union(
					*(
						one.fields
						for one in self.consents
						if one.stakeholder == YOUTH_WORK and not one.withdrawn
					)
				)
				assert before.fields
				assert before.fields <= allowed & {"Name", "Question"}
			if after in (ACCEPTED, DECLINED):
				assert before.reply
			if after == CLOSED:
				assert before.result
			self.referral = replace(before, status=after)

	@invariant()
	def the_partner_sees_no_more_than_all_three_allow(self) -> None:
		seen = referrals.visible(self.referral, self.agreement, self.consents, TODAY)
		assert seen <= self.referral.fields & {"Name", "Question"}
		if seen:
			assert self.referral.status in SHOWN
			assert self.agreement.status in agreements.IN_FORCE
			assert any(one.holds(TODAY) and one.stakeholder == YOUTH_WORK for one in self.consents)


TestLifeOfAReferral = LifeOfAReferral.TestCase


def test_what_all_three_allow_is_shown() -> None:
	sent = replace(REFERRAL, status=SENT)
	assert referrals.visible(sent, IN_FORCE, [CONSENT], TODAY) == BOTH
	assert referrals.visible(sent, IN_FORCE, [replace(CONSENT, fields=frozenset({"Name"}))], TODAY) == {
		"Name"
	}


@pytest.mark.parametrize("status", [DRAFT, DECLINED, CLOSED, WITHDRAWN])
def test_in_other_states_nothing_is_shown(status: str) -> None:
	assert referrals.visible(replace(REFERRAL, status=status), IN_FORCE, [CONSENT], TODAY) == frozenset()


@pytest.mark.parametrize(
	"consent",
	[
		replace(CONSENT, withdrawn=TODAY),
		replace(CONSENT, withdrawn=TODAY + timedelta(days=7)),
		replace(CONSENT, since=TODAY - timedelta(days=9), until=TODAY - timedelta(days=1)),
		replace(CONSENT, since=TODAY + timedelta(days=1)),
		replace(CONSENT, student="S-2"),
		replace(CONSENT, stakeholder="Others"),
	],
)
def test_a_consent_that_does_not_hold_shows_nothing(consent: Consent) -> None:
	assert referrals.visible(replace(REFERRAL, status=ACCEPTED), IN_FORCE, [consent], TODAY) == frozenset()
	with pytest.raises(NotYet, match="No consent is recorded"):
		referrals.step(REFERRAL, SENT, agreement=IN_FORCE, consents=[consent], today=TODAY)


def test_an_agreement_with_somebody_else_carries_no_referral() -> None:
	other = signed(replace(TERMS, roles={"School": "Refers", "Others": "Replies"}), status=agreements.ACTIVE)
	assert referrals.visible(replace(REFERRAL, status=SENT), other, [CONSENT], TODAY) == frozenset()
	with pytest.raises(NotYet, match="no agreement in force"):
		referrals.step(REFERRAL, SENT, agreement=other, consents=[CONSENT], today=TODAY)


@given(
	st.sets(st.sampled_from(SHAREABLE)),
	st.sets(st.sampled_from(SHAREABLE)),
	st.sets(st.sampled_from(SHAREABLE), min_size=1),
)
def test_seen_is_exactly_the_overlap(chosen: set[str], agreed: set[str], consented: set[str]) -> None:
	agreement = signed(replace(TERMS, shared=dict.fromkeys(agreed, "Consent")), status=agreements.ACTIVE)
	consent = replace(CONSENT, fields=frozenset(consented))
	referral = replace(REFERRAL, fields=frozenset(chosen), status=SENT)
	assert referrals.visible(referral, agreement, [consent], TODAY) == chosen & agreed & consented


PURPOSE = "Somebody to talk to after school"


def test_a_family_is_asked_about_what_could_be_sent_with_its_word() -> None:
	referrals.check_asking(replace(REFERRAL, purpose=PURPOSE), agreement=IN_FORCE, today=TODAY)


@pytest.mark.parametrize(
	("change", "agreement", "said"),
	[
		({"purpose": " "}, IN_FORCE, "Say for what, in words that the family understands."),
		({"question": ""}, IN_FORCE, "Say what is asked of the partner."),
		({"fields": frozenset()}, IN_FORCE, "Choose what the partner may see."),
		({}, None, "There is no agreement in force with this partner."),
	],
)
def test_it_is_not_asked_in_vain(change: dict, agreement: object, said: str) -> None:
	with pytest.raises(NotYet) as refused:
		referrals.check_asking(
			replace(REFERRAL, **{"purpose": PURPOSE, **change}), agreement=agreement, today=TODAY
		)
	assert refused.value.missing == (said,) or said in refused.value.missing


def test_nothing_is_asked_about_what_was_sent() -> None:
	sent = replace(REFERRAL, status=ACCEPTED, purpose=PURPOSE)
	with pytest.raises(IllegalStep):
		referrals.check_asking(sent, agreement=IN_FORCE, today=TODAY)


def test_a_consent_that_holds_covers_it_and_half_of_one_does_not() -> None:
	half = replace(CONSENT, fields=frozenset({"Name"}))
	assert referrals.covered(REFERRAL, [CONSENT], TODAY)
	assert not referrals.covered(REFERRAL, [half], TODAY)
	assert not referrals.covered(replace(REFERRAL, fields=frozenset()), [CONSENT], TODAY)
