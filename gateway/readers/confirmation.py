"""Repeat confirmation: a number counts when the reader says it twice.

Ghost reads with a right check value are known of the RDM6300 family (https://github.com/esprfid/esp-rfid/issues/411,
https://github.com/arendst/Tasmota/issues/9522). A held card repeats every 50 to 65 ms there, so a second read
costs a learner nothing; a ghost does not come twice.
"""

from gateway.readers.reads import BadgeRead, Fault

WAITING_LIMIT = 8


class Confirmation:
	"""Lets a read pass once for each time that a card is held to the reader, at its second equal read.

	`window_s`: the second read must come within so many seconds of the first; silence of that length also ends the
	card's presence, after which it must be confirmed anew. So does another card that is confirmed, but not a ghost:
	where there are ghosts, they must not keep a learner waiting, nor count a tap twice. `now` is seconds of any clock
	that never goes back.
	"""

	def __init__(self, window_s: float = 0.25) -> None:
		if not window_s > 0:
			raise ValueError("the confirmation window must be longer than 0 seconds")
		self._window_s = window_s
		self._present: str | None = None
		self._present_at = 0.0
		self._waiting: dict[str, tuple[BadgeRead, float]] = {}
		self._unconfirmed: list[Fault] = []

	@property
	def present(self) -> str | None:
		"""The card that is held to the reader, as far as the last read told."""
		return self._present

	def judge(self, read: BadgeRead, now: float) -> BadgeRead | None:
		"""The read to act on (with `reads` = 2, and the offset of the first), or None: wait, or already given."""
		self._pass_by(now)
		if read.card == self._present:
			self._present_at = now
			return None
		first = self._waiting.pop(read.card, None)
		if first is None:
			self._drop(len(self._waiting) + 1 - WAITING_LIMIT)
			self._waiting[read.card] = read, now
			return None
		self._drop(len(self._waiting))
		self._present, self._present_at = read.card, now
		return first[0]._replace(reads=2)

	def expired(self, now: float) -> list[Fault]:
		"""A Fault for each read that was never confirmed: its window has passed, or another card was confirmed."""
		self._pass_by(now)
		faults, self._unconfirmed = self._unconfirmed, []
		return faults

	def end(self) -> list[Fault]:
		"""As `expired`, where no more reads will come."""
		self._drop(len(self._waiting))
		faults, self._unconfirmed = self._unconfirmed, []
		return faults

	def _pass_by(self, now: float) -> None:
		if self._present is not None and now - self._present_at > self._window_s:
			self._present = None
		self._drop(sum(now - at > self._window_s for _, at in self._waiting.values()))

	def _drop(self, count: int) -> None:
		"""The `count` oldest of those that wait."""
		for card in list(self._waiting)[: max(count, 0)]:
			read, _ = self._waiting.pop(card)
			self._unconfirmed.append(Fault("unconfirmed", read.at))
