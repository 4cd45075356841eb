"""How much each mentor carries today: learners, signals, plans, what is overdue, and who was not spoken to."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, getdate, nowdate

from vsv_app.engine.care.plans import CLOSED
from vsv_app.services import mentors
from vsv_app.site.desk.report_columns import COORDINATOR, LEADER, Report, column, in_plain_text
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.care import care_reminders, contact_log

WITHOUT_CONTACT_DAYS = 28


@in_plain_text
def execute(filters: dict[str, Any] | None = None) -> Report:
	filters = frappe._dict(filters or {})
	days = cint(filters.without_contact_days) or WITHOUT_CONTACT_DAYS
	store, today = FrappeStore(), getdate(nowdate())
	own = _learners_by_mentor(store, today)
	known = _Known(store, sorted(set().union(*own.values())) if own else [], today)
	rows = [known.row(mentor, learners, today - timedelta(days=days)) for mentor, learners in own.items()]
	return _columns(days), sorted(rows, key=lambda row: (-row["open"], -row["learners"], row["name"]))


def _learners_by_mentor(store: FrappeStore, today: date) -> dict[str, set[str]]:
	"""Of whom has the task of a mentor today; a reader without a task for the whole school is told of the own load alone."""
	tasks = [one for one in learners.mentorings(store, today) if one.task in mentors.ALERTED]
	user = frappe.session.user
	if user != "Administrator" and {COORDINATOR, LEADER}.isdisjoint(frappe.get_roles(user)):
		tasks = [one for one in tasks if one.mentor == user]
	in_group: dict[str, set[str]] = {}
	for membership in learners.memberships(store, today, today):
		in_group.setdefault(membership.group, set()).add(membership.student)
	here = set().union(*in_group.values()) if in_group else set()
	found: dict[str, set[str]] = {}
	for one in tasks:
		own = found.setdefault(one.mentor, set())
		own |= {one.student} & here if one.student else in_group.get(one.group or "", set())
	return found


class _Known:
	"""What is known of some learners, asked for once for all mentors."""

	def __init__(self, store: FrappeStore, students: list[str], today: date) -> None:
		self.today = today
		of_them = {"student": ("in", students or [""])}
		self.signals: dict[str, list[Any]] = {}
		standing = {**of_them, "status": ("in", ("Open", "Acknowledged", "In Plan"))}
		fields = ["student", "status", "severity", "raised_on", "reopened_on"]
		for row in frappe.get_all("Early Warning Signal", standing, fields):
			self.signals.setdefault(row.student, []).append(row)
		self.plans = Counter(
			frappe.get_all("Support Plan", {**of_them, "status": ("!=", CLOSED)}, pluck="student")
		)
		self.spoken = contact_log.last_talks(store, students) if students else {}
		self.reminders = Counter(care_reminders.open_reminders_by_recipient(store))

	def row(self, mentor: str, own: set[str], since: date) -> dict[str, Any]:
		signals = [row for student in own for row in self.signals.get(student, ())]
		return {
			"mentor": mentor,
			"name": frappe.utils.get_fullname(mentor),
			"learners": len(own),
			"open": sum(row.status == "Open" for row in signals),
			"oldest": max(
				(
					(self.today - (row.reopened_on or row.raised_on).date()).days
					for row in signals
					if row.status == "Open"
				),
				default=None,
			),
			"urgent": sum(row.status == "Open" and row.severity == "Urgent" for row in signals),
			"in_hand": sum(row.status != "Open" for row in signals),
			"plans": sum(self.plans[student] for student in own),
			"overdue": self.reminders[mentor],
			"not_spoken": sum(
				student not in self.spoken or self.spoken[student].on.date() < since for student in own
			),
		}


def _columns(days: int) -> list[dict[str, Any]]:
	return [
		column("mentor", _("Mentor"), width=200),
		column("name", _("Full Name"), width=160),
		column("learners", _("Learners"), "Int", width=90),
		column("open", _("Open Signals"), "Int", width=110),
		column("oldest", _("Oldest Waits (days)"), "Int", width=130),
		column("urgent", _("Urgent"), "Int", width=80),
		column("in_hand", _("Signals In Hand"), "Int", width=120),
		column("plans", _("Plans"), "Int", width=80),
		column("overdue", _("Reminders"), "Int", width=100),
		column("not_spoken", _("Nobody Spoke For {0} Days").format(days), "Int", width=180),
	]
