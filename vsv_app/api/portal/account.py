"""What everybody in the portal chooses for the own account."""

import frappe
from frappe import _
from frappe.rate_limiter import rate_limit

from vsv_app.api.portal.writing import WRITES_PER_HOUR, NotPossible
from vsv_app.site.care import family_mails
from vsv_app.site.portal import landing, pages, people


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def choose_language(language: str) -> dict:
	"""The language that the current user reads, kept with the account: for the pages, and for mails to come."""
	if frappe.session.user == "Guest" or language not in pages.languages():
		frappe.throw(_("Choose a language from the list."), exc=NotPossible, title=_("Not Possible"))
	frappe.db.set_value("User", frappe.session.user, "language", language)
	frappe.clear_cache(user=frappe.session.user)
	return {"language": language}


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def choose_mails(wanted: int) -> dict:
	"""Mails that something waits, or no more of them; for who has a page here."""
	user = frappe.session.user
	if not landing.pages_of(user):
		frappe.throw(_("Only who has a page here chooses this."), exc=people.NotYours)
	family_mails.choose(user, bool(wanted))
	return {"wanted": bool(wanted)}
