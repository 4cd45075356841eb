"""Absences that families report: on which days there is school, what was reported, and taking a report back."""

from datetime import date, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, format_date, format_time, getdate, nowdate

from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.services.attendance.office.reported import is_known
from vsv_app.site.portal import people
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar

LEAVE = "Student Leave Application"
LISTED_DAYS = 14
"""What was reported stays listed so long after its last day."""
LOOKED_AHEAD_DAYS = 120
"""So far the next school day is looked for; beyond a summer nobody reports."""


ACCEPTED, DECLINED, KNOWN, OPEN, COUNTS = "Accepted", "Declined", "Known", "Open", "Counts"
_SAID = {
	ACCEPTED: "The school has accepted it.",
	DECLINED: "The school did not accept it. It does not count.",
	KNOWN: "The school knows of it already.",
	OPEN: "The school looks at it.",
	COUNTS: "",
}
"""What is said of a report that a learner made; a guardian's counts at once."""


class NotOpen(frappe.ValidationError):
	"""A report that somebody has answered, or that no learner made."""


class NoSchool(frappe.ValidationError):
	"""An absence on days on which there is no school."""


def check(student: str, start: date, end: date, as_what: str) -> None:
	"""Raises where an absence on these days is reported already, or no day of them is a school day of the learner.

	What the learner reported and nobody has looked at is no hindrance to a guardian, whose word counts at once.
	"""
	days = calendar.load(FrappeStore())
	known = reported(student, days)
	replaced = _replaced(known, start, end) if as_what == people.GUARDIAN else []
	for one in known:
		stands = one["state"] != DECLINED and one["name"] not in replaced
		if stands and one["from"] <= end and start <= one["to"]:
			frappe.throw(
				_("This is reported already: {0}.").format(one["days"]), exc=NoSchool, title=_("Which Days?")
			)
	_check_school(student, start, end, days)


def _check_school(student: str, start: date, end: date, known: SchoolCalendar) -> None:
	"""Raises NoSchool where no day of a period is a school day of the learner, and names the next one."""
	group, program = group_of(student)
	if not known.has_schedule(group, program) or any(
		known.plan(start + timedelta(days=n), group, program) for n in range((end - start).days + 1)
	):
		return
	following = _next(known, end, group, program)
	there = _("There is no school on {0}.").format(_day(start))
	if start != end:
		there = _("There is no school from {0} to {1}.").format(_day(start), _day(end))
	frappe.throw(
		there + (" " + _("The next school day is {0}.").format(_day(following)) if following else ""),
		exc=NoSchool,
		title=_("Which Days?"),
	)


def next_school_day(student: str, known: SchoolCalendar) -> str:
	"""Today where there is school, else the next day that has: where a report begins."""
	today = getdate(nowdate())
	group, program = group_of(student)
	found = (
		_next(known, today - timedelta(days=1), group, program)
		if known.has_schedule(group, program)
		else None
	)
	return str(found or today)


def reported(student: str, known: SchoolCalendar) -> list[dict[str, Any]]:
	"""What is reported of a learner, what comes up last first; without what was taken back."""
	fields = [
		"name", "student", "from_date", "to_date", "vsv_from_time", "vsv_to_time", "reason", "docstatus", "owner",
		"vsv_declined", "vsv_answer",
	]  # fmt: skip
	lately = {"student": student, "to_date": (">=", add_days(nowdate(), -LISTED_DAYS))}
	rows = [
		row
		for row in frappe.get_all(LEAVE, lately, fields, order_by="from_date desc")
		if row.docstatus < 2 or row.vsv_declined
	]
	as_what = _capacity(student) if rows else None
	return [
		{
			"name": row.name,
			"from": getdate(row.from_date),
			"to": getdate(row.to_date),
			"days": _day(row.from_date)
			if row.from_date == row.to_date
			else _("{0} to {1}").format(_day(row.from_date), _day(row.to_date)),
			"hours": _hours(row),
			"reason": _((row.reason or "").split("\n")[0]),
			"state": (state := _state(row, known)),
			"said": _SAID[state] and _(_SAID[state]),
			"answer": row.vsv_answer or "",
			"may_withdraw": state != DECLINED and _may_withdraw(row, as_what),
		}
		for row in rows
	]


def by_learner(leave: Any) -> bool:
	"""Whether the learner reported it, and not somebody else."""
	return bool(leave.owner) and leave.owner == frappe.db.get_value("Student", leave.student, "user")


def take_over(student: str, start: date, end: date) -> None:
	"""A guardian reports the days that the learner has reported: the learner's own report goes."""
	for name in _replaced(reported(student, calendar.load(FrappeStore())), start, end):
		frappe.delete_doc(LEAVE, name, ignore_permissions=True)


def decline(leave: Document, answer: str) -> None:
	"""A learner's own report is not accepted: it counts for nothing, and the learner reads why."""
	if leave.docstatus != 0 or not by_learner(leave):
		frappe.throw(_("This was answered meanwhile. Load it again."), exc=NotOpen, title=_("Not Possible"))
	leave.db_set({"docstatus": 2, "vsv_declined": 1, "vsv_answer": answer or leave.vsv_answer})


def withdraw(name: str) -> None:
	"""Take a report back: leave that counted is cancelled, and the ledger computes its days anew."""
	leave = frappe.get_doc(LEAVE, name)
	if leave.docstatus == 2 or not _may_withdraw(leave, _capacity(leave.student)):
		frappe.throw(
			_("This report cannot be taken back here any more. Please call the school."),
			exc=NoSchool,
			title=_("Not Possible"),
		)
	if leave.docstatus == 0:
		leave.delete(ignore_permissions=True)
		return
	others = _records_of_others(leave)
	with people.by_the_system():
		leave.flags.ignore_permissions = True
		leave.cancel()
	# Education cancels every record of these days, also what a teacher wrote.
	for record in others:
		frappe.db.set_value("Student Attendance", record, "docstatus", 1, update_modified=False)


def group_of(student: str) -> tuple[str | None, str | None]:
	"""The learner's student group, and its programme."""
	group = frappe.db.get_value("Student Group Student", {"student": student, "active": 1}, "parent")
	return group, frappe.db.get_value("Student Group", group, "program") if group else None


def _capacity(student: str) -> str | None:
	"""As what the user stands to a learner; None where as nothing."""
	return people.learners_of(frappe.session.user).get(student)


def _may_withdraw(leave: Any, as_what: str | None) -> bool:
	"""Who reported it may, and a guardian, until its last day is over and as long as nothing rests on its records."""
	own = leave.owner == frappe.session.user or as_what == people.GUARDIAN
	if not own or getdate(leave.to_date) < getdate(nowdate()):
		return False
	records = frappe.get_all("Student Attendance", {"leave_application": leave.name}, pluck="name")
	about = {"reference_doctype": "Student Attendance", "reference_name": ("in", records or [""])}
	return not frappe.db.exists("Early Warning Evidence", about)


def _state(leave: Any, known: SchoolCalendar) -> str:
	if leave.docstatus == 2:
		return DECLINED
	if leave.docstatus == 1:
		return ACCEPTED if by_learner(leave) else COUNTS
	first, last = getdate(leave.from_date), getdate(leave.to_date)
	return KNOWN if is_known(FrappeStore(), known, leave.student, first, last) else OPEN


def _replaced(known: list[dict[str, Any]], start: date, end: date) -> list[str]:
	"""Those of a learner's own open reports whose days all lie in a period."""
	return [
		one["name"]
		for one in known
		if one["state"] in (OPEN, KNOWN)
		and start <= one["from"]
		and one["to"] <= end
		and by_learner(frappe.get_doc(LEAVE, one["name"]))
	]


def _records_of_others(leave: Document) -> list[str]:
	records = frappe.get_all(
		"Student Attendance",
		{"student": leave.student, "date": ("between", [leave.from_date, leave.to_date]), "docstatus": 1},
		["name", "leave_application"],
	)
	return [record.name for record in records if record.leave_application != leave.name]


def _next(known: SchoolCalendar, after: date, group: str | None, program: str | None) -> date | None:
	days = (after + timedelta(days=n) for n in range(1, LOOKED_AHEAD_DAYS))
	return next((day for day in days if known.plan(day, group, program)), None)


def _hours(row: Any) -> str:
	if row.vsv_from_time and row.vsv_to_time:
		return _("from {0} to {1}").format(_time(row.vsv_from_time), _time(row.vsv_to_time))
	if row.vsv_from_time:
		return _("from {0} on").format(_time(row.vsv_from_time))
	return _("back at {0}").format(_time(row.vsv_to_time)) if row.vsv_to_time else ""


def _time(at: Any) -> str:
	return format_time(at, "HH:mm")


def _day(day: date) -> str:
	return format_date(day, "EEEE d MMMM")
