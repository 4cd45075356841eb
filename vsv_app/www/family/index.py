"""The page of a learner and of who raises the learner."""

import frappe
from frappe import _

from vsv_app.site.care import family_mails
from vsv_app.site.portal import pages

no_cache = 1
SHOWN_DAYS = 8
"""Days of attendance at first sight; the earlier ones unfold."""


def get_context(context: frappe._dict) -> None:
	"""The page of a learner or guardian; a guest signs in first."""
	if frappe.session.user == "Guest":
		frappe.local.flags.redirect_location = "/login?redirect-to=/family"
		raise frappe.Redirect
	context.title = _("School and me")
	context.no_breadcrumbs = True
	context.learners = pages.family()
	context.reasons = frappe.get_all(
		"Absence Reason", {"enabled": 1, "guardian_may_report": 1}, pluck="name", order_by="name"
	)
	context.texts = pages.text_messages()
	context.telephone = pages.telephone()
	context.mails = family_mails.choice(frappe.session.user)
	context.languages = pages.languages()
	context.language = pages.language()
	context.shown_days = SHOWN_DAYS
