"""What was agreed and is overdue: actions, goals and reviews of plans, reviews of agreements, messages without an answer."""

from dataclasses import dataclass
from datetime import date, datetime

from vsv_app.stores.queries.care.support_plans import PLAN
from vsv_app.stores.queries.sql import VALUE, select, table
from vsv_app.stores.store import Store

GOAL = table("Support Plan Goal")
ACTION = table("Support Plan Action")
AGREEMENT = table("Stakeholder Agreement")
MESSAGE = table("Family Message")
About = tuple[str, str, str, date]
"""(document, kind, thing, day): what a reminder is about."""


@dataclass(frozen=True)
class Due:
	"""Something agreed whose day has passed: in which document, what, with whom, since when."""

	kind: str
	doctype: str
	name: str
	thing: str
	who: str
	due: date
	otherwise: str = ""
	"""Who sees to it where `who` may not open the document."""

	@property
	def about(self) -> About:
		"""What reminders of it have in common: something that got a later day is overdue anew after that."""
		return self.name, self.kind, self.thing, self.due


def overdue(store: Store, today: date) -> list[Due]:
	"""Actions, goals and reviews of plans that are being carried out, and reviews of agreements, past their day."""
	running = ["Active", "In Review"]
	found: list[Due] = []
	a = ACTION
	query = (
		select(PLAN, PLAN.name, a.name, a.who, PLAN.responsible, a.to_date)
		.join(a)
		.on(a.parent == PLAN.name)
		.where(PLAN.status.isin([VALUE] * 2))
		.where(a.status.isin([VALUE] * 2))
		.where(a.to_date < VALUE)
	)
	for plan, row, who, responsible, due in store.fetch(query, [*running, "Planned", "Under Way", today]):
		found.append(
			Due("Action", "Support Plan", plan, row, who or responsible or "", due, responsible or "")
		)
	g = GOAL
	query = (
		select(PLAN, PLAN.name, g.name, PLAN.responsible, g.due_on)
		.join(g)
		.on(g.parent == PLAN.name)
		.where(PLAN.status.isin([VALUE] * 2))
		.where(g.status == VALUE)
		.where(g.due_on < VALUE)
	)
	for plan, row, responsible, due in store.fetch(query, [*running, "Open", today]):
		found.append(Due("Goal", "Support Plan", plan, row, responsible or "", due))
	query = (
		select(PLAN, PLAN.name, PLAN.responsible, PLAN.next_review)
		.where(PLAN.status.isin([VALUE] * 2))
		.where(PLAN.next_review < VALUE)
	)
	for plan, responsible, due in store.fetch(query, [*running, today]):
		found.append(Due("Review", "Support Plan", plan, str(due), responsible or "", due))
	query = (
		select(AGREEMENT, AGREEMENT.name, AGREEMENT.owner, AGREEMENT.next_review)
		.where(AGREEMENT.status.isin([VALUE] * 2))
		.where(AGREEMENT.next_review < VALUE)
	)
	for name, owner, due in store.fetch(query, [*running, today]):
		found.append(Due("Agreement", "Stakeholder Agreement", name, str(due), owner, due))
	return sorted(found, key=lambda due: (due.due, due.kind, due.name, due.thing))


def unanswered_messages(store: Store, before: date) -> list[Due]:
	"""Messages of families that were sent before a day and have no answer; nobody in particular has them in hand."""
	query = (
		select(MESSAGE, MESSAGE.name, MESSAGE.sent_on)
		.where(MESSAGE.status == VALUE)
		.where(MESSAGE.sent_on < VALUE)
	)
	values = ["Open", datetime.combine(before, datetime.min.time())]
	return [
		Due("Message", "Family Message", name, "", "", sent_on.date())
		for name, sent_on in store.fetch(query, values)
	]


def messages_without_answer(store: Store) -> list[str]:
	"""The learner of each family's message that has no answer."""
	query = select(MESSAGE, MESSAGE.student).where(MESSAGE.status == VALUE)
	return [row[0] for row in store.fetch(query, ["Open"])]
