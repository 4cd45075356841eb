"""Badge terminals as pseudo-terminals: the bytes that a real reader sends, on a tty that the gateway opens."""

import fcntl
import os
import sys
import termios
import time
import tty
from functools import reduce
from operator import xor
from pathlib import Path

STX, ETX = b"\x02", b"\x03"
ON_ITS_WAY_S = 0.5
"""In which what was put on the line has come to its other end."""
IS_READ_WITHIN_S = 30.0


class PtyTerminal:
	"""A reader at the far end of a serial line. `path` is what the gateway's configuration names."""

	protocol = ""

	def __init__(self, path: Path) -> None:
		self.path = path
		self.plug_in()

	def plug_in(self) -> None:
		"""Connect its cable."""
		self._ours, theirs = os.openpty()
		tty.setraw(theirs)
		self.path.unlink(missing_ok=True)
		self.path.symlink_to(os.ttyname(theirs))
		# Kept open, so that the line stays up while the gateway is away and what was read meanwhile waits in it.
		self._theirs = theirs
		self.plugged_in = True

	def pull_out(self) -> None:
		"""Pull its cable, once the gateway has read what is on the line."""
		time.sleep(ON_ITS_WAY_S)
		deadline = time.monotonic() + IS_READ_WITHIN_S
		while self._unread() and time.monotonic() < deadline:
			time.sleep(0.05)
		self.close()
		self.plugged_in = False

	def _unread(self) -> int:
		"""Bytes that wait on the line for the gateway."""
		waiting = fcntl.ioctl(self._theirs, termios.FIONREAD, bytes(4))
		return int.from_bytes(waiting, sys.byteorder)

	def hold(self, card: str) -> None:
		"""Hold a card to the reader; `card` is ten hex digits. Without its cable nothing comes of it."""
		if self.plugged_in:
			os.write(self._ours, self.frames(card))

	def noise(self, data: bytes) -> None:
		"""Put arbitrary bytes on the line."""
		os.write(self._ours, data)

	def frames(self, card: str) -> bytes:
		"""What the reader sends for a card that is held to it."""
		return card.encode()

	def close(self) -> None:
		if not self.plugged_in:
			return
		self.path.unlink(missing_ok=True)
		os.close(self._ours)
		os.close(self._theirs)


class Rdm6300(PtyTerminal):
	"""A 125 kHz reader that repeats a card for as long as it is held: here twice."""

	protocol = "rdm6300"

	def frames(self, card: str) -> bytes:
		check = reduce(xor, bytes.fromhex(card))
		return (STX + card.encode() + f"{check:02X}".encode() + ETX) * 2


class LineReader(PtyTerminal):
	"""A reader that sends the number as a line of hex digits."""

	protocol = "line"

	def frames(self, card: str) -> bytes:
		return card.encode() + b"\r\n"
