"""One gateway floods: the others' acknowledgements do not wait for it, it loses nothing, and it is named. A real Mosquitto."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.gateway.app_side import wait_until
from tests.services.world import A1, B1, GATEWAY, MAC_KEY, SCHOOL, World, at
from vsv_app.embedded import broker
from vsv_app.embedded.listen import sessions
from vsv_app.engine.gateways import messages
from vsv_app.engine.gateways.broker_files import Account, gateway_account, listener_account
from vsv_app.listener import BrokerAddress, Listener
from vsv_app.services.dispatch.fair_queue import CHECK_INS
from vsv_app.stores.sqlite_store import SqliteStore

pytestmark = pytest.mark.mosquitto

OTHER = "t-side"
FLOOD = 3000
NOW = datetime(2031, 11, 24, 7, 40, tzinfo=timezone.utc)


class Gateway:
	"""Publishes what it is given, and keeps the acknowledgements of the app."""

	def __init__(self, name: str, port: int) -> None:
		self.name = name
		self.acknowledged: dict[str, int] = {}
		self._ready = threading.Event()
		self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
		self._client.username_pw_set(gateway_account(SCHOOL, name), name)
		self._client.on_message = self._note
		self._client.on_connect = lambda client, *_: client.subscribe(self.topic("ack"), qos=1)
		self._client.on_subscribe = lambda *_: self._ready.set()
		self._client.connect("127.0.0.1", port)
		self._client.loop_start()
		assert self._ready.wait(20)

	def topic(self, kind: str) -> str:
		return f"vsv/v1/{SCHOOL}/{self.name}/{kind}"

	def send(self, *payloads: bytes, kind: str = "checkins") -> None:
		"""Until the broker has taken the last."""
		for payload in payloads:
			info = self._client.publish(self.topic(kind), payload, qos=1)
		info.wait_for_publish(60)
		assert info.is_published()

	def close(self) -> None:
		self._client.disconnect()
		self._client.loop_stop()

	def _note(self, _client: Any, _data: Any, message: mqtt.MQTTMessage) -> None:
		ack = messages.verified(message.payload, bytes.fromhex(MAC_KEY), self.name)
		self.acknowledged[ack["epoch"]] = ack["seq"]


class Desk:
	"""A listener whose worker can be held while messages come in, and the order in which it deals with them."""

	def __init__(self, folder: Path) -> None:
		self.world = World(SqliteStore(folder / "school.sqlite"))
		self.world.add_gateway(OTHER)
		accounts = [Account(listener_account(SCHOOL), "l", SCHOOL)]
		accounts += [Account(gateway_account(SCHOOL, name), name, SCHOOL, name) for name in (GATEWAY, OTHER)]
		self.broker = broker.start(folder / "broker", accounts)
		self.may_work, self.order = threading.Event(), []
		self._stores = sessions(folder / "school.sqlite")
		name = listener_account(SCHOOL)
		address = BrokerAddress(
			"127.0.0.1", self.broker.port, SCHOOL, name, username=name, password="l", tls=False
		)
		self.now = NOW
		self.listener = Listener(address, self._session, lambda: self.now)
		whole = self.listener.inbox.take

		def take(store: Any, topic: str, payload: bytes, **how: bool) -> Any:
			self.order.append(topic.split("/")[3])
			return whole(store, topic, payload, **how)

		self.listener.inbox.take = take  # type: ignore[method-assign]
		self._thread = threading.Thread(target=self.listener.run, daemon=True)
		self._thread.start()
		assert self.listener.connected.wait(20)

	@contextmanager
	def _session(self) -> Iterator[Any]:
		self.may_work.wait(120)
		with self._stores() as store:
			yield store

	def close(self) -> None:
		self.may_work.set()
		self.listener.stop()
		self._thread.join(20)
		self.broker.stop()
		self.world.store.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
	made = Desk(tmp_path)
	yield made
	made.close()


@pytest.fixture
def gateways(desk: Desk) -> Iterator[tuple[Gateway, Gateway]]:
	both = Gateway(GATEWAY, desk.broker.port), Gateway(OTHER, desk.broker.port)
	yield both
	for each in both:
		each.close()


def honest(world: World, count: int) -> list[bytes]:
	"""Check-ins of one learner, a message each."""
	events = [
		world.event(B1, at("08:20") + timedelta(minutes=n), seq=n, terminal="side")
		for n in range(1, count + 1)
	]
	return [world.message([event], gateway=OTHER) for event in events]


@pytest.mark.parametrize("kind", ["checkins", "health", "nonsense"])
def test_the_others_do_not_wait_for_who_floods(
	desk: Desk, gateways: tuple[Gateway, Gateway], kind: str
) -> None:
	flooder, other = gateways
	world = desk.world
	if kind == "checkins":
		flood = [
			world.message([world.event(A1, at("08:25"), seq=seq)], oldest_seq=1)
			for seq in range(1, FLOOD + 1)
		]
	else:
		flood = [b'{"a flood": %d}' % number for number in range(FLOOD)]
	flooder.send(*flood, kind="health" if kind == "health" else "checkins")
	other.send(*honest(world, 5))
	wait_until(lambda: len(desk.listener._received._lanes) == 2, "both are known to wait")
	wait_until(lambda: len(desk.listener._received._lanes[OTHER].waiting) == 5, "all five are in")
	desk.may_work.set()
	wait_until(lambda: other.acknowledged.get("0123456789abcdef") == 5, "the five acknowledgements")
	turns = [number for number, name in enumerate(desk.order) if name == OTHER]
	assert turns[4] < 2 * 5 + 2, "each waited for one message of the flood, and not for all of them"


def test_who_floods_loses_no_check_in(desk: Desk, gateways: tuple[Gateway, Gateway]) -> None:
	"""Above its share a message is let go; the gateway hears no acknowledgement of it, and sends it again."""
	flooder, _other = gateways
	world = desk.world
	every = [world.message([world.event(A1, at("08:25"), seq=seq)], oldest_seq=1) for seq in range(1, 201)]
	flooder.send(*every)
	wait_until(lambda: len(desk.listener._received) >= CHECK_INS, "its share is full")
	desk.may_work.set()
	wait_until(lambda: not desk.listener._received, "what waited is taken over")
	for _again in range(20):
		done = flooder.acknowledged.get("0123456789abcdef", 0)
		if done == 200:
			break
		flooder.send(*every[done : done + 20])  # a gateway's window
		wait_until(
			lambda done=done: flooder.acknowledged.get("0123456789abcdef", 0) >= min(done + 20, 200),
			"it goes on from the oldest",
		)
	assert [row[0] for row in world.check_ins()] == list(range(1, 201))


def test_who_floods_is_listed_and_told_while_it_matters(
	desk: Desk, gateways: tuple[Gateway, Gateway]
) -> None:
	flooder, _other = gateways
	world = desk.world
	for user, role in (("t-installer@school.example", "Gateway Installer"),):
		world.store.add_document("User", {"name": user, "email": user, "enabled": 1})
		world.store.add_document("Has Role", {"name": f"{user}-r", "parent": user, "parenttype": "User", "role": role})  # fmt: skip
	for minute in range(4):
		desk.now = NOW + timedelta(minutes=minute)
		desk.may_work.clear()
		flooder.send(*(b'{"a flood": %d}' % number for number in range(500)))
		wait_until(lambda: len(desk.listener._received) >= CHECK_INS, "its share is full")
		desk.may_work.set()
		wait_until(lambda: not desk.listener._received and not desk.listener.inbox.due, "a look at the doors")
	reasons = {reason for reason, *_ in world.set_aside()}
	assert "Too Many Messages" in reasons
	told = world.rows("Notification", "subject", document_name=GATEWAY)
	assert [subject for (subject,) in told] == [
		"A badge gateway sends far more than it should: something is wrong with it, or somebody else uses its account."
	]
	assert world.set_aside(OTHER) == []


def test_learners_are_looked_at_while_the_flood_lasts(
	desk: Desk, gateways: tuple[Gateway, Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
	"""What check-ins lead to is not put off until nothing comes in any more."""
	monkeypatch.setattr("vsv_app.listener.CHORE_PATIENCE_S", 0.0)
	flooder, other = gateways
	flooder.send(*(b'{"a flood": %d}' % number for number in range(1000)), kind="health")
	other.send(*honest(desk.world, 1))
	wait_until(lambda: len(desk.listener._received) >= 1000, "all of it waits but what is in hand")
	left: list[int] = []
	whole = desk.listener.inbox.settle

	def settle(store: Any) -> None:
		left.append(len(desk.listener._received))
		whole(store)

	monkeypatch.setattr(desk.listener._settle, "_work", settle)
	desk.may_work.set()
	wait_until(lambda: bool(left), "learners are looked at")
	assert left[0] > 900
