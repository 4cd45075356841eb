"""The school's answer to a one-time code: nothing of it is believed that was not looked at.

Whoever answers in the school's place must not name another broker without TLS, a file of this machine, or a port that is none. Members
that are not known here reach no file.

	AnswerError      what does not fit, in one sentence for the installer
"""

import json
import re
import ssl
from collections.abc import Callable, Collection
from typing import Any

from gateway import readers
from gateway.config import KEY_BYTES, MAX_BAUD, MAX_TERMINALS
from gateway.messages import DIRECTIONS, SLUG

VERSION = 1
MAX_BYTES = 256 * 1024
LONGEST = 200
MAX_PEM = 64 * 1024
MAX_OPTIONS = 32
PORT = re.compile(r"/dev(?:/[A-Za-z0-9_][A-Za-z0-9._:+,@=-]*)+")
"""A device file; a name that begins with a dot leads elsewhere."""
HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}\.?)*")
ADDRESS = re.compile(r"[0-9A-Fa-f:.]{2,45}")
KEY = re.compile(f"[0-9a-fA-F]{{{2 * KEY_BYTES}}}")
CERTIFICATE = re.compile(r"[\x20-\x7e\r\n\t]*")


class AnswerError(ValueError):
	"""Something in the answer that cannot be right; nothing was written."""


def read(
	text: bytes, *, gateway: str, insecure: bool = False, serial_servers: Collection[str] = ()
) -> dict[str, Any]:
	"""What of the answer belongs in a configuration of `gateway`; raises AnswerError.

	`insecure` allows a broker without TLS, for a test bench. `serial_servers`: ports on the network that the installer
	names as well.
	"""
	given = _table("the answer", _json(text))
	if type(given.get("v")) is not int or given["v"] != VERSION:
		raise AnswerError(
			f"it is not understood (version {plain(given.get('v'))}): is --server the school's site, with the app on it, and as old as this gateway?"
		)
	named = _text(given, "gateway", SLUG.fullmatch)
	if named != gateway:
		raise AnswerError(f"it is for the gateway {named}, and not for {gateway}")
	terminals = given.get("terminals")
	if not isinstance(terminals, list) or not 0 < len(terminals) <= MAX_TERMINALS:
		raise AnswerError(f"terminals must be a list of 1 to {MAX_TERMINALS}")
	return {
		"v": VERSION,
		"school": _text(given, "school", SLUG.fullmatch),
		"gateway": named,
		"mqtt": _broker(_table("mqtt", given.get("mqtt")), insecure),
		"badge_key": _text(given, "badge_key", KEY.fullmatch),
		"mac_key": _text(given, "mac_key", KEY.fullmatch),
		"terminals": [_terminal(_table("a terminal", each), serial_servers) for each in terminals],
	}


def reason(text: bytes) -> str:
	"""Why the server refused, in its own words; empty where it gives none."""
	try:
		told = _table("", _json(text)).get("error")
	except AnswerError:
		return ""
	return "".join(char for char in told if char.isprintable())[:300] if isinstance(told, str) else ""


def plain(value: object, longest: int = 60) -> str:
	"""Text from outside as one line for a person."""
	return "".join(char if char.isprintable() else "?" for char in str(value)[:longest])


def _json(text: bytes) -> object:
	if len(text) > MAX_BYTES:
		raise AnswerError(f"it is longer than {MAX_BYTES // 1024} KiB")
	try:
		return json.loads(text.decode("utf-8"), parse_constant=_no_number)
	except RecursionError:
		raise AnswerError("it is nested too deep") from None
	except ValueError:
		raise AnswerError("it is no JSON: is --server the school's site, with the app on it?") from None


def _no_number(name: str) -> None:
	raise ValueError(name)


def _table(what: str, value: object) -> dict[str, Any]:
	if not isinstance(value, dict):
		raise AnswerError(f"{what} is no JSON object")
	return value


def _broker(given: dict[str, Any], insecure: bool) -> dict[str, Any]:
	port, tls = given.get("port"), given.get("tls")
	if type(port) is not int or not 0 < port < 65536:
		raise AnswerError(f"mqtt.port must be a number from 1 to 65535, not {plain(port)}")
	if type(tls) is not bool:
		raise AnswerError("mqtt.tls must be true or false")
	if not tls and not insecure:
		raise AnswerError(
			"the broker is to be reached without TLS, where anybody on the way reads along: tick TLS in Early Warning Settings; for a test bench give --insecure"
		)
	broker = {
		"host": _text(given, "host", _is_host),
		"port": port,
		"username": _text(given, "username"),
		"password": _text(given, "password") if given.get("password") is not None else None,
		"tls": tls,
	}
	if tls and given.get("ca_pem") is not None:
		broker["ca_pem"] = _certificate(given["ca_pem"])
	return broker


def _certificate(text: object) -> str:
	if not (isinstance(text, str) and len(text) <= MAX_PEM and CERTIFICATE.fullmatch(text)):
		raise AnswerError("mqtt.ca_pem must be a certificate in PEM")
	try:
		ssl.create_default_context(cadata=text.strip() + "\n")
	except (ssl.SSLError, ValueError):
		raise AnswerError(
			"mqtt.ca_pem is no certificate in PEM: see CA Certificate in Early Warning Settings"
		) from None
	return text


def _terminal(given: dict[str, Any], serial_servers: Collection[str]) -> dict[str, Any]:
	name, protocol = _text(given, "terminal", SLUG.fullmatch), _text(given, "protocol")
	port, baud = _text(given, "port"), given.get("baud")
	if not PORT.fullmatch(port) and port not in serial_servers:
		remedy = (
			f"; where {plain(port)} is a serial server of yours, add --serial-server {plain(port)}"
			if "://" in port
			else ""
		)
		raise AnswerError(f"terminal {name}: the port {plain(port)} is no device below /dev{remedy}")
	direction = _text(given, "direction")
	if direction not in DIRECTIONS:
		raise AnswerError(f"terminal {name}: direction must be one of {', '.join(sorted(DIRECTIONS))}")
	if baud is not None and (type(baud) is not int or not 0 <= baud <= MAX_BAUD):
		raise AnswerError(f"terminal {name}: baud must be a number up to {MAX_BAUD}")
	options = _options(name, given.get("options"))
	try:
		readers.reader(protocol, options)
	except readers.ReaderError as error:
		raise AnswerError(f"terminal {name}: {plain(error, LONGEST)}") from None
	return {
		"terminal": name,
		"protocol": protocol,
		"port": port,
		"direction": direction,
		"baud": baud,
		"options": options,
	}


def _options(terminal: str, given: object) -> dict[str, Any]:
	options = _table(f"terminal {terminal}: options", {} if given is None else given)
	if len(options) > MAX_OPTIONS:
		raise AnswerError(f"terminal {terminal}: more than {MAX_OPTIONS} options")
	for name, value in options.items():
		if not _is_plain(name) or type(value) not in (str, int, float, bool) or not _is_plain(str(value), 0):
			raise AnswerError(f"terminal {terminal}: the option {plain(name)} is no plain value")
		if name.endswith("_file"):
			raise AnswerError(
				f"terminal {terminal}: the option {plain(name)} names a file of this machine: write it into the configuration by hand"
			)
	return options


def _text(given: dict[str, Any], name: str, fits: Callable[[str], object] = bool) -> str:
	"""A member that is one line of visible characters, and `fits`."""
	value = given.get(name)
	if not isinstance(value, str) or not value:
		raise AnswerError(f"{name} is missing, or no text")
	if not _is_plain(value) or not fits(value):
		raise AnswerError(f"{name} cannot be {plain(value)!r}" if "key" not in name else f"{name} is no key")
	return value


def _is_plain(text: str, least: int = 1) -> bool:
	return least <= len(text) <= LONGEST and text.isascii() and text.isprintable() and text == text.strip()


def _is_host(text: str) -> bool:
	return bool(HOST.fullmatch(text) or (":" in text and ADDRESS.fullmatch(text)))
