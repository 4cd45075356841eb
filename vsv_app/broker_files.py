"""Mosquitto's files for a school: a TLS listener, who may use which topic, and the password file.

Each gateway reaches its own topics alone, in both directions; the listener those of the school.
"""

import base64
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from vsv_app.services.school import SETTINGS
from vsv_app.stores.frappe_store import FrappeStore, frappe_session
from vsv_app.stores.queries.sql import select, table

ITERATIONS = 101
"""As mosquitto_passwd writes it; the passwords are random, so more rounds would protect nothing."""
UP = ("checkins", "status", "health", "enrolment")
DOWN = ("ack", "command")


@dataclass(frozen=True)
class Accounts:
	"""Who connects: the school's listener and its gateways, passwords by name."""

	school: str
	listener: str
	passwords: Mapping[str, str]


def run(site: str, directory: str | None, certificates: str) -> None:
	"""Print the files, or write them into a directory."""
	with frappe_session(site) as store:
		port = store.single(SETTINGS)["mqtt_port"]
		accounts = load(store)
	files = {
		"vsv.conf": configuration(port, certificates),
		"vsv.acl": access_list(accounts),
		"vsv.passwords": password_file(accounts),
	}
	for name, text in files.items():
		if directory is None:
			click.echo(f"# {name}\n{text}")
		else:
			_write(Path(directory) / name, text)
			click.echo(f"wrote {name}")


def load(store: FrappeStore) -> Accounts:
	"""The accounts of enabled gateways that have a password, and the listener's."""
	settings = store.single(SETTINGS)
	gateway = table("Attendance Gateway")
	names = [row[0] for row in store.fetch(select(gateway, gateway.name).where(gateway.enabled == 1))]
	held = {name: store.secret("Attendance Gateway", name, "mqtt_password") for name in names}
	held[settings["mqtt_username"]] = store.secret(SETTINGS, SETTINGS, "mqtt_password")
	passwords = {name: password for name, password in held.items() if password}
	return Accounts(settings["school_code"], settings["mqtt_username"], passwords)


def configuration(port: int, certificates: str) -> str:
	"""mosquitto.conf: TLS from 1.2, no guests, sessions and messages kept over a restart."""
	lines = [
		"per_listener_settings false",
		"allow_anonymous false",
		"persistence true",
		"persistent_client_expiration 14d",
		"max_queued_messages 0",
		"max_packet_size 300000",
		"acl_file /etc/mosquitto/vsv.acl",
		"password_file /etc/mosquitto/vsv.passwords",
		f"listener {port}",
		f"cafile {certificates}/ca.crt",
		f"certfile {certificates}/server.crt",
		f"keyfile {certificates}/server.key",
		"tls_version tlsv1.2",
	]
	return "\n".join(lines) + "\n"


def access_list(accounts: Accounts) -> str:
	"""Topics by user."""
	root = f"vsv/v1/{accounts.school}"
	blocks = []
	for name in sorted(accounts.passwords):
		if name == accounts.listener:
			rights = [f"read {root}/+/{kind}" for kind in UP] + [f"write {root}/+/{kind}" for kind in DOWN]
		else:
			rights = [f"write {root}/{name}/{kind}" for kind in UP] + [
				f"read {root}/{name}/{kind}" for kind in DOWN
			]
		blocks.append("\n".join([f"user {name}", *(f"topic {right}" for right in rights)]))
	return "\n\n".join(blocks) + "\n"


def password_file(accounts: Accounts) -> str:
	"""A line a user, hashed."""
	return "".join(
		f"{name}:{hashed(password, os.urandom(12))}\n"
		for name, password in sorted(accounts.passwords.items())
	)


def hashed(password: str, salt: bytes) -> str:
	"""As mosquitto_passwd writes it: PBKDF2 with SHA-512."""
	digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
	return f"$7${ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def _write(path: Path, text: str) -> None:
	path.parent.mkdir(parents=True, exist_ok=True)
	path.touch(mode=0o600)
	path.write_text(text)
