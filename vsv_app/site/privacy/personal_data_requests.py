"""Frappe's own requests of a person, to have a copy of what is kept and to be forgotten, for learners and guardians.

Frappe finds what carries the user's e-mail address. What hangs on the learner or the guardian is found here, and goes
with the same request.
"""

import json
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, get_url, now_datetime

from vsv_app.site.language import in_language
from vsv_app.site.portal import pages
from vsv_app.site.portal.people import GUARDIAN
from vsv_app.site.privacy import personal_data, retention, traces
from vsv_app.site.privacy.error_redaction import redacts_errors

COPY_DAYS = 7
"""A copy of everything lies ready for so long."""
REDACTED = "[REDACTED]"


def add_copy(request: Document, _event: str | None = None) -> None:
	"""A download was asked for: what hangs on the learner or guardian follows in a file of its own."""
	frappe.enqueue(
		f"{__name__}.hand_over",
		queue="short",
		request=request.name,
		enqueue_after_commit=True,
		now=bool(frappe.flags.in_test),
	)


@redacts_errors
def hand_over(request: str) -> str | None:
	"""Lay the copy ready and mail where it is; returns the file's name, None for who is neither learner nor guardian.

	The file belongs to the person and hangs on no document: whoever administers the site cannot open it.
	"""
	user = frappe.db.get_value("Personal Data Download Request", request, "user")
	with in_language(frappe.db.get_value("User", user, "language")):
		file = _lay_ready(user)
		if file is None:
			return None
		frappe.sendmail(
			recipients=user,
			subject=_("What the school keeps about you"),
			message=_("It lies ready for {0} days. Sign in, and open: {1}").format(
				COPY_DAYS, get_url(file.file_url)
			),
		)
	return file.name


def _lay_ready(user: str) -> Document | None:
	"""The copy as a file that the person owns."""
	before = frappe.session.user
	frappe.set_user(user)  # who writes a file owns it
	try:
		found = of_person(user)
		if found is None:
			return None
		return frappe.get_doc(
			doctype="File",
			file_name=f"{traces.COPY}{frappe.generate_hash(length=10)}.json",
			content=json.dumps(found, indent=1, ensure_ascii=False, default=str),
			is_private=1,
		).insert(ignore_permissions=True)
	finally:
		frappe.set_user(before)


def of_person(user: str) -> dict[str, Any] | None:
	"""What is kept about the current user: as a learner everything, as a guardian the own part and what the portal shows."""
	own = frappe.get_all("Student", {"user": user}, pluck="name", order_by="name")
	guardians = frappe.get_all("Guardian", {"user": user}, pluck="name", order_by="name")
	if not own and not guardians:
		return None
	return {
		"made_on": str(now_datetime()),
		"not_in_here": _("Concerns that only named people may read. Ask the school's care team about those."),
		"as_learner": [personal_data.record_of(student, _may_be_sent) for student in own],
		"as_guardian": [_of_guardian(guardian) for guardian in guardians],
		"children": [one for one in pages.family() if one["capacity"] == GUARDIAN],
	}


def forget_copies() -> int:
	"""Delete the copies that have lain ready long enough; returns how many."""
	return traces.remove_copies({"creation": ("<", add_days(now_datetime(), -COPY_DAYS))})


def erase(request: Document, _event: str | None = None) -> None:
	"""A deletion was carried out: what hangs on the learner goes too, and what names the guardian.

	Frappe has given the user the request's name by now. An open concern for named people alone stays until it is closed.
	"""
	if request.status != "Deleted":
		return
	users = ("in", [request.name, request.email])
	for student in frappe.get_all("Student", {"user": users}, pluck="name"):
		personal_data.erase(student, open_restricted=False)
	for guardian in frappe.get_all("Guardian", {"user": users}, pluck="name"):
		for text in frappe.get_all("Guardian Text", {"guardian": guardian}, pluck="name"):
			retention.delete("Guardian Text", text)
		frappe.db.set_value(
			"Support Plan Member",
			{"guardian": guardian},
			{"person_name": REDACTED, "contact": None},
			update_modified=False,
		)
	traces.remove_copies({"owner": users})


def _may_be_sent(document: Any) -> bool:
	return not personal_data.is_restricted(document)


def _of_guardian(guardian: str) -> dict[str, Any]:
	about = {"guardian": guardian}
	return {
		"guardian": guardian,
		"texts": frappe.get_all("Guardian Text", about, ["kind", "status", "sent_on"], order_by="creation"),
		"consents": frappe.get_all(
			"Consent Record", about, ["name", "student", "stakeholder", "since", "until", "purpose", "how", "withdrawn_on"]
		),
		"on_the_team_of": frappe.get_all(
			"Support Plan Member", about, ["parent as plan", "person_name", "contact", "language"]
		),
	}  # fmt: skip
