"""Rules that this school's calendar and records tell to be impossible: refused, with what to change."""

from datetime import date, timedelta

import pytest

from tests.services.world import A1, TODAY, World
from vsv_app.engine.signals.indicators.windows import Window
from vsv_app.engine.signals.rules import (
	ALL_OF,
	ANY_OF,
	AT_LEAST,
	AT_MOST,
	LESS_THAN,
	MORE_THAN,
	Condition,
	Rule,
	RuleError,
	Scope,
)
from vsv_app.services.signals.rule_check import refuse_what_cannot_be, refuse_what_was_not_meant
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


def of(*conditions: tuple[str, str, float], **more: object) -> Rule:
	return Rule("r", "Away", tuple(Condition(*one, FOUR_WEEKS) for one in conditions), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
	("rule", "sentence"),
	[
		(of(("unexcused_minutes", AT_LEAST, 16)), "16 minutes is less than a lesson.* for 16 hours write 960"),
		(of(("excused_minutes", MORE_THAN, 8)), "for 8 hours write 480, for any absence at all 1"),
		(of(("absence_change", AT_LEAST, 0.2)), "from 5 to 15 percent is 10"),
		(of(("absence_rate", AT_MOST, 90)), "flag nearly everybody. Compare with at least or more than"),
		(of(("times_late", LESS_THAN, 3), ("incidents", AT_LEAST, 2), combination=ANY_OF), "flag nearly everybody"),
	],
)  # fmt: skip
def test_what_nobody_means(world: World, rule: Rule, sentence: str) -> None:
	with pytest.raises(RuleError, match=sentence):
		refuse_what_cannot_be(world.store, rule, TODAY)


@pytest.mark.parametrize(
	"rule",
	[
		of(("unexcused_minutes", AT_LEAST, 1)),
		of(("unexcused_minutes", MORE_THAN, 0)),
		of(("unexcused_minutes", AT_LEAST, 30)),
		of(("late_minutes", AT_LEAST, 10)),
		of(("mentor_talks", LESS_THAN, 1)),
		of(("average_result", LESS_THAN, 55)),
		of(("absence_rate", AT_MOST, 5), ("average_result", LESS_THAN, 55), combination=ALL_OF),
	],
)
def test_what_somebody_may_mean(rule: Rule) -> None:
	refuse_what_was_not_meant(rule)
