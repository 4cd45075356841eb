"""The gateway's one configuration file: read, checked, and explained where it is wrong.

gateway/example.toml documents every key with its default; a test holds the two together.

	ConfigError      names the key and says what to write instead
"""

import dataclasses
import difflib
import os
import stat
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import tomllib

from gateway.clock import TRUST
from gateway.messages import DIRECTIONS, SLUG

KEY_BYTES = 32
TEXT = "utf-8-sig"  # an editor on Windows puts a mark in front
MAX_TERMINALS = 32
MAX_BAUD = 4_000_000
MAX_KEEPALIVE_S = 65535  # what MQTT can say
MAX_SILENCE_S = 120  # the app calls a gateway lost that says nothing for three minutes
DAY_S = 86400
MIB = 1024 * 1024
MAX_STORE_BYTES = 1024 * 1024 * MIB
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
GPIO_LINES = frozenset({"green", "red", "buzzer"})

T = TypeVar("T")


class ConfigError(ValueError):
	"""Something in the configuration that a person must change; `detail` names the key and the remedy."""

	def __init__(self, detail: str) -> None:
		super().__init__(detail)
		self.detail = detail


@dataclass(frozen=True)
class GatewaySection:
	name: str
	school: str
	data_dir: str = "/var/lib/vsv-gateway"

	def __post_init__(self) -> None:
		_slug("gateway.name", self.name)
		_slug("gateway.school", self.school)
		if not self.data_dir:
			raise ConfigError("gateway.data_dir must name a directory")


@dataclass(frozen=True)
class BrokerSection:
	host: str
	port: int = 8883
	insecure: bool = False
	ca_file: str = ""
	username: str = ""
	keepalive_s: int = 25

	def __post_init__(self) -> None:
		_port("broker.port", self.port)
		_between("broker.keepalive_s", self.keepalive_s, 5, MAX_KEEPALIVE_S)
		if self.insecure and self.ca_file:
			raise ConfigError("broker.insecure = true and broker.ca_file exclude each other: remove one")


@dataclass(frozen=True)
class SecretsSection:
	badge_key_file: str = ""
	mac_key_file: str = ""
	broker_password_file: str = ""


@dataclass(frozen=True)
class ServerSection:
	url: str = ""
	insecure: bool = False
	ca_file: str = ""
	refresh_s: int = 300

	def __post_init__(self) -> None:
		_between("server.refresh_s", self.refresh_s, 10, DAY_S)
		if self.url:
			check_url(self.url, insecure=self.insecure)


@dataclass(frozen=True)
class ClockSection:
	trust: str = "auto"
	hold_unsynced_s: int = 120

	def __post_init__(self) -> None:
		if self.trust not in TRUST:
			raise ConfigError(f"clock.trust must be one of {', '.join(sorted(TRUST))}")
		_between("clock.hold_unsynced_s", self.hold_unsynced_s, 0, DAY_S)


@dataclass(frozen=True)
class StoreSection:
	max_bytes: int = 256 * MIB
	reserve_bytes: int = 8 * MIB

	def __post_init__(self) -> None:
		_between("store.max_bytes", self.max_bytes, 128 * 1024, MAX_STORE_BYTES)
		_between("store.reserve_bytes", self.reserve_bytes, 0, MAX_STORE_BYTES)


@dataclass(frozen=True)
class HealthSection:
	every_s: int = 60
	prometheus_port: int = 0

	def __post_init__(self) -> None:
		_between("health.every_s", self.every_s, 1, MAX_SILENCE_S)
		if self.prometheus_port:
			_port("health.prometheus_port", self.prometheus_port)


@dataclass(frozen=True)
class TerminalSection:
	name: str
	port: str
	protocol: str
	direction: str = "in"
	double_tap_s: float = 10.0
	baud: int = 0
	options: Mapping[str, Any] = field(default_factory=dict)
	gpio: Mapping[str, Any] = field(default_factory=dict)

	def __post_init__(self) -> None:
		_slug("terminal.name", self.name)
		if self.direction not in DIRECTIONS:
			raise ConfigError(
				f"terminal {self.name}: direction must be one of {', '.join(sorted(DIRECTIONS))}"
			)
		_between(f"terminal {self.name}: double_tap_s", self.double_tap_s, 0, DAY_S)
		_between(f"terminal {self.name}: baud", self.baud, 0, MAX_BAUD)
		for line, pin in self.gpio.items():
			if line not in GPIO_LINES:
				raise ConfigError(_unknown(f"terminal {self.name}: gpio", line, GPIO_LINES))
			if type(pin) is not int:
				raise ConfigError(f"terminal {self.name}: gpio.{line} must be a GPIO number")


@dataclass(frozen=True)
class Config:
	gateway: GatewaySection
	broker: BrokerSection
	secrets: SecretsSection = field(default_factory=SecretsSection)
	server: ServerSection = field(default_factory=ServerSection)
	clock: ClockSection = field(default_factory=ClockSection)
	store: StoreSection = field(default_factory=StoreSection)
	health: HealthSection = field(default_factory=HealthSection)
	terminal: tuple[TerminalSection, ...] = ()

	def __post_init__(self) -> None:
		if not 0 < len(self.terminal) <= MAX_TERMINALS:
			raise ConfigError(
				f"write 1 to {MAX_TERMINALS} [[terminal]] tables; there are {len(self.terminal)}"
			)
		for what in ("name", "port"):
			values = [getattr(terminal, what) for terminal in self.terminal]
			twice = {value for value in values if values.count(value) > 1}
			if twice:
				raise ConfigError(f"two terminals have the {what} {sorted(twice)[0]!r}")

	@property
	def data_dir(self) -> Path:
		return Path(self.gateway.data_dir)


@dataclass(frozen=True, repr=False)
class Secrets:
	"""The keys of this gateway. Without a repr, so that no log line or traceback shows them."""

	badge_key: bytes
	mac_key: bytes
	broker_password: str | None


def check_url(url: str, *, insecure: bool) -> None:
	"""Whether keys may travel to this server: over HTTPS, or never leaving this machine; raises ConfigError."""
	parts = urlsplit(url)
	if parts.scheme not in ("https", "http") or not parts.hostname:
		raise ConfigError("server.url must begin with https:// and name a host")
	if parts.scheme == "http" and not insecure and parts.hostname not in LOOPBACK:
		raise ConfigError(
			"server.url must begin with https://; http:// needs server.insecure = true, for a test bench"
		)


def load(path: Path) -> Config:
	"""The configuration in a TOML file; raises ConfigError."""
	try:
		table = tomllib.loads(path.read_text(encoding=TEXT))
	except OSError as error:
		raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
	except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
		raise ConfigError(f"{path} is not TOML: {error}") from None
	return parse(table)


def parse(table: Mapping[str, Any]) -> Config:
	"""The configuration in a parsed TOML document; raises ConfigError."""
	sections = {each.name: each for each in dataclasses.fields(Config)}
	for name in table:
		if name not in sections:
			raise ConfigError(_unknown("the file", name, sections))
	hints = typing.get_type_hints(Config)
	values: dict[str, Any] = {}
	for name, section in sections.items():
		if name == "terminal":
			tables = table.get(name, [])
			if not isinstance(tables, list):
				raise ConfigError("write terminals as [[terminal]], with two brackets")
			values[name] = tuple(_build(TerminalSection, each, "terminal") for each in tables)
		elif name in table or section.default_factory is dataclasses.MISSING:
			values[name] = _build(hints[name], table.get(name, {}), name)
	return Config(**values)


def load_secrets(config: Config, environment: Mapping[str, str] | None = None) -> Secrets:
	"""The keys, from the files that the configuration names or from systemd's credentials; raises ConfigError."""
	env = os.environ if environment is None else environment
	given = config.secrets
	password = _secret("broker_password", given.broker_password_file, env, required=False)
	return Secrets(
		badge_key=_key("badge_key", _secret("badge_key", given.badge_key_file, env)),
		mac_key=_key("mac_key", _secret("mac_key", given.mac_key_file, env)),
		broker_password=password,
	)


def read_private(name: str, path: Path) -> str:
	"""The text in a file that only its owner can read; raises ConfigError."""
	try:
		with path.open(encoding=TEXT) as file:
			mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
			text = file.read().strip()
	except OSError as error:
		raise ConfigError(f"{name}_file: {path} cannot be read: {error.strerror}") from None
	except UnicodeDecodeError:
		raise ConfigError(f"{name}_file: {path} is no text") from None
	if mode & 0o077:
		raise ConfigError(f"{name}_file: others can read {path} (mode {mode:04o}): chmod 600 {path}")
	return text


def _build(cls: type[T], table: object, where: str) -> T:
	if not isinstance(table, dict):
		raise ConfigError(f"{where} must be a table: [{where}]")
	fields = {each.name: each for each in dataclasses.fields(cls)}  # type: ignore[arg-type]  # called for sections only
	hints = typing.get_type_hints(cls)
	values: dict[str, Any] = {}
	for name, value in table.items():
		if name not in fields:
			raise ConfigError(_unknown(where, name, fields))
		values[name] = _typed(f"{where}.{name}", value, hints[name])
	for name, each in fields.items():
		required = each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
		if required and values.get(name, "") == "":
			raise ConfigError(f"{where}.{name} is missing")
	return cls(**values)


def _typed(where: str, value: object, hint: Any) -> object:
	if typing.get_origin(hint) is not None or isinstance(hint, types.GenericAlias):
		if not isinstance(value, dict):
			raise ConfigError(f"{where} must be a table")
		return value
	if hint is float and type(value) is int:
		return float(value)
	if type(value) is not hint:
		words = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false"}
		raise ConfigError(f"{where} must be {words[hint]}")
	return value


def _unknown(where: str, name: str, known: typing.Iterable[str]) -> str:
	near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
	hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
	return f"{where}: there is no key {name!r}; {hint}"


def _secret(name: str, path: str, env: Mapping[str, str], *, required: bool = True) -> str | None:
	credentials = env.get("CREDENTIALS_DIRECTORY")
	# The copy of systemd comes first, because the file itself may belong to root alone
	if credentials and (handed := Path(credentials) / name).exists():
		return handed.read_text(encoding="utf-8").strip() or None
	if path:
		return read_private(f"secrets.{name}", Path(path))
	if required:
		raise ConfigError(f"secrets.{name}_file is missing, and systemd hands over no credential {name!r}")
	return None


def _key(name: str, text: str | None) -> bytes:
	try:
		key = bytes.fromhex(text or "")
	except ValueError:
		key = b""
	if len(key) != KEY_BYTES:
		raise ConfigError(f"{name} must be {KEY_BYTES * 2} hex digits")
	return key


def _slug(where: str, value: str) -> None:
	if not SLUG.fullmatch(value):
		raise ConfigError(f"{where} must be small letters, digits and dashes, at most 40, not {value[:60]!r}")


def _port(where: str, value: int) -> None:
	if not 0 < value < 65536:
		raise ConfigError(f"{where} must be a port number from 1 to 65535")


def _between(where: str, value: float, least: int, most: int) -> None:
	if not least <= value <= most:
		raise ConfigError(f"{where} must be at least {least} and at most {most}")
