"""What waits for each person this morning, counted: for a mail that names nobody."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta

from vsv_app.engine.signals.alerts import MENTOR
from vsv_app.services import mentors
from vsv_app.stores.queries.care import care_reminders, deadlines, support_plans
from vsv_app.stores.queries.signals import signals
from vsv_app.stores.store import Store

REVIEWS_AHEAD_DAYS = 7


@dataclass(frozen=True)
class Digest:
	"""Counts for one person. `messages`: of families, without an answer; `reviews`: within a week."""

	recipient: str
	signals: int = 0
	urgent: int = 0
	overdue: int = 0
	messages: int = 0
	reviews: int = 0

	@property
	def empty(self) -> bool:
		return not any(getattr(self, field.name) for field in fields(self)[1:])


def of_today(store: Store, today: date) -> list[Digest]:
	"""The digests that say something, by recipient.

	An alert to a mentor counts as long as its learner is the mentor's own today; what was escalated to somebody counts
	for that person. A signal that somebody acted on counts for nobody.
	"""
	people = mentors.load(store, today)
	counts: dict[str, dict[str, int]] = {}
	waiting = signals.waiting_for(store)
	for recipient, level, student, severity in waiting:
		if level != MENTOR or recipient in people.of(student):
			_count(counts, recipient, "signals")
			_count(counts, recipient, "urgent", severity == "Urgent")
	for recipient in care_reminders.open_reminders_by_recipient(store):
		_count(counts, recipient, "overdue")
	for student in deadlines.messages_without_answer(store):
		for mentor in people.of(student):
			_count(counts, mentor, "messages")
	for responsible in support_plans.reviews_between(
		store, today, today + timedelta(days=REVIEWS_AHEAD_DAYS)
	):
		_count(counts, responsible, "reviews")
	return _said(Digest(recipient, **counts[recipient]) for recipient in sorted(counts))


def _said(digests: Iterable[Digest]) -> list[Digest]:
	return [digest for digest in digests if not digest.empty]


def _count(counts: dict[str, dict[str, int]], recipient: str, what: str, more: int = 1) -> None:
	own = counts.setdefault(recipient, {})
	own[what] = own.get(what, 0) + int(more)
