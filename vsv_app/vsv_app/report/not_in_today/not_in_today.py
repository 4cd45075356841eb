"""Who is not in on a day: absent, away with leave, or not seen though the hour has come; with whom to call. To print and to export."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, getdate, nowdate

from vsv_app.services.attendance.office import not_in
from vsv_app.services.attendance.office.not_in import Missing
from vsv_app.site.attendance import whom_to_call
from vsv_app.site.desk.report_columns import OFFICER, Report, column, in_plain_text, learners_of_reader
from vsv_app.site.documents.refusals import said
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore


@in_plain_text
def execute(filters: dict[str, Any] | None = None) -> Report:
	filters = frappe._dict(filters or {})
	day = getdate(filters.day or nowdate())
	found = not_in.look(FrappeStore(), day, school_now())
	own = learners_of_reader(OFFICER)
	wanted = (filters.student_group or "").casefold()
	rows = [
		one for one in found.rows if wanted in one.group.casefold() and (own is None or one.student in own)
	]
	students = [one.student for one in rows]
	mentors = whom_to_call.mentor_names(students, day)
	families = whom_to_call.family_numbers(students)
	return (
		_columns(),
		[_row(one, mentors[one.student], families.get(one.student, [])) for one in rows],
		"<br>".join(escape_html(said(one)) for one in found.sentences) or None,
	)


def _row(one: Missing, mentors: list[str], family: list[dict[str, str]]) -> dict[str, Any]:
	return {
		"student": one.student,
		"student_name": one.name,
		"student_group": one.group,
		"what": whom_to_call.what(one),
		"scope": _scope(one),
		"reason": one.reason or None,
		"record": one.record or None,
		"family": "; ".join(" ".join(filter(None, guardian.values())) for guardian in family),
		"mentors": ", ".join(mentors),
	}


def _scope(one: Missing) -> str:
	if one.since is not None:
		return _("Since {0}").format(f"{one.since // 60:02}:{one.since % 60:02}")
	return _("Some lessons") if one.lessons else _("Whole day")


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
