"""The page of a partner."""

import frappe
from frappe import _

from vsv_app.site.care import family_mails
from vsv_app.site.portal import meetings, pages

no_cache = 1


def get_context(context: frappe._dict) -> None:
	"""The page of a partner; a guest signs in first."""
	if frappe.session.user == "Guest":
		frappe.local.flags.redirect_location = "/login?redirect-to=/partner"
		raise frappe.Redirect
	context.title = _("Partners of the school")
	context.no_breadcrumbs = True
	context.organisations = meetings.organisations()
	context.mails = family_mails.choice(frappe.session.user)
	context.languages = pages.languages()
	context.language = pages.language()
