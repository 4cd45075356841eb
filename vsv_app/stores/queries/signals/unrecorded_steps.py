"""What tells of the past of signals that are older than their steps: alerts, plans, contested records, later signals."""

from collections.abc import Sequence
from datetime import datetime

from vsv_app.stores.queries.signals import signals as of_signals
from vsv_app.stores.queries.signals.signals import EVIDENCE, SIGNAL
from vsv_app.stores.queries.sql import VALUE, any_of, select, table, update
from vsv_app.stores.store import Store

PLAN, PLAN_SIGNAL = table("Support Plan"), table("Support Plan Signal")
Told = tuple[str, datetime, str | None]
"""Which plan or record, when, and by whom."""


def signals(store: Store, limit: int) -> list[str]:
	"""Some of the signals that have no steps."""
	query = select(SIGNAL, SIGNAL.name).where(SIGNAL.step_count == VALUE).orderby(SIGNAL.name).limit(limit)
	return [row[0] for row in store.fetch(query, [0])]


def versions(store: Store, names: Sequence[str]) -> dict[str, tuple[int, datetime, str]]:
	"""(version of the rule that it was raised under, last change, rule) by signal."""
	s = SIGNAL
	query = select(s, s.name, s.rule_version, s.modified, s.rule).where(any_of(s.name, names))
	return {
		name: (version or 0, modified, rule) for name, version, modified, rule in store.fetch(query, names)
	}


def alerts_after_the_first(store: Store, names: Sequence[str]) -> dict[str, list[tuple[str, str, datetime]]]:
	"""(recipient, level, on) of alerts by signal, without those that went out with it."""
	return {
		name: [alert for alert in sent if alert[2] > sent[0][2]]
		for name, sent in of_signals.alerts(store, names).items()
	}


def plans(store: Store, names: Sequence[str]) -> dict[str, list[Told]]:
	"""The plans that answer to each signal, in the order in which they were begun."""
	query = (
		select(PLAN_SIGNAL, PLAN_SIGNAL.signal, PLAN.name, PLAN.creation, PLAN.responsible)
		.join(PLAN)
		.on(PLAN.name == PLAN_SIGNAL.parent)
		.where(any_of(PLAN_SIGNAL.signal, names))
		.orderby(PLAN.creation)
	)
	found: dict[str, list[Told]] = {}
	for signal, plan, begun, by in store.fetch(query, names):
		found.setdefault(signal, []).append((plan, begun, by))
	return found


def contested(store: Store, names: Sequence[str]) -> dict[str, list[Told]]:
	"""The contested records among what each signal rests on."""
	e = EVIDENCE
	query = (
		select(e, e.parent, e.reference_name, e.modified, e.modified_by)
		.where(any_of(e.parent, names))
		.where(e.contested == VALUE)
		.orderby(e.modified)
	)
	found: dict[str, list[Told]] = {}
	for signal, record, on, by in store.fetch(query, [*names, 1]):
		found.setdefault(signal, []).append((record, on, by))
	return found


def next_raised_on(store: Store, student: str, rule: str, after: datetime | None) -> datetime | None:
	"""When the next signal of the same learner and rule was raised."""
	if after is None:
		return None
	s = SIGNAL
	query = (
		select(s, s.raised_on)
		.where(s.student == VALUE)
		.where(s.rule == VALUE)
		.where(s.raised_on > VALUE)
		.orderby(s.raised_on)
		.limit(1)
	)
	rows = store.fetch(query, [student, rule, after])
	return rows[0][0] if rows else None


def count(store: Store, name: str, steps: int) -> None:
	"""Note how many steps a signal has; it was not changed by that."""
	store.run(update(SIGNAL, "step_count").where(SIGNAL.name == VALUE), [steps, name])
