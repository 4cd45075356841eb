"""A network of everyday speed between the processes: what is on its way when one of them dies is what a crash test is about."""

import random
import socket
import threading
import time
from contextlib import suppress

from tests.seed import SEED

CHUNK = 65536
POLL_S = 0.05


class SlowWire:
	"""Joins each connection to a port of this machine, and holds up each piece for a random time up to `lag_s`."""

	def __init__(self, target: int, lag_s: float) -> None:
		self._target = target
		self._lag_s = lag_s
		self._open = True
		self._door = socket.create_server(("127.0.0.1", 0))
		self._door.settimeout(POLL_S)
		self.port = int(self._door.getsockname()[1])
		self._threads = [threading.Thread(target=self._accept)]
		self._threads[0].start()

	def close(self) -> None:
		self._open = False
		for thread in self._threads:
			thread.join()
		self._door.close()

	def _accept(self) -> None:
		while self._open:
			try:
				near, _address = self._door.accept()
			except TimeoutError:
				continue
			try:
				far = socket.create_connection(("127.0.0.1", self._target))
			except OSError:  # the broker is down
				near.close()
				continue
			self._threads.append(threading.Thread(target=self._join, args=(near, far)))
			self._threads[-1].start()

	def _join(self, near: socket.socket, far: socket.socket) -> None:
		back = threading.Thread(target=self._carry, args=(far, near))
		back.start()
		self._carry(near, far)
		back.join()
		near.close()
		far.close()

	def _carry(self, source: socket.socket, sink: socket.socket) -> None:
		"""Until one side ends; then the other hears of it."""
		chance = random.Random(SEED)
		source.settimeout(POLL_S)
		while self._open:
			try:
				data = source.recv(CHUNK)
				if not data:
					break
				time.sleep(chance.uniform(0, self._lag_s))
				sink.sendall(data)
			except TimeoutError:
				continue
			except OSError:
				break
		for end in (source, sink):
			with suppress(OSError):
				end.shutdown(socket.SHUT_RDWR)
