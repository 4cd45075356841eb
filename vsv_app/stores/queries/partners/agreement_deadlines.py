"""Agreements that end soon or wait for signatures, partners' feedback without an answer, and consents to ask for anew."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from vsv_app.engine.care.plans import GUARDIAN, LEARNER
from vsv_app.engine.care.promises import CONSENT as CONSENT_TO_ASK
from vsv_app.engine.care.promises import FEEDBACK, RENEWAL, SIGNATURE, Promise
from vsv_app.engine.partners.agreements import UNDER_DISCUSSION
from vsv_app.engine.partners.consent import comes_of_age
from vsv_app.stores.queries.care.deadlines import AGREEMENT
from vsv_app.stores.queries.care.support_plans import STUDENT
from vsv_app.stores.queries.sql import VALUE, any_of, select, table
from vsv_app.stores.store import Store

CONSENT = table("Consent Record")
PARTY, SIGNED = table("Agreement Party"), table("Agreement Signature")
SAID = table("Agreement Feedback")
SIGNED_WITHIN_DAYS = 14
"""After so many days an agreement that a party has not signed is overdue."""


def renewals(store: Store, until: date) -> list[Promise]:
	"""Agreements in force whose last day comes up to and with a day."""
	query = (
		select(AGREEMENT, AGREEMENT.name, AGREEMENT.owner, AGREEMENT.ends_on)
		.where(AGREEMENT.status.isin([VALUE] * 2))
		.where(AGREEMENT.ends_on <= VALUE)
	)
	return [
		Promise(RENEWAL, "Stakeholder Agreement", name, str(ends), ends, held_by=(owner,))
		for name, owner, ends in store.fetch(query, ["Active", "In Review", until])
	]


def waiting_for_signatures(store: Store) -> list[Promise]:
	"""Agreements under discussion, for who keeps them: at once where it is the school's turn, once it is late where it is a partner's."""
	a, p, s = AGREEMENT, PARTY, SIGNED
	query = select(a, a.name, a.owner, a.title, a.version, a.discussed_since, a.modified).where(
		a.status == VALUE
	)
	agreements = store.fetch(query, [UNDER_DISCUSSION])
	names = [row[0] for row in agreements]
	if not names:
		return []
	query = select(p, p.parent, p.stakeholder).where(any_of(p.parent, names))
	parties = [(parent, who or "") for parent, who in store.fetch(query, names)]
	query = select(s, s.parent, s.stakeholder, s.version).where(any_of(s.parent, names))
	signed = {(parent, who or "", version) for parent, who, version in store.fetch(query, names)}
	found = []
	for name, owner, title, version, discussed_since, modified in agreements:
		since = (discussed_since or modified).date()
		due = since + timedelta(days=SIGNED_WITHIN_DAYS)
		open_parties = [who for of, who in parties if of == name and (name, who, version) not in signed]
		partners_turn = bool(open_parties) and "" not in open_parties
		found.append(
			Promise(
				SIGNATURE, "Stakeholder Agreement", name, str(version), due,
				held_by=(owner,), asked_on=since, shows_from=due if partners_turn else None,
				what=": ".join(filter(None, (title, ", ".join(filter(None, open_parties))))),
			)
		)  # fmt: skip
	return found


def feedback_without_answer(store: Store, due: Callable[[date], date]) -> list[Promise]:
	"""What partners said of an agreement and nobody has answered, for who keeps the agreement."""
	a, f = AGREEMENT, SAID
	query = (
		select(a, a.name, a.owner, f.name, f.feedback, f.sent_on, f.answer)
		.join(f)
		.on(f.parent == a.name)
		.where(f.stakeholder.isnotnull())
		.where(f.stakeholder != VALUE)
	)
	return [
		Promise(
			FEEDBACK, "Stakeholder Agreement", name, row, due(sent_on.date()),
			held_by=(owner,), asked_on=sent_on.date(), what=feedback or "",
		)
		for name, owner, row, feedback, sent_on, answer in store.fetch(query, [""])
		if sent_on and not (answer or "").strip()
	]  # fmt: skip


def consents_to_ask_anew(store: Store, today: date, consent_age: int) -> list[Promise]:
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
			found.append(
				Promise(CONSENT_TO_ASK, "Consent Record", name, "", from_day, held_by=(who,), student=student)
			)
	return sorted(found, key=lambda due: (due.due, due.name))


def _born(store: Store, students: Sequence[str]) -> dict[str, date]:
	if not students:
		return {}
	query = select(STUDENT, STUDENT.name, STUDENT.date_of_birth).where(any_of(STUDENT.name, students))
	return {student: born for student, born in store.fetch(query, students) if born}
