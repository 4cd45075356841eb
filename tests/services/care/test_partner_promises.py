"""What partners wait for, on both stores: an agreement to sign, an answer to feedback; in whose hands, and climbing where nobody does it."""

from datetime import timedelta

import pytest

from tests.services.world import COORDINATOR, LEADER, TODAY, World, at
from vsv_app.engine.care.promises import Promise
from vsv_app.services.care import promises, reminders
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.sql import VALUE, table, update

NOW = at("18:00")
PARTNER, SCHOOL = "Youth Work", None


@pytest.fixture
def agreement(world: World) -> str:
	"""Under discussion since now; a partner and the school are its parties."""
	name = world.add_row(
		"Stakeholder Agreement", title="Help after school", status="Under Discussion", version=2, discussed_since=NOW
	)  # fmt: skip
	for place, party in enumerate((SCHOOL, PARTNER)):
		row(world, "Agreement Party", name, place, stakeholder=party)
	return name


def row(world: World, doctype: str, parent: str, place: int, **values: object) -> str:
	of = {"parent": parent, "parenttype": "Stakeholder Agreement", "parentfield": "rows"}
	return world.add_row(doctype, **of, **values)


def of_kind(world: World, kind: str, name: str, days: int = 0) -> list[Promise]:
	day = TODAY + timedelta(days=days)
	found = promises.standing(world.store, world.school, calendar.load(world.store), day)
	return [one for one in found if one.kind == kind and one.name == name]


def sign(world: World, agreement: str, party: str | None, version: int = 2) -> None:
	row(world, "Agreement Signature", agreement, version, stakeholder=party, version=version, person_name="P")


def test_an_agreement_waits_for_who_has_not_signed_its_version(world: World, agreement: str) -> None:
	sign(world, agreement, PARTNER, version=1)
	(asked,) = of_kind(world, "Agreement Signature", agreement)
	assert (asked.what, asked.shows(TODAY)) == ("Help after school: Youth Work", True)
	sign(world, agreement, SCHOOL)
	(asked,) = of_kind(world, "Agreement Signature", agreement)
	assert asked.due == TODAY + timedelta(days=14)
	assert not asked.shows(TODAY), "it is the partner's turn"
	assert asked.shows(asked.due)
	sign(world, agreement, PARTNER)
	(asked,) = of_kind(world, "Agreement Signature", agreement)
	assert asked.shows(TODAY), "all have signed: it is the school's to make it so"
	a = table("Stakeholder Agreement")
	world.store.run(update(a, "status").where(a.name == VALUE), ["Signed", agreement])
	assert of_kind(world, "Agreement Signature", agreement) == []


def test_feedback_stands_until_it_is_answered(world: World, agreement: str) -> None:
	said = row(
		world, "Agreement Feedback", agreement, 0, stakeholder=PARTNER, feedback="Call earlier", sent_on=NOW
	)
	row(world, "Agreement Feedback", agreement, 1, stakeholder=SCHOOL, feedback="Thank you", sent_on=NOW)
	(asked,) = of_kind(world, "Agreement Feedback", agreement)
	assert (asked.thing, asked.what, asked.shows(TODAY)) == (said, "Call earlier", True)
	f = table("Agreement Feedback")
	world.store.run(update(f, "answer").where(f.name == VALUE), ["We shall", said])
	assert of_kind(world, "Agreement Feedback", agreement) == []


def test_what_partners_wait_for_climbs_to_the_leader(world: World, agreement: str) -> None:
	row(world, "Agreement Feedback", agreement, 0, stakeholder=PARTNER, feedback="Call earlier", sent_on=NOW)
	for days in range(15, 60):
		now = NOW + timedelta(days=days)
		reminders.send(world.store, world.school, calendar.load(world.store), now, notice_days=60)
	for kind in ("Agreement Signature", "Agreement Feedback"):
		told = world.rows("Care Reminder", "recipient", kind=kind, reference_name=agreement)
		assert {who for (who,) in told} >= {COORDINATOR, LEADER}
