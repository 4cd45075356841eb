"""Referrals that somebody must do something about: partners who do not answer, answers that nobody has seen, families' words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from vsv_app.engine.care.promises import REFERRAL, Promise
from vsv_app.stores.queries.sql import VALUE, select, table
from vsv_app.stores.store import Store

PARTNER_ANSWERS_DAYS, FAMILY_ANSWERS_DAYS, SEE_TO_IT_DAYS = 7, 7, 3
"""After so many days a question to a partner or a family is overdue, and an answer that nobody took note of."""
RESULT_DAYS = 42
"""After so many days whoever referred asks a partner that accepted what came of it."""
WITHDRAWN = "withdrawn"
"""What a promise is about where consent was taken back."""
R = table("Referral")
HEAD = (R.name, R.student, R.stakeholder, R.referred_by)


def unanswered(store: Store, coordinator: str | None) -> list[Promise]:
	"""Referrals that a partner has not answered; the coordinator has them in hand."""
	query = select(R, *HEAD, R.sent_on).where(R.status == VALUE)
	return [
		_promise(row, row[4], "partner", PARTNER_ANSWERS_DAYS, coordinator, later=True)
		for row in store.fetch(query, ["Sent"])
		if row[4]
	]


def answers_not_seen(store: Store) -> list[Promise]:
	"""What a partner answered, and what ended because a family took its consent back, for who referred, until it is seen."""
	query = select(R, *HEAD, R.replied_on, R.closed_on, R.status).where(R.status.isin([VALUE] * 4))
	query = query.where(R.answer_seen_on.isnull()).where(R.replied_on.isnotnull() | R.closed_on.isnotnull())
	return [
		_promise(
			row, row[5] or row[4], WITHDRAWN if row[6] == "Withdrawn" else "answer", SEE_TO_IT_DAYS, row[3]
		)
		for row in store.fetch(query, ["Accepted", "Declined", "Closed", "Withdrawn"])
	]


def without_result(store: Store) -> list[Promise]:
	"""Referrals that a partner accepted and nobody closed, for who referred, six weeks after the partner's answer."""
	query = select(R, *HEAD, R.replied_on).where(R.status == VALUE)
	query = query.where(R.answer_seen_on.isnotnull()).where(R.replied_on.isnotnull())
	return [
		_promise(row, row[4], "result", RESULT_DAYS, row[3], later=True)
		for row in store.fetch(query, ["Accepted"])
	]


def families_words(store: Store) -> list[Promise]:
	"""Drafts about which the family was asked: without an answer after a week, or answered and not gone on with."""
	query = select(R, *HEAD, R.consent_status, R.consent_asked_on, R.consent_answered_on, R.consent_asked_by)
	query = query.where(R.status == VALUE).where(R.consent_status.isin([VALUE] * 3))
	found = []
	for row in store.fetch(query, ["Draft", "Asked", "Given", "Refused"]):
		asks = row[4] == "Asked"
		since = row[5] if asks else row[6]
		if since:
			days = FAMILY_ANSWERS_DAYS if asks else SEE_TO_IT_DAYS
			found.append(_promise(row, since, row[4], days, row[7] or row[3], later=asks))
	return found


def _promise(
	row: Sequence[Any], since: datetime, thing: str, days: int, holder: str | None, *, later: bool = False
) -> Promise:  # fmt: skip
	"""`later`: it is for somebody else to answer, so it shows once that is late."""
	name, student, stakeholder, referred_by = row[:4]
	due = since.date() + timedelta(days=days)
	return Promise(
		REFERRAL,
		"Referral",
		name,
		thing,
		due,
		held_by=(holder,) if holder else (),
		otherwise=referred_by or "",
		student=student,
		asked_on=since.date(),
		shows_from=due if later else None,
		what=stakeholder,
	)
