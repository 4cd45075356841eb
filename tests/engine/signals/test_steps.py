"""A signal is its steps: what they lead to, in what order they may come, and how they read."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.signals.histories import BEGAN, PEOPLE, histories
from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.engine.signals.explanation import history
from vsv_app.engine.signals.signal_lifecycle import Measured, Step

MENTOR, COORDINATOR = PEOPLE
CALLED = {MENTOR: "Eva Jansen", COORDINATOR: "Omar Bakker"}
TODAY = date(2031, 11, 28)
MINUTES = Measured("unexcused_minutes", 520, 480, 1, "Watch", 1)


def at(day: int, clock: str = "09:00") -> datetime:
	return datetime.fromisoformat(f"2031-11-{day:02}T{clock}")


RAISED = Step(life.RAISED, at(3), measured=MINUTES)


@given(histories())
def test_the_last_step_that_spoke_of_a_field_says_what_it_is_today(steps: list[Step]) -> None:
	state = life.state_after(steps)
	assert state is not None
	looks = [step for step in steps if step.measured]
	assert (state.observed_value, state.tier, state.severity) == (
		looks[-1].measured.observed_value,
		looks[-1].measured.tier,
		looks[-1].measured.severity,
	)
	dismissals = [step for step in steps if step.kind in (life.DISMISSED, life.TAKEN_BACK)]
	if dismissals and dismissals[-1].kind == life.DISMISSED:
		assert (state.status, state.dismiss_reason, state.closed_by) == (
			life.DISMISSED,
			dismissals[-1].reason,
			dismissals[-1].by,
		)
	else:
		assert (state.dismiss_reason, state.note, state.dismissed_value) == (None, None, 0)
	answers = [step for step in steps if step.kind in (life.ACKNOWLEDGED, life.TAKEN_BACK)]
	assert state.acknowledged_on == (answers[-1].on if answers else None)
	assert state.look_again_on is None or state.status == life.ACKNOWLEDGED
	back = [step for step in steps if step.kind in (life.CAME_BACK, life.GIVEN_BACK)]
	assert state.reopened_on == (back[-1].on if back else None)


@given(histories(), st.data())
def test_what_a_signal_says_at_any_moment_is_what_the_steps_before_it_say(
	steps: list[Step], data: st.DataObject
) -> None:
	cut = data.draw(st.integers(1, len(steps)))
	state = life.state_after(steps[:cut])
	for step in steps[cut:]:
		state = life.after(state, step)
	assert state == life.state_after(steps)


@given(histories())
def test_a_signal_that_is_closed_and_holds_no_key_takes_no_step(steps: list[Step]) -> None:
	state = life.state_after(steps)
	assert state is not None
	assert state.holds_key == (state.status != life.RESOLVED) or state.status == life.DISMISSED
	if not state.holds_key:
		later = steps[-1].on + timedelta(seconds=1)
		for kind in life.STEPS:
			for by in (None, MENTOR):
				step = Step(kind, later, by, "Known and handled", measured=MINUTES)
				assert not life.may_follow(state, step)


@pytest.mark.parametrize("kind", [life.UPDATED, life.ACKNOWLEDGED])
def test_a_signal_begins_by_being_raised(kind: str) -> None:
	with pytest.raises(ValueError, match="begins by being raised"):
		life.after(None, Step(kind, BEGAN, measured=MINUTES))


def test_a_person_cannot_resolve_what_was_dismissed() -> None:
	steps = [RAISED, Step(life.DISMISSED, at(4), MENTOR, "Known and handled")]
	state = life.state_after(steps)
	assert state is not None
	assert not life.may_follow(state, Step(life.RESOLVED, at(5), COORDINATOR))
	assert not life.after(state, Step(life.RESOLVED, at(5))).holds_key


def told(steps: list[Step], language: str = "en") -> list[str]:
	days = {"ATT-1": date(2031, 11, 12)}
	translate = {"Known and handled": "Bekend en opgepakt"} if language.startswith("nl") else {}
	return [
		entry.text
		for entry in history.tell(
			steps, language, CALLED, days, lambda text: translate.get(text, text), today=TODAY
		)
	]


EVERY_KIND = [
	RAISED,
	Step(life.ESCALATED, at(6), recipient=COORDINATOR, level="Coordinator"),
	Step(life.UPDATED, at(7), measured=replace(MINUTES, observed_value=600)),
	Step(life.UPDATED, at(10), measured=replace(MINUTES, observed_value=690, tier=2)),
	Step(life.ACKNOWLEDGED, at(11), MENTOR, measured=replace(MINUTES, observed_value=690)),
	Step(life.CONTESTED, at(12), MENTOR, note="Was at the dentist", record="ATT-1"),
	Step(life.DISMISSED, at(13), MENTOR, "Known and handled"),
	Step(life.TAKEN_BACK, at(13, "09:01"), MENTOR),
	Step(life.PUT_IN_PLAN, at(14), COORDINATOR, plan="PLAN-1"),
	Step(life.RESOLVED, at(28)),
]


def test_each_step_reads_as_a_sentence_the_newest_first() -> None:
	assert told(EVERY_KIND) == [
		"The rule no longer held on 28 November.",
		"Put in a plan by Omar Bakker on 14 November.",
		"Eva Jansen took the dismissal back on 13 November.",
		"Dismissed by Eva Jansen on 13 November: known and handled.",
		"Eva Jansen said on 12 November that the record of 12 November is not right.",
		"Acknowledged by Eva Jansen on 11 November; value then 11.5 hours.",
		"Measured anew 2 times from 7 November to 10 November: from 8.7 hours to 11.5 hours; support: targeted help.",
		"Nobody had answered: Omar Bakker was told on 6 November.",
		"Raised on 3 November; value then 8.7 hours.",
	]


def test_in_dutch_too() -> None:
	assert told(EVERY_KIND, "nl-BE") == [
		"Op 28 november gold de regel niet meer.",
		"In een plan gezet door Omar Bakker op 14 november.",
		"Eva Jansen nam de afwijzing terug op 13 november.",
		"Afgewezen door Eva Jansen op 13 november: bekend en opgepakt.",
		"Eva Jansen zei op 12 november dat het gegeven van 12 november niet klopt.",
		"Opgepakt door Eva Jansen op 11 november; waarde toen 11,5 uur.",
		"2 keer opnieuw gemeten van 7 november tot 10 november: van 8,7 uur naar 11,5 uur; ondersteuning: gerichte hulp.",
		"Niemand had gereageerd: Omar Bakker kreeg bericht op 6 november.",
		"Gemeld op 3 november; waarde toen 8,7 uur.",
	]


@pytest.mark.parametrize(
	("step", "sentence"),
	[
		(Step(life.RESOLVED, at(4), MENTOR), "Resolved by Eva Jansen on 4 November."),
		(
			Step(life.DISMISSED, at(4), MENTOR, "Other", "Moved"),
			"Dismissed by Eva Jansen on 4 November: another reason.",
		),
		(Step(life.RAISED_ANEW, at(4)), "It got worse, and a new signal was raised on 4 November."),
		(Step(life.ACKNOWLEDGED, at(4), "gone@school.example"), "Acknowledged by gone@school.example on 4 November."),
		(Step(life.PUT_IN_PLAN, at(4)), "Put in a plan by somebody on 4 November."),
		(
			Step(life.CONTESTED, at(4), MENTOR, record="ATT-2"),
			"Eva Jansen said on 4 November that a record is not right.",
		),
		(
			Step(life.ACKNOWLEDGED, at(4), MENTOR, measured=MINUTES, reconstructed=True),
			"Acknowledged by Eva Jansen on 4 November (filled in afterwards).",
		),
		(
			Step(life.UPDATED, at(4), measured=MINUTES),
			"Measured anew on 4 November: 8.7 hours.",
		),
		(
			Step(life.UPDATED, at(4), measured=replace(MINUTES, indicator="not_arrived_today", observed_value=1)),
			"Measured anew on 4 November.",
		),
	],
)  # fmt: skip
def test_what_is_not_known_is_not_said(step: Step, sentence: str) -> None:
	assert told([RAISED, step])[0] == sentence


def test_the_year_is_said_where_it_is_another() -> None:
	(raised,) = history.tell([RAISED], "nl", CALLED, {}, today=date(2032, 1, 8))
	assert raised.text == "Gemeld op 3 november 2031; waarde toen 8,7 uur."


@given(histories(), st.sampled_from(("en", "nl")))
def test_every_history_can_be_told(steps: list[Step], language: str) -> None:
	entries = history.tell(steps, language, CALLED, {}, today=TODAY)
	assert [entry.on for entry in entries] == sorted((entry.on for entry in entries), reverse=True)
	assert all("{" not in entry.text and "None" not in entry.text for entry in entries)
	apart = sum(step.kind != life.UPDATED for step in steps)
	assert apart <= len(entries) <= len(steps)


def test_both_languages_have_a_sentence_for_every_step() -> None:
	assert set(history.SENTENCES["en"]) == set(history.SENTENCES["nl"]) >= set(life.STEPS)
	assert set(history.PHRASES["en"]) == set(history.PHRASES["nl"])
