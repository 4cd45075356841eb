"""A ballot is numbers: nothing tells who voted what, and where that cannot be, it says so first."""

from collections import Counter
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.school.governance import ballots
from vsv_app.engine.school.governance.ballots import BLANK, Ballot, BallotError

OPENS, CLOSES = date(2026, 11, 2), date(2026, 11, 6)
AFTER = CLOSES + timedelta(days=1)
BALLOT = Ballot(("Later bell", "As it is"), 20, OPENS, CLOSES)


@given(votes=st.lists(st.sampled_from([*BALLOT.options, BLANK]), max_size=20))
def test_counts_are_the_votes_in_any_order(votes: list[str]) -> None:
	ballot = BALLOT
	for vote in votes:
		ballot = ballots.vote(ballot, vote, today=OPENS)
	backwards = BALLOT
	for vote in reversed(votes):
		backwards = ballots.vote(backwards, vote, today=CLOSES)
	assert dict(ballot.counts) == dict(backwards.counts) == dict(Counter(votes))
	found = ballots.result(ballot, today=AFTER)
	assert found.cast == len(votes)
	assert (found.counts is None) == (len(votes) < 5)
	if found.counts is not None:
		assert found.counts == {option: votes.count(option) for option in (*BALLOT.options, BLANK)}
	later, as_it_is = (votes.count(option) for option in BALLOT.options)
	assert found.chosen == ("" if later == as_it_is else BALLOT.options[as_it_is > later])


def test_a_ballot_has_no_place_for_a_voter() -> None:
	assert {one.name for one in fields(Ballot)} == {"options", "voters", "opens", "closes", "counts"}


@pytest.mark.parametrize(("voters", "anonymous"), [(1, False), (4, False), (5, True), (20, True)])
def test_below_five_voters_it_says_that_it_is_not_anonymous(voters: int, anonymous: bool) -> None:
	said = ballots.warning(replace(BALLOT, voters=voters))
	assert ("not anonymous" in said) != anonymous
	assert ("fewer than 5 voters" in said) != anonymous


def test_who_was_told_that_it_is_not_anonymous_sees_the_counts() -> None:
	small = replace(BALLOT, voters=3, counts={"As it is": 2, "Later bell": 1})
	assert ballots.result(small, today=AFTER).counts == {"As it is": 2, "Later bell": 1, BLANK: 0}


@pytest.mark.parametrize(
	("today", "option", "told"),
	[
		(OPENS - timedelta(days=1), "As it is", "One can vote from"),
		(AFTER, "As it is", "One can vote from"),
		(OPENS, "Longer break", "Choose one of: Later bell, As it is, No Preference"),
	],
)
def test_a_vote_that_does_not_count(today: date, option: str, told: str) -> None:
	with pytest.raises(BallotError, match=told):
		ballots.vote(BALLOT, option, today=today)


def test_no_more_votes_than_voters() -> None:
	with pytest.raises(BallotError, match="All votes have been given"):
		ballots.vote(replace(BALLOT, counts={"As it is": 20}), "As it is", today=OPENS)


def test_nothing_shows_while_it_is_open() -> None:
	with pytest.raises(BallotError, match=f"after {CLOSES}"):
		ballots.result(replace(BALLOT, counts={"As it is": 9}), today=CLOSES)


@pytest.mark.parametrize(
	("change", "told"),
	[
		({"options": ("As it is",)}, "at least two options"),
		({"options": ("As it is", "As it is ")}, "at least two options"),
		({"options": ("As it is", "Later bell", " ")}, "at least two options"),
		({"options": ("As it is", BLANK)}, "at least two options"),
		({"voters": 0}, "who may vote"),
		({"closes": OPENS - timedelta(days=1)}, "closes before it opens"),
		({"counts": {"Longer break": 1}}, "for one of the options"),
		({"counts": {"As it is": -1}}, "for one of the options"),
		({"counts": {"As it is": 11, "Later bell": 10}}, "more votes than voters"),
	],
)
def test_a_ballot_that_cannot_be(change: dict[str, object], told: str) -> None:
	with pytest.raises(BallotError, match=told):
		replace(BALLOT, **change)  # type: ignore[arg-type]
