"""The screen Not In Today: who is not in, and what an attendance officer notes of it."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import frappe
from frappe import _
from frappe.utils import format_date, get_url_to_form, getdate

from vsv_app.engine.access.reports import REPORTS
from vsv_app.engine.access.roles import OFFICER
from vsv_app.services import school
from vsv_app.services.attendance.office import by_hand, not_in, reported
from vsv_app.services.attendance.office.not_in import Done, Missing, NotPossible, Undo
from vsv_app.site.attendance import whom_to_call
from vsv_app.site.desk.report_columns import learners_of_reader
from vsv_app.site.documents.refusals import said
from vsv_app.site.portal import absences
from vsv_app.site.school_clock import school_now
from vsv_app.site.signals import reevaluation
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import calendar

MAY_READ = frozenset(row.role for row in REPORTS if row.report == "Not In Today")
MAY_NOTE = frozenset({OFFICER})
CLOCK = "%H:%M"


class NotToNote(frappe.ValidationError):
	"""What somebody says of a day cannot be so."""


@frappe.whitelist(methods=["GET"])
def overview(day: str = "") -> dict[str, Any]:
	"""One day as far as the reader may see it: who is not in, and how much is known of it."""
	if MAY_READ.isdisjoint(frappe.get_roles()) and frappe.session.user != "Administrator":
		_refuse_reading()
	store, now = FrappeStore(), school_now()
	asked = getdate(day) if day else now.date()
	found = not_in.look(store, asked, now)
	own = learners_of_reader(OFFICER)
	rows = [one for one in found.rows if own is None or one.student in own]
	unknown = [one for one in found.unknown if own is None or one.student in own]
	students = [one.student for one in (*rows, *unknown)]
	mentors = whom_to_call.mentor_names(students, asked)
	families = whom_to_call.family_numbers(students)
	may_note = not MAY_NOTE.isdisjoint(frappe.get_roles())
	return {
		"day": str(asked),
		"date": format_date(asked, "EEEE d MMMM"),
		"today": asked == now.date(),
		"now": now.strftime(CLOCK),
		"expected": found.expected if own is None else None,
		"here": found.here if own is None else None,
		"sentences": [said(one) for one in found.sentences],
		"rows": [_row(one, mentors, families) for one in rows],
		"unknown": [_row(one, mentors, families) for one in unknown],
		"reasons": [
			{"value": one, "label": _(one)} for one in not_in.most_used_reasons(store, now.date())
		] if may_note else [],
		"reported": _reported(store, now.date()) if may_note else [],
		"may_note": may_note,
	}  # fmt: skip


@frappe.whitelist(methods=["POST"])
def give_reason(students: list[str] | str, day: str, reason: str) -> dict[str, Any]:
	"""Why learners are away; the reason says whether that is excused."""
	return _note(lambda store, now: not_in.give_reason(store, _names(students), getdate(day), reason, now))


@frappe.whitelist(methods=["POST"])
def note_call(students: list[str] | str, day: str, outcome: str) -> dict[str, Any]:
	"""Not Reached or On The Way."""
	return _note(lambda store, now: not_in.note_call(store, _names(students), getdate(day), outcome, now))


@frappe.whitelist(methods=["POST"])
def came_after_all(students: list[str] | str, day: str) -> dict[str, Any]:
	"""What was written of learners who came is taken back."""
	return _note(lambda store, now: not_in.came_after_all(store, _names(students), getdate(day), now))


@frappe.whitelist(methods=["GET"])
def find(text: str) -> list[dict[str, Any]]:
	"""Learners by name, for a check-in by hand."""
	_check_may_note()
	return [
		{
			"student": one.student,
			"name": one.name,
			"group": one.group,
			"came": one.came.strftime(CLOCK) if one.came else "",
		}
		for one in by_hand.find(FrappeStore(), text[:80], school_now())
	]


@frappe.whitelist(methods=["POST"])
def check_in(student: str) -> dict[str, Any]:
	"""A learner without a badge comes in now."""
	_check_may_note()
	store, now = FrappeStore(), school_now()
	try:
		done = by_hand.check_in(store, school.load(store), student, now)
	except NotPossible as wrong:
		_refuse(wrong)
	reevaluation.reevaluate_learners([student])
	return {
		"name": done.student_name,
		"at": done.at.strftime(CLOCK),
		"marked": _(done.marked) if done.marked else "",
		"undo": {"check_ins": [done.name]},
	}


@frappe.whitelist(methods=["POST"])
def undo(day: str, what: dict[str, Any] | str) -> dict[str, Any]:
	"""Take back what the current user has just done; `what` is what the answer to it said."""
	asked = frappe.parse_json(what)
	back = Undo(
		made=_names(asked.get("made") or []),
		before={
			str(name): (mark[0] or None, mark[1] or None, mark[2] or None)
			for name, mark in (asked.get("before") or {}).items()
			if mark[2] in (None, "", "Badge", "Teacher", "Guardian", "Import", "Officer")
		},
		calls=_names(asked.get("calls") or []),
	)
	check_ins = _names(asked.get("check_ins") or [])

	def take_back(store: FrappeStore, now: datetime) -> Done:
		touched = {by_hand.take_back(store, name, now) for name in check_ins}
		done = not_in.take_back(store, back, getdate(day), now)
		return Done(done.count + len(touched), touched=done.touched | touched)

	return _note(take_back)


def _note(act: Any) -> dict[str, Any]:
	_check_may_note()
	store = FrappeStore()
	try:
		done: Done = act(store, school_now())
	except NotPossible as wrong:
		_refuse(wrong)
	reevaluation.reevaluate_learners(done.touched)
	names = learners.names(store, sorted(done.refused)) if done.refused else {}
	return {
		"count": done.count,
		"refused": sorted(f"{names.get(student, student)}: {said(why)}" for student, why in done.refused.items()),
		"undo": {"made": done.undo.made, "before": done.undo.before, "calls": done.undo.calls},
	}  # fmt: skip


def _row(
	one: Missing, mentors: dict[str, list[str]], families: dict[str, list[dict[str, str]]]
) -> dict[str, Any]:
	return {
		"student": one.student,
		"name": one.name,
		"group": one.group,
		"kind": one.kind,
		"open": one.kind == not_in.NOT_SEEN
		or (one.kind == not_in.ABSENT and not (one.excused or one.reason)),
		"what": whom_to_call.what(one),
		"record": one.record,
		"reason": _(one.reason) if one.reason else "",
		"by_officer": one.by_officer,
		"contested": one.contested,
		"came": one.came.strftime(CLOCK) if one.came else "",
		"call": one.call.outcome if one.call else "",
		"called_at": one.call.on.strftime(CLOCK) if one.call else "",
		"called": one.called,
		"family": families.get(one.student, []),
		"mentors": mentors.get(one.student, []),
	}


def _reported(store: FrappeStore, today: date) -> list[dict[str, str]]:
	"""Absences that learners reported themselves and that wait for an answer, as far as the current user may open them."""
	if not frappe.has_permission(absences.LEAVE, "read"):
		return []
	waiting = reported.waiting(store, calendar.load(store), today)
	names = learners.names(store, sorted({one.student for one in waiting})) if waiting else {}
	return [
		{
			"name": one.name,
			"student_name": names.get(one.student, one.student),
			"days": format_date(one.first, "EEEE d MMMM")
			if one.first == one.last
			else _("{0} to {1}").format(format_date(one.first, "d MMMM"), format_date(one.last, "d MMMM")),
			"reason": _(one.reason) if one.reason else "",
			"route": urlsplit(get_url_to_form(absences.LEAVE, one.name)).path,
		}
		for one in waiting
	]


def _names(names: list[str] | str) -> list[str]:
	found = frappe.parse_json(names)
	return [str(one) for one in (found if isinstance(found, list) else [found])]


def _check_may_note() -> None:
	if MAY_NOTE.isdisjoint(frappe.get_roles()):
		frappe.throw(
			_("An attendance officer notes why somebody is not in."),
			exc=frappe.PermissionError,
			title=_("Not Yours To Note"),
		)


def _refuse_reading() -> None:
	frappe.throw(
		_("Who is not in is for those who look after learners."),
		exc=frappe.PermissionError,
		title=_("Not Yours To See"),
	)


def _refuse(wrong: NotPossible) -> None:
	frappe.throw(said(wrong.args[0]), exc=NotToNote, title=_("Not Possible"))
