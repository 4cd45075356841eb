"""CSRF: a session of a browser has a token from its first page on, so that no other site makes one act.

Frappe asks for the token of a session that has one, and gives one at the first page of the desk alone.
"""

import frappe
from frappe import _
from frappe.auth import UNSAFE_HTTP_METHODS

from vsv_app.site.access.gate.people import is_at_desk

GUEST = "Guest"


def ask() -> None:
	"""Before a request of a session without a token: signing in and a page give it, and in the portal nothing is done without."""
	session = frappe.session
	# Before a browser asks from another page it asks whether it may, and nobody is known then.
	if (
		session.user in (GUEST, None)
		or session.data.csrf_token
		or frappe.conf.ignore_csrf
		or frappe.flags.read_only
	):
		return
	signs_in = not frappe.local.login_manager.resume
	writes = frappe.request.method in UNSAFE_HTTP_METHODS
	if writes and not signs_in and not is_at_desk(session.user):
		frappe.flags.disable_traceback = True
		frappe.throw(_("Load the page again, and send it once more."), exc=frappe.CSRFTokenError)
	# A program signs in at a desk too, and never sees a page.
	if _is_page() or (signs_in and not is_at_desk(session.user)):
		session.data.csrf_token = frappe.generate_hash()
		frappe.local.session_obj.update(force=True)


def _is_page() -> bool:
	return frappe.request.method == "GET" and not frappe.request.path.startswith("/api/")
