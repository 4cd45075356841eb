"""MQTT in, `services.ingest` out: commits first, then acknowledges.

The network thread only queues, with a share for each gateway; one worker owns the store. A message is acknowledged to the
broker and to the gateway after its check-ins are committed, so a crash at any moment only leads to a re-send, which changes
nothing. A database that is away is waited for; the message in hand is not let go. What is above a gateway's share is
acknowledged to the broker alone, and sent again by its gateway.
"""

import logging
import ssl
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from vsv_app.services.dispatch.fair_queue import FairQueue
from vsv_app.services.dispatch.inbox import Inbox
from vsv_app.services.gateways.set_aside import printable
from vsv_app.stores.store import Store

log = logging.getLogger("vsv_app.listener")

UP_TOPICS = ("checkins", "status", "health", "enrolment")
KEEPALIVE_S = 25
SESSION_EXPIRY_S = 7 * 24 * 3600
IN_FLIGHT = 65_535
"""All that MQTT allows: what is not taken in stands in the one queue that the broker has for us, behind whoever floods it."""
TICK_S = 0.5
CHORE_PATIENCE_S = 30.0
"""However much comes in, learners are looked at and the clock is followed."""
FIRST_BACKOFF_S, LONGEST_BACKOFF_S = 0.5, 30.0
CONNECT_PATIENCE_S = 5.0
SESSION_TAKEN_OVER = 0x8E
BAD_ACCOUNT = frozenset({0x86, 0x87})
STEADY_S = 60.0
SHORT_LIVED_LIMIT = 4
"""Not every broker says that a session was taken over, but two listeners of one name also show by pushing each other off."""
TRIES = 3
"""After which a message that fails is set aside. Where that fails too, it is the database that is away."""

StoreSession = Callable[[], AbstractContextManager[Store]]


@dataclass(frozen=True)
class BrokerAddress:
	"""Where the broker is and who we are there. `tls` without `ca_pem` trusts the system's authorities.

	`otherwise`: the user name for a broker that does not know the first.
	"""

	host: str
	port: int
	school: str
	client_id: str
	username: str | None = None
	otherwise: str | None = None
	password: str | None = None
	tls: bool = True
	ca_pem: str | None = None


class Chore:
	"""Work that can wait: it never holds up messages, and what fails is tried again later and later."""

	def __init__(self, session: StoreSession, work: Callable[[Store], None]) -> None:
		self._session = session
		self._work = work
		self._not_before = 0.0
		self._pause = FIRST_BACKOFF_S

	def do(self) -> None:
		if time.monotonic() < self._not_before:
			return
		try:
			with self._session() as store:
				self._work(store)
		except Exception as error:  # noqa: BLE001 told, and tried again
			_tell(f"{self._work.__name__} failed", error, self._pause)
			self._not_before = time.monotonic() + self._pause
			self._pause = min(self._pause * 2, LONGEST_BACKOFF_S)
		else:
			self._pause = FIRST_BACKOFF_S


@dataclass(frozen=True)
class Received:
	"""A message as it came, with what is needed to acknowledge it to the broker."""

	topic: str
	payload: bytes
	mid: int
	qos: int
	connection: int
	again: bool = False
	"""The broker gave it before, or keeps it for whoever comes; who publishes a message cannot make it say so."""


class Listener:
	"""Runs until `stop()`. `session` opens a store for one piece of work; `clock` gives aware time.

	`closes_days`: where no scheduler closes school days, the listener does.
	"""

	def __init__(
		self,
		address: BrokerAddress,
		session: StoreSession,
		clock: Callable[[], datetime],
		*,
		closes_days: bool = False,
	) -> None:
		self.address = address
		self.session = session
		self.inbox = Inbox(clock, closes_days=closes_days)
		self._settle = Chore(session, self.inbox.settle)
		self._tick = Chore(session, self.inbox.tick)
		self.connected = threading.Event()
		self._received: FairQueue[Received] = FairQueue()
		self._otherwise = False
		self._chores_at = time.monotonic()
		self._stopping = threading.Event()
		self._protocol = MQTTProtocolVersion.MQTTv5
		self._connection = 0
		self._unreached = ""
		self._connected_at = 0.0
		self._short_lived = 0
		self._client: mqtt.Client | None = None

	def stop(self) -> None:
		self._stopping.set()

	def wait_stopped(self, seconds: float) -> bool:
		"""Whether it has been stopped, by then at the latest."""
		return self._stopping.wait(seconds)

	@property
	def connections(self) -> int:
		"""How often the broker has let it in."""
		return self._connection

	@property
	def signed_in_as(self) -> str | None:
		"""The name that it gives to the broker."""
		return self.address.otherwise if self._otherwise else self.address.username

	def run(self) -> None:
		"""Connect, and work until stopped. Only a programming error gets out of here."""
		try:
			while not self._stopping.is_set():
				self._keep_connected()
				self._work_once()
		finally:
			self._drop_client()

	# the network thread

	def _on_connect(self, client: mqtt.Client, _data: Any, flags: Any, reason: Any, _properties: Any) -> None:
		if reason.is_failure:
			log.warning(
				"broker refused the listener, who signs in as %s: %s. bench vsv-broker-config writes the accounts that it must know",
				self.signed_in_as,
				reason,
			)
			if reason.value in BAD_ACCOUNT and self.address.otherwise:
				self._otherwise = not self._otherwise
				client.username_pw_set(self.signed_in_as, self.address.password)
			return
		if self.signed_in_as != self.address.username:
			log.warning(
				"the broker knows the listener as %s only: run bench vsv-broker-config, install its three files and restart the broker",
				self.signed_in_as,
			)
		if flags.session_present:
			self._received.forget()  # the broker gives all of it once more
		self._connection += 1
		self._connected_at = time.monotonic()
		for kind in UP_TOPICS:
			client.subscribe(f"vsv/v1/{self.address.school}/+/{kind}", qos=1)
		self.connected.set()
		self._unreached = ""
		log.info("connected to broker %s:%s", self.address.host, self.address.port)

	def _on_connect_fail(self, _client: mqtt.Client, _data: Any) -> None:
		# paho calls this while it handles the error, and tells it in no other way
		why = str(sys.exc_info()[1])
		if why != self._unreached:
			self._unreached = why
			log.warning(
				"broker %s:%s is not reached: %s; trying again until it is",
				self.address.host,
				self.address.port,
				why,
			)

	def _on_disconnect(
		self, client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any
	) -> None:
		self.connected.clear()
		if self._stopping.is_set():
			return
		log.warning("lost the broker: %s", reason)
		steady = time.monotonic() - self._connected_at >= STEADY_S
		self._short_lived = 0 if steady else self._short_lived + 1
		pushed_off = reason.value == SESSION_TAKEN_OVER or self._short_lived >= SHORT_LIVED_LIMIT
		if pushed_off:
			log.error(
				"pushed off the broker again and again: it seems that a second listener connects as %s. Stop the second one of"
				" this site; or, where two sites share this broker, give each a School Code of its own in Early Warning Settings",
				self.address.client_id,
			)
		client.reconnect_delay_set(int(LONGEST_BACKOFF_S) if pushed_off else 1, int(LONGEST_BACKOFF_S))

	def _on_message(self, client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
		received = Received(
			message.topic,
			bytes(message.payload),
			message.mid,
			message.qos,
			self._connection,
			message.dup or message.retain,
		)
		if not self._received.put(received) and received.qos:
			client.ack(received.mid, received.qos)

	# the worker

	def _work_once(self) -> None:
		received = self._received.take(TICK_S)
		if received is not None:
			for topic, payload in self._take(received):
				self._publish(topic, payload)
			self._acknowledge(received)
		if not self._received or time.monotonic() - self._chores_at >= CHORE_PATIENCE_S:
			self._do_chores()

	def _do_chores(self) -> None:
		self._chores_at = time.monotonic()
		if self.inbox.has_touched:
			self._settle.do()
		if self.inbox.due:
			self.inbox.note_passed_over(self._received.passed_over())
			self._tick.do()

	def _take(self, received: Received) -> Sequence[tuple[str, bytes]]:
		"""The answers to one message. One that cannot be dealt with is set aside, so that others are not held up."""
		tries = 0

		def take(store: Store) -> Any:
			nonlocal tries
			tries += 1
			try:
				return self.inbox.take(store, received.topic, received.payload, again=received.again)
			except Exception as error:
				if tries < TRIES:
					raise
				self.inbox.give_up(store, received.topic, received.payload, error)
				log.error("a message under %s is set aside", printable(received.topic), exc_info=error)
				return ()

		return self._until_it_works(take) or ()

	def _until_it_works(self, work: Callable[[Store], Any]) -> Any:
		"""Do a piece of work in a fresh store session, again and again while the database is away."""
		pause = FIRST_BACKOFF_S
		while not self._stopping.is_set():
			try:
				with self.session() as store:
					return work(store)
			except Exception as error:  # noqa: BLE001 waited for, and told
				_tell("the store did not take it", error, pause)
				self._stopping.wait(pause)
				pause = min(pause * 2, LONGEST_BACKOFF_S)
		return None

	def _publish(self, topic: str, payload: bytes) -> None:
		if self._client is not None:
			self._client.publish(topic, payload, qos=1, retain=topic.endswith("/ack"))

	def _acknowledge(self, received: Received) -> None:
		# After a reconnect the broker sends it again under the new connection; the old number means nothing there.
		if (
			self._client is not None
			and received.qos
			and received.connection == self._connection
			and not self._stopping.is_set()
		):
			self._client.ack(received.mid, received.qos)

	# the connection

	def _keep_connected(self) -> None:
		if self._client is not None:
			return
		self._client = self._make_client()
		self._client.connect_async(
			self.address.host, self.address.port, KEEPALIVE_S, **self._session_options()
		)
		self._client.loop_start()
		deadline = time.monotonic() + CONNECT_PATIENCE_S
		while not self.connected.wait(0.05) and time.monotonic() < deadline:
			if self._stopping.is_set():
				return
		if not self.connected.is_set():
			self._drop_client()
			self._protocol = (
				MQTTProtocolVersion.MQTTv311
				if self._protocol == MQTTProtocolVersion.MQTTv5
				else MQTTProtocolVersion.MQTTv5
			)

	def _make_client(self) -> mqtt.Client:
		five = self._protocol == MQTTProtocolVersion.MQTTv5
		client = mqtt.Client(
			CallbackAPIVersion.VERSION2,
			client_id=self.address.client_id,
			protocol=self._protocol,
			manual_ack=True,
			**({} if five else {"clean_session": False}),
		)
		client.on_connect, client.on_connect_fail, client.on_disconnect, client.on_message = (
			self._on_connect,
			self._on_connect_fail,
			self._on_disconnect,
			self._on_message,
		)
		client.reconnect_delay_set(1, int(LONGEST_BACKOFF_S))
		introduce(client, replace(self.address, username=self.signed_in_as))
		return client

	def _session_options(self) -> dict[str, Any]:
		if self._protocol != MQTTProtocolVersion.MQTTv5:
			return {}
		properties = Properties(PacketTypes.CONNECT)
		properties.SessionExpiryInterval = SESSION_EXPIRY_S
		properties.ReceiveMaximum = IN_FLIGHT
		return {"clean_start": False, "properties": properties}

	def _drop_client(self) -> None:
		if self._client is None:
			return
		self._client.disconnect()
		self._client.loop_stop()
		self._client = None
		self.connected.clear()


def introduce(client: mqtt.Client, address: BrokerAddress) -> None:
	"""Give a client the account and the TLS settings of an address."""
	if address.username:
		client.username_pw_set(address.username, address.password)
	if address.tls:
		context = ssl.create_default_context(cadata=address.ca_pem)
		context.minimum_version = ssl.TLSVersion.TLSv1_2
		client.tls_set_context(context)


def _tell(what: str, error: Exception, pause: float) -> None:
	"""The whole story once; a database that is away for a night would fill the disk with it."""
	story = error if pause == FIRST_BACKOFF_S else None
	log.warning("%s (%s); trying again in %.1f s", what, type(error).__name__, pause, exc_info=story)
