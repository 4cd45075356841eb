"""Offline import: check-ins that were carried here by hand, as `vsv-gateway outbox export` wrote them, taken over as if they had been sent."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from vsv_app.engine.gateways import messages
from vsv_app.services.dispatch.inbox import Inbox
from vsv_app.services.gateways.signed_message import Refused
from vsv_app.services.school import School
from vsv_app.stores.queries.gateways import accounts
from vsv_app.stores.store import Store

OF_THE_EXPORT = frozenset({"epoch", "confirmed"})
"""What a line says beside the event itself."""
REQUIRED = frozenset({"seq", "terminal", "at", "clock"})
"""What every kind of event has."""


class NotAnExport(ValueError):
	"""Lines that no gateway wrote; the text names the first of them."""


def bring_in(
	store: Store, school: School, gateway: str, lines: Iterable[str], clock: Callable[[], datetime]
) -> int:
	"""Take over the check-ins in `lines`; how many there are. What came before changes nothing. `clock` gives aware time.

	Nothing is taken over where this raises: NotAnExport, or Refused for a gateway that is not known or switched off.
	"""
	account = accounts.account(store, gateway)
	if account is None or not account.enabled:
		raise Refused(f"{gateway} is no gateway of this school, is switched off or has no key.")
	events = dict(_event(number, line) for number, line in enumerate(lines, start=1) if line.strip())
	inbox, topic = Inbox(clock), f"vsv/v1/{school.code}/{gateway}/checkins"
	for payload in _messages(gateway, account.mac_key, events):
		inbox.take(store, topic, payload, again=True)
	inbox.settle(store)
	return len(events)


def _event(number: int, line: str) -> tuple[tuple[str, int], dict[str, Any]]:
	"""What one line holds, by (epoch, seq)."""
	try:
		told = json.loads(line)
		event = {name: value for name, value in told.items() if name not in OF_THE_EXPORT}
		if not event.keys() >= REQUIRED:
			raise KeyError
		if messages.EPOCH.fullmatch(told["epoch"]) and type(event["seq"]) is int:
			return (told["epoch"], event["seq"]), event
	except (ValueError, KeyError, TypeError, AttributeError):
		pass
	raise NotAnExport(f"line {number} is not one of vsv-gateway outbox export")


def _messages(gateway: str, key: bytes, events: Mapping[tuple[str, int], dict[str, Any]]) -> Iterator[bytes]:
	"""The messages in which the gateway would have sent these, without a time: they were not sent."""
	for epoch, those in groupby(sorted(events), key=lambda one: one[0]):
		several = [events[one] for one in those]
		for start in range(0, len(several), messages.MAX_EVENTS):
			some = several[start : start + messages.MAX_EVENTS]
			body = {
				"v": messages.VERSION,
				"gateway": gateway,
				"epoch": epoch,
				"first_seq": some[0]["seq"],
				"events": some,
			}
			yield messages.sign(body, key)
