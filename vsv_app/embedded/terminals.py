"""Badge terminals as pseudo-terminals: the bytes that a real reader sends, on a tty that the gateway opens."""

import os
import tty
from functools import reduce
from operator import xor
from pathlib import Path

STX, ETX = b"\x02", b"\x03"


class PtyTerminal:
	"""A reader at the far end of a serial line. `path` is what the gateway's configuration names."""

	protocol = ""

	def __init__(self, path: Path) -> None:
		self.path = path
		self._ours, theirs = os.openpty()
		tty.setraw(theirs)
		path.unlink(missing_ok=True)
		path.symlink_to(os.ttyname(theirs))
		# Kept open, so that the line stays up while the gateway is away and what was read meanwhile waits in it.
		self._theirs = theirs

	def hold(self, card: str) -> None:
		"""Hold a card to the reader; `card` is ten hex digits."""
		os.write(self._ours, self.frames(card))

	def noise(self, data: bytes) -> None:
		"""Put arbitrary bytes on the line."""
		os.write(self._ours, data)

	def frames(self, card: str) -> bytes:
		"""What the reader sends for a card that is held to it."""
		return card.encode()

	def close(self) -> None:
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
