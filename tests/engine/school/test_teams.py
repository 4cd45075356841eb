"""Who may decide what on a day: the team, or one person while it is handed to that person."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.school.governance.teams import (
	ADVISES,
	CARE,
	DECIDES,
	FAMILY,
	INFORMED,
	LEARNER,
	LEARNER_COUNCIL,
	STAFF,
	Decider,
	Delegation,
	Member,
	Team,
	TeamError,
	deciders,
	may_decide,
)

FIRST, LAST = date(2026, 9, 1), date(2027, 7, 15)
ANN, BEN = (
	Member("ann", STAFF, "Appointed", FIRST),
	Member("ben", STAFF, "Volunteer", FIRST, date(2026, 12, 31)),
)
TRIPS = Delegation("cas", "Trips", "ann", date(2026, 11, 1), date(2026, 11, 30))
TEAM = Team(
	"Attendance", CARE, "Fewer lessons missed", FIRST, LAST,
	{"Trips": DECIDES, "Timetable": ADVISES, "Budget": INFORMED}, (ANN, BEN), (TRIPS,),
)  # fmt: skip


def test_the_team_decides_together_and_hands_a_subject_on_for_a_while() -> None:
	together = Decider("Attendance", ("ann", "ben"))
	alone = Decider("Attendance", ("cas",), delegated=True)
	for day, decider in (
		(FIRST - timedelta(days=1), None),
		(FIRST, together),
		(date(2026, 10, 31), together),
		(date(2026, 11, 1), alone),
		(date(2026, 11, 30), alone),
		(date(2026, 12, 1), together),
		(date(2026, 12, 31), together),
		(date(2027, 1, 1), Decider("Attendance", ("ann",))),
		(LAST, Decider("Attendance", ("ann",))),
		(LAST + timedelta(days=1), None),
	):
		assert TEAM.decider("Trips", day) == decider, day
	assert may_decide([TEAM], "cas", "Trips", date(2026, 11, 5))
	assert not may_decide([TEAM], "ann", "Trips", date(2026, 11, 5))


def test_what_is_withdrawn_is_with_the_team_again_from_that_day() -> None:
	team = replace(TEAM, delegations=(replace(TRIPS, withdrawn_on=date(2026, 11, 10)),))
	assert may_decide([team], "cas", "Trips", date(2026, 11, 9))
	assert not may_decide([team], "cas", "Trips", date(2026, 11, 10))
	assert may_decide([team], "ann", "Trips", date(2026, 11, 10))


def test_a_team_without_the_mandate_decides_nothing() -> None:
	day = date(2026, 10, 1)
	assert TEAM.level("Timetable", day) == ADVISES
	assert TEAM.level("Roof", day) == ""
	for subject in ("Timetable", "Budget", "Roof"):
		assert TEAM.decider(subject, day) is None
	assert replace(TEAM, members=(replace(ANN, starts=LAST),), delegations=()).decider("Trips", day) is None


def test_mandates_that_contradict_each_other_show() -> None:
	other = replace(TEAM, name="Leadership")
	assert [found.team for found in deciders([TEAM, other], "Trips", FIRST)] == ["Attendance", "Leadership"]


def test_reserved_seats_that_nobody_fills() -> None:
	council = Team(
		"Council", LEARNER_COUNCIL, "Learners are heard", FIRST, reserved={"Newcomers": 2, "Metal": 1},
		members=(Member("dee", LEARNER, "Elected", FIRST, LAST, "Newcomers"), Member("eva", LEARNER, "Drawn", FIRST, None, "Metal")),
	)  # fmt: skip
	assert council.unfilled(FIRST) == {"Newcomers": 1}
	assert council.unfilled(LAST + timedelta(days=1)) == {"Newcomers": 2}


@pytest.mark.parametrize(
	("change", "told"),
	[
		({"kind": "Club"}, "Choose a kind of team"),
		({"purpose": " "}, "what the team is for"),
		({"ends": FIRST - timedelta(days=1)}, "The team ends before"),
		({"mandate": {" ": DECIDES}}, "Name each subject"),
		({"mandate": {"Trips": "Perhaps"}}, "may do on Trips"),
		({"reserved": {"Metal": 0}}, "one seat or more"),
		({"members": (ANN, BEN, replace(ANN, starts=date(2026, 10, 1)))}, "ann sits in the team twice"),
		({"delegations": (replace(TRIPS, subject="Timetable"),)}, "may not decide on Timetable alone"),
		({"delegations": (replace(TRIPS, given_by="zoe"),)}, "zoe is not in the team"),
		(
			{"delegations": (replace(TRIPS, given_by="ben", starts=date(2027, 1, 1), ends=LAST),)},
			"ben is not in the team",
		),
		(
			{"delegations": (TRIPS, replace(TRIPS, person="dan", starts=date(2026, 11, 30), ends=LAST))},
			"to two people",
		),
	],
)
def test_a_team_that_cannot_be(change: dict[str, object], told: str) -> None:
	with pytest.raises(TeamError, match=told):
		replace(TEAM, **change)  # type: ignore[arg-type]


def test_one_after_the_other_is_no_contradiction() -> None:
	withdrawn = replace(TRIPS, withdrawn_on=date(2026, 11, 10))
	after = replace(TRIPS, person="dan", starts=date(2026, 11, 10))
	team = replace(
		TEAM,
		delegations=(withdrawn, after),
		members=(ANN, replace(BEN, ends=FIRST), replace(BEN, starts=LAST, ends=None)),
	)
	assert may_decide([team], "dan", "Trips", date(2026, 11, 10))
	last = replace(TRIPS, withdrawn_on=TRIPS.ends), replace(TRIPS, person="dan", starts=TRIPS.ends)
	assert may_decide([replace(TEAM, delegations=last)], "dan", "Trips", TRIPS.ends)


def test_a_team_for_one_day() -> None:
	day = replace(TEAM, ends=FIRST, delegations=())
	assert day.decider("Trips", FIRST) == Decider("Attendance", ("ann", "ben"))
	assert day.decider("Trips", FIRST + timedelta(days=1)) is None


@pytest.mark.parametrize("turned", [False, True])
def test_one_day_in_common_is_one_too_many(turned: bool) -> None:
	both = TRIPS, replace(TRIPS, person="dan", starts=TRIPS.ends, ends=LAST)
	with pytest.raises(TeamError, match="to two people"):
		replace(TEAM, delegations=both[::-1] if turned else both)


@pytest.mark.parametrize(
	("change", "told"),
	[
		({"seat": "Guest"}, "Choose a seat for ann"),
		({"how_chosen": "Somehow"}, "how ann was chosen"),
		({"ends": FIRST - timedelta(days=1)}, "seat of ann ends before"),
	],
)
def test_a_member_that_cannot_be(change: dict[str, object], told: str) -> None:
	with pytest.raises(TeamError, match=told):
		replace(ANN, **change)  # type: ignore[arg-type]
	assert replace(ANN, seat=FAMILY).seat == FAMILY


def test_a_delegation_that_ends_before_it_begins() -> None:
	with pytest.raises(TeamError, match="to cas ends before"):
		replace(TRIPS, ends=TRIPS.starts - timedelta(days=1))


@given(
	day=st.integers(0, 400),
	length=st.integers(0, 90),
	begins=st.integers(0, 300),
	withdrawn=st.none() | st.integers(0, 400),
)
def test_never_two_who_decide_and_never_nobody(
	day: int, length: int, begins: int, withdrawn: int | None
) -> None:
	"""Whatever is handed on and taken back, on a day of the team's life exactly one decides: the team or one person."""
	starts = FIRST + timedelta(days=begins)
	delegation = Delegation(
		"cas", "Trips", "ann", starts, starts + timedelta(days=length),
		None if withdrawn is None else FIRST + timedelta(days=withdrawn),
	)  # fmt: skip
	team, on = replace(TEAM, delegations=(delegation,)), FIRST + timedelta(days=day)
	assert (team.decider("Trips", on) is not None) == (on <= LAST)
	assert not (may_decide([team], "cas", "Trips", on) and may_decide([team], "ann", "Trips", on))
