"""One connection to the broker. What happens on it comes out as events; nothing queues here, the outbox does that.

A Link is used for one connection and thrown away: paho's own queue and its own reconnecting would otherwise send
things that the outbox sends again anyway. Every callback is wrapped: an exception in one kills paho's thread
without a word.
"""

import logging
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from gateway.messages import MAX_BYTES

log = logging.getLogger("vsv_gateway.link")

CONNECT_TIMEOUT_S = 8.0
SESSION_EXPIRY_S = 7 * 24 * 3600
QUEUE_LIMIT = 64
NO_MATCHING_SUBSCRIBERS = 0x10
SESSION_TAKEN_OVER = 0x8E
BAD_ACCOUNT = frozenset({0x86, 0x87})


@dataclass(frozen=True)
class Unreachable:
	"""Nobody there, or not who it should be: `why` tells whether name, network or certificate."""

	why: str


@dataclass(frozen=True)
class Reached:
	"""Somebody is there and is who it should be; the answer to our name and password is still to come."""


@dataclass(frozen=True)
class Connected:
	"""Accepted by the broker, and subscribed to."""


@dataclass(frozen=True)
class Lost:
	"""Refused or gone; `code` is MQTT's reason code, None where the network failed."""

	code: int | None
	why: str


@dataclass(frozen=True)
class Taken:
	"""The broker answered for a message: it took it, refused it, or took it though nobody listens."""

	mid: int
	refused: bool
	unheard: bool
	why: str


@dataclass(frozen=True)
class Received:
	"""`again`: the broker gave it before, or keeps it for whoever comes; who publishes a message cannot make it say so."""

	topic: str
	payload: bytes
	again: bool


LinkEvent = Unreachable | Reached | Connected | Lost | Taken | Received


@dataclass(frozen=True, repr=False)
class Address:
	"""Where the broker is and who we are there. `tls` without `ca_file` trusts the system's authorities."""

	host: str
	port: int
	client_id: str
	username: str
	password: str | None
	tls: bool
	ca_file: str
	keepalive_s: int

	def for_a_look(self) -> "Address":
		"""The same account under another client id, which leaves a gateway connected where the broker does not bind names."""
		return replace(self, client_id=f"{self.client_id}-check")


class Link:
	"""Connects in the background and reports to `report`, from threads of its own.

	`looks`: what waits for the gateway at the broker goes on waiting for it.

	Raises OSError (ssl.SSLError included) or ValueError where the address cannot be used at all.
	"""

	def __init__(
		self,
		address: Address,
		*,
		five: bool,
		will: tuple[str, bytes] | None,
		subscribe: tuple[str, ...],
		report: Callable[["Link", LinkEvent], None],
		looks: bool = False,
	) -> None:
		self.five = five
		self._address, self._subscribe, self._report = address, subscribe, report
		self._closing = threading.Lock()
		self._closed = False
		self._opener = threading.Thread(target=self._reach, name="link", daemon=True)
		self._client = mqtt.Client(
			CallbackAPIVersion.VERSION2,
			client_id=address.client_id,
			protocol=MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311,
			reconnect_on_failure=False,
			clean_session=None if five else False,
			manual_ack=looks,
		)
		self._client.max_queued_messages_set(QUEUE_LIMIT)
		self._client.connect_timeout = CONNECT_TIMEOUT_S
		self._client.username_pw_set(address.username, address.password)
		if will is not None:
			self._client.will_set(will[0], will[1], qos=1, retain=True)
		if address.tls:
			self._client.tls_set_context(tls_context(address.ca_file))
		self._client.on_connect = self._wrapped(self._on_connect)
		self._client.on_subscribe = self._wrapped(self._on_subscribe)
		self._client.on_disconnect = self._wrapped(self._on_disconnect)
		self._client.on_publish = self._wrapped(self._on_publish)
		self._client.on_message = self._wrapped(self._on_message)

	def open(self) -> None:
		"""Begin to reach the broker. A name server, a network or a handshake may each hang for long, so nobody waits here."""
		self._opener.start()

	def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> int | None:
		"""Hand over at QoS 1; the message's number on this connection, None when the connection is gone."""
		info = self._client.publish(topic, payload, qos=1, retain=retain)
		return info.mid if info.rc == mqtt.MQTT_ERR_SUCCESS else None

	def is_alive(self) -> bool:
		"""Whether a thread works on it; paho's is_connected() stays True after its thread died."""
		thread = self._client._thread
		return self._opener.is_alive() or (thread is not None and thread.is_alive())

	def close(self) -> None:
		"""Leave in good order: the broker then does not send the last will."""
		with self._closing:
			self._closed = True
		self._client.disconnect()
		self._client.loop_stop()

	def _reach(self) -> None:
		address = self._address
		try:
			self._client.connect(address.host, address.port, address.keepalive_s, **self._session_options())
		except (OSError, ValueError) as error:
			self._report(self, Unreachable(f"{type(error).__name__}: {error}"))
			return
		self._report(self, Reached())
		with self._closing:
			if not self._closed:
				self._client.loop_start()

	def _session_options(self) -> dict[str, Any]:
		if not self.five:
			return {}
		properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho leaves it untyped
		properties.SessionExpiryInterval = SESSION_EXPIRY_S
		properties.MaximumPacketSize = MAX_BYTES + 1024
		return {"clean_start": False, "properties": properties}

	def _wrapped(self, callback: Callable[..., None]) -> Callable[..., None]:
		@wraps(callback)
		def safe(*args: Any) -> None:
			try:
				callback(*args)
			except Exception as error:
				log.exception("a message from the broker could not be handled")
				self._report(self, Lost(None, f"internal: {type(error).__name__}"))

		return safe

	def _on_connect(
		self, client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any
	) -> None:
		if reason.is_failure:
			self._report(self, Lost(reason.value, str(reason)))
			return
		client.subscribe([(topic, 1) for topic in self._subscribe])

	def _on_subscribe(
		self, _client: mqtt.Client, _data: Any, _mid: int, reasons: Any, _properties: Any
	) -> None:
		refused = [reason for reason in reasons if reason.is_failure]
		if refused:
			# Without acknowledgements nothing is ever confirmed, so this is no working connection.
			self._report(self, Lost(refused[0].value, f"may not subscribe: {refused[0]}"))
		else:
			self._report(self, Connected())

	def _on_disconnect(
		self, _client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any
	) -> None:
		self._report(self, Lost(reason.value if reason.is_failure else None, str(reason)))

	def _on_publish(self, _client: mqtt.Client, _data: Any, mid: int, reason: Any, _properties: Any) -> None:
		unheard = reason.value == NO_MATCHING_SUBSCRIBERS
		self._report(self, Taken(mid, reason.is_failure, unheard, str(reason)))

	def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
		self._report(self, Received(message.topic, bytes(message.payload), message.dup or message.retain))


def tls_context(ca_file: str) -> ssl.SSLContext:
	"""Verifies name, chain and dates, at TLS 1.2 or later; raises OSError when the CA cannot be read."""
	try:
		context = ssl.create_default_context(cafile=ca_file or None)
	except OSError as error:
		raise OSError(f"broker.ca_file {ca_file}: {error}") from None
	context.minimum_version = ssl.TLSVersion.TLSv1_2
	return context
