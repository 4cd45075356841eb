"""How the gateway fares: gathered for the health message, for `status`, and for Prometheus."""

import shutil
import time
from collections.abc import Sequence
from typing import Any

from gateway import __version__, machine
from gateway.alarms import Alarms
from gateway.clock import Clock
from gateway.door import Door
from gateway.messages import rfc3339
from gateway.outbox import Outbox
from gateway.publisher import Publisher
from gateway.roster import Roster
from gateway.terminal import Terminal
from gateway.watch import CLOSED, FULL, NOISY, SILENT, Watch

LOW_DISK_BYTES = 200 * 1024 * 1024
BLIND = {
	CLOSED: "the port cannot be opened: is the cable in?",
	SILENT: "the reader gives no answer: has it power?",
	NOISY: "more is refused than read: speed, protocol, cable?",
	FULL: "reads are refused, because the store takes none: is the disk full, or damaged?",
}
"""Why a terminal reads nobody, and what to do."""


class Health:
	"""Looks at the parts of a running gateway; changes nothing but the alarms that follow from what it sees."""

	def __init__(
		self,
		*,
		outbox: Outbox,
		clock: Clock,
		door: Door,
		roster: Roster,
		publisher: Publisher,
		terminals: Sequence[Terminal],
		watch: Watch,
		alarms: Alarms,
	) -> None:
		self._outbox, self._clock, self._door, self._roster = outbox, clock, door, roster
		self._publisher, self._terminals, self._alarms = publisher, terminals, alarms
		self._watch = watch
		self._began = time.monotonic()

	def facts(self) -> dict[str, Any]:
		"""The body of a health message, without what names the gateway."""
		backlog = self._outbox.backlog()
		oldest_s = 0
		if backlog.oldest_at is not None:
			oldest_s = max(0, round((self._clock.now() - backlog.oldest_at).total_seconds()))
		disk_free = shutil.disk_usage(self._outbox.path.parent).free
		undervoltage = machine.undervoltage()
		self._judge(filling=backlog.filling, disk_free=disk_free, undervoltage=bool(undervoltage))
		last_ack = self._publisher.last_ack_at
		return {
			"version": __version__,
			"uptime_s": round(time.monotonic() - self._began),
			"boot_id": self._clock.boot_id,
			"clock": self._clock.quality(),
			"backlog": backlog.count,
			"oldest_unconfirmed_s": oldest_s,
			"last_ack_at": rfc3339(last_ack) if last_ack else None,
			"disk_free_bytes": disk_free,
			"store_bytes": backlog.store_bytes,
			"temperature_c": machine.temperature_c(),
			"undervoltage": undervoltage,
			"refused_reads": self._door.tally.refused,
			"suppressed_reads": self._door.tally.suppressed,
			"refused_messages": self._publisher.refused,
			"roster_size": self._roster.size,
			"terminals": [self._terminal(terminal) for terminal in self._terminals],
			"alarms": [
				{"kind": alarm.kind, "terminal": alarm.terminal, "detail": alarm.detail}
				for alarm in self._alarms.standing()
			],
		}

	def _judge(self, *, filling: bool, disk_free: int, undervoltage: bool) -> None:
		hold = self._alarms.hold
		hold("store_filling", filling, "the store is over 80 % of what it may hold: is the app reached?")
		hold("disk_low", disk_free < LOW_DISK_BYTES, "less than 200 MB free on the disk")
		hold("undervoltage", undervoltage, "the power supply is or was too weak")
		hold(
			"clock_unset",
			self._clock.quality() == "unsynced",
			"the clock is not set: is an NTP server reached?",
		)
		for kind in ("store_recovered", "store_moved", "store_rolled_back", "check_in_damaged", "disk_full"):
			hold(kind, kind in self._outbox.alarms, self._outbox.alarms.get(kind, ""))
		for terminal in self._terminals:
			state = self._watch.state(terminal)
			for blind, remedy in BLIND.items():
				hold(f"terminal_{blind}", state == blind, remedy, terminal.name)

	def _terminal(self, terminal: Terminal) -> dict[str, Any]:
		return {
			"terminal": terminal.name,
			"protocol": terminal.protocol,
			"state": self._watch.state(terminal),
			"reads": terminal.reads,
			"faults": dict(terminal.faults),
			"last_read_at": rfc3339(terminal.last_read_at) if terminal.last_read_at else None,
		}
