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

from vsv_app.engine.attendance.tap_time import CERTAIN, DAY_CERTAIN, FAR_AHEAD
from vsv_app.engine.gateways import messages
from vsv_app.engine.gateways.messages import CheckInBatch
from vsv_app.engine.local_time import SchoolClock
from vsv_app.services.attendance import tap_dates
from vsv_app.services.attendance.tap_dates import TapDate, TapDates
from vsv_app.services.gateways import door_states
from vsv_app.services.gateways.batch_sequence import BatchSequence, may_begin
from vsv_app.services.gateways.signed_message import Incoming
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import badges, check_ins
from vsv_app.stores.queries.attendance.badges import Carrier, Holder
from vsv_app.stores.queries.gateways import accounts
from vsv_app.stores.queries.gateways.accounts import EpochState
from vsv_app.stores.store import Store

log = logging.getLogger("vsv_app.ingest")
Judged = tuple[str | None, str | None, str | None, str]
"""(badge record, learner, name, outcome) of a tap."""
UNKNOWN: Judged = (None, None, None, "Unknown Badge")
RECOGNISED = "Recognised"
OUTCOME, TERMINAL = check_ins.COLUMNS.index("outcome"), check_ins.COLUMNS.index("terminal")


@dataclass(frozen=True)
class Taken:
	"""What taking over a message came to. `ack` is the signed answer, None when the gateway must keep its events.

	`students` holds the recognised learners by school day; `days` the days of which doors told when they could read.
	"""

	ack: bytes | None = None
	students: Mapping[date, set[str]] = field(default_factory=dict)
	days: frozenset[date] = frozenset()


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
		known = accounts.epochs(store, gateway, batch.epoch)
		if batch.epoch not in known and not may_begin(store, incoming, batch.epoch):
			return Taken()
		sequence = BatchSequence(store, incoming, batch, known)
		taps = _Taps(store, batch, roster, incoming, known.get(batch.epoch))
		repeated = sequence.note_repeated()
		sequence.note_replay()
		sequence.note_wrong_clock()
		check_ins.add(store, taps.rows)
		taps.date_what_was_held()
		days = door_states.add_told(store, school, batch, incoming.now)
		sequence.note_refused()
		last_seq = sequence.advance(taps.certain_until)
		heard: dict[str, Any] = {"last_seen": now, "last_check_in": now} if sequence.is_heard_of else {}
		if repeated:
			heard["repeated"] = account.repeated + repeated
		if heard:
			accounts.seen(store, gateway, heard)
	_log_not_recognised(gateway, taps.rows)
	ack = messages.encode_ack(gateway, batch.epoch, last_seq, at=incoming.now, key=account.mac_key)
	return Taken(ack, taps.students, days)


class _Taps:
	"""The check-ins of one message: `rows` in the order of `check_ins.COLUMNS`, and the recognised `students` by day."""

	def __init__(
		self, store: Store, batch: CheckInBatch, roster: Roster, incoming: Incoming, known: EpochState | None
	) -> None:
		self._store, self._batch, self._roster = store, batch, roster
		self._now, self._user = incoming.local_now, store.acting_user
		self.students: dict[date, set[str]] = {}
		self.certain_until = known.certain_until if known else None
		self._certain: list[tuple[int, str]] = []
		self._judged: dict[tuple[str, date], Judged] = {}
		self.rows = self._rows(incoming, known.highest_seq if known else 0)

	def _rows(self, incoming: Incoming, highest: int) -> list[tuple[Any, ...]]:
		local = SchoolClock(incoming.school.zone).local
		batch, gateway, epoch, user = self._batch, self._batch.gateway, self._batch.epoch, self._user
		stamp = self._now.isoformat(" ")  # as text once, and not by the database's library for each row
		prefix = f"{gateway}-{epoch}-"
		far = (self._now + FAR_AHEAD).isoformat(" ")
		# A number below those that are stored is a repetition or fills a gap, and moves no time on.
		dates = TapDates(incoming.school, self.certain_until, incoming.now)
		rows = []
		for seq, terminal, badge, at, clock, direction, not_before, not_after in batch.events:
			moment = local(at)
			if seq > highest:
				dated = dates.of(at, clock, not_before, not_after, moment[:10])
			else:
				dated = self._of_a_gap(incoming, seq, at, clock, not_before, not_after, moment[:10])
			certainty, day, first, last = dated
			if moment > far:
				moment = stamp  # what was written stays in sent_as
			badge_of, student, name, outcome = self._judge(badge, dated, moment)
			if outcome == RECOGNISED and day is not None:
				self.students.setdefault(day, set()).add(str(student))
			if certainty == CERTAIN:
				self._certain.append((seq, moment))
			rows.append(
				(
					f"{prefix}{seq:010}", user, stamp, stamp, user, 0, 0,
					gateway, terminal, epoch, seq, badge, badge_of, student, name,
					moment, day, at, clock, direction, outcome, stamp, certainty, first, last,
				)
			)  # fmt: skip
		self.certain_until = dates.finish()
		return rows

	def date_what_was_held(self) -> None:
		"""Taps of this store whose day is certain by now."""
		certain = [(seq, datetime.fromisoformat(at)) for seq, at in self._certain]
		batch = self._batch
		for tap in tap_dates.narrowed(self._store, batch.gateway, batch.epoch, certain):
			judged = self._judge(tap.badge, TapDate(DAY_CERTAIN, tap.not_after.date()), "")
			check_ins.give_day(self._store, tap, judged, self._now)
			if judged[3] == RECOGNISED:
				self.students.setdefault(tap.not_after.date(), set()).add(str(judged[1]))

	def _of_a_gap(
		self,
		incoming: Incoming,
		seq: int,
		at: str,
		clock: str,
		not_before: str | None,
		not_after: str | None,
		local_day: str,
	) -> TapDate:
		before = check_ins.certain_before(self._store, self._batch.gateway, self._batch.epoch, seq)
		return TapDates(incoming.school, messages.moment(before), incoming.now).of(
			at, clock, not_before, not_after, local_day
		)

	def _judge(self, badge: str, dated: TapDate, moment: str) -> Judged:
		"""Whose tap it is, by the time that it was; by its last possible day where that is all that is known."""
		holder = self._roster.holders.get(badge)
		if holder is None:
			return UNKNOWN
		day = dated.day or (dated.not_after or self._now).date()
		if holder.changed_hands:
			at = datetime.fromisoformat(moment) if dated.certainty == CERTAIN else None
			return judge(holder, day, self._roster.years, at)
		known = self._judged.get((badge, day))
		if known is None:
			known = self._judged[badge, day] = judge(holder, day, self._roster.years)
		return known


def judge(
	holder: Holder, day: date, years: Sequence[tuple[str, date, date]], at: datetime | None = None
) -> Judged:
	"""Whose a tap of a known badge is, and what it counts as. `at`: its time, where that is certain."""
	carrier = holder.carrier(day, at)
	if carrier is None:
		return holder.badge, None, None, "Unknown Badge"
	return holder.badge, carrier.student, carrier.name, _outcome(holder, carrier, day, years)


def _outcome(holder: Holder, carrier: Carrier, day: date, years: Sequence[tuple[str, date, date]]) -> str:
	if carrier.student == holder.student and (
		holder.status != "Active"
		or (holder.valid_from and day < holder.valid_from)
		or (holder.valid_to and day > holder.valid_to)
	):
		return "Blocked Badge"
	if day > carrier.left_on if carrier.left_on else not carrier.enabled:
		return "Learner Left"
	year = next((name for name, start, end in years if start <= day <= end), None)
	if year is None:
		return "Outside Academic Year"
	return RECOGNISED if year in carrier.grouped_in else "No Student Group"


def _log_not_recognised(gateway: str, rows: Sequence[Sequence[Any]]) -> None:
	"""A line for each terminal and reason, without a word on who it was."""
	for (terminal, why), times in Counter((row[TERMINAL], row[OUTCOME]) for row in rows).items():
		if why != RECOGNISED:
			log.warning("%s, terminal %s: %d check-ins count for nobody: %s", gateway, terminal, times, why)
