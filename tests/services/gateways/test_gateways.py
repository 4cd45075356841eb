"""What gateways say of themselves, how they get their keys, and the roster they may ask for."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta

import pytest

from tests.services.world import A1, GATEWAY, MAC_KEY, SCHOOL, ZONE, World, at, digest
from vsv_app.services.attendance.badges import enrolment
from vsv_app.services.dispatch.inbox import Inbox
from vsv_app.services.gateways import commands, health, provisioning, roster, signed_message
from vsv_app.stores.queries.sql import VALUE, delete, table, update

NOW = at("08:30").replace(tzinfo=ZONE)


def message(kind: str, key: str = MAC_KEY, **fields: object) -> tuple[str, bytes]:
	"""(topic, payload) of a signed message that is no check-in."""
	body: dict[str, object] = {
		"v": 1,
		"gateway": GATEWAY,
		"epoch": "0123456789abcdef",
		"at": "2031-11-24T08:30:00+01:00",
		**fields,
	}
	text = json.dumps(body, sort_keys=True, separators=(",", ":"))
	body["mac"] = hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()
	return f"vsv/v1/{SCHOOL}/{GATEWAY}/{kind}", json.dumps(
		body, sort_keys=True, separators=(",", ":")
	).encode()


def deliver(
	world: World, topic: str, payload: bytes, now: datetime = NOW, *, again: bool = False
) -> list[tuple[str, bytes]]:
	return Inbox(lambda: now).take(world.store, topic, payload, again=again)


def said(clock: str) -> str:
	return at(clock).replace(tzinfo=ZONE).isoformat(timespec="milliseconds")


def aware(clock: str) -> datetime:
	return at(clock).replace(tzinfo=ZONE)


def state(world: World, *fields: str) -> tuple[object, ...]:
	((row),) = world.rows("Attendance Gateway", *fields, name=GATEWAY)
	return row


def test_status_and_last_will_show_on_the_form(world: World) -> None:
	deliver(world, *message("status", state="online", version="1.2.3"))
	assert state(world, "status", "version", "last_seen") == ("Online", "1.2.3", at("08:30"))
	deliver(world, *message("status", state="offline", version="1.2.3"))
	assert state(world, "status") == ("Offline",)


def test_health_shows_on_the_form(world: World) -> None:
	health = {
		"version": "1.2.3", "clock": "synced", "backlog": 7, "refused_messages": 2, "oldest_unconfirmed_s": 90, "disk_free_bytes": 3 * 2**30,
		"temperature_c": 51.5, "alarms": [{"kind": "reader-silent", "terminal": "door", "detail": "no frame since 8:00"}],
	}  # fmt: skip
	deliver(world, *message("health", **health))
	shown = state(
		world,
		"status",
		"backlog",
		"oldest_unconfirmed",
		"disk_free_mb",
		"temperature",
		"clock",
		"alarm",
		"refused_messages",
	)
	assert shown == ("Online", 7, 90, 3072, 51.5, "synced", "door: reader-silent: no frame since 8:00", 2)


def test_health_with_the_wrong_key_is_shown_not_believed(world: World) -> None:
	deliver(world, *message("health", key="33" * 32, backlog=7))
	assert state(world, "status") == ("Never Seen",)
	assert [row[0] for row in world.set_aside()] == ["Bad Signature"]


def test_a_recorded_health_message_is_shown_not_believed(world: World) -> None:
	recorded = message("health", at=said("08:20"), clock="synced", backlog=0, version="1")
	deliver(world, *recorded, now=aware("08:20"))
	deliver(world, *message("health", at=said("08:30"), clock="synced", backlog=5), now=aware("08:30"))
	deliver(world, *message("status", at=said("08:31"), state="offline"), now=aware("08:31"))
	for _time in range(2):
		deliver(world, *recorded, now=aware("08:40"))
	assert state(world, "status", "backlog", "last_seen") == ("Offline", 5, at("08:30"))
	((reason, _status, times, explanation),) = world.set_aside()
	assert (reason, times) == ("Replay", 2)
	assert "not believed" in explanation


def test_a_dead_gateway_is_not_kept_alive_with_its_last_message(world: World) -> None:
	last = message("health", at=said("08:20"), clock="synced")
	deliver(world, *last, now=aware("08:20"))
	health.mark_silent(world.store, at("08:24"))
	deliver(world, *last, now=aware("08:25"))
	assert state(world, "status", "last_seen") == ("Lost", at("08:20"))


def test_a_recorded_status_says_neither_online_nor_offline(world: World) -> None:
	online = message("status", at=said("08:00"), state="online", version="1")
	offline = message("status", at=said("07:59"), state="offline", version="1")
	deliver(world, *online, now=aware("08:00"))
	deliver(world, *offline, now=aware("08:10"))
	assert state(world, "status") == ("Offline",), "the last will, signed before its connection stood"
	deliver(world, *online, now=aware("08:20"))
	assert state(world, "status") == ("Offline",)
	again = message("status", at=said("08:30"), state="online", version="1")
	deliver(world, *again, now=aware("08:30"))
	deliver(world, *offline, now=aware("08:40"))
	assert state(world, "status") == ("Online",)
	assert [(row[0], row[2]) for row in world.set_aside()] == [("Replay", 1)]


def test_a_message_of_a_minute_ago_is_old_once_there_is_a_newer_one(world: World) -> None:
	recorded = [
		message("status", at=said("08:28"), state="offline"),
		message("status", at=said("08:29"), state="online", version="1"),
		message("health", at=said("08:29"), clock="synced", backlog=3),
	]
	for each in recorded:
		deliver(world, *each, now=aware("08:29"))
	deliver(world, *message("status", at=said("08:30"), state="offline"), now=aware("08:30"))
	for each in recorded[1:]:
		deliver(world, *each, now=aware("08:30"))
	assert state(world, "status", "last_seen") == ("Offline", at("08:29"))
	deliver(world, *message("status", at="2031-11-24T08:30:20+01:00", state="online"), now=aware("08:30"))
	deliver(world, *message("health", at=said("08:31"), clock="synced", backlog=0), now=aware("08:31"))
	for each in recorded:
		deliver(world, *each, now=aware("08:31"))
	assert state(world, "status", "backlog") == ("Online", 0)
	assert [row[0] for row in world.set_aside()] == ["Replay"] * 3


def test_what_the_broker_gives_once_more_is_not_believed_and_nobody_is_suspected(world: World) -> None:
	given = [
		message("status", at=said("08:29"), state="offline"),
		message("status", at=said("08:28"), state="online", version="1"),
		message("health", at=said("08:28"), clock="synced", backlog=3),
	]
	for each in (*given, message("status", at=said("08:30"), state="online")):
		deliver(world, *each, now=aware("08:30"))
	deliver(world, *message("health", at=said("08:31"), clock="synced", backlog=0), now=aware("08:31"))
	for each in given:
		deliver(world, *each, now=aware("08:32"), again=True)
	assert state(world, "status", "backlog", "last_seen") == ("Online", 0, at("08:31"))
	assert world.set_aside() == []


def test_a_listener_that_starts_anew_hears_the_kept_status_and_suspects_nobody(world: World) -> None:
	kept = message("status", at=said("08:00"), state="online", version="1")
	deliver(world, *kept, now=aware("08:00"))
	deliver(world, *message("health", at=said("08:20"), clock="synced"), now=aware("08:20"))
	deliver(world, *kept, now=aware("08:21"))
	assert world.set_aside() == []


@pytest.mark.parametrize("later", ["2031-11-24T08:40:00.000+01:00", "2031-11-24T07:40:30.000Z"])
def test_a_clock_that_was_ahead_and_is_set_right_locks_no_gateway_out(world: World, later: str) -> None:
	deliver(world, *message("health", at="2099-01-01T00:00:00.000Z", clock="synced", backlog=1))
	deliver(world, *message("health", at=later, clock="synced", backlog=2), now=aware("08:40"))
	after = said("08:41") if later.endswith("+01:00") else "2031-11-24T07:41:30.000Z"
	deliver(world, *message("health", at=after, clock="synced", backlog=3), now=aware("08:50"))
	assert state(world, "backlog") == (3,)
	assert world.set_aside() == []


def test_a_clock_that_was_never_set_says_nothing_and_is_believed(world: World) -> None:
	deliver(world, *message("health", at=said("08:30"), clock="synced", backlog=1))
	booted = message("status", at="1970-01-01T00:00:20.000Z", clock="unsynced", state="online")
	deliver(world, *booted, now=aware("09:00"))
	deliver(
		world,
		*message("health", at="1970-01-01T00:00:40.000Z", clock="unsynced", backlog=2),
		now=aware("09:00"),
	)
	assert state(world, "status", "backlog", "clock") == ("Online", 2, "unsynced")
	deliver(world, *message("health", at=said("09:01"), clock="synced", backlog=3), now=aware("09:10"))
	assert state(world, "backlog") == (3,)
	assert world.set_aside() == []


def test_health_of_an_outage_is_believed_in_its_order(world: World) -> None:
	for minute in range(10, 20):
		payload = message("health", at=said(f"08:{minute}"), clock="holdover", backlog=minute)
		deliver(world, *payload, now=aware("11:00") + timedelta(seconds=minute))
	assert state(world, "backlog") == (19,)
	assert world.set_aside() == []


def test_health_that_waited_for_the_network_comes_behind_the_greeting_and_nobody_is_suspected(
	world: World,
) -> None:
	deliver(world, *message("status", at=said("11:00"), state="online", version="1"), now=aware("11:00"))
	for minute in (10, 50):
		payload = message("health", at=said(f"10:{minute}"), clock="synced", backlog=minute)
		deliver(world, *payload, now=aware("11:00"))
	assert state(world, "status", "backlog") == ("Online", 50)
	assert world.set_aside() == []


def test_health_without_a_time_is_no_message(world: World) -> None:
	deliver(world, *message("health", at="yesterday"))
	assert state(world, "status") == ("Never Seen",)
	assert [row[0] for row in world.set_aside()] == ["Not Understood"]


@pytest.mark.parametrize("nonsense", [None, "many", -1, 1e300, [], {}, True])
def test_nonsense_in_a_signed_health_message_breaks_nothing(world: World, nonsense: object) -> None:
	deliver(
		world,
		*message(
			"health",
			backlog=nonsense,
			disk_free_bytes=nonsense,
			temperature_c=nonsense,
			clock=nonsense,
			version=nonsense,
			oldest_unconfirmed_s=nonsense,
			alarms=nonsense,
		),
	)
	assert state(world, "status") == ("Online",)


@pytest.mark.parametrize("odd", [float("nan"), float("-inf"), "\ud800", json.loads("[" * 60 + "]" * 60)])
def test_health_that_a_database_would_not_take_for_json_is_taken(world: World, odd: object) -> None:
	deliver(world, *message("health", temperature_c=odd, version="1.2", more=odd))
	assert state(world, "status", "version") == ("Online", "1.2")


def test_a_gateway_that_falls_silent_is_lost(world: World) -> None:
	deliver(world, *message("status", state="online", version="1"))
	assert GATEWAY not in health.mark_silent(world.store, at("08:32"))
	assert GATEWAY in health.mark_silent(world.store, at("08:34"))
	assert state(world, "status") == ("Lost",)
	assert GATEWAY not in health.mark_silent(world.store, at("08:35"))


def test_a_one_time_code_brings_everything_once(world: World) -> None:
	code = provisioning.one_time_code(world.store, GATEWAY, at("09:00"))
	brought = provisioning.provision(
		world.store, world.school, GATEWAY, code.lower(), "https://school.example", at("09:30")
	)
	assert (brought["gateway"], brought["school"], brought["mac_key"]) == (GATEWAY, SCHOOL, MAC_KEY)
	assert len(brought["badge_key"]) == 64
	assert brought["mqtt"]["username"] == f"{SCHOOL}.{GATEWAY}"
	assert len(brought["mqtt"]["password"]) >= 24
	assert [terminal["terminal"] for terminal in brought["terminals"]] == ["door"]
	with pytest.raises(signed_message.Refused):
		provisioning.provision(
			world.store, world.school, GATEWAY, code, "https://school.example", at("09:31")
		)


def test_a_code_is_wrong_or_too_old_or_anothers(world: World) -> None:
	world.add_gateway("t-side")
	code = provisioning.one_time_code(world.store, GATEWAY, at("09:00"))
	for gateway, given, moment in (
		(GATEWAY, "WRONGWRONGWR", at("09:01")),
		("t-side", code, at("09:01")),
		(GATEWAY, code, at("10:01")),
		("t-none", code, at("09:01")),
		(GATEWAY, "", at("09:01")),
	):
		with pytest.raises(signed_message.Refused):
			provisioning.provision(
				world.store, world.school, gateway, given, "https://school.example", moment
			)


def test_a_gateway_without_terminals_gets_no_code(world: World) -> None:
	terminal, gateway = table("Attendance Terminal"), table("Attendance Gateway")
	world.store.run(update(terminal, "enabled").where(terminal.parent == VALUE), [0, GATEWAY])
	with pytest.raises(signed_message.Refused, match="List its terminals"):
		provisioning.one_time_code(world.store, GATEWAY, at("09:00"))
	world.store.run(update(gateway, "enabled").where(gateway.name == VALUE), [0, GATEWAY])
	with pytest.raises(signed_message.Refused, match="switched off"):
		provisioning.one_time_code(world.store, GATEWAY, at("09:00"))


def test_the_account_at_the_broker_is_there_with_the_code(world: World) -> None:
	world.add_gateway("t-new")
	code = provisioning.one_time_code(world.store, "t-new", at("09:00"))
	known = world.store.secret("Attendance Gateway", "t-new", "mqtt_password")
	brought = provisioning.provision(
		world.store, world.school, "t-new", code, "https://school.example", at("09:30")
	)
	assert known
	assert brought["mqtt"]["password"] == known


def test_gateways_are_not_sent_to_themselves_for_the_broker(world: World) -> None:
	for own, theirs, missing in (
		("127.0.0.1", None, True),
		("localhost", "", True),
		("127.0.0.1", "broker.school.example", False),
		("10.0.0.5", None, False),
	):
		world.store.set_single("Early Warning Settings", {"mqtt_host": own, "gateway_mqtt_host": theirs})
		assert provisioning.host_is_missing(world.store) is missing


def test_a_gateway_without_terminals_is_told_so_and_its_code_still_holds(world: World) -> None:
	code = provisioning.one_time_code(world.store, GATEWAY, at("09:00"))
	terminal = table("Attendance Terminal")
	switch = update(terminal, "enabled").where(terminal.parent == VALUE)
	world.store.run(switch, [0, GATEWAY])
	with pytest.raises(signed_message.Refused, match="no terminal"):
		provisioning.provision(
			world.store, world.school, GATEWAY, code, "https://school.example", at("09:30")
		)
	world.store.run(switch, [1, GATEWAY])
	brought = provisioning.provision(
		world.store, world.school, GATEWAY, code, "https://school.example", at("09:31")
	)
	assert [terminal["terminal"] for terminal in brought["terminals"]] == ["door"]


def test_a_gateway_that_is_set_up_anew_is_believed_whatever_its_clock_said(world: World) -> None:
	deliver(world, *message("health", at=said("08:30"), clock="synced"))
	code = provisioning.one_time_code(world.store, GATEWAY, at("09:00"))
	provisioning.provision(world.store, world.school, GATEWAY, code, "https://school.example", at("09:05"))
	deliver(world, *message("health", at=said("07:00"), clock="holdover", backlog=9), now=aware("09:10"))
	assert state(world, "backlog") == (9,)


def signed(gateway: str, stamp: int, key: str = MAC_KEY) -> str:
	text = f"GET\n/api/method/vsv_app.api.gateway.roster\n{gateway}\n{stamp}"
	return f"{gateway}:{stamp}:{hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()}"


def test_the_roster_is_for_a_gateway_that_signs(world: World) -> None:
	stamp = int(NOW.timestamp())
	answer = roster.roster(world.store, signed(GATEWAY, stamp), GATEWAY, NOW)
	assert answer.badges[digest(A1)] == "active"
	badge = table("Student Badge")
	world.store.run(update(badge, "status").where(badge.student == VALUE), ["Lost", A1])
	changed = roster.roster(world.store, signed(GATEWAY, stamp), GATEWAY, NOW)
	assert changed.badges[digest(A1)] == "blocked"
	assert changed.etag != answer.etag


def test_nobody_else_gets_the_roster(world: World) -> None:
	stamp = int(NOW.timestamp())
	for authorization in (
		"",
		"nonsense",
		signed("t-other", stamp),
		signed(GATEWAY, stamp, key="33" * 32),
		signed(GATEWAY, stamp - 16 * 60),
		signed(GATEWAY, stamp + 16 * 60),
		f"{GATEWAY}:{stamp}:é",
		f"{GATEWAY}:²:x",
	):
		with pytest.raises(signed_message.Refused):
			roster.roster(world.store, authorization, GATEWAY, NOW)


def test_a_card_in_enrolment_mode_becomes_a_badge_without_a_learner(world: World) -> None:
	deliver(world, *message("enrolment", terminal="door", badge=digest("new"), command="abc"))
	((status, student, label),) = world.rows(
		"Student Badge", "status", "student", "label", badge_digest=digest("new")
	)
	assert (status, student) == ("Active", None)
	assert "door" in label
	assert world.check_ins() == []
	deliver(world, *message("enrolment", terminal="door", badge=digest("new"), command="abc"))
	assert len(world.rows("Student Badge", "name", badge_digest=digest("new"))) == 1
	enrolment.enrol(world.store, digest("new"), A1, at("09:00"))
	assert world.rows("Student Badge", "student", badge_digest=digest("new")) == [(A1,)]


def test_a_card_that_was_read_long_ago_makes_no_badge_again(world: World) -> None:
	cards = [
		message("enrolment", terminal="door", badge=digest(name), command="abc", at=said(f"08:3{minute}"))
		for minute, name in enumerate(("found", "kept"))
	]
	for each in (*cards, cards[0]):
		deliver(world, *each, now=aware("08:31"))
	assert world.set_aside() == [], "a badge that is known stays as it is"
	badge = table("Student Badge")
	world.store.run(delete(badge).where(badge.badge_digest == VALUE), [digest("found")])
	for again in (False, True):
		# Also where the broker marks it, as who knows the account could have left it there to be kept
		deliver(world, *cards[0], now=aware("08:32"), again=again)
	assert world.rows("Student Badge", "name", badge_digest=digest("found")) == []
	((reason, _status, times, explanation),) = world.set_aside()
	assert (reason, times) == ("Replay", 2)
	assert "recorded" in explanation


def test_a_card_without_the_time_of_its_reading_is_no_message(world: World) -> None:
	deliver(world, *message("enrolment", terminal="door", badge=digest("new"), command="abc", at=None))
	assert world.rows("Student Badge", "name", badge_digest=digest("new")) == []
	assert [row[0] for row in world.set_aside()] == ["Not Understood"]


@pytest.mark.parametrize("kind", ["checkins", "enrolment"])
def test_whatever_a_gateway_without_a_record_sends_says_to_create_it(world: World, kind: str) -> None:
	topic = f"vsv/v1/{SCHOOL}/t-stranger/{kind}"
	_topic, payload = message("enrolment", terminal="door", badge=digest("new"), command="abc")
	deliver(world, topic, payload)
	((reason, _status, _times, explanation),) = world.set_aside("t-stranger")
	assert reason == "Unknown Gateway"
	assert "Create it" in explanation


def test_a_command_is_signed_and_ends(world: World) -> None:
	topic, payload, id = commands.command(
		world.store, world.school, GATEWAY, "enrol", NOW, terminal="door", seconds=30
	)
	body = json.loads(payload)
	assert topic == f"vsv/v1/{SCHOOL}/{GATEWAY}/command"
	assert (body["command"], body["terminal"], body["seconds"], body["id"]) == ("enrol", "door", 30, id)
	mac = body.pop("mac")
	text = json.dumps(body, sort_keys=True, separators=(",", ":"))
	assert mac == hmac.new(bytes.fromhex(MAC_KEY), text.encode(), hashlib.sha256).hexdigest()
	assert body["expires_at"] > body["at"]
	with pytest.raises(signed_message.Refused):
		commands.command(world.store, world.school, "t-none", "identify", NOW)
