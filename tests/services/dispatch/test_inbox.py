"""The inbox: what comes in finds its service, and what time alone asks for is done once."""

from datetime import date, datetime, timedelta

import pytest

from tests.services.world import A1, A2, B1, GATEWAY, SCHOOL, STAMP, TODAY, YEAR, ZONE, World, at
from vsv_app.services.dispatch.inbox import Inbox
from vsv_app.services.signals import evaluation
from vsv_app.stores.queries.sql import VALUE, table, update

TOPIC = f"vsv/v1/{SCHOOL}/{GATEWAY}/checkins"
NOT_ARRIVED = "START-NOT-ARRIVED"


class Hands:
	"""A clock that stands where it was put."""

	def __init__(self, now: datetime) -> None:
		self.now = now

	def __call__(self) -> datetime:
		return self.now.replace(tzinfo=ZONE)


def test_an_answer_goes_back_under_the_gateways_own_topic(world: World) -> None:
	inbox = Inbox(Hands(at("08:30")))
	((topic, _payload),) = inbox.take(world.store, TOPIC, world.message([world.event(A1, at("08:25"))]))
	assert topic == f"vsv/v1/{SCHOOL}/{GATEWAY}/ack"
	assert inbox.has_touched


def test_a_lateness_is_judged_when_the_taps_are_settled(world: World) -> None:
	for day in world.school_days(2):
		world.whole_day(day, late=[A1])
	inbox = Inbox(Hands(at("08:46")))
	inbox.take(world.store, TOPIC, world.message([world.event(A1, at("08:45"))]))
	inbox.settle(world.store)
	assert ("START-LATE-3", A1, "Open") in world.signals()
	assert not inbox.has_touched


def test_what_could_not_be_settled_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
	for day in world.school_days(2):
		world.whole_day(day, late=[A1])
	inbox = Inbox(Hands(at("08:46")))
	inbox.take(world.store, TOPIC, world.message([world.event(A1, at("08:45"))]))
	with monkeypatch.context() as broken:

		def fail(*_args: object, **_options: object) -> None:
			raise OSError("the database is away")

		broken.setattr(evaluation, "evaluate_school", fail)
		with pytest.raises(OSError, match="away"):
			inbox.settle(world.store)
	assert inbox.has_touched
	inbox.settle(world.store)
	assert ("START-LATE-3", A1, "Open") in world.signals()


def test_a_check_in_of_a_closed_day_corrects_it(world: World) -> None:
	world.tap(A1, at("08:20"))
	world.close()
	inbox = Inbox(Hands(at("18:00")))
	inbox.take(world.store, TOPIC, world.message([world.event(A2, at("08:25"))]))
	inbox.settle(world.store)
	assert world.attendance(A2)["status"] == "Present"


def test_the_cut_off_is_passed_when_every_door_has_spoken(world: World) -> None:
	hands = Hands(at("09:29"))
	inbox = Inbox(hands)
	world.tap(A1, at("08:20"))
	world.online(seen=hands.now)
	inbox.tick(world.store)
	assert world.signals() == []
	hands.now = at("09:31")
	world.online(backlog=2, seen=hands.now)
	inbox.tick(world.store)
	assert world.signals() == []
	hands.now = at("09:32")
	world.online(seen=hands.now)
	inbox.tick(world.store)
	missing = {row[1] for row in world.signals() if row[0] == NOT_ARRIVED}
	assert B1 in missing
	assert A1 not in missing


@pytest.mark.parametrize(
	("doctype", "name", "wrong", "right"),
	[
		("Student Group Student", f"T-1A-{A1}", {"active": 0}, {"active": 1}),
		("Student", A1, {"date_of_leaving": TODAY - timedelta(days=3)}, {"date_of_leaving": None}),
		("Student", A1, {"enabled": 0}, {"enabled": 1}),
		("Academic Year", YEAR, {"year_start_date": date(2032, 1, 1)}, {"year_start_date": date(2031, 8, 1)}),
	],
)
def test_a_learner_who_came_is_not_absent_because_a_record_was_put_right_late(
	world: World, doctype: str, name: str, wrong: dict[str, object], right: dict[str, object]
) -> None:
	hands = Hands(at("15:30"))
	inbox = Inbox(hands)
	change(world, doctype, name, wrong, STAMP + timedelta(days=1))
	inbox.take(
		world.store, TOPIC, world.message([world.event(A1, at("08:20")), world.event(A1, at("15:05"))])
	)
	inbox.tick(world.store)
	assert A1 not in {row[1] for row in world.check_ins() if row[2] == "Recognised"}
	change(world, doctype, name, right, STAMP + timedelta(days=2))
	world.close(students=[A2])
	hands.now = at("17:00")
	inbox.tick(world.store)
	inbox.settle(world.store)
	assert world.check_ins() == [(1, A1, "Recognised"), (2, A1, "Recognised")]
	assert world.attendance(A1)["status"] == "Present"


def test_taps_of_a_lost_badge_stay_nobodys_when_it_is_found(world: World) -> None:
	inbox = Inbox(Hands(at("08:30")))
	change(world, "Student Badge", f"T-BADGE-{A1}", {"status": "Lost"}, STAMP + timedelta(days=1))
	inbox.take(world.store, TOPIC, world.message([world.event(A1, at("08:20"))]))
	change(world, "Student Badge", f"T-BADGE-{A1}", {"status": "Active"}, STAMP + timedelta(days=2))
	inbox.tick(world.store)
	assert world.check_ins() == [(1, A1, "Blocked Badge")]


def change(world: World, doctype: str, name: str, fields: dict[str, object], modified: datetime) -> None:
	"""As a person changes it in Desk: the group is saved with its members."""
	source = table(doctype)
	world.store.run(update(source, *fields).where(source.name == VALUE), [*fields.values(), name])
	saved = ("Student Group", "T-1A") if doctype == "Student Group Student" else (doctype, name)
	source = table(saved[0])
	world.store.run(update(source, "modified").where(source.name == VALUE), [modified, saved[1]])


def test_looking_again_too_soon_is_not_due(world: World) -> None:
	hands = Hands(at("09:31"))
	inbox = Inbox(hands)
	assert inbox.due
	inbox.tick(world.store)
	assert not inbox.due
	hands.now += timedelta(minutes=1)
	assert inbox.due


def test_where_nothing_else_closes_days_the_inbox_does(world: World) -> None:
	hands = Hands(at("16:59"))
	inbox = Inbox(hands, closes_days=True)
	world.tap(A1, at("08:20"))
	world.online(seen=hands.now)
	inbox.tick(world.store)
	assert world.rows("Student Attendance", "name", date=TODAY) == []
	hands.now = at("17:01")
	world.online(seen=hands.now)
	inbox.tick(world.store)
	assert world.attendance(A1)["status"] == "Present"
	assert world.attendance(A2)["status"] == "Absent"


def test_a_gateway_that_falls_silent_is_marked_lost(world: World) -> None:
	hands = Hands(at("08:30"))
	inbox = Inbox(hands)
	world.tap(A1, at("08:20"))
	world.online()
	hands.now = at("08:50")
	inbox.tick(world.store)
	assert world.rows("Attendance Gateway", "status", name=GATEWAY) == [("Lost",)]
