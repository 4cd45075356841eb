"""From a one-time code, or from answers to a few questions, to a configuration that runs.

ProvisionError      what went wrong, for the installer
"""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gateway import config as configuration

PATH = "/api/method/vsv_app.api.gateway.provision"
CONNECT_S, READ_S = 5.0, 20.0
DEFAULT_DATA_DIR = "/var/lib/vsv-gateway"


class ProvisionError(Exception):
	"""No configuration came of it; `detail` says why."""

	def __init__(self, detail: str) -> None:
		super().__init__(detail)
		self.detail = detail


def fetch(server: str, gateway: str, code: str, *, ca_file: str = "") -> dict[str, Any]:
	"""Hand in a one-time code; everything that this gateway needs. The code is used up. Raises ProvisionError."""
	import requests  # noqa: PLC0415  # only needed here, once in the life of a gateway

	try:
		answer = requests.post(
			f"{server.rstrip('/')}{PATH}",
			json={"gateway": gateway, "code": code},
			timeout=(CONNECT_S, READ_S),
			verify=ca_file or True,
			allow_redirects=False,
		)
		body = answer.json() if answer.status_code == 200 else None
	except (requests.RequestException, ValueError) as error:
		raise ProvisionError(f"{server} is not reached: {type(error).__name__}") from None
	if answer.status_code == 403:
		raise ProvisionError(
			"the server does not accept this code: make a new one on the Attendance Gateway form"
		)
	if not isinstance(body, dict) or body.get("v") != 1:
		raise ProvisionError(f"the server's answer ({answer.status_code}) is not understood")
	return body


def ask(
	answer: Callable[[str], str], *, gateway: str | None = None, server: str | None = None
) -> dict[str, Any]:
	"""The same facts from a person; `answer` puts a question. Keys are asked for, or made when left empty."""
	school = answer("Short name of the school (small letters, digits, dashes): ").strip()
	gateway = gateway or answer("Short name of this gateway, such as front-door: ").strip()
	host = answer("Host name of the MQTT broker: ").strip()
	tls = answer("Does the broker speak TLS? [Y/n] ").strip().lower() not in ("n", "no")
	port = answer(f"Port of the broker [{8883 if tls else 1883}]: ").strip() or str(8883 if tls else 1883)
	password = answer("Password of this gateway at the broker: ").strip()
	badge_key = answer("Badge key of the school, 64 hex digits (empty: make one): ").strip()
	mac_key = answer("Mac key of this gateway, 64 hex digits (empty: make one): ").strip()
	protocol = answer("Protocol of the reader (see `vsv-gateway listen PORT`): ").strip()
	serial_port = answer("Port of the reader, best under /dev/serial/by-id/: ").strip()
	direction = answer("Direction of the door: in, out or unknown [unknown]: ").strip() or "unknown"
	if not port.isdigit():
		raise ProvisionError("the port of the broker is a number")
	return {
		"v": 1,
		"school": school,
		"gateway": gateway,
		"server": server or "",
		"mqtt": {"host": host, "port": int(port), "username": gateway, "password": password, "tls": tls},
		"badge_key": badge_key or fresh_key(),
		"mac_key": mac_key or fresh_key(),
		"terminals": [
			{"terminal": "door", "protocol": protocol, "port": serial_port, "direction": direction}
		],
	}


def write(
	path: Path, given: Mapping[str, Any], *, data_dir: str = DEFAULT_DATA_DIR, ca_file: str = ""
) -> None:
	"""Write the configuration at `path`, and beside it the secrets with mode 0600; raises ProvisionError.

	`given` is the server's answer. An existing configuration is never overwritten.
	"""
	if path.exists():
		raise ProvisionError(f"{path} exists already; move it away first")
	try:
		table, private = _table(path, given, data_dir, ca_file)
		text = to_toml(table)
		configuration.parse(table)
	except (KeyError, TypeError, ValueError) as error:
		raise ProvisionError(f"the server's answer does not make a configuration: {error}") from None
	path.parent.mkdir(parents=True, exist_ok=True)
	for name, value in private.items():
		_write(path.parent / name, value, mode=0o600)
	if given["mqtt"].get("ca_pem"):
		_write(path.parent / "broker-ca.pem", given["mqtt"]["ca_pem"], mode=0o644)
	_write(path, text, mode=0o644)


def fresh_key() -> str:
	"""A new badge or mac key, as 64 hex digits."""
	return secrets.token_hex(configuration.KEY_BYTES)


def to_toml(table: Mapping[str, Any]) -> str:
	"""A configuration as TOML: tables of plain values, and terminals as an array of tables."""
	out: list[str] = []
	for name, section in table.items():
		for each in section if isinstance(section, list) else [section]:
			out.append(f"[[{name}]]" if isinstance(section, list) else f"[{name}]")
			out.extend(f"{key} = {_value(value)}" for key, value in each.items())
			out.append("")
	return "\n".join(out)


def _table(
	path: Path, given: Mapping[str, Any], data_dir: str, ca_file: str
) -> tuple[dict[str, Any], dict[str, str]]:
	mqtt = given["mqtt"]
	broker = {
		"host": mqtt["host"],
		"port": mqtt["port"],
		"username": mqtt["username"],
		"insecure": not mqtt["tls"],
	}
	if mqtt.get("ca_pem"):
		broker["ca_file"] = str(path.parent.absolute() / "broker-ca.pem")
	private = {"badge_key": given["badge_key"], "mac_key": given["mac_key"]}
	if mqtt.get("password"):
		private["broker_password"] = mqtt["password"]
	server = {"url": given.get("server") or ""}
	if ca_file:
		server["ca_file"] = ca_file
	table = {
		"gateway": {"name": given["gateway"], "school": given["school"], "data_dir": data_dir},
		"broker": broker,
		"secrets": {f"{name}_file": str(path.parent.absolute() / name) for name in private},
		"server": server,
		"terminal": [_terminal(each) for each in given["terminals"]],
	}
	return table, private


def _terminal(given: Mapping[str, Any]) -> dict[str, Any]:
	terminal = {
		"name": given["terminal"],
		"port": given["port"],
		"protocol": given["protocol"],
		"direction": given["direction"],
	}
	if given.get("baud"):
		terminal["baud"] = given["baud"]
	if given.get("options"):
		terminal["options"] = dict(given["options"])
	return terminal


def _value(value: object) -> str:
	if isinstance(value, dict):
		return "{ " + ", ".join(f"{json.dumps(key)} = {_value(each)}" for key, each in value.items()) + " }"
	if isinstance(value, bool):
		return "true" if value else "false"
	if isinstance(value, int | float):
		return repr(value)
	if isinstance(value, str):
		return json.dumps(value)
	raise TypeError(f"{type(value).__name__} has no place in the configuration")


def _write(path: Path, text: str, *, mode: int) -> None:
	draft = path.with_name(f"{path.name}.new")
	file = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, mode)
	with os.fdopen(file, "w", encoding="utf-8") as out:
		os.fchmod(file, mode)
		out.write(text if text.endswith("\n") else f"{text}\n")
	draft.replace(path)
