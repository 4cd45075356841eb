"""Mails that somebody wants no more: the wish stands in Frappe's Email Unsubscribe, beside the record that the mails refer to."""

import frappe
from frappe import _
from frappe.utils.verified_command import verify_request

from vsv_app.site.language import in_language


def is_stopped(doctype: str, user: str) -> bool:
	return bool(frappe.db.exists("Email Unsubscribe", _about(doctype, user)))


def stop(doctype: str, user: str) -> None:
	if is_stopped(doctype, user):
		return
	email = frappe.db.get_value("User", user, "email")
	record = frappe.get_doc({"doctype": "Email Unsubscribe", "email": email, **_about(doctype, user)})
	record.insert(ignore_permissions=True, ignore_links=True)  # one's own wish


def go_on(doctype: str, user: str) -> None:
	frappe.db.delete("Email Unsubscribe", _about(doctype, user))


def stop_by_link(doctype: str, user: str, told: object) -> None:
	"""Stop the mails of whom a signed link was sent to, and answer with a page in their language. `told`: by `_lt`."""
	if not verify_request():
		return
	if frappe.db.exists("User", user):
		stop(doctype, user)
		frappe.db.commit()  # a link in a mail asks with GET, which Frappe rolls back; nosemgrep
	with in_language(frappe.db.get_value("User", user, "language")):
		frappe.respond_as_web_page(_("Stopped"), str(told), indicator_color="green")


def _about(doctype: str, user: str) -> dict[str, str]:
	return {"reference_doctype": doctype, "reference_name": user}
