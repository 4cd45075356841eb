"""Rules that this school's calendar and records tell to be impossible: refused, with what to change."""

from datetime import date, timedelta

import pytest

from tests.services.world import A1, TODAY, World
from vsv_app.engine.rules import AT_LEAST, Condition, Rule, RuleError, Scope
from vsv_app.engine.windows import Window
from vsv_app.services.rule_check import refuse_what_cannot_be
from vsv_app.stores.queries.sql import VALUE, table, update


def late(window: Window, **more: object) -> Rule:
	return Rule("late", "Often late", (Condition("times_late", AT_LEAST, 3, window),), **more)  # type: ignore[arg-type]


FOUR_WEEKS, TERM = Window("School Weeks", 4), Window("Term")


def test_a_window_longer_than_the_records_is_refused_once_there_are_some(
	world: World, request: pytest.FixtureRequest
) -> None:
	if request.node.callspec.params["store"] == "site" and world.rows("Student Attendance", "name"):
		pytest.skip("this site has attendance of its own")
	# A school that begins has no records yet, and the rules that ship must be possible there.
	refuse_what_cannot_be(world.store, late(Window("School Weeks", 42)), TODAY)
	for back in (0, 40):
		world.mark_by_hand(A1, "Present", TODAY - timedelta(days=back))
	refuse_what_cannot_be(world.store, late(FOUR_WEEKS), TODAY)
	refuse_what_cannot_be(world.store, late(Window("Year To Date")), TODAY)
	for window in (Window("School Weeks", 6), Window("School Days", 30), Window("Rolling Days", 42)):
		with pytest.raises(RuleError, match=f"over {window}, and there are records of 5 weeks.*year to date"):
			refuse_what_cannot_be(world.store, late(window), TODAY)


@pytest.mark.parametrize(
	("more", "sentence"),
	[
		({"valid_to": TODAY - timedelta(days=1)}, "it ended on 2031-11-23.*switch the rule off"),
		({"minimum_school_days": 300}, "a school year here has 2[0-9][0-9]: it can never fire. Choose fewer"),
		({"scope": Scope(group="T-1A", program="T-Havo")}, "T-1A is of the program T-Vmbo, not of T-Havo"),
	],
)
def test_what_can_never_fire_here(world: World, more: dict[str, object], sentence: str) -> None:
	g = table("Student Group")
	world.store.run(update(g, "program").where(g.name == VALUE), ["T-Vmbo", "T-1A"])
	with pytest.raises(RuleError, match=sentence):
		refuse_what_cannot_be(world.store, late(Window("Year To Date"), **more), TODAY)


def test_what_can_fire_here(world: World) -> None:
	g = table("Student Group")
	world.store.run(update(g, "program").where(g.name == VALUE), ["T-Vmbo", "T-1A"])
	for more in (
		{"valid_to": TODAY},
		{"valid_from": date(2032, 1, 1)},
		{"minimum_school_days": 100},
		{"scope": Scope(group="T-1A", program="T-Vmbo")},
	):
		refuse_what_cannot_be(world.store, late(TERM, **more), TODAY)
