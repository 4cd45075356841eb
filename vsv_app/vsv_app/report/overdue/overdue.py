"""What was agreed and is past its day: actions, goals, reviews, agreements to renew, messages without an answer."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, getdate, nowdate

from vsv_app.engine.care.promises import About, Promise
from vsv_app.services import school
from vsv_app.services.care import promises
from vsv_app.site.desk.report_columns import Report, column, in_plain_text
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.care import care_reminders

ROWS_OF = {"Action": "Support Plan Action", "Goal": "Support Plan Goal"}


@in_plain_text
def execute(filters: dict[str, Any] | None = None) -> Report:
	filters = frappe._dict(filters or {})
	store, today = FrappeStore(), getdate(nowdate())
	notice = cint(frappe.db.get_single_value("Early Warning Settings", "agreement_notice_days"))
	due = promises.overdue(store, school.load(store), calendar.load(store), today, notice)
	if filters.kind:
		due = [one for one in due if one.kind == filters.kind]
	readable = {doctype: _readable(doctype, due) for doctype in {one.doctype for one in due}}
	told = care_reminders.reminders(store, sorted({one.name for one in due})) if due else {}
	rows = [_row(one, today, told) for one in due if one.name in readable[one.doctype]]
	return _columns(), sorted(rows, key=lambda row: (row["due"], row["document"], row["what"] or ""))


def _readable(doctype: str, due: list[Promise]) -> set[str]:
	"""The documents among those due that the reader may open."""
	names = sorted({one.name for one in due if one.doctype == doctype})
	if not frappe.has_permission(doctype, "read"):
		return set()
	return set(frappe.get_list(doctype, {"name": ("in", names)}, pluck="name", limit_page_length=0))


def _row(due: Promise, today: Any, told: dict[About, list[Any]]) -> dict[str, Any]:
	levels = [level for _recipient, level, _on in told.get(due.about, [])]
	what = frappe.db.get_value(ROWS_OF[due.kind], due.thing, "what") if due.kind in ROWS_OF else None
	return {
		"kind": _(due.kind),
		"doctype": due.doctype,
		"document": due.name,
		"student": due.student or None,
		"student_name": frappe.db.get_value("Student", due.student, "student_name") if due.student else None,
		"what": what,
		"who": ", ".join(frappe.utils.get_fullname(who) for who in due.held_by) or None,
		"due": due.due,
		"days": (today - due.due).days,
		"age": (today - due.asked_on).days if due.asked_on else None,
		"told": _(levels[-1]) if levels else None,
	}


def _columns() -> list[dict[str, Any]]:
	return [
		column("kind", _("Kind"), width=100),
		{**column("doctype", _("Document Type")), "hidden": 1},
		column("document", _("Document"), "Dynamic Link", "doctype", 170),
		column("student_name", _("Student Name"), width=160),
		column("what", _("What"), width=220),
		column("who", _("Who"), width=150),
		column("due", _("Due On"), "Date", width=110),
		column("days", _("Days Overdue"), "Int", width=110),
		column("age", _("Asked Days Ago"), "Int", width=120),
		column("told", _("Reminded Up To"), width=130),
	]
