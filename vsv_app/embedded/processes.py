"""The path's own processes: the broker, the gateway and the listener, started for a folder and stopped in order."""

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vsv_app.embedded import broker, records
from vsv_app.embedded.broker import Broker
from vsv_app.embedded.terminals import PtyTerminal
from vsv_app.engine.gateways.broker_files import Account, gateway_account, listener_account

STOPS_WITHIN_S = 10.0
GATEWAY_LOG, LISTENER_LOG, FEEDBACK = "gateway.log", "listener.log", "feedback.jsonl"


class ProcessEnded(RuntimeError):
	"""A part of the path ended by itself; the text holds the last that it said."""


@dataclass
class Running:
	"""The running processes, and where each says what it does."""

	folder: Path
	broker: Broker
	gateway: "subprocess.Popen[bytes]"
	listener: "subprocess.Popen[bytes]"

	def check(self) -> None:
		"""Raise ProcessEnded when one of them has ended."""
		for name, process, log in (
			("the broker", self.broker.process, "broker.log"),
			("the gateway", self.gateway, GATEWAY_LOG),
			("the listener", self.listener, LISTENER_LOG),
		):
			if process.poll() is not None:
				said = (self.folder / log).read_text(errors="replace").strip().splitlines()[-8:]
				raise ProcessEnded(f"{name} ended with status {process.returncode}:\n" + "\n".join(said))


def accounts(keys: records.Keys) -> list[Account]:
	school, gateway = records.SCHOOL_CODE, records.GATEWAY
	return [
		Account(listener_account(school), keys.listener_password, school),
		Account(gateway_account(school, gateway), keys.gateway_password, school, gateway),
	]


@contextlib.contextmanager
def running(
	folder: Path,
	database: Path,
	keys: records.Keys,
	terminals: Sequence[PtyTerminal],
	*,
	simulated_clock: str,
) -> Iterator[Running]:
	"""All three processes, until the end of the block; the gateway is stopped first and sends what it holds."""
	started = broker.start(folder, accounts(keys))
	try:
		listener = start_listener(folder, database, started.port, simulated_clock)
		try:
			config = write_gateway_config(folder, keys, terminals, started.port)
			gateway = start_gateway(folder, config, simulated_clock)
			try:
				yield Running(folder, started, gateway, listener)
			finally:
				stop(gateway)
		finally:
			stop(listener)
	finally:
		started.stop()


def start_gateway(folder: Path, config: Path, simulated_clock: str | None) -> "subprocess.Popen[bytes]":
	"""The real gateway, as a Pi runs it."""
	command = [
		sys.executable,
		"-m",
		"gateway",
		"run",
		"--config",
		str(config),
		"--feedback-log",
		str(folder / FEEDBACK),
	]
	return _start(command + _clock(simulated_clock), folder / GATEWAY_LOG)


def start_listener(
	folder: Path, database: Path, port: int, simulated_clock: str | None
) -> "subprocess.Popen[bytes]":
	command = [
		sys.executable,
		"-m",
		"vsv_app.embedded.listen",
		"--database",
		str(database),
		"--port",
		str(port),
	]
	return _start(command + _clock(simulated_clock), folder / LISTENER_LOG)


def write_gateway_config(
	folder: Path, keys: records.Keys, terminals: Sequence[PtyTerminal], port: int, *, health_every_s: int = 1
) -> Path:
	"""The gateway's configuration and its secrets, as an installer would have them; returns the file."""
	for name, secret in (
		("badge.key", keys.badge_key),
		("mac.key", keys.mac_key),
		("broker.password", keys.gateway_password),
	):
		path = folder / name
		path.touch(mode=0o600)
		path.write_text(secret, encoding="utf-8")
	text = f"""
[gateway]
name = "{records.GATEWAY}"
school = "{records.SCHOOL_CODE}"
data_dir = "{folder / "gateway"}"

[broker]
host = "127.0.0.1"
port = {port}
insecure = true # this machine alone

[secrets]
badge_key_file = "{folder / "badge.key"}"
mac_key_file = "{folder / "mac.key"}"
broker_password_file = "{folder / "broker.password"}"

[health]
every_s = {health_every_s}
"""
	for terminal in terminals:
		text += f"""
[[terminal]]
name = "{terminal.path.name}"
port = "{terminal.path}"
protocol = "{terminal.protocol}"
direction = "unknown"
{'options = { format = "hex", length = 5 }' if terminal.protocol == "line" else ""}
"""
	path = folder / "gateway.toml"
	path.write_text(text, encoding="utf-8")
	return path


def stop(process: "subprocess.Popen[bytes]") -> None:
	"""Ask it to end, and wait; one that does not is killed."""
	if process.poll() is None:
		process.send_signal(signal.SIGTERM)
	try:
		process.wait(STOPS_WITHIN_S)
	except subprocess.TimeoutExpired:
		process.kill()
		process.wait()


def _start(command: list[str], log: Path) -> "subprocess.Popen[bytes]":
	with log.open("ab") as out:
		return subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)  # noqa: S603 our own programs


def _clock(simulated: str | None) -> list[str]:
	return ["--simulated-clock", simulated] if simulated else []
