"""Lawful histories of a signal, drawn at random: each step is one that can follow those before it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import strategies as st

from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.engine.signals.signal_lifecycle import Measured, SignalState, Step

BEGAN = datetime.fromisoformat("2031-11-24T04:20")
PEOPLE = ("mentor@school.example", "coordinator@school.example")
INDICATORS = ("unexcused_minutes", "times_late")


@st.composite
def measured(draw: st.DrawFn) -> Measured:
	return Measured(
		indicator=draw(st.sampled_from(INDICATORS)),
		observed_value=draw(st.integers(0, 4000)) / 4,
		threshold=draw(st.sampled_from((3, 480, 960))),
		tier=draw(st.integers(0, 3)),
		severity=draw(st.sampled_from(("Info", "Watch", "Concern", "Urgent"))),
		rule_version=draw(st.integers(1, 3)),
	)


def _drawn(draw: st.DrawFn, state: SignalState, on: datetime, kinds: Sequence[str]) -> Step:
	"""Any step, whether or not it can follow."""
	kind = draw(st.sampled_from(kinds))
	by = draw(st.sampled_from(PEOPLE))
	note = draw(st.sampled_from(("Spoke with the family", None)))
	reasons = life.DISMISS_REASONS if note else life.DISMISS_REASONS[:-1]
	made = {
		life.RAISED: {"measured": draw(measured())},
		life.UPDATED: {"measured": draw(measured())},
		life.DISMISSED: {"by": by, "reason": draw(st.sampled_from(reasons)), "note": note},
		life.TAKEN_BACK: {
			"by": state.closed_by or by,
			"plan": draw(st.sampled_from(("PLAN-1", None))),
			"look_again_on": on.date() + timedelta(days=14),
		},
		life.PUT_IN_PLAN: {"by": by, "plan": "PLAN-1"},
		life.ESCALATED: {"recipient": PEOPLE[1], "level": "Coordinator"},
		life.CONTESTED: {"by": by, "note": note, "record": "ATT-1"},
		life.RESOLVED: {"by": draw(st.sampled_from((None, by)))},
		life.RAISED_ANEW: {},
		life.ACKNOWLEDGED: {"by": by, "look_again_on": on.date() + timedelta(days=14)},
		life.FOLLOWED_UP: {"by": by, "look_again_on": on.date() + timedelta(days=14)},
		life.CAME_BACK: {},
		life.GIVEN_BACK: {"by": by, "plan": "PLAN-1"},
	}
	return Step(kind, on, **made[kind])


@st.composite
def histories(draw: st.DrawFn, most: int = 12, kinds: Sequence[str] = life.STEPS) -> list[Step]:
	"""Steps of one signal in their order; times rise, by seconds or by days."""
	steps = [Step(life.RAISED, BEGAN, measured=draw(measured()))]
	state, on = life.after(None, steps[0]), BEGAN
	for _turn in range(draw(st.integers(0, most))):
		on += draw(st.sampled_from((timedelta(seconds=30), timedelta(minutes=4), timedelta(days=1))))
		step = _drawn(draw, state, on, kinds)
		if life.may_follow(state, step):
			steps.append(step)
			state = life.after(state, step)
	return steps
