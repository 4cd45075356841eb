"""Check-ins that somebody carried here in a file."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gateway.inspect_outbox import look
from gateway.outbox import Outbox, StateChange, Tap
from tests.services.world import A1, A2, GATEWAY, ZONE, World, at, digest
from vsv_app.services.dispatch import offline_import
from vsv_app.services.gateways.signed_message import Refused

EPOCH = "0123456789abcdef"


def line(seq: int, student: str = A1, **fields: object) -> str:
	"""As `vsv-gateway outbox export` writes it."""
	event = {
		"epoch": EPOCH,
		"seq": seq,
		"terminal": "door",
		"badge": digest(student),
		"at": "2031-11-24T08:25:00.000+01:00",
		"clock": "synced",
		"direction": "in",
		"confirmed": 0,
	}
	return json.dumps({**event, **fields}) + "\n"


def bring_in(world: World, lines: Iterable[str], gateway: str = GATEWAY) -> int:
	return offline_import.bring_in(world.store, world.school, gateway, lines, now)


def now() -> datetime:
	return at("10:00").replace(tzinfo=ZONE)


def test_they_count_as_if_they_had_been_sent_and_only_once(world: World) -> None:
	lines = [line(1), "\n", line(2, A2)]
	assert bring_in(world, lines) == bring_in(world, lines) == 2
	assert world.check_ins() == [(1, A1, "Recognised"), (2, A2, "Recognised")]
	assert world.set_aside() == []


def test_a_gateway_that_sends_them_later_is_told_that_they_are_there(world: World) -> None:
	bring_in(world, [line(1), line(2, A2)])
	told = json.loads(line(2, A2))
	event = {name: told[name] for name in ("seq", "terminal", "badge", "at", "clock", "direction")}
	assert world.acked(world.take(world.message([event], epoch=EPOCH), now=at("10:05"))) == 2
	assert len(world.check_ins()) == 2
	assert world.set_aside() == []


def test_what_the_doors_saw_comes_along(world: World, tmp_path: Path) -> None:
	store = Outbox(tmp_path, machine="m", max_bytes=2**24, reserve_bytes=0)
	moment = at("08:20").replace(tzinfo=ZONE)
	store.append(StateChange("t-front", "closed", moment, "synced", "boot", 1))
	store.append(Tap("t-front", digest(A1), moment, "synced", "in", "boot", 2))
	store.append(StateChange("t-front", "reading", moment, "synced", "boot", 3))
	store.close()
	assert bring_in(world, list(look(tmp_path, "export"))) == 3
	assert world.check_ins() == [(2, A1, "Recognised")]
	assert world.set_aside() == []


def test_more_than_a_message_holds_and_stores_of_several_machines_are_taken(world: World) -> None:
	start = datetime.fromisoformat("2031-11-24T06:00:00.000+01:00")
	lines = [
		line(seq, at=(start + timedelta(seconds=seq)).isoformat(timespec="milliseconds"))
		for seq in range(1, 1202)
	]
	assert bring_in(world, [*lines, line(1, A2, epoch="f" * 16)]) == 1202
	assert len(world.check_ins()) == 1202


def test_what_a_gateway_exports_is_taken(world: World, tmp_path: Path) -> None:
	outbox = Outbox(tmp_path, machine="m", max_bytes=2**26, reserve_bytes=0)
	for student, clock in ((A1, "08:20"), (A2, "08:21")):
		outbox.append(Tap("door", digest(student), at(clock).replace(tzinfo=ZONE), "synced", "in", "boot", 1))
	exported = list(look(tmp_path, "export"))
	outbox.close()
	assert bring_in(world, [*reversed(exported), exported[0]]) == 2, "in any order, and whatever stands twice"
	assert world.check_ins() == [(1, A1, "Recognised"), (2, A2, "Recognised")]


@pytest.mark.parametrize(
	"wrong",
	[
		"{",
		"[]",
		"7",
		'{"epoch": "0123456789abcdef"}',
		line(2, epoch="e"),
		line(2).replace("2,", '"2",', 1),
		line(2, epoch=None),
	],
)
def test_another_file_is_refused_whole_and_the_line_is_named(world: World, wrong: str) -> None:
	with pytest.raises(offline_import.NotAnExport, match="line 2 "):
		bring_in(world, [line(1), wrong])
	assert world.check_ins() == []


def test_a_gateway_that_is_not_of_this_school_is_refused(world: World) -> None:
	with pytest.raises(Refused, match="nobody"):
		bring_in(world, [line(1)], "nobody")
