"""The life of a school plan: five aims at most, those whom they concern took part, and nothing is closed before it is told back."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.care.plans import DROPPED, MET, OPEN
from vsv_app.engine.lifecycle import IllegalStep, NotYet
from vsv_app.engine.school.domains import RISK
from vsv_app.engine.school.governance import decisions
from vsv_app.engine.school.improvement import school_plans
from vsv_app.engine.school.improvement.aims import INDICATOR, Aim
from vsv_app.engine.school.improvement.school_plans import (
	ADOPTED,
	CLOSED,
	CONSULTATION,
	DONE,
	DRAFT,
	EVALUATED,
	LIFE,
	RUNNING,
	Measure,
	Overdue,
	PlanError,
	SchoolPlan,
	TookPart,
)

STARTS, ENDS = date(2026, 9, 1), date(2028, 8, 31)
TODAY = date(2026, 11, 23)
AIM = Aim(
	"Fewer lessons missed",
	"2.3",
	RISK,
	"Last year's figure",
	INDICATOR,
	"absence_rate",
	9.0,
	6.0,
	date(2027, 6, 28),
	"Attendance",
)
TALKS = Measure(AIM.what, "A talk on the first day back", "m@example.com", STARTS, date(2027, 2, 1))
PLAN = SchoolPlan(
	"2026-2028", STARTS, ENDS, aims=(AIM,), measures=(TALKS,),
	took_part=(TookPart("Learners", 180, "Survey"), TookPart("Families", 60, "Survey and an evening")),
	summary={"en": "We want to miss fewer lessons."}, decision="DEC-1", decision_status=decisions.DECIDED,
)  # fmt: skip
REACHED = replace(AIM, status=MET, learned="A talk helps when it is on the first day")
ENDED = replace(PLAN, aims=(REACHED,), evaluated="Few aims, and time for them", told_back_on=TODAY)


def aims(count: int, status: str = OPEN) -> tuple[Aim, ...]:
	return tuple(replace(AIM, what=f"Aim {status} {n}", status=status) for n in range(count))


def test_from_draft_to_closed() -> None:
	plan = PLAN
	for after in (CONSULTATION, DRAFT, CONSULTATION, ADOPTED, RUNNING):
		school_plans.step(plan, after, today=TODAY)
		plan = replace(plan, status=after)
	for after in (EVALUATED, CLOSED):
		plan = replace(ENDED, status=plan.status)
		school_plans.step(plan, after, today=TODAY)
		plan = replace(plan, status=after)
	assert LIFE.is_closed(plan.status)


@given(opened=st.integers(0, 8), dropped=st.integers(0, 4))
def test_five_open_aims_at_most(opened: int, dropped: int) -> None:
	both = (*aims(opened), *aims(dropped, DROPPED))
	if opened <= 5:
		assert len(replace(PLAN, aims=both, measures=()).open_aims) == opened
	else:
		with pytest.raises(PlanError, match=f"{opened} aims are open, and 5"):
			replace(PLAN, aims=both, measures=())


@pytest.mark.parametrize(
	("change", "told"),
	[
		({"title": " "}, "Give the plan a title"),
		({"ends": STARTS}, "ends before it begins"),
		({"ends": STARTS + timedelta(days=200)}, "one to four years"),
		({"ends": STARTS + timedelta(days=5 * 365)}, "one to four years"),
		({"aims": (AIM, replace(AIM, target=5.0))}, "the same words"),
		({"measures": (replace(TALKS, aim="Another"),)}, "name the aim"),
	],
)
def test_a_plan_that_cannot_be(change: dict[str, object], told: str) -> None:
	with pytest.raises(PlanError, match=told):
		replace(PLAN, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
	("change", "told"),
	[
		({"what": ""}, "Say what is done"),
		({"leads": ""}, "name the person who leads"),
		({"ends": STARTS - timedelta(days=1)}, "ends before it begins"),
		({"status": "Half"}, "planned, under way"),
	],
)
def test_a_measure_that_cannot_be(change: dict[str, object], told: str) -> None:
	with pytest.raises(PlanError, match=told):
		replace(TALKS, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
	("part", "told"),
	[
		(("Aliens", 3, "Survey"), "who took part"),
		(("Learners", 0, "Survey"), "how many"),
		(("Learners", 3, " "), "how they"),
	],
)
def test_nobody_takes_part_in_words_alone(part: tuple[str, int, str], told: str) -> None:
	with pytest.raises(PlanError, match=told):
		TookPart(*part)


@pytest.mark.parametrize(
	("plan", "after", "told"),
	[
		(replace(PLAN, aims=(), measures=()), CONSULTATION, "at least one aim"),
		(replace(PLAN, aims=(replace(AIM, team=""),)), CONSULTATION, "name the team"),
		(replace(PLAN, aims=(replace(AIM, why=" "),)), CONSULTATION, "shows that it is needed"),
		(replace(PLAN, status=CONSULTATION, took_part=PLAN.took_part[:1]), ADOPTED, "how many of Families"),
		(replace(PLAN, status=CONSULTATION, took_part=PLAN.took_part[1:]), ADOPTED, "how many of Learners"),
		(replace(PLAN, status=CONSULTATION, summary={"nl": " "}), ADOPTED, "short summary"),
		(replace(PLAN, status=CONSULTATION, decision=""), ADOPTED, "Name the decision"),
		(replace(PLAN, status=CONSULTATION, decision_status=decisions.OPEN), ADOPTED, "not taken yet"),
		(replace(PLAN, status=ADOPTED, starts=TODAY + timedelta(days=1)), RUNNING, "It begins on"),
		(replace(PLAN, status=ADOPTED, measures=()), RUNNING, "say what is done for it"),
		(
			replace(ENDED, status=RUNNING, aims=(replace(REACHED, status=OPEN),)),
			EVALUATED,
			"met, not met or dropped",
		),
		(replace(ENDED, status=RUNNING, aims=(replace(REACHED, learned=""),)), EVALUATED, "what you learned"),
		(replace(ENDED, status=RUNNING, evaluated=" "), EVALUATED, "what the school learned"),
		(replace(ENDED, status=EVALUATED, told_back_on=None), CLOSED, "Tell those who took part"),
		(
			replace(ENDED, status=EVALUATED, told_back_on=TODAY + timedelta(days=1)),
			CLOSED,
			"Tell those who took part",
		),
	],
)
def test_not_yet(plan: SchoolPlan, after: str, told: str) -> None:
	with pytest.raises(NotYet) as refused:
		school_plans.step(plan, after, today=TODAY)
	assert [told in sentence for sentence in refused.value.missing] == [True], refused.value.missing


@pytest.mark.parametrize(("before", "after"), list(product(LIFE.states, LIFE.states)))
def test_no_other_step(before: str, after: str) -> None:
	plan = replace(PLAN if after in (CONSULTATION, ADOPTED, RUNNING) else ENDED, status=before)
	if after in LIFE.allowed[before]:
		school_plans.step(plan, after, today=TODAY)
	else:
		with pytest.raises(IllegalStep):
			school_plans.step(plan, after, today=TODAY)


@pytest.mark.parametrize("status", LIFE.states)
def test_changed_aims_are_talked_over_anew(status: str) -> None:
	plan = replace(PLAN, status=status)
	easier = replace(plan, aims=(replace(AIM, target=8.5),))
	only_status = replace(plan, aims=(replace(AIM, status=MET, learned="It helped"),))
	assert school_plans.edited(plan, only_status) == (status, 1)
	if status in (DRAFT, CONSULTATION):
		assert school_plans.edited(plan, easier) == (status, 1)
	elif status in (ADOPTED, RUNNING):
		assert school_plans.edited(plan, easier) == (CONSULTATION, 2)
	else:
		with pytest.raises(IllegalStep, match="a plan with other aims"):
			school_plans.edited(plan, easier)


def test_what_is_overdue() -> None:
	running, late = replace(PLAN, status=RUNNING), AIM.due
	assert late
	assert school_plans.overdue(running, TALKS.ends) == []
	measure = Overdue("Measure", TALKS.what, TALKS.leads, TALKS.ends)
	assert school_plans.overdue(running, late) == [measure]
	after = late + timedelta(days=1)
	assert school_plans.overdue(running, after) == [measure, Overdue("Aim", AIM.what, "Attendance", late)]
	assert (
		school_plans.overdue(
			replace(running, aims=(REACHED,), measures=(replace(TALKS, status=DONE),)), after
		)
		== []
	)
	assert school_plans.overdue(replace(running, status=ADOPTED), after) == []
