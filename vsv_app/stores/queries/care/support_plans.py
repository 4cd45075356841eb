"""Support plans: those in hand, the signals they answer to, their reviews."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vsv_app.engine.care.plans import CLOSED
from vsv_app.engine.signals.signal_lifecycle import IN_PLAN
from vsv_app.stores.queries.sql import VALUE, any_of, select, table, update
from vsv_app.stores.store import Store

PLAN = table("Support Plan")
ACTION = table("Support Plan Action")
PLAN_SIGNAL = table("Support Plan Signal")
TYPE = table("Intervention Type")
SIGNAL = table("Early Warning Signal")
STUDENT = table("Student")


def intervention_known(store: Store, code: str, name: str) -> bool:
	query = select(TYPE, TYPE.name).where((TYPE.intervention_code == VALUE) | (TYPE.name == VALUE))
	return bool(store.fetch(query, [code, name]))


def standing_plans(store: Store, students: Sequence[str]) -> dict[str, dict[str, Any]]:
	"""name, status and next_review of the plan of each learner who has one that is not closed."""
	query = (
		select(PLAN, PLAN.student, PLAN.name, PLAN.status, PLAN.next_review)
		.where(any_of(PLAN.student, students))
		.where(PLAN.status != VALUE)
	)
	return {
		student: {"name": name, "status": status, "next_review": next_review}
		for student, name, status, next_review in store.fetch(query, [*students, CLOSED])
	}


def open_plan_of(store: Store, signal: str) -> str | None:
	"""The plan that is not closed and answers to this signal."""
	query = (
		select(PLAN, PLAN.name)
		.join(PLAN_SIGNAL)
		.on(PLAN_SIGNAL.parent == PLAN.name)
		.where(PLAN_SIGNAL.signal == VALUE)
		.where(PLAN.status != VALUE)
	)
	rows = store.fetch(query, [signal, CLOSED])
	return rows[0][0] if rows else None


@dataclass(frozen=True)
class Action:
	"""An action of a plan: who does it, and who gave it to them."""

	name: str
	plan: str
	plan_status: str
	student: str
	what: str
	who: str | None
	given_by: str | None
	responsible: str | None
	status: str


def action(store: Store, name: str) -> Action | None:
	a = ACTION
	query = (
		select(a, a.name, PLAN.name, PLAN.status, PLAN.student, a.what, a.who, a.given_by, PLAN.responsible, a.status)
		.join(PLAN)
		.on(PLAN.name == a.parent)
		.where(a.name == VALUE)
	)  # fmt: skip
	rows = store.fetch(query, [name])
	return Action(*rows[0]) if rows else None


def close_action(store: Store, known: Action, status: str, answer: str, now: datetime) -> None:
	"""Write down what became of an action."""
	by = store.acting_user
	query = update(ACTION, "status", "answer", "modified", "modified_by").where(ACTION.name == VALUE)
	store.run(query, [status, answer, now, by, known.name])
	store.run(update(PLAN, "modified", "modified_by").where(PLAN.name == VALUE), [now, by, known.plan])


def signals_held_by(store: Store, plan: str) -> list[str]:
	"""The signals in a plan that this plan answers to."""
	query = (
		select(PLAN_SIGNAL, SIGNAL.name)
		.join(SIGNAL)
		.on(SIGNAL.name == PLAN_SIGNAL.signal)
		.where(PLAN_SIGNAL.parent == VALUE)
		.where(SIGNAL.status == VALUE)
		.distinct()
	)
	return sorted(row[0] for row in store.fetch(query, [plan, IN_PLAN]))


def signals_of_no_plan(store: Store) -> list[str]:
	"""The signals in a plan that no plan answers to which is not closed."""
	held = (
		select(PLAN_SIGNAL, PLAN_SIGNAL.signal)
		.join(PLAN)
		.on(PLAN.name == PLAN_SIGNAL.parent)
		.where(PLAN.status != VALUE)
		.distinct()
	)
	known = {row[0] for row in store.fetch(held, [CLOSED])}
	every = select(SIGNAL, SIGNAL.name).where(SIGNAL.status == VALUE).orderby(SIGNAL.name)
	return [row[0] for row in store.fetch(every, [IN_PLAN]) if row[0] not in known]


def signals_of(store: Store, student: str, names: Sequence[str]) -> list[dict[str, Any]]:
	"""What a plan or talk about some of a learner's signals wants to know of them."""
	s = SIGNAL
	fields = (
		"name", "status", "rule", "rule_title", "explanation", "explanation_nl", "indicator", "observed_value", "threshold",
	)  # fmt: skip
	query = select(s, *(s[field] for field in fields)).where(any_of(s.name, names)).where(s.student == VALUE)
	return [dict(zip(fields, row, strict=True)) for row in store.fetch(query, [*names, student])]


def born(store: Store, student: str) -> date | None:
	rows = store.fetch(select(STUDENT, STUDENT.date_of_birth).where(STUDENT.name == VALUE), [student])
	return rows[0][0] if rows else None
