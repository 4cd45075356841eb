"""Care meetings that a partner is invited to: when and where, and of the learners on the agenda what may be shown to it."""

from typing import Any

import frappe
from frappe.utils import getdate, nowdate

from vsv_app.engine.partners.consent import shared_by
from vsv_app.services import school
from vsv_app.services.care.meetings import agenda
from vsv_app.site.portal import pages
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.care import care_meetings

OF_A_REFERRAL = frozenset({"Question"})
"""What is asked of the partner stands in a referral alone."""


def organisations() -> list[dict[str, Any]]:
	"""All that a partner's page shows: for each organisation of the current user also the meetings that it is invited to."""
	return [{**one, "meetings": of_partner(one["name"])} for one in pages.partner()]


def of_partner(organisation: str) -> list[dict[str, Any]]:
	"""The meetings to come that the current user is invited to for an organisation."""
	invited = {"user": frappe.session.user, "stakeholder": organisation, "parenttype": "Care Meeting"}
	names = frappe.get_all("Care Meeting Person", invited, pluck="parent")
	planned = frappe.get_all(
		"Care Meeting",
		[
			["name", "in", names or [""]],
			["status", "in", (agenda.PLANNED, agenda.CALLED_OFF)],
		],
		["name", "meeting_on", "starts_at", "place", "status", "moved_on"],
		order_by="meeting_on",
	)
	return [
		{
			"name": one.name,
			"date": frappe.utils.format_date(one.meeting_on, "EEEE d MMMM"),
			"starts_at": one.starts_at or "",
			"place": one.place or "",
			"moved": bool(one.moved_on),
			"called_off": one.status == agenda.CALLED_OFF,
			"learners": _learners(one.name, organisation) if one.status == agenda.PLANNED else [],
		}
		for one in planned
		if one.status == agenda.PLANNED or one.meeting_on >= getdate(nowdate())
	]


def _learners(name: str, organisation: str) -> list[dict[str, str]]:
	"""What this partner may see of the learners on the agenda: agreed and consented to, both, and nothing else."""
	store = FrappeStore()
	meeting = care_meetings.meeting(store, name)
	agreed = _agreed_with(organisation)
	if meeting is None or not agreed:
		return []
	today = getdate(nowdate())
	found = []
	for entry in agenda.of(store, school.load(store), calendar.load(store), meeting, today):
		if entry.reasons and all(reason.doctype == "Concern" for reason in entry.reasons):
			continue  # who is spoken about for a concern alone: that is not the partner's to know
		fields = agreed & shared_by(
			_consents(entry.student, organisation), entry.student, organisation, today
		)
		if fields:
			plan = care_meetings.running_plan(store, entry.student)
			found.append(pages.fields_of(frappe._dict(student=entry.student, plan=plan), fields))
	return found


def _agreed_with(organisation: str) -> frozenset[str]:
	"""What the agreements in force with a partner allow to show."""
	party = {"stakeholder": organisation, "parenttype": "Stakeholder Agreement"}
	names = sorted(set(frappe.get_all("Agreement Party", party, pluck="parent")))
	facts = [frappe.get_doc("Stakeholder Agreement", name).facts() for name in names]
	today = getdate(nowdate())
	agreed = frozenset().union(*(frozenset(one.terms.shared or {}) for one in facts if one.in_force(today)))
	return agreed - OF_A_REFERRAL


def _consents(student: str, organisation: str) -> list[Any]:
	of = {"student": student, "stakeholder": organisation}
	return [
		frappe.get_doc("Consent Record", name).facts()
		for name in frappe.get_all("Consent Record", of, pluck="name")
	]
