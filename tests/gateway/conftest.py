"""Fixtures of the gateway's tests: a broker, the app's side, and a bench with the real process."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.gateway.app_side import AppSide
from tests.gateway.rig import MAC_KEY, Broker, Rig, free_port


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
	running = Broker(tmp_path / "broker")
	running.start()
	yield running
	running.stop()


@pytest.fixture
def make_broker(tmp_path: Path) -> Iterator[Callable[..., Broker]]:
	"""Brokers with settings of their own; stopped at the end, whatever becomes of the test."""
	made: list[Broker] = []

	def make(*settings: str) -> Broker:
		made.append(Broker(tmp_path / f"broker-{len(made)}", *settings))
		return made[-1]

	yield make
	for each in made:
		each.stop()


@pytest.fixture
def app(tmp_path: Path, broker: Broker) -> Iterator[AppSide]:
	with AppSide(broker.port, tmp_path / "app.db", MAC_KEY) as side:
		side.wait_subscribed()
		yield side


@pytest.fixture
def lone_rig(tmp_path: Path) -> Iterator[Rig]:
	"""A rig whose broker is out of reach."""
	bench = Rig(tmp_path, free_port())
	bench.terminal("door")
	bench.configure()
	yield bench
	bench.close()


@pytest.fixture
def rig(tmp_path: Path, broker: Broker) -> Iterator[Rig]:
	bench = Rig(tmp_path, broker.port)
	bench.terminal("door")
	bench.configure()
	yield bench
	bench.close()
