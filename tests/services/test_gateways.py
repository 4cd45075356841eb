"""What gateways say of themselves, how they get their keys, and the roster they may ask for."""

import hashlib
import hmac
import json

import pytest

from tests.services.world import A1, GATEWAY, MAC_KEY, SCHOOL, ZONE, World, at, digest
from vsv_app.services import enrolment, gateways
from vsv_app.services.inbox import Inbox
from vsv_app.stores.queries.sql import VALUE, table, update

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


def deliver(world: World, topic: str, payload: bytes) -> list[tuple[str, bytes]]:
	return Inbox(lambda: NOW).take(world.store, topic, payload)


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
		"version": "1.2.3", "clock": "synced", "backlog": 7, "oldest_unconfirmed_s": 90, "disk_free_bytes": 3 * 2**30,
		"temperature_c": 51.5, "alarms": [{"kind": "reader-silent", "terminal": "door", "detail": "no frame since 8:00"}],
	}  # fmt: skip
	deliver(world, *message("health", **health))
	shown = state(
		world, "status", "backlog", "oldest_unconfirmed", "disk_free_mb", "temperature", "clock", "alarm"
	)
	assert shown == ("Online", 7, 90, 3072, 51.5, "synced", "door: reader-silent: no frame since 8:00")


def test_health_with_the_wrong_key_is_shown_not_believed(world: World) -> None:
	deliver(world, *message("health", key="33" * 32, backlog=7))
	assert state(world, "status") == ("Never Seen",)
	assert [row[0] for row in world.set_aside()] == ["Bad Signature"]


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
	assert GATEWAY not in gateways.mark_silent(world.store, at("08:32"))
	assert GATEWAY in gateways.mark_silent(world.store, at("08:34"))
	assert state(world, "status") == ("Lost",)
	assert GATEWAY not in gateways.mark_silent(world.store, at("08:35"))


def test_a_one_time_code_brings_everything_once(world: World) -> None:
	code = gateways.one_time_code(world.store, GATEWAY, at("09:00"))
	brought = gateways.provision(
		world.store, world.school, GATEWAY, code.lower(), "https://school.example", at("09:30")
	)
	assert (brought["gateway"], brought["school"], brought["mac_key"]) == (GATEWAY, SCHOOL, MAC_KEY)
	assert len(brought["badge_key"]) == 64
	assert brought["mqtt"]["username"] == GATEWAY
	assert len(brought["mqtt"]["password"]) >= 24
	assert [terminal["terminal"] for terminal in brought["terminals"]] == ["door"]
	with pytest.raises(gateways.Refused):
		gateways.provision(world.store, world.school, GATEWAY, code, "https://school.example", at("09:31"))


def test_a_code_is_wrong_or_too_old_or_anothers(world: World) -> None:
	world.add_gateway("t-side")
	code = gateways.one_time_code(world.store, GATEWAY, at("09:00"))
	for gateway, given, moment in (
		(GATEWAY, "WRONGWRONGWR", at("09:01")),
		("t-side", code, at("09:01")),
		(GATEWAY, code, at("10:01")),
		("t-none", code, at("09:01")),
		(GATEWAY, "", at("09:01")),
	):
		with pytest.raises(gateways.Refused):
			gateways.provision(world.store, world.school, gateway, given, "https://school.example", moment)


def signed(gateway: str, stamp: int, key: str = MAC_KEY) -> str:
	text = f"GET\n/api/method/vsv_app.api.gateway.roster\n{gateway}\n{stamp}"
	return f"{gateway}:{stamp}:{hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()}"


def test_the_roster_is_for_a_gateway_that_signs(world: World) -> None:
	stamp = int(NOW.timestamp())
	answer = gateways.roster(world.store, signed(GATEWAY, stamp), GATEWAY, NOW)
	assert answer.badges[digest(A1)] == "active"
	badge = table("Student Badge")
	world.store.run(update(badge, "status").where(badge.student == VALUE), ["Lost", A1])
	changed = gateways.roster(world.store, signed(GATEWAY, stamp), GATEWAY, NOW)
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
		with pytest.raises(gateways.Refused):
			gateways.roster(world.store, authorization, GATEWAY, NOW)


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


def test_a_command_is_signed_and_ends(world: World) -> None:
	topic, payload, id = gateways.command(
		world.store, world.school, GATEWAY, "enrol", NOW, terminal="door", seconds=30
	)
	body = json.loads(payload)
	assert topic == f"vsv/v1/{SCHOOL}/{GATEWAY}/command"
	assert (body["command"], body["terminal"], body["seconds"], body["id"]) == ("enrol", "door", 30, id)
	mac = body.pop("mac")
	text = json.dumps(body, sort_keys=True, separators=(",", ":"))
	assert mac == hmac.new(bytes.fromhex(MAC_KEY), text.encode(), hashlib.sha256).hexdigest()
	assert body["expires_at"] > body["at"]
	with pytest.raises(gateways.Refused):
		gateways.command(world.store, world.school, "t-none", "identify", NOW)
