"""How much each mentor carries today: learners, signals, plans, what is overdue, and who was not spoken to."""

from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, getdate, nowdate

from vsv_app.engine.plans import CLOSED
from vsv_app.reporting import COORDINATOR, LEADER, Report, column
from vsv_app.services import mentors
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries import care, learners

WITHOUT_CONTACT_DAYS = 28


def execute(filters: dict[str, Any] | None = None) -> Report:
	filters = frappe._dict(filters or {})
	days = cint(filters.without_contact_days) or WITHOUT_CONTACT_DAYS
	rows = [_row(mentor, days) for mentor in _mentors()]
	return _columns(days), sorted(rows, key=lambda row: (-row["open"], -row["learners"], row["name"]))


def _mentors() -> list[str]:
	"""Who has the task of a mentor today; a reader without a task for the whole school is told of the own load alone."""
	today = learners.mentorings(FrappeStore(), getdate(nowdate()))
	found = sorted({one.mentor for one in today if one.task in mentors.ALERTED})
	user = frappe.session.user
	if user == "Administrator" or not {COORDINATOR, LEADER}.isdisjoint(frappe.get_roles(user)):
		return found
	return [mentor for mentor in found if mentor == user]


def _row(mentor: str, days: int) -> dict[str, Any]:
	store, today = FrappeStore(), getdate(nowdate())
	own = sorted(mentors.learners_of(store, mentor, today))
	signals = frappe.get_all("Early Warning Signal", {"student": ("in", own or [""])}, ["status", "severity"])
	spoken = care.last_contacts(store, own) if own else {}
	since = today - timedelta(days=days)
	return {
		"mentor": mentor,
		"name": frappe.utils.get_fullname(mentor),
		"learners": len(own),
		"open": sum(row.status == "Open" for row in signals),
		"urgent": sum(row.status == "Open" and row.severity == "Urgent" for row in signals),
		"in_hand": sum(row.status in ("Acknowledged", "In Plan") for row in signals),
		"plans": frappe.db.count("Support Plan", {"student": ("in", own or [""]), "status": ("!=", CLOSED)}),
		"overdue": frappe.db.count("Care Reminder", {"recipient": mentor, "status": "Sent"}),
		"not_spoken": sum(1 for student in own if student not in spoken or spoken[student].on.date() < since),
	}


def _columns(days: int) -> list[dict[str, Any]]:
	return [
		column("mentor", _("Mentor"), width=200),
		column("name", _("Full Name"), width=160),
		column("learners", _("Learners"), "Int", width=90),
		column("open", _("Open Signals"), "Int", width=110),
		column("urgent", _("Urgent"), "Int", width=80),
		column("in_hand", _("Signals In Hand"), "Int", width=120),
		column("plans", _("Plans"), "Int", width=80),
		column("overdue", _("Reminders"), "Int", width=100),
		column("not_spoken", _("Nobody Spoke For {0} Days").format(days), "Int", width=180),
	]
