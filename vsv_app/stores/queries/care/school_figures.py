"""What the figures of a whole school are counted from: signals with their first answer, plans with their goals, who left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from vsv_app.engine.signals.signal_lifecycle import ACKNOWLEDGED, DISMISSED, PUT_IN_PLAN
from vsv_app.stores.queries.attendance.student_attendance import ATTENDANCE, SUBMITTED
from vsv_app.stores.queries.care.deadlines import GOAL
from vsv_app.stores.queries.care.support_plans import PLAN
from vsv_app.stores.queries.signals.signal_steps import STEP
from vsv_app.stores.queries.signals.signals import SIGNAL
from vsv_app.stores.queries.sql import VALUE, select
from vsv_app.stores.store import Store

ANSWERS = (ACKNOWLEDGED, PUT_IN_PLAN, DISMISSED)
"""The steps by which a person answers a signal."""


@dataclass(frozen=True)
class Raised:
	"""A signal: about whom, when it was raised, whether it still stands open, and when a person first answered it."""

	name: str
	student: str
	group: str | None
	status: str
	on: date
	answered_on: date | None = None


@dataclass(frozen=True)
class PlanMade:
	"""A plan: for whom, where it is, how it ended and when."""

	name: str
	student: str
	status: str
	outcome: str | None
	closed_on: date | None


def signals(store: Store, since: date, until: date) -> list[Raised]:
	"""Signals that were raised between two days, inclusive, in their order."""
	values = _moments(since, until)
	s, step = SIGNAL, STEP
	answers = (
		select(step, step.signal, step.taken_on)
		.join(s)
		.on(s.name == step.signal)
		.where(s.raised_on >= VALUE)
		.where(s.raised_on < VALUE)
		.where(step.step.isin([VALUE] * len(ANSWERS)))
	)
	first: dict[str, date] = {}
	for signal, taken_on in store.fetch(answers, [*values, *ANSWERS]):
		first[signal] = min(first.get(signal, date.max), taken_on.date())
	query = (
		select(s, s.name, s.student, s.student_group, s.status, s.raised_on)
		.where(s.raised_on >= VALUE)
		.where(s.raised_on < VALUE)
		.orderby(s.raised_on)
	)
	return [
		Raised(name, student, group, status, raised.date(), first.get(name))
		for name, student, group, status, raised in store.fetch(query, values)
	]


def plans(store: Store, since: date, until: date) -> list[PlanMade]:
	"""Plans that were begun between two days, inclusive."""
	return _plans(store, "creation", since, until)


def plans_closed(store: Store, since: date, until: date) -> list[PlanMade]:
	"""Plans that were closed between two days, inclusive."""
	return _plans(store, "closed_on", since, until)


def goals(store: Store, of_plans: Sequence[str]) -> dict[str, list[str]]:
	"""The state of each goal, by plan."""
	wanted = set(of_plans)
	found: dict[str, list[str]] = {}
	for plan, status in store.fetch(select(GOAL, GOAL.parent, GOAL.status)) if wanted else ():
		if plan in wanted:
			found.setdefault(plan, []).append(status)
	return found


def first_record(store: Store, since: date, until: date) -> date | None:
	"""The first day between two of which anything is on record: before it nobody kept attendance here."""
	a = ATTENDANCE
	query = (
		select(a, a.date)
		.where(SUBMITTED)
		.where(a.date >= VALUE)
		.where(a.date <= VALUE)
		.orderby(a.date)
		.limit(1)
	)
	rows = store.fetch(query, [since, until])
	return rows[0][0] if rows else None


def _plans(store: Store, field: str, since: date, until: date) -> list[PlanMade]:
	p = PLAN
	query = (
		select(p, p.name, p.student, p.status, p.outcome, p.closed_on)
		.where(p[field] >= VALUE)
		.where(p[field] < VALUE)
	)
	return [
		PlanMade(name, student, status, outcome or None, closed.date() if closed else None)
		for name, student, status, outcome, closed in store.fetch(query, _moments(since, until))
	]


def _moments(since: date, until: date) -> list[datetime]:
	return [
		datetime.combine(since, datetime.min.time()),
		datetime.combine(until + timedelta(days=1), datetime.min.time()),
	]
