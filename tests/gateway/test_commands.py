"""The commands beside `run`, against a running gateway, a real broker, a real small server and a terminal."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import serial

from gateway import control, inspect_outbox
from gateway.cli import main
from gateway.config import load, load_secrets
from gateway.doubletap import HELD_S
from gateway.install import FILES, PLACEHOLDER
from gateway.messages import badge_digest
from tests.gateway.app_side import AppSide, wait_until
from tests.gateway.rig import BADGE_KEY, MAC_KEY, ROOT, Badges, Broker, Rig, free_port
from tests.gateway.school import School


@pytest.fixture
def school() -> Iterator[School]:
	server = School()
	yield server
	server.close()


@contextmanager
def running(rig: Rig, *arguments: str) -> Iterator[None]:
	rig.start(*arguments)
	yield
	assert rig.stop() == 0


@pytest.mark.mosquitto
def test_status_and_check_say_how_a_running_gateway_fares(rig: Rig, app: AppSide) -> None:
	with running(rig):
		rig.tap_and_wait(1)
		wait_until(lambda: "broker: connected" in rig.ask("status").stdout, "connected")
		facts = json.loads(rig.ask("status", "--json").stdout)
		assert facts["terminals"][0] | {"last_read_at": None} == {
			"terminal": "door",
			"protocol": "rdm6300",
			"state": "reading",
			"reads": 1,
			"faults": {},
			"last_read_at": None,
		}
		checked = rig.ask("check")
		assert checked.returncode == 0, checked.stdout
		assert "held by the running gateway" in checked.stdout
	assert "no gateway answers" in rig.ask("status").stderr


@pytest.mark.mosquitto
def test_check_names_what_is_wrong_and_what_to_do(rig: Rig, broker: Broker) -> None:
	broker.stop()
	rig.terminals["door"].pull()
	rig.data_dir.mkdir()
	checked = rig.ask("check")
	assert checked.returncode == 1
	assert re.search(r"FAIL terminal door:.*\n +-> plug the reader in", checked.stdout)
	assert re.search(r"FAIL broker:.*refused.*\n +-> check broker.host", checked.stdout)


def test_check_tells_an_installer_with_every_fault_what_to_do(lone_rig: Rig) -> None:
	busy = serial.Serial(str(lone_rig.terminals["door"].path), exclusive=True)
	not_there = lone_rig.directory / "ca.pem"
	lone_rig.data_dir.write_text("not a directory")
	lone_rig.configure(
		'[clock]\ntrust = "auto"',
		"[server]",
		f'url = "https://127.0.0.1:{free_port()}"',
		broker=[f'ca_file = "{not_there}"'],
	)
	said = lone_rig.ask("check").stdout
	busy.close()
	assert re.search(r"FAIL disk:.*\n +-> mount it for writing, and give", said)
	assert re.search(r"FAIL terminal door:.*\n +-> another program holds it; sudo fuser -v", said)
	assert re.search(r"FAIL tls:.*No such file.*\n +-> broker.ca_file must be", said)
	assert re.search(r"FAIL server:.*refused\n +-> check server.url", said)


@pytest.mark.mosquitto
def test_check_before_the_first_start_finds_nothing_wrong_and_tells_who_listens(
	rig: Rig, broker: Broker
) -> None:
	checked = rig.ask("check")
	assert (checked.returncode, "made at the first start" in checked.stdout) == (0, True), checked.stdout
	assert "nobody listens there yet" in checked.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can look with another's eyes")
def test_check_as_root_looks_with_the_eyes_of_the_gateways_user(lone_rig: Rig) -> None:
	lone_rig.data_dir.mkdir()
	mine = lone_rig.ask("check").stdout
	assert (mine.count("FAIL config"), mine.count("FAIL disk"), mine.count("FAIL terminal")) == (0, 0, 0)
	lone_rig.directory.chmod(0o700)
	shutil.chown(lone_rig.data_dir, "nobody")
	said = lone_rig.ask("check").stdout
	assert re.search(r"FAIL config:.*cannot be read by nobody", said)
	assert re.search(r"FAIL disk:.*cannot be written by nobody", said)
	assert re.search(r"FAIL terminal door:.*Permission denied\n +->.*dialout", said)


def test_a_bad_configuration_ends_with_the_status_on_which_systemd_does_not_restart(tmp_path: Path) -> None:
	(tmp_path / "bad.toml").write_text('[gateway]\nnmae = "x"\n')
	done = subprocess.run(
		[sys.executable, "-m", "gateway", "run", "--config", str(tmp_path / "bad.toml")],
		cwd=ROOT,
		capture_output=True,
		text=True,
		check=False,
	)
	assert (done.returncode, "'name'" in done.stderr) == (78, True)


@pytest.mark.mosquitto
def test_health_status_and_goodbye_reach_the_app(rig: Rig, app: AppSide) -> None:
	with running(rig):
		wait_until(lambda: bool(app.of_kind("health")), "health")
	states = [message["state"] for message in app.of_kind("status")]
	assert (states[0], states[-1]) == ("online", "offline")
	assert app.bad == []


@pytest.mark.mosquitto
def test_a_killed_gateway_is_reported_offline_by_its_last_will(rig: Rig, app: AppSide) -> None:
	rig.start()
	wait_until(lambda: bool(app.of_kind("status")), "online")
	rig.kill()
	wait_until(lambda: app.of_kind("status")[-1]["state"] == "offline", "the last will, signed")
	assert app.bad == []


@pytest.mark.mosquitto
def test_enrolment_reports_the_badge_and_stores_no_check_in(rig: Rig, app: AppSide) -> None:
	with running(rig):
		rig.tap_and_wait(1)
		wait_until(lambda: bool(app.of_kind("status")), "online")
		app.command("enrol", "order-1", terminal="door", seconds=60)
		wait_until(lambda: "command enrol" in rig.output.read_text(), "obeyed")
		rig.tap_and_wait(0x55)
		wait_until(lambda: bool(app.of_kind("enrolment")), "the badge")
		told = app.of_kind("enrolment")[0]
		assert (told["badge"], told["command"]) == (badge_digest(BADGE_KEY, "0000000055"), "order-1")
		app.command("stop-enrol", "order-2")
		wait_until(lambda: "command stop-enrol" in rig.output.read_text(), "obeyed")
		rig.tap_and_wait(0x56)
	assert len(rig.stored()) == 2


@pytest.mark.mosquitto
def test_a_command_replayed_expired_or_forged_is_not_obeyed(rig: Rig, app: AppSide) -> None:
	with running(rig):
		wait_until(lambda: bool(app.of_kind("status")), "online")
		app.command("identify", "once")
		wait_until(lambda: len(rig.signals()) == 1, "obeyed")
		app.command("identify", "once")
		wait_until(lambda: "it was done before" in rig.output.read_text(), "the replay is seen")
		app.command("identify", "late", expires_at="2020-01-01T00:00:00+00:00")
		wait_until(lambda: "it expired" in rig.output.read_text(), "the expiry is seen")
		app.command("identify", "f", key=b"x" * 32)
		wait_until(lambda: "message_refused" in rig.output.read_text(), "the forgery is seen")
	assert len(rig.signals()) == 1


def test_who_may_not_look_into_the_data_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
	def closed(path: Path) -> bool:
		raise PermissionError(13, "Permission denied", str(path))

	monkeypatch.setattr(Path, "exists", closed)  # root, as whom tests may run, is let in everywhere
	for look in (
		lambda: list(inspect_outbox.look(tmp_path, "count")),
		lambda: inspect_outbox.epoch_of(tmp_path),
	):
		with pytest.raises(inspect_outbox.NoOutbox, match="sudo"):
			look()


@pytest.mark.parametrize("answers", [False, True], ids=["halted", "hangs up"])
def test_a_gateway_that_does_not_answer_is_told_from_one_that_does_not_run(
	tmp_path: Path, answers: bool
) -> None:
	with pytest.raises(control.NotRunning, match="no gateway answers"):
		next(control.ask(tmp_path, {"ask": "ping"}))
	with socket.socket(socket.AF_UNIX) as listening:
		listening.bind(str(tmp_path / control.FILE_NAME))
		listening.listen()
		asking = control.ask(tmp_path, {"ask": "ping"}, patience_s=0.1)
		if answers:
			threading.Thread(target=lambda: listening.accept()[0].close()).start()
		with pytest.raises(control.NotAnswering, match="systemctl restart"):
			list(asking)


@pytest.mark.parametrize("seconds", ["nan", "-5", "0", "1e9", "soon"])
def test_a_number_of_seconds_that_is_none_is_refused(
	seconds: str, capsys: pytest.CaptureFixture[str]
) -> None:
	for command in (("enrol", "door"), ("listen", "/dev/null")):
		with pytest.raises(SystemExit):
			main([*command, f"--seconds={seconds}"])
		assert (
			f"a number above 0 and up to {600 if command[0] == 'enrol' else 86400}" in capsys.readouterr().err
		)


def test_a_terminal_that_cannot_show_a_name_is_told_the_rest(lone_rig: Rig) -> None:
	lone_rig.config = lone_rig.config.rename(lone_rig.config.with_name("gateway-é.toml"))
	found = subprocess.run(
		lone_rig.command("check", "--config", str(lone_rig.config)),
		cwd=ROOT,
		capture_output=True,
		check=False,
		env={**os.environ, "PYTHONIOENCODING": "ascii"},
	)
	assert b"ok   config: " in found.stdout
	assert b"gateway-\\xe9.toml" in found.stdout


@pytest.mark.mosquitto
def test_enrol_on_the_machine_shows_digests(rig: Rig, app: AppSide) -> None:
	with running(rig):
		asking = subprocess.Popen(
			rig.command("enrol", "door", "--seconds", "3", "--config", str(rig.config)),
			cwd=ROOT,
			stdout=subprocess.PIPE,
			text=True,
		)
		assert asking.stdout is not None
		assert "Hold badges" in asking.stdout.readline()
		assert "seq" not in rig.tap_and_wait(0x77)
		assert badge_digest(BADGE_KEY, "0000000077") in asking.communicate(timeout=120)[0]
		assert "there is no terminal" in rig.ask("enrol", "nowhere").stderr


@pytest.mark.mosquitto
def test_the_roster_decides_the_signal_and_never_drops_a_read(rig: Rig, app: AppSide, school: School) -> None:
	school.badges = {
		badge_digest(BADGE_KEY, "0000000001"): "active",
		badge_digest(BADGE_KEY, "0000000002"): "blocked",
	}
	rig.configure('[clock]\ntrust = "always"', "[server]", f'url = "{school.url}"')
	with running(rig):
		wait_until(lambda: "the roster now has 2" in rig.output.read_text(), "the roster")
		assert "gives a roster of 2 badges" in rig.ask("check").stdout
		wait_until(lambda: bool(app.of_kind("status")), "online")
		assert [rig.tap_and_wait(card)["signal"] for card in (1, 2, 3)] == ["recorded", "blocked", "unknown"]
	assert len(rig.stored()) == 3
	with running(rig):
		wait_until(lambda: school.asked[-1][1] == 304, "asked with the etag kept on disk")
		assert rig.tap_and_wait(0x99)["signal"] == "unknown"


@pytest.mark.mosquitto
def test_a_clock_that_is_off_is_told_from_the_servers_refusal(rig: Rig, school: School) -> None:
	school.status, school.server_now = 401, 4_000_000_000
	rig.configure('[clock]\ntrust = "always"', "[server]", f'url = "{school.url}"')
	with running(rig):
		wait_until(lambda: "the clock is off by" in rig.output.read_text(), "the cause")


@pytest.mark.mosquitto
def test_metrics_are_served_on_loopback_when_asked_for(rig: Rig) -> None:
	import requests

	port = free_port()
	rig.configure('[clock]\ntrust = "always"', "[health]", f"prometheus_port = {port}")
	with running(rig):
		rig.tap_and_wait(1)
		text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=60).text
	assert 'vsv_gateway_terminal_reads{terminal="door"} 1' in text
	assert all(re.fullmatch(r"# .+|\w+(\{.+\})? -?[\d.e+]+", line) for line in text.splitlines())


@pytest.mark.mosquitto
def test_what_a_door_can_do_without_keeps_none_shut(rig: Rig, app: AppSide) -> None:
	with socket.create_server(("127.0.0.1", 0)) as taken:
		port = taken.getsockname()[1]
		rig.configure('[clock]\ntrust = "always"', "[health]", f"prometheus_port = {port}")
		assert f"FAIL metrics: port {port}" in rig.ask("check").stdout
		rig.start(environment={"NOTIFY_SOCKET": str(rig.directory / "nobody listens here")})
		assert rig.tap_and_wait(1)["signal"].startswith("recorded")
		alarms = json.loads(rig.ask("status", "--json").stdout)["alarms"]
		assert [alarm["kind"] for alarm in alarms if alarm["kind"] == "metrics_off"]
		assert rig.stop() == 0


@pytest.mark.mosquitto
def test_a_simulated_day_dates_check_ins_and_lets_a_badge_in_again_after_simulated_minutes(
	rig: Rig, app: AppSide
) -> None:
	with running(rig, "--simulated-clock", "2026-11-23T08:00:00+01:00@600"):
		rig.tap_and_wait(1)
		# Ten seconds of the day are 17 ms, but whether the badge is still held is a matter of real time
		let_go = time.monotonic() + 2 * HELD_S
		wait_until(lambda: time.monotonic() > let_go, "the badge is away")
		assert rig.tap_and_wait(1)["signal"].startswith("recorded")
		wait_until(lambda: len(app.check_ins()) == 2, "both")
	times = [at for *_, at, _ in app.check_ins()]
	assert all(at.startswith("2026-11-23T08:") and at.endswith("+01:00") for at in times)
	assert {clock for *_, clock in app.check_ins()} == {"synced"}


def test_init_says_why_nothing_came_of_it(tmp_path: Path, school: School) -> None:
	rig = Rig(tmp_path, 1)
	rig.config = tmp_path / "etc" / "gateway.toml"

	def said(server: str = school.url) -> str:
		return rig.ask("init", "--server", server, "--gateway", "front-door", "--code", "x").stderr

	school.refusal = {"error": "This gateway has no terminal that is switched on.\x1b[31m"}
	assert said() == "This gateway has no terminal that is switched on.[31m\n"
	school.status = 429
	assert "try again in an hour" in said()
	assert said("school.example") == "server.url must begin with https:// and name a host\n"
	assert "http:// needs --insecure" in said("http://school.example")


def test_init_with_a_code_writes_a_configuration_that_loads(tmp_path: Path, school: School) -> None:
	rig = Rig(tmp_path, 1)
	rig.config = tmp_path / "etc" / "gateway.toml"
	order = ("init", "--server", school.url, "--gateway", "front-door", "--code")
	assert "does not accept this code" in rig.ask(*order, "wrong").stderr
	assert not rig.config.exists()
	assert rig.ask(*order, "right").returncode == 0
	made = load(rig.config)
	assert [(each.name, each.baud, dict(each.options)) for each in made.terminal] == [
		("in", 0, {}),
		("out", 19200, {"format": "hex"}),
	]
	assert made.broker.ca_file.endswith("broker-ca.pem")
	secrets = load_secrets(made, {})
	assert (secrets.mac_key, secrets.broker_password) == (b"\xcd" * 32, "s3cret")
	assert made.server.url == school.url, "the address that was seen to work"
	assert "exists already" in rig.ask(*order, "right").stderr
	assert school.codes == ["wrong", "right"], "no code is used up for a file that cannot be written"


def test_keys_do_not_travel_in_the_clear_unless_it_is_said(tmp_path: Path) -> None:
	rig = Rig(tmp_path, 1)
	order = ("init", "--server", "http://school.invalid", "--gateway", "front-door", "--code", "right")
	assert "must begin with https://" in rig.ask(*order).stderr
	assert "is not reached" in rig.ask(*order, "--insecure").stderr
	rig.terminal("door")
	for allowed in (False, True):
		rig.configure("[server]", 'url = "http://school.invalid"', f"insecure = {str(allowed).lower()}")
		assert ("must begin with https://" in rig.ask("check").stdout) is not allowed
	rig.close()


def test_init_asks_when_there_is_no_code(tmp_path: Path) -> None:
	rig = Rig(tmp_path, 1)
	answers = [
		"my-school",
		"side-door",
		"mqtt.example",
		"n",
		"",
		"pw",
		"",
		MAC_KEY.hex(),
		"em18",
		"/dev/z",
		"out",
	]
	done = rig.ask("init", given="\n".join(answers) + "\n")
	assert done.returncode == 0, done.stderr
	made = load(rig.config)
	assert (made.broker.port, made.broker.insecure, made.terminal[0].direction) == (1883, True, "out")
	assert len(load_secrets(made, {}).badge_key) == 32


def test_init_asks_again_for_what_does_not_fit_and_says_where_the_answers_end(tmp_path: Path) -> None:
	rig = Rig(tmp_path, 1)
	rig.config = tmp_path / "etc" / "gateway.toml"
	authority = tmp_path / "ca.pem"
	authority.write_text("PEM")
	answers = ["My School", "my-school", "side-door", "", "mqtt.example", "", "/no/file", str(authority)]
	answers += ["99999", "8884", "pw", "abc", "", "", "rdm", "rdm6300", "/dev/z", "inwards", "in"]
	done = rig.ask("init", given="\n".join(answers) + "\n")
	assert done.returncode == 0, done.stderr
	made = load(rig.config)
	assert (made.gateway.school, made.broker.port, made.broker.ca_file) == ("my-school", 8884, str(authority))
	assert (made.terminal[0].protocol, made.terminal[0].direction) == ("rdm6300", "in")
	for said in (
		"small letters",
		"left empty",
		"no file",
		"65535",
		"64 hex digits",
		"did you mean",
		"in, out",
	):
		assert said in done.stdout, said
	rig.config.unlink()
	assert "no answer to: Port of the broker" in rig.ask("init", given="\n".join(answers[:8])).stderr


def test_install_writes_unit_and_rules_below_a_root_and_repeats_without_change(tmp_path: Path) -> None:
	install = [sys.executable, "-m", "gateway", "install", "--root", str(tmp_path)]
	first = subprocess.run(install, cwd=ROOT, capture_output=True, text=True, check=True).stdout
	again = subprocess.run(install, cwd=ROOT, capture_output=True, text=True, check=True).stdout
	unit = (tmp_path / "etc/systemd/system/vsv-gateway.service").read_text()
	assert first.count("wrote") == 4
	assert again.count("is as it should be") == 4
	assert PLACEHOLDER not in unit
	assert PLACEHOLDER in (FILES / "vsv-gateway.service").read_text()
	assert {"Type=notify", "NoNewPrivileges=yes", "ProtectSystem=strict", "WatchdogSec=30"} <= set(
		unit.splitlines()
	)
	assert all(
		(tmp_path / "etc/vsv-gateway" / name).stat().st_mode & 0o077 == 0 for name in ("badge_key", "mac_key")
	)


@pytest.fixture
def image(tmp_path: Path) -> Path:
	"""A system that `install --root` wrote to."""
	subprocess.run(
		[sys.executable, "-m", "gateway", "install", "--root", str(tmp_path)],
		cwd=ROOT,
		capture_output=True,
		check=True,
	)
	return tmp_path


def test_the_user_of_the_unit_is_made_without_login_and_may_open_serial_ports(image: Path) -> None:
	stated = (image / "etc/sysusers.d/vsv-gateway.conf").read_text().splitlines()[1:]
	unit = (image / "etc/systemd/system/vsv-gateway.service").read_text().splitlines()
	assert "User=vsv-gateway" in unit
	assert stated[0].startswith("u vsv-gateway ")
	assert stated[0].endswith(" /usr/sbin/nologin")
	assert stated[1] == "m vsv-gateway dialout"
	if shutil.which("systemd-sysusers") is None:
		pytest.skip("systemd is not here to make the user: apt-get install systemd")
	if os.geteuid():
		pytest.skip("systemd-sysusers makes users as root alone")
	subprocess.run(["systemd-sysusers", f"--root={image}"], capture_output=True, check=True)
	(user,) = [line for line in (image / "etc/passwd").read_text().splitlines() if line.startswith("vsv-")]
	assert user.endswith(":/usr/sbin/nologin")
	assert user.split(":")[2] != "0"
	groups = (image / "etc/group").read_text().splitlines()
	assert [line for line in groups if line.startswith("dialout:") and line.endswith(":vsv-gateway")]


def test_the_unit_is_one_that_systemd_understands_and_keeps_the_service_in_bounds(image: Path) -> None:
	unit = image / "etc/systemd/system/vsv-gateway.service"
	lines = set(unit.read_text().splitlines())
	assert {
		"NoNewPrivileges=yes",
		"ProtectSystem=strict",
		"DevicePolicy=closed",
		"CapabilityBoundingSet=",
	} <= lines
	assert {
		"StateDirectoryMode=0700",
		"UMask=0077",
		"User=vsv-gateway",
		"Restart=always",
		"LimitCORE=0",
	} <= lines
	# systemd allows by driver only what is loaded when the service starts, and a reader may come later than that
	loaded = (image / "etc/modules-load.d/vsv-gateway.conf").read_text().splitlines()
	assert {"usbserial", "cdc-acm"} <= set(loaded)
	if shutil.which("systemd-analyze") is None:
		pytest.skip("systemd is not here to judge the unit: apt-get install systemd")
	verified = subprocess.run(
		["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
	)
	# Other units of the machine may have faults of their own
	about_ours = [line for line in verified.stderr.splitlines() if "vsv-gateway" in line]
	assert about_ours == []
	rated = subprocess.run(
		["systemd-analyze", "security", "--offline=yes", "--no-pager", "--threshold=30", str(unit)],
		capture_output=True,
		text=True,
		check=False,
	)
	assert rated.returncode == 0, rated.stdout[-400:]


def test_listen_guesses_protocol_and_speed(tmp_path: Path) -> None:
	badges = Badges(tmp_path / "tty")
	asking = subprocess.Popen(
		[sys.executable, "-u", "-m", "gateway", "listen", str(badges.path)],
		cwd=ROOT,
		stdout=subprocess.PIPE,
		text=True,
	)
	assert asking.stdout is not None
	asking.stdout.readline()
	badges.tap(0x62E3086CED)
	said = asking.communicate(timeout=120)[0]
	badges.pull()
	assert 'protocol = "rdm6300"' in said
	assert "62E3086CED" in said


def test_listen_shows_a_known_protocol_as_it_comes(tmp_path: Path) -> None:
	badges = Badges(tmp_path / "tty")
	badges.tap(0x62E3086CED)
	done = subprocess.run(
		[
			sys.executable,
			"-m",
			"gateway",
			"listen",
			str(badges.path),
			"--protocol",
			"rdm6300",
			"--seconds",
			"1",
		],
		cwd=ROOT,
		capture_output=True,
		text=True,
		check=True,
	)
	badges.pull()
	assert json.loads(done.stdout.splitlines()[0])["card"] == "62E3086CED"
