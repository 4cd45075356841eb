"""A gateway that signs what cannot be, and one whose clock is really wrong: neither fills the database, and no tap is lost."""

from datetime import date, datetime, timedelta

import pytest

from tests.services.world import A1, A2, GATEWAY, TODAY, World, at
from vsv_app.services.gateways import batch_sequence
from vsv_app.stores.queries.gateways import accounts

NOW = at("08:40")
LONG_AGO, FAR = datetime(1970, 1, 1, 0, 0, 7), datetime(2999, 12, 31, 23, 59)


def epoch(number: int) -> str:
	return f"{number:016x}"


def reasons(world: World) -> list[str]:
	return sorted(row[0] for row in world.set_aside())


def row(world: World, student: str) -> tuple[object, ...]:
	((moment, day, certainty, first, last),) = world.rows(
		"Badge Check In", "tapped_at", "school_day", "time_certainty", "not_before", "not_after", student=student
	)  # fmt: skip
	return moment, day, certainty, first and first.date(), last and last.date()


@pytest.mark.parametrize("clock", ["synced", "holdover"])
def test_a_tap_of_the_year_2999_is_kept_told_and_shows_no_such_year(world: World, clock: str) -> None:
	taken = world.take(world.message([world.event(A1, FAR, clock=clock)]), now=NOW)
	assert world.acked(taken) == 1, "the gateway need not keep it"
	moment, day, certainty, first, last = row(world, A1)
	assert (moment, day, certainty, first, last) == (NOW, None, "Held", TODAY - timedelta(days=400), TODAY)
	((written,),) = world.rows("Badge Check In", "sent_as", student=A1)
	assert str(written).startswith("2999-12-31"), "what the door wrote stays as evidence"
	assert reasons(world) == ["Wrong Clock"]


def test_between_two_certain_taps_even_that_one_has_its_day(world: World) -> None:
	world.take(world.message([world.event(A2, at("08:10"))]), now=NOW)
	world.take(world.message([world.event(A1, FAR)]), now=NOW)
	assert row(world, A1)[1:3] == (TODAY, "Day Certain")


def test_a_clock_an_hour_ahead_or_set_to_another_zone_is_nobodys_alarm(world: World) -> None:
	for hours, student in ((1, A1), (14, A2)):
		world.take(world.message([world.event(student, NOW + timedelta(hours=hours))]), now=NOW)
		assert row(world, student)[1:3] == (TODAY, "Day Certain")
	assert reasons(world) == []


@pytest.mark.parametrize(
	("clock", "told"),
	[("unsynced", []), ("synced", ["Wrong Clock"])],
	ids=["says so", "says that it is right"],
)
def test_a_pi_that_wakes_up_in_1970_loses_nothing(world: World, clock: str, told: list[str]) -> None:
	events = [
		world.event(A1, LONG_AGO, clock=clock),
		world.event(A2, LONG_AGO + timedelta(seconds=1), clock=clock),
	]
	assert world.acked(world.take(world.message(events), now=NOW)) == 2
	assert row(world, A1)[1:] == (None, "Held", TODAY - timedelta(days=400), TODAY), "and not since 1970"
	assert reasons(world) == told
	later = world.event(A1, at("08:45"))
	world.take(world.message([later]), now=at("08:50"))
	assert row(world, A2)[2] == "Held"


def test_a_wrong_clock_is_told_once_a_day(world: World) -> None:
	for _each in range(8):
		world.take(world.message([world.event(A1, FAR)]), now=NOW)
	world.take(world.message([world.event(A1, FAR)]), now=NOW + timedelta(days=1))
	for number in range(8):
		world.take(world.message([world.event(A1, FAR)], epoch=epoch(number)), now=NOW)
	listed = [times for reason, _status, times, _why in world.set_aside() if reason == "Wrong Clock"]
	assert sorted(listed) == [1, 16], "whatever store it is in"


def test_a_door_that_was_blind_since_1970_was_blind_for_as_long_as_a_gateway_holds_anything(
	world: World,
) -> None:
	world.take(world.message([world.watch("door", "closed", LONG_AGO)]), now=NOW)
	((since,),) = world.rows("Door Watch", "at", gateway=GATEWAY)
	assert since == NOW - timedelta(days=400)


def test_a_power_cut_a_minute_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
	"""Each with a card that forgets, so that each start has a store of its own; a day has 1440 minutes."""
	assert batch_sequence.NEW_STORES_A_DAY > 24 * 60
	for minute in range(90):
		now = NOW + timedelta(minutes=minute)
		tap = world.event(A1, now - timedelta(seconds=20), seq=1)
		assert world.acked(world.take(world.message([tap], epoch=epoch(minute)), now=now)) == 1
	assert len(world.check_ins()) == 90
	assert not {"Too Many Stores", "Two Gateways"} & set(reasons(world))


def test_a_new_store_a_message_ends_and_what_was_not_taken_is_taken_later(
	world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
	monkeypatch.setattr(batch_sequence, "NEW_STORES_A_DAY", 5)

	def send(number: int, now: datetime) -> int | None:
		tap = world.event(A1, NOW, seq=1)
		return world.acked(world.take(world.message([tap], epoch=epoch(number)), now=now))

	assert [send(number, NOW) for number in range(9)] == [1] * 5 + [None] * 4
	assert len(world.rows("Gateway Epoch", "name", gateway=GATEWAY)) == len(world.check_ins()) == 5
	assert [row[0] for row in world.set_aside()] == ["Too Many Stores"], "one line, however many"
	assert send(0, NOW) == 1, "what it began before goes on"
	tomorrow = NOW + timedelta(days=1, minutes=1)
	assert [send(number, tomorrow) for number in range(5, 9)] == [1] * 4
	assert len(world.check_ins()) == 9


def test_with_many_stores_a_few_a_day_are_taken_still(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(batch_sequence, "MANY_STORES", 3)
	monkeypatch.setattr(batch_sequence, "FEW_A_DAY", 1)
	tap = world.event(A1, NOW, seq=1)
	acks = [world.acked(world.take(world.message([tap], epoch=epoch(n)), now=NOW)) for n in range(5)]
	assert acks == [1, 1, 1, None, None]
	assert world.acked(world.take(world.message([tap], epoch=epoch(9)), now=NOW + timedelta(days=2))) == 1


def test_of_many_stores_only_those_are_read_that_tell_something(world: World) -> None:
	"""Its own, the last that were heard of, and the one with the newest time, by which a recorded message is known."""
	newest = "2031-11-24T08:39:59.000+01:00"
	first = world.message(
		[world.event(A1, NOW, seq=1)], epoch=epoch(1), sent_at="2031-11-24T08:00:00.000+01:00"
	)
	world.take(first, now=at("08:00"))
	world.take(world.message([world.event(A1, NOW, seq=1)], epoch=epoch(2), sent_at=newest), now=at("08:01"))
	for number in range(3, 60):
		stale = world.message(
			[world.event(A1, NOW, seq=1)], epoch=epoch(number), sent_at="2031-11-24T07:00:00.000+01:00"
		)
		world.take(stale, now=at("08:02") + timedelta(seconds=number))
	known = accounts.epochs(world.store, GATEWAY, epoch(1))
	assert {epoch(1), epoch(2), epoch(59)} <= set(known)
	assert len(known) == accounts.LAST_HEARD_OF + 2
	world.take(first, now=NOW)
	assert "Replay" in reasons(world)


def test_the_oldest_day_is_that_of_the_retention() -> None:
	"""A tap that a gateway may hold is one that the app keeps."""
	from vsv_app.engine.attendance.tap_time import LONGEST_HELD

	assert timedelta(days=400) == LONGEST_HELD
	assert date(2031, 11, 24) - LONGEST_HELD == date(2030, 10, 20)
