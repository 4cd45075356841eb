"""The configuration: documented in one file, strict about names and kinds, careful with secrets."""

import dataclasses
import re
import typing
from pathlib import Path

import pytest
import tomllib

from gateway import config
from gateway.config import Config, ConfigError, TerminalSection, load, load_secrets, parse

EXAMPLE = Path(config.__file__).with_name("example.toml")
MINIMAL = {
	"gateway": {"name": "door", "school": "school"},
	"broker": {"host": "localhost"},
	"terminal": [{"name": "a", "port": "/dev/ttyUSB0", "protocol": "rdm6300"}],
}


def changed(section: str, **values: object) -> dict[str, typing.Any]:
	if section == "terminal":
		return {**MINIMAL, "terminal": [{**MINIMAL["terminal"][0], **values}]}
	return {**MINIMAL, section: {**MINIMAL.get(section, {}), **values}}


def sections() -> list[tuple[str, type]]:
	hints = typing.get_type_hints(Config)
	return [(each.name, hints[each.name]) for each in dataclasses.fields(Config) if each.name != "terminal"]


@pytest.mark.parametrize(("name", "cls"), [*sections(), ("terminal", TerminalSection)])
def test_the_example_shows_every_key_with_its_default(name: str, cls: type) -> None:
	table = tomllib.loads(EXAMPLE.read_text())[name]
	table = table[0] if isinstance(table, list) else table
	fields = {each.name: each for each in dataclasses.fields(cls)}
	assert set(table) == set(fields)
	for key, each in fields.items():
		if each.default is not dataclasses.MISSING:
			assert table[key] == each.default, key
		elif each.default_factory is not dataclasses.MISSING:
			assert table[key] == each.default_factory(), key


def test_the_example_loads_and_explains_each_key() -> None:
	assert load(EXAMPLE).terminal[0].protocol == "rdm6300"
	keys = [line for line in EXAMPLE.read_text().splitlines() if re.match(r"\w+ = ", line)]
	unexplained = [line for line in keys if "#" not in line]
	assert {line.split(" ")[0] for line in unexplained} <= {"host", "port", "name"}


def test_defaults_make_a_safe_gateway() -> None:
	made = parse(MINIMAL)
	assert (made.broker.insecure, made.broker.port, made.clock.trust) == (False, 8883, "auto")


@pytest.mark.parametrize(
	("table", "said"),
	[
		(changed("broker", hots="x"), "'host'"),
		(changed("terminal", double_taps=3), "'double_tap_s'"),
		({**MINIMAL, "brokr": {}}, "'broker'"),
		(changed("broker", port="8883"), "broker.port must be a whole number"),
		(changed("broker", port=True), "broker.port must be a whole number"),
		(changed("broker", port=70000), "1 to 65535"),
		(changed("broker", insecure=1), "true or false"),
		(changed("broker", insecure=True, ca_file="x"), "exclude each other"),
		(changed("gateway", name="Front Door"), "small letters"),
		(changed("terminal", direction="inside"), "in, out, unknown"),
		(changed("terminal", gpio={"gren": 1}), "'green'"),
		(changed("terminal", gpio={"green": "17"}), "GPIO number"),
		(changed("terminal", double_tap_s=-1), "at least 0"),
		(changed("terminal", double_tap_s=float("nan")), "at least 0"),
		(changed("terminal", double_tap_s=float("inf")), "at most 86400"),
		(changed("terminal", baud=2**40), "baud must be"),
		(changed("broker", keepalive_s=100_000), "at most 65535"),
		(changed("health", every_s=2**40), "at most 120"),
		(changed("server", refresh_s=2**40), "at most 86400"),
		(changed("gateway", data_dir=""), "must name a directory"),
		(changed("clock", trust="never"), "always, auto"),
		(changed("server", url="ftp://x"), "https://"),
		({**MINIMAL, "terminal": []}, "1 to"),
		({**MINIMAL, "terminal": {"name": "a"}}, "two brackets"),
		({**MINIMAL, "terminal": MINIMAL["terminal"] * 2}, "two terminals"),
		({"gateway": MINIMAL["gateway"], "terminal": MINIMAL["terminal"]}, "broker.host is missing"),
		({**MINIMAL, "broker": 5}, "must be a table"),
	],
)
def test_a_mistake_is_named_with_its_remedy(table: dict[str, typing.Any], said: str) -> None:
	with pytest.raises(ConfigError, match=re.escape(said)):
		parse(table)


def test_a_file_that_is_absent_or_no_toml_is_said_so(tmp_path: Path) -> None:
	with pytest.raises(ConfigError, match="cannot be read"):
		load(tmp_path / "none.toml")
	(tmp_path / "bad.toml").write_text("[gateway\n")
	with pytest.raises(ConfigError, match="not TOML"):
		load(tmp_path / "bad.toml")


def test_a_mark_that_an_editor_puts_in_front_is_no_mistake(tmp_path: Path) -> None:
	(tmp_path / "gateway.toml").write_text("\ufeff" + EXAMPLE.read_text().replace("\n", "\r\n"), newline="")
	assert load(tmp_path / "gateway.toml") == load(EXAMPLE)


@pytest.fixture
def key_files(tmp_path: Path) -> Config:
	for name in ("badge", "mac"):
		(tmp_path / name).write_text("ab" * 32 + "\n")
		(tmp_path / name).chmod(0o600)
	return parse(
		changed("secrets", badge_key_file=str(tmp_path / "badge"), mac_key_file=str(tmp_path / "mac"))
	)


def test_secrets_come_from_private_files(key_files: Config) -> None:
	secrets = load_secrets(key_files, {})
	assert (secrets.badge_key, secrets.broker_password) == (b"\xab" * 32, None)
	assert "ab" * 4 not in repr(secrets)


def test_a_secret_that_others_can_read_is_refused(key_files: Config, tmp_path: Path) -> None:
	(tmp_path / "mac").chmod(0o640)
	with pytest.raises(ConfigError, match="chmod 600"):
		load_secrets(key_files, {})


def test_a_secret_that_is_no_text_is_said_so(key_files: Config, tmp_path: Path) -> None:
	(tmp_path / "mac").write_bytes(b"\xff\xfe" * 32)
	with pytest.raises(ConfigError, match=r"mac_key_file: .* is no text"):
		load_secrets(key_files, {})


@pytest.mark.parametrize("text", ["", "zz", "ab" * 31])
def test_a_key_of_the_wrong_length_is_refused(key_files: Config, tmp_path: Path, text: str) -> None:
	(tmp_path / "mac").write_text(text)
	with pytest.raises(ConfigError, match="64 hex digits"):
		load_secrets(key_files, {})


def test_credentials_of_systemd_come_first(key_files: Config, tmp_path: Path) -> None:
	handed = tmp_path / "credentials"
	handed.mkdir()
	(handed / "mac_key").write_text("cd" * 32)
	(handed / "broker_password").write_text("")
	secrets = load_secrets(key_files, {"CREDENTIALS_DIRECTORY": str(handed)})
	assert (secrets.mac_key, secrets.badge_key, secrets.broker_password) == (b"\xcd" * 32, b"\xab" * 32, None)


def test_a_missing_secret_is_named() -> None:
	with pytest.raises(ConfigError, match="badge_key_file is missing"):
		load_secrets(parse(MINIMAL), {})
