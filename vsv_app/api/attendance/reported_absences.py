"""Absences that learners report themselves, and that an attendance officer does not accept. Submitting one accepts it."""

import frappe
from frappe import _

from vsv_app.engine.access.roles import COORDINATOR, OFFICER
from vsv_app.site.portal import absences

MAY_DECIDE = frozenset({OFFICER, COORDINATOR})


@frappe.whitelist(methods=["POST"])
def decline(leave: str, answer: str) -> dict[str, str]:
	"""It does not count; the learner reads why on the own page."""
	if MAY_DECIDE.isdisjoint(frappe.get_roles()):
		frappe.throw(
			_("An attendance officer decides about an absence that a learner reported."),
			exc=frappe.PermissionError,
			title=_("Not Yours To Answer"),
		)
	document = frappe.get_doc(absences.LEAVE, leave)
	document.check_permission("submit")
	if not answer.strip():
		frappe.throw(_("Say in a few words why."), exc=absences.NotOpen, title=_("Not Possible"))
	absences.decline(document, answer.strip())
	return {"leave": leave}
