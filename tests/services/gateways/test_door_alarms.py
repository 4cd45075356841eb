"""Installers and officers hear of a door that cannot read within five minutes, in school hours, once, and when it is over."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.services.world import GATEWAY, TODAY, World, at
from vsv_app.services.gateways import door_alarms
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.sql import VALUE, select, table, update

INSTALLER, OFFICER = "t-installer@school.example", "t-officer@school.example"


@pytest.fixture
def heard(world: World) -> Any:
	"""Looks at the doors at a moment, and says what each person was told."""
	if not hasattr(world.store, "path"):
		pytest.skip("on a site people are told in its own way; see vsv_app/tests/attendance")
	for user, role in ((INSTALLER, "Gateway Installer"), (OFFICER, "Attendance Officer")):
		world.store.add_document("User", {"name": user, "email": user, "enabled": 1})
		world.store.add_document(
			"Has Role", {"name": f"{user}-{role}", "parent": user, "parenttype": "User", "role": role}
		)

	def look(now: datetime) -> list[str]:
		before = len(_told(world))
		door_alarms.look(world.store, calendar.load(world.store), now)
		return _told(world)[before:]

	return look


def _told(world: World) -> list[str]:
	source = table("Notification")
	query = select(source, source.recipient, source.subject).where(source.document_type == VALUE)
	return [f"{who.split('@')[0]}: {what}" for who, what in world.store.fetch(query, [door_alarms.DOCTYPE])]


def watch(world: World, state: str, moment: datetime, terminal: str = "door") -> None:
	world.store.add_document(
		"Door Watch",
		{"name": f"{terminal}-{moment}", "gateway": GATEWAY, "terminal": terminal, "state": state, "at": moment, "source": "Told"},
	)  # fmt: skip


def test_a_door_that_went_blind_is_told_within_five_minutes_and_once(world: World, heard: Any) -> None:
	watch(world, "reading", at("07:00"))
	watch(world, "closed", at("07:41"))
	assert heard(at("07:42")) == []
	told = [f"{who}: {door_alarms.FAULTS['closed']}" for who in ("t-installer", "t-officer")]
	assert heard(at("07:46")) == told
	assert heard(at("07:51")) == heard(at("09:00")) == []
	watch(world, "reading", at("09:35"))
	assert heard(at("09:38")) == [f"{who}: {door_alarms.OVER}" for who in ("t-installer", "t-officer")]
	assert heard(at("10:00")) == []


def test_nobody_is_told_at_night_and_what_still_stands_is_told_when_people_come_in(
	world: World, heard: Any
) -> None:
	watch(world, "silent", at("03:00"))
	assert heard(at("03:10")) == []
	assert heard(at("07:29")) == []
	assert len(heard(at("07:31"))) == 2
	saturday = TODAY + timedelta(days=5)
	watch(world, "full", at("09:00", saturday))
	assert heard(at("10:00", saturday)) == []


def test_a_clock_that_is_not_set_is_told_too(world: World, heard: Any) -> None:
	g = table("Attendance Gateway")
	world.store.run(update(g, "clock").where(g.name == VALUE), ["unsynced", GATEWAY])
	assert [one.split(": ", 1)[1] for one in heard(at("08:00"))] == [door_alarms.FAULTS["clock"]] * 2
	world.store.run(update(g, "clock").where(g.name == VALUE), ["synced", GATEWAY])
	assert [one.split(": ", 1)[1] for one in heard(at("08:10"))] == [door_alarms.CLOCK_RIGHT] * 2
	assert heard(at("08:11")) == []
