"""Fixtures of the gateway's tests: a broker, the app's side, and a bench with the real process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.app_side import AppSide
from tests.gateway.rig import MAC_KEY, Broker, Rig


def pytest_configure(config: pytest.Config) -> None:
	config.addinivalue_line("markers", "mosquitto: starts a real Mosquitto")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
	running = Broker(tmp_path / "broker")
	running.start()
	yield running
	running.stop()


@pytest.fixture
def app(tmp_path: Path, broker: Broker) -> Iterator[AppSide]:
	with AppSide(broker.port, tmp_path / "app.db", MAC_KEY) as side:
		side.wait_subscribed()
		yield side


@pytest.fixture
def rig(tmp_path: Path, broker: Broker) -> Iterator[Rig]:
	bench = Rig(tmp_path, broker.port)
	bench.terminal("door")
	bench.configure()
	yield bench
	bench.close()
