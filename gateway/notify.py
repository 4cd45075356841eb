"""Telling systemd that we are ready, and that work goes on: the datagrams of sd_notify(3)."""

import logging
import os
import socket
from collections.abc import Mapping

log = logging.getLogger("vsv_gateway.notify")


class Notifier:
	"""Silent where systemd is not listening."""

	def __init__(self, environment: Mapping[str, str] | None = None) -> None:
		env = os.environ if environment is None else environment
		self._address = env.get("NOTIFY_SOCKET", "")
		microseconds = env.get("WATCHDOG_USEC", "")
		self.watchdog_s = int(microseconds) / 1e6 if microseconds.isdigit() else None

	def ready(self) -> None:
		self._send("READY=1")

	def working(self, status: str) -> None:
		"""Feed the watchdog; call it only when real progress was seen."""
		self._send(f"WATCHDOG=1\nSTATUS={status}")

	def stopping(self) -> None:
		self._send("STOPPING=1")

	def _send(self, text: str) -> None:
		if not self._address:
			return
		# A leading @ stands for the abstract name space.
		address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
		try:
			with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
				out.sendto(text.encode(), address)
		except OSError as error:
			# No reason to shut the door; where systemd misses it, its watchdog acts
			log.warning("systemd could not be told: %s", error.strerror)
