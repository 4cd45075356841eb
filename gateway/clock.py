"""What time it is, how far that can be trusted, and how much time has passed whatever the wall clock does.

Ordering and windows use `boottime_ns`, which no clock step touches; `now` is only ever a label on a check-in.
"""

import ctypes
import re
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

TRUST = frozenset({"auto", "always"})
QUALITY_CACHE_S = 1.0
FRESH_SYNC_S = 3 * 3600
MOVED_S = 5.0
TIMESYNC_FLAG = Path("/run/systemd/timesync/synchronized")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
SIMULATED_BOOT = "simulated"
_TIME_ERROR = 5
_STA_UNSYNC = 0x0040


class Clock(Protocol):
	"""`boot_id` names the span within which two values of `boottime_ns` can be compared."""

	boot_id: str

	def now(self) -> datetime:
		"""The wall clock, with the local offset."""
		...

	def boottime_ns(self) -> int:
		"""Nanoseconds that only grow, sleep included."""
		...

	def quality(self) -> str:
		"""synced, holdover (was synced in this boot, is no longer) or unsynced."""
		...

	def was_set(self) -> None:
		"""The time was known in this start of the machine, before this program began."""
		...


class SystemClock:
	"""The machine's clocks. `trust` "always" is for machines whose time is kept by other means than NTP."""

	def __init__(self, trust: str = "auto", *, kernel_synced: Callable[[], bool] | None = None) -> None:
		# A machine that does not tell gets a new name at each start of the program, so that two are never taken for one
		self.boot_id = BOOT_ID.read_text().strip() if BOOT_ID.exists() else secrets.token_hex(16)
		self._trust = trust
		self._kernel_synced = kernel_synced or kernel_clock_synced
		self._judged_at = -QUALITY_CACHE_S
		self._quality = "unsynced"
		self._was_synced = False
		self._ahead_s: float | None = None

	def now(self) -> datetime:
		"""While nothing sets the clock any more, it runs on from when it was set: somebody's hand changes no time."""
		if self._ahead_s is not None and self.quality() == "holdover":
			return datetime.fromtimestamp(self._ahead_s + self.boottime_ns() / 1e9).astimezone()
		return datetime.now().astimezone()

	def was_set(self) -> None:
		"""The time was known in this start of the machine, before this program began."""
		self._was_synced = True

	def boottime_ns(self) -> int:
		return time.clock_gettime_ns(time.CLOCK_BOOTTIME)

	def quality(self) -> str:
		if self._trust == "always":
			return "synced"
		moment = time.monotonic()
		if moment - self._judged_at >= QUALITY_CACHE_S:
			self._judged_at = moment
			self._quality = self._judge()
		return self._quality

	def _judge(self) -> str:
		flagged = _age_of(TIMESYNC_FLAG)
		by_mark = flagged is not None and abs(flagged) < FRESH_SYNC_S and not self._was_moved()
		if self._kernel_synced() or by_mark:
			self._was_synced = True
			self._ahead_s = time.time() - self.boottime_ns() / 1e9
			return "synced"
		return "holdover" if self._was_synced or flagged is not None else "unsynced"

	def _was_moved(self) -> bool:
		"""Whether somebody's hand set the clock since it was synced: then the kernel says no more that it is."""
		if self._ahead_s is None:
			return False
		return abs(time.time() - self.boottime_ns() / 1e9 - self._ahead_s) > MOVED_S


class SimulatedClock:
	"""A day played at `speed`, from `start` on; `boottime_ns` runs at that speed too, so double-tap windows shrink with it."""

	boot_id = SIMULATED_BOOT

	def __init__(self, start: datetime, speed: float) -> None:
		if start.tzinfo is None or speed <= 0:
			raise ValueError("a simulated clock needs a start with an offset and a speed above 0")
		self._start, self._speed = start, speed
		self._began_ns = time.monotonic_ns()
		self._start_ns = round(start.timestamp() * 1e9)

	def now(self) -> datetime:
		return self._start + timedelta(microseconds=self._passed_ns() / 1000)

	def boottime_ns(self) -> int:
		return self._start_ns + self._passed_ns()

	def quality(self) -> str:
		return "synced"

	def was_set(self) -> None:
		"""It always is."""

	def _passed_ns(self) -> int:
		return round((time.monotonic_ns() - self._began_ns) * self._speed)


def parse_simulated(text: str) -> SimulatedClock:
	"""START@SPEED, or START@SPEED@BEGAN where it was START at BEGAN in Unix seconds; raises ValueError."""
	form = re.fullmatch(r"([^@]+)@(\d+(?:\.\d+)?)(?:@(\d+(?:\.\d+)?))?", text)
	if form is None:
		raise ValueError(f"{text!r} is not START@SPEED, such as 2026-11-23T08:00:00+01:00@60")
	start, speed, began = form.groups()
	ahead_s = time.time() - float(began) if began else 0.0
	return SimulatedClock(
		datetime.fromisoformat(start) + timedelta(seconds=ahead_s * float(speed)), float(speed)
	)


def kernel_clock_synced() -> bool:
	"""Whether something disciplines the kernel's clock (adjtimex without STA_UNSYNC)."""
	libc = ctypes.CDLL(None, use_errno=True)
	if not hasattr(libc, "adjtimex"):
		return False
	timex = _Timex()
	state: int = libc.adjtimex(ctypes.byref(timex))
	return 0 <= state < _TIME_ERROR and not timex.status & _STA_UNSYNC


class _Timex(ctypes.Structure):
	# struct timex of <sys/timex.h>; only `status` is read, the rest makes room for what the kernel writes.
	_fields_ = (
		("modes", ctypes.c_uint),
		("offset", ctypes.c_long),
		("freq", ctypes.c_long),
		("maxerror", ctypes.c_long),
		("esterror", ctypes.c_long),
		("status", ctypes.c_int),
		("room", ctypes.c_char * 256),
	)


def _age_of(path: Path) -> float | None:
	try:
		return time.time() - path.stat().st_mtime
	except OSError:
		return None
