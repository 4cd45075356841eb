"""`vsv-gateway check`: everything a gateway depends on, one line each: ok, or what to do."""

import errno
import os
import pwd
import queue
import shutil
import socket
import ssl
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from gateway import __version__, control, messages
from gateway.clock import SystemClock
from gateway.config import Config, ConfigError, Secrets, TerminalSection, load, load_secrets
from gateway.inspect_outbox import NoOutbox, epoch_of
from gateway.link import (
	BAD_ACCOUNT,
	Address,
	Connected,
	Link,
	LinkEvent,
	Lost,
	Taken,
	Unreachable,
	tls_context,
)
from gateway.roster import Roster, RosterError, RosterUnreachable, refresh
from gateway.service import broker_address, make_reader
from gateway.terminal import PORT_TROUBLE, open_port

BROKER_PATIENCE_S = 10.0
LOW_DISK_BYTES = 200 * 1024 * 1024
RENEW_S = 14 * 86400
NO_EPOCH = "0" * 16  # of a gateway that has not run yet
PORT_REMEDIES = {
	errno.ENOENT: "plug the reader in; give the name under /dev/serial/by-id",
	errno.EACCES: "the gateway's user must be in the group of the port: sudo usermod -aG dialout vsv-gateway",
	errno.EAGAIN: "another program holds it; sudo fuser -v {port} names it",
	errno.EBUSY: "another program holds it; sudo fuser -v {port} names it",
}
NETWORK_REMEDIES = (
	("has expired", "renew the certificate on that machine; or is the clock of this one wrong?"),
	("not yet valid", "set the clock"),
	("mismatch", "write {section}.{host} as the certificate names it"),
	("CERTIFICATE_VERIFY_FAILED", "name the authority that signed its certificate in {section}.ca_file"),
	("WRONG_VERSION_NUMBER", "no TLS is spoken there: check the port"),
	("", "check {section}.{host} and the port, that it runs, and that the network lets this through"),
)


class Finding(NamedTuple):
	"""`remedy` is empty when all is well."""

	subject: str
	said: str
	remedy: str = ""


def check(path: Path) -> Iterator[Finding]:
	"""The findings in the order in which to repair them."""
	try:
		config = load(path)
	except ConfigError as error:
		yield Finding("config", "cannot be used", error.detail)
		return
	yield Finding("config", str(path))
	try:
		secrets = load_secrets(config)
	except ConfigError as error:
		yield Finding("secrets", "cannot be used", error.detail)
		return
	yield Finding("secrets", "present, and private")
	yield from _files(path, config)
	running = is_running(config.data_dir)
	yield _disk(config.data_dir)
	for section in config.terminal:
		yield _terminal(section, config.data_dir, running)
	yield _clock(config)
	yield _tls(config, secrets)
	yield _broker(config, secrets, running)
	if config.server.url:
		yield _server(config, secrets)
	if config.health.prometheus_port and not running:
		yield _metrics(config.health.prometheus_port)


@contextmanager
def acting_as_owner(data_dir: Path) -> Iterator[str]:
	"""Root may do everything, so it looks with the rights of who owns the data directory: the user that the gateway runs as.

	Yields that user's name, or that of the present user. Import nothing meanwhile.
	"""
	ourselves = os.geteuid()
	try:
		owner = pwd.getpwuid(data_dir.stat().st_uid if ourselves == 0 else ourselves)
	except (OSError, KeyError):
		owner = None
	if owner is None or owner.pw_uid == ourselves:
		yield owner.pw_name if owner else f"user {ourselves}"
		return
	group, groups = os.getegid(), os.getgroups()
	os.setgroups(os.getgrouplist(owner.pw_name, owner.pw_gid))
	os.setegid(owner.pw_gid)
	os.seteuid(owner.pw_uid)
	try:
		yield owner.pw_name
	finally:
		os.seteuid(0)
		os.setegid(group)
		os.setgroups(groups)


def is_running(data_dir: Path) -> bool:
	"""Whether a gateway works in this directory."""
	try:
		return any(control.ask(data_dir, {"ask": "ping"}))
	except control.NotAnswering:
		return True
	except control.NotRunning:
		return False


def _files(path: Path, config: Config) -> Iterator[Finding]:
	for each in (path, *(Path(name) for name in (config.broker.ca_file, config.server.ca_file) if name)):
		with acting_as_owner(config.data_dir) as user:
			readable = os.access(each, os.R_OK, effective_ids=True)
		if each.exists() and not readable:
			yield Finding("config", f"{each} cannot be read by {user}", f"chmod a+r {each}")


def _disk(data_dir: Path) -> Finding:
	present = next(each for each in (data_dir.absolute(), *data_dir.absolute().parents) if each.exists())
	with acting_as_owner(data_dir) as user:
		writable = os.access(present, os.W_OK | os.X_OK, effective_ids=True)
	if not (present.is_dir() and writable):
		return Finding(
			"disk",
			f"{present} cannot be written by {user}",
			f"mount it for writing, and give {data_dir} to the gateway's user",
		)
	free = shutil.disk_usage(present).free
	if free < LOW_DISK_BYTES:
		return Finding("disk", f"{free // 2**20} MB free", "free at least 200 MB on this disk")
	made = "" if present == data_dir.absolute() else ", which is made at the first start"
	return Finding("disk", f"{free // 2**20} MB free in {data_dir}{made}")


def _terminal(section: TerminalSection, data_dir: Path, running: bool) -> Finding:
	subject = f"terminal {section.name}"
	try:
		reader, _ = make_reader(section)
	except ConfigError as error:
		return Finding(subject, "cannot be used", error.detail)
	try:
		with acting_as_owner(data_dir):
			open_port(section, reader).close()
	except PORT_TROUBLE as error:
		if running:
			return Finding(
				subject, f"{section.port} is held by the running gateway: see `vsv-gateway status`"
			)
		number = getattr(error, "errno", None) or 0
		said = f"{section.port}: {os.strerror(number)}" if number else str(error)
		return Finding(subject, said, _port_remedy(section.port, number))
	return Finding(subject, f"{section.port} opens for {section.protocol}")


def _port_remedy(port: str, number: int) -> str:
	if "://" in port:
		return "check the address of the serial server, and that nobody else is connected to it"
	return PORT_REMEDIES.get(number, "is this a serial port, and its speed one that it can do?").format(
		port=port
	)


def _clock(config: Config) -> Finding:
	quality = SystemClock(config.clock.trust).quality()
	if quality == "unsynced":
		return Finding(
			"clock", "not set by NTP", "let the gateway reach an NTP server (timedatectl timesync-status)"
		)
	return Finding("clock", quality)


def _tls(config: Config, secrets: Secrets) -> Finding:
	address = broker_address(config, secrets)
	if not address.tls:
		return Finding("tls", "OFF, because broker.insecure = true: anybody on the way can read along")
	place = f"{address.host}:{address.port}"
	try:
		context = tls_context(address.ca_file)
	except OSError as error:
		return Finding("tls", str(error), "broker.ca_file must be a file of certificates in PEM")
	try:
		with (
			socket.create_connection((address.host, address.port), BROKER_PATIENCE_S) as plain,
			context.wrap_socket(plain, server_hostname=address.host) as line,
		):
			certificate, version = line.getpeercert() or {}, line.version()
	except OSError as error:
		return Finding("tls", f"{place}: {error}", _network_remedy(str(error), "broker", "host"))
	ends = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
	until = f"{datetime.fromtimestamp(ends, UTC):%Y-%m-%d}"
	if ends - time.time() < RENEW_S:
		return Finding(
			"tls",
			f"{version}, but the certificate of {place} ends on {until}",
			"renew it on the broker's machine",
		)
	return Finding("tls", f"{version}, certificate of {place} good until {until}")


def _broker(config: Config, secrets: Secrets, running: bool) -> Finding:
	address = broker_address(config, secrets)
	place = f"{address.host}:{address.port}"
	if running and _is_connected(config.data_dir):
		# A broker that binds names would push it off for us
		return Finding("broker", f"{place}: the running gateway is connected")
	said, refused = "", False
	for five in (True, False):
		try:
			event, taken = _call(config, secrets, address, five=five, speak=not running)
		except (OSError, ValueError) as error:
			return Finding("broker", f"{place}: {error}", "the lines above say what to do")
		match event:
			case Connected() if taken is not None and taken.refused:
				return Finding(
					"broker",
					f"{place} refuses the messages of {config.gateway.name}: {taken.why}",
					f"let {address.username} write below vsv/v1/{config.gateway.school}/{config.gateway.name}/ in the broker's access list",
				)
			case Connected():
				how = "over TLS" if address.tls else "WITHOUT encryption (insecure = true)"
				alone = "; nobody listens there yet" if taken is not None and taken.unheard else ""
				return Finding("broker", f"{place} speaks MQTT {'5' if five else '3.1.1'} {how}{alone}")
			case Unreachable(why=why):
				return Finding("broker", f"{place}: {why}", _network_remedy(why, "broker", "host"))
			case Lost(why=why, code=code):
				said, refused = why, code in BAD_ACCOUNT
	remedy = (
		f"let the broker know the account {address.username} and its password: bench vsv-broker-config on the school's server writes them"
		if refused
		else "check that a broker of MQTT runs there, and that its access list lets this gateway subscribe"
	)
	return Finding("broker", f"{place}: {said}", remedy)


def _call(
	config: Config, secrets: Secrets, address: Address, *, five: bool, speak: bool
) -> tuple[LinkEvent, Taken | None]:
	"""How the broker receives us, and, if we `speak`, what it says to the message that no gateway runs here."""
	school, name = config.gateway.school, config.gateway.name
	heard: queue.SimpleQueue[LinkEvent] = queue.SimpleQueue()
	link = Link(
		address.for_a_look(),
		five=five,
		will=None,
		subscribe=(messages.topic(school, name, "ack"),),
		report=lambda _link, event: heard.put(event),
		looks=True,
	)
	link.open()
	try:
		event = _next(heard, Unreachable, Connected, Lost)
		if not (speak and isinstance(event, Connected)):
			return event, None
		status = messages.encode_status(
			name,
			_epoch(config.data_dir),
			"offline",
			version=__version__,
			at=datetime.now().astimezone(),
			key=secrets.mac_key,
			clock=SystemClock(config.clock.trust).quality(),
		)
		link.publish(messages.topic(school, name, "status"), status, retain=True)
		answer = _next(heard, Taken, Lost)
		return (event, answer) if isinstance(answer, Taken) else (answer, None)
	finally:
		link.close()


def _next(heard: "queue.SimpleQueue[LinkEvent]", *kinds: type[LinkEvent]) -> LinkEvent:
	try:
		while not isinstance(event := heard.get(timeout=BROKER_PATIENCE_S), kinds):
			pass
	except queue.Empty:
		return Lost(None, "no answer")
	return event


def _is_connected(data_dir: Path) -> bool:
	try:
		return any(answer.get("broker") == "connected" for answer in control.ask(data_dir, {"ask": "status"}))
	except control.NotRunning:
		return False


def _epoch(data_dir: Path) -> str:
	try:
		return epoch_of(data_dir)
	except NoOutbox:
		return NO_EPOCH


def _network_remedy(why: str, section: str, host: str) -> str:
	remedy = next(remedy for sign, remedy in NETWORK_REMEDIES if sign in why)
	return remedy.format(section=section, host=host)


def _metrics(port: int) -> Finding:
	try:
		with socket.create_server(("127.0.0.1", port)):
			return Finding("metrics", f"port {port} on this machine is free")
	except OSError as error:
		return Finding(
			"metrics",
			f"port {port}: {error.strerror}",
			"choose another health.prometheus_port; the gateway runs without metrics",
		)


def _server(config: Config, secrets: Secrets) -> Finding:
	# Not into the data directory, where a file that root made would be closed to the gateway's own user
	with tempfile.TemporaryDirectory() as aside:
		roster = Roster(Path(aside))
		try:
			refresh(
				roster,
				server=config.server.url,
				gateway=config.gateway.name,
				mac_key=secrets.mac_key,
				ca_file=config.server.ca_file,
			)
		except RosterUnreachable as error:
			return Finding("server", error.detail, _network_remedy(error.detail, "server", "url"))
		except RosterError as error:
			return Finding("server", config.server.url, error.detail)
	return Finding("server", f"{config.server.url} gives a roster of {roster.size} badges")
