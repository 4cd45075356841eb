"""The morning's mail to somebody with learners: counts and a link, in the reader's language, stopped by one click."""

from datetime import datetime

import frappe
from frappe import _, _lt
from frappe.utils import get_url

from vsv_app.engine.care import promises as kinds
from vsv_app.services.care.digest import NOT_BEGUN, Digest
from vsv_app.site.care import asked_of_user, stopped_mails
from vsv_app.site.language import in_language

UNSUBSCRIBE = "/api/method/vsv_app.site.care.digest_mails.unsubscribe"
OF_USER = "User"
"""What the mails refer to, and the wish to get no more of them."""
STOPPED = _lt(
	"You get no more daily mails. Alerts stay on your mentor board. The administrator can switch the mails on again."
)
AGREEMENT_KINDS = (kinds.AGREEMENT, kinds.RENEWAL, kinds.CONSENT)


def send_digest(digest: Digest, now: datetime) -> bool:
	"""Queue one person's digest; False where there is nothing to send: sent today already, stopped, or no user any more."""
	user = digest.recipient
	if (
		not frappe.db.get_value("User", user, "enabled")
		or _sent(user, now)
		or stopped_mails.is_stopped(OF_USER, user)
	):
		return False
	page = asked_of_user.page_of(user)
	with in_language(frappe.db.get_value("User", user, "language")):
		frappe.sendmail(
			recipients=[frappe.db.get_value("User", user, "email")],
			subject=_("Early Warning: what waits for you today"),
			template="vsv_daily_digest",
			args={"lines": lines(digest), "link": get_url(page), "label": _SAYS[page]()},
			reference_doctype=OF_USER,
			reference_name=user,
			unsubscribe_method=UNSUBSCRIBE,
			unsubscribe_message=_("Unsubscribe"),
		)
	return True


def lines(digest: Digest) -> list[str]:
	"""The digest in sentences of the current language; no learner is named, and none can be told."""
	asked = digest.kinds
	said = (
		(asked.get(kinds.HELP, 0), _("Learners who ask for help: {0}")),
		(digest.signals, _("Signals that nobody has answered: {0}, of them urgent: {1}")),
		(asked.get(kinds.LOOK_AGAIN, 0), _("Signals to look at again: {0}")),
		(asked.get(kinds.MESSAGE, 0), _("Messages of families without an answer: {0}")),
		(asked.get(kinds.NEXT_STEP, 0), _("Next steps that you agreed in a talk: {0}")),
		(asked.get(kinds.ACTION, 0), _("Actions of plans that are due: {0}")),
		(asked.get(kinds.GOAL, 0), _("Goals of plans that are due: {0}")),
		(asked.get(kinds.REVIEW, 0), _("Plans to review: {0}")),
		(asked.get(NOT_BEGUN, 0), _("Plans that have not begun: {0}")),
		(asked.get(kinds.ABSENCE, 0), _("Absences that learners reported, without an answer: {0}")),
		(asked.get(kinds.CONTESTED, 0), _("Contested records without an answer: {0}")),
		(asked.get(kinds.CONTEST_ANSWERED, 0), _("Contested records that were answered: {0}")),
		(asked.get(kinds.REFERRAL, 0), _("Referrals with news, or without an answer: {0}")),
		(asked.get(kinds.DECISION, 0), _("Decisions of a care meeting to carry out: {0}")),
		(asked.get(kinds.NOTED, 0), _("Concerns that were noted, without an answer: {0}")),
		(asked.get(kinds.REPORT, 0), _("Reports to the authority to file: {0}")),
		(asked.get(kinds.MEETING, 0), _("Care meetings that were not closed: {0}")),
		(asked.get(kinds.SIGNATURE, 0), _("Agreements that wait for signatures: {0}")),
		(asked.get(kinds.FEEDBACK, 0), _("Feedback of partners without an answer: {0}")),
		(sum(asked.get(kind, 0) for kind in AGREEMENT_KINDS), _("Agreements and consents to look at: {0}")),
		(digest.overdue, _("Of all this past its day: {0}")),
	)
	return [sentence.format(count, digest.urgent) for count, sentence in said if count]


@frappe.whitelist(allow_guest=True, methods=["GET"])
def unsubscribe(email: str, name: str, doctype: str = OF_USER) -> None:
	"""Stop the digest of whom a signed link was sent to."""
	stopped_mails.stop_by_link(OF_USER, name, STOPPED)


_SAYS = {
	asked_of_user.BOARD: lambda: _("Open the mentor board"),
	asked_of_user.OFFICERS: lambda: _("Open Not In Today"),
	asked_of_user.LEADERS: lambda: _("Open The School At A Glance"),
	asked_of_user.ANYBODYS: lambda: _("Open Asked Of You"),
}


def _sent(user: str, now: datetime) -> bool:
	"""Whether today's digest is in the queue or out."""
	today = {
		"reference_doctype": OF_USER,
		"reference_name": user,
		"unsubscribe_method": UNSUBSCRIBE,
		"creation": (">=", now.date()),
	}
	return bool(frappe.db.exists("Email Queue", today))
