"""Signals, their evidence and alerts: what stands, and what of it is written down."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from pypika import Order

from vsv_app.engine.signals.evaluation import OpenSignal
from vsv_app.engine.signals.signal_lifecycle import ACKNOWLEDGED, DISMISSED, STANDING
from vsv_app.stores.queries import child_rows
from vsv_app.stores.queries.child_rows import ChildTable
from vsv_app.stores.queries.sql import VALUE, any_of, delete, select, table, update
from vsv_app.stores.store import Store

SIGNAL = table("Early Warning Signal")
EVIDENCE = table("Early Warning Evidence")
ALERT = table("Early Warning Alert")
NAMES_A_QUERY = 1000


@dataclass(frozen=True)
class Listed:
	"""A signal with what a list of signals shows."""

	name: str
	student: str
	student_name: str | None
	student_group: str | None
	status: str
	severity: str
	tier: int
	mentor: str | None
	rule: str
	rule_title: str | None
	explanation: str | None
	explanation_nl: str | None
	indicator: str | None
	observed_value: float
	threshold: float
	raised_on: datetime
	reopened_on: datetime | None = None
	look_again_on: date | None = None
	acknowledged_by: str | None = None


class EvidenceRow(NamedTuple):
	"""A record that a signal rests on, as the signal's child table keeps it."""

	reference_doctype: str
	reference_name: str
	date: date
	fact: str
	value: float
	contested: int = 0


ITS_EVIDENCE = ChildTable("Early Warning Evidence", "evidence", "Early Warning Signal", EvidenceRow._fields)


def raised_on(store: Store, names: Sequence[str]) -> dict[str, date]:
	"""The day on which each signal was raised."""
	query = select(SIGNAL, SIGNAL.name, SIGNAL.raised_on).where(any_of(SIGNAL.name, names))
	return {name: at.date() for name, at in store.fetch(query, names) if at is not None}


def standing(store: Store, students: Sequence[str] | None = None) -> list[OpenSignal]:
	"""The signal that holds the key of each learner and rule, dismissed ones included."""
	s = SIGNAL
	query = select(
		s,
		s.name,
		s.student,
		s.rule,
		s.observed_value,
		s.status,
		s.dismissed_value,
		s.rule_version,
		s.indicator,
		s.tier,
		s.evidence_digest,
		s.severity,
		s.threshold,
	).where(s.open_key != VALUE)
	values: list[Any] = [""]
	if students is not None:
		query = query.where(any_of(s.student, students))
		values += students
	return [
		OpenSignal(
			name,
			student,
			rule,
			value,
			(dismissed or 0.0) if status == DISMISSED else None,
			version or None,
			indicator or None,
			int(tier or 0),
			digest,
			severity,
			threshold,
		)
		for name, student, rule, value, status, dismissed, version, indicator, tier, digest, severity, threshold in store.fetch(
			query, values
		)
	]


def listed(store: Store, students: Sequence[str]) -> list[Listed]:
	"""The signals that ask for attention or have it, of these learners, the newest first."""
	s = SIGNAL
	query = (
		select(s, *(s[field] for field in Listed.__dataclass_fields__))
		.where(any_of(s.student, students))
		.where(s.status.isin([VALUE] * len(STANDING)))
		.orderby(s.raised_on, order=Order.desc)
	)
	return [Listed(*row) for row in store.fetch(query, [*students, *STANDING])]


def escalated_to(store: Store, recipient: str) -> list[Listed]:
	"""The signals that nobody has answered and that went up the ladder to somebody."""
	s, a = SIGNAL, ALERT
	query = (
		select(s, *(s[field] for field in Listed.__dataclass_fields__))
		.join(a)
		.on(a.signal == s.name)
		.where(s.status == VALUE)
		.where(a.recipient == VALUE)
		.where(a.level != VALUE)
		.where(a.status.isin([VALUE] * 2))
		.distinct()
	)
	return [Listed(*row) for row in store.fetch(query, ["Open", recipient, "Mentor", "Sent", "Seen"])]


def get(store: Store, name: str) -> dict[str, Any] | None:
	"""Whom a signal is about, and its state."""
	query = select(SIGNAL, SIGNAL.student, SIGNAL.status).where(SIGNAL.name == VALUE)
	rows = store.fetch(query, [name])
	return dict(zip(("student", "status"), rows[0], strict=True)) if rows else None


def evidence(store: Store, signals: Sequence[str]) -> dict[str, list[EvidenceRow]]:
	"""What each signal rests on, in the order of days."""
	e = EVIDENCE
	found: dict[str, list[EvidenceRow]] = {}
	for some in chunks(signals):
		query = (
			select(e, e.parent, e.reference_doctype, e.reference_name, e.date, e.fact, e.value, e.contested)
			.where(any_of(e.parent, some))
			.orderby(e.parent)
			.orderby(e.date)
		)
		for parent, doctype, record, day, fact, value, contested in store.fetch(query, some):
			found.setdefault(parent, []).append(
				EvidenceRow(doctype, record, day, fact, value or 0.0, contested or 0)
			)
	return found


def mark_contested(store: Store, record: str, contested: bool, now: datetime) -> None:
	"""Note on an attendance record, and wherever it is evidence, that somebody says it is not right."""
	a = table("Student Attendance")
	values = [int(contested), now, store.acting_user, record]
	store.run(update(a, "vsv_contested", "modified", "modified_by").where(a.name == VALUE), values)
	store.run(
		update(EVIDENCE, "contested", "modified", "modified_by").where(EVIDENCE.reference_name == VALUE),
		values,
	)


def contested(store: Store, records: Sequence[str]) -> set[str]:
	"""Those of the attendance records that are contested."""
	a = table("Student Attendance")
	found: set[str] = set()
	for some in chunks(records):
		query = select(a, a.name).where(any_of(a.name, some)).where(a.vsv_contested == VALUE)
		found.update(row[0] for row in store.fetch(query, [*some, 1]))
	return found


def change(store: Store, name: str, values: dict[str, Any], now: datetime) -> None:
	"""Write fields of a signal, with who and when."""
	query = update(SIGNAL, *values, "modified", "modified_by").where(SIGNAL.name == VALUE)
	store.run(query, [*values.values(), now, store.acting_user, name])


def add(store: Store, raised: Sequence[tuple[dict[str, Any], Sequence[EvidenceRow]]]) -> list[str]:
	"""Raise signals, each with the records it rests on; returns their names in order."""
	documents = [(values, {"evidence": [item._asdict() for item in items]}) for values, items in raised]
	return store.add_documents("Early Warning Signal", documents)


def replace_evidence(store: Store, evidence: Mapping[str, Sequence[EvidenceRow]], now: datetime) -> None:
	"""Make the evidence of each signal what it rests on now: read just now, so that its rows go in at once."""
	for some in chunks(list(evidence)):
		store.run(delete(EVIDENCE).where(any_of(EVIDENCE.parent, some)), some)
	child_rows.add(store, ITS_EVIDENCE, evidence, now)


def alerts(store: Store, signals: Sequence[str]) -> dict[str, list[tuple[str, str, datetime]]]:
	"""(recipient, level, sent on) by signal, in the order they went out."""
	a = ALERT
	query = (
		select(a, a.signal, a.recipient, a.level, a.sent_on)
		.where(any_of(a.signal, signals))
		.orderby(a.sent_on)
	)
	found: dict[str, list[tuple[str, str, datetime]]] = {}
	for signal, recipient, level, sent_on in store.fetch(query, signals):
		found.setdefault(signal, []).append((recipient, level, sent_on))
	return found


class Unanswered(NamedTuple):
	"""A signal on which nobody has acted; `reopened_on`: since when it is open again, where somebody had it in hand."""

	signal: str
	student: str
	student_name: str | None
	severity: str
	reopened_on: datetime | None


def unanswered(store: Store) -> list[Unanswered]:
	"""The signals on which nobody has acted."""
	query = (
		select(SIGNAL, SIGNAL.name, SIGNAL.student, SIGNAL.student_name, SIGNAL.severity, SIGNAL.reopened_on)
		.where(SIGNAL.status == VALUE)
		.orderby(SIGNAL.name)
	)
	return [Unanswered(*row) for row in store.fetch(query, ["Open"])]


def to_look_at_again(
	store: Store, students: Sequence[str] | None = None, until: date | None = None
) -> list[tuple[str, str, str, date | None]]:
	"""(signal, learner, severity, day) of signals that somebody acknowledged; `until`: whose day has come by then.

	A signal without a day comes first: nobody promised anything.
	"""
	query = select(SIGNAL, SIGNAL.name, SIGNAL.student, SIGNAL.severity, SIGNAL.look_again_on).where(
		SIGNAL.status == VALUE
	)
	values: list[Any] = [ACKNOWLEDGED]
	if students is not None:
		query = query.where(any_of(SIGNAL.student, students))
		values += students
	if until is not None:
		query = query.where((SIGNAL.look_again_on <= VALUE) | SIGNAL.look_again_on.isnull())
		values.append(until)
	return [(row[0], row[1], row[2], row[3]) for row in store.fetch(query.orderby(SIGNAL.name), values)]


def climbed(store: Store) -> list[tuple[str, str]]:
	"""(signal, recipient) of what went up the ladder and waits there."""
	query = (
		select(ALERT, ALERT.signal, ALERT.recipient)
		.where(ALERT.level != VALUE)
		.where(ALERT.status.isin([VALUE] * 2))
	)
	return [(row[0], row[1]) for row in store.fetch(query, ["Mentor", "Sent", "Seen"])]


def answer_alerts(store: Store, signal: str, status: str, now: datetime) -> None:
	"""Mark what went out about a signal as acted on or escalated."""
	query = (
		update(ALERT, "status", "modified", "modified_by")
		.where(ALERT.signal == VALUE)
		.where(ALERT.status != VALUE)
	)
	store.run(query, [status, now, store.acting_user, signal, "Acted On"])


def chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
	"""Names in parts that a database takes in one statement."""
	for start in range(0, len(names), NAMES_A_QUERY):
		yield names[start : start + NAMES_A_QUERY]


def last_change(store: Store) -> datetime | None:
	"""When a signal was last raised or changed."""
	rows = store.fetch(select(SIGNAL, SIGNAL.modified).orderby(SIGNAL.modified, order=Order.desc).limit(1))
	return rows[0][0] if rows else None
