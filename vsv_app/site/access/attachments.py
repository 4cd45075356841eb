"""Files of records about learners: private, and had through the record alone.

To Frappe, whoever has a file record with the address of a file may have the file, and anybody may make one.
"""

from typing import Any
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.core.doctype.file import file as frappes
from frappe.model.document import Document

from vsv_app.engine.access.table import ABOUT_LEARNERS

PRIVATE = "/private/"


class NotPrivate(frappe.ValidationError):
	"""A file of a learner's record that anybody with the address could read."""


def keep_private(file: Document, _event: str | None = None) -> None:
	"""Who knows the address of a public file needs no sign-in."""
	if file.attached_to_doctype in ABOUT_LEARNERS and not file.is_private and not file.is_folder:
		frappe.throw(
			_("Files of records about learners are private. Tick Private, and attach it again."),
			exc=NotPrivate,
			title=_("Private Only"),
		)


def allowed(doc: Document, ptype: str = "read", user: str | None = None, **_more: Any) -> bool:
	"""Frappe's own answer, but to nobody a second record of a file that is hidden from them."""
	user = user or frappe.session.user
	if ptype in ("create", "write") and user != "Administrator" and _is_hidden(doc, user):
		return False
	return bool(frappes.has_permission(doc, ptype, user))


def _is_hidden(doc: Document, user: str) -> bool:
	address = unquote(doc.file_url or "")
	if not address.startswith(PRIVATE):
		return False
	of_learners = {"file_url": address, "attached_to_doctype": ("in", ABOUT_LEARNERS)}
	known = frappe.get_all("File", of_learners, pluck="name")
	return bool(known) and not any(
		frappes.has_permission(frappe.get_doc("File", name), "read", user) for name in known
	)
