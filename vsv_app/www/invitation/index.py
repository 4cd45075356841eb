"""Where a code becomes an account."""

import frappe
from frappe import _

from vsv_app.api.portal.invitations import SHORTEST_PASSWORD
from vsv_app.site.portal import pages

no_cache = 1


def get_context(context: frappe._dict) -> None:
	"""The page behind an invitation; who is signed in gets what it opens for that account."""
	context.title = _("Set up my access")
	context.no_breadcrumbs = True
	context.no_header = True
	context.signed_in = frappe.utils.get_fullname() if frappe.session.user != "Guest" else ""
	context.shortest = SHORTEST_PASSWORD
	context.languages = pages.languages()
	context.language = pages.language()
	context.telephone = pages.telephone()
