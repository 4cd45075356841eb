"""Repeat confirmation: a number counts when the reader says it twice.

Ghost reads with a right check value are known of the RDM6300 family (https://github.com/esprfid/esp-rfid/issues/411,
https://github.com/arendst/Tasmota/issues/9522). A held card repeats every 50 to 65 ms there, so a second read
costs a learner nothing; a ghost does not come twice.
"""

from gateway.readers.reads import BadgeRead, Fault


class Confirmation:
	"""Lets a read pass once for each time that a card is held to the reader, at its second equal read.

	`window_s`: the second read must come within so many seconds of the one before; silence of that length also
	ends the card's presence, after which it must be confirmed anew. `now` is seconds of any clock that never
	goes back.
	"""

	def __init__(self, window_s: float = 0.25) -> None:
		if not window_s > 0:
			raise ValueError("the confirmation window must be longer than 0 seconds")
		self._window_s = window_s
		self._last: BadgeRead | None = None
		self._last_at = 0.0
		self._reads = 0
		self._unconfirmed: list[Fault] = []

	def judge(self, read: BadgeRead, now: float) -> BadgeRead | None:
		"""The read to act on (with `reads` = 2, and the offset of the first), or None: wait, or already given."""
		first = self._last
		if first is None or first.card != read.card or now - self._last_at > self._window_s:
			self._drop()
			self._last, self._last_at, self._reads = read, now, 1
			return None
		self._last_at = now
		self._reads += 1
		return first._replace(reads=2) if self._reads == 2 else None

	def expired(self, now: float) -> list[Fault]:
		"""A Fault for each read that was never confirmed: its window has passed, or another card came between."""
		if self._last is not None and now - self._last_at > self._window_s:
			self._drop()
		faults, self._unconfirmed = self._unconfirmed, []
		return faults

	def _drop(self) -> None:
		if self._last is not None and self._reads == 1:
			self._unconfirmed.append(Fault("unconfirmed", self._last.at))
		self._last = None
		self._reads = 0
