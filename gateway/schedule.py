"""What is done every so often beside the door: health, the roster. On APScheduler, off the path of a check-in."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

MISFIRE_GRACE_S = 3600
JUMP_S = 5.0


class Schedule:
	"""Runs from its making until `close`. APScheduler goes by the wall clock, so `mend` has to hear of its jumps."""

	def __init__(
		self, *, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
	) -> None:
		# Importing it costs a quarter of a second, for which the first learner at the door need not wait
		from apscheduler.schedulers.background import BackgroundScheduler  # noqa: PLC0415

		self._wall, self._monotonic = wall, monotonic
		self._ahead = self._wall() - self._monotonic()
		# In UTC, because intervals need no zone, and looking up the local one can fail on a bare system.
		self._scheduler = BackgroundScheduler(
			timezone="UTC",
			job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": MISFIRE_GRACE_S},
		)
		self._scheduler.start()

	def every(self, seconds: float, work: Callable[[], None]) -> None:
		"""Now, and then again and again; never twice at the same time."""
		self._scheduler.add_job(work, "interval", seconds=seconds, next_run_time=datetime.now(UTC))

	def soon(self, work: Callable[[], None]) -> None:
		"""Once, without waiting for it."""
		self._scheduler.add_job(work)

	def mend(self) -> None:
		"""Call it every few seconds: a clock that was set back would otherwise leave everything waiting for the old time."""
		ahead = self._wall() - self._monotonic()
		if abs(ahead - self._ahead) > JUMP_S:
			self._ahead = ahead
			for job in self._scheduler.get_jobs():
				job.modify(next_run_time=datetime.now(UTC))

	def close(self) -> None:
		self._scheduler.shutdown(wait=False)
