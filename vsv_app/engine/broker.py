"""Who may use which topic of the school's broker, as Mosquitto's files say it.

Each gateway reaches its own topics alone, in both directions; the listener those of the school.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

ITERATIONS = 101
"""As mosquitto_passwd writes it; the passwords are random, so more rounds would protect nothing."""
SALT_BYTES = 12
MAX_PACKET = 300_000
"""Bytes: the largest message that the contract allows, with room for its topic."""
UP = ("checkins", "status", "health", "enrolment")
DOWN = ("ack", "command")


@dataclass(frozen=True)
class Accounts:
	"""Who connects: the school's listener and its gateways, passwords by name."""

	school: str
	listener: str
	passwords: Mapping[str, str]


def configuration(port: int, *, tls: bool, files: str, certificates: str) -> str:
	"""mosquitto.conf: TLS from 1.2 or this machine alone, no guests, sessions and messages kept over a restart."""
	lines = [
		"per_listener_settings false",
		"allow_anonymous false",
		"persistence true",
		"persistent_client_expiration 14d",
		"max_queued_messages 0",
		f"max_packet_size {MAX_PACKET}",
		f"acl_file {files}/vsv.acl",
		f"password_file {files}/vsv.passwords",
	]
	lines += (
		[
			f"listener {port}",
			f"cafile {certificates}/ca.crt",
			f"certfile {certificates}/server.crt",
			f"keyfile {certificates}/server.key",
			"tls_version tlsv1.2",
		]
		if tls
		else [f"listener {port} 127.0.0.1"]
	)
	return "\n".join(lines) + "\n"


def topics(accounts: Accounts, name: str) -> tuple[list[str], list[str]]:
	"""(topics to read, topics to write) of one account."""
	own = f"vsv/v1/{accounts.school}/{'+' if name == accounts.listener else name}"
	up, down = [f"{own}/{kind}" for kind in UP], [f"{own}/{kind}" for kind in DOWN]
	return (up, down) if name == accounts.listener else (down, up)


def access_list(accounts: Accounts) -> str:
	"""Topics by user."""
	blocks = []
	for name in sorted(accounts.passwords):
		reads, writes = topics(accounts, name)
		rights = [*(f"topic read {topic}" for topic in reads), *(f"topic write {topic}" for topic in writes)]
		blocks.append("\n".join([f"user {name}", *rights]))
	return "\n\n".join(blocks) + "\n"


def password_file(accounts: Accounts, random_bytes: Callable[[int], bytes]) -> str:
	"""A line a user, hashed; `random_bytes` makes the salts."""
	return "".join(
		f"{name}:{hashed(password, random_bytes(SALT_BYTES))}\n"
		for name, password in sorted(accounts.passwords.items())
	)


def hashed(password: str, salt: bytes) -> str:
	"""As mosquitto_passwd writes it: PBKDF2 with SHA-512."""
	digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
	return f"$7${ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"
