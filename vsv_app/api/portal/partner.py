"""What partners do in the portal. Each method first asks who they are to the record."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.rate_limiter import rate_limit

from vsv_app.api.portal.writing import WRITES_PER_HOUR, NotPossible, tell_one, written
from vsv_app.engine.partners import referrals
from vsv_app.site.portal import meetings, people


@frappe.whitelist(methods=["GET"])
def partner() -> list[dict]:
	"""What was referred to the current user's organisations, and the meetings they are invited to; a user of none gets none."""
	return meetings.organisations()


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def reply(referral: str, accept: str, text: str, family: int = 0) -> dict:
	"""A partner answers a referral that it can see now: yes or no, in so many words, and whether the family may read them."""
	if accept not in ("1", "0"):
		frappe.throw(_("Say whether you take it on."), exc=NotPossible, title=_("Yes or No?"))
	document = _referral(referral)
	document.reply, document.family_may_read = written(text), int(bool(family))
	return _to_school(document, referrals.ACCEPTED if accept == "1" else referrals.DECLINED)


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def close_referral(referral: str, result: str) -> dict:
	"""A partner says what came of it."""
	document = _referral(referral)
	document.result = written(result)
	return _to_school(document, referrals.CLOSED)


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def sign(agreement: str, stakeholder: str, version: int) -> dict:
	"""A partner signs the version of an agreement that was seen."""
	document = _agreement(agreement, stakeholder)
	if version != document.version or stakeholder not in document.facts().unsigned:
		frappe.throw(
			_("The agreement has changed meanwhile, or is signed already. Load the page again."),
			exc=NotPossible,
			title=_("Not Possible"),
		)
	name = frappe.utils.get_fullname(frappe.session.user)
	document.append("signatures", {"stakeholder": stakeholder, "person_name": name, "how": "Portal"})
	document.flags.from_portal = True
	document.save(ignore_permissions=True)
	tell_one((document.owner,), "Stakeholder Agreement", agreement)
	return {"signed": True}


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def agreement_feedback(agreement: str, stakeholder: str, text: str) -> dict:
	"""A partner says how it works."""
	document = _agreement(agreement, stakeholder)
	if not written(text):
		frappe.throw(_("Write your message first."), exc=NotPossible, title=_("Not Possible"))
	name = frappe.utils.get_fullname(frappe.session.user)
	document.append("feedback", {"stakeholder": stakeholder, "person_name": name, "feedback": written(text)})
	document.flags.from_portal = True
	document.save(ignore_permissions=True)
	tell_one((document.owner,), "Stakeholder Agreement", agreement)
	return {"sent": True}


def _to_school(referral: Document, status: str) -> dict:
	"""Save what a partner said of a referral, and tell who referred."""
	referral.status = status
	referral.flags.from_partner = True
	referral.save(ignore_permissions=True)
	tell_one((referral.referred_by,), "Referral", referral.name)
	return {"status": referral.status}


def _referral(name: str):
	"""A referral that the current user's organisation sees at this moment; one that is hidden does not exist."""
	people.check_organisation(frappe.db.get_value("Referral", name, "stakeholder"))
	document = frappe.get_doc("Referral", name)
	if not document.shown():
		frappe.throw(_("You have no access to this referral."), exc=people.NotYours)
	return document


def _agreement(name: str, stakeholder: str):
	people.check_organisation(stakeholder)
	document = frappe.get_doc("Stakeholder Agreement", name)
	if stakeholder not in {row.stakeholder for row in document.parties} or document.status == "Draft":
		frappe.throw(_("You have no access to this agreement."), exc=people.NotYours)
	return document
