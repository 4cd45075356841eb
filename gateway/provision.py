"""From a one-time code, or from answers to a few questions, to a configuration that runs.

ProvisionError      what went wrong, for the installer
"""

import json
import os
import re
import secrets
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from gateway import answer as answers
from gateway import config as configuration
from gateway.messages import DIRECTIONS, SLUG, account

PATH = "/api/method/vsv_app.api.gateway.provision"
CONNECT_S, READ_S = 5.0, 20.0
LONGEST_ERROR = 300
NO_CODE = "the server does not accept this code: make a new one on the Attendance Gateway form"
WHOLE_S = 60.0
"""A server that says a byte now and then is not waited for any longer, be it of its headers."""
ENDLESS = "its answer does not come to an end"
CONFIGURED, TYPED = "server.insecure = true", "--insecure"
DEFAULT_DATA_DIR = "/var/lib/vsv-gateway"


T = TypeVar("T")


class ProvisionError(Exception):
	"""No configuration came of it; `detail` says why."""

	def __init__(self, detail: str) -> None:
		super().__init__(detail)
		self.detail = detail


def make_way(path: Path) -> None:
	"""See that a configuration can be written at `path`, before a code is used up for it; raises ProvisionError."""
	if path.exists():
		raise ProvisionError(f"{path} exists already; move it away first")
	try:
		path.parent.mkdir(parents=True, exist_ok=True)
	except OSError as error:
		raise ProvisionError(f"{path.parent} cannot be made: {error.strerror}; sudo?") from None
	if not os.access(path.parent, os.W_OK | os.X_OK):
		raise ProvisionError(f"{path.parent} cannot be written: sudo?")


def fetch(
	server: str,
	gateway: str,
	code: str,
	*,
	ca_file: str = "",
	insecure: bool = False,
	serial_servers: Collection[str] = (),
) -> dict[str, Any]:
	"""Hand in a one-time code; everything that this gateway needs, looked at. The code is used up. Raises ProvisionError."""
	if not SLUG.fullmatch(gateway):
		raise ProvisionError(
			f"--gateway {answers.plain(gateway)!r}: small letters, digits and dashes, at most 40"
		)
	import requests  # noqa: PLC0415  # only needed here, once in the life of a gateway

	try:
		configuration.check_url(server, insecure=insecure)
		answer, text = _in_time(lambda: _hand_in(server, gateway, code, ca_file))
	except configuration.ConfigError as error:
		raise ProvisionError(error.detail.replace(CONFIGURED, TYPED)) from None
	except requests.exceptions.SSLError as error:
		raise ProvisionError(
			f"{server} shows no certificate that is trusted here; where it is the school's own, name its authority"
			f" with --ca-file: {answers.plain(error, LONGEST_ERROR)}"
		) from None
	except (OSError, ValueError) as error:  # requests' own are among them
		raise ProvisionError(f"{server} is not reached: {answers.plain(error, LONGEST_ERROR)}") from None
	if answer.status_code == 403:
		raise ProvisionError(answers.reason(text) or NO_CODE)
	if answer.status_code == 429:
		raise ProvisionError("the server has been asked too often for this gateway: try again in an hour")
	if answer.is_redirect:
		raise ProvisionError(_sent_on(server, answer.headers["Location"]))
	if answer.status_code != 200:
		raise ProvisionError(
			f"the server's answer ({answer.status_code}) is not understood: is --server the school's site, with the app on it?"
		)
	try:
		given = answers.read(text, gateway=gateway, insecure=insecure, serial_servers=serial_servers)
	except answers.AnswerError as error:
		raise ProvisionError(
			f"the server's answer cannot be used, and nothing was written: {error}"
		) from None
	return {**given, "server": server}


def ask(
	answer: Callable[[str], str],
	secret: Callable[[str], str],
	*,
	gateway: str | None = None,
	server: str | None = None,
) -> dict[str, Any]:
	"""The same facts from a person; raises ProvisionError where the answers end too soon.

	`answer` puts a question, `secret` one whose answer does not show. What does not fit is asked again. Keys are made
	when left empty.
	"""

	def put(
		question: str,
		fits: Callable[[str], object] = str,
		default: str = "",
		by: Callable[[str], str] = answer,
	) -> str:
		complaint = ""
		while True:
			try:
				given = by(f"{complaint}{question}{f' [{default}]' if default else ''}: ").strip() or default
			except EOFError:
				raise ProvisionError(f"{complaint}no answer to: {question}") from None
			try:
				fits(given)
			except ValueError as error:
				complaint = f"{error}. "
			else:
				return given

	school = put("Short name of the school (small letters, digits, dashes)", _fits_slug)
	gateway = gateway or put("Short name of this gateway, such as front-door", _fits_slug)
	host = put("Host name of the MQTT broker", _fits_something)
	tls = put("Does the broker speak TLS? [Y/n]").lower() not in ("n", "no")
	authority = ""
	if tls:
		authority = put("File of the authority that signed its certificate (empty: a public one)", _fits_file)
	port = put("Port of the broker", _fits_port, default=str(8883 if tls else 1883))
	password = put("Password of this gateway at the broker", by=secret)
	badge_key = put("Badge key of the school, 64 hex digits (empty: make one)", _fits_key, by=secret)
	mac_key = put("Mac key of this gateway, 64 hex digits (empty: make one)", _fits_key, by=secret)
	protocol = put("Protocol of the reader (see `vsv-gateway listen PORT`)", _fits_protocol)
	serial_port = put("Port of the reader, best under /dev/serial/by-id/", _fits_something)
	direction = put("Direction of the door: in, out or unknown", _fits_direction, default="in")
	return {
		"v": 1,
		"school": school,
		"gateway": gateway,
		"server": server or "",
		"mqtt": {
			"host": host,
			"port": int(port),
			"username": account(school, gateway),
			"password": password,
			"tls": tls,
			"ca_file": authority and str(Path(authority).absolute()),
		},
		"badge_key": badge_key or fresh_key(),
		"mac_key": mac_key or fresh_key(),
		"terminals": [
			{"terminal": "door", "protocol": protocol, "port": serial_port, "direction": direction}
		],
	}


def write(
	path: Path,
	given: Mapping[str, Any],
	*,
	data_dir: str = DEFAULT_DATA_DIR,
	ca_file: str = "",
	insecure: bool = False,
) -> None:
	"""Write the configuration at `path`, and beside it the secrets with mode 0600; raises ProvisionError.

	`given` is the server's answer. An existing configuration is never overwritten.
	"""
	make_way(path)
	try:
		table, private = _table(path, given, data_dir, ca_file)
		if insecure:
			table["server"]["insecure"] = True
		text = to_toml(table)
		configuration.parse(table)
	except (KeyError, TypeError, ValueError) as error:
		raise ProvisionError(f"the server's answer does not make a configuration: {error}") from None
	files = [(path.parent / name, value, 0o600) for name, value in private.items()]
	if given["mqtt"].get("ca_pem"):
		files.append((path.parent / "broker-ca.pem", given["mqtt"]["ca_pem"], 0o644))
	files.append((path, text, 0o644))
	_write_all(files)


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


def _hand_in(server: str, gateway: str, code: str, ca_file: str) -> tuple[Any, bytes]:
	import requests  # noqa: PLC0415  # see fetch

	with requests.post(
		f"{server.rstrip('/')}{PATH}",
		json={"gateway": gateway, "code": code},
		headers={"Accept-Encoding": "identity"},  # what is packed could unpack to any size
		timeout=(CONNECT_S, READ_S),
		verify=ca_file or True,
		allow_redirects=False,
		stream=True,
	) as answer:
		return answer, _text_of(answer)


def _in_time(work: Callable[[], T]) -> T:
	"""What `work` gives, or its error; ValueError where it takes too long. It is left behind then, and ends with the program."""
	given: list[T] = []
	failed: list[Exception] = []

	def run() -> None:
		try:
			given.append(work())
		except Exception as error:  # noqa: BLE001 it is raised again below
			failed.append(error)

	thread = threading.Thread(target=run, daemon=True)
	thread.start()
	thread.join(WHOLE_S)
	if failed:
		raise failed[0]
	if not given:
		raise ValueError(ENDLESS)
	return given[0]


def _text_of(answer: Any) -> bytes:
	"""What the server says, as far as it is of a size that can be meant; raises ValueError where it is packed."""
	if answer.headers.get("Content-Encoding", "identity") != "identity":
		raise ValueError("its answer is packed, which nobody asked for")
	text = bytearray()
	for byte in answer.iter_content(1):  # of more it would wait for all
		text += byte
		if len(text) > answers.MAX_BYTES:
			break
	return bytes(text)


def _sent_on(server: str, location: str) -> str:
	where = answers.plain(location, 120)
	if location.lower().startswith("http://"):
		return (
			f"{server} sends on to {where}, which anybody on the way reads along: put the school's site right"
		)
	return f"{server} sends on to {where}: give that as --server, if it is the school's"


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
	elif mqtt.get("ca_file"):
		broker["ca_file"] = mqtt["ca_file"]
	private = {"badge_key": given["badge_key"], "mac_key": given["mac_key"]}
	if mqtt.get("password"):
		private["broker_password"] = mqtt["password"]
	server = {"url": given.get("server") or ""}
	if ca_file:
		server["ca_file"] = str(Path(ca_file).absolute())
	table = {
		"gateway": {
			"name": given["gateway"],
			"school": given["school"],
			"data_dir": str(Path(data_dir).absolute()),
		},
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


def _fits_slug(given: str) -> None:
	if not SLUG.fullmatch(given):
		raise ValueError("small letters, digits and dashes, at most 40")


def _fits_something(given: str) -> None:
	if not given:
		raise ValueError("this cannot be left empty")


def _fits_file(given: str) -> None:
	if given and not Path(given).is_file():
		raise ValueError(f"there is no file {given}")


def _fits_port(given: str) -> None:
	if not (given.isascii() and given.isdigit() and 0 < int(given) < 65536):
		raise ValueError("a number from 1 to 65535")


def _fits_key(given: str) -> None:
	digits = configuration.KEY_BYTES * 2
	if given and not re.fullmatch(f"[0-9a-fA-F]{{{digits}}}", given):
		raise ValueError(f"{digits} hex digits")


def _fits_protocol(given: str) -> None:
	from gateway import readers  # noqa: PLC0415  # looks up what other distributions add

	try:
		readers.reader(given, {})
	except readers.ReaderError as error:
		raise ValueError(str(error)) from None


def _fits_direction(given: str) -> None:
	if given not in DIRECTIONS:
		raise ValueError(f"one of {', '.join(sorted(DIRECTIONS))}")


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


def _write_all(files: list[tuple[Path, str, int]]) -> None:
	"""All of them or none, the configuration last; raises ProvisionError."""
	drafts: list[Path] = []
	try:
		for path, text, mode in files:
			drafts.append(path.with_name(f"{path.name}.new"))
			_draft(drafts[-1], text, mode)
		for draft, (path, _text, _mode) in zip(drafts, files, strict=True):
			draft.replace(path)
	except (OSError, ValueError) as error:
		for draft in drafts:
			with suppress(OSError):
				draft.unlink(missing_ok=True)
		why = error.strerror if isinstance(error, OSError) else "its text cannot be written"
		raise ProvisionError(f"{files[-1][0].parent} cannot be written: {why}; ask for a new code") from None


def _draft(path: Path, text: str, mode: int) -> None:
	path.unlink(missing_ok=True)
	file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, mode)
	with os.fdopen(file, "w", encoding="utf-8") as out:
		os.fchmod(file, mode)
		out.write(text if text.endswith("\n") else f"{text}\n")
		out.flush()
		os.fsync(file)
