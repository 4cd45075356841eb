"""A wire on this machine that a test can cut: TCP connections to a real server pass through it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Wire:
	"""Listens on a free port of 127.0.0.1 and joins each connection to `target`, as long as it is whole."""

	def __init__(self, target: tuple[str, int]) -> None:
		self._target = target
		self._whole = True
		self._joined: list[socket.socket] = []
		self._door = socket.create_server(("127.0.0.1", 0))
		self.port = int(self._door.getsockname()[1])
		self.refused = 0
		threading.Thread(target=self._take, daemon=True).start()

	def cut(self) -> None:
		"""Every connection breaks, and new ones do until `mend`."""
		self._whole = False
		for end in self._joined:
			with suppress(OSError):
				end.shutdown(socket.SHUT_RDWR)
		self._joined.clear()

	def mend(self) -> None:
		self._whole = True

	def close(self) -> None:
		self.cut()
		self._door.close()

	def _take(self) -> None:
		with suppress(OSError):  # the door is closed
			while True:
				near, _address = self._door.accept()
				if self._whole:
					far = socket.create_connection(self._target)
					self._joined += [near, far]
					for pair in ((near, far), (far, near)):
						threading.Thread(target=_pass_on, args=pair, daemon=True).start()
				else:
					self.refused += 1
					near.close()


@contextmanager
def wire(target: tuple[str, int]) -> Iterator[Wire]:
	made = Wire(target)
	try:
		yield made
	finally:
		made.close()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
	with suppress(OSError):
		while data := source.recv(65536):
			sink.sendall(data)
	for end in (source, sink):
		with suppress(OSError):
			end.shutdown(socket.SHUT_RDWR)
