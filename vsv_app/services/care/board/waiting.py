"""What waits for somebody: signals, calls for help, and every promise that is theirs, the most pressing first."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.care import promises as kinds
from vsv_app.engine.care.promises import Promise
from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.engine.signals.explanation.findings import Say
from vsv_app.services.care import promises
from vsv_app.services.school import SETTINGS, School
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.care import concerns
from vsv_app.stores.queries.care.deadlines import WITHDRAWS
from vsv_app.stores.queries.partners.referrals import WITHDRAWN
from vsv_app.stores.queries.signals import signals
from vsv_app.stores.queries.signals.signals import Listed
from vsv_app.stores.store import Store

SIGNAL = "Signal"
TITLES: Mapping[str, str] = {
	SIGNAL: "A signal without an answer",
	kinds.HELP: "Asks for help",
	kinds.MESSAGE: "A message of the family",
	kinds.LOOK_AGAIN: "Look at a signal again",
	kinds.NEXT_STEP: "Next step",
	kinds.ACTION: "Action of the plan",
	kinds.GOAL: "Goal of the plan",
	kinds.REVIEW: "Review of the plan",
	kinds.ABSENCE: "An absence that a learner reported",
	kinds.CONTESTED: "A contested record",
	kinds.CONTEST_ANSWERED: "A contested record was answered",
	kinds.REFERRAL: "Referral to a partner",
	kinds.DECISION: "Decision of the care meeting",
	kinds.NOTED: "A concern that was noted",
	kinds.REPORT: "A report to the authority",
	kinds.MEETING: "A care meeting that was not closed",
	kinds.AGREEMENT: "Review of an agreement",
	kinds.RENEWAL: "An agreement ends",
	kinds.CONSENT: "Ask for consent anew",
	kinds.SIGNATURE: "An agreement waits for signatures",
	kinds.FEEDBACK: "Feedback of a partner",
}
NOT_BEGUN_TITLES: Mapping[str, str] = {
	"Draft": "A plan waits to be proposed",
	"Proposed": "A plan waits for an agreement",
	"Agreed": "A plan waits to begin",
}
CONSENT_WITHDRAWN = "Consent was withdrawn, the referral has ended"
NO_LONGER_AGREES = "The family no longer agrees with the plan"
HELP_IN_HAND = "A call for help that you have in hand"
ANSWER_AFTER_DAYS = 3
"""School days after which a signal is late where nothing climbs."""


def of(
	store: Store,
	school: School,
	calendar: SchoolCalendar,
	user: str,
	own: Iterable[Listed],
	mine: Collection[str],
	now: datetime,
	language: str,
	say: Say,
) -> list[dict[str, Any]]:
	"""What waits for one person now. `own`: the signals of one's own learners; `mine`: those learners."""
	today = now.date()
	asked = promises.waiting_for(store, school, calendar, user, today)
	climbed = [one for one in signals.escalated_to(store, user) if one.student not in mine]
	students = sorted({one.student for one in asked if one.student})
	named = learners.names(store, students) if students else {}
	since = {one.name: one.noted_on for one in concerns.calls_for_help(store)}
	found = [
		*(
			_asked(store, one, user, _named(one, user, school, named), since.get(one.name), now, say)
			for one in asked
		),
		*(
			_signal(one, school, calendar, today, language, say)
			for one in [*own, *climbed]
			if one.status == life.OPEN
		),
	]
	return sorted(found, key=_most_pressing)


def emergency_text(store: Store, language: str) -> str:
	"""What the school says to do when somebody is in danger."""
	field = "emergency_text_nl" if language.startswith("nl") else "emergency_text"
	return str(store.single(SETTINGS).get(field) or "")


def _named(promise: Promise, user: str, school: School, names: Mapping[str, str]) -> tuple[str, str]:
	"""Whom it is about, for who has it in hand and for the coordinator: a leader has no task with the learner."""
	if user not in (*promise.holders, school.coordinator):
		return "", ""
	return promise.student, names.get(promise.student, "")


def _asked(
	store: Store,
	promise: Promise,
	user: str,
	learner: tuple[str, str],
	since: datetime | None,
	now: datetime,
	say: Say,
) -> dict[str, Any]:
	today = now.date()
	asked_of_them = promise.asked_of == user
	hidden = promise.doctype == promises.CONCERN or not (
		asked_of_them or store.may_open(user, promise.doctype, promise.name)
	)
	in_hand = promise.kind == kinds.NEXT_STEP and promise.doctype == promises.CONCERN
	waited = int((now - since).total_seconds() // 3600) if since else None
	return {
		**_dates(promise.due, today),
		"kind": promise.kind,
		"title": say(HELP_IN_HAND if in_hand else _title(promise)),
		"text": "" if hidden else promise.what,
		"student": learner[0],
		"student_name": learner[1],
		"since": since.isoformat(" ", "minutes") if since else str(promise.asked_on or ""),
		"hours": waited,
		"urgent": promise.kind == kinds.HELP,
		"doctype": promise.doctype,
		"name": promise.name,
		"thing": promise.thing,
		"asked_of_them": asked_of_them,
		"route": "",
	}


def _title(promise: Promise) -> str:
	if promise.kind == kinds.REVIEW and promise.thing in NOT_BEGUN_TITLES:
		return NOT_BEGUN_TITLES[promise.thing]
	if promise.kind == kinds.REFERRAL and promise.thing == WITHDRAWN:
		return CONSENT_WITHDRAWN
	if promise.kind == kinds.MESSAGE and promise.thing == WITHDRAWS:
		return NO_LONGER_AGREES
	return TITLES.get(promise.kind, promise.kind)


def _signal(
	signal: Listed, school: School, calendar: SchoolCalendar, today: date, language: str, say: Say
) -> dict[str, Any]:
	waits = signal.reopened_on or signal.raised_on
	due = calendar.school_days_after(waits.date(), school.escalate_after_days or ANSWER_AFTER_DAYS)
	explanation = signal.explanation_nl if language.startswith("nl") else signal.explanation
	return {
		**_dates(due, today),
		"kind": SIGNAL,
		"title": say(signal.rule_title or TITLES[SIGNAL]),
		"text": explanation or "",
		"student": signal.student,
		"student_name": signal.student_name or "",
		"since": waits.isoformat(" ", "minutes"),
		"hours": None,
		"urgent": signal.severity == "Urgent",
		"doctype": "Early Warning Signal",
		"name": signal.name,
		"thing": "",
		"asked_of_them": False,
		"route": "",
	}


def _dates(due: date, today: date) -> dict[str, Any]:
	return {"due": due.isoformat(), "days_left": (due - today) // timedelta(days=1), "overdue": due < today}


def _most_pressing(item: Mapping[str, Any]) -> tuple[bool, bool, str, str, str]:
	return item["kind"] != kinds.HELP, not item["urgent"], item["due"], item["student_name"], item["name"]
