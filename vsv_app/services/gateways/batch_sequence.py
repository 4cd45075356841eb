"""The sequence of batches of a gateway: numbers that are missing, that came already, or of a second device."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from vsv_app.engine.attendance.tap_time import is_out_of_time
from vsv_app.engine.gateways import messages
from vsv_app.engine.gateways.messages import CheckIn, CheckInBatch, Watch
from vsv_app.engine.sentences import say
from vsv_app.services.gateways import set_aside
from vsv_app.services.gateways.signed_message import Incoming
from vsv_app.stores.queries.attendance import check_ins
from vsv_app.stores.queries.gateways import accounts
from vsv_app.stores.queries.gateways.accounts import EpochState
from vsv_app.stores.store import Store

A_DAY = timedelta(days=1)
NEW_STORES_A_DAY = 1500
"""A power cut every minute of a day, with a card that forgets at each what it had said it wrote."""
MANY_STORES, FEW_A_DAY = 10_000, 10
"""Each is a row for good. Once there are many, a few a day are taken still, so that nothing stays at a door for ever."""


def may_begin(store: Store, incoming: Incoming, epoch: str) -> bool:
	"""Whether a store of a gateway that was not known is taken; else it is told, and the gateway keeps it and sends it again."""
	count, recent = accounts.count_epochs(store, incoming.gateway, incoming.local_now - A_DAY)
	if recent < (NEW_STORES_A_DAY if count < MANY_STORES else FEW_A_DAY):
		return True
	set_aside.note(
		store,
		incoming.topic,
		gateway=incoming.gateway,
		reason="Too Many Stores",
		explanation=say(
			"This gateway began {0} stores of check-ins within a day; that of store {1} is not taken yet. The gateway keeps it, and sends it again until there is room. Replace its card, which forgets; if the card is sound, somebody else has its key: provision it anew.",
			str(recent),
			epoch,
		),
		about=f"{incoming.gateway}/stores/{incoming.local_now:%Y-%m-%d}",
		now=incoming.local_now,
	)
	return False


@dataclass(frozen=True)
class BatchSequence:
	"""One batch, within the transaction that stores it."""

	store: Store
	incoming: Incoming
	batch: CheckInBatch
	epochs: Mapping[str, EpochState]
	"""The stores of this gateway as they were known before the batch."""

	def note_repeated(self) -> int:
		"""How many check-ins were stored before. What only has their number came from a copied device, and is kept for a person."""
		again = {
			f"{self.batch.gateway}-{self.batch.epoch}-{event.seq:010}": event
			for event in self.batch.events
			if self._state is not None and event.seq <= self._state.highest_seq
		}
		if not again:
			return 0
		stored = check_ins.known(self.store, list(again))
		others = [
			event._asdict()
			for name, event in again.items()
			if name in stored and _differs(event, stored[name])
		]
		if others:
			payload = json.dumps(others)
			self._note(
				"Two Gateways",
				say(
					"Check-ins of store {0} came again as another badge, terminal or time, the first of them with number {1}: the device or its memory card was copied. What came first is kept, the others are shown here. Set the copy up anew.",
					self.batch.epoch,
					str(others[0]["seq"]),
				),
				about=payload,
				payload=payload,
			)
		return len(stored) - len(others)

	def note_replay(self) -> None:
		"""A message that says nothing new and is not the newest once more: a gateway that sends again writes a new time into it."""
		if self.incoming.again or self.is_heard_of or self.batch.sent_at in (None, self._newest):
			return
		self.incoming.set_aside(
			self.store,
			set_aside.REPLAY,
			say(
				"These check-ins are stored already and count once. The message is older than what this gateway sent since: somebody may have recorded it and sent it again; where the gateway's clock went wrong, set it right."
			),
		)

	def note_wrong_clock(self) -> None:
		"""A clock that is said to be right, and cannot be. What it dated is stored, on the days on which it may have been."""
		now, days = self.incoming.now, set[str]()
		events: Iterable[CheckIn | Watch] = chain(self.batch.events, self.batch.watches)
		for event in events:
			if event.clock != "unsynced" and event.at[:10] not in days:
				days.add(event.at[:10])
				at = messages.moment(event.at)
				if at is not None and is_out_of_time(at, now):
					self._tell_of_clock(event.at[:10])
					return

	def _tell_of_clock(self, day: str) -> None:
		set_aside.note(
			self.store,
			self.incoming.topic,
			gateway=self.batch.gateway,
			reason="Wrong Clock",
			explanation=say(
				"This gateway says that a learner tapped on {0}, and that its clock is right: it is not. Its check-ins are kept, and count where their day is certain; the others wait under Days To Settle. See that the gateway reaches a time server, and that its configuration does not trust a clock that nobody sets.",
				day,
			),
			about=f"{self.batch.gateway}/clock/{self.incoming.local_now:%Y-%m-%d}",
			now=self.incoming.local_now,
		)

	def note_refused(self) -> None:
		"""Events that were not understood, each for itself."""
		for event in self.batch.refused:
			self._note(
				"Refused Event",
				say("One event was not understood: {0}. The others of its message are stored.", event.detail),
				about=f"{event.seq}/{event.event}",
				payload=event.event,
			)

	def advance(self, certain_until: datetime | None = None) -> int:
		"""Move the epoch on as far as numbers follow each other without a gap; returns the last such number.

		`certain_until`: the latest time of its taps that is certain.
		"""
		state = self._state
		if state is None:
			now = self.incoming.local_now
			state = EpochState(self.batch.gateway, self.batch.epoch, 0, 0, now, now)
			accounts.add_epoch(self.store, state)
		self._note_second_store(state)
		last = self._last_without_gap(state.last_seq)
		if state.highest_seq > state.last_seq and last > state.last_seq:
			set_aside.done(
				self.store, "Sequence Gap", self._about(state.last_seq + 1), self.incoming.local_now
			)
		moved = replace(
			state,
			last_seq=last,
			highest_seq=max(state.highest_seq, self.batch.last_seq),
			last_seen=self.incoming.local_now,
			sent_at=self.batch.sent_at if self._is_news else state.sent_at,
			certain_until=certain_until or state.certain_until,
		)
		accounts.advance_epoch(self.store, moved)
		return last

	@property
	def is_heard_of(self) -> bool:
		"""Whether it shows that the gateway lives: it is news, or holds a check-in that was not taken over before."""
		return self._is_news or self._state is None or self.batch.last_seq > self._state.last_seq

	@property
	def _state(self) -> EpochState | None:
		return self.epochs.get(self.batch.epoch)

	@property
	def _newest(self) -> datetime | None:
		return max((epoch.sent_at for epoch in self.epochs.values() if epoch.sent_at), default=None)

	@property
	def _is_news(self) -> bool:
		sent_at = self.batch.sent_at
		return sent_at is not None and messages.is_news(sent_at, self._newest, self.incoming.now)

	def _last_without_gap(self, last: int) -> int:
		"""The last of the numbers that follow `last` one by one, past those that the gateway no longer holds."""
		oldest = self.batch.oldest_seq
		if oldest is not None and oldest > last + 1:
			self._note_gap(last + 1, oldest - 1, gone=True)
			last = oldest - 1
		for seq in sorted(self.batch.numbers):
			if seq == last + 1:
				last = seq
			elif seq > last + 1:
				self._note_gap(last + 1, seq - 1, gone=False)
				break
		return last

	def _note_gap(self, first: int, last: int, *, gone: bool) -> None:
		numbers = str(first) if first == last else say("{0} to {1}", str(first), str(last))
		explanation = (
			say(
				"Check-ins {0} of this gateway's store {1} will not come: the gateway no longer holds them.",
				numbers,
				self.batch.epoch,
			)
			if gone
			else say(
				"Check-ins {0} of this gateway's store {1} have not come yet. What came after them is stored, and the gateway is asked for them again.",
				numbers,
				self.batch.epoch,
			)
		)
		self._note("Sequence Gap", explanation, about=f"{first}/gone" if gone else first)

	def _note_second_store(self, state: EpochState) -> None:
		"""A store that goes on after a newer one has begun belongs to a second device under the same name."""
		newer = [
			epoch
			for epoch in self.epochs.values()
			if epoch.first_seen > state.first_seen and epoch.last_seen >= state.last_seen
		]
		if not newer or self.batch.last_seq <= state.highest_seq:
			return
		self._note(
			"Two Gateways",
			say(
				"Two devices send under the name {0} (stores {1} and {2}). All check-ins are stored. Give one of them a name and keys of its own.",
				self.batch.gateway,
				state.epoch,
				newer[-1].epoch,
			),
		)

	def _note(self, reason: str, explanation: str, *, about: object = None, payload: str = "") -> None:
		"""For a person, beside what is stored."""
		set_aside.note(
			self.store,
			self.incoming.topic,
			gateway=self.batch.gateway,
			reason=reason,
			explanation=explanation,
			about=self._about(about),
			now=self.incoming.local_now,
			payload=payload,
		)

	def _about(self, what: object) -> str:
		"""Names a thing of this gateway's store, so that it is listed once."""
		return "/".join(
			str(part) for part in (self.batch.gateway, self.batch.epoch, what) if part is not None
		)


def _differs(event: CheckIn, stored: check_ins.Sent) -> bool:
	"""Whether a check-in is another one under the same number. A time may be put right later where the clock was not set."""
	if (event.badge, event.terminal) != (stored.badge, stored.terminal):
		return True
	dated = event.clock == stored.clock == "synced" and event.at != stored.at
	return dated and messages.moment(event.at) != messages.moment(stored.at)
