"""The morning's mail to somebody with learners: counts and a link, in the reader's language, stopped by one click."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import frappe
from frappe import _
from frappe.utils import get_url
from frappe.utils.verified_command import verify_request

from vsv_app.services.care.digest import Digest

UNSUBSCRIBE = "/api/method/vsv_app.site.care.digest_mails.unsubscribe"
BOARD = "/app/mentor-board"


def send_digest(digest: Digest, now: datetime) -> bool:
	"""Queue one person's digest; False where there is nothing to send: sent today already, stopped, or no user any more."""
	user = digest.recipient
	if not frappe.db.get_value("User", user, "enabled") or _sent(user, now) or _stopped(user):
		return False
	with in_language(frappe.db.get_value("User", user, "language")):
		frappe.sendmail(
			recipients=[frappe.db.get_value("User", user, "email")],
			subject=_("Early Warning: what waits for you today"),
			template="vsv_daily_digest",
			args={"lines": lines(digest), "link": get_url(BOARD)},
			reference_doctype="User",
			reference_name=user,
			unsubscribe_method=UNSUBSCRIBE,
			unsubscribe_message=_("Unsubscribe"),
		)
	return True


def lines(digest: Digest) -> list[str]:
	"""The digest in sentences of the current language; no learner is named, and none can be told."""
	said = (
		(digest.signals, _("Signals that nobody has answered: {0}, of them urgent: {1}").format(digest.signals, digest.urgent)),
		(digest.overdue, _("Agreed and overdue: {0}").format(digest.overdue)),
		(digest.messages, _("Messages of families without an answer: {0}").format(digest.messages)),
		(digest.reviews, _("Plans to review within a week: {0}").format(digest.reviews)),
	)  # fmt: skip
	return [sentence for count, sentence in said if count]


@frappe.whitelist(allow_guest=True, methods=["GET"])
def unsubscribe(email: str, name: str, doctype: str = "User") -> None:
	"""Stop the digest of whom a signed link was sent to."""
	if not verify_request():
		return
	about = {"email": email, "reference_doctype": "User", "reference_name": name}
	if frappe.db.exists("User", name) and not frappe.db.exists("Email Unsubscribe", about):
		record = frappe.get_doc({"doctype": "Email Unsubscribe", **about})
		record.insert(ignore_permissions=True)  # the link's signature is the right
		frappe.db.commit()  # a link in a mail asks with GET, which Frappe rolls back; nosemgrep
	with in_language(frappe.db.get_value("User", name, "language")):
		frappe.respond_as_web_page(
			_("Stopped"),
			_("You get no more daily mails. Alerts stay on your mentor board. The administrator can switch the mails on again."),
			indicator_color="green",
		)  # fmt: skip


@contextmanager
def in_language(language: str | None) -> Iterator[None]:
	"""Say things in a person's language, or in the site's where none is set."""
	before = frappe.local.lang
	frappe.local.lang = language or frappe.db.get_single_value("System Settings", "language") or "en"
	try:
		yield
	finally:
		frappe.local.lang = before


def _sent(user: str, now: datetime) -> bool:
	"""Whether today's digest is in the queue or out."""
	today = {
		"reference_doctype": "User",
		"reference_name": user,
		"unsubscribe_method": UNSUBSCRIBE,
		"creation": (">=", now.date()),
	}
	return bool(frappe.db.exists("Email Queue", today))


def _stopped(user: str) -> bool:
	return bool(frappe.db.exists("Email Unsubscribe", {"reference_doctype": "User", "reference_name": user}))
