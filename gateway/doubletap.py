"""One learner at the door is one check-in, however long the badge is held or how often it is tapped."""

import threading
import time
from collections.abc import Callable, Iterable

from gateway.outbox import RecentTap

HELD_S = 1.0  # a reader repeats a badge that is held in well under a second
TIDY_ABOVE = 4096


class DoubleTaps:
	"""Remembers who was counted when, per badge and direction, in time that no clock step touches.

	`boottime_ns` comes with each question, so that a simulated day shrinks the window with it; whether a badge is
	still being held is a matter of the reader's hardware and always runs on real time.
	"""

	def __init__(
		self, recent: Iterable[RecentTap] = (), *, monotonic: Callable[[], float] = time.monotonic
	) -> None:
		self._monotonic = monotonic
		self._lock = threading.Lock()
		self._counted = {(tap.badge, tap.direction): tap.boottime_ns for tap in recent}
		self._seen: dict[tuple[str, str], float] = {}

	def is_double(self, badge: str, direction: str, boottime_ns: int, window_s: float) -> bool:
		"""Whether this tap belongs to one that was counted already. If not, it is the caller's to count."""
		key, moment = (badge, direction), self._monotonic()
		with self._lock:
			counted, seen = self._counted.get(key), self._seen.get(key)
			if counted is None:
				return False
			still_held = seen is not None and moment - seen < HELD_S
			double = still_held or 0 <= boottime_ns - counted < window_s * 1e9
			if double:
				self._seen[key] = moment
			return double

	def count(self, badge: str, direction: str, boottime_ns: int) -> None:
		"""This tap is stored."""
		key = (badge, direction)
		with self._lock:
			self._counted[key] = boottime_ns
			self._seen[key] = self._monotonic()
			if len(self._counted) > TIDY_ABOVE:
				self._forget_oldest_half()

	def _forget_oldest_half(self) -> None:
		newest = sorted(self._counted, key=self._counted.__getitem__)[TIDY_ABOVE // 2 :]
		self._counted = {key: self._counted[key] for key in newest}
		self._seen = {key: self._seen[key] for key in newest if key in self._seen}
