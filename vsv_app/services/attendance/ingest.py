"""Check-ins messages into Badge Check In: everything of a message is committed together, then it may be acknowledged.

A message that cannot be accepted is set aside and not acknowledged, so the gateway keeps what it holds. One event
that is not understood is set aside alone; the good ones beside it are stored.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from vsv_app.engine.gateways import messages
from vsv_app.engine.gateways.messages import CheckInBatch
from vsv_app.engine.local_time import SchoolClock
from vsv_app.services.gateways.batch_sequence import Arrival
from vsv_app.services.gateways.signed_message import Incoming
from vsv_app.services.school import School
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import badges, check_ins
from vsv_app.stores.queries.attendance.badges import Holder
from vsv_app.stores.queries.gateways import accounts
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


def take_over(store: Store, roster: Roster, incoming: Incoming) -> Taken:
	"""Store the check-ins of one message."""
	gateway, school, now = incoming.gateway, incoming.school, incoming.local_now
	account = accounts.account(store, gateway)
	if account is None or not account.enabled:
		incoming.refuse_gateway(store, account)
		return Taken()
	try:
		batch = messages.decode_check_ins(incoming.payload, key=account.mac_key, gateway=gateway)
	except messages.MessageError as error:
		incoming.refuse(store, error)
		return Taken()
	with store.transaction():
		roster.refresh(store)
		rows, students = _rows(batch, roster, school, now, store.acting_user)
		arrival = Arrival(store, incoming, batch, accounts.epochs(store, gateway))
		repeated = arrival.note_repeated()
		arrival.note_replay()
		check_ins.add(store, rows)
		arrival.note_refused()
		last_seq = arrival.advance()
		heard: dict[str, Any] = {"last_seen": now, "last_check_in": now} if arrival.is_heard_of else {}
		if repeated:
			heard["repeated"] = account.repeated + repeated
		if heard:
			accounts.seen(store, gateway, heard)
	_log_not_recognised(gateway, rows)
	ack = messages.encode_ack(gateway, batch.epoch, last_seq, at=incoming.now, key=account.mac_key)
	return Taken(ack, students)


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
	for seq, terminal, badge, at, clock, direction, *_bounds in batch.events:
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
