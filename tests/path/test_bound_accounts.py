"""Whoever has the password of one gateway at the broker shuts out nobody else: a real Mosquitto, the files that we write."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from tests.gateway.app_side import wait_until
from vsv_app.embedded import broker as embedded
from vsv_app.engine.gateways import broker_files
from vsv_app.engine.gateways.broker_files import (
	BINDS_NAMES,
	Account,
	gateway_account,
	listener_account,
	orders_account,
)

pytestmark = pytest.mark.mosquitto

SCHOOL = "elm"
LISTENER = Account(listener_account(SCHOOL), "a", SCHOOL)
FORMER = Account(SCHOOL, "a", SCHOOL)
"""The listener's account in files of before."""
ORDERS = Account(orders_account(SCHOOL), "a", SCHOOL, orders=True)
FRONT, SIDE = (Account(gateway_account(SCHOOL, name), name, SCHOOL, name) for name in ("front", "side"))
ACCOUNTS = (LISTENER, ORDERS, FRONT, SIDE)
PROTOCOLS = (MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311)


class Client:
	"""A connection with a session that lasts, and what became of it."""

	def __init__(self, account: Account, client_id: str, port: int, protocol: MQTTProtocolVersion) -> None:
		self.pushed_off, self.connected, self.refused = (threading.Event() for _ in range(3))
		self.heard: list[bytes] = []
		five = protocol == MQTTProtocolVersion.MQTTv5
		self.client = mqtt.Client(
			CallbackAPIVersion.VERSION2,
			client_id=client_id,
			protocol=protocol,
			reconnect_on_failure=False,
			**({} if five else {"clean_session": False}),
		)
		self.client.username_pw_set(account.name, account.password)
		self.client.on_connect = self._on_connect
		self.client.on_message = lambda _client, _data, message: self.heard.append(message.payload)
		self.client.on_disconnect = lambda *_: self.pushed_off.set()
		options: dict[str, Any] = {}
		if five:
			options = {"clean_start": False, "properties": Properties(PacketTypes.CONNECT)}
			options["properties"].SessionExpiryInterval = 3600
		self.client.connect("127.0.0.1", port, **options)
		self.client.loop_start()

	def _on_connect(self, _client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
		(self.refused if reason.is_failure else self.connected).set()

	def subscribe(self, topic: str) -> None:
		done = threading.Event()
		self.client.on_subscribe = lambda *_: done.set()
		self.client.subscribe(topic, qos=1)
		assert done.wait(20)

	def publish(self, topic: str, payload: bytes) -> None:
		self.client.publish(topic, payload, qos=1).wait_for_publish(20)

	def close(self) -> None:
		self.client.on_disconnect = None
		self.client.disconnect()
		self.client.loop_stop()


@pytest.fixture
def connect() -> Iterator[Callable[..., Client]]:
	made: list[Client] = []

	def connect(account: Account, client_id: str, port: int, protocol: MQTTProtocolVersion) -> Client:
		made.append(Client(account, client_id, port, protocol))
		assert made[-1].connected.wait(20)
		return made[-1]

	yield connect
	for each in made:
		each.close()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[embedded.Broker]:
	running = embedded.start(tmp_path, ACCOUNTS)
	yield running
	running.stop()


def heard_of(victim: Client, publisher: Client, topic: str) -> None:
	"""The victim hears what is published, and so is as much connected as before."""
	publisher.publish(topic, b"still there?")
	wait_until(lambda: b"still there?" in victim.heard, "the message reaches it")
	assert not victim.pushed_off.is_set()


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=["MQTT 5", "MQTT 3.1.1"])
@pytest.mark.parametrize("lie", [LISTENER.name, "vsv-elm.side", SIDE.name, ORDERS.name])
def test_no_client_id_gives_a_gateway_anothers_session(
	broker: embedded.Broker, connect: Callable[..., Client], protocol: MQTTProtocolVersion, lie: str
) -> None:
	listener = connect(LISTENER, LISTENER.name, broker.port, protocol)
	listener.subscribe(f"vsv/v1/{SCHOOL}/+/checkins")
	side = connect(SIDE, "vsv-elm.side", broker.port, protocol)
	side.subscribe(f"vsv/v1/{SCHOOL}/side/ack")
	liar = connect(FRONT, lie, broker.port, protocol)
	heard_of(listener, side, f"vsv/v1/{SCHOOL}/side/checkins")
	heard_of(side, listener, f"vsv/v1/{SCHOOL}/side/ack")
	assert liar.heard == []
	assert not liar.pushed_off.is_set(), "and it is let in, under its own name"


def test_a_broker_that_does_not_bind_names_lets_a_gateway_shut_the_listener_out(
	tmp_path: Path, connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
	"""What the line in the files is for."""
	monkeypatch.setattr(broker_files, "BINDS_NAMES", "")
	running = embedded.start(tmp_path, ACCOUNTS)
	try:
		listener = connect(LISTENER, LISTENER.name, running.port, PROTOCOLS[0])
		connect(FRONT, LISTENER.name, running.port, PROTOCOLS[0])
		assert listener.pushed_off.wait(20)
	finally:
		running.stop()


def test_each_listener_of_a_broker_has_the_line_and_stands_before_it() -> None:
	both = (broker_files.Listener(1883, tls=False), broker_files.Listener(8883, tls=True))
	lines = broker_files.configuration(both, files="/etc", certificates="/tls").splitlines()
	owners = [
		next(above for above in lines[number::-1] if above.startswith("listener"))
		for number, line in enumerate(lines)
		if line == BINDS_NAMES
	]
	assert owners == ["listener 1883 127.0.0.1", "listener 8883"]


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=["MQTT 5", "MQTT 3.1.1"])
def test_what_waited_for_the_listener_is_still_there_after_the_update(
	tmp_path: Path,
	connect: Callable[..., Client],
	protocol: MQTTProtocolVersion,
	monkeypatch: pytest.MonkeyPatch,
) -> None:
	"""Files of before named the listener by its school, and its session by its client id: which is its name now."""
	monkeypatch.setattr(broker_files, "BINDS_NAMES", "")
	before = embedded.start(tmp_path, (FORMER, FRONT))
	try:
		listener = connect(FORMER, LISTENER.name, before.port, protocol)
		listener.subscribe(f"vsv/v1/{SCHOOL}/+/enrolment")
		listener.close()
		connect(FRONT, "vsv-elm.front", before.port, protocol).publish(
			f"vsv/v1/{SCHOOL}/front/enrolment", b"a card"
		)
	finally:
		before.stop()
	monkeypatch.undo()
	after = embedded.start(tmp_path, ACCOUNTS, port=before.port)
	try:
		listener = connect(LISTENER, LISTENER.name, after.port, protocol)
		wait_until(lambda: listener.heard == [b"a card"], "what waited")
	finally:
		after.stop()


def test_what_the_forms_send_reaches_gateways_and_hears_nothing(
	broker: embedded.Broker, connect: Callable[..., Client]
) -> None:
	front = connect(FRONT, "any", broker.port, PROTOCOLS[0])
	front.subscribe(f"vsv/v1/{SCHOOL}/front/command")
	orders = connect(ORDERS, "any", broker.port, PROTOCOLS[0])
	orders.subscribe("vsv/#")
	orders.publish(f"vsv/v1/{SCHOOL}/front/ack", b"forged")
	heard_of(front, orders, f"vsv/v1/{SCHOOL}/front/command")
	assert (front.heard, orders.heard) == ([b"still there?"], [])
