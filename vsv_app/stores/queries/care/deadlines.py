"""What was agreed and has a day: actions, goals and reviews of plans, reviews of agreements, messages without an answer."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from vsv_app.engine.care import promises
from vsv_app.engine.care.promises import ANSWER_WITHIN_DAYS, Promise
from vsv_app.stores.queries.care.support_plans import PLAN
from vsv_app.stores.queries.sql import VALUE, select, table
from vsv_app.stores.store import Store

GOAL = table("Support Plan Goal")
ACTION = table("Support Plan Action")
AGREEMENT = table("Stakeholder Agreement")
MESSAGE = table("Family Message")
RUNNING = ["Active", "In Review"]
NOT_BEGUN = ("Draft", "Proposed", "Agreed")
WITHDRAWS = "No Longer Agrees"
"""The kind of a message of somebody who takes an agreement with a plan back; what its promise is about too."""

Ahead = Callable[[date], date]
"""From which day something that has a day of its own is shown."""


def actions(store: Store, until: date, ahead: Ahead) -> list[Promise]:
	"""Actions of plans that are being carried out, with a last day up to and with `until`."""
	a = ACTION
	query = (
		select(PLAN, PLAN.name, PLAN.student, a.name, a.what, a.who, PLAN.responsible, a.to_date)
		.join(a)
		.on(a.parent == PLAN.name)
		.where(PLAN.status.isin([VALUE] * 2))
		.where(a.status.isin([VALUE] * 2))
		.where(a.to_date <= VALUE)
	)
	return [
		Promise(
			promises.ACTION, "Support Plan", plan, row, due,
			held_by=_of(who or responsible), otherwise=responsible or "",
			student=student, shows_from=ahead(due), what=what or "", asked_of=who or "",
		)
		for plan, student, row, what, who, responsible, due in store.fetch(
			query, [*RUNNING, "Planned", "Under Way", until]
		)
	]  # fmt: skip


def goals(store: Store, until: date, ahead: Ahead) -> list[Promise]:
	"""Open goals of plans that are being carried out, to be met by a day up to and with `until`."""
	g = GOAL
	query = (
		select(PLAN, PLAN.name, PLAN.student, g.name, g.what, PLAN.responsible, g.due_on)
		.join(g)
		.on(g.parent == PLAN.name)
		.where(PLAN.status.isin([VALUE] * 2))
		.where(g.status == VALUE)
		.where(g.due_on <= VALUE)
	)
	return [
		Promise(
			promises.GOAL, "Support Plan", plan, row, due,
			held_by=_of(responsible), student=student, shows_from=ahead(due), what=what or "",
		)
		for plan, student, row, what, responsible, due in store.fetch(query, [*RUNNING, "Open", until])
	]  # fmt: skip


def reviews(store: Store, until: date, ahead: Ahead) -> list[Promise]:
	"""Reviews of plans that are being carried out, on a day up to and with `until`."""
	query = (
		select(PLAN, PLAN.name, PLAN.student, PLAN.responsible, PLAN.next_review)
		.where(PLAN.status.isin([VALUE] * 2))
		.where(PLAN.next_review <= VALUE)
	)
	return [
		Promise(
			promises.REVIEW, "Support Plan", plan, str(due), due,
			held_by=_of(responsible), student=student, shows_from=ahead(due),
		)
		for plan, student, responsible, due in store.fetch(query, [*RUNNING, until])
	]  # fmt: skip


def plans_not_begun(
	store: Store, due: Callable[[date], date], shown: Callable[[date], date]
) -> list[Promise]:
	"""Plans that wait to be proposed, agreed or begun, since they were last changed; an agreed one shows at once."""
	query = select(PLAN, PLAN.name, PLAN.student, PLAN.responsible, PLAN.status, PLAN.modified).where(
		PLAN.status.isin([VALUE] * len(NOT_BEGUN))
	)
	return [
		Promise(
			promises.REVIEW, "Support Plan", plan, status, due(changed.date()),
			held_by=_of(responsible), student=student, asked_on=changed.date(),
			shows_from=None if status == "Agreed" else shown(changed.date()),
		)
		for plan, student, responsible, status, changed in store.fetch(query, [*NOT_BEGUN])
	]  # fmt: skip


def agreement_reviews(store: Store, until: date, ahead: Ahead) -> list[Promise]:
	"""Reviews of agreements in force, on a day up to and with `until`."""
	query = (
		select(AGREEMENT, AGREEMENT.name, AGREEMENT.owner, AGREEMENT.next_review)
		.where(AGREEMENT.status.isin([VALUE] * 2))
		.where(AGREEMENT.next_review <= VALUE)
	)
	return [
		Promise(
			promises.AGREEMENT, "Stakeholder Agreement", name, str(due), due,
			held_by=_of(owner), shows_from=ahead(due),
		)
		for name, owner, due in store.fetch(query, [*RUNNING, until])
	]  # fmt: skip


def unanswered_messages(store: Store) -> list[Promise]:
	"""Messages of families that have no answer; who sees to the plan that one is about has it in hand, else nobody in particular."""
	m = MESSAGE
	query = (
		select(m, m.name, m.student, m.sent_on, m.message, m.kind, PLAN.responsible)
		.left_join(PLAN)
		.on(PLAN.name == m.plan)
		.where(m.status == VALUE)
	)
	return [
		Promise(
			promises.MESSAGE, "Family Message", name, WITHDRAWS if kind == WITHDRAWS else "",
			sent_on.date() + timedelta(days=ANSWER_WITHIN_DAYS),
			held_by=_of(responsible), student=student, asked_on=sent_on.date(), what=message or "",
		)
		for name, student, sent_on, message, kind, responsible in store.fetch(query, ["Open"])
	]  # fmt: skip


def message(store: Store, name: str) -> dict[str, Any] | None:
	"""Whom a family's message is about, and whether it has an answer."""
	query = select(MESSAGE, MESSAGE.student, MESSAGE.status).where(MESSAGE.name == VALUE)
	rows = store.fetch(query, [name])
	return dict(zip(("student", "status"), rows[0], strict=True)) if rows else None


def _of(person: str | None) -> tuple[str, ...]:
	return (person,) if person else ()
