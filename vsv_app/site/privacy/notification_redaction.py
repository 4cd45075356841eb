"""Notification redaction: what Frappe hands on by itself about a record, such as its title with a tag or its name in a mail.

None of these asks who may read the record, so of records about learners nothing is handed on but that there is one.
"""

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from vsv_app.engine.access.table import ABOUT_LEARNERS

OUR_OWN = "Alert"
"""Notifications of this type are ours, or written by the administrator; neither quotes a record."""


def redact_tag_title(tag: Document, _event: str | None = None) -> None:
	"""Everybody may read the list of tagged records."""
	if tag.document_type in ABOUT_LEARNERS:
		tag.title = tag.document_name


def refuse_following(follow: Document, _event: str | None = None) -> None:
	"""Followers get each change by mail, also of what they may not read. Saving may follow by itself, and goes on."""
	if follow.ref_doctype in ABOUT_LEARNERS:
		frappe.db.delete("Document Follow", {"name": follow.name})
		frappe.msgprint(_("Records about learners are not followed by mail."), alert=True)


def redact_notification(notification: Document, _event: str | None = None) -> None:
	"""An assignment or a mention quotes title and comment, and goes out as a mail too."""
	if notification.type == OUR_OWN or notification.document_type not in ABOUT_LEARNERS:
		return
	language = frappe.db.get_value("User", notification.for_user, "language")
	notification.subject = _("A colleague asks you to look at a record: {0}", lang=language).format(
		_(notification.document_type, lang=language)
	)
	notification.email_content = None


def for_oneself(doc: Document, ptype: str = "read", user: str | None = None, **_more: Any) -> bool:
	"""Frappe lists to each person what is for them, and opens any other by its name: a notification is read by whom it is for."""
	user = user or frappe.session.user
	return user in ("Administrator", doc.for_user)
