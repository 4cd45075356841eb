"""What waits for each person this morning, counted: for a mail that names nobody."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from vsv_app.engine.care.promises import REVIEW, About, Promise
from vsv_app.services import mentors, school
from vsv_app.services.care import promises
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.care import care_reminders, deadlines
from vsv_app.stores.queries.signals import signals
from vsv_app.stores.store import Store

NOT_BEGUN = "Not Begun"
"""Plans that wait to be proposed, agreed or begun are counted apart from those to review."""


@dataclass(frozen=True)
class Digest:
	"""Counts for one person: of signals, and by kind of what else is asked; `overdue`: how many of these are past their day."""

	recipient: str
	signals: int = 0
	urgent: int = 0
	overdue: int = 0
	kinds: Mapping[str, int] = field(default_factory=dict)

	@property
	def empty(self) -> bool:
		return not (self.signals or self.kinds)


def of_today(store: Store, today: date) -> list[Digest]:
	"""The digests that say something, by recipient.

	It counts what *Needs you now* shows: signals without an answer for the mentors that their learner has today, and for whom
	they climbed up to; what else is asked for who has it in hand.
	"""
	people = mentors.load(store, today)
	waiting: dict[str, Counter[str]] = {}
	beyond: dict[str, list[str]] = {}
	for signal, recipient in signals.climbed(store):
		beyond.setdefault(signal, []).append(recipient)
	for one in signals.unanswered(store):
		for recipient in dict.fromkeys([*people.of(one.student), *beyond.get(one.signal, ())]):
			_count(waiting, recipient, "signals")
			_count(waiting, recipient, "urgent", one.severity == "Urgent")
	kinds: dict[str, Counter[str]] = {}
	for recipient, promise in _asked(store, today):
		_count(kinds, recipient, _kind(promise))
		_count(waiting, recipient, "overdue", promise.overdue(today))
	return _said(
		Digest(who, **waiting.get(who, Counter()), kinds=dict(kinds.get(who, {})))
		for who in sorted({*waiting, *kinds})
	)


def _asked(store: Store, today: date) -> Iterable[tuple[str, Promise]]:
	"""(person, promise) of what shows today, for who has it in hand and for whom it climbed up to."""
	climbed: dict[About, list[str]] = {}
	for recipient, about in care_reminders.standing(store):
		climbed.setdefault(about, []).append(recipient)
	for one in promises.standing(store, school.load(store), calendar.load(store), today):
		holders = one.held_by if one.shows(today) else ()
		for who in dict.fromkeys([*holders, *climbed.get(one.about, [])]):
			yield who, one


def _kind(promise: Promise) -> str:
	"""A plan that has not begun is no plan to review."""
	return NOT_BEGUN if promise.kind == REVIEW and promise.thing in deadlines.NOT_BEGUN else promise.kind


def _said(digests: Iterable[Digest]) -> list[Digest]:
	return [digest for digest in digests if not digest.empty]


def _count(counts: dict[str, Counter[str]], recipient: str, what: str, more: int = 1) -> None:
	if more:
		counts.setdefault(recipient, Counter())[what] += int(more)
