"""What to send next. The outbox is the only queue; this remembers how far it was handed over and what is unanswered.

At most WINDOW messages wait for the app's acknowledgement. A live read goes out alone and at once; whatever piled
up goes out in batches. When acknowledgements stop coming, all that is unconfirmed is sent again from the oldest on,
one message at a time until the app answers, so that a listener that is away finds no flood at the broker. Each is
looked into first, because a check-in that the medium damaged would never be answered.
"""

import time
from collections import deque
from collections.abc import Callable

from gateway.backoff import Backoff
from gateway.outbox import BEGINNING, Batch, Outbox, Position

WINDOW = 20
BATCH = 1000
FIRST_PATIENCE_S, LONGEST_PATIENCE_S = 15.0, 300.0
UNHEARD_FIRST_S, UNHEARD_LONGEST_S = 1.0, 30.0


class Drain:
	"""Of one publisher, used by its thread alone. `publish` returns False when the connection is gone."""

	def __init__(
		self,
		outbox: Outbox,
		*,
		publish: Callable[[Batch], bool],
		may_still_be_dated: Callable[[], bool],
		monotonic: Callable[[], float] = time.monotonic,
		patience: Backoff | None = None,
	) -> None:
		self._outbox, self._publish, self._may_still_be_dated = outbox, publish, may_still_be_dated
		self._monotonic = monotonic
		self._patience = patience or Backoff(FIRST_PATIENCE_S, LONGEST_PATIENCE_S)
		self._unheard = Backoff(UNHEARD_FIRST_S, UNHEARD_LONGEST_S)
		self._unanswered: deque[Position] = deque()
		self._cursor = BEGINNING
		self._window = WINDOW
		self._resend_at: float | None = None
		self.resends = 0

	@property
	def idle(self) -> bool:
		"""Whether everything handed over is answered."""
		return not self._unanswered

	@property
	def resend_at(self) -> float | None:
		"""When patience ends, on the monotonic clock."""
		return self._resend_at

	def start_over(self) -> None:
		"""On a new connection: everything unconfirmed goes out again."""
		self._cursor = BEGINNING
		self._unanswered.clear()
		self._resend_at = None

	def answered(self, confirmed: Position) -> None:
		"""The app holds this epoch up to here."""
		before = len(self._unanswered)
		self._unanswered = deque(
			each
			for each in self._unanswered
			if each.epoch_no != confirmed.epoch_no or each.seq > confirmed.seq
		)
		if len(self._unanswered) < before:
			self._window = WINDOW
			self._patience.reset()
			self._unheard.reset()
			self._resend_at = self._monotonic() + self._patience.next() if self._unanswered else None

	def unheard(self) -> None:
		"""The broker had nobody to give a message to, and kept it for nobody: no use waiting long for an answer."""
		if self._unanswered:
			soon = self._monotonic() + self._unheard.next()
			self._resend_at = soon if self._resend_at is None else min(self._resend_at, soon)

	def fill(self) -> None:
		"""Send as much as the window allows; call it whenever something may have changed."""
		if self._resend_at is not None and self._monotonic() >= self._resend_at:
			self.start_over()
			self._window = 1
			self.resends += 1
		while len(self._unanswered) < self._window:
			batch = self._outbox.batch(self._cursor, BATCH)
			if batch is not None and self._window == 1 and self._outbox.mend(batch):
				batch = self._outbox.batch(self._cursor, BATCH)
			if batch is None:
				return
			if batch.undated:
				if self._may_still_be_dated():
					return
				self._outbox.settle_dates(batch)
				batch = self._outbox.batch(self._cursor, BATCH) or batch  # with what is certain of its times
			if not self._publish(batch):
				return
			self._cursor = batch.last
			self._unanswered.append(batch.last)
			if self._resend_at is None:
				self._resend_at = self._monotonic() + self._patience.next()
