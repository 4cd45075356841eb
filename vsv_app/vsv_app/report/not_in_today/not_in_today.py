"""Who is not in on a day: absent, away with leave, or not seen though the hour has come; with whom to call."""

from datetime import date, datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from vsv_app.services import mentors, school
from vsv_app.services.attendance import witness
from vsv_app.site.desk.report_columns import OFFICER, Report, column, in_plain_text, learners_of_reader
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar


@in_plain_text
def execute(filters: dict[str, Any] | None = None) -> Report:
	filters = frappe._dict(filters or {})
	day = getdate(filters.day or nowdate())
	now = datetime.now(school.load(FrappeStore()).zone).replace(tzinfo=None)
	rows = [
		row
		for row in _recorded(day) + not_seen(day, now)
		if (filters.student_group or "").casefold() in (row["student_group"] or "").casefold()
	]
	own = learners_of_reader(OFFICER)
	rows = [row for row in rows if own is None or row["student"] in own]
	return _columns(), _with_people(rows, day)


def _recorded(day: date) -> list[dict[str, Any]]:
	fields = ["name", "student", "student_name", "student_group", "status", "vsv_excused", "vsv_reason", "course_schedule"]  # fmt: skip
	found: dict[str, dict[str, Any]] = {}
	away = {"date": day, "docstatus": 1, "status": ("in", ("Absent", "Leave"))}
	for row in frappe.get_all("Student Attendance", away, fields, order_by="student, creation"):
		known = row.status == "Leave" or row.vsv_excused == "Excused"
		entry = {
			"student": row.student,
			"student_name": row.student_name,
			"student_group": row.student_group,
			"what": _("Leave") if row.status == "Leave" else _("Absent, reason known") if known else _("Absent, reason not known"),
			"reason": row.vsv_reason,
			"scope": _("Some lessons") if row.course_schedule else _("Whole day"),
			"record": row.name,
		}  # fmt: skip
		if row.student not in found or not row.course_schedule:
			found[row.student] = entry
	return list(found.values())


def not_seen(day: date, now: datetime) -> list[dict[str, Any]]:
	"""Who was not seen today though the bell schedule's cut-off is past, and of whom nobody knows, as a door was blind."""
	if day != now.date():
		return []
	store = FrappeStore()
	found = witness.arrivals(store, calendar.load(store), now)
	return [
		{
			"student": person.student,
			"student_name": person.membership.student_name,
			"student_group": person.membership.group,
			"what": what,
			"reason": None,
			"scope": _("Since {0}").format(f"{person.plan.cut_off // 60:02}:{person.plan.cut_off % 60:02}"),
		}
		for what, people in (
			(_("Not seen yet"), found.missing),
			(_("Not known: a door was not reading"), found.doubtful),
		)
		for person in people
		if person.recorded is None
	]


def _with_people(rows: list[dict[str, Any]], day: date) -> list[dict[str, Any]]:
	students = [row["student"] for row in rows]
	own = mentors.load(FrappeStore(), day, students)
	numbers = _numbers(students)
	names: dict[str, str] = {}
	for row in rows:
		for mentor in own.of(row["student"]):
			names.setdefault(mentor, frappe.utils.get_fullname(mentor))
		row["mentors"] = ", ".join(names[mentor] for mentor in own.of(row["student"]))
		row["family"] = "; ".join(numbers.get(row["student"], []))
	return sorted(rows, key=lambda row: (row["student_group"] or "", row["student_name"] or ""))


def _numbers(students: list[str]) -> dict[str, list[str]]:
	"""Name and number of the guardians, by learner."""
	links = frappe.get_all(
		"Student Guardian", {"parent": ("in", students or [""]), "parenttype": "Student"}, ["parent", "guardian"]
	)  # fmt: skip
	of_guardian = {
		row.name: " ".join(part for part in (row.guardian_name, row.mobile_number) if part)
		for row in frappe.get_all(
			"Guardian",
			{"name": ("in", [link.guardian for link in links] or [""])},
			["name", "guardian_name", "mobile_number"],
		)
	}
	found: dict[str, list[str]] = {}
	for link in links:
		if link.guardian in of_guardian:
			found.setdefault(link.parent, []).append(of_guardian[link.guardian])
	return found


def _columns() -> list[dict[str, Any]]:
	return [
		column("student_name", _("Student Name"), width=180),
		column("student_group", _("Student Group")),
		column("what", _("What"), width=200),
		column("scope", _("When"), width=110),
		column("reason", _("Reason")),
		column("family", _("Family"), width=240),
		column("mentors", _("Mentors"), width=160),
		column("student", _("Student"), width=170),
	]
