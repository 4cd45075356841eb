"""Every message that comes in finds its service here, by its topic; so does what time alone asks for."""

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from vsv_app.engine.gateways.door_alarms import Floods
from vsv_app.engine.sentences import say
from vsv_app.services import school
from vsv_app.services.attendance import ingest
from vsv_app.services.attendance.badges import enrolment
from vsv_app.services.dispatch import daily
from vsv_app.services.gateways import door_alarms, health
from vsv_app.services.gateways.set_aside import printable
from vsv_app.services.gateways.signed_message import Incoming
from vsv_app.services.signals import evaluation
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.store import Store

log = logging.getLogger("vsv_app.inbox")

LOOK_EVERY_S = 5.0
"""How often time alone is looked at; check-ins are settled as soon as the queue is empty."""


class Inbox:
	"""One worker's view of what came in. `clock` gives aware time; `closes_days` where nothing else schedules that."""

	def __init__(self, clock: Callable[[], datetime], *, closes_days: bool = False) -> None:
		self.clock = clock
		self.closes_days = closes_days
		self._roster = ingest.Roster()
		self._judged_by: tuple[object, ...] | None = None
		self._touched: dict[date, set[str] | None] = {}
		self._looked: datetime | None = None
		self._cut_offs: tuple[date, set[int], int | None] | None = None
		self._evaluated_on: date | None = None
		self._doors_looked_at: datetime | None = None
		self._wrote_at: datetime | None = None
		self._floods = Floods()

	def note_passed_over(self, counts: Mapping[str, int]) -> None:
		"""So many messages of each gateway were let go, since they were more than its share."""
		self._floods.note(counts, self.clock())

	def take(
		self, store: Store, topic: str, payload: bytes, *, again: bool = False
	) -> list[tuple[str, bytes]]:
		"""Deal with one message; returns the (topic, payload) to answer with once it is committed.

		`again`: one that came before, and is given once more by the broker, or by a person who finds it set aside. Nobody is
		suspected of having recorded it.
		"""
		parts = topic.split("/")
		if len(parts) != 5:
			return []
		gateway, kind = parts[3], parts[4]
		incoming = Incoming(school.load(store), gateway, topic, payload, self.clock(), again)
		if kind == "checkins":
			taken = ingest.take_over(store, self._roster, incoming)
			self._touch(taken.students)
			self._touch(dict.fromkeys(taken.days))
			return [("/".join([*parts[:4], "ack"]), taken.ack)] if taken.ack else []
		if kind == "status":
			health.note_status(store, incoming)
		elif kind == "health":
			self._touch(dict.fromkeys(health.note_health(store, incoming)))
		elif kind == "enrolment":
			enrolment.take_new_card(store, incoming)
		return []

	def settle(self, store: Store) -> None:
		"""Look at the learners whose check-ins came in since: late ones, and days that were closed already."""
		touched, self._touched = self._touched, {}
		if not touched:
			return
		try:
			self._settle(store, touched)
		except BaseException:
			self._touch(touched)
			raise

	def give_up(self, store: Store, topic: str, payload: bytes, error: Exception) -> None:
		"""Set a message aside that cannot be dealt with. It is not acknowledged, so its gateway keeps what it holds."""
		incoming = Incoming(school.load(store), topic.split("/")[3], topic, payload, self.clock())
		incoming.set_aside(
			store,
			"Not Understood",
			say(
				"The app could not deal with this message ({0}). Please report it to the makers.",
				type(error).__name__,
			),
		)

	@property
	def has_touched(self) -> bool:
		"""Whether check-ins came in that `settle` has not looked at."""
		return bool(self._touched)

	@property
	def due(self) -> bool:
		"""Whether it is time for `tick`."""
		return self._looked is None or abs((self.clock() - self._looked).total_seconds()) >= LOOK_EVERY_S

	def tick(self, store: Store) -> None:
		"""What time alone asks for: lost gateways, cut-offs, and the close of the day where that is ours to do."""
		now = self.clock()
		school_ = school.load(store)
		local = school_.local(now)
		for lost in health.mark_silent(store, local):
			log.warning("gateway %s has not been heard for three minutes", printable(lost))
		self._rejudge_taps(store, local)
		if school_.enabled:
			self._pass_cut_offs(store, school_, local)
			if self.closes_days:
				self._close_days(store, school_, local)
		self._tell_of_doors(store, school_, local)
		self._looked = now

	def _tell_of_doors(self, store: Store, school_: school.School, local: datetime) -> None:
		"""Once a minute."""
		minute = local.replace(second=0, microsecond=0)
		if self._doors_looked_at != minute:
			floods = self._floods.standing(school_.local)
			door_alarms.list_floods(store, school_.code, floods, local)
			door_alarms.look(store, calendar.load(store), local, floods)
			self._doors_looked_at = minute

	def _touch(self, students: Mapping[date, set[str] | None]) -> None:
		"""Learners of whose days something came in; None: of everybody's."""
		for day, some in students.items():
			known = self._touched.get(day, set())
			self._touched[day] = None if some is None or known is None else known | some

	def _rejudge_taps(self, store: Store, local: datetime) -> None:
		"""Once after each change of the roster: who was not expected may be by now."""
		self._roster.refresh(store)
		if self._judged_by == self._roster.version:
			return
		with store.transaction():
			since = local.date() - timedelta(days=daily.LOOK_BACK_DAYS)
			touched = enrolment.rejudge_taps(store, self._roster, since, local)
		self._touch(touched)
		self._judged_by = self._roster.version

	def _settle(self, store: Store, touched: dict[date, set[str] | None]) -> None:
		school_ = school.load(store)
		local = school_.local(self.clock())
		rewritten = daily.correct_late(store, touched, local)
		if not school_.enabled:
			return
		today = sorted(touched.get(local.date()) or ())
		if today:
			evaluation.evaluate_school(
				store, school_, local.date(), local, students=today, rules_to_use=evaluation.LIVE
			)
		late = sorted({student for one in rewritten for student in one.touched})
		if late:
			evaluation.evaluate_now(store, school_, local, students=late)

	def _pass_cut_offs(self, store: Store, school_: school.School, local: datetime) -> None:
		passed = daily.cut_offs_passed(store, local)
		known = self._cut_offs
		if known is not None and known[:2] == (local.date(), passed) and known[2] in (None, local.minute):
			return
		if passed and not daily.may_judge_arrivals(store, local):
			return
		doubt = False
		if passed:
			evaluation.evaluate_school(store, school_, local.date(), local, rules_to_use=evaluation.LIVE)
			doubt = daily.nobody_knows(store, local)
		# Where a door could not tell who came, it is looked at again each minute.
		self._cut_offs = (local.date(), passed, local.minute if doubt else None)

	def _close_days(self, store: Store, school_: school.School, local: datetime) -> None:
		minute = local.replace(second=0, microsecond=0)
		written = daily.write_due_days(store, school_, local) if minute != self._wrote_at else set()
		self._wrote_at = minute
		if written:
			log.info("days that are over today: %d learners", len(written))
		if self._evaluated_on != local.date():
			daily.nightly(store, school_, local)
			self._evaluated_on = local.date()
		elif written:
			evaluation.evaluate_now(store, school_, local, students=sorted(written))
