"""What is wrong now and needs a person, by kind; shown in the health message and by `status`."""

import logging
import threading
from dataclasses import dataclass

log = logging.getLogger("vsv_gateway.alarms")


@dataclass(frozen=True)
class Alarm:
	kind: str
	detail: str
	terminal: str | None = None


class Alarms:
	"""Raised again, an alarm only changes its text; each is logged when it begins and when it ends."""

	def __init__(self) -> None:
		self._standing: dict[tuple[str, str | None], Alarm] = {}
		self._lock = threading.Lock()

	def begin(self, kind: str, detail: str, terminal: str | None = None) -> None:
		with self._lock:
			new = (kind, terminal) not in self._standing
			self._standing[(kind, terminal)] = Alarm(kind, detail, terminal)
		if new:
			log.error("alarm %s%s: %s", kind, f" at {terminal}" if terminal else "", detail)

	def end(self, kind: str, terminal: str | None = None) -> None:
		with self._lock:
			ended = self._standing.pop((kind, terminal), None)
		if ended is not None:
			log.warning("alarm %s%s is over", kind, f" at {terminal}" if terminal else "")

	def hold(self, kind: str, holds: bool, detail: str, terminal: str | None = None) -> None:
		"""Begin or end, by whether its condition holds."""
		if holds:
			self.begin(kind, detail, terminal)
		else:
			self.end(kind, terminal)

	def standing(self) -> list[Alarm]:
		with self._lock:
			return sorted(self._standing.values(), key=lambda alarm: (alarm.kind, alarm.terminal or ""))
