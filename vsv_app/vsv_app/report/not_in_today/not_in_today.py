"""Who is not in on a day: absent, away with leave, or not seen though the hour has come; with whom to call."""

from datetime import date, datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, format_date, getdate, nowdate

from vsv_app.services import mentors
from vsv_app.services.attendance import witness
from vsv_app.services.attendance.witness import Arrivals
from vsv_app.site.desk.report_columns import OFFICER, Report, column, in_plain_text, learners_of_reader
from vsv_app.site.documents.refusals import said
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar


@in_plain_text
def execute(filters: dict[str, Any] | None = None) -> Report:
	filters = frappe._dict(filters or {})
	day = getdate(filters.day or nowdate())
	live = Live(day, school_now())
	rows = [
		row
		for row in _recorded(day) + live.rows()
		if (filters.student_group or "").casefold() in (row["student_group"] or "").casefold()
	]
	own = learners_of_reader(OFFICER)
	rows = [row for row in rows if own is None or row["student"] in own]
	return _columns(), _with_people(rows, day), _as_html(live.sentences(nobody=not rows))


class Live:
	"""The running day: who has not come though the hour has passed, and in a sentence what nobody can know."""

	def __init__(self, day: date, now: datetime) -> None:
		self.day, self.now = day, now
		self._store = FrappeStore()
		self._calendar = calendar.load(self._store)
		self._found = Arrivals()
		if day == now.date():
			self._found = witness.arrivals(self._store, self._calendar, now)

	def rows(self) -> list[dict[str, Any]]:
		"""Who was not seen though a door was looking; of the others one sentence is said."""
		return [
			{
				"student": person.student,
				"student_name": person.membership.student_name,
				"student_group": person.membership.group,
				"what": _("Not seen yet"),
				"reason": None,
				"scope": _("Since {0}").format(
					f"{person.plan.cut_off // 60:02}:{person.plan.cut_off % 60:02}"
				),
			}
			for person in self._found.missing
			if person.recorded is None
		]

	def sentences(self, *, nobody: bool) -> list[str]:
		"""What the list cannot say: a door that was blind, few who came, no school, or that all are in."""
		if not self._calendar.is_school_day(self.day):
			return [_("There is no school on {0}.").format(format_date(self.day))]
		said_ = [said(sentence) for sentence in self._found.sentences]
		unknown = sum(person.recorded is None for person in self._found.doubtful)
		if unknown == 1:
			said_.append(_("So nobody knows of 1 learner who was not seen, and nobody is alarmed."))
		elif unknown:
			said_.append(
				_("So nobody knows of {0} learners who were not seen, and nobody is alarmed.").format(unknown)
			)
		held = frappe.db.count("Attendance Hold", {"school_day": self.day, "status": "Open"})
		if held:
			said_.append(_("Held for this day, until an attendance officer settles them: {0}.").format(held))
		if not said_ and nobody:
			said_.append(self._nobody())
		return said_

	def _nobody(self) -> str:
		if self.day != self.now.date():
			return _("Nobody was away.")
		minute = self.now.hour * 60 + self.now.minute
		plans = (s.plan(self.day) for s in self._calendar.schedules if s.holds_on(self.day))
		first = min((plan.cut_off for plan in plans if plan is not None), default=0)
		if minute < first:
			return _("Before {0} nobody is missed.").format(f"{first // 60:02}:{first % 60:02}")
		return _("All are in, as far as the hour has passed.")


def _as_html(sentences: list[str]) -> str | None:
	return "<br>".join(escape_html(one) for one in sentences) or None


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
