"""Check-ins messages into Badge Check In: everything of a message is committed together, then it may be acknowledged.

A message that cannot be accepted is set aside and not acknowledged, so the gateway keeps what it holds. One event
that is not understood is set aside alone; the good ones beside it are stored.
"""

import json
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from vsv_app.engine import messages
from vsv_app.engine.localtime import SchoolClock
from vsv_app.engine.messages import CheckIn, CheckInBatch
from vsv_app.engine.steps import say
from vsv_app.services import set_aside
from vsv_app.services.school import School
from vsv_app.stores.queries import badges, check_ins, gateways, learners
from vsv_app.stores.queries.badges import Holder
from vsv_app.stores.queries.gateways import EpochState, GatewayAccount
from vsv_app.stores.store import Store

log = logging.getLogger("vsv_app.ingest")
OUTCOME, TERMINAL = check_ins.COLUMNS.index("outcome"), check_ins.COLUMNS.index("terminal")


@dataclass(frozen=True)
class Taken:
	"""What taking over a message came to. `ack` is the signed answer, None when the gateway must keep its events.

	`students` holds the recognised learners by school day.
	"""

	ack: bytes | None = None
	students: Mapping[date, set[str]] = field(default_factory=dict)


@dataclass
class Roster:
	"""The badges as last read; read again when a badge, a learner, a group or a school year has changed."""

	version: tuple[Any, ...] | None = None
	holders: dict[str, Holder] = field(default_factory=dict)
	years: list[tuple[str, date, date]] = field(default_factory=list)

	def refresh(self, store: Store) -> None:
		version = badges.roster_version(store)
		if version != self.version:
			self.holders, self.years = badges.roster(store), learners.academic_years(store)
			self.version = version


def take_over(
	store: Store,
	school: School,
	roster: Roster,
	*,
	gateway: str,
	topic: str,
	payload: bytes,
	now: datetime,
	again: bool = False,
) -> Taken:
	"""Store the check-ins of one message from `gateway`, as its topic names it; `now` is aware.

	`again`: it came before, and is given once more by the broker, or by a person who finds it set aside.
	"""
	local_now = school.local(now)
	account = gateways.account(store, gateway)
	if account is None or not account.enabled:
		reason, explanation = _refusal(account)
		with store.transaction():
			set_aside.message(
				store,
				topic,
				payload,
				gateway=gateway,
				reason=reason,
				explanation=explanation,
				now=local_now,
			)
		return Taken()
	try:
		batch = messages.decode_check_ins(payload, key=account.mac_key, gateway=gateway)
	except messages.MessageError as error:
		reason = set_aside.REASONS[type(error)]
		with store.transaction():
			set_aside.message(
				store, topic, payload, gateway=gateway, reason=reason, explanation=error.detail, now=local_now
			)
		return Taken()
	with store.transaction():
		roster.refresh(store)
		rows, students = _rows(batch, roster, school, local_now, store.acting_user)
		epochs = gateways.epochs(store, gateway)
		repeated = _note_repeated(store, batch, epochs, topic, local_now)
		newest = max((epoch.sent_at for epoch in epochs.values() if epoch.sent_at), default=None)
		news = batch.sent_at is not None and messages.is_news(batch.sent_at, newest, now)
		heard_of = news or _holds_new(batch, epochs)
		if not heard_of and not again and batch.sent_at not in (None, newest):
			_note_replay(store, batch, topic, payload, local_now)
		check_ins.add(store, rows)
		_set_aside_refused(store, batch, topic, local_now)
		last_seq = _advance(store, batch, epochs, topic, local_now, news=news)
		heard: dict[str, Any] = {"last_seen": local_now, "last_check_in": local_now} if heard_of else {}
		if repeated:
			heard["repeated"] = account.repeated + repeated
		if heard:
			gateways.seen(store, gateway, heard)
	_log_not_recognised(gateway, rows)
	ack = messages.encode_ack(gateway, batch.epoch, last_seq, at=now, key=account.mac_key)
	return Taken(ack, students)


def _refusal(account: GatewayAccount | None) -> tuple[str, str]:
	"""(reason, what to do) where nothing of a gateway can be accepted."""
	if account is None:
		return (
			"Unknown Gateway",
			say(
				"No Attendance Gateway has this name. Create it, or correct the name in the gateway's configuration; it sends again by itself."
			),
		)
	return (
		"Disabled Gateway",
		say(
			"This Attendance Gateway is switched off or has no key. Switch it on, or provision it; it sends again by itself."
		),
	)


def _rows(
	batch: CheckInBatch, roster: Roster, school: School, now: datetime, user: str
) -> tuple[list[tuple[Any, ...]], dict[date, set[str]]]:
	"""Rows in the order of `check_ins.COLUMNS`, and the recognised learners by day."""
	local = SchoolClock(school.zone).local
	stamp = now.isoformat(" ")  # as text once, and not by the database's library for each row
	prefix, gateway, epoch = f"{batch.gateway}-{batch.epoch}-", batch.gateway, batch.epoch
	judged: dict[tuple[str, str], tuple[str | None, str | None, str | None, str]] = {}
	students: dict[date, set[str]] = {}
	rows = []
	for seq, terminal, badge, at, clock, direction in batch.events:
		moment = local(at)
		day = moment[:10]
		known = judged.get((badge, day))
		if known is None:
			known = judged[badge, day] = _judge(roster, badge, date.fromisoformat(day))
			if known[3] == "Recognised":
				students.setdefault(date.fromisoformat(day), set()).add(str(known[1]))
		rows.append(
			(
				f"{prefix}{seq:010}", user, stamp, stamp, user, 0, 0,
				gateway, terminal, epoch, seq, badge, known[0], known[1], known[2],
				moment, day, at, clock, direction, known[3], stamp,
			)
		)  # fmt: skip
	return rows, students


def _judge(roster: Roster, badge: str, day: date) -> tuple[str | None, str | None, str | None, str]:
	"""(badge record, learner, name, outcome) of a badge on a day."""
	holder = roster.holders.get(badge)
	if holder is None:
		return None, None, None, "Unknown Badge"
	return holder.badge, holder.student, holder.student_name, outcome(holder, day, roster.years)


def outcome(holder: Holder, day: date, years: list[tuple[str, date, date]]) -> str:
	"""What a tap of a known badge on a day counts as."""
	if holder.student is None:
		return "Unknown Badge"
	if (
		holder.status != "Active"
		or (holder.valid_from and day < holder.valid_from)
		or (holder.valid_to and day > holder.valid_to)
	):
		return "Blocked Badge"
	if not holder.enabled or (holder.left_on and day > holder.left_on):
		return "Learner Left"
	if not any(start <= day <= end for _name, start, end in years):
		return "Outside Academic Year"
	return "Recognised" if holder.grouped else "No Student Group"


def _log_not_recognised(gateway: str, rows: Sequence[Sequence[Any]]) -> None:
	"""A line for each terminal and reason, without a word on who it was."""
	for (terminal, why), times in Counter((row[TERMINAL], row[OUTCOME]) for row in rows).items():
		if why != "Recognised":
			log.warning("%s, terminal %s: %d check-ins count for nobody: %s", gateway, terminal, times, why)


def _set_aside_refused(store: Store, batch: CheckInBatch, topic: str, now: datetime) -> None:
	for event in batch.refused:
		set_aside.note(
			store,
			topic,
			gateway=batch.gateway,
			reason="Refused Event",
			explanation=say(
				"One event was not understood: {0}. The others of its message are stored.", event.detail
			),
			about=f"{batch.gateway}/{batch.epoch}/{event.seq}/{event.event}",
			now=now,
			payload=event.event,
		)


def _advance(
	store: Store,
	batch: CheckInBatch,
	epochs: Mapping[str, EpochState],
	topic: str,
	now: datetime,
	*,
	news: bool,
) -> int:
	"""Move the epoch on as far as numbers follow each other without a gap; returns the last such number."""
	state = epochs.get(batch.epoch)
	if state is None:
		state = EpochState(batch.gateway, batch.epoch, 0, 0, now, now)
		gateways.add_epoch(store, state)
	_note_second_store(store, batch, state, epochs, topic, now)
	last = state.last_seq
	if batch.oldest_seq is not None and batch.oldest_seq > last + 1:
		_note_gap(store, batch, topic, last + 1, batch.oldest_seq - 1, now, gone=True)
		last = batch.oldest_seq - 1
	numbers = [event.seq for event in batch.events] + [
		event.seq for event in batch.refused if event.seq is not None
	]
	for seq in sorted(numbers):
		if seq == last + 1:
			last = seq
		elif seq > last + 1:
			_note_gap(store, batch, topic, last + 1, seq - 1, now, gone=False)
			break
	if state.highest_seq > state.last_seq and last > state.last_seq:
		set_aside.done(store, "Sequence Gap", _gap(batch, state.last_seq + 1), now)
	highest = max(state.highest_seq, batch.last_seq)
	sent_at = batch.sent_at if news else state.sent_at
	gateways.advance_epoch(
		store, replace(state, last_seq=last, highest_seq=highest, last_seen=now, sent_at=sent_at)
	)
	return last


def _note_gap(
	store: Store, batch: CheckInBatch, topic: str, first: int, last: int, now: datetime, *, gone: bool
) -> None:
	numbers = str(first) if first == last else say("{0} to {1}", str(first), str(last))
	explanation = (
		say(
			"Check-ins {0} of this gateway's store {1} will not come: the gateway no longer holds them.",
			numbers,
			batch.epoch,
		)
		if gone
		else say(
			"Check-ins {0} of this gateway's store {1} have not come yet. What came after them is stored, and the gateway is asked for them again.",
			numbers,
			batch.epoch,
		)
	)
	set_aside.note(
		store,
		topic,
		gateway=batch.gateway,
		reason="Sequence Gap",
		explanation=explanation,
		about=_gap(batch, first) + ("/gone" if gone else ""),
		now=now,
	)


def _gap(batch: CheckInBatch, first: int) -> str:
	return f"{batch.gateway}/{batch.epoch}/{first}"


def _note_second_store(
	store: Store,
	batch: CheckInBatch,
	state: EpochState,
	epochs: Mapping[str, EpochState],
	topic: str,
	now: datetime,
) -> None:
	"""A store that goes on after a newer one has begun belongs to a second device under the same name."""
	newer = [e for e in epochs.values() if e.first_seen > state.first_seen and e.last_seen >= state.last_seen]
	if not newer or batch.last_seq <= state.highest_seq:
		return
	set_aside.note(
		store,
		topic,
		gateway=batch.gateway,
		reason="Two Gateways",
		explanation=say(
			"Two devices send under the name {0} (stores {1} and {2}). All check-ins are stored. Give one of them a name and keys of its own.",
			batch.gateway,
			state.epoch,
			newer[-1].epoch,
		),
		about=f"{batch.gateway}/{state.epoch}",
		now=now,
	)


def _note_repeated(
	store: Store, batch: CheckInBatch, epochs: Mapping[str, EpochState], topic: str, now: datetime
) -> int:
	"""How many check-ins were stored before. What only has their number came from a copied device, and is kept for a person."""
	state = epochs.get(batch.epoch)
	again = {
		f"{batch.gateway}-{batch.epoch}-{event.seq:010}": event
		for event in batch.events
		if state is not None and event.seq <= state.highest_seq
	}
	if not again:
		return 0
	stored = check_ins.known(store, list(again))
	others = [
		event._asdict() for name, event in again.items() if name in stored and _differs(event, stored[name])
	]
	if others:
		payload = json.dumps(others)
		set_aside.note(
			store,
			topic,
			gateway=batch.gateway,
			reason="Two Gateways",
			explanation=say(
				"Check-ins of store {0} came again as another badge, terminal or time, the first of them with number {1}: the device or its memory card was copied. What came first is kept, the others are shown here. Set the copy up anew.",
				batch.epoch,
				str(others[0]["seq"]),
			),
			about=f"{batch.gateway}/{batch.epoch}/{payload}",
			now=now,
			payload=payload,
		)
	return len(stored) - len(others)


def _differs(event: CheckIn, stored: check_ins.Sent) -> bool:
	"""Whether a check-in is another one under the same number. A time may be put right later where the clock was not set."""
	if (event.badge, event.terminal) != (stored.badge, stored.terminal):
		return True
	dated = event.clock == stored.clock == "synced" and event.at != stored.at
	return dated and messages.moment(event.at) != messages.moment(stored.at)


def _holds_new(batch: CheckInBatch, epochs: Mapping[str, EpochState]) -> bool:
	"""Whether a check-in in it was not taken over before. A gateway that sends one again writes a new time into its message."""
	state = epochs.get(batch.epoch)
	return state is None or batch.last_seq > state.last_seq


def _note_replay(store: Store, batch: CheckInBatch, topic: str, payload: bytes, now: datetime) -> None:
	set_aside.message(
		store,
		topic,
		payload,
		gateway=batch.gateway,
		reason=set_aside.REPLAY,
		explanation=say(
			"These check-ins are stored already and count once. The message is older than what this gateway sent since: somebody may have recorded it and sent it again; where the gateway's clock went wrong, set it right."
		),
		now=now,
	)
