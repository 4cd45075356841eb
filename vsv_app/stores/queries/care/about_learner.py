"""All that is written down about one learner in care, document by document: what a timeline is made of."""

from collections.abc import Mapping, Sequence
from typing import Any

from vsv_app.stores.queries.sql import VALUE, any_of, select, table
from vsv_app.stores.store import Store

SIGNAL = table("Early Warning Signal")
CONTACT = table("Contact Log")
MESSAGE = table("Family Message")
PLAN = table("Support Plan")
REFERRAL = table("Referral")

DECISION = table("Care Decision")
CONTESTED = table("Contested Record")

Record = Mapping[str, Any]

OF_CONTACT = (
	"name", "contact_on", "contact_by", "with_whom", "person_name", "not_reached", "channel", "note", "agreed",
	"next_step", "next_step_on", "next_step_done", "next_step_done_on", "next_step_done_by",
)  # fmt: skip
OF_MESSAGE = (
	"name", "kind", "sent_on", "person_name", "capacity", "message", "answer", "answered_on", "answered_by",
)  # fmt: skip
OF_PLAN = (
	"name", "creation", "owner", "status", "cause", "outcome", "closing_reason", "closed_on", "closed_by",
)  # fmt: skip
OF_REFERRAL = (
	"name", "stakeholder", "status", "question", "referred_by", "sent_on", "reply", "replied_on", "closed_on", "result",
)  # fmt: skip
OF_DECISION = (
	"name",
	"what",
	"who",
	"due_on",
	"status",
	"decided_by",
	"decided_on",
	"answer",
	"answered_on",
	"answered_by",
)
OF_CONTESTED = (
	"name", "school_day", "contested_by", "person_name", "contested_on", "words", "status", "answer", "answered_by",
	"answered_on",
)  # fmt: skip
OF_AGREEMENT = ("parent", "party", "person_name", "decision", "agreed_on", "note")
OF_REVIEW = ("parent", "reviewed_on", "what_moved", "decision", "present")
OF_ACTION = ("parent", "what", "who", "who_else", "from_date", "to_date", "status")


def signals(store: Store, student: str) -> list[Record]:
	"""Every signal, also those that are closed."""
	return _about(store, SIGNAL, ("name", "rule_title", "rule"), student)


def contacts(store: Store, student: str) -> list[Record]:
	return _about(store, CONTACT, OF_CONTACT, student)


def messages(store: Store, student: str) -> list[Record]:
	return _about(store, MESSAGE, OF_MESSAGE, student)


def plans(store: Store, student: str) -> list[Record]:
	return _about(store, PLAN, OF_PLAN, student)


def referrals(store: Store, student: str) -> list[Record]:
	return _about(store, REFERRAL, OF_REFERRAL, student)


def contested(store: Store, student: str) -> list[Record]:
	"""Attendance records that somebody said are not right, with the answers."""
	return _about(store, CONTESTED, OF_CONTESTED, student)


def decisions(store: Store, student: str) -> list[Record]:
	"""What care meetings decided."""
	return _about(store, DECISION, OF_DECISION, student)


def agreements(store: Store, plans: Sequence[str]) -> list[Record]:
	"""What was said about plans."""
	return _rows(store, table("Support Plan Agreement"), OF_AGREEMENT, plans)


def reviews(store: Store, plans: Sequence[str]) -> list[Record]:
	return _rows(store, table("Support Plan Review"), OF_REVIEW, plans)


def actions(store: Store, plans: Sequence[str]) -> list[Record]:
	return _rows(store, table("Support Plan Action"), OF_ACTION, plans)


def _about(store: Store, source: Any, fields: Sequence[str], student: str) -> list[Record]:
	query = select(source, *(source[field] for field in fields)).where(source.student == VALUE)
	return [dict(zip(fields, row, strict=True)) for row in store.fetch(query, [student])]


def _rows(store: Store, source: Any, fields: Sequence[str], parents: Sequence[str]) -> list[Record]:
	if not parents:
		return []
	query = select(source, *(source[field] for field in fields)).where(source.parenttype == VALUE)
	found = store.fetch(query.where(any_of(source.parent, parents)), ["Support Plan", *parents])
	return [dict(zip(fields, row, strict=True)) for row in found]
