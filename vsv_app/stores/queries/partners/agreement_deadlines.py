"""Agreements that end soon, and consents to ask for anew."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from vsv_app.engine.care.plans import GUARDIAN, LEARNER
from vsv_app.engine.care.promises import CONSENT as CONSENT_TO_ASK
from vsv_app.engine.care.promises import RENEWAL, Promise
from vsv_app.engine.partners.consent import comes_of_age
from vsv_app.stores.queries.care.deadlines import AGREEMENT
from vsv_app.stores.queries.care.support_plans import STUDENT
from vsv_app.stores.queries.sql import VALUE, any_of, select, table
from vsv_app.stores.store import Store

CONSENT = table("Consent Record")


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
