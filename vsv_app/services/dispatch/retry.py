"""Set-aside messages given another try, once a person has put right what was in the way."""

from collections.abc import Sequence
from datetime import datetime

from vsv_app.services.dispatch.inbox import Inbox
from vsv_app.stores.queries.gateways import set_aside_messages
from vsv_app.stores.store import Store

NOTES = frozenset(
	{
		"Refused Event",
		"Sequence Gap",
		"Two Gateways",
		"Replay",
		"Too Many Messages",
		"Too Many Stores",
		"Wrong Clock",
	}
)
"""What is listed about messages, without one in it to process."""


def try_again(store: Store, inbox: Inbox, names: Sequence[str], now: datetime) -> list[str]:
	"""Process open messages as if they came in now; returns those that were accepted. `now` is naive.

	The gateway hears of it when it sends again: what it sends is known then, and acknowledged.
	"""
	accepted = []
	for name, reason, topic, payload in set_aside_messages.open_messages(store, list(names)):
		if reason in NOTES:
			continue
		before = set_aside_messages.listed_under(store, topic)
		inbox.take(store, topic, payload.encode(), again=True)
		if set_aside_messages.listed_under(store, topic) == before:
			with store.transaction():
				set_aside_messages.taken_over(store, name, now)
			accepted.append(name)
	inbox.settle(store)
	return accepted
