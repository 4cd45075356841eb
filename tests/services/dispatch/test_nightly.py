"""The night in parts comes to what the whole school at once would come to."""

from datetime import timedelta
from itertools import chain

import pytest

from tests.services.world import A1, A2, B1, GROUPS, LEARNERS, TODAY, World, at
from vsv_app.services.dispatch import nightly
from vsv_app.services.signals import evaluation
from vsv_app.stores.queries.sql import VALUE, table, update

NOW = at("18:00")


@pytest.fixture
def school(world: World) -> World:
	for day in world.school_days(4):
		world.whole_day(day, absent=[A1, B1], late=[A2])
	world.whole_day(TODAY, absent=[A1])
	return world


def test_every_group_is_in_one_part(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
	parts = nightly.parts(world.store, NOW)
	assert [group for group in chain(*parts) if group in GROUPS] == sorted(GROUPS)
	monkeypatch.setattr(nightly, "LEARNERS_A_PART", len(LEARNERS["T-1A"]))
	small = [part for part in nightly.parts(world.store, NOW) if set(part) & set(GROUPS)]
	assert small == [(group,) for group in sorted(GROUPS)]


def test_parts_in_any_order_come_to_the_whole(school: World) -> None:
	for group in reversed(GROUPS):
		nightly.look_at_part(school.store, school.school, [group], NOW)
	in_parts = school.signals()
	assert {student for _rule, student, _status in in_parts} >= {A1, A2}
	again = evaluation.evaluate_now(school.store, school.school, NOW)
	assert not [name for name in again.raised if name.startswith("T-")]
	assert school.signals() == in_parts


def test_a_part_touches_nobody_else(school: World) -> None:
	nightly.look_at_part(school.store, school.school, ["T-1A"], NOW)
	assert not {student for _rule, student, _status in school.signals()} & set(LEARNERS["T-1B"])


def test_who_is_in_no_group_any_more_has_signals_resolved(school: World) -> None:
	nightly.look_at_part(school.store, school.school, GROUPS, NOW)
	m = table("Student Group Student")
	school.store.run(update(m, "active").where(m.student == VALUE), [0, A1])
	nightly.evaluate_rest(school.store, school.school, NOW)
	assert {status for _rule, student, status in school.signals() if student == A1} == {"Resolved"}
	assert "Open" in {status for _rule, student, status in school.signals() if student != A1}


def test_a_group_that_is_gone_is_no_error(school: World) -> None:
	assert nightly.look_at_part(school.store, school.school, ["T-9Z"], NOW) == evaluation.Evaluated()


def test_an_absence_that_is_corrected_resolves_its_signal_at_once(school: World) -> None:
	nightly.look_at_part(school.store, school.school, GROUPS, NOW)
	assert ("START-AWAY-3", A1, "Open") in school.signals()
	a = table("Student Attendance")
	change = update(a, "status", "vsv_minutes_missed").where(a.student == VALUE).where(a.date == VALUE)
	school.store.run(change, ["Present", 0, A1, TODAY])
	nightly.evaluate_learners(school.store, school.school, [A1], NOW + timedelta(minutes=1))
	assert ("START-AWAY-3", A1, "Resolved") in school.signals()
