"""A network that breaks in the ways that networks break: cut, frozen without a word, slow, half closed."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from tests.gateway.app_side import AppSide, wait_until
from tests.gateway.rig import Broker, Rig

pytestmark = pytest.mark.mosquitto

CHUNK = 65536
POLL_S = 0.05
SLOW_S = 0.1


class Proxy:
	"""Between gateway and broker. `frozen` swallows all without closing; `slow` delays each piece; `cut` closes."""

	def __init__(self, target: int) -> None:
		self.frozen = self.slow = False
		self._target = target
		self._ends: list[socket.socket] = []
		self._done: list[socket.socket] = []
		self._listener = socket.create_server(("127.0.0.1", 0))
		self._listener.settimeout(POLL_S)
		self.port = self._listener.getsockname()[1]
		self._open = True
		self._threads = [threading.Thread(target=self._accept)]
		self._threads[0].start()

	def cut(self) -> None:
		ends, self._ends = self._ends, []
		for end in ends:
			end.close()

	def half_close(self) -> None:
		"""Each side hears that the other sends no more."""
		ends, self._ends = self._ends, []
		for end in ends:
			with suppress(OSError):
				end.shutdown(socket.SHUT_WR)
		self._done += ends

	def close(self) -> None:
		self._open = False
		for thread in self._threads:
			thread.join()
		self.cut()
		for end in self._done:
			end.close()
		self._listener.close()

	def _accept(self) -> None:
		while self._open:
			try:
				near, _ = self._listener.accept()
			except TimeoutError:
				continue
			far = socket.create_connection(("127.0.0.1", self._target))
			self._ends += [near, far]
			for source, sink in ((near, far), (far, near)):
				source.settimeout(POLL_S)
				self._threads.append(threading.Thread(target=self._carry, args=(source, sink)))
				self._threads[-1].start()

	def _carry(self, source: socket.socket, sink: socket.socket) -> None:
		while self._open:
			try:
				data = source.recv(CHUNK)
				if not data:
					return
				if self.slow:
					time.sleep(SLOW_S)
				if not self.frozen:
					sink.sendall(data)
			except TimeoutError:
				continue
			except OSError:
				return


@pytest.fixture
def proxy(broker: Broker) -> Iterator[Proxy]:
	between = Proxy(broker.port)
	yield between
	between.close()


@pytest.fixture
def far_rig(rig: Rig, proxy: Proxy) -> Rig:
	rig.broker_port = proxy.port
	rig.configure(broker=["insecure = true", "keepalive_s = 5"])
	return rig


def connected(rig: Rig) -> int:
	return rig.output.read_text().count("connected to broker")


def all_arrive(rig: Rig, app: AppSide) -> None:
	wait_until(lambda: len(app.check_ins()) == len(rig.stored()), "every stored check-in, once")
	assert {(epoch, seq) for epoch, seq, *_ in app.check_ins()} == rig.stored()


def test_a_handshake_that_failed_once_does_not_keep_a_gateway_from_mqtt_5(
	far_rig: Rig, app: AppSide, proxy: Proxy
) -> None:
	proxy.frozen = True
	far_rig.start()
	wait_until(lambda: "no broker (" in far_rig.output.read_text(), "patience ends")
	proxy.frozen = False
	wait_until(lambda: connected(far_rig) == 1, "a connection")
	assert "with MQTT 3.1.1" in far_rig.output.read_text()
	proxy.cut()
	wait_until(lambda: connected(far_rig) == 2, "the next connection")
	assert far_rig.output.read_text().rpartition("connected to broker")[2].splitlines()[0].endswith("MQTT 5")


@pytest.mark.parametrize("trouble", [Proxy.cut, Proxy.half_close], ids=["cut", "half closed"])
def test_a_connection_that_ends_is_made_again_and_nothing_is_lost(
	far_rig: Rig, app: AppSide, proxy: Proxy, trouble: Callable[[Proxy], None]
) -> None:
	far_rig.start()
	for card in range(1, 4):
		far_rig.tap_and_wait(card)
		wait_until(lambda card=card: connected(far_rig) >= card, "a connection")
		trouble(proxy)
	far_rig.tap_and_wait(9)
	all_arrive(far_rig, app)


def test_a_network_that_freezes_without_a_word_is_noticed_and_nothing_is_lost(
	far_rig: Rig, app: AppSide, proxy: Proxy
) -> None:
	far_rig.start()
	wait_until(lambda: connected(far_rig) == 1, "a connection")
	proxy.frozen = True
	for card in range(1, 4):
		assert far_rig.tap_and_wait(card)["signal"].startswith("recorded")
	wait_until(lambda: "no broker (" in far_rig.output.read_text(), "the silence is noticed")
	assert far_rig.tap_and_wait(4)["signal"] == "recorded-offline"
	proxy.frozen = False
	proxy.cut()
	all_arrive(far_rig, app)


@pytest.mark.xdist_group("measures")
def test_a_slow_network_holds_up_no_learner(far_rig: Rig, app: AppSide, proxy: Proxy) -> None:
	far_rig.start()
	wait_until(lambda: connected(far_rig) == 1, "a connection")
	proxy.slow = True
	for card in range(1, 31):
		far_rig.tap_and_wait(card)
	assert len(app.check_ins()) < 30, "the door was faster than the network"
	all_arrive(far_rig, app)


def test_a_terminal_behind_a_serial_server_reads_like_a_local_one(rig: Rig, app: AppSide) -> None:
	from tests.gateway.rig import frame

	with socket.create_server(("127.0.0.1", 0)) as server:
		far = rig.terminals["door"]
		far.pull()
		far.path = f"socket://127.0.0.1:{server.getsockname()[1]}"  # type: ignore[assignment]  # a URL in place of a path
		rig.configure()
		rig.start()
		for card in (1, 2):
			line, _ = server.accept()
			with line:
				# pyserial empties the input of a line that it has just opened, as on a local port.
				wait_until(
					lambda card=card: rig.output.read_text().count("open on socket") == card, "the line"
				)
				line.sendall(frame(card) * 2)
				wait_until(lambda card=card: len(rig.stored()) == card, "the read")
		rig.stop()
	assert len(rig.rows()) == 2
