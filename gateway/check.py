"""`vsv-gateway check`: everything a gateway depends on, one line each: ok, or what to do."""

import queue
import shutil
import socket
import ssl
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from gateway import control, messages
from gateway.clock import SystemClock
from gateway.config import Config, ConfigError, Secrets, TerminalSection, load, load_secrets
from gateway.link import Connected, Link, LinkEvent, Lost, tls_context
from gateway.roster import Roster, RosterError, refresh
from gateway.service import broker_address, make_reader
from gateway.terminal import PORT_TROUBLE, open_port

BROKER_PATIENCE_S = 10.0
LOW_DISK_BYTES = 200 * 1024 * 1024
RENEW_S = 14 * 86400


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
	running = is_running(config.data_dir)
	yield _disk(config.data_dir)
	for section in config.terminal:
		yield _terminal(section, running)
	yield _clock(config)
	yield _tls(config, secrets)
	yield _broker(config, secrets)
	if config.server.url:
		yield _server(config, secrets)


def is_running(data_dir: Path) -> bool:
	"""Whether a gateway works in this directory."""
	try:
		return any(control.ask(data_dir, {"ask": "ping"}))
	except control.NotRunning:
		return False


def _disk(data_dir: Path) -> Finding:
	try:
		free = shutil.disk_usage(data_dir).free
	except OSError as error:
		return Finding(
			"disk", f"{data_dir}: {error.strerror}", f"make {data_dir}, owned by the gateway's user"
		)
	if free < LOW_DISK_BYTES:
		return Finding("disk", f"{free // 2**20} MB free", "free at least 200 MB on this disk")
	return Finding("disk", f"{free // 2**20} MB free in {data_dir}")


def _terminal(section: TerminalSection, running: bool) -> Finding:
	subject = f"terminal {section.name}"
	try:
		reader, _ = make_reader(section)
	except ConfigError as error:
		return Finding(subject, "cannot be used", error.detail)
	try:
		open_port(section, reader).close()
	except PORT_TROUBLE as error:
		if running:
			return Finding(
				subject, f"{section.port} is held by the running gateway: see `vsv-gateway status`"
			)
		return Finding(
			subject,
			str(error),
			"plug the reader in; give the name under /dev/serial/by-id; the user must be in the group dialout",
		)
	return Finding(subject, f"{section.port} opens for {section.protocol}")


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
		with (
			socket.create_connection((address.host, address.port), BROKER_PATIENCE_S) as plain,
			context.wrap_socket(plain, server_hostname=address.host) as line,
		):
			certificate, version = line.getpeercert() or {}, line.version()
	except OSError as error:
		return Finding("tls", f"{place}: {error}", _broker_remedy(error))
	ends = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
	until = f"{datetime.fromtimestamp(ends, UTC):%Y-%m-%d}"
	if ends - time.time() < RENEW_S:
		return Finding(
			"tls",
			f"{version}, but the certificate of {place} ends on {until}",
			"renew it on the broker's machine",
		)
	return Finding("tls", f"{version}, certificate of {place} good until {until}")


def _broker(config: Config, secrets: Secrets) -> Finding:
	address = broker_address(config, secrets)
	place = f"{address.host}:{address.port}"
	said = ""
	for five in (True, False):
		heard: queue.SimpleQueue[LinkEvent] = queue.SimpleQueue()
		try:
			# Another client id than the gateway's own, which would push a running gateway off the broker
			link = Link(
				address.for_a_look(),
				five=five,
				will=None,
				subscribe=(messages.topic(config.gateway.school, config.gateway.name, "ack"),),
				report=_into(heard),
			)
			link.open()
		except OSError as error:
			return Finding("broker", f"{place}: {error}", _broker_remedy(error))
		try:
			event = heard.get(timeout=BROKER_PATIENCE_S)
		except queue.Empty:
			event = Lost(None, "no answer")
		finally:
			link.close()
		if isinstance(event, Connected):
			how = "over TLS" if address.tls else "WITHOUT encryption (insecure = true)"
			return Finding("broker", f"{place} speaks MQTT {'5' if five else '3.1.1'} {how}")
		said = event.why if isinstance(event, Lost) else "no answer"
	return Finding("broker", f"{place}: {said}", "check user name, password and access list on the broker")


def _into(heard: "queue.SimpleQueue[LinkEvent]") -> Callable[[Link, LinkEvent], None]:
	return lambda _link, event: heard.put(event)


def _broker_remedy(error: OSError) -> str:
	if "CERTIFICATE" in str(error).upper():
		return "check broker.ca_file, the broker's name in its certificate, and the clock"
	return "check broker.host and broker.port, and that the network lets this through"


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
		except RosterError as error:
			return Finding("server", config.server.url, error.detail)
	return Finding("server", f"{config.server.url} gives a roster of {roster.size} badges")
