"""A gateway whose store cannot be opened: the doors say so to each learner, and the store is tried again and again.

Nothing is accepted meanwhile, and nothing published: without a store nothing can be promised.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from gateway.config import Config
from gateway.door import OUT_OF_SERVICE, Answer, Doorway, FeedbackLog
from gateway.notify import Notifier
from gateway.outbox import OutboxError
from gateway.service import JOIN_S, make_terminal, open_outbox

log = logging.getLogger("vsv_gateway")

TRY_EVERY_S = 5.0


class ClosedDoor:
	"""Stores nothing and promises nothing."""

	def decide(
		self, doorway: Doorway, card: str, other_forms: Callable[[], tuple[str, ...]] = tuple
	) -> Answer:
		return Answer(OUT_OF_SERVICE)


def wait_for_store(config: Config, why: str, stopping: threading.Event, feedback_log: Path | None) -> None:
	"""Answer at every terminal until the store opens or `stopping` is set; raises ConfigError."""
	log.error("out of service: %s", why)
	notifier, notes = Notifier(), FeedbackLog(feedback_log) if feedback_log else None
	terminals = [
		make_terminal(section, ClosedDoor(), now=_now, feedback_log=notes) for section in config.terminal
	]
	for terminal in terminals:
		terminal.start()
	notifier.ready()
	try:
		while not stopping.wait(TRY_EVERY_S):
			notifier.working(f"out of service: {why}")
			try:
				open_outbox(config).close()
				return
			except OutboxError as error:
				why = error.detail
	finally:
		for terminal in terminals:
			terminal.stop()
		for terminal in terminals:
			terminal.join(JOIN_S)
		if notes is not None:
			notes.close()


def _now() -> datetime:
	return datetime.now().astimezone()
