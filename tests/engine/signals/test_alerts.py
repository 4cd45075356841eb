"""Who is told, and who next."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.signals.alerts import (
	COORDINATOR,
	LADDER,
	LEADER,
	MENTOR,
	Alert,
	Sent,
	escalation,
	first_alerts,
	handed_over,
)

DAY = date(2026, 11, 23)
people = st.sampled_from(["mia@school.example", "bo@school.example", "lin@school.example"])
maybe = st.none() | people


def sent(*alerts: Alert) -> list[Sent]:
	return [Sent(alert.recipient, alert.level, DAY) for alert in alerts]


@given(st.lists(people, max_size=4), maybe, maybe, st.integers(1, 10))
def test_the_ladder_is_climbed_to_its_end_and_nobody_is_told_twice(
	mentors: list[str], coordinator: str | None, leader: str | None, after: int
) -> None:
	told = first_alerts(mentors, coordinator)
	while alert := escalation(
		sent(*told), school_days_since=after, after=after, coordinator=coordinator, leader=leader
	):
		assert LADDER.index(alert.level) > max(LADDER.index(one.level) for one in told)
		told.append(alert)
	recipients = [alert.recipient for alert in told]
	assert len(set(recipients)) == len(recipients)
	assert len({alert.key("SIG-1") for alert in told}) == len(told)
	# Everybody who has a part in it was told, unless there was nobody to begin with.
	if told:
		assert set(recipients) == {*mentors, *filter(None, (coordinator, leader))} or not mentors


@given(st.lists(people, min_size=1, max_size=4), maybe, maybe, st.integers(0, 20), st.integers(0, 20))
def test_nobody_is_told_before_the_days_have_passed(
	mentors: list[str], coordinator: str | None, leader: str | None, since: int, after: int
) -> None:
	alert = escalation(
		sent(*first_alerts(mentors, coordinator)),
		school_days_since=since, after=after, coordinator=coordinator, leader=leader,
	)  # fmt: skip
	if since < after or after == 0:
		assert alert is None


@pytest.mark.parametrize(
	("mentors", "coordinator", "expected"),
	[
		(["mia"], "co", [Alert("mia", MENTOR)]),
		(["mia", "bo", "mia"], "co", [Alert("mia", MENTOR), Alert("bo", MENTOR)]),
		([], "co", [Alert("co", COORDINATOR)]),
		([], None, []),
		([], "", []),
	],
)
def test_the_first_to_know(mentors: list[str], coordinator: str | None, expected: list[Alert]) -> None:
	assert first_alerts(mentors, coordinator) == expected


TOLD_MENTOR = sent(Alert("mia", MENTOR))
TOLD_BOTH = [*TOLD_MENTOR, *sent(Alert("co", COORDINATOR))]


@pytest.mark.parametrize(
	("before", "since", "after", "coordinator", "leader", "expected"),
	[
		(TOLD_MENTOR, 2, 3, "co", "lead", None),
		(TOLD_MENTOR, 3, 3, "co", "lead", Alert("co", COORDINATOR)),
		(TOLD_MENTOR, 9, 0, "co", "lead", None),
		(TOLD_MENTOR, 3, 3, None, "lead", Alert("lead", LEADER)),
		# A coordinator who is the mentor was told already.
		(TOLD_MENTOR, 3, 3, "mia", "lead", Alert("lead", LEADER)),
		(TOLD_MENTOR, 3, 3, "mia", "mia", None),
		(TOLD_BOTH, 3, 3, "co", "lead", Alert("lead", LEADER)),
		# A new coordinator is on a rung that was passed.
		(TOLD_BOTH, 3, 3, "new", None, None),
		([*TOLD_BOTH, *sent(Alert("lead", LEADER))], 9, 3, "co", "lead", None),
		([], 9, 3, "co", "lead", None),
	],
)
def test_the_next_to_know(before, since, after, coordinator, leader, expected) -> None:
	alert = escalation(before, school_days_since=since, after=after, coordinator=coordinator, leader=leader)
	assert alert == expected


@pytest.mark.parametrize(
	("before", "mentors", "expected"),
	[
		(TOLD_MENTOR, ["mia"], []),
		(TOLD_MENTOR, ["mia", "tom"], []),
		(TOLD_MENTOR, ["tom", "ann", "tom"], [Alert("tom", MENTOR), Alert("ann", MENTOR)]),
		(TOLD_MENTOR, [], []),
		# It has gone up the ladder and is in other hands by now.
		(TOLD_BOTH, ["tom"], []),
		(sent(Alert("co", COORDINATOR)), ["tom"], []),
		([], ["tom"], []),
	],
)
def test_who_took_the_learner_over_is_told(before, mentors, expected) -> None:
	assert handed_over(before, mentors) == expected
