"""Check-ins messages: what is stored, what is acknowledged, and what is set aside for a person."""

import hashlib
import hmac
import json
import re
from datetime import date, timedelta

import pytest

from tests.services.world import (
	A1,
	A2,
	A3,
	B1,
	EPOCH,
	GATEWAY,
	MAC_KEY,
	STAMP,
	TODAY,
	YEAR,
	ZONE,
	World,
	at,
	digest,
)
from vsv_app.engine.gateways import messages
from vsv_app.services.attendance.badges import enrolment
from vsv_app.services.dispatch import retry
from vsv_app.services.dispatch.inbox import Inbox
from vsv_app.stores.queries.sql import VALUE, table, update


def test_a_check_in_is_stored_with_its_learner_and_acknowledged(world: World) -> None:
	taken = world.tap(A1, at("08:25"))
	assert world.check_ins() == [(1, A1, "Recognised")]
	assert world.acked(taken) == 1
	assert dict(taken.students) == {TODAY: {A1}}
	((moment, day, sent_as, name),) = world.rows(
		"Badge Check In", "tapped_at", "school_day", "sent_as", "name", gateway=GATEWAY
	)
	assert (moment, day) == (at("08:25"), TODAY)
	assert sent_as == "2031-11-24T08:25:00.000+01:00"
	assert name == f"{GATEWAY}-{EPOCH}-0000000001"


def test_a_message_that_comes_again_changes_nothing(world: World) -> None:
	payload = world.message([world.event(A1, at("08:25")), world.event(A2, at("08:26"))])
	first = world.take(payload)
	before = world.check_ins()
	again = world.take(payload)
	assert world.acked(first) == world.acked(again) == 2
	assert world.check_ins() == before
	assert world.set_aside() == []


def sent(clock: str) -> str:
	return at(clock).replace(tzinfo=ZONE).isoformat(timespec="milliseconds")


def repeated(world: World) -> int:
	((count,),) = world.rows("Attendance Gateway", "repeated", name=GATEWAY)
	return int(count or 0)


def test_what_is_sent_again_is_counted_on_the_gateways_form(world: World) -> None:
	events = [world.event(A1, at("08:25")), world.event(A2, at("08:26"))]
	world.take(world.message(events, sent_at=sent("08:27")), now=at("08:27"))
	assert repeated(world) == 0
	# After an outage a gateway sends again what nobody acknowledged, and writes a new time into it
	events.append(world.event(A3, at("08:28")))
	world.take(world.message(events, sent_at=sent("08:29")), now=at("08:59"))
	assert repeated(world) == 2
	assert world.set_aside() == []


def test_a_recorded_message_that_is_sent_again_is_listed(world: World) -> None:
	recorded = world.message([world.event(A1, at("08:25"))], sent_at=sent("08:25"))
	world.take(recorded, now=at("08:25"))
	world.take(world.message([world.event(A2, at("08:30"))], sent_at=sent("08:30")), now=at("08:30"))
	before = world.check_ins()
	for _time in range(3):
		assert world.acked(world.take(recorded, now=at("08:40"))) == 2
	assert world.check_ins() == before
	assert [(row[0], row[2]) for row in world.set_aside()] == [("Replay", 3)]
	assert repeated(world) == 3


def test_a_recorded_message_keeps_no_gateway_alive_and_is_old_at_once(world: World) -> None:
	recorded = [
		world.message([world.event(one, at(clock))], sent_at=sent(clock))
		for one, clock in ((A1, "08:28"), (A2, "08:29"))
	]
	for each in recorded:
		world.take(each, now=at("08:29"))
	for each in recorded:
		assert world.acked(world.take(each, now=at("08:30"))) == 2
	assert world.rows("Attendance Gateway", "last_seen", "last_check_in", name=GATEWAY) == [
		(at("08:29"),) * 2
	]
	assert [(row[0], row[2]) for row in world.set_aside()] == [("Replay", 1)], "all but the newest"
	assert repeated(world) == 2


def test_what_the_broker_gives_once_more_is_acknowledged_and_nobody_is_suspected(world: World) -> None:
	given = [world.message([world.event(A1, at(clock))], sent_at=sent(clock)) for clock in ("08:28", "08:29")]
	for each in given:
		world.take(each, now=at("08:29"))
	for each in given:
		assert world.acked(world.take(each, now=at("09:30"), again=True)) == 2
	assert len(world.check_ins()) == 2
	assert world.set_aside() == []


def test_a_message_that_was_held_up_is_stored_and_no_replay(world: World) -> None:
	first, second = world.event(A1, at("08:25")), world.event(A2, at("08:30"))
	world.take(world.message([second], sent_at=sent("08:30")), now=at("08:30"))
	world.take(world.message([first], sent_at=sent("08:25")), now=at("08:40"))
	assert len(world.check_ins()) == 2
	assert "Replay" not in {row[0] for row in world.set_aside()}


def test_a_message_that_we_kept_ourselves_is_no_replay(world: World) -> None:
	gateway = table("Attendance Gateway")
	switch = update(gateway, "enabled").where(gateway.name == VALUE)
	event = world.event(A1, at("08:25"))
	world.store.run(switch, [0, GATEWAY])
	world.take(world.message([event], sent_at=sent("08:25")), now=at("08:25"))
	world.store.run(switch, [1, GATEWAY])
	world.take(world.message([event], sent_at=sent("08:30")), now=at("08:30"))
	((name,),) = world.rows("Set Aside Message", "name", gateway=GATEWAY)
	inbox = Inbox(lambda: at("08:50").replace(tzinfo=ZONE))
	assert retry.try_again(world.store, inbox, [name], at("08:50")) == [name]
	assert [row[0] for row in world.set_aside()] == ["Disabled Gateway"]


@pytest.mark.parametrize(
	("clock", "again", "listed"),
	[
		("synced", "2031-11-24T08:27:00.000+01:00", ["Two Gateways"]),
		("synced", "2031-11-24T07:25:00.000Z", []),
		("unsynced", "2031-11-24T08:27:00.000+01:00", []),
		("holdover", "2031-11-24T08:27:00.000+01:00", []),
	],
)
def test_a_copied_store_is_found_out_by_the_time_alone(
	world: World, clock: str, again: str, listed: list[str]
) -> None:
	world.take(world.message([world.event(A1, at("08:25"), seq=1, clock=clock)]))
	world.take(world.message([world.event(A1, at("08:25"), seq=1, at=again)]))
	assert [row[0] for row in world.set_aside()] == listed
	assert world.check_ins() == [(1, A1, "Recognised")]


def test_overlapping_messages_in_any_order_make_one_row_each(world: World) -> None:
	events = [world.event(A1, at("08:20") + timedelta(seconds=n)) for n in range(9)]
	acks = [
		world.acked(world.take(world.message(events[start:end])))
		for start, end in ((0, 4), (2, 6), (0, 2), (5, 9), (0, 9))
	]
	assert acks == [4, 6, 6, 9, 9]
	assert [row[0] for row in world.check_ins()] == list(range(1, 10))


def test_watch_events_are_numbers_that_came(world: World) -> None:
	watch = {
		"kind": "watch",
		"terminal": "t-front",
		"state": "closed",
		"at": "2031-11-24T08:20:00.000+01:00",
		"clock": "synced",
	}
	first, second = (world.event(student, at("08:25"), seq=seq) for student, seq in ((A1, 1), (A2, 3)))
	events = [first, {"seq": 2, **watch}, second, {"seq": 4, **watch}]
	assert world.acked(world.take(world.message(events))) == 4
	assert [row[0] for row in world.check_ins()] == [1, 3]
	assert world.acked(world.take(world.message([{"seq": 5, **watch}]))) == 5
	assert world.set_aside() == []


def test_a_gap_is_shown_not_acknowledged_over_and_closed_when_it_fills(world: World) -> None:
	events = [world.event(A1, at("08:20") + timedelta(seconds=n)) for n in range(6)]
	assert world.acked(world.take(world.message(events[:2]))) == 2
	assert world.acked(world.take(world.message(events[4:]))) == 2
	assert [row[0] for row in world.check_ins()] == [1, 2, 5, 6]
	((reason, status, _times, explanation),) = world.set_aside()
	assert (reason, status) == ("Sequence Gap", "Open")
	assert "3 to 4" in explanation
	((words,),) = world.rows("Set Aside Message", "explanation_words", gateway=GATEWAY)
	text, numbers, epoch = json.loads(words)
	assert numbers == ["{0} to {1}", "3", "4"]
	assert text.format("3 to 4", epoch) == explanation, "the same sentence, for a reader of any language"
	assert world.acked(world.take(world.message(events[2:]))) == 6
	assert [row[:2] for row in world.set_aside()] == [("Sequence Gap", "Taken Over")]


def test_a_hole_that_the_gateway_no_longer_holds_is_passed_and_shown(world: World) -> None:
	world.tap(A1, at("08:20"))
	late = [world.event(A1, at("08:30"), seq=5), world.event(A2, at("08:31"), seq=6)]
	assert world.acked(world.take(world.message(late, oldest_seq=5))) == 6
	((reason, status, _times, explanation),) = world.set_aside()
	assert (reason, status) == ("Sequence Gap", "Open")
	assert "2 to 4" in explanation
	assert "will not come" in explanation


@pytest.mark.parametrize(
	("change", "reason", "says"),
	[
		({"key": "33" * 32}, "Bad Signature", "key"),
		({"v": 2}, "Newer Version", "update the app"),
		({"epoch": "nonsense"}, "Not Understood", "epoch"),
		({"first_seq": 0}, "Not Understood", "first_seq"),
		({"oldest_seq": "old"}, "Not Understood", "oldest_seq"),
		({"gateway": "t-other"}, "Bad Signature", "t-other"),
	],
)
def test_a_message_that_cannot_be_accepted_is_set_aside_and_not_acknowledged(
	world: World, change: dict[str, object], reason: str, says: str
) -> None:
	events = [world.event(A1, at("08:25"))]
	taken = world.take(world.message(events, **change))  # type: ignore[arg-type]
	assert taken.ack is None
	assert world.check_ins() == []
	((found, status, times, explanation),) = world.set_aside()
	assert (found, status, times) == (reason, "Open", 1)
	assert says in explanation
	assert re.search(r"Provision the gateway|update the app|Report it", explanation), "and what to do"


@pytest.mark.parametrize("payload", [b"", b"\xff\xfe", b"[]", b"null", b'{"v":1', b"[" * 100_000])
def test_what_is_no_message_at_all_is_set_aside(world: World, payload: bytes) -> None:
	assert world.take(payload).ack is None
	assert [row[0] for row in world.set_aside()] in (["Not Understood"], ["Bad Signature"])


def test_an_oversize_message_is_refused_without_being_read(world: World) -> None:
	assert world.take(b" " * (messages.MAX_BYTES + 1)).ack is None
	assert [row[0] for row in world.set_aside()] == ["Too Large"]


def test_an_unknown_gateway_is_listed_under_the_name_it_uses(world: World) -> None:
	payload = world.message([world.event(A1, at("08:25"))], gateway="t-stranger")
	assert world.take(payload, gateway="t-stranger").ack is None
	((reason, _status, _times, explanation),) = world.set_aside("t-stranger")
	assert reason == "Unknown Gateway"
	assert "Create it" in explanation


def test_a_gateway_that_is_switched_off_is_not_taken_over(world: World) -> None:
	world.add_gateway("t-off", enabled=0)
	payload = world.message([world.event(A1, at("08:25"))], gateway="t-off")
	assert world.take(payload, gateway="t-off").ack is None
	assert [row[0] for row in world.set_aside("t-off")] == ["Disabled Gateway"]


def test_a_resend_of_the_same_refused_events_only_counts_up(world: World) -> None:
	event = world.event(A1, at("08:25"))
	for minute in range(5):
		world.take(world.message([event], key="33" * 32, sent_at=f"2031-11-24T08:3{minute}:00.000+01:00"))
	assert [row[:3] for row in world.set_aside()] == [("Bad Signature", "Open", 5)]


def test_a_device_gone_mad_does_not_fill_the_list(world: World) -> None:
	for number in range(210):
		world.take(b"nonsense %d" % number)
	found = world.set_aside()
	assert len(found) == 200
	assert sum(row[2] for row in found) == 210


def test_one_event_that_is_not_understood_holds_up_no_other(world: World) -> None:
	events = [
		world.event(A1, at("08:25")),
		{**world.event(A2, at("08:26")), "badge": "no digest"},
		world.event(A3, at("08:27")),
	]
	assert world.acked(world.take(world.message(events))) == 3
	assert world.check_ins() == [(1, A1, "Recognised"), (3, A3, "Recognised")]
	((reason, _status, _times, explanation),) = world.set_aside()
	assert reason == "Refused Event"
	assert "badge" in explanation


@pytest.mark.parametrize(
	"spoilt",
	[
		{"seq": float("nan")}, {"seq": True}, {"seq": 2.0}, {"seq": "2"}, {"seq": -1}, {"seq": 2**31}, {"seq": 10**30},
		{"badge": None}, {"badge": 7}, {"badge": ["a"]}, {"terminal": {}}, {"terminal": "Door 1"}, {"terminal": "d" * 41},
		{"at": "2031-11-24T08:25:00"}, {"at": "2031-02-30T08:25:00+01:00"}, {"at": 1.5}, {"at": "tomorrow"},
		{"at": "2031-11-24T24:00:00+01:00"}, {"at": "2031-11-24T08:25:00+99:00"}, {"at": float("inf")},
		{"clock": "right"}, {"direction": []}, {"at": "\ud800"},
	],
)  # fmt: skip
def test_a_bad_event_of_any_kind_costs_the_good_ones_beside_it_nothing(
	world: World, spoilt: dict[str, object]
) -> None:
	"""The gateway is asked again for a number that is unknown, and only for that."""
	events = [
		world.event(A1, at("08:25")),
		{**world.event(A2, at("08:26")), **spoilt},
		world.event(A3, at("08:27")),
	]
	assert world.acked(world.take(message_in_ascii(world, events))) == (1 if "seq" in spoilt else 3)
	assert world.check_ins() == [(1, A1, "Recognised"), (3, A3, "Recognised")]
	assert "Refused Event" in [row[0] for row in world.set_aside()]


def message_in_ascii(world: World, events: list[dict[str, object]]) -> bytes:
	"""As another maker's JSON library may write it: half of a surrogate pair, or NaN, in signed and canonical bytes."""
	body = {"v": 1, "gateway": GATEWAY, "epoch": EPOCH, "first_seq": 1, "events": events, "sent_at": "x"}
	text = json.dumps({**body, "mac": "MAC"}, sort_keys=True, separators=(",", ":"))
	unsigned = text.replace('"mac":"MAC",', "")
	mac = hmac.new(bytes.fromhex(MAC_KEY), unsigned.encode(), hashlib.sha256).hexdigest()
	return text.replace("MAC", mac).encode()


def test_a_message_in_another_encoding_is_no_message(world: World) -> None:
	payload = world.message([world.event(A1, at("08:25"))]).decode()
	for encoding in ("utf-16", "utf-32", "utf-8-sig"):
		assert world.take(payload.encode(encoding)).ack is None
	assert {row[0] for row in world.set_aside()} == {"Not Understood"}
	assert world.check_ins() == []


def test_a_person_who_reads_the_log_sees_gateway_terminal_and_reason(
	world: World, caplog: pytest.LogCaptureFixture
) -> None:
	stranger = digest("stranger")
	world.take(world.message([world.event(A1, at("08:25"), badge=stranger) for _ in range(2)]))
	world.take(world.message([world.event(A1, at("08:25"))], key="33" * 32))
	assert f"{GATEWAY}, terminal door: 2 check-ins count for nobody: Unknown Badge" in caplog.text
	assert f"set aside, from gateway {GATEWAY}: Bad Signature" in caplog.text
	assert stranger not in caplog.text
	assert A1 not in caplog.text


def test_a_school_year_that_is_made_today_counts_from_the_next_message(world: World) -> None:
	year = table("Academic Year")
	change = update(year, "year_end_date", "modified").where(year.name == VALUE)
	world.store.run(change, [TODAY - timedelta(days=1), STAMP + timedelta(days=1), YEAR])
	world.tap(A1, at("08:25"))
	world.store.run(change, [date(2032, 7, 31), STAMP + timedelta(days=2), YEAR])
	world.tap(A1, at("08:45"))
	assert [row[2] for row in world.check_ins()] == ["Outside Academic Year", "Recognised"]


def test_what_is_only_a_note_is_not_processed_again(world: World) -> None:
	world.take(world.message([{**world.event(A1, at("08:25")), "badge": "no digest"}]))
	world.take(world.message([world.event(A2, at("08:26"), seq=5)]))
	world.take(world.message([world.event(A3, at("08:26"), seq=5)]))
	before = world.set_aside()
	assert {row[0] for row in before} == {"Refused Event", "Sequence Gap", "Two Gateways"}
	names = [name for (name,) in world.rows("Set Aside Message", "name", gateway=GATEWAY)]
	inbox = Inbox(lambda: at("09:00").replace(tzinfo=ZONE))
	assert retry.try_again(world.store, inbox, names, at("09:00")) == []
	assert world.set_aside() == before


def test_every_card_of_a_copied_store_is_kept_however_many(world: World) -> None:
	numbers = range(1, 301)
	world.take(world.message([world.event(A1, at("08:20"), seq=seq) for seq in numbers]))
	world.take(world.message([world.event(B1, at("08:21"), seq=seq) for seq in numbers]))
	((payload,),) = world.rows("Set Aside Message", "payload", gateway=GATEWAY)
	assert [event["seq"] for event in json.loads(payload)] == list(numbers)


def test_an_unknown_badge_is_stored_and_counts_when_it_is_enrolled(world: World) -> None:
	world.take(world.message([world.event(A1, at("08:25"), badge=digest("stranger"))]))
	assert world.check_ins() == [(1, None, "Unknown Badge")]
	enrolment.enrol(world.store, digest("stranger"), A1, at("09:00"))
	assert world.check_ins() == [(1, A1, "Recognised")]


def test_a_badge_that_is_taken_is_not_given_to_another(world: World) -> None:
	with pytest.raises(enrolment.BadgeTaken, match="Name of"):
		enrolment.enrol(world.store, digest(A1), A2, at("09:00"))


@pytest.mark.parametrize(
	("doctype", "name", "change", "outcome"),
	[
		("Student Badge", f"T-BADGE-{A1}", {"status": "Blocked"}, "Blocked Badge"),
		("Student Badge", f"T-BADGE-{A1}", {"status": "Lost"}, "Blocked Badge"),
		("Student Badge", f"T-BADGE-{A1}", {"valid_to": TODAY - timedelta(days=1)}, "Blocked Badge"),
		("Student Badge", f"T-BADGE-{A1}", {"valid_from": TODAY + timedelta(days=1)}, "Blocked Badge"),
		("Student", A1, {"date_of_leaving": TODAY - timedelta(days=1)}, "Learner Left"),
		("Student", A1, {"enabled": 0}, "Learner Left"),
		("Student", A1, {"date_of_leaving": TODAY}, "Recognised"),
		("Student Group Student", f"T-1A-{A1}", {"active": 0}, "No Student Group"),
		(
			"Academic Year",
			"T-2031-32",
			{"year_start_date": TODAY + timedelta(days=1)},
			"Outside Academic Year",
		),
	],
)
def test_who_is_not_expected_is_stored_with_the_reason(
	world: World, doctype: str, name: str, change: dict[str, object], outcome: str
) -> None:
	source = table(doctype)
	world.store.run(update(source, *change).where(source.name == VALUE), [*change.values(), name])
	assert world.acked(world.tap(A1, at("08:25"))) == 1
	assert [row[2] for row in world.check_ins()] == [outcome]


def test_a_change_of_the_roster_is_seen_by_the_next_message(world: World) -> None:
	world.tap(A1, at("08:25"))
	badge = table("Student Badge")
	change = [("Blocked"), STAMP + timedelta(days=1), f"T-BADGE-{A1}"]
	world.store.run(update(badge, "status", "modified").where(badge.name == VALUE), change)
	world.tap(A1, at("08:45"))
	assert [row[2] for row in world.check_ins()] == ["Recognised", "Blocked Badge"]


def test_two_devices_under_one_name_are_told_apart_and_both_stored(world: World) -> None:
	other = "fedcba9876543210"
	world.take(world.message([world.event(A1, at("08:20"), seq=1)]), now=at("08:20"))
	world.take(world.message([world.event(A2, at("08:21"), seq=1)], epoch=other), now=at("08:21"))
	world.take(world.message([world.event(A3, at("08:22"), seq=2)]), now=at("08:22"))
	assert sorted(row[1] for row in world.check_ins()) == sorted([A1, A2, A3])
	((reason, _status, _times, explanation),) = world.set_aside()
	assert reason == "Two Gateways"
	assert EPOCH in explanation


def test_a_copied_store_does_not_swallow_the_second_card(world: World) -> None:
	world.take(world.message([world.event(A1, at("08:20"), seq=1)]))
	world.take(world.message([world.event(B1, at("08:21"), seq=1)]))
	assert world.check_ins() == [(1, A1, "Recognised")]
	assert [row[0] for row in world.set_aside()] == ["Two Gateways"]
	((payload,),) = world.rows("Set Aside Message", "payload", gateway=GATEWAY)
	assert digest(B1) in payload


def test_a_new_store_of_the_same_gateway_starts_its_own_count(world: World) -> None:
	world.tap(A1, at("08:20"))
	taken = world.take(world.message([world.event(A2, at("08:30"), seq=1)], epoch="fedcba9876543210"))
	assert world.acked(taken) == 1
	assert len(world.check_ins()) == 2
	assert world.set_aside() == []


def test_the_night_when_the_clock_goes_back_keeps_both_hours_apart(world: World) -> None:
	first = world.event(A1, at("08:00"), at="2031-10-26T02:30:00.000+02:00")
	second = world.event(A2, at("08:00"), at="2031-10-26T02:30:00.000+01:00")
	world.take(world.message([first, second]))
	rows = world.rows("Badge Check In", "student", "tapped_at", "sent_as", gateway=GATEWAY)
	assert {row[1] for row in rows} == {at("02:30", date(2031, 10, 26))}
	assert len({row[2] for row in rows}) == 2


def test_a_tap_sent_in_another_offset_is_kept_in_the_schools_own_time(world: World) -> None:
	world.take(world.message([world.event(A1, at("08:25"), at="2031-11-24T07:25:00Z")]))
	assert [row[0] for row in world.rows("Badge Check In", "tapped_at", gateway=GATEWAY)] == [at("08:25")]
