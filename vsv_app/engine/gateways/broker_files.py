"""Who may use which topic of a broker, as Mosquitto's files say it.

A broker may serve several schools. Each gateway reaches its own topics alone, in both directions; the listener of a
school those of that school. The broker takes an account's name for its client id, whatever id the client gives: nobody
takes another's session, or pushes another off, without that other's password. So each account has one connection, and
what the school's forms send has an account of its own beside the listener's.
"""

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

ITERATIONS = 101
"""As mosquitto_passwd writes it; the passwords are random, so more rounds would protect nothing."""
SALT_BYTES = 12
MAX_PACKET = 300_000
"""Bytes: the largest message that the contract allows, with room for its topic."""
MAX_QUEUED = 2_000_000
"""Messages that wait for one client: six weeks of thirty doors. With 0, for no end, Mosquitto 2.0.16 gives out none at all."""
MAX_QUEUED_BYTES = 500_000_000
"""A broker whose listener is away while somebody floods it drops what is more, and does not fall over."""
UP = ("checkins", "status", "health", "enrolment")
DOWN = ("ack", "command")
BINDS_NAMES = "use_username_as_clientid true"
_LOOPBACK = re.compile(r"127(?:\.\d{1,3}){3}")
_TOPIC = re.compile(r"^topic \w+ vsv/v1/([^/]+)/", re.MULTILINE)


class NotApart(ValueError):
	"""Two schools that one broker could not tell from each other; the text says what to change."""


@dataclass(frozen=True)
class Account:
	"""Who connects: a gateway of a school or, where `gateway` is None, the school's listener; `orders`: the school's forms."""

	name: str
	password: str
	school: str
	gateway: str | None = None
	orders: bool = False


@dataclass(frozen=True)
class Listener:
	"""A port on which the broker listens: with TLS, or to this machine alone."""

	port: int
	tls: bool


@dataclass(frozen=True)
class Tenant:
	"""A school at the broker. `site` is what a person calls it by."""

	site: str
	school: str
	listener: Listener
	accounts: tuple[Account, ...]


def gateway_account(school: str, gateway: str) -> str:
	"""The name of a gateway at the broker. Short names hold no dot, so no two schools ever share one."""
	return f"{school}.{gateway}"


def listener_account(school: str) -> str:
	"""The name of a school's listener at the broker. It has always been its client id, so that its session stays its own."""
	return f"vsv-{school}-listener"


def orders_account(school: str) -> str:
	"""The name under which a school's forms send orders to its gateways."""
	return f"vsv-{school}-orders"


def is_this_machine(host: str | None) -> bool:
	"""Whether a name or address means the machine on which it is read."""
	name = (host or "").strip().lower().strip("[]")
	return name in ("localhost", "::1") or bool(_LOOPBACK.fullmatch(name))


def check_apart(tenants: Sequence[Tenant]) -> None:
	"""Raise NotApart where two schools have a school code, an account or a port in common that they cannot share."""
	schools: defaultdict[str, list[str]] = defaultdict(list)
	accounts: defaultdict[str, list[str]] = defaultdict(list)
	ports: defaultdict[int, dict[bool, str]] = defaultdict(dict)
	for tenant in tenants:
		schools[tenant.school].append(tenant.site)
		ports[tenant.listener.port][tenant.listener.tls] = tenant.site
		for account in tenant.accounts:
			accounts[account.name].append(tenant.site)
	for school, sites in schools.items():
		if len(sites) > 1:
			raise NotApart(
				f"{_and(sites)} have the School Code {school}. Change it in Early Warning Settings of all but one, and provision the gateways there anew."
			)
	for name, sites in accounts.items():
		if len(sites) > 1:
			raise NotApart(
				f"Two accounts have the name {name}: see {_and(sites)}. Provision the gateway of that name anew, which gives it another;"
				" the name of a listener is never free for a gateway."
			)
	for port, by_tls in ports.items():
		if len(by_tls) > 1:
			raise NotApart(
				f"{_and(by_tls.values())} use port {port}, one with TLS and one without. Choose one of both in Early Warning Settings."
			)


def configuration(listeners: Iterable[Listener], *, files: str, certificates: str) -> str:
	"""mosquitto.conf: TLS from 1.2 or this machine alone, no guests, sessions and messages kept over a restart."""
	lines = [
		"per_listener_settings false",
		"allow_anonymous false",
		"persistence true",
		"persistent_client_expiration 14d",
		f"max_queued_messages {MAX_QUEUED}",
		f"max_queued_bytes {MAX_QUEUED_BYTES}",
		f"max_packet_size {MAX_PACKET}",
		f"acl_file {files}/vsv.acl",
		f"password_file {files}/vsv.passwords",
	]
	for listener in sorted(set(listeners), key=lambda one: one.port):
		lines += (
			[
				f"listener {listener.port}",
				f"cafile {certificates}/ca.crt",
				f"certfile {certificates}/server.crt",
				f"keyfile {certificates}/server.key",
				"tls_version tlsv1.2",
			]
			if listener.tls
			else [f"listener {listener.port} 127.0.0.1"]
		)
		# In front of all listeners it would hold for the default port alone
		lines.append(BINDS_NAMES)
	return "\n".join(lines) + "\n"


def topics(account: Account) -> tuple[list[str], list[str]]:
	"""(topics to read, topics to write) of one account."""
	own = f"vsv/v1/{account.school}/{account.gateway or '+'}"
	if account.orders:
		return [], [f"{own}/command"]
	up, down = [f"{own}/{kind}" for kind in UP], [f"{own}/{kind}" for kind in DOWN]
	return (down, up) if account.gateway else (up, down)


def access_list(accounts: Iterable[Account]) -> str:
	"""Topics by user."""
	blocks = []
	for account in sorted(accounts, key=lambda one: one.name):
		reads, writes = topics(account)
		rights = [*(f"topic read {topic}" for topic in reads), *(f"topic write {topic}" for topic in writes)]
		blocks.append("\n".join([f"user {account.name}", *rights]))
	return "\n\n".join(blocks) + "\n"


def schools_of(access_list: str) -> set[str]:
	"""The schools that an access list of ours lets in."""
	return set(_TOPIC.findall(access_list))


def password_file(accounts: Iterable[Account], random_bytes: Callable[[int], bytes]) -> str:
	"""A line a user, hashed; `random_bytes` makes the salts."""
	return "".join(
		f"{account.name}:{hashed(account.password, random_bytes(SALT_BYTES))}\n"
		for account in sorted(accounts, key=lambda one: one.name)
	)


def _and(sites: Iterable[str]) -> str:
	return " and ".join(dict.fromkeys(sites))


def hashed(password: str, salt: bytes) -> str:
	"""As mosquitto_passwd writes it: PBKDF2 with SHA-512."""
	digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
	return f"$7${ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"
