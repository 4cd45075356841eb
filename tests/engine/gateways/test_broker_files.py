"""Who may use which topic of the broker."""

import base64
import hashlib
from dataclasses import replace

import pytest

from tests.contract.test_asyncapi import DOCUMENT, DOWN, KINDS
from vsv_app.engine.gateways import broker_files, messages
from vsv_app.engine.gateways.broker_files import Account, Listener, NotApart, Tenant


def account(gateway: str, password: str, school: str = "elm-street") -> Account:
	return Account(broker_files.gateway_account(school, gateway), password, school, gateway)


LISTENER = Account("elm-street", "a", "elm-street")
ACCOUNTS = [LISTENER, account("main-entrance", "b"), account("back-door", "c")]
ELM = Tenant("elm.example", "elm-street", Listener(8883, tls=True), tuple(ACCOUNTS))
OAK = Tenant(
	"oak.example", "oak", ELM.listener, (Account("oak", "d", "oak"), account("back-door", "e", "oak"))
)


def test_directions_are_those_of_the_contract() -> None:
	assert set(broker_files.UP) | set(broker_files.DOWN) == set(KINDS) == set(DOCUMENT["channels"])
	assert set(broker_files.DOWN) == set(DOWN)


def test_a_gateway_writes_up_and_reads_down_under_its_own_name_alone() -> None:
	reads, writes = broker_files.topics(account("back-door", "c"))
	assert writes == [f"vsv/v1/elm-street/back-door/{kind}" for kind in broker_files.UP]
	assert reads == [f"vsv/v1/elm-street/back-door/{kind}" for kind in broker_files.DOWN]


def test_the_listener_reaches_all_gateways_the_other_way_round() -> None:
	reads, writes = broker_files.topics(LISTENER)
	assert reads == [f"vsv/v1/elm-street/+/{kind}" for kind in broker_files.UP]
	assert writes == [f"vsv/v1/elm-street/+/{kind}" for kind in broker_files.DOWN]


def test_the_access_list_gives_no_more_than_that() -> None:
	lines = broker_files.access_list(ACCOUNTS).split("\n")
	users = [line.removeprefix("user ") for line in lines if line.startswith("user ")]
	assert users == ["elm-street", "elm-street.back-door", "elm-street.main-entrance"]
	assert not any("#" in line for line in lines)
	assert sum(line.startswith("topic ") for line in lines) == len(users) * len(KINDS)
	assert lines.count("topic write vsv/v1/elm-street/back-door/checkins") == 1


def test_an_access_list_tells_whom_it_lets_in() -> None:
	assert broker_files.schools_of(broker_files.access_list([*ELM.accounts, *OAK.accounts])) == {
		"elm-street",
		"oak",
	}
	assert broker_files.schools_of("") == set()


def test_no_two_schools_share_an_account() -> None:
	assert broker_files.gateway_account("elm", "street-door") != broker_files.gateway_account(
		"elm-street", "door"
	)
	broker_files.check_apart([ELM, OAK])


@pytest.mark.parametrize(
	("change", "told"),
	[
		({"school": "elm-street"}, "elm.example and oak.example have the School Code elm-street. Change"),
		(
			{"accounts": (replace(LISTENER, school="oak"),)},
			"the name elm-street: see elm.example and oak.example. Provision",
		),
		({"listener": Listener(8883, tls=False)}, "elm.example and oak.example use port 8883, one with TLS"),
	],
	ids=["one code", "one account", "TLS and none"],
)
def test_schools_that_a_broker_cannot_tell_apart_are_refused(change: dict[str, object], told: str) -> None:
	with pytest.raises(NotApart, match=told):
		broker_files.check_apart([ELM, replace(OAK, **change)])


def test_a_gateway_of_before_cannot_take_the_account_of_the_listener() -> None:
	both = (replace(LISTENER, name="door"), Account("door", "b", "elm-street", "door"))
	with pytest.raises(NotApart, match=r"Two accounts have the name door: see elm.example\."):
		broker_files.check_apart([replace(ELM, accounts=both)])


def test_the_largest_message_fits_the_largest_packet() -> None:
	longest_topic = len("vsv/v1///enrolment") + 2 * 40
	assert messages.MAX_BYTES + longest_topic + 100 < broker_files.MAX_PACKET


def test_what_waits_at_the_broker_has_a_bound_that_every_version_understands() -> None:
	"""0 stands for no end, and on Mosquitto 2.0.16 for nothing at all."""
	said = dict(line.split(" ", 1) for line in configuration(Listener(1883, tls=False)).splitlines())
	assert int(said["max_queued_messages"]) >= 14 * 24 * 60 * 30, "two weeks of health of thirty doors"
	assert 0 < int(said["max_queued_bytes"]) < 2**31, "which fits the long of a broker of 32 bits"


def test_passwords_are_hashed_each_with_its_salt() -> None:
	salts = iter(bytes([n]) * broker_files.SALT_BYTES for n in range(3))
	lines = broker_files.password_file(ACCOUNTS, lambda size: next(salts)[:size]).splitlines()
	assert [line.partition(":")[0] for line in lines] == [
		"elm-street",
		"elm-street.back-door",
		"elm-street.main-entrance",
	]
	for line, password in zip(lines, "acb", strict=True):
		empty, kind, rounds, salt, digest = line.partition(":")[2].split("$")
		assert (empty, kind) == ("", "7")
		expected = hashlib.pbkdf2_hmac("sha512", password.encode(), base64.b64decode(salt), int(rounds))
		assert base64.b64decode(digest) == expected


def configuration(*listeners: Listener) -> str:
	return broker_files.configuration(listeners, files="/etc/vsv", certificates="/etc/tls")


def test_without_tls_the_broker_hears_this_machine_alone() -> None:
	plain = configuration(Listener(1883, tls=False))
	assert "listener 1883 127.0.0.1\n" in plain
	assert "cafile" not in plain
	secure = configuration(Listener(8883, tls=True))
	assert "listener 8883\ncafile /etc/tls/ca.crt\n" in secure
	for text in (plain, secure):
		assert "allow_anonymous false\n" in text


def test_schools_share_a_port_or_have_one_each() -> None:
	assert configuration(ELM.listener, OAK.listener) == configuration(ELM.listener)
	both = configuration(ELM.listener, Listener(1883, tls=False))
	assert [line for line in both.splitlines() if line.startswith("listener")] == [
		"listener 1883 127.0.0.1",
		"listener 8883",
	]
