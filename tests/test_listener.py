"""The listener's worker: what it does when the database is away, and with a message that breaks the program."""

import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from tests.gateway.rig import Broker
from tests.services.world import A1, GATEWAY, SCHOOL, World, at
from vsv_app import listener as module
from vsv_app.listener import BrokerAddress, Listener, Received
from vsv_app.stores.sqlite_store import SqliteStore

ADDRESS = BrokerAddress("127.0.0.1", 1, SCHOOL, "t-listener", tls=False)
TOPIC = f"vsv/v1/{SCHOOL}/{GATEWAY}/checkins"


class Client:
	"""What the worker says to the broker."""

	def __init__(self) -> None:
		self.published: list[tuple[str, bytes]] = []
		self.acknowledged: list[int] = []

	def publish(self, topic: str, payload: bytes, **_options: Any) -> None:
		self.published.append((topic, payload))

	def ack(self, mid: int, _qos: int) -> None:
		self.acknowledged.append(mid)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
	store = SqliteStore(tmp_path / "school.sqlite")
	yield World(store)
	store.close()


@pytest.fixture(autouse=True)
def _no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(module, "FIRST_BACKOFF_S", 0.01)
	monkeypatch.setattr(module, "TICK_S", 0.01)


def listen(world: World, fail: Callable[[], None] = lambda: None) -> tuple[Listener, Client]:
	@contextmanager
	def session() -> Iterator[SqliteStore]:
		fail()
		yield world.store

	made = Listener(ADDRESS, session, lambda: datetime(2031, 11, 24, 7, 40, tzinfo=timezone.utc))
	client = Client()
	made._client = client  # type: ignore[assignment]
	return made, client


def until(happens: Callable[[], bool]) -> None:
	deadline = time.monotonic() + 120
	while not happens():
		assert time.monotonic() < deadline


def deliver(made: Listener, payload: bytes, mid: int = 1) -> None:
	made._received.put(Received(TOPIC, payload, mid, 1, made._connection))
	made._work_once()


def test_the_broker_is_told_only_after_the_commit(world: World) -> None:
	made, client = listen(world)
	deliver(made, world.message([world.event(A1, at("08:25"))]))
	assert [topic for topic, _payload in client.published] == [TOPIC.replace("checkins", "ack")]
	assert client.acknowledged == [1]
	assert len(world.check_ins()) == 1


def test_a_database_that_is_away_is_waited_for_and_nothing_is_let_go(world: World) -> None:
	left = [sqlite3.OperationalError("away")] * 4

	def fail() -> None:
		if left:
			raise left.pop()

	made, client = listen(world, fail)
	deliver(made, world.message([world.event(A1, at("08:25"))]))
	assert not left
	assert len(world.check_ins()) == 1
	assert client.acknowledged == [1]


def test_a_stop_while_the_database_is_away_acknowledges_nothing(world: World) -> None:
	def fail() -> None:
		raise sqlite3.OperationalError("away")

	made, client = listen(world, fail)
	threading.Timer(0.1, made.stop).start()
	deliver(made, world.message([world.event(A1, at("08:25"))]))
	assert (client.published, client.acknowledged, world.check_ins()) == ([], [], [])


def test_a_message_that_breaks_the_program_is_set_aside_and_holds_up_no_other(
	world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
	made, client = listen(world)
	whole = made.inbox.take

	def take(store: Any, topic: str, payload: bytes, **how: bool) -> list[tuple[str, bytes]]:
		if b"poison" in payload:
			raise KeyError("nobody thought of this")
		return whole(store, topic, payload, **how)

	monkeypatch.setattr(made.inbox, "take", take)
	deliver(made, b'{"poison": true}', mid=1)
	deliver(made, world.message([world.event(A1, at("08:25"))]), mid=2)
	assert client.acknowledged == [1, 2]
	assert [topic.rsplit("/", 1)[1] for topic, _payload in client.published] == ["ack"]
	((reason, _status, _times, explanation),) = world.set_aside()
	assert reason == "Not Understood"
	assert "KeyError" in explanation
	assert len(world.check_ins()) == 1


def test_a_message_that_the_database_refuses_is_set_aside_and_holds_up_no_other(
	world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
	"""Whatever its kind: an error that comes with one message is that message's, where the database takes another."""
	made, client = listen(world)
	whole = made.inbox.take

	def take(store: Any, topic: str, payload: bytes, **how: bool) -> list[tuple[str, bytes]]:
		if b"poison" in payload:
			raise sqlite3.OperationalError("a constraint of this one table")
		return whole(store, topic, payload, **how)

	monkeypatch.setattr(made.inbox, "take", take)
	deliver(made, b'{"poison": true}', mid=1)
	deliver(made, world.message([world.event(A1, at("08:25"))]), mid=2)
	assert client.acknowledged == [1, 2]
	assert [row[0] for row in world.set_aside()] == ["Not Understood"]
	assert len(world.check_ins()) == 1


def test_a_database_that_takes_nothing_at_all_makes_no_message_poison(
	world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
	made, client = listen(world)
	whole, left = made.inbox.take, [sqlite3.OperationalError("away")] * 9

	def away(*_of: Any, **_named: Any) -> Any:
		if left:
			raise left.pop()
		return whole(*_of, **_named)

	monkeypatch.setattr(made.inbox, "take", away)
	monkeypatch.setattr(made.inbox, "give_up", away)
	deliver(made, world.message([world.event(A1, at("08:25"))]))
	assert not left
	assert (len(world.check_ins()), client.acknowledged, world.set_aside()) == (1, [1], [])


def test_what_check_ins_lead_to_never_holds_up_the_next(
	world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
	"""A rule, a day or a gateway that breaks the program is tried again later; the doors go on."""
	made, client = listen(world)
	tries: list[str] = []

	def breaks(name: str) -> Callable[..., None]:
		def work(*_of: Any, **_named: Any) -> None:
			tries.append(name)
			raise ZeroDivisionError

		return work

	monkeypatch.setattr("vsv_app.services.dispatch.daily.correct_late", breaks("settle"))
	monkeypatch.setattr("vsv_app.services.gateways.health.mark_silent", breaks("tick"))
	for number in range(1, 4):
		deliver(made, world.message([world.event(A1, at("08:25"))]), mid=number)
	assert client.acknowledged == [1, 2, 3]
	assert len(world.check_ins()) == 3
	assert {"settle", "tick"} == set(tries)
	assert "settle failed (ZeroDivisionError)" in caplog.text
	assert made.inbox.has_touched, "and it is not forgotten"

	monkeypatch.undo()
	until(lambda: (made._work_once(), not made.inbox.has_touched and not made.inbox.due)[1])


def test_a_broker_that_is_not_reached_is_named_once_with_the_reason(
	world: World, caplog: pytest.LogCaptureFixture
) -> None:
	with socket.create_server(("127.0.0.1", 0)) as probe:
		port = probe.getsockname()[1]
	made, _client = listen(world)
	made.address = replace(ADDRESS, port=port)
	client = made._make_client()
	client.connect_async("127.0.0.1", port)
	told = threading.Event()
	fail, calls = client.on_connect_fail, []

	def note(*given: Any) -> None:
		fail(*given)
		calls.append(given)
		if len(calls) == 2:
			told.set()

	client.on_connect_fail = note
	client.reconnect_delay_set(1, 1)
	client.loop_start()
	assert told.wait(30)
	client.loop_stop()
	said = [record.getMessage() for record in caplog.records if "is not reached" in record.getMessage()]
	assert len(said) == 1
	assert f"127.0.0.1:{port}" in said[0]
	assert "refused" in said[0]


@pytest.mark.mosquitto
def test_a_broker_that_does_not_know_the_listener_is_named_with_what_to_do(
	world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
	broker = Broker(tmp_path / "broker", "allow_anonymous false")
	broker.start()
	made, _client = listen(world)
	made.address = replace(ADDRESS, port=broker.port, username="elm", password="wrong")
	client = made._make_client()
	try:
		client.connect_async("127.0.0.1", broker.port)
		client.loop_start()
		until(lambda: "who signs in as elm: Not authorized. bench vsv-broker-config" in caplog.text)
	finally:
		client.loop_stop()
		broker.stop()


def test_a_message_of_an_older_connection_is_not_acknowledged_under_the_new_one(world: World) -> None:
	made, client = listen(world)
	payload = world.message([world.event(A1, at("08:25"))])
	made._received.put(Received(TOPIC, payload, 1, 1, made._connection))
	made._connection += 1
	made._work_once()
	assert client.acknowledged == []
	assert len(world.check_ins()) == 1


@pytest.mark.parametrize("topic", ["", "vsv", "vsv/v1/x/y", "vsv/v1/x/y/nothing", "a/b/c/d/e/f"])
def test_a_topic_of_no_meaning_is_passed_over(world: World, topic: str) -> None:
	made, client = listen(world)
	made._received.put(Received(topic, b"{}", 1, 1, made._connection))
	made._work_once()
	assert (client.published, client.acknowledged) == ([], [1])


@pytest.mark.mosquitto
def test_two_listeners_of_one_name_push_each_other_off_and_say_what_to_change(
	world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
	broker = Broker(tmp_path / "broker")
	broker.start()
	both = [listen(world)[0] for _each in range(2)]
	threads = [threading.Thread(target=one.run, daemon=True) for one in both]
	try:
		for one, thread in zip(both, threads, strict=True):
			one._client, one.address = None, replace(ADDRESS, port=broker.port)
			thread.start()
		until(lambda: "School Code" in caplog.text)
		assert ADDRESS.client_id in caplog.text
	finally:
		for one in both:
			one.stop()
		for thread in threads:
			thread.join(20)
		broker.stop()


@pytest.mark.mosquitto
def test_what_the_broker_gives_again_is_told_from_what_somebody_sends_again(
	world: World, tmp_path: Path
) -> None:
	broker = Broker(tmp_path / "broker")
	broker.start()
	made, _client = listen(world)
	made._client, made.address = None, replace(ADDRESS, port=broker.port)
	other = mqtt.Client(CallbackAPIVersion.VERSION2)
	other.connect("127.0.0.1", broker.port)
	other.loop_start()

	def send(payload: bytes, *, retain: bool = False) -> None:
		other.publish(TOPIC, payload, qos=1, retain=retain).wait_for_publish(20)

	def received(count: int) -> list[tuple[bytes, bool]]:
		until(lambda: len(made._received) == count)
		return [(one.payload, one.again) for _each in range(count) if (one := made._received.take(1))]

	try:
		send(b"kept", retain=True)
		made._keep_connected()
		assert received(1) == [(b"kept", True)]
		send(b"new", retain=True)
		send(b"new")
		assert received(2) == [(b"new", False)] * 2
		made._drop_client()
		made._keep_connected()
		again = received(4)
		assert [payload for payload, _again in again].count(b"new") == 3
		assert {marked for _payload, marked in again} == {True}, "it was given before, and not acknowledged"
	finally:
		made._drop_client()
		other.disconnect()
		other.loop_stop()
		broker.stop()


def test_a_broker_that_says_who_took_the_session_is_believed_at_once(
	world: World, caplog: pytest.LogCaptureFixture
) -> None:
	made, _client = listen(world)
	client = made._make_client()
	made._connected_at = time.monotonic()
	taken_over = ReasonCode(PacketTypes.DISCONNECT, "Session taken over")
	client.on_disconnect(client, None, None, taken_over, None)  # type: ignore[misc]
	assert "School Code" in caplog.text
	assert client._reconnect_min_delay == module.LONGEST_BACKOFF_S, (
		"and the other one is left alone for a while"
	)
