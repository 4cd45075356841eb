"""Statutory reports: which rules ask for one, which were made, and what the school did about the absence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vsv_app.engine.care.plans import CLOSED, RESTS_ON_AGREEMENT
from vsv_app.engine.signals.statutory_reports import NOT_NEEDED, TO_CHECK
from vsv_app.stores.queries.sql import VALUE, any_of, select, table, update
from vsv_app.stores.store import Store

REPORT = table("Statutory Report")
RULE = table("Early Warning Rule")
SIGNAL = table("Early Warning Signal")
ALERT = table("Early Warning Alert")
ATTENDANCE = table("Student Attendance")
CONTACT = table("Contact Log")
PLAN = table("Support Plan")


@dataclass(frozen=True)
class Duty:
	"""A rule whose limit must be reported: to whom, within how many working days, and as which kind of report.

	`every_days`: one report in so many calendar days is enough of who stays away without a day back; 0: no such relief.
	"""

	rule: str
	report_to: str
	within_days: int
	every_days: int = 0
	kind: str | None = None


@dataclass(frozen=True)
class Report:
	"""A report as a list of them shows it."""

	name: str
	student: str
	student_name: str | None
	student_group: str | None
	status: str
	due_on: date
	report_to: str | None
	kind: str | None
	rule: str
	hours: float
	period_from: date
	period_to: date
	facts: str | None
	reasons: str | None
	what_school_did: str | None
	reported_on: datetime | None
	reported_by: str | None
	authority_reference: str | None
	register_status: str | None
	not_needed_because: str | None


def duties(store: Store) -> list[Duty]:
	"""The rules in use that ask for a report."""
	r = RULE
	query = select(
		r, r.name, r.report_to, r.report_within_days, r.report_every_days, r.report_kind
	).where(r.enabled == VALUE)  # fmt: skip
	found = store.fetch(query.where(r.statutory == VALUE).orderby(r.name), [1, 1])
	return [
		Duty(name, to or "", within or 0, every or 0, kind or None) for name, to, within, every, kind in found
	]


def last_reached(
	store: Store, students: Sequence[str] | None = None
) -> dict[tuple[str, str], tuple[date, bool]]:
	"""(learner, rule) -> the last day that a report is about, of those that still hold their key, and whether it was or is to be made."""
	r = REPORT
	query = select(r, r.student, r.rule, r.period_to, r.status, r.report_key)
	if students is not None:
		query = query.where(any_of(r.student, students))
	found: dict[tuple[str, str], tuple[date, bool]] = {}
	for student, rule, last, status, key in store.fetch(query, students or ()):
		if key:
			made = (last, status != NOT_NEEDED)
			found[student, rule] = max(made, found.get((student, rule), made))
	return found


def listed(
	store: Store,
	*,
	names: Sequence[str] | None = None,
	statuses: Sequence[str] | None = None,
	students: Sequence[str] | None = None,
) -> list[Report]:
	"""Reports, the most pressing first; each bound that is None bounds nothing."""
	r = REPORT
	query = select(r, *(r[field] for field in Report.__dataclass_fields__)).orderby(r.due_on).orderby(r.name)
	values: list[Any] = []
	for field, wanted in ((r.name, names), (r.status, statuses), (r.student, students)):
		if wanted is not None:
			query = query.where(any_of(field, wanted))
			values += wanted
	return [Report(*row) for row in store.fetch(query, values)]


def add(store: Store, values: dict[str, Any]) -> str:
	return store.add_document("Statutory Report", values)


def change(store: Store, name: str, values: dict[str, Any], now: datetime) -> None:
	query = update(REPORT, *values, "modified", "modified_by").where(REPORT.name == VALUE)
	store.run(query, [*values.values(), now, store.acting_user, name])


def to_check(store: Store, students: Sequence[str] | None = None) -> list[Report]:
	return listed(store, statuses=[TO_CHECK], students=students)


def known_reasons(store: Store, records: Sequence[str]) -> list[str]:
	"""The reasons that stand on attendance records, each once."""
	a = ATTENDANCE
	query = select(a, a.vsv_reason).where(any_of(a.name, records)).where(a.vsv_reason != VALUE)
	return sorted({row[0] for row in store.fetch(query, [*records, ""])})


def what_was_done(store: Store, student: str, since: date) -> list[tuple[date, str]]:
	"""(day, what) of alerts, answers to signals, contacts and plans about a learner since a day, ascending.

	In the school's own language: a person goes on writing there.
	"""
	s, a, c, p = SIGNAL, ALERT, CONTACT, PLAN
	say = store.say
	query = select(s, s.raised_on, s.rule_title, s.acknowledged_on, s.status, s.closed_on, s.dismiss_reason)
	found: list[tuple[date, str]] = []
	for raised, title, acknowledged, status, closed, dismissed in store.fetch(
		query.where(s.student == VALUE).where(s.raised_on >= VALUE), [student, since]
	):
		about = say(title or "")
		found.append((raised.date(), say("Signal: {0}").format(about)))
		if acknowledged:
			found.append((acknowledged.date(), say("Taken on: {0}").format(about)))
		if closed and dismissed:
			found.append((closed.date(), f"{say(status)}: {about} ({say(dismissed)})"))
	sent = select(a, a.sent_on, a.level).where(a.student == VALUE).where(a.sent_on >= VALUE)
	found += [
		(on.date(), say("Alert to the {0}").format(say(level).lower()))
		for on, level in store.fetch(sent, [student, since])
	]
	contacts = (
		select(c, c.contact_on, c.with_whom, c.channel, c.not_reached)
		.where(c.student == VALUE)
		.where(c.contact_on >= VALUE)
	)
	found += [
		(
			on.date(),
			say("Not reached: {0}, {1}" if failed else "Contact with {0}: {1}").format(
				say(with_whom).lower(), say(channel).lower()
			),
		)
		for on, with_whom, channel, failed in store.fetch(contacts, [student, since])
	]
	plans = select(p, p.starts_on, p.status).where(p.student == VALUE).where(p.starts_on >= VALUE)
	agreed = (*RESTS_ON_AGREEMENT, CLOSED)
	found += [
		(day, say("Support plan begun"))
		for day, status in store.fetch(plans, [student, since])
		if status in agreed
	]
	return sorted(set(found))
