"""A small school with the real processes of the path, each of which can be killed and started again."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.path.slow_wire import SlowWire
from vsv_app.embedded import broker, processes, records
from vsv_app.embedded.school import MadeUpSchool, make_school
from vsv_app.embedded.terminals import LineReader, PtyTerminal
from vsv_app.engine.gateways.broker_files import Account
from vsv_app.stores.sqlite_store import SqliteStore

WAITS_S = 120.0
WATCHER = "watcher"
LOOKS_EVERY_S = 0.05
LAG_S = 0.06
"""Each way, at most: a school's wireless network, so that much is under way at any moment."""


class World:
	"""A broker, a gateway and a listener on one folder. Cards are held by number; each number is another card."""

	def __init__(self, folder: Path, learners: int = 40) -> None:
		self.folder = folder
		self.database = folder / "school.sqlite"
		self.school: MadeUpSchool = make_school(seed=5, today=_weekday(), learners=learners, weeks=1)
		self.terminal: PtyTerminal = LineReader(folder / "door")
		store = SqliteStore(self.database)
		self.keys = records.found(
			store, self.school, [("door", "line")], datetime.combine(self.school.today, datetime.min.time())
		)
		store.close()
		self.broker = broker.start(
			folder,
			[
				*processes.accounts(self.keys),
				Account(WATCHER, self.keys.listener_password, records.SCHOOL_CODE),
			],
		)
		self.wire = SlowWire(self.broker.port, LAG_S)
		self.config = processes.write_gateway_config(folder, self.keys, [self.terminal], self.wire.port)
		self.sent: Counter[int] = Counter()
		"""How often each number came to the broker."""
		self._watcher = self._watch()
		self.gateway = self._gateway()
		self.listener = self._listener()

	def close(self) -> None:
		processes.stop(self.gateway)
		processes.stop(self.listener)
		self._watcher.disconnect()
		self._watcher.loop_stop()
		self.wire.close()
		self.broker.stop()
		self.terminal.close()

	def hold(self, number: int) -> None:
		"""Hold the card of this number to the door."""
		self.terminal.hold(f"4F{number:08X}")

	def kill_gateway(self) -> None:
		"""Power cut at the Pi, as far as a process can have one; and the Pi starts again."""
		_kill(self.gateway)
		self.gateway = self._gateway()

	def kill_listener(self) -> None:
		_kill(self.listener)
		self.listener = self._listener()

	def kill_both(self) -> None:
		"""The power of the whole building: what was committed and not yet acknowledged is sent again by everybody."""
		_kill(self.listener)
		_kill(self.gateway)
		self.gateway, self.listener = self._gateway(), self._listener()

	def restart_broker(self) -> None:
		self.broker = broker.start(
			self.folder,
			[
				*processes.accounts(self.keys),
				Account(WATCHER, self.keys.listener_password, records.SCHOOL_CODE),
			],
			port=self.broker.port,
		)

	def accepted(self) -> list[int]:
		"""The numbers of the reads for which the door gave a signal that means: stored."""
		path = self.folder / processes.FEEDBACK
		if not path.exists():
			return []
		lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
		return [seq for line in lines if (seq := json.loads(line).get("seq")) is not None]

	def stored(self) -> list[tuple[int, str]]:
		"""(number, badge digest) of every check-in in the school's database."""
		store = SqliteStore(self.database)
		try:
			return [
				tuple(row) for row in store._db.execute("SELECT seq, badge_digest FROM `tabBadge Check In`")
			]
		finally:
			store.close()

	def held_back(self) -> int:
		"""Check-ins that the gateway has not seen acknowledged."""
		found = subprocess.run(
			[sys.executable, "-m", "gateway", "outbox", "count", "--config", str(self.config)],
			capture_output=True,
			text=True,
			check=True,
		)
		return int("".join(char for char in found.stdout if char.isdigit()) or 0)

	def wait(self, until: Callable[[], bool], what: str) -> None:
		deadline = time.monotonic() + WAITS_S
		while not until():
			assert time.monotonic() < deadline, f"waited {WAITS_S:.0f} s in vain until {what}\n{self.said()}"
			time.sleep(LOOKS_EVERY_S)

	def said(self) -> str:
		"""The last lines of each process, for a failure."""
		logs = (processes.GATEWAY_LOG, processes.LISTENER_LOG, "broker.log")
		return "\n".join(
			f"--- {name}\n" + "\n".join((self.folder / name).read_text(errors="replace").splitlines()[-15:])
			for name in logs
			if (self.folder / name).exists()
		)

	def _gateway(self) -> "subprocess.Popen[bytes]":
		return processes.start_gateway(self.folder, self.config, None)

	def _listener(self) -> "subprocess.Popen[bytes]":
		return processes.start_listener(self.folder, self.database, self.wire.port, None)

	def _watch(self) -> mqtt.Client:
		"""Somebody who listens along, to see that what is tested does happen."""
		client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=WATCHER)
		client.username_pw_set(WATCHER, self.keys.listener_password)
		ready = threading.Event()

		def count(_client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
			self.sent.update(event["seq"] for event in json.loads(message.payload)["events"])

		def subscribe(*_of: object) -> None:
			client.subscribe(f"vsv/v1/{records.SCHOOL_CODE}/+/checkins", qos=1)

		client.on_message, client.on_connect = count, subscribe
		client.on_subscribe = lambda *_of: ready.set()
		client.connect("127.0.0.1", self.broker.port)
		client.loop_start()
		assert ready.wait(WAITS_S)
		return client


def _kill(process: "subprocess.Popen[bytes]") -> None:
	process.send_signal(signal.SIGKILL)
	process.wait()


def _weekday() -> date:
	today = datetime.now(timezone.utc).date()
	return date.fromordinal(today.toordinal() - max(0, today.weekday() - 4))
