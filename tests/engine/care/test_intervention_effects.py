"""Figures over closed plans, and groups too small to show."""

from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.care.intervention_effects import ClosedPlan, effects
from vsv_app.engine.care.plans import DROPPED, MET, NOT_MET
from vsv_app.engine.small_groups import suppressed


def closed(student: int, *goals: str, types: tuple[str, ...] = ("Mentoring",)) -> ClosedPlan:
	return ClosedPlan(f"S-{student}", frozenset(types), goals)


def test_the_share_of_goals_met_leaves_dropped_ones_out() -> None:
	found = effects([closed(n, MET, NOT_MET, DROPPED) for n in range(5)])["Mentoring"]
	assert (found.plans, found.goals, found.met, found.share) == (5, 10, 5, 50.0)


def test_plans_of_fewer_than_five_learners_give_no_figure() -> None:
	same_learner_twice = [closed(n % 4, MET) for n in range(8)]
	found = effects(same_learner_twice)["Mentoring"]
	assert (found.plans, found.goals, found.met, found.share) == (8, None, None, None)


def test_a_plan_counts_for_each_of_its_interventions() -> None:
	found = effects([closed(n, MET, types=("Mentoring", "Tutoring")) for n in range(5)])
	assert {name: one.met for name, one in found.items()} == {"Mentoring": 5, "Tutoring": 5}


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40)), st.integers(2, 10))
def test_no_hidden_count_can_be_worked_out_from_the_total(counts: dict[str, int], smallest: int) -> None:
	shown = suppressed(counts, smallest)
	hidden = {group for group, count in shown.items() if count is None}
	assert all(shown[group] == counts[group] for group in counts if group not in hidden)
	assert all(counts[group] == 0 or counts[group] >= smallest for group in counts if group not in hidden)
	others_to_hide_behind = sum(1 for count in counts.values() if count) > 1
	assert len(hidden) != 1 or not others_to_hide_behind
