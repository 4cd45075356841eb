"""The life of a decision: reasons always, promises kept, and never closed before it is told back."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from vsv_app.engine.lifecycle import IllegalStep, NotYet
from vsv_app.engine.school.governance import decisions
from vsv_app.engine.school.governance.decisions import (
	ADVISES,
	AGREES,
	CONSULTED,
	DECIDE,
	DECIDED,
	LIFE,
	LOOK_AGAIN,
	NOT_TAKEN_UP,
	OPEN,
	PROMISED_INFORMED,
	RAISED,
	REVIEWED,
	TAKE_UP,
	TELL_BACK,
	TOLD_BACK,
	Decision,
	DecisionError,
	Due,
	Position,
)
from vsv_app.engine.school.governance.teams import DECIDES, FAMILY, INFORMED, LEARNER, STAFF

RAISED_ON = date(2026, 11, 2)
OPENS, CLOSES = RAISED_ON + timedelta(days=1), RAISED_ON + timedelta(days=10)
TODAY = CLOSES + timedelta(days=1)
LATER, SAME = "A later bell on Mondays", "As it is"
RAISED_ONE = Decision("When does Monday begin?", "Half of 2A is late", "Learner Council", RAISED_ON)
COMPLETE = replace(
	RAISED_ONE,
	concerns={LEARNER: ADVISES, FAMILY: CONSULTED, STAFF: PROMISED_INFORMED},
	responsible="Attendance",
	options=(LATER, SAME),
	opens=OPENS,
	closes=CLOSES,
	positions=(Position(LEARNER, LATER, OPENS), Position(FAMILY, LATER, OPENS, how="With An Interpreter")),
	not_heard="Learners at work placements: we phoned them",
	outcome=LATER,
	reasons="Most buses come at 8:40",
	decided_on=TODAY,
	look_again_on=TODAY + timedelta(days=60),
)
TOLD = replace(COMPLETE, told_back_on=TODAY, told_to=frozenset({LEARNER, FAMILY, STAFF}))
REVIEW_DAY = TODAY + timedelta(days=60)


def test_from_raised_to_reviewed() -> None:
	decision = TOLD
	for after, day in ((OPEN, OPENS), (DECIDED, TODAY), (TOLD_BACK, TODAY), (REVIEWED, REVIEW_DAY)):
		decision = replace(decision, review="Fewer are late; we keep it") if after == REVIEWED else decision
		decisions.step(decision, after, today=day, mandate=DECIDES)
		decision = replace(decision, status=after)
	assert LIFE.is_closed(decision.status)


@pytest.mark.parametrize(
	("change", "told"),
	[
		({"question": " "}, "what the question is"),
		({"why_now": ""}, "why it is asked now"),
		({"responsible": ""}, "Name the person or team"),
		({"concerns": {}}, "whom it concerns"),
		({"options": (LATER, " ")}, "at least two options"),
		({"closes": None}, "from when to when"),
	],
)
def test_not_open_yet(change: dict[str, object], told: str) -> None:
	with pytest.raises(NotYet) as refused:
		decisions.step(replace(COMPLETE, **change), OPEN, today=OPENS)  # type: ignore[arg-type]
	assert [told in sentence for sentence in refused.value.missing] == [True], refused.value.missing


@pytest.mark.parametrize(
	("change", "told"),
	[
		({"reasons": " "}, "Say why, in words"),
		({"outcome": "A third thing"}, "Choose one of the options"),
		({"closes": TODAY}, f"until {TODAY}"),
		({"decided_on": None}, "on which day it was decided"),
		({"decided_on": TODAY + timedelta(days=1)}, "on which day it was decided"),
		({"look_again_on": TODAY}, "looked at again"),
		({"not_heard": ""}, "whom you have not heard"),
		({"positions": COMPLETE.positions[:1]}, "Family was promised to be heard"),
	],
)
def test_not_decided_yet(change: dict[str, object], told: str) -> None:
	decision = replace(COMPLETE, status=OPEN, **change)  # type: ignore[arg-type]
	with pytest.raises(NotYet) as refused:
		decisions.step(decision, DECIDED, today=TODAY, mandate=DECIDES)
	missing = [sentence for sentence in refused.value.missing if "advice of" not in sentence]
	assert [told in sentence for sentence in missing] == [True], missing


@pytest.mark.parametrize("mandate", ["", INFORMED, "Advises", "Agrees"])
def test_only_with_the_mandate(mandate: str) -> None:
	with pytest.raises(NotYet, match="no mandate"):
		decisions.step(replace(COMPLETE, status=OPEN), DECIDED, today=TODAY, mandate=mandate)


def test_against_advice_only_with_the_reasons_for_that_too() -> None:
	decision = replace(COMPLETE, status=OPEN, outcome=SAME)
	assert decisions.overruled(decision) == (LEARNER, FAMILY)
	with pytest.raises(NotYet) as refused:
		decisions.step(decision, DECIDED, today=TODAY, mandate=DECIDES)
	assert refused.value.missing == (
		"Say why the advice of Learner is not followed.",
		"Say why the advice of Family is not followed.",
	)
	why = {LEARNER: "The cook cannot come later", FAMILY: "As we told the learners"}
	decisions.step(replace(decision, against_advice=why), DECIDED, today=TODAY, mandate=DECIDES)


@pytest.mark.parametrize(
	("positions", "ballot", "advice"),
	[
		((), {}, {}),
		((LATER,), {}, {LEARNER: LATER}),
		((LATER, LATER, SAME), {}, {LEARNER: LATER}),
		((LATER, SAME), {}, {}),
		((LATER, "-" + LATER, "-" + LATER), {}, {}),
		(("-" + LATER,), {}, {}),
		((SAME, SAME), {LEARNER: LATER}, {LEARNER: LATER}),
		((SAME,), {LEARNER: ""}, {}),
		(("Longer breaks",), {}, {LEARNER: "Longer breaks"}),
	],
)
def test_what_a_seat_advises(
	positions: tuple[str, ...], ballot: dict[str, str], advice: dict[str, str]
) -> None:
	decision = replace(
		COMPLETE,
		concerns={LEARNER: AGREES},
		ballot=ballot,
		positions=tuple(
			Position(LEARNER, one.lstrip("-"), OPENS, "The bus", against=one.startswith("-"))
			for one in positions
		),
	)
	assert decisions.advice(decision) == advice
	decision = replace(decision, status=OPEN)
	if advice == {LEARNER: LATER}:
		decisions.step(decision, DECIDED, today=TODAY, mandate=DECIDES)
	else:
		with pytest.raises(NotYet, match="Learner was promised"):
			decisions.step(decision, DECIDED, today=TODAY, mandate=DECIDES)


def test_a_no_alone_is_advice_that_is_not_followed() -> None:
	positions = tuple(Position(LEARNER, LATER, OPENS, "The bus", against=True) for _learner in range(2))
	assert decisions.overruled(replace(COMPLETE, positions=positions)) == (LEARNER,)


@pytest.mark.parametrize(
	("change", "told"),
	[
		({"told_back_on": None}, "on which day it was told back"),
		({"told_back_on": TODAY + timedelta(days=1)}, "on which day it was told back"),
		({"told_back_on": TODAY - timedelta(days=1)}, "before it was decided"),
		({"told_to": frozenset({LEARNER, FAMILY})}, "Staff is not told yet"),
	],
)
def test_not_told_back_yet(change: dict[str, object], told: str) -> None:
	with pytest.raises(NotYet) as refused:
		decisions.step(replace(TOLD, status=DECIDED, **change), TOLD_BACK, today=TODAY)  # type: ignore[arg-type]
	assert [told in sentence for sentence in refused.value.missing] == [True]


@pytest.mark.parametrize(
	("review", "today", "told"),
	[("", REVIEW_DAY, "what came of it"), ("Good", TODAY, f"again on {REVIEW_DAY}")],
)
def test_not_reviewed_yet(review: str, today: date, told: str) -> None:
	with pytest.raises(NotYet, match=told):
		decisions.step(replace(TOLD, status=TOLD_BACK, review=review), REVIEWED, today=today)


@pytest.mark.parametrize("status", [RAISED, OPEN])
def test_what_is_not_taken_up_says_why_to_who_raised_it(status: str) -> None:
	bare = replace(RAISED_ONE, status=status)
	with pytest.raises(NotYet) as refused:
		decisions.step(bare, NOT_TAKEN_UP, today=TODAY)
	assert refused.value.missing == (
		"Say why it is not taken up.",
		"Tell whoever raised it first, and say on which day.",
	)
	decisions.step(
		replace(bare, reasons="The bus firm decides", told_back_on=TODAY), NOT_TAKEN_UP, today=TODAY
	)


@pytest.mark.parametrize(("before", "after"), list(product(LIFE.states, LIFE.states)))
def test_no_other_step(before: str, after: str) -> None:
	decision = replace(TOLD, status=before, review="Good", look_again_on=TODAY + timedelta(days=1))
	today = TODAY + timedelta(days=1) if after == REVIEWED else TODAY
	if after in LIFE.allowed[before]:
		decisions.step(decision, after, today=today, mandate=DECIDES)
	else:
		with pytest.raises(IllegalStep):
			decisions.step(decision, after, today=today, mandate=DECIDES)


def test_what_is_due_and_by_when() -> None:
	def later(day: date, count: int) -> date:
		return day + timedelta(days=2 * count)

	within = timedelta(days=20)
	for status, due in (
		(RAISED, Due(TAKE_UP, RAISED_ON + within)),
		(OPEN, Due(DECIDE, CLOSES + within)),
		(DECIDED, Due(TELL_BACK, TODAY + within)),
		(TOLD_BACK, Due(LOOK_AGAIN, REVIEW_DAY)),
		(REVIEWED, None),
		(NOT_TAKEN_UP, None),
	):
		assert decisions.due(replace(TOLD, status=status), later) == due


def test_the_four_questions() -> None:
	assert COMPLETE.unanswered == ("Space", "Voice", "Audience", "Influence")
	assert replace(COMPLETE, lundy={"Space": "All of 2A", "Voice": " "}).unanswered == (
		"Voice",
		"Audience",
		"Influence",
	)


@pytest.mark.parametrize(
	("change", "told"),
	[
		({"concerns": {"Guests": ADVISES}}, "whom it concerns"),
		({"concerns": {LEARNER: "Everything"}}, "what Learner is promised"),
		({"closes": OPENS - timedelta(days=1)}, "closes before it opens"),
	],
)
def test_a_decision_that_cannot_be(change: dict[str, object], told: str) -> None:
	with pytest.raises(DecisionError, match=told):
		replace(COMPLETE, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
	("change", "told"),
	[
		({"seat": "Guest"}, "for whom this position is"),
		({"how": "Telepathy"}, "how they were heard"),
		({"against": True, "reasons": " "}, "Say why not"),
	],
)
def test_a_position_that_cannot_be(change: dict[str, object], told: str) -> None:
	with pytest.raises(DecisionError, match=told):
		replace(COMPLETE.positions[0], **change)  # type: ignore[arg-type]


class LifeOfADecision(RuleBasedStateMachine):
	"""Whatever is filled in and tried in whatever order."""

	def __init__(self) -> None:
		super().__init__()
		self.decision, self.today = RAISED_ONE, RAISED_ON

	@rule(days=st.integers(0, 40))
	def days_pass(self, days: int) -> None:
		self.today += timedelta(days=days)

	@rule(
		what=st.sampled_from(
			["concerns", "responsible", "options", "opens", "closes", "positions", "not_heard", "outcome", "reasons", "told_to"]
		),
		given=st.booleans(),
	)  # fmt: skip
	def fill_in(self, what: str, given: bool) -> None:
		self.decision = replace(self.decision, **{what: getattr(TOLD if given else RAISED_ONE, what)})

	@rule()
	def set_days(self) -> None:
		self.decision = replace(
			self.decision,
			decided_on=self.decision.decided_on or self.today,
			look_again_on=self.today + timedelta(days=9),
		)

	@rule()
	def tell(self) -> None:
		self.decision = replace(self.decision, told_back_on=self.today, review="Good")

	@rule(after=st.sampled_from(LIFE.states), mandate=st.sampled_from(["", DECIDES]))
	def try_a_step(self, after: str, mandate: str) -> None:
		try:
			decisions.step(self.decision, after, today=self.today, mandate=mandate)
		except IllegalStep:
			assert after not in LIFE.allowed[self.decision.status]
		except NotYet as refused:
			assert refused.missing  # noqa: PT017
		else:
			if after in LIFE.states and LIFE.is_closed(after):
				assert self.decision.told_back_on
				assert self.decision.reasons
			if after == DECIDED:
				assert mandate == DECIDES
				assert self.decision.reasons
				assert self.today > CLOSES
			self.decision = replace(self.decision, status=after)

	@invariant()
	def one_thing_is_due_until_it_is_closed(self) -> None:
		due = decisions.due(self.decision, lambda day, count: day + timedelta(days=count))
		assert due is None or not LIFE.is_closed(self.decision.status)


TestLifeOfADecision = LifeOfADecision.TestCase
