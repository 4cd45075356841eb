"""What all portal methods share: bounds of what is written, and telling somebody at school."""

import frappe
from frappe import _

from vsv_app.stores.frappe_store import FrappeStore

LONGEST = 2000
"""Characters of anything that somebody writes here."""
WRITES_PER_HOUR = 60
SUBJECT = "Something new waits for you in Early Warning"
"""In the recipient's language it is said where it is sent."""


class NotPossible(frappe.ValidationError):
	"""Something that cannot be done as it was asked."""


def tell(user: str | None, doctype: str, name: str) -> None:
	if user:
		FrappeStore().notify(user, SUBJECT, doctype, name)


def written(given: str | None) -> str:
	text = (given or "").strip()
	if len(text) > LONGEST:
		frappe.throw(
			_("Please write no more than {0} characters.").format(LONGEST),
			exc=NotPossible,
			title=_("Too Long"),
		)
	return text
