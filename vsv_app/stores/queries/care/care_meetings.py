"""Care meetings: when, who is on the agenda, what was decided, and what is still to be done of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pypika import Order

from vsv_app.engine.care import promises
from vsv_app.engine.care.plans import CLOSED
from vsv_app.engine.care.promises import Promise
from vsv_app.engine.signals.alerts import COORDINATOR, LEADER
from vsv_app.engine.signals.signal_lifecycle import OPEN, STANDING
from vsv_app.stores.queries.care.deadlines import ACTION, RUNNING, Ahead
from vsv_app.stores.queries.care.support_plans import PLAN
from vsv_app.stores.queries.signals.signals import ALERT, SIGNAL
from vsv_app.stores.queries.sql import STANDARD_COLUMNS, VALUE, any_of, select, table, update
from vsv_app.stores.store import Store

MEETING, LEARNER = table("Care Meeting"), table("Care Meeting Learner")
DECISION, ASKER = table("Care Decision"), table("Care Meeting Asker")
TIER_THREE = 3


@dataclass(frozen=True)
class Meeting:
	"""When the care team meets, and whether it has."""

	name: str
	on: date
	status: str
	starts_at: str | None
	place: str | None
	chair: str | None


@dataclass(frozen=True)
class OnAgenda:
	"""A learner whom somebody put on the agenda of a meeting, or about whom something was written down there."""

	name: str
	meeting: str
	student: str
	student_name: str | None
	status: str
	added_by: str | None
	why: str | None
	note: str | None


@dataclass(frozen=True)
class Decision:
	"""What a meeting decided about a learner, and what became of it."""

	name: str
	student: str
	student_name: str | None
	meeting: str | None
	what: str
	who: str
	due_on: date
	status: str
	decided_on: date
	plan: str | None
	answer: str | None
	decided_by: str | None


@dataclass(frozen=True)
class Pressing:
	"""A signal that is for the meeting: nobody answered it in time, or it asks for the most support."""

	name: str
	student: str
	rule_title: str | None
	status: str
	tier: int
	raised_on: datetime


def meeting(store: Store, name: str) -> Meeting | None:
	found = _meetings(store, MEETING.name == VALUE, [name])
	return found[0] if found else None


def last_held(store: Store, before: date, but: str) -> Meeting | None:
	"""The meeting that was held last, on a day or before it."""
	m = MEETING
	found = _meetings(
		store, (m.status == VALUE) & (m.meeting_on <= VALUE) & (m.name != VALUE), ["Held", before, but]
	)
	return found[0] if found else None


def not_closed(store: Store, today: date) -> list[Meeting]:
	"""Meetings whose day has passed and that nobody closed."""
	return _meetings(store, (MEETING.status == VALUE) & (MEETING.meeting_on < VALUE), ["Planned", today])


def learners(store: Store, of_meeting: str) -> dict[str, OnAgenda]:
	"""What is written down of a meeting, by learner."""
	item = LEARNER
	query = (
		select(item, *(item[field] for field in OnAgenda.__dataclass_fields__))
		.where(item.meeting == VALUE)
		.orderby(item.creation)
	)
	return {row[2]: OnAgenda(*row) for row in store.fetch(query, [of_meeting])}


def askers(store: Store, items: Sequence[OnAgenda]) -> dict[str, list[str]]:
	"""Everybody who wants each of some learners on agendas to be spoken about, the first who asked first."""
	by_item = {item.name: [item.added_by] if item.added_by else [] for item in items}
	a = ASKER
	query = select(a, a.parent, a.user).where(any_of(a.parent, list(by_item))).orderby(a.idx)
	for parent, user in store.fetch(query, list(by_item)) if by_item else ():
		by_item[parent].append(user)
	found: dict[str, dict[str, None]] = {}
	for item in items:
		found.setdefault(item.student, {}).update(dict.fromkeys(by_item[item.name]))
	return {student: list(users) for student, users in found.items()}


def add_askers(store: Store, item: str, users: Sequence[str], place: int, now: datetime) -> None:
	"""Note who else asked; `place`: how many others stand there already."""
	by = store.acting_user
	columns = (*STANDARD_COLUMNS, "parent", "parentfield", "parenttype", "user")
	rows = [
		(
			f"{item}-{at}", by, now, now, by, 0, at, item, "also_asked", "Care Meeting Learner", user,
		)
		for at, user in enumerate(users, place + 1)
	]  # fmt: skip
	store.insert_rows("Care Meeting Asker", columns, rows)


def planned_after(store: Store, day: date) -> date | None:
	"""The day of the first meeting that is planned after another one's."""
	found = _meetings(store, (MEETING.status == VALUE) & (MEETING.meeting_on > VALUE), ["Planned", day])
	return min((one.on for one in found), default=None)


def never_held(store: Store, since: date | None, before: date) -> list[OnAgenda]:
	"""Whom somebody put on a meeting of before a day that was not held, or on one that was called off, that was to be on a day or after it."""
	item = LEARNER
	query = (
		select(item, *(item[field] for field in OnAgenda.__dataclass_fields__))
		.join(MEETING)
		.on(MEETING.name == item.meeting)
		.where(((MEETING.status == VALUE) & (MEETING.meeting_on < VALUE)) | (MEETING.status == VALUE))
		.where(item.status == VALUE)
		.where(item.added_by.isnotnull())
		.orderby(item.creation)
	)
	values: list[Any] = ["Planned", before, "Called Off", "To Discuss"]
	if since is not None:
		query = query.where(MEETING.meeting_on >= VALUE)
		values.append(since)
	return [OnAgenda(*row) for row in store.fetch(query, values)]


def close(store: Store, name: str, status: str, now: datetime) -> None:
	"""Note that a meeting was held."""
	query = update(MEETING, "status", "held_on", "modified", "modified_by").where(MEETING.name == VALUE)
	store.run(query, [status, now, now, store.acting_user, name])


def decision(store: Store, name: str) -> Decision | None:
	found = _decisions(store, DECISION.name == VALUE, [name])
	return found[0] if found else None


def decided_at(store: Store, of_meeting: str) -> list[Decision]:
	"""What a meeting decided, in the order in which it did."""
	return _decisions(store, DECISION.meeting == VALUE, [of_meeting])


def decided_about(store: Store, student: str) -> list[Decision]:
	"""What meetings decided about a learner."""
	return _decisions(store, DECISION.student == VALUE, [student])


def followed_in(store: Store, plan: str) -> list[Decision]:
	"""What meetings decided and is followed as an action of a plan."""
	d = DECISION
	return _decisions(store, (d.plan == VALUE) & (d.status == VALUE), [plan, "In Plan"])


def followed(store: Store) -> list[Decision]:
	"""What meetings decided and is followed as an action of some plan."""
	return _decisions(store, DECISION.status == VALUE, ["In Plan"])


def plans_that_stand(store: Store, plans: Sequence[str]) -> set[str]:
	"""Those of some plans that are there and not closed."""
	query = select(PLAN, PLAN.name).where(any_of(PLAN.name, plans)).where(PLAN.status != VALUE)
	return {name for (name,) in store.fetch(query, [*plans, CLOSED])} if plans else set()


def done_in_plan(store: Store, decisions: Sequence[str]) -> dict[str, str]:
	"""The status of the plan's action that each of some decisions became; the action bears the decision's name."""
	query = select(ACTION, ACTION.name, ACTION.status).where(any_of(ACTION.name, decisions))
	return dict(store.fetch(query, decisions)) if decisions else {}


def open_decisions(store: Store, until: date, ahead: Ahead) -> list[Promise]:
	"""What meetings decided and nobody has answered, with a last day up to and with `until`."""
	d = DECISION
	query = (
		select(d, d.name, d.student, d.what, d.who, d.due_on, d.decided_on)
		.where(d.status == VALUE)
		.where(d.due_on <= VALUE)
	)
	return [
		Promise(
			promises.DECISION, "Care Decision", name, "", due,
			held_by=(who,), student=student, asked_on=decided, shows_from=ahead(due), what=what or "",
			asked_of=who or "",
		)
		for name, student, what, who, due, decided in store.fetch(query, ["Open", until])
	]  # fmt: skip


def running_plan(store: Store, student: str) -> str | None:
	"""The plan of a learner that is being carried out."""
	query = (
		select(PLAN, PLAN.name).where(PLAN.student == VALUE).where(PLAN.status.isin([VALUE] * len(RUNNING)))
	)
	rows = store.fetch(query, [student, *RUNNING])
	return rows[0][0] if rows else None


def add_action(store: Store, plan: str, made: Decision, now: datetime) -> None:
	"""Make a decision an action of a plan, under the decision's own name: what is done there is done of the decision."""
	known = store.fetch(select(ACTION, ACTION.idx).where(ACTION.parent == VALUE), [plan])
	place = max((idx for (idx,) in known), default=0) + 1
	user = store.acting_user
	columns = (
		*STANDARD_COLUMNS, "parent", "parentfield", "parenttype", "what", "who", "from_date", "to_date", "status",
	)  # fmt: skip
	row = (
		made.name, user, now, now, user, 0, place, plan, "actions", "Support Plan",
		made.what, made.who, now.date(), made.due_on, "Planned",
	)  # fmt: skip
	store.insert_rows("Support Plan Action", columns, [row])
	store.run(update(PLAN, "modified", "modified_by").where(PLAN.name == VALUE), [now, user, plan])


def escalated(store: Store) -> list[Pressing]:
	"""Signals on which nobody has acted, and which the coordinator or the leader was told of."""
	query = (
		_pressing()
		.join(ALERT)
		.on(ALERT.signal == SIGNAL.name)
		.where(SIGNAL.status == VALUE)
		.where(ALERT.level.isin([VALUE] * 2))
		.distinct()
	)
	return [Pressing(*row) for row in store.fetch(query, [OPEN, COORDINATOR, LEADER])]


def of_tier_three(store: Store) -> list[Pressing]:
	"""Signals that stand and ask for the most support."""
	query = _pressing().where(SIGNAL.tier >= VALUE).where(SIGNAL.status.isin([VALUE] * len(STANDING)))
	return [Pressing(*row) for row in store.fetch(query, [TIER_THREE, *STANDING])]


def _pressing() -> Any:
	s = SIGNAL
	return select(s, s.name, s.student, s.rule_title, s.status, s.tier, s.raised_on)


def _meetings(store: Store, where: Any, values: Sequence[Any]) -> list[Meeting]:
	m = MEETING
	query = (
		select(m, m.name, m.meeting_on, m.status, m.starts_at, m.place, m.chair)
		.where(where)
		.orderby(m.meeting_on, order=Order.desc)
		.orderby(m.creation, order=Order.desc)
	)
	return [Meeting(*row) for row in store.fetch(query, values)]


def _decisions(store: Store, where: Any, values: Sequence[Any]) -> list[Decision]:
	d = DECISION
	query = select(d, *(d[field] for field in Decision.__dataclass_fields__)).where(where).orderby(d.creation)
	return [Decision(*row) for row in store.fetch(query, values)]
