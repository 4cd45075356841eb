"""The life of a signal."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from vsv_app.engine.signals.signal_lifecycle import (
	ACKNOWLEDGED,
	ALLOWED,
	DISMISS_REASONS,
	DISMISSED,
	IN_PLAN,
	OPEN,
	RESOLVED,
	STANDING,
	TAKE_BACK_WITHIN,
	IllegalTransition,
	check_step,
	check_take_back,
	open_key,
)

STATES = (OPEN, ACKNOWLEDGED, IN_PLAN, DISMISSED, RESOLVED)
LEGAL = {
	(OPEN, ACKNOWLEDGED), (OPEN, IN_PLAN), (OPEN, DISMISSED), (OPEN, RESOLVED),
	(ACKNOWLEDGED, IN_PLAN), (ACKNOWLEDGED, DISMISSED), (ACKNOWLEDGED, RESOLVED),
	(IN_PLAN, DISMISSED), (IN_PLAN, RESOLVED),
}  # fmt: skip


class LifeOfASignal(RuleBasedStateMachine):
	"""Whatever steps are tried, in whatever order: a signal only goes on, and what is closed stays closed."""

	def __init__(self) -> None:
		super().__init__()
		self.life = [OPEN]

	@rule(
		after=st.sampled_from([*STATES, "", "Closed"]),
		reason=st.none() | st.sampled_from(DISMISS_REASONS) | st.text(max_size=5),
		note=st.none() | st.sampled_from(["", "  ", "spoke with the family"]),
	)
	def try_a_step(self, after: str, reason: str | None, note: str | None) -> None:
		before = self.life[-1]
		try:
			check_step(before, after, reason=reason, note=note)
		except IllegalTransition as refused:
			assert (before, after) not in LEGAL
			assert (refused.before, refused.after) == (before, after)  # noqa: PT017
		except ValueError:
			assert after == DISMISSED
			assert reason not in DISMISS_REASONS or (reason == "Other" and not (note or "").strip())
		else:
			self.life.append(after)

	@invariant()
	def each_step_was_legal(self) -> None:
		assert set(pairwise(self.life)) <= LEGAL
		assert len(set(self.life)) == len(self.life)

	@invariant()
	def what_is_closed_ends_it(self) -> None:
		assert all(state in STANDING for state in self.life[:-1])


TestLifeOfASignal = LifeOfASignal.TestCase


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_each_pair(before: str, after: str) -> None:
	if (before, after) in LEGAL:
		check_step(before, after, reason="Known and handled")
	else:
		with pytest.raises(IllegalTransition) as caught:
			check_step(before, after, reason="Known and handled")
		possible = [state for state in STATES if (before, state) in LEGAL]
		assert str(caught.value).endswith(f"possible: {', '.join(possible) or 'nothing: it is closed'}.")


def test_from_a_state_that_is_none() -> None:
	with pytest.raises(IllegalTransition, match="it is closed"):
		check_step("Forgotten", OPEN)


@pytest.mark.parametrize("before", STANDING)
@pytest.mark.parametrize("reason", [None, "", "no time"])
def test_a_dismissal_asks_why(before: str, reason: str | None) -> None:
	with pytest.raises(ValueError, match="Known and handled"):
		check_step(before, DISMISSED, reason=reason)


@pytest.mark.parametrize("note", [None, "", "   "])
def test_other_asks_for_words(note: str | None) -> None:
	with pytest.raises(ValueError, match="few words"):
		check_step(OPEN, DISMISSED, reason="Other", note=note)
	check_step(OPEN, DISMISSED, reason="Other", note="Moved to another town")


def test_standing_are_those_that_can_go_on() -> None:
	assert set(ALLOWED) == set(STATES)
	assert set(STANDING) == {state for state in STATES if ALLOWED[state]}


codes = st.text(st.characters(exclude_characters="|"), min_size=1)


@given(st.tuples(st.text(min_size=1), codes), st.tuples(st.text(min_size=1), codes))
def test_open_keys_tell_learners_and_rules_apart(one: tuple[str, str], other: tuple[str, str]) -> None:
	"""A rule's code has no bar in it; a learner's name may have."""
	assert (open_key(*one) == open_key(*other)) == (one == other)


NOW = datetime.fromisoformat("2031-11-24T09:00")


@given(status=st.sampled_from(STATES), by=st.sampled_from(["me", "other", None]), ago=st.none() | st.timedeltas(min_value=timedelta(), max_value=timedelta(hours=1)), holds=st.booleans())  # fmt: skip
def test_only_who_has_just_dismissed_a_signal_takes_that_back(
	status: str, by: str | None, ago: timedelta | None, holds: bool
) -> None:
	closed_on = None if ago is None else NOW - ago
	may = status == DISMISSED and by == "me" and ago is not None and ago <= TAKE_BACK_WITHIN and holds
	try:
		check_take_back(status, closed_by=by, closed_on=closed_on, holds=holds, by="me", now=NOW)
	except IllegalTransition:
		assert status != DISMISSED
	except ValueError:
		assert status == DISMISSED
		assert not may
	else:
		assert may
