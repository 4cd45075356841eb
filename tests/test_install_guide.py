"""The install guide, pasted in its order: the certificates of its recipe let a broker start with the app's own files, and a client in."""

import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from vsv_app.embedded.broker import find_mosquitto
from vsv_app.engine.gateways import broker_files
from vsv_app.engine.gateways.broker_files import Account, Listener

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs/install-school.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
PATIENCE_S = 10
ELSEWHERE = """
sudo() { "$@"; }
apt() { :; }
systemctl() { :; }
install() {
	local arguments=()
	while [ $# -gt 0 ]; do
		case "$1" in -o | -g) shift 2 ;; *) arguments+=("${1//\\/etc\\/mosquitto/$ETC}"); shift ;; esac
	done
	command install "${arguments[@]}"
}
"""
"""What the recipe does as root, below a folder of ours and under our own name."""


def blocks() -> list[str]:
	return BLOCK.findall(GUIDE)


def block_with(text: str) -> str:
	(found,) = (block for block in blocks() if text in block)
	return found


def pasted(block: str, home: Path, etc: Path) -> None:
	script = f"set -e\n{ELSEWHERE}\n{block}"
	environment = {"HOME": str(home), "ETC": str(etc), "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}
	subprocess.run(["bash", "-c", script], check=True, env=environment, capture_output=True, cwd=home)


def test_the_steps_stand_in_the_order_in_which_they_work() -> None:
	"""Each of these fails when what stands before it here was not done."""
	steps = (
		"bench get-app --branch version-15 erpnext", "bench get-app --branch version-15 education",
		"install-app erpnext education vsv_app", "The setup wizard", "openssl req -x509", "/etc/mosquitto/certs/",
		"**Broker Host**", "vsv-broker-config --directory", "vsv.acl", "restart mosquitto", "vsv-listen", "Provision*: it shows",
	)  # fmt: skip
	places = [GUIDE.index(step) for step in steps]
	assert places == sorted(places)
	for block in blocks():
		subprocess.run(["bash", "-n", "-c", re.sub(r"<[^>]*>", "X", block)], check=True)


def test_each_option_of_a_command_is_there() -> None:
	commands = (ROOT / "vsv_app/commands.py").read_text(encoding="utf-8")
	named = set(re.findall(r"--(?:users|remove|password|directory|files|certificates)\b", GUIDE))
	assert len(named) == 6
	for option in named:
		assert f'"{option}"' in commands, option


@pytest.mark.mosquitto
@pytest.mark.openssl
def test_a_broker_starts_with_the_certificates_of_the_recipe(tmp_path: Path) -> None:
	etc = tmp_path / "etc"
	etc.mkdir()
	pasted(block_with("openssl req -x509"), tmp_path, etc)
	certificates = etc / "certs"
	assert (certificates.stat().st_mode & 0o777, (certificates / "server.key").stat().st_mode & 0o777) == (
		0o750,
		0o640,
	)
	assert (tmp_path / "vsv-ca").stat().st_mode & 0o777 == 0o700
	with running(etc, certificates) as port:
		strict = ssl.create_default_context(cafile=str(certificates / "ca.crt"))
		strict.verify_flags |= ssl.VERIFY_X509_STRICT
		with (
			socket.create_connection(("127.0.0.1", port)) as plain,
			strict.wrap_socket(plain, server_hostname="broker.school.example"),
		):
			pass
		assert connected(port, certificates / "ca.crt") == "Success"


@contextmanager
def running(etc: Path, certificates: Path) -> Iterator[int]:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		port = int(probe.getsockname()[1])
	account = Account("school", "secret", "school")
	(etc / "vsv.acl").write_text(broker_files.access_list([account]))
	(etc / "vsv.passwords").write_text(broker_files.password_file([account], lambda n: b"s" * n))
	for name in ("vsv.acl", "vsv.passwords"):
		(etc / name).chmod(0o600)
	text = broker_files.configuration([Listener(port, True)], files=str(etc), certificates=str(certificates))
	(etc / "vsv.conf").write_text(f"{text}persistence_location {etc}/\nuser {Path.home().owner()}\n")
	program = find_mosquitto()
	assert program
	process = subprocess.Popen(
		[program, "-c", str(etc / "vsv.conf"), "-v"],
		stdout=subprocess.PIPE,
		stderr=subprocess.STDOUT,
		text=True,
	)
	assert process.stdout
	try:
		for line in process.stdout:
			assert "rror" not in line, line
			if "running" in line:
				break
		threading.Thread(target=process.stdout.read, daemon=True).start()
		yield port
	finally:
		process.terminate()
		process.wait(PATIENCE_S)
		process.stdout.close()


def connected(port: int, ca: Path) -> str:
	client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="guide")
	client.username_pw_set("school", "secret")
	client.tls_set(ca_certs=str(ca))
	answered, told = threading.Event(), [""]

	def on_connect(
		_client: object, _data: object, _flags: object, reason: object, _properties: object
	) -> None:
		told[0] = str(reason)
		answered.set()

	client.on_connect = on_connect
	client.connect("127.0.0.1", port)
	client.loop_start()
	answered.wait(PATIENCE_S)
	client.disconnect()
	client.loop_stop()
	return told[0]
