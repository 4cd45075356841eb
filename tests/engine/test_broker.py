"""Who may use which topic of the broker."""

import base64
import hashlib

from tests.contract.test_asyncapi import DOCUMENT, DOWN, KINDS
from vsv_app.engine import broker, messages
from vsv_app.engine.broker import Accounts

ACCOUNTS = Accounts("elm-street", "listener", {"listener": "a", "main-entrance": "b", "back-door": "c"})


def test_directions_are_those_of_the_contract() -> None:
	assert set(broker.UP) | set(broker.DOWN) == set(KINDS) == set(DOCUMENT["channels"])
	assert set(broker.DOWN) == set(DOWN)


def test_a_gateway_writes_up_and_reads_down_under_its_own_name_alone() -> None:
	reads, writes = broker.topics(ACCOUNTS, "back-door")
	assert writes == [f"vsv/v1/elm-street/back-door/{kind}" for kind in broker.UP]
	assert reads == [f"vsv/v1/elm-street/back-door/{kind}" for kind in broker.DOWN]


def test_the_listener_reaches_all_gateways_the_other_way_round() -> None:
	reads, writes = broker.topics(ACCOUNTS, "listener")
	assert reads == [f"vsv/v1/elm-street/+/{kind}" for kind in broker.UP]
	assert writes == [f"vsv/v1/elm-street/+/{kind}" for kind in broker.DOWN]


def test_the_access_list_gives_no_more_than_that() -> None:
	lines = broker.access_list(ACCOUNTS).split("\n")
	users = [line.removeprefix("user ") for line in lines if line.startswith("user ")]
	assert users == ["back-door", "listener", "main-entrance"]
	assert not any("#" in line for line in lines)
	assert sum(line.startswith("topic ") for line in lines) == len(users) * len(KINDS)
	assert lines.count("topic write vsv/v1/elm-street/back-door/checkins") == 1


def test_the_largest_message_fits_the_largest_packet() -> None:
	longest_topic = len("vsv/v1///enrolment") + 2 * 40
	assert messages.MAX_BYTES + longest_topic + 100 < broker.MAX_PACKET


def test_passwords_are_hashed_each_with_its_salt() -> None:
	salts = iter(bytes([n]) * broker.SALT_BYTES for n in range(3))
	lines = broker.password_file(ACCOUNTS, lambda size: next(salts)[:size]).splitlines()
	assert [line.partition(":")[0] for line in lines] == ["back-door", "listener", "main-entrance"]
	for line, password in zip(lines, "cab", strict=True):
		empty, kind, rounds, salt, digest = line.partition(":")[2].split("$")
		assert (empty, kind) == ("", "7")
		expected = hashlib.pbkdf2_hmac("sha512", password.encode(), base64.b64decode(salt), int(rounds))
		assert base64.b64decode(digest) == expected


def test_without_tls_the_broker_hears_this_machine_alone() -> None:
	plain = broker.configuration(1883, tls=False, files="/etc/vsv", certificates="/etc/vsv")
	assert "listener 1883 127.0.0.1\n" in plain
	assert "cafile" not in plain
	secure = broker.configuration(8883, tls=True, files="/etc/vsv", certificates="/etc/tls")
	assert "listener 8883\ncafile /etc/tls/ca.crt\n" in secure
	for text in (plain, secure):
		assert "allow_anonymous false\n" in text
