"""A family says yes or no to what a partner outside the school would see."""

import frappe
from frappe import _
from frappe.rate_limiter import rate_limit
from frappe.utils import nowdate

from vsv_app.api.portal.writing import WRITES_PER_HOUR, NotPossible, tell_one, written
from vsv_app.engine.care.plans import GUARDIAN, needed_parties
from vsv_app.engine.partners import referrals
from vsv_app.site import learners
from vsv_app.site.portal import people


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def answer(referral: str, given: int, asked_on: str, note: str = "") -> dict:
	"""Yes or no to a referral as it was read: the learner's word from the age of consent, a guardian's before."""
	student = frappe.db.get_value("Referral", referral, "student")
	as_what = people.capacity(student)
	document = frappe.get_doc("Referral", referral)
	if as_what != needed_parties(learners.age(student), learners.consent_age())[0]:
		frappe.throw(
			_("At this age it is for somebody else of the family to say."),
			exc=NotPossible,
			title=_("Not Possible"),
		)
	asked = document.status == referrals.DRAFT and document.consent_status == referrals.ASKED
	if not asked or str(document.consent_asked_on) != asked_on:
		frappe.throw(
			_("This has changed meanwhile. Load the page again and read it first."),
			exc=NotPossible,
			title=_("Not Possible"),
		)
	said = written(note)
	if given:
		_record(document, as_what)
	document.answer_of_family(bool(given), said)
	tell_one((document.consent_asked_by, document.referred_by), "Referral", referral)
	return {"status": document.status, "consent": document.consent_status}


def _record(referral: frappe.model.document.Document, as_what: str) -> None:
	own = {"user": frappe.session.user}
	consent = frappe.get_doc(
		doctype="Consent Record",
		student=referral.student,
		stakeholder=referral.stakeholder,
		since=nowdate(),
		fields_shown=[{"field": row.field} for row in referral.fields_shown],
		purpose=referral.purpose,
		given_by=as_what,
		guardian=frappe.db.get_value("Guardian", own) if as_what == GUARDIAN else None,
		person_name=frappe.utils.get_fullname(frappe.session.user),
		how="Portal",
		language=frappe.local.lang,
	)
	consent.flags.from_portal = True
	consent.insert(ignore_permissions=True)
