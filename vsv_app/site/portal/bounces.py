"""Invitations whose mail comes back hours after the server took it: seen where the mailbox that it went from is read by this site."""

from typing import Any

import frappe
from frappe.utils import add_days, now_datetime

from vsv_app.engine.partners import bounced_mails
from vsv_app.engine.partners import invitation_codes as codes
from vsv_app.site.portal.invitations import KIND, MAIL

BACK_WITHIN_DAYS = 7
"""Mail servers try for up to five days."""


def notice(communication: Any, _event: str | None = None) -> None:
	"""Mark the invitation that a mail of a mail server gives back, and keep no code that it quotes."""
	if communication.sent_or_received != "Received" or not bounced_mails.gives_back(
		communication.sender or "", communication.subject or ""
	):
		return
	text = f"{communication.text_content or ''}\n{communication.content or ''}"
	for name in _given_back(communication, bounced_mails.addresses(text)):
		frappe.db.set_value(KIND, name, "status", codes.BOUNCED)
	for field in ("content", "text_content"):
		if communication.get(field):
			communication.set(field, bounced_mails.without_codes(communication.get(field)))


def _given_back(communication: Any, named: frozenset[str]) -> list[str]:
	"""The invitations by mail that it answers to, or whose address it names."""
	waiting = {
		"status": codes.INVITED,
		"how": MAIL,
		"invited_on": (">=", add_days(now_datetime(), -BACK_WITHIN_DAYS)),
	}
	if communication.reference_doctype == KIND and communication.reference_name:
		return frappe.get_all(KIND, {**waiting, "name": communication.reference_name}, pluck="name")
	return frappe.get_all(KIND, {**waiting, "email": ("in", sorted(named))}, pluck="name") if named else []
