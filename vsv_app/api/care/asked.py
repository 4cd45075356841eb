"""What is asked of somebody who has no mentor board: an attendance officer, the school's leader, a teacher."""

from typing import Any

import frappe
from frappe import _

from vsv_app.services.care import plans
from vsv_app.services.care.plans import NotGivenToYou
from vsv_app.site.care import asked_of_user
from vsv_app.site.documents.refusals import said
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore

AT_A_DESK = "Desk User"
"""Frappe's own role of whoever works in Desk."""


class NotAnswered(frappe.ValidationError):
	"""An answer that cannot be written down as it was said."""


@frappe.whitelist(methods=["GET"])
def of_me() -> list[dict[str, Any]]:
	"""Everything that waits for the reader, the most pressing first."""
	if AT_A_DESK not in frappe.get_roles():
		frappe.throw(_("This is for who works at the school."), exc=frappe.PermissionError)
	return asked_of_user.of(frappe.session.user)


@frappe.whitelist(methods=["POST"])
def answer_action(action: str, done: int, words: str = "") -> dict[str, str]:
	"""Who does an action of a plan says what came of it, or why it could not be done."""
	try:
		known = plans.answer_action(
			FrappeStore(), action, frappe.session.user, school_now(), done=bool(done), words=words
		)
	except NotGivenToYou as refused:
		frappe.throw(_(str(refused)), exc=frappe.PermissionError)
	except ValueError as refused:
		frappe.throw(said(refused.args[0]), exc=NotAnswered, title=_("Not Possible"))
	return {"action": known.name}
