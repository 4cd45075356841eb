"""Consent: whose counts, and when."""

from datetime import date, timedelta

import pytest

from vsv_app.engine.care.plans import GUARDIAN, LEARNER
from vsv_app.engine.partners import consent
from vsv_app.engine.partners.consent import Consent, ConsentError

TODAY = date(2026, 11, 23)
NAME = frozenset({"Name"})


def test_the_consents_that_hold_add_up() -> None:
	given = [
		Consent("S-1", "Youth", NAME, LEARNER, TODAY),
		Consent("S-1", "Youth", frozenset({"Group"}), LEARNER, TODAY),
		Consent("S-1", "Youth", frozenset({"Question"}), LEARNER, TODAY, withdrawn=TODAY),
		Consent("S-1", "Police", frozenset({"Date Of Birth"}), LEARNER, TODAY),
		Consent("S-2", "Youth", frozenset({"Date Of Birth"}), LEARNER, TODAY),
	]
	assert consent.shared_by(given, "S-1", "Youth", TODAY) == {"Name", "Group"}


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (7, True), (8, False)])
def test_it_holds_from_its_first_to_its_last_day(days: int, holds: bool) -> None:
	one = Consent("S-1", "Youth", NAME, LEARNER, TODAY, TODAY + timedelta(days=7))
	assert one.holds(TODAY + timedelta(days=days)) is holds


@pytest.mark.parametrize(
	("fields", "given_by", "until"),
	[
		(frozenset(), LEARNER, None),
		(frozenset({"Signals"}), LEARNER, None),
		(NAME, "School", None),
		(NAME, LEARNER, TODAY - timedelta(days=1)),
	],
)
def test_what_is_no_consent_is_refused(fields: frozenset[str], given_by: str, until: date | None) -> None:
	with pytest.raises(ConsentError):
		Consent("S-1", "Youth", fields, given_by, TODAY, until)


@pytest.mark.parametrize(
	("given_by", "age", "counts"),
	[(LEARNER, 16, True), (GUARDIAN, 16, False), (LEARNER, 15, False), (GUARDIAN, 15, True), (LEARNER, None, False), (GUARDIAN, None, True)],
)  # fmt: skip
def test_whose_consent_counts_depends_on_the_age(given_by: str, age: int | None, counts: bool) -> None:
	if counts:
		consent.check_giver(given_by, age, 16)
	else:
		with pytest.raises(ConsentError, match="consent of"):
			consent.check_giver(given_by, age, 16)


@pytest.mark.parametrize(
	("day", "holds", "asked"), [(-1, True, False), (0, True, True), (28, True, True), (29, False, True)]
)
def test_a_guardians_consent_outlives_the_learners_coming_of_age_by_four_weeks(
	day: int, holds: bool, asked: bool
) -> None:
	began = TODAY - timedelta(days=300)
	today = TODAY + timedelta(days=day)
	guardians = Consent("S-1", "Youth", NAME, GUARDIAN, began, own_from=TODAY)
	assert (guardians.holds(today), guardians.asked_anew(today)) == (holds, asked)
	learners = Consent("S-1", "Youth", NAME, LEARNER, began, own_from=TODAY)
	assert (learners.holds(today), learners.asked_anew(today)) == (True, False)
	unknown = Consent("S-1", "Youth", NAME, GUARDIAN, began)
	assert (unknown.holds(today), unknown.asked_anew(today)) == (True, False)


def test_who_was_born_on_a_leap_day_comes_of_age_on_the_day_after_february() -> None:
	assert consent.comes_of_age(date(2012, 2, 29), 16) == date(2028, 2, 29)
	assert consent.comes_of_age(date(2012, 2, 29), 17) == date(2029, 3, 1)
	assert consent.comes_of_age(None, 16) is None
