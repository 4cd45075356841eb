"""Refer a learner to a partner on one path: to whom, what is asked, what is shown, and the family's word."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from vsv_app.engine.care.plans import LEARNER, needed_parties
from vsv_app.engine.partners import referrals
from vsv_app.engine.partners.consent import shared_by
from vsv_app.site import learners
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.care import support_plans


@frappe.whitelist(methods=["GET"])
def begins(student: str) -> dict[str, Any]:
	"""To whom a learner can be referred under an agreement in force, what each may be shown, and who of the family is asked."""
	_check(student)
	today = getdate(nowdate())
	asked = needed_parties(learners.age(student), learners.consent_age())[0]
	own = frappe.db.get_value("Student", student, "user") if asked == LEARNER else None
	plans = support_plans.standing_plans(FrappeStore(), [student])
	return {
		"student_name": frappe.db.get_value("Student", student, "student_name") or student,
		"asked": asked,
		"has_page": bool(own if asked == LEARNER else learners.guardian_users(student)),
		"plan": plans[student]["name"] if student in plans else None,
		"partners": [
			{
				"stakeholder": partner,
				"agreement": agreement,
				"fields": [{"value": field, "label": _(field)} for field in fields],
				"consented": sorted(shared_by(_consents(student, partner), student, partner, today)),
			}
			for partner, agreement, fields in _partners(today)
		],
	}


@frappe.whitelist(methods=["POST"])
def refer(
	student: str,
	stakeholder: str,
	agreement: str,
	question: str,
	fields: list[str] | str,
	purpose: str = "",
	plan: str | None = None,
	send_when_given: int = 1,
	ask: int = 1,
) -> dict[str, Any]:
	"""A referral that is sent at once where a consent covers it; else the family is asked on its page, if wanted."""
	_check(student)
	document = frappe.get_doc(
		doctype="Referral",
		student=student,
		stakeholder=stakeholder,
		agreement=agreement,
		question=question,
		purpose=purpose,
		plan=plan or None,
		send_when_given=send_when_given,
		fields_shown=[{"field": field} for field in frappe.parse_json(fields) or []],
	).insert()
	if referrals.covered(document.facts(), document.consents(), getdate(nowdate())):
		document.send()
	elif ask:
		document.ask_family()
	return {"name": document.name, "status": document.status, "consent": document.consent_status}


def _check(student: str) -> None:
	"""A referral about this very learner must be one that the user may make."""
	frappe.get_doc(doctype="Referral", student=student).check_permission("create")


def _consents(student: str, stakeholder: str) -> list[Any]:
	return frappe.get_doc(doctype="Referral", student=student, stakeholder=stakeholder).consents()


def _partners(today: Any) -> list[tuple[str, str, list[str]]]:
	"""(partner, agreement, what may be shown) of agreements in force, by partner."""
	found = []
	for name in frappe.get_all(
		"Stakeholder Agreement", {"status": ("in", ("Active", "In Review"))}, pluck="name"
	):
		agreement = frappe.get_doc("Stakeholder Agreement", name)
		if agreement.facts().in_force(today):
			fields = [row.field for row in agreement.shared]
			found += [(row.stakeholder, name, fields) for row in agreement.parties if row.stakeholder]
	return sorted(found)
