"""The running gateway: puts the parts together, starts them in order, watches them, and stops them in order."""

import importlib.util
import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from gateway import messages
from gateway.alarms import Alarms
from gateway.clock import Clock, SystemClock
from gateway.config import Config, ConfigError, Secrets, TerminalSection, read_private
from gateway.control import MAX_ENROL_S, Answers, ControlServer, Watched
from gateway.door import Door, Enrolment, FeedbackLog
from gateway.doubletap import DoubleTaps
from gateway.health import Health
from gateway.link import Address
from gateway.machine import fingerprint
from gateway.notify import Notifier
from gateway.outbox import Outbox
from gateway.publisher import Publisher
from gateway.roster import Roster, RosterError, refresh
from gateway.schedule import Schedule
from gateway.terminal import Decides, Panel, Terminal
from gateway.watch import Watch

if TYPE_CHECKING:
	from gateway.prometheus import MetricsServer

log = logging.getLogger("vsv_gateway")

T = TypeVar("T")

STALL_S = 30.0
WATCH_EVERY_S = 5.0
JOIN_S = 2.0
ENROL_DEFAULT_S = 60
LOCAL_COMMAND = "local"


class Service:
	"""A gateway on one configuration. `run` returns after `stop` was called from any thread or signal handler."""

	def __init__(
		self,
		config: Config,
		secrets: Secrets,
		*,
		clock: Clock | None = None,
		feedback_log: Path | None = None,
		notifier: Notifier | None = None,
		stopping: threading.Event | None = None,
	) -> None:
		self.config = config
		self.clock = clock or SystemClock(config.clock.trust)
		self.alarms = Alarms()
		self._key = secrets.mac_key
		self._notifier = notifier or Notifier()
		self._stopping = stopping or threading.Event()
		self._schedule: Schedule | None = None
		self._watched: Watched | None = None
		self._metrics: MetricsServer | None = None
		self.outbox = open_outbox(config)
		self.roster = Roster(config.data_dir)
		self.publisher = Publisher(
			school=config.gateway.school,
			gateway=config.gateway.name,
			address=broker_address(config, secrets),
			mac_key=secrets.mac_key,
			outbox=self.outbox,
			clock=self.clock,
			alarms=self.alarms,
			hold_undated_s=config.clock.hold_unsynced_s,
			obey=self.obey,
		)
		self.enrolment = Enrolment(self._report_enrolment)
		self.door = Door(
			outbox=self.outbox,
			clock=self.clock,
			roster=self.roster,
			double_taps=DoubleTaps(self._recent_taps()),
			badge_key=secrets.badge_key,
			enrolment=self.enrolment,
			changed=self.publisher.wake,
			online=lambda: self.publisher.connected,
		)
		self._feedback_log = FeedbackLog(feedback_log) if feedback_log else None
		self.terminals = [
			make_terminal(section, self.door, now=self.clock.now, feedback_log=self._feedback_log)
			for section in config.terminal
		]
		self.watch = Watch(
			outbox=self.outbox, clock=self.clock, terminals=self.terminals, changed=self.publisher.wake
		)
		self.health = Health(
			outbox=self.outbox,
			clock=self.clock,
			door=self.door,
			roster=self.roster,
			publisher=self.publisher,
			terminals=self.terminals,
			watch=self.watch,
			alarms=self.alarms,
		)
		self._control = self._if_possible("control_off", lambda: ControlServer(config.data_dir, self.answer))

	def stop(self) -> None:
		self._stopping.set()

	def run(self) -> None:
		"""Doors first: a read is accepted and stored before the network is even tried."""
		self.watch.start()
		for terminal in self.terminals:
			terminal.start()
		self.publisher.start()
		if self.config.health.prometheus_port:
			from gateway.prometheus import MetricsServer  # noqa: PLC0415  # most gateways have no such port

			port = self.config.health.prometheus_port
			self._metrics = self._if_possible("metrics_off", lambda: MetricsServer(port, self.health.facts))
		self._notifier.ready()
		log.info("gateway %s runs with %d terminals", self.config.gateway.name, len(self.terminals))
		self._start_jobs()
		try:
			while not self._stopping.wait(WATCH_EVERY_S):
				self._watch()
		finally:
			self._end()

	def obey(self, command: messages.Command) -> None:
		"""Do a command of the app; it is genuine, new and in time."""
		log.info("command %s from the app", command.command)
		match command.command:
			case "enrol" if command.terminal:
				self.enrolment.begin(command.terminal, command.id, command.seconds or ENROL_DEFAULT_S)
			case "stop-enrol":
				self.enrolment.stop()
			case "refresh-roster":
				if self._schedule is not None:
					self._schedule.soon(self.refresh_roster)
			case "identify":
				for terminal in self.terminals:
					if command.terminal in (None, terminal.name):
						terminal.identify()
			case _:
				log.warning("command %s names no terminal", command.command)

	def answer(self, question: dict[str, Any]) -> Answers:
		"""What somebody on this machine asks: ping, status, recent, enrol."""
		match question.get("ask"):
			case "ping":
				yield {"gateway": self.config.gateway.name}
			case "status":
				broker = "connected" if self.publisher.connected else "away"
				yield {"gateway": self.config.gateway.name, "broker": broker, **self.health.facts()}
			case "recent":
				for terminal in self.terminals:
					for noted in list(terminal.recent):
						yield {
							"terminal": terminal.name,
							"at": messages.rfc3339(noted.at),
							"what": noted.kind,
						}
			case "enrol":
				yield from self._enrol_here(
					str(question["terminal"]), min(float(question["seconds"]), MAX_ENROL_S)
				)
			case _:
				yield {"error": "ping, status, recent or enrol"}

	def refresh_roster(self) -> None:
		"""Ask the server for the roster; a failure is an alarm, and the one at hand stays in use."""
		config = self.config
		if not config.server.url:
			return
		try:
			changed = refresh(
				self.roster,
				server=config.server.url,
				gateway=config.gateway.name,
				mac_key=self._key,
				ca_file=config.server.ca_file,
			)
		except RosterError as error:
			self.alarms.begin("roster_stale", error.detail)
		else:
			self.alarms.end("roster_stale")
			if changed:
				log.info("the roster now has %d badges", self.roster.size)

	def send_health(self) -> None:
		"""Once a minute."""
		payload = messages.encode_health(
			self.config.gateway.name,
			self.outbox.epoch,
			self.health.facts(),
			at=self.clock.now(),
			key=self._key,
		)
		self.publisher.send_aside("health", payload)

	def stalled(self) -> str | None:
		"""What stopped making progress, if anything did: the watchdog is then not fed any more."""
		moment = time.monotonic()
		parts: list[tuple[str, Publisher | Terminal | Watch]] = [
			("publisher", self.publisher),
			("watch", self.watch),
		]
		for name, part in parts + [(terminal.name, terminal) for terminal in self.terminals]:
			if not part.is_alive() or moment - part.alive_at > STALL_S:
				return name
		return None

	def _watch(self) -> None:
		if self._schedule is not None:
			self._schedule.mend()
		stalled = self.stalled()
		if stalled is None:
			self._notifier.working(
				f"{len(self.terminals)} terminals, broker {'up' if self.publisher.connected else 'away'}"
			)
		else:
			log.error("%s makes no progress", stalled)

	def _end(self) -> None:
		self._notifier.stopping()
		log.info("stopping")
		for terminal in self.terminals:
			terminal.stop()
		for terminal in self.terminals:
			terminal.join(JOIN_S)
		self.watch.stop()
		if self._control is not None:
			self._control.close()
		if self._metrics is not None:
			self._metrics.close()
		if self._schedule is not None:
			self._schedule.close()
		self.publisher.stop()
		self.outbox.close()
		if self._feedback_log is not None:
			self._feedback_log.close()

	def _start_jobs(self) -> None:
		self._schedule = Schedule()
		self._schedule.every(self.config.health.every_s, self.send_health)
		if self.config.server.url:
			self._schedule.every(self.config.server.refresh_s, self.refresh_roster)

	def _recent_taps(self) -> list[Any]:
		longest_s = max(section.double_tap_s for section in self.config.terminal)
		since = self.clock.boottime_ns() - round(longest_s * 1e9)
		return self.outbox.recent_taps(self.clock.boot_id, since)

	def _enrol_here(self, terminal: str, seconds: float) -> Answers:
		if terminal not in {each.name for each in self.terminals}:
			yield {"error": f"there is no terminal {terminal!r}"}
			return
		watched = self._watched = Watched()
		self.enrolment.begin(terminal, LOCAL_COMMAND, seconds)
		yield {"terminal": terminal}
		try:
			for name, badge in watched.until(seconds):
				yield {"terminal": name, "badge": badge}
		finally:
			self.enrolment.stop()
			self._watched = None

	def _report_enrolment(self, terminal: str, badge: str, command: str, also: tuple[str, ...]) -> None:
		if self._watched is not None:
			self._watched.note(terminal, badge)
			return
		payload = messages.encode_enrolment(
			self.config.gateway.name,
			terminal=terminal,
			badge=badge,
			command=command,
			also=also,
			at=self.clock.now(),
			key=self._key,
		)
		self.publisher.send_aside("enrolment", payload)

	def _if_possible(self, alarm: str, make: Callable[[], T]) -> T | None:
		"""What a door can do without keeps none shut."""
		try:
			return make()
		except OSError as error:
			self.alarms.begin(alarm, str(error))
			return None


def open_outbox(config: Config) -> Outbox:
	"""The store of this configuration, made where there is none; raises OutboxError."""
	os.umask(0o077)
	return Outbox(
		config.data_dir,
		machine=fingerprint(),
		max_bytes=config.store.max_bytes,
		reserve_bytes=config.store.reserve_bytes,
	)


def make_terminal(
	section: TerminalSection,
	door: Decides,
	*,
	now: Callable[[], datetime],
	feedback_log: FeedbackLog | None,
) -> Terminal:
	"""A terminal that hands its badges to `door`; raises ConfigError."""
	reader, confirmation = make_reader(section)
	lamps = None
	if section.gpio:
		from gateway.feedback import Lamps  # noqa: PLC0415  # needs the extra [gpio]

		lamps = Lamps(section.name, section.gpio)
	return Terminal(
		section,
		reader,
		confirmation,
		door,
		now=now,
		feedback_log=feedback_log,
		lamps=lamps,
		make_panel=panel_maker(section, reader),
	)


def make_reader(section: TerminalSection) -> tuple[Any, Any | None]:
	"""The reader of a terminal, and the judge of its repeats where it needs one; raises ConfigError."""
	from gateway import readers  # noqa: PLC0415  # looks up what other distributions add

	try:
		reader = readers.reader(section.protocol, dict(section.options))
	except readers.ReaderError as error:
		raise ConfigError(f"terminal {section.name}: {error}") from None
	return reader, readers.Confirmation() if reader.confirm else None


def panel_maker(section: TerminalSection, reader: Any) -> Callable[[Any], Panel] | None:
	"""What makes the control panel of a terminal that needs one; raises ConfigError."""
	if not reader.panel:
		return None
	from gateway.readers import osdp_panel  # noqa: PLC0415  # needs the extra [osdp]

	if importlib.util.find_spec("osdp") is None:
		raise ConfigError(f"terminal {section.name}: OSDP needs libosdp: pip install 'vsv-gateway[osdp]'")
	options = reader.options
	key_file = str(options["scbk_file"])
	key = bytes.fromhex(read_private(f"terminal {section.name}: scbk", Path(key_file))) if key_file else None

	def make(port: Any) -> Panel:
		return osdp_panel.OsdpPanel(
			port, int(options["address"]), key, require_secure=bool(options["require_secure"])
		)

	return make


def broker_address(config: Config, secrets: Secrets) -> Address:
	"""Where the broker is, and who this gateway is there."""
	name = messages.account(config.gateway.school, config.gateway.name)
	return Address(
		host=config.broker.host,
		port=config.broker.port,
		client_id=f"vsv-{name}",
		username=config.broker.username or name,
		password=secrets.broker_password,
		tls=not config.broker.insecure,
		ca_file=config.broker.ca_file,
		keepalive_s=config.broker.keepalive_s,
	)
