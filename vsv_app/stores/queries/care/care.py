"""Plans, contacts and interventions, as the services and the board ask for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pypika import Order

from vsv_app.engine.care.plans import CLOSED, GUARDIAN, LEARNER
from vsv_app.engine.partners.consent import comes_of_age
from vsv_app.stores.queries.sql import VALUE, any_of, select, table, update
from vsv_app.stores.store import Store

PLAN = table("Support Plan")
PLAN_SIGNAL = table("Support Plan Signal")
GOAL = table("Support Plan Goal")
ACTION = table("Support Plan Action")
CONSENT = table("Consent Record")
CONTACT = table("Contact Log")
TYPE = table("Intervention Type")
SIGNAL = table("Early Warning Signal")
STUDENT = table("Student")
REMINDER = table("Care Reminder")
AGREEMENT = table("Stakeholder Agreement")
MESSAGE = table("Family Message")


@dataclass(frozen=True)
class Contact:
	"""A talk, call or visit that was logged."""

	student: str
	on: datetime
	by: str
	with_whom: str
	channel: str


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


def last_contacts(store: Store, students: Sequence[str]) -> dict[str, Contact]:
	"""The latest logged contact of each learner who has one."""
	c = CONTACT
	query = (
		select(c, c.student, c.contact_on, c.contact_by, c.with_whom, c.channel)
		.where(any_of(c.student, students))
		.orderby(c.contact_on, order=Order.asc)
	)
	return {row[0]: Contact(*row) for row in store.fetch(query, students)}


def talks(store: Store, since: date, until: date, students: Sequence[str] | None = None) -> list[Contact]:
	"""Contacts with the learners themselves, from `since` up to and with `until`: the protective factor "mentor talk"."""
	c = CONTACT
	query = (
		select(c, c.student, c.contact_on, c.contact_by, c.with_whom, c.channel)
		.where(c.with_whom == VALUE)
		.where(c.contact_on >= VALUE)
		.where(c.contact_on < VALUE)
		.orderby(c.student)
		.orderby(c.contact_on)
	)
	values: list[Any] = [
		"Learner",
		datetime.combine(since, datetime.min.time()),
		datetime.combine(date.fromordinal(until.toordinal() + 1), datetime.min.time()),
	]
	if students is not None:
		query = query.where(any_of(c.student, students))
		values += students
	return [Contact(*row) for row in store.fetch(query, values)]


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


def signals_of(store: Store, student: str, names: Sequence[str]) -> list[dict[str, Any]]:
	"""What a plan or talk about some of a learner's signals wants to know of them."""
	s = SIGNAL
	fields = (
		"name", "status", "rule_title", "explanation", "explanation_nl", "indicator", "observed_value", "threshold",
	)  # fmt: skip
	query = select(s, *(s[field] for field in fields)).where(any_of(s.name, names)).where(s.student == VALUE)
	return [dict(zip(fields, row, strict=True)) for row in store.fetch(query, [*names, student])]


def born(store: Store, student: str) -> date | None:
	rows = store.fetch(select(STUDENT, STUDENT.date_of_birth).where(STUDENT.name == VALUE), [student])
	return rows[0][0] if rows else None


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


def renewals(store: Store, until: date) -> list[Due]:
	"""Agreements in force whose last day comes up to and with a day."""
	query = (
		select(AGREEMENT, AGREEMENT.name, AGREEMENT.owner, AGREEMENT.ends_on)
		.where(AGREEMENT.status.isin([VALUE] * 2))
		.where(AGREEMENT.ends_on <= VALUE)
	)
	return [
		Due("Renewal", "Stakeholder Agreement", name, str(ends), owner, ends)
		for name, owner, ends in store.fetch(query, ["Active", "In Review", until])
	]


def consents_to_ask_anew(store: Store, today: date, consent_age: int) -> list[Due]:
	"""Guardians' consents of learners who consent themselves by now, and did not do so towards that partner yet."""
	c = CONSENT
	query = select(
		c, c.student, c.stakeholder, c.name, c.given_by, c.until, c.withdrawn_on, c.recorded_by, c.owner
	)
	standing: dict[str, list[Any]] = {GUARDIAN: [], LEARNER: []}
	for student, partner, name, by, until, withdrawn, recorded_by, owner in store.fetch(query):
		if withdrawn is None and (until is None or until >= today):
			standing[by].append((student, partner, name, recorded_by or owner))
	own = {(student, partner) for student, partner, _name, _who in standing[LEARNER]}
	asked = [row for row in standing[GUARDIAN] if row[:2] not in own]
	birthdays = _born(store, sorted({row[0] for row in asked}))
	found = []
	for student, _partner, name, who in asked:
		from_day = comes_of_age(birthdays.get(student), consent_age)
		if from_day is not None and from_day <= today:
			found.append(Due("Consent", "Consent Record", name, "", who, from_day))
	return sorted(found, key=lambda due: (due.due, due.name))


def _born(store: Store, students: Sequence[str]) -> dict[str, date]:
	if not students:
		return {}
	query = select(STUDENT, STUDENT.name, STUDENT.date_of_birth).where(any_of(STUDENT.name, students))
	return {student: born for student, born in store.fetch(query, students) if born}


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


def reminders(store: Store, names: Sequence[str]) -> dict[About, list[tuple[str, str, datetime]]]:
	"""(recipient, level, sent on) of what went out, by what it was about."""
	r = REMINDER
	query = (
		select(r, r.reference_name, r.kind, r.thing, r.due_on, r.recipient, r.level, r.sent_on)
		.where(any_of(r.reference_name, names))
		.orderby(r.sent_on)
	)
	found: dict[About, list[tuple[str, str, datetime]]] = {}
	for name, kind, thing, due, recipient, level, sent_on in store.fetch(query, names):
		found.setdefault((name, kind, thing or "", due), []).append((recipient, level, sent_on))
	return found


def open_reminders(store: Store) -> dict[str, About]:
	"""By reminder that was sent and asks for something still, what it is about."""
	r = REMINDER
	query = select(r, r.name, r.reference_name, r.kind, r.thing, r.due_on).where(r.status == VALUE)
	return {row[0]: (row[1], row[2], row[3] or "", row[4]) for row in store.fetch(query, ["Sent"])}


def open_reminders_by_recipient(store: Store) -> list[str]:
	"""The recipient of each reminder that asks for something still."""
	query = select(REMINDER, REMINDER.recipient).where(REMINDER.status == VALUE)
	return [row[0] for row in store.fetch(query, ["Sent"])]


def mark_reminders(store: Store, names: Sequence[str], status: str, now: datetime) -> None:
	"""Note on reminders that the next person was told, or that what they were about is done."""
	query = update(REMINDER, "status", "modified", "modified_by").where(any_of(REMINDER.name, names))
	store.run(query, [status, now, store.acting_user, *names])


def messages_without_answer(store: Store) -> list[str]:
	"""The learner of each family's message that has no answer."""
	query = select(MESSAGE, MESSAGE.student).where(MESSAGE.status == VALUE)
	return [row[0] for row in store.fetch(query, ["Open"])]


def reviews_between(store: Store, since: date, until: date) -> list[str]:
	"""Who sees to each plan that is carried out and reviewed between two days, inclusive."""
	query = (
		select(PLAN, PLAN.responsible)
		.where(PLAN.status == VALUE)
		.where(PLAN.next_review >= VALUE)
		.where(PLAN.next_review <= VALUE)
	)
	return [row[0] for row in store.fetch(query, ["Active", since, until]) if row[0]]
