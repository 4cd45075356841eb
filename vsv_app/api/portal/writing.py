"""What all portal methods share: bounds of what is written, and telling somebody at school."""

from collections.abc import Iterable

import frappe
from frappe import _

from vsv_app.site import learners
from vsv_app.stores.frappe_store import FrappeStore

LONGEST = 2000
"""Characters of anything that somebody writes here."""
WRITES_PER_HOUR = 60
SUBJECTS = {
	"Concern": "A learner asks for help",
	"Family Message": "A family wrote to you",
	"Student Leave Application": "A learner reported an absence",
	"Support Plan": "A learner or family answered a support plan",
	"Referral": "A partner answered a referral",
	"Stakeholder Agreement": "A partner answered an agreement",
	"Family Invitation": "A printed invitation was used",
}
"""What kind of thing waits; nobody is named, as it goes out as a mail too. Said in the recipient's language where it is sent."""
SUBJECT = "Something new waits for you in Early Warning"
"""For everything else."""


class NotPossible(frappe.ValidationError):
	"""Something that cannot be done as it was asked."""


def tell(user: str | None, doctype: str, name: str) -> None:
	if user:
		FrappeStore().notify(user, SUBJECTS.get(doctype, SUBJECT), doctype, name)


def tell_one(users: Iterable[str | None], doctype: str, name: str) -> None:
	"""Tell the first of them who is here and may open it; where nobody is, the coordinator, or else the leader."""
	store = FrappeStore()
	for user in (*users, learners.coordinator(), learners.leader()):
		if user and store.may_open(user, doctype, name):
			tell(user, doctype, name)
			return


def written(given: str | None) -> str:
	text = (given or "").strip()
	if len(text) > LONGEST:
		frappe.throw(
			_("Please write no more than {0} characters.").format(LONGEST),
			exc=NotPossible,
			title=_("Too Long"),
		)
	return text
