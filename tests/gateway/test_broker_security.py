"""TLS, accounts, access lists, protocol versions: what the broker may and may not do to us."""

import gc
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from gateway.config import load, load_secrets
from gateway.roster import Roster, RosterError, refresh
from gateway.service import Service
from tests.gateway.app_side import GATEWAY, SCHOOL, AppSide, wait_until
from tests.gateway.rig import MAC_KEY, ROOT, Broker, Rig, free_port
from tests.gateway.school import School

pytestmark = [pytest.mark.mosquitto, pytest.mark.openssl]
ACCOUNT = f"{SCHOOL}.{GATEWAY}"


def openssl(*arguments: str) -> None:
	subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def make_authority(directory: Path, name: str) -> tuple[Path, Path]:
	key, certificate = directory / f"{name}.key", directory / f"{name}.pem"
	openssl(
		"req",
		"-x509",
		"-newkey",
		"rsa:2048",
		"-nodes",
		"-keyout",
		str(key),
		"-out",
		str(certificate),
		"-days",
		"2",
		"-subj",
		f"/CN={name}",
		"-addext",
		"keyUsage=critical,keyCertSign",
	)
	return key, certificate


def make_certificate(
	directory: Path, authority: tuple[Path, Path], host: str, *, days: int = 2
) -> tuple[Path, Path]:
	key, request, certificate = (directory / f"{host}.{ending}" for ending in ("key", "csr", "crt"))
	names = directory / "names"
	names.write_text(f"subjectAltName={'IP' if host[0].isdigit() else 'DNS'}:{host}\n")
	openssl(
		"req",
		"-newkey",
		"rsa:2048",
		"-nodes",
		"-keyout",
		str(key),
		"-out",
		str(request),
		"-subj",
		f"/CN={host}",
	)
	openssl(
		"x509",
		"-req",
		"-in",
		str(request),
		"-CA",
		str(authority[1]),
		"-CAkey",
		str(authority[0]),
		"-CAcreateserial",
		"-out",
		str(certificate),
		"-days",
		str(days),
		"-extfile",
		str(names),
	)
	return key, certificate


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Rig]:
	rig = Rig(tmp_path, 0)
	rig.terminal("door")
	yield rig
	rig.close()


@pytest.mark.parametrize(
	("host", "trusted", "remedy"),
	[
		("127.0.0.1", "school", None),
		("127.0.0.1", "stranger", "name the authority that signed its certificate in broker.ca_file"),
		("other.example", "school", "write broker.host as the certificate names it"),
	],
	ids=["right", "wrong authority", "wrong host"],
)
def test_tls_lets_only_the_true_broker_have_the_check_ins(
	bench: Rig,
	tmp_path: Path,
	make_broker: Callable[..., Broker],
	host: str,
	trusted: str,
	remedy: str | None,
) -> None:
	connects = remedy is None
	authorities = {name: make_authority(tmp_path, name) for name in ("school", "stranger")}
	key, certificate = make_certificate(tmp_path, authorities["school"], host)
	broker = make_broker("allow_anonymous true", f"keyfile {key}", f"certfile {certificate}")
	broker.start()
	bench.broker_port = broker.port
	bench.configure(broker=[f'ca_file = "{authorities[trusted][1]}"'])
	bench.start()
	if connects:
		wait_until(lambda: "connected to broker" in bench.output.read_text(), "a verified connection")
	else:
		wait_until(lambda: "CERTIFICATE_VERIFY_FAILED" in bench.output.read_text(), "the refusal")
		assert bench.tap_and_wait(1)["signal"] == "recorded-offline"
		assert bench.ask("outbox", "count").stdout.strip() == "1"
		assert bench.ask("check").stdout.count(f"-> {remedy}\n") == 2
	found = {line[5:].partition(":")[0]: line[:4].strip() for line in bench.ask("check").stdout.splitlines()}
	assert (found["tls"], found["broker"]) == (
		# The certificate of this test ends in two days
		"FAIL",
		"ok" if connects else "FAIL",
	)
	assert bench.stop() == 0


@pytest.mark.filterwarnings(
	"ignore::pytest.PytestUnraisableExceptionWarning"
)  # paho lets go of the socket, and no more
def test_a_handshake_that_hangs_holds_up_neither_the_watchdog_nor_a_goodbye(
	bench: Rig, tmp_path: Path
) -> None:
	_say_goodbye_in_a_handshake(bench, tmp_path)
	gc.collect()  # paho's client and its socket hold each other: they go here, where the warning is expected


def _say_goodbye_in_a_handshake(bench: Rig, tmp_path: Path) -> None:
	with socket.create_server(("127.0.0.1", 0)) as silent:
		bench.broker_port = silent.getsockname()[1]
		bench.configure(broker=[f'ca_file = "{make_authority(tmp_path, "school")[1]}"'])
		config = load(bench.config)
		service = Service(config, load_secrets(config))
		try:
			service.publisher.start()
			line, _ = silent.accept()
			with line:
				assert line.recv(1) == b"\x16", "the hello of TLS, which stays without an answer"
				before = service.publisher.alive_at
				wait_until(lambda: service.publisher.alive_at > before, "the publisher works on")
				service.publisher.stop()
				assert not service.publisher.is_alive()
				hello = line.recv(65536, socket.MSG_DONTWAIT)
				assert hello, (
					"what is left of it; had the handshake been given up, the end would be behind it"
				)
				with pytest.raises(BlockingIOError):
					line.recv(1, socket.MSG_DONTWAIT)
		finally:
			service.publisher.stop()
			service.outbox.close()


@pytest.mark.parametrize("trusted", ["school", "stranger"])
def test_the_roster_comes_from_the_true_server_alone(tmp_path: Path, trusted: str) -> None:
	authorities = {name: make_authority(tmp_path, name) for name in ("school", "stranger")}
	server = School(make_certificate(tmp_path, authorities["school"], "127.0.0.1"))
	server.badges = {"0" * 32: "active"}
	roster = Roster(tmp_path)
	ask = partial(
		refresh,
		roster,
		server=server.url,
		gateway="front-door",
		mac_key=MAC_KEY,
		ca_file=str(authorities[trusted][1]),
	)
	try:
		if trusted == "stranger":
			with pytest.raises(RosterError, match="CERTIFICATE_VERIFY_FAILED"):
				ask()
			assert (roster.size, server.asked) == (None, [])
			return
		assert (ask(), ask(), roster.size) == (True, False, 1)
		assert [status for _, status in server.asked] == [200, 304]
		server.status = 302
		with pytest.raises(RosterError, match="answers 302"):
			ask()
	finally:
		server.close()


def test_a_certificate_that_ran_out_keeps_the_check_ins_at_home(
	bench: Rig, tmp_path: Path, make_broker: Callable[..., Broker]
) -> None:
	authority = make_authority(tmp_path, "school")
	key, certificate = make_certificate(tmp_path, authority, "127.0.0.1", days=0)
	made_at = time.time()
	broker = make_broker("allow_anonymous true", f"keyfile {key}", f"certfile {certificate}")
	broker.start()
	bench.broker_port = broker.port
	bench.configure(broker=[f'ca_file = "{authority[1]}"'])
	wait_until(lambda: time.time() > made_at + 1, "the certificate is out of date")
	bench.start()
	wait_until(lambda: "certificate has expired" in bench.output.read_text(), "the refusal")
	assert bench.ask("check").stdout.count("-> renew the certificate on that machine") == 2
	assert bench.tap_and_wait(1)["signal"] == "recorded-offline"
	assert bench.ask("outbox", "count").stdout.strip() == "1"


@pytest.fixture
def guarded(tmp_path: Path, make_broker: Callable[..., Broker]) -> Broker:
	"""A broker with an account for the gateway, whose access list can be narrowed before it starts."""
	passwords, access = tmp_path / "passwords", tmp_path / "access"
	passwords.touch()
	for name in (ACCOUNT, "app"):
		subprocess.run(
			["mosquitto_passwd", "-b", str(passwords), name, "right"], check=True, capture_output=True
		)
	access.write_text(f"user app\ntopic readwrite vsv/#\nuser {ACCOUNT}\ntopic readwrite vsv/#\n")
	for file in (passwords, access):
		file.chmod(0o600)
	return make_broker("allow_anonymous false", f"password_file {passwords}", f"acl_file {access}")


def with_password(rig: Rig, broker: Broker, password: str) -> None:
	(rig.directory / "password").write_text(password)
	(rig.directory / "password").chmod(0o600)
	rig.broker_port = broker.port
	rig.configure(f'broker_password_file = "{rig.directory / "password"}"', '[clock]\ntrust = "always"')


def test_a_refused_account_is_an_alarm_and_its_queue_stays(bench: Rig, guarded: Broker) -> None:
	guarded.start()
	with_password(bench, guarded, "wrong")
	bench.start()
	bench.tap_and_wait(1)
	wait_until(lambda: "alarm broker_refuses" in bench.output.read_text(), "the alarm")
	assert bench.ask("outbox", "count").stdout.strip() == "1"
	assert f"-> let the broker know the account {ACCOUNT}" in bench.ask("check").stdout


def test_a_publish_that_the_access_list_refuses_does_not_look_delivered(
	bench: Rig, guarded: Broker, tmp_path: Path
) -> None:
	(tmp_path / "access").write_text(f"user {ACCOUNT}\ntopic read vsv/#\n")
	guarded.start()
	with_password(bench, guarded, "right")
	bench.start()
	bench.tap_and_wait(1)
	wait_until(lambda: "alarm publish_refused" in bench.output.read_text(), "the alarm")
	assert bench.ask("outbox", "count").stdout.strip() == "1"
	bench.kill()
	assert (
		"-> let demo-school.front-door write below vsv/v1/demo-school/front-door/"
		in bench.ask("check").stdout
	)


@pytest.fixture
def bound(tmp_path: Path, guarded: Broker, make_broker: Callable[..., Broker]) -> Broker:
	"""The same, which takes the name of an account for its client id."""
	files = (f"password_file {tmp_path / 'passwords'}", f"acl_file {tmp_path / 'access'}")
	broker = make_broker("allow_anonymous false", *files, "use_username_as_clientid true")
	broker.start()
	return broker


def test_a_check_pushes_no_running_gateway_off_a_broker_that_binds_names(bench: Rig, bound: Broker) -> None:
	with_password(bench, bound, "right")
	bench.start()
	bench.wait_connected()
	checked = bench.ask("check").stdout
	assert "ok   broker:" in checked
	assert "the running gateway is connected" in checked
	assert bench.tap_and_wait(1)["signal"].startswith("recorded")
	assert bench.output.read_text().count("connected to broker") == 1


def test_a_check_before_the_start_takes_nothing_that_waits_for_the_gateway(
	bench: Rig, bound: Broker, tmp_path: Path
) -> None:
	with_password(bench, bound, "right")
	bench.start()
	bench.wait_connected()
	assert bench.stop() == 0
	with AppSide(bound.port, tmp_path / "app.db", MAC_KEY, username="app", password="right") as app:
		app.wait_subscribed()
		app.command("identify", "an-order-that-waits")
		assert "speaks MQTT 5" in bench.ask("check").stdout
		bench.start()
		wait_until(lambda: len(bench.signals()) == 1, "the order is obeyed")


def packet(line: socket.socket) -> bytes:
	"""The next MQTT packet of less than 16 KiB: its kind, and what it holds."""
	kind, low = line.recv(1), line.recv(1)[0]
	size = low & 0x7F | (line.recv(1)[0] << 7 if low & 0x80 else 0)
	return kind + line.recv(size, socket.MSG_WAITALL)


def test_a_broker_that_says_another_took_the_session_is_left_alone(bench: Rig) -> None:
	"""MQTT 5 has a word for it, 0x8E, which Mosquitto 2.0 knows and never sends; so the answers are made by hand here."""
	with socket.create_server(("127.0.0.1", 0)) as listening:
		bench.broker_port = listening.getsockname()[1]
		bench.configure()
		bench.start()
		line, _ = listening.accept()
		with line:
			assert packet(line)[0] == 0x10, "CONNECT"
			line.sendall(bytes.fromhex("20 03 00 00 00"))
			subscribe = packet(line)
			assert subscribe[0] == 0x82, "SUBSCRIBE"
			line.sendall(bytes.fromhex("90 05") + subscribe[1:3] + bytes.fromhex("00 01 01"))
			wait_until(lambda: "connected to broker" in bench.output.read_text(), "connected")
			line.sendall(bytes.fromhex("e0 01 8e"))
			wait_until(lambda: "next try in 300.0 s" in bench.output.read_text(), "it waits for a person")
	assert "alarm name_in_use: another gateway calls itself front-door" in bench.output.read_text()
	assert bench.tap_and_wait(1)["signal"] == "recorded-offline"


def test_two_gateways_of_one_name_do_not_fight(
	bench: Rig, tmp_path: Path, make_broker: Callable[..., Broker]
) -> None:
	broker = make_broker()
	broker.start()
	bench.broker_port = broker.port
	bench.configure()
	other_place = tmp_path / "other"
	other_place.mkdir()
	other = Rig(other_place, broker.port)
	other.terminal("door")
	other.configure()
	try:
		bench.start()
		wait_until(lambda: "connected to broker" in bench.output.read_text(), "the first")
		other.start()
		wait_until(lambda: "alarm name_in_use" in bench.output.read_text(), "the first gives way and says so")
		assert bench.tap_and_wait(1)["signal"].startswith("recorded")
		connections = other.output.read_text().count("connected to broker")
		assert connections < 10, "each try comes later than the one before"
	finally:
		other.close()


def test_a_broker_of_mqtt_3_1_1_alone_will_do(bench: Rig, tmp_path: Path) -> None:
	port = free_port()
	(tmp_path / "amqtt.yaml").write_text(
		f"listeners:\n  default:\n    type: tcp\n    bind: 127.0.0.1:{port}\n"
		"plugins:\n  amqtt.plugins.authentication.AnonymousAuthPlugin:\n    allow_anonymous: true\n"
	)
	with (tmp_path / "amqtt.log").open("wb") as log:
		old = subprocess.Popen(
			[str(Path(sys.executable).with_name("amqtt")), "-c", str(tmp_path / "amqtt.yaml")],
			cwd=ROOT,
			stdout=log,
			stderr=log,
		)
	bench.broker_port = port
	bench.configure()
	try:
		with AppSide(port, tmp_path / "app.db", MAC_KEY) as app:
			app.wait_subscribed()
			bench.start()
			bench.tap_and_wait(1)
			wait_until(lambda: len(app.check_ins()) == 1, "the check-in")
		assert "with MQTT 3.1.1" in bench.output.read_text()
	finally:
		bench.kill()
		old.terminate()
		old.wait(20)
