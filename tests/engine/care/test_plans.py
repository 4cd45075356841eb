"""The life of a support plan: no reachable state without its preconditions."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from vsv_app.engine.care import plans
from vsv_app.engine.care.plans import (
	ACTIVE,
	AGREED,
	AGREES,
	ASKS_CHANGE,
	CLOSED,
	CONTINUE,
	DRAFT,
	DROPPED,
	GOALS_MET,
	GUARDIAN,
	IN_REVIEW,
	LEARNER,
	LIFE,
	MET,
	NOT_AGREED,
	OUTCOMES,
	PROPOSED,
	RESTS_ON_AGREEMENT,
	SCHOOL,
	WITHDRAWS,
	Action,
	Agreement,
	Goal,
	GoalError,
	Plan,
	Review,
)  # fmt: skip
from vsv_app.engine.lifecycle import IllegalStep, NotYet, StepRefused

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12)  # noqa: DTZ001 naive, the school's own
LATE = Goal("Come on time", "times late in four school weeks", 6, 1, date(2027, 1, 29))
HOURS = Goal("Be in school", "unexcused minutes in four school weeks", 900, 0, date(2027, 1, 29))
TALK = Action("A talk a week", "mentor@school.example", date(2027, 1, 29))


def proposed(**more: object) -> Plan:
	"""A plan that lacks nothing but agreement."""
	facts = {
		"status": PROPOSED,
		"cause": "Late since the move to another town",
		"responsible": "mentor@school.example",
		"goals": (LATE,),
		"actions": (TALK,),
		"starts": TODAY,
		"next_review": TODAY + timedelta(days=28),
	}
	return Plan(**{**facts, **more})  # type: ignore[arg-type]


def says(plan: Plan, party: str, decision: str = AGREES, person: str = "", minute: int = 0) -> Plan:
	one = Agreement(
		party, person or party, NOON + timedelta(minutes=minute), "Portal", plan.version, plan.fingerprint, decision
	)  # fmt: skip
	return replace(plan, agreements=(*plan.agreements, one))


def with_all(plan: Plan) -> Plan:
	for party in plan.needed:
		plan = says(plan, party)
	return plan


class LifeOfAPlan(RuleBasedStateMachine):
	"""People edit, agree, withdraw and take steps in any order."""

	def __init__(self) -> None:
		super().__init__()
		self.plan = Plan(responsible="mentor@school.example")
		self.minute = 0
		self.closed_as = ("", "")

	@rule(goals=st.lists(st.sampled_from([LATE, HOURS, replace(LATE, target=2.0)]), unique=True, max_size=2))
	def edit_goals(self, goals: list[Goal]) -> None:
		after = replace(self.plan, goals=tuple(goals))
		try:
			status, version = plans.edited(self.plan, after)
		except IllegalStep:
			assert self.plan.status == CLOSED
		else:
			changed = after.fingerprint != self.plan.fingerprint
			assert (version > self.plan.version) == (changed and self.plan.status != DRAFT)
			self.plan = replace(after, status=status, version=version)

	@rule(
		cause=st.sampled_from(["", " ", "Late since the move"]),
		starts=st.sampled_from([None, TODAY, TODAY + timedelta(days=1)]),
		review_in=st.sampled_from([None, 0, 28]),
		actions=st.sampled_from([(), (TALK,)]),
	)
	def edit_the_rest(
		self, cause: str, starts: date | None, review_in: int | None, actions: tuple[Action, ...]
	) -> None:
		review = None if review_in is None else TODAY + timedelta(days=review_in)
		if self.plan.status != CLOSED:
			# What an agreed plan answers to stays; the rest may be arranged anew without asking.
			kept = self.plan.cause if self.plan.status in RESTS_ON_AGREEMENT else cause
			self.plan = replace(self.plan, cause=kept, starts=starts, next_review=review, actions=actions)

	@rule(
		party=st.sampled_from([LEARNER, GUARDIAN, SCHOOL]),
		person=st.sampled_from(["a", "b"]),
		decision=st.sampled_from([AGREES, ASKS_CHANGE, WITHDRAWS]),
	)
	def decide(self, party: str, person: str, decision: str) -> None:
		self.minute += 1
		self.plan = says(self.plan, party, decision, person, self.minute)
		self.plan = replace(self.plan, status=plans.decided(self.plan))

	@rule(back=st.integers(-1, 1), decision=st.sampled_from([CONTINUE, "Close"]))
	def review(self, back: int, decision: str) -> None:
		one = Review(TODAY - timedelta(days=back), decision)
		self.plan = replace(self.plan, reviews=(*self.plan.reviews, one))

	@rule(status=st.sampled_from(plans.GOAL_STATES))
	def mark_goals(self, status: str) -> None:
		if self.plan.status != CLOSED:
			self.plan = replace(
				self.plan, goals=tuple(replace(goal, status=status) for goal in self.plan.goals)
			)

	@rule(
		after=st.sampled_from([*LIFE.states, "Gone"]),
		outcome=st.sampled_from(["", *OUTCOMES]),
		reason=st.sampled_from(["", "all is well again"]),
	)
	def try_a_step(self, after: str, outcome: str, reason: str) -> None:
		before = self.plan
		try:
			plans.step(before, after, today=TODAY, outcome=outcome, reason=reason)
		except IllegalStep:
			assert after not in LIFE.allowed[before.status]
		except NotYet as refused:
			assert refused.missing  # noqa: PT017
		else:
			assert after in LIFE.allowed[before.status]
			since = TODAY if after == IN_REVIEW else before.in_review_since
			if after == CLOSED:
				self.closed_as = outcome, reason
			if before.status == IN_REVIEW and after == ACTIVE:
				assert any(one.on == TODAY and one.decision == CONTINUE for one in before.reviews)
			if (before.status, after) == (DRAFT, PROPOSED):
				assert before.actions
				assert before.next_review == TODAY + timedelta(days=28)
			if after == ACTIVE:
				assert before.actions
				assert before.starts == TODAY
				assert before.next_review == TODAY + timedelta(days=28)
			self.plan = replace(before, status=after, in_review_since=since)

	@invariant()
	def what_rests_on_agreement_has_it(self) -> None:
		plan = self.plan
		if plan.status not in RESTS_ON_AGREEMENT:
			return
		for party in (LEARNER, SCHOOL):
			about_this = [
				one for one in plan.agreements
				if one.party == party and one.version == plan.version and one.fingerprint == plan.fingerprint
			]  # fmt: skip
			assert any(one.decision == AGREES for one in about_this)
			for person in {one.person for one in about_this}:
				final = [
					one.decision for one in about_this if one.person == person and one.decision != ASKS_CHANGE
				]
				assert not final or final[-1] == AGREES

	@invariant()
	def nothing_is_proposed_empty(self) -> None:
		if self.plan.status in RESTS_ON_AGREEMENT:
			assert self.plan.goals
			assert self.plan.cause.strip()

	@invariant()
	def what_is_closed_says_how(self) -> None:
		if self.plan.status == CLOSED:
			outcome, reason = self.closed_as
			assert outcome in OUTCOMES
			assert reason.strip()
			if outcome == GOALS_MET:
				assert {goal.status for goal in self.plan.goals} - {DROPPED} == {MET}


TestLifeOfAPlan = LifeOfAPlan.TestCase


@pytest.mark.parametrize(
	("change", "said"),
	[
		({"what": " "}, "what the goal is"),
		({"measure": ""}, "how the goal is measured"),
		({"target": 6.0}, "nobody could tell"),
		({"target": float("nan")}, "as numbers"),
		({"due": None}, "by which day"),
		({"status": "Perhaps"}, "open, met"),
	],
)
def test_a_goal_that_cannot_be_told_to_be_met_is_refused(change: dict[str, object], said: str) -> None:
	with pytest.raises(GoalError, match=said):
		replace(LATE, **change)  # type: ignore[arg-type]


def test_all_that_a_goal_lacks_is_said_at_once() -> None:
	with pytest.raises(GoalError) as refused:
		Goal("", "", 0, 0, None)
	assert len(refused.value.missing) == 4


@pytest.mark.parametrize(("age", "party"), [(None, GUARDIAN), (15, GUARDIAN), (16, LEARNER), (30, LEARNER)])
def test_below_the_age_a_guardian_agrees(age: int | None, party: str) -> None:
	assert plans.needed_parties(age, 16) == (party, SCHOOL)


@pytest.mark.parametrize(
	("lacks", "said"),
	[
		({"actions": ()}, "at least one action"),
		({"actions": (replace(TALK, who=""),)}, "who does each action"),
		({"next_review": None}, "next review"),
		({"next_review": TODAY}, "next review"),
	],
)
def test_a_plan_is_not_proposed_without_an_action_who_does_it_and_a_review(
	lacks: dict[str, object], said: str
) -> None:
	with pytest.raises(NotYet, match=said):
		plans.step(proposed(status=DRAFT, **lacks), PROPOSED, today=TODAY)


def test_somebody_without_an_account_may_do_an_action() -> None:
	aunt = replace(TALK, who="", others="An aunt")
	plans.step(proposed(status=DRAFT, actions=(aunt,)), PROPOSED, today=TODAY)


@pytest.mark.parametrize(
	("day", "years"),
	[(date(2026, 2, 28), 17), (date(2026, 3, 1), 18), (date(2028, 2, 28), 19), (date(2028, 2, 29), 20)],
)
def test_somebody_born_on_leap_day_is_older_once_it_has_passed(day: date, years: int) -> None:
	assert plans.age_on(date(2008, 2, 29), day) == years


def test_a_guardian_does_not_agree_for_a_learner_of_age() -> None:
	plan = says(says(proposed(), GUARDIAN), SCHOOL)
	assert plans.open_parties(plan) == (LEARNER,)
	with pytest.raises(NotYet, match="Learner has not agreed"):
		plans.step(plan, AGREED, today=TODAY)


def test_the_last_agreement_makes_it_agreed_and_a_withdrawal_undoes_that() -> None:
	plan = says(proposed(), LEARNER)
	assert plans.decided(plan) == PROPOSED
	plan = says(plan, SCHOOL)
	assert plans.decided(plan) == AGREED
	active = replace(plan, status=ACTIVE)
	assert plans.decided(says(active, LEARNER, WITHDRAWS, minute=1)) == PROPOSED
	assert plans.decided(says(active, LEARNER, ASKS_CHANGE, minute=1)) == ACTIVE


def test_two_guardians_of_whom_one_asks_for_a_change_have_not_agreed() -> None:
	plan = says(proposed(needed=(GUARDIAN, SCHOOL)), GUARDIAN, person="mother")
	plan = says(says(plan, GUARDIAN, ASKS_CHANGE, person="father"), SCHOOL)
	assert plans.open_parties(plan) == (GUARDIAN,)


def test_changed_goals_ask_again_and_their_order_does_not() -> None:
	plan = replace(with_all(proposed(goals=(LATE, HOURS))), status=ACTIVE)
	assert plans.edited(plan, replace(plan, goals=(HOURS, LATE))) == (ACTIVE, 1)
	assert plans.edited(plan, replace(plan, goals=(HOURS, replace(LATE, status=MET)))) == (ACTIVE, 1)
	status, version = plans.edited(plan, replace(plan, goals=(HOURS,)))
	assert (status, version) == (PROPOSED, 2)
	assert plans.agreed(replace(plan, goals=(HOURS,), version=version)) == ()


def test_an_old_agreement_does_not_count_when_the_goals_come_back() -> None:
	plan = with_all(proposed())
	assert plans.agreed(replace(plan, version=3)) == ()


def test_a_plan_that_was_agreed_does_not_end_as_not_agreed() -> None:
	with pytest.raises(NotYet, match="It was agreed"):
		plans.step(
			replace(with_all(proposed()), status=ACTIVE), CLOSED, today=TODAY, outcome=NOT_AGREED, reason="x"
		)


def test_goals_are_met_only_by_plans_that_were_carried_out() -> None:
	met = proposed(goals=(replace(LATE, status=MET), replace(HOURS, status=DROPPED)))
	with pytest.raises(NotYet, match="not carried out"):
		plans.step(met, CLOSED, today=TODAY, outcome=GOALS_MET, reason="x")
	plans.step(replace(met, status=IN_REVIEW), CLOSED, today=TODAY, outcome=GOALS_MET, reason="x")
	nothing_kept = replace(met, status=ACTIVE, goals=(replace(LATE, status=DROPPED),))
	with pytest.raises(NotYet, match="Not every goal"):
		plans.step(nothing_kept, CLOSED, today=TODAY, outcome=GOALS_MET, reason="x")


def test_overdue_is_what_has_passed_and_is_not_done() -> None:
	yesterday = TODAY - timedelta(days=1)
	plan = proposed(
		status=ACTIVE,
		goals=(replace(LATE, due=yesterday), replace(HOURS, due=yesterday, status=MET)),
		actions=(replace(TALK, until=yesterday), replace(TALK, until=yesterday, done=True), replace(TALK, until=TODAY)),
		next_review=yesterday,
	)  # fmt: skip
	assert [(one.kind, one.due) for one in plans.overdue(plan, TODAY)] == [
		("Action", yesterday), ("Goal", yesterday), ("Review", yesterday),
	]  # fmt: skip
	assert len(plans.overdue(replace(plan, status=IN_REVIEW), TODAY)) == 3
	assert plans.overdue(replace(plan, status=CLOSED), TODAY) == []


@given(st.floats(-1000, 1000), st.floats(-1000, 1000), st.floats(-1000, 1000))
def test_progress_is_nothing_at_the_start_and_all_at_the_target(
	baseline: float, target: float, value: float
) -> None:
	if abs(baseline - target) < 1e-6:
		return
	goal = replace(LATE, baseline=baseline, target=target)
	assert goal.progress(baseline) == 0
	assert goal.progress(target) == pytest.approx(1)
	assert goal.progress(value) <= 1


def test_refusals_are_one_family() -> None:
	assert issubclass(NotYet, StepRefused)
	with pytest.raises(StepRefused, match="Closed cannot become Active; possible: nothing"):
		plans.step(Plan(status=CLOSED), ACTIVE, today=TODAY)
