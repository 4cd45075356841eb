"""Two schools on one broker, each with a gateway called front-door: neither reaches what is the other's."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from vsv_app.embedded import broker
from vsv_app.engine.gateways.broker_files import DOWN, UP, Account, gateway_account, listener_account

pytestmark = pytest.mark.mosquitto

SCHOOLS = ("elm", "oak")
GATEWAY = "front-door"
NOT_AUTHORISED = 0x87
WAITS_S = 120.0
LAST = b"last"


class Client:
	"""Listens to all that it may hear, and keeps it by topic until the last word."""

	def __init__(self, account: Account, port: int) -> None:
		self.heard: set[str] = set()
		self.answers: dict[int, Any] = {}
		self.answered, self.ready, self.done = threading.Condition(), threading.Event(), threading.Event()
		self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
		self._client.username_pw_set(account.name, account.password)
		self._client.on_connect = lambda client, *_: client.subscribe("vsv/#", qos=1)
		self._client.on_subscribe = lambda *_: self.ready.set()
		self._client.on_message = self._note
		self._client.on_publish = self._note_answer
		self._client.connect("127.0.0.1", port)
		self._client.loop_start()
		assert self.ready.wait(WAITS_S)

	def publish(self, topic: str, payload: bytes = b"{}") -> int:
		"""The broker's answer: 0 where it took the message."""
		mid = self._client.publish(topic, payload, qos=1).mid
		with self.answered:
			assert self.answered.wait_for(lambda: mid in self.answers, WAITS_S), topic
		return int(self.answers[mid].value)

	def close(self) -> None:
		self._client.disconnect()
		self._client.loop_stop()

	def _note(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
		self.heard.add(message.topic)
		if message.payload == LAST:
			self.done.set()

	def _note_answer(self, _client: mqtt.Client, _data: Any, mid: int, reason: Any, _properties: Any) -> None:
		with self.answered:
			self.answers[mid] = reason
			self.answered.notify_all()


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Callable[[str, str | None], Client]]:
	"""A client under the account of a school's gateway, or of its listener."""
	accounts = {
		(school, gateway): Account(
			gateway_account(school, gateway) if gateway else listener_account(school),
			f"{school}/{gateway}",
			school,
			gateway,
		)
		for school in SCHOOLS
		for gateway in (GATEWAY, None)
	}
	with ExitStack() as stack:
		running = broker.start(tmp_path, list(accounts.values()))
		stack.callback(running.stop)

		def connect(school: str, gateway: str | None) -> Client:
			client = Client(accounts[school, gateway], running.port)
			stack.callback(client.close)
			return client

		yield connect


def test_each_speaks_and_hears_in_its_own_school_alone(
	connect: Callable[[str, str | None], Client],
) -> None:
	gateways = {school: connect(school, GATEWAY) for school in SCHOOLS}
	listeners = {school: connect(school, None) for school in SCHOOLS}
	for school, other in (SCHOOLS, SCHOOLS[::-1]):
		for client, own, foreign in (
			(gateways[school], UP, (*UP, *DOWN)),
			(listeners[school], DOWN, (*UP, *DOWN)),
		):
			assert {client.publish(f"vsv/v1/{other}/{GATEWAY}/{kind}") for kind in foreign} == {
				NOT_AUTHORISED
			}
			for kind in own[:-1]:
				assert client.publish(f"vsv/v1/{school}/{GATEWAY}/{kind}") == 0
	for school in SCHOOLS:
		assert gateways[school].publish(f"vsv/v1/{school}/{GATEWAY}/{UP[-1]}", LAST) == 0
		assert listeners[school].publish(f"vsv/v1/{school}/{GATEWAY}/{DOWN[-1]}", LAST) == 0
	for school in SCHOOLS:
		for client, may_hear in ((gateways[school], DOWN), (listeners[school], UP)):
			assert client.done.wait(WAITS_S)
			assert client.heard == {f"vsv/v1/{school}/{GATEWAY}/{kind}" for kind in may_hear}
