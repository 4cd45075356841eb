"""CSRF: a session of a browser has a token from its first page on, so that no other site makes one act.

Frappe asks for the token of a session that has one, and gives one at the first page of the desk alone.
"""

from typing import Any

import frappe
from frappe import _
from frappe.auth import UNSAFE_HTTP_METHODS

from vsv_app.site.access.gate.people import is_at_desk

GUEST = "Guest"


def begin(**_more: Any) -> None:
	"""When somebody without a desk signs in. At a desk a program may sign in too, which never sees a page."""
	if frappe.session.user != GUEST and not is_at_desk(frappe.session.user):
		_give()


def ask() -> None:
	"""Before a request of a session without a token, such as one from before there were any: a page gives it, and nothing is done without."""
	session = frappe.session
	if session.user == GUEST or session.data.csrf_token or frappe.conf.ignore_csrf or frappe.flags.read_only:
		return
	if frappe.request.method in UNSAFE_HTTP_METHODS:
		if not is_at_desk(session.user):
			frappe.flags.disable_traceback = True
			frappe.throw(_("Load the page again, and send it once more."), exc=frappe.CSRFTokenError)
	elif not frappe.request.path.startswith("/api/"):
		_give()


def _give() -> None:
	frappe.session.data.csrf_token = frappe.generate_hash()
	frappe.local.session_obj.update(force=True)
