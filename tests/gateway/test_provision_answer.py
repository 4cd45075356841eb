"""`vsv-gateway init`: nothing in the server's answer is believed that was not looked at, and nothing is half written."""

import copy
import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, seed, settings
from hypothesis import strategies as st

from gateway import answer, provision
from gateway.answer import AnswerError
from gateway.config import load, load_secrets
from tests.gateway.rig import Rig
from tests.gateway.school import CA_PEM, PROVISION, School

DEEP = b"[" * 200_000
STANDS = ("badge_key", "broker-ca.pem", "broker_password", "gateway.toml", "mac_key")


@pytest.fixture
def school() -> Iterator[School]:
	server = School()
	yield server
	server.close()


def changed(**members: Any) -> dict[str, Any]:
	"""The answer with other members: `mqtt__tls=False`, `terminal__port=...` of its first terminal."""
	made: dict[str, Any] = copy.deepcopy(PROVISION)
	for name, value in members.items():
		where, _, member = name.rpartition("__")
		table = {"": made, "mqtt": made["mqtt"], "terminal": made["terminals"][0]}[where]
		table[member] = value
	return made


BAD: list[tuple[dict[str, Any], str]] = [
	({"mqtt__tls": False}, "without TLS"),
	({"mqtt__tls": 0}, "mqtt.tls must be true or false"),
	({"mqtt__tls": "no"}, "mqtt.tls must be true or false"),
	({"mqtt__tls": None}, "mqtt.tls must be true or false"),
	({"gateway": "back-door"}, "it is for the gateway back-door, and not for front-door"),
	({"gateway": "../../etc"}, "gateway cannot be"),
	({"school": "My School"}, "school cannot be"),
	({"school": "a" * 41}, "school cannot be"),
	({"school": "elm\n[broker]\ninsecure = true"}, "school cannot be"),
	({"v": True}, "not understood"),
	({"v": 2}, "not understood"),
	({"v": 1.0}, "not understood"),
	({"mqtt": None}, "mqtt is no JSON object"),
	({"mqtt": []}, "mqtt is no JSON object"),
	({"mqtt__port": 0}, "mqtt.port"),
	({"mqtt__port": 65536}, "mqtt.port"),
	({"mqtt__port": "8883"}, "mqtt.port"),
	({"mqtt__port": True}, "mqtt.port"),
	({"mqtt__port": 10**4000}, "mqtt.port"),
	({"mqtt__host": ""}, "host is missing"),
	({"mqtt__host": "mqtt.example/../x"}, "host cannot be"),
	({"mqtt__host": "user@mqtt.example"}, "host cannot be"),
	({"mqtt__host": "-oProxyCommand=x"}, "host cannot be"),
	({"mqtt__host": "a\x00b"}, "host cannot be"),
	({"mqtt__host": "a\x1b[2Jb"}, "host cannot be"),
	({"mqtt__host": "a" * 300}, "host cannot be"),
	({"mqtt__host": "mqtt.example "}, "host cannot be"),
	({"mqtt__host": "mqtt\u202eelpmaxe"}, "host cannot be"),
	({"mqtt__username": "a\nb"}, "username cannot be"),
	({"mqtt__username": 7}, "username is missing"),
	({"mqtt__password": "a\nb"}, "password cannot be"),
	({"mqtt__password": "x" * 100_000}, "password cannot be"),
	({"mqtt__password": ["x"]}, "password is missing"),
	({"mqtt__ca_pem": "PEM"}, "no certificate in PEM"),
	({"mqtt__ca_pem": "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"}, "no certificate in PEM"),
	({"mqtt__ca_pem": CA_PEM + "\ud800"}, "a certificate in PEM"),
	({"mqtt__ca_pem": CA_PEM * 200}, "a certificate in PEM"),
	({"mqtt__ca_pem": 1}, "a certificate in PEM"),
	({"badge_key": "ab"}, "badge_key is no key"),
	({"badge_key": "xy" * 32}, "badge_key is no key"),
	({"mac_key": None}, "mac_key is missing"),
	({"terminals": []}, "list of 1 to 32"),
	({"terminals": {}}, "list of 1 to 32"),
	({"terminals": PROVISION["terminals"] * 20}, "list of 1 to 32"),
	({"terminals": ["door"]}, "a terminal is no JSON object"),
	({"terminals": [PROVISION["terminals"][0]] * 2}, "two terminals have the name"),
	({"terminal__terminal": "The Door"}, "terminal cannot be"),
	({"terminal__port": "socket://10.0.0.5:4001"}, "add --serial-server socket://10.0.0.5:4001"),
	({"terminal__port": "rfc2217://evil.example:1"}, "is no device below /dev"),
	({"terminal__port": "spy:///dev/ttyUSB0?file=/etc/passwd"}, "is no device below /dev"),
	({"terminal__port": "/etc/shadow"}, "is no device below /dev"),
	({"terminal__port": "/dev/../etc/shadow"}, "is no device below /dev"),
	({"terminal__port": "/dev/serial/../../etc/shadow"}, "is no device below /dev"),
	({"terminal__port": "/dev/x\n"}, "port cannot be"),
	({"terminal__port": "/dev/" + "a" * 300}, "port cannot be"),
	({"terminal__protocol": "no-such-reader"}, "no-such-reader"),
	({"terminal__direction": "up"}, "direction must be one of"),
	({"terminal__baud": -1}, "baud must be"),
	({"terminal__baud": 9600.0}, "baud must be"),
	({"terminal__baud": True}, "baud must be"),
	({"terminal__baud": 10**12}, "baud must be"),
	({"terminal__options": {"no_such_option": 1}}, "no_such_option"),
	({"terminal__options": ["x"]}, "options is no JSON object"),
	({"terminal__options": {"confirm": {"a": 1}}}, "is no plain value"),
	({"terminal__options": {"confirm": "\x07"}}, "is no plain value"),
	({"terminal__options": {f"a{n}": 1 for n in range(99)}}, "more than 32 options"),
	({"terminal__protocol": "osdp", "terminal__options": {"scbk_file": "/etc/shadow"}}, "names a file of this machine"),
]  # fmt: skip
RAW = [
	(DEEP, "nested too deep"),
	(b'{"v":1,"x":' + b'{"a":' * 50_000, "nested too deep"),
	(b"", "no JSON"),
	(b"<html>", "no JSON"),
	(b"\xff\xfe", "no JSON"),
	(b'{"v": NaN}', "no JSON"),
	(b'{"v": 1' + b"0" * 5000 + b"}", "no JSON"),
	(b"[1]", "no JSON object"),
	(b"null", "no JSON object"),
	(b" " * (answer.MAX_BYTES + 1), "longer than"),
]


@pytest.mark.parametrize(
	("members", "told"), BAD, ids=[f"{next(iter(m))}-{n}" for n, (m, _) in enumerate(BAD)]
)
def test_each_is_refused_in_one_sentence_and_nothing_is_written(
	tmp_path: Path, members: dict[str, Any], told: str
) -> None:
	refused(tmp_path, json.dumps(changed(**members)).encode(), told)


@pytest.mark.parametrize(("raw", "told"), RAW, ids=range(len(RAW)))
def test_what_is_no_answer_is_refused_in_one_sentence(tmp_path: Path, raw: bytes, told: str) -> None:
	refused(tmp_path, raw, told)


def refused(folder: Path, raw: bytes, told: str) -> None:
	with pytest.raises((AnswerError, provision.ProvisionError), match=told) as error:
		provision.write(folder / "gateway.toml", answer.read(raw, gateway="front-door"))
	assert str(error.value).isprintable()
	assert list(folder.iterdir()) == []


def test_a_member_that_is_not_known_reaches_no_file(tmp_path: Path) -> None:
	given = changed(mqtt__ca_file="/etc/shadow", mqtt__insecure=True, data_dir="/etc", secrets={"mac_key_file": "/etc/shadow"}, terminal__gpio={"red": 1}, server="https://evil.example")  # fmt: skip
	known = answer.read(json.dumps(given).encode(), gateway="front-door")
	provision.write(
		tmp_path / "gateway.toml", {**known, "server": "https://school.example"}, data_dir=str(tmp_path / "d")
	)
	text = "".join(file.read_text() for file in tmp_path.iterdir())
	assert not [word for word in ("shadow", "evil", "insecure = true", "gpio") if word in text]
	made = load(tmp_path / "gateway.toml")
	assert (made.broker.insecure, made.broker.ca_file) == (False, str(tmp_path / "broker-ca.pem"))


def test_what_a_person_names_is_allowed(tmp_path: Path) -> None:
	port = "socket://10.0.0.5:4001"
	given = json.dumps(changed(terminal__port=port, mqtt__tls=False)).encode()
	known = answer.read(given, gateway="front-door", insecure=True, serial_servers=[port])
	assert (known["terminals"][0]["port"], known["mqtt"]["tls"], "ca_pem" in known["mqtt"]) == (
		port,
		False,
		False,
	)


anything = st.recursive(
	st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60)
	| st.sampled_from(["/etc/shadow", "socket://x:1", "/dev/../x", "..", "a\nb = 1", "front-door", "\ud800", '"', "'''"]),
	lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
	max_leaves=8,
)  # fmt: skip
PLACES = (
	*PROVISION,
	*(f"mqtt__{name}" for name in (*PROVISION["mqtt"], "ca_file", "insecure")),
	*(f"terminal__{name}" for name in (*PROVISION["terminals"][0], "gpio")),
)


@seed(20261129)
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(PLACES), anything, min_size=1, max_size=4))
@example({"mqtt__password": None})
def test_whatever_the_members_are_a_sound_configuration_comes_of_it_or_none(
	tmp_path_factory: pytest.TempPathFactory, members: dict[str, Any]
) -> None:
	try:
		raw = json.dumps(changed(**members)).encode()
	except (KeyError, IndexError, AttributeError, TypeError):
		return  # a member of a table that is none
	sound_or_nothing(tmp_path_factory.mktemp("etc"), raw)


@seed(20261129)
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_the_bytes_are_a_sound_configuration_comes_of_it_or_none(
	tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
	whole = json.dumps(PROVISION).encode()
	start = data.draw(st.integers(0, len(whole)))
	end = data.draw(st.integers(start, min(len(whole), start + 40)))
	sound_or_nothing(
		tmp_path_factory.mktemp("etc"), whole[:start] + data.draw(st.binary(max_size=40)) + whole[end:]
	)


def sound_or_nothing(folder: Path, raw: bytes) -> None:
	path = folder / "gateway.toml"
	refusal = None
	try:
		known = answer.read(raw, gateway="front-door")
		provision.write(path, {**known, "server": "https://school.example"}, data_dir=str(folder / "d"))
	except (AnswerError, provision.ProvisionError) as error:
		refusal = str(error)
	if refusal is not None:
		assert refusal.isprintable(), "one line"
		assert list(folder.iterdir()) == []
		return
	made = load(path)
	assert len(load_secrets(made, {}).mac_key) == 32
	assert (made.gateway.name, made.broker.insecure, made.server.url) == (
		"front-door",
		False,
		"https://school.example",
	)
	assert {file.name for file in folder.iterdir()} <= set(STANDS)
	assert made.broker.ca_file in ("", str(folder / "broker-ca.pem"))
	for terminal in made.terminal:
		assert terminal.port.startswith("/dev/")
		assert ".." not in terminal.port


def ask(tmp_path: Path, server: str) -> tuple[int, str, list[str]]:
	"""The exit status, what was said, and what stands in the folder of the configuration."""
	rig = Rig(tmp_path, 1)
	rig.config = tmp_path / "etc" / "gateway.toml"
	done = rig.ask("init", "--server", server, "--gateway", "front-door", "--code", "right")
	return done.returncode, done.stderr, sorted(file.name for file in rig.config.parent.iterdir())


@pytest.mark.parametrize(
	("change", "told"),
	[
		({"provision": DEEP}, "nested too deep"),
		({"provision": b"x" * 3_000_000}, "longer than 256 KiB"),
		({"provision": gzip.compress(b"0" * 50_000_000), "headers": {"Content-Encoding": "gzip"}}, "is packed"),
		({"provision": json.dumps(changed(mqtt__tls=False)).encode()}, "without TLS"),
		({"status": 403, "refusal": {"error": "no\x1b[2J\nterminals" + "!" * 500}}, "no[2Jterminals!"),
		({"status": 302, "headers": {"Location": "http://other.example/"}}, "reads along"),
		({"status": 307, "headers": {"Location": "https://other.example/" + "a" * 500}}, "if it is the school's"),
		({"status": 204}, "(204) is not understood"),
		({"status": 500}, "(500) is not understood"),
	],
	ids=["deep", "huge", "packed", "no TLS", "refused", "to http", "elsewhere", "nothing", "broken"],
)  # fmt: skip
def test_the_command_ends_in_one_sentence(
	tmp_path: Path, school: School, change: dict[str, Any], told: str
) -> None:
	for name, value in change.items():
		setattr(school, name, value)
	status, said, files = ask(tmp_path, school.url)
	assert (status, files) == (1, [])
	assert told in said
	assert said.count("\n") == 1, "and no traceback"
	assert len(said) < 600


def test_a_redirect_is_not_followed_and_gets_no_code(tmp_path: Path, school: School) -> None:
	other = School()
	try:
		school.status, school.headers = 307, {"Location": f"{other.url}/x"}
		assert ask(tmp_path, school.url)[0] == 1
		assert other.codes == []
	finally:
		other.close()


@pytest.fixture
def dripping() -> Iterator[Callable[[bytes], str]]:
	"""A server that says its answer, and then a blank now and then for ever."""
	ends: list[Callable[[], None]] = []

	def serve(head: bytes) -> str:
		listening = socket.create_server(("127.0.0.1", 0))
		stop = threading.Event()

		def talk() -> None:
			line, _ = listening.accept()
			with line:
				line.recv(65536)
				line.sendall(head)
				while not stop.wait(0.05):
					try:
						line.sendall(b" ")
					except OSError:
						return

		thread = threading.Thread(target=talk, daemon=True)
		thread.start()
		ends.append(lambda: (stop.set(), thread.join(10), listening.close()))  # type: ignore[func-returns-value]
		return f"http://127.0.0.1:{listening.getsockname()[1]}"

	yield serve
	for end in ends:
		end()


@pytest.mark.parametrize(
	"begins", [b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Long: "]
)
def test_an_answer_without_end_is_not_waited_for(
	dripping: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch, begins: bytes
) -> None:
	monkeypatch.setattr(provision, "WHOLE_S", 0.5)
	server = dripping(begins)
	began = time.monotonic()
	with pytest.raises(provision.ProvisionError, match="does not come to an end"):
		provision.fetch(server, "front-door", "right")
	assert time.monotonic() - began < 60


def test_a_disk_that_takes_only_half_is_left_as_it_was(
	tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
	whole, left = provision._draft, [1]

	def fails(path: Path, text: str, mode: int) -> None:
		whole(path, text, mode)
		if not left:
			raise OSError(28, "No space left on device")
		left.pop()

	monkeypatch.setattr(provision, "_draft", fails)
	known = answer.read(json.dumps(PROVISION).encode(), gateway="front-door")
	with pytest.raises(provision.ProvisionError, match="No space left on device; ask for a new code"):
		provision.write(tmp_path / "gateway.toml", known)
	assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_through_a_link_that_somebody_laid(tmp_path: Path) -> None:
	elsewhere = tmp_path / "elsewhere"
	elsewhere.write_text("mine")
	etc = tmp_path / "etc"
	etc.mkdir()
	(etc / "mac_key.new").symlink_to(elsewhere)
	provision.write(etc / "gateway.toml", answer.read(json.dumps(PROVISION).encode(), gateway="front-door"))
	assert elsewhere.read_text() == "mine"
	assert not (etc / "mac_key").is_symlink()
