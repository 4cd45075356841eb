"""The app's end of the contract for tests: stores each check-in once in SQLite, commits, then acknowledges.

Written from the contract alone, so that it does not repeat a mistake of gateway/messages.py.
"""

import hashlib
import hmac
import json
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

SCHOOL, GATEWAY = "demo-school", "front-door"
PATIENCE_S = 120.0
"""What takes longer hangs, however busy the machine is."""
LATER = "2099-01-01T00:00:00+00:00"


def canonical(message: dict[str, Any]) -> bytes:
	"""As the contract says: sorted, compact, UTF-8, without mac."""
	unsigned = {key: value for key, value in message.items() if key != "mac"}
	return json.dumps(unsigned, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def signed(message: dict[str, Any], key: bytes) -> bytes:
	mac = hmac.new(key, canonical(message), hashlib.sha256).hexdigest()
	return json.dumps(
		{**message, "mac": mac}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
	).encode()


class AppSide:
	"""A listener with a database. `acknowledges` can be switched off to play one that dies before its ack."""

	def __init__(
		self,
		port: int,
		database: Path,
		key: bytes,
		*,
		gateway: str = GATEWAY,
		username: str | None = None,
		password: str | None = None,
		client_id: str = "app-side",
	) -> None:
		self.key, self.gateway = key, gateway
		self.acknowledges = True
		self.bad: list[bytes] = []
		self.messages: list[tuple[str, dict[str, Any], bool]] = []
		self.payloads: list[bytes] = []
		self.watches: dict[tuple[str, int], dict[str, Any]] = {}
		self.re_sent = 0
		self._lock = threading.Lock()
		self._database = sqlite3.connect(database, check_same_thread=False)
		self._database.execute(
			"CREATE TABLE IF NOT EXISTS check_in (epoch TEXT, seq INTEGER, badge TEXT, terminal TEXT, at TEXT,"
			" clock TEXT, PRIMARY KEY (epoch, seq))"
		)
		self._client = mqtt.Client(
			CallbackAPIVersion.VERSION2,
			client_id=client_id,
			protocol=MQTTProtocolVersion.MQTTv311,
			clean_session=False,
		)
		self._client.username_pw_set(username, password)
		self._client.reconnect_delay_set(1, 1)
		self._client.on_connect = self._on_connect
		self._client.on_message = self._on_message
		self._subscribed = threading.Event()
		self._client.on_subscribe = lambda *_: self._subscribed.set()
		self._client.connect_async("127.0.0.1", port)
		self._client.loop_start()

	def __enter__(self) -> "AppSide":
		return self

	def __exit__(self, *_: object) -> None:
		self.close()

	def close(self) -> None:
		self._client.disconnect()
		self._client.loop_stop()
		with self._lock:
			self._database.close()

	def wait_subscribed(self) -> None:
		assert self._subscribed.wait(20), "the test's listener did not reach the broker"

	def topic(self, kind: str) -> str:
		return f"vsv/v1/{SCHOOL}/{self.gateway}/{kind}"

	def publish(
		self, kind: str, message: dict[str, Any], *, key: bytes | None = None, retain: bool = False
	) -> None:
		self._client.publish(self.topic(kind), signed(message, key or self.key), qos=1, retain=retain)

	def command(self, name: str, id: str, *, key: bytes | None = None, **more: object) -> dict[str, Any]:
		"""Give an order, in time unless `more` says otherwise; returns the message."""
		message = {
			"v": 1, "gateway": self.gateway, "command": name, "id": id, "at": now(), "expires_at": LATER, **more,
		}  # fmt: skip
		self.publish("command", message, key=key)
		return message

	def acknowledge(self, epoch: str, seq: int, *, key: bytes | None = None) -> None:
		message = {"v": 1, "gateway": self.gateway, "epoch": epoch, "seq": seq, "at": now()}
		self.publish("ack", message, key=key, retain=True)

	def check_ins(self) -> list[tuple[str, int, str, str, str, str]]:
		"""epoch, seq, badge, terminal, at, clock; in the order of arrival."""
		with self._lock:
			return self._database.execute("SELECT * FROM check_in ORDER BY rowid").fetchall()

	def has_all_in_order(self, count: int) -> bool:
		"""Whether so many check-ins came, in the order of their numbers, of which none is missing but for watch events."""
		numbers = [seq for _, seq, *_ in self.check_ins()]
		with self._lock:
			watches = [seq for _, seq in self.watches if seq < max(numbers, default=0)]
		every = sorted(numbers + watches)
		return (
			numbers == sorted(numbers) and len(numbers) == count and every == list(range(1, len(every) + 1))
		)

	def told(self) -> list[tuple[str, str]]:
		"""terminal and state of the watch events, in their order."""
		with self._lock:
			return [(each["terminal"], each["state"]) for _, each in sorted(self.watches.items())]

	def of_kind(self, kind: str) -> list[dict[str, Any]]:
		with self._lock:
			return [message for each, message, _ in self.messages if each == kind]

	def _on_connect(self, client: mqtt.Client, *_: object) -> None:
		client.subscribe([(self.topic(kind), 1) for kind in ("checkins", "status", "health", "enrolment")])

	def _on_message(self, _client: mqtt.Client, _data: Any, received: mqtt.MQTTMessage) -> None:
		message = json.loads(received.payload)
		expected = hmac.new(self.key, canonical(message), hashlib.sha256).hexdigest()
		with self._lock:
			self.payloads.append(received.topic.encode() + b" " + received.payload)
			if message.get("mac") != expected:
				self.bad.append(received.payload)
				return
			kind = received.topic.rpartition("/")[2]
			self.messages.append((kind, message, received.retain))
			if kind != "checkins":
				return
			with self._database:
				for event in message["events"]:
					if event.get("kind") == "watch":
						self.watches[message["epoch"], event["seq"]] = event
						continue
					row = (
						message["epoch"],
						*(event[name] for name in ("seq", "badge", "terminal", "at", "clock")),
					)
					added = self._database.execute(
						"INSERT OR IGNORE INTO check_in VALUES (?, ?, ?, ?, ?, ?)", row
					)
					self.re_sent += 1 - added.rowcount
		if self.acknowledges:
			self.acknowledge(message["epoch"], message["events"][-1]["seq"])


def now() -> str:
	return datetime.now(UTC).isoformat(timespec="milliseconds")


def wait_until(
	holds: Callable[[], bool], what: str, *, within_s: float = PATIENCE_S, every_s: float = 0.02
) -> None:
	"""Wait for something to come true; fails the test with `what` when it does not."""
	deadline = time.monotonic() + within_s
	while not holds():
		assert time.monotonic() < deadline, f"waited {within_s} s in vain: {what}"
		time.sleep(every_s)
