"""A broker on this machine alone: Mosquitto where it is installed, else amqtt from PyPI."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from vsv_app.engine.gateways.broker_files import (
	Account,
	Listener,
	access_list,
	configuration,
	password_file,
	topics,
)

STARTS_WITHIN_S = 15.0
STOPS_WITHIN_S = 5.0


class BrokerError(RuntimeError):
	"""The broker did not start; the text holds what it said."""


@dataclass
class Broker:
	"""A running broker. `kind` names the program."""

	kind: str
	port: int
	process: "subprocess.Popen[bytes]"

	def stop(self) -> None:
		self.process.terminate()
		try:
			self.process.wait(STOPS_WITHIN_S)
		except subprocess.TimeoutExpired:
			self.process.kill()
			self.process.wait()


def start(folder: Path, accounts: Sequence[Account], *, port: int | None = None) -> Broker:
	"""Start a broker that lets in `accounts` alone, its files in `folder`; raises BrokerError."""
	folder.mkdir(parents=True, exist_ok=True)
	port = port or free_port()
	kind, command = _command(folder, accounts, port)
	with (folder / "broker.log").open("wb") as log:
		process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)  # noqa: S603 a fixed command
	broker = Broker(kind, port, process)
	if not _answers(port, process):
		broker.stop()
		said = (folder / "broker.log").read_text(errors="replace")[-800:]
		raise BrokerError(f"{kind} did not start on port {port}: {said}")
	return broker


def _command(folder: Path, accounts: Sequence[Account], port: int) -> tuple[str, list[str]]:
	"""(kind, command line) of the broker that this machine has."""
	mosquitto = find_mosquitto()
	if mosquitto:
		return "mosquitto", [mosquitto, "-c", str(_mosquitto_files(folder, accounts, port))]
	if find_spec("amqtt") is None:
		raise BrokerError(
			"there is no broker on this machine, and none from PyPI for this Python: apt install mosquitto"
		)
	program = [sys.executable, "-m", "vsv_app.embedded.amqtt_broker"]
	return "amqtt", [*program, str(_amqtt_files(folder, accounts, port))]


def find_mosquitto() -> str | None:
	"""Debian puts it where an ordinary user's PATH does not look."""
	return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return int(probe.getsockname()[1])


def _mosquitto_files(folder: Path, accounts: Sequence[Account], port: int) -> Path:
	(folder / "vsv.acl").write_text(access_list(accounts), encoding="utf-8")
	(folder / "vsv.passwords").write_text(password_file(accounts, os.urandom), encoding="utf-8")
	for secret in ("vsv.acl", "vsv.passwords"):
		(folder / secret).chmod(0o600)
	path = folder / "mosquitto.conf"
	text = configuration([Listener(port, tls=False)], files=str(folder), certificates="")
	# Started by root, it would become another user and could not read its own files here.
	user = "user root\n" if os.geteuid() == 0 else ""
	path.write_text(f"{text}persistence_location {folder}/\n{user}", encoding="utf-8")
	return path


def _amqtt_files(folder: Path, accounts: Sequence[Account], port: int) -> Path:
	path = folder / "amqtt.json"
	path.touch(mode=0o600)
	rights = {account.name: topics(account) for account in accounts}
	settings = {
		"port": port,
		"users": {account.name: account.password for account in accounts},
		"write": {name: writes for name, (_reads, writes) in rights.items()},
		"read": {name: reads for name, (reads, _writes) in rights.items()},
	}
	path.write_text(json.dumps(settings), encoding="utf-8")
	return path


def _answers(port: int, process: "subprocess.Popen[bytes]") -> bool:
	deadline = time.monotonic() + STARTS_WITHIN_S
	while time.monotonic() < deadline and process.poll() is None:
		try:
			socket.create_connection(("127.0.0.1", port), timeout=1).close()
		except OSError:
			time.sleep(0.05)
		else:
			return True
	return False
