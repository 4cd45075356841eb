"""The table of `engine.access` as Frappe asks for it: for lists a condition, for one document True or False.

What a user sends along is never looked at, only what is stored: nobody names oneself a reader and reads.
"""

from typing import Any

import frappe
from frappe.model.document import Document

from vsv_app.engine import access
from vsv_app.engine.access import Circumstances
from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.site.access import restricted_reads
from vsv_app.site.access.caseload import learners_of, mentors

NOBODY, EVERYBODY = "1=0", ""
PARENTS = {
	"Early Warning Evidence": ("Early Warning Signal",),
	"Named Reader": ("Concern",),
	"Shared Field": ("Consent Record", "Referral"),
	**dict.fromkeys(
		(
			"Support Plan Goal",
			"Support Plan Action",
			"Support Plan Member",
			"Support Plan Agreement",
			"Support Plan Review",
			"Support Plan Signal",
		),
		("Support Plan",),
	),
}
"""Child tables of records about learners, with the documents that they belong to."""
ASKED_AS = {"select": access.READ, "email": None, "share": None}
ADDRESSEE = {"Care Reminder": "recipient", "Early Warning Alert": "recipient", "Mentor Assignment": "mentor"}
"""The field that says whom a document is for."""
SIGNAL_IN = {"Early Warning Signal": "name", "Signal Step": "signal"}
"""The field that says which signal it is about, of documents that are for whom an alert told about the signal."""


def listed(user: str | None = None, doctype: str = "") -> str:
	"""SQL condition: the documents of this kind that the user may read."""
	user = user or frappe.session.user
	if user == "Administrator":
		return EVERYBODY
	rows = access.rows_of(doctype, frappe.get_roles(user), access.READ)
	conditions = {_condition(row.condition, doctype, user) for row in rows}
	if EVERYBODY in conditions:
		return EVERYBODY
	if doctype == "Concern" and conditions:
		restricted_reads.note_list(user)
	return f"({' or '.join(sorted(conditions))})" if conditions else NOBODY


def allowed(doc: Document, ptype: str = "read", user: str | None = None, **_more: Any) -> bool:
	"""Whether the user may do this with this document."""
	user = user or frappe.session.user
	action = ASKED_AS.get(ptype, ptype)
	if user == "Administrator":
		return True
	if user == "Guest" or action is None:
		return False
	at = circumstances(doc, user)
	may = access.may(doc.doctype, frappe.get_roles(user), action, at)
	if may and at.restricted and action in (access.READ, access.PRINT):
		restricted_reads.note(user, doc.doctype, doc.name, "Form" if action == access.READ else "Print")
	return may


def rows_listed(user: str | None = None, doctype: str = "") -> str:
	"""SQL condition: rows of a child table whose document the user may read."""
	user = user or frappe.session.user
	if user == "Administrator":
		return EVERYBODY
	conditions = []
	for parent in PARENTS[doctype]:
		of_parent = listed(user, parent)
		within = f"select name from `tab{parent}` where {of_parent or '1=1'}"  # noqa: S608 escaped in listed
		conditions.append(
			f"(`tab{doctype}`.parenttype = {frappe.db.escape(parent)} and `tab{doctype}`.parent in ({within}))"
		)
	return f"({' or '.join(conditions)})"


def circumstances(doc: Document, user: str) -> Circumstances:
	"""How a user stands to a document as it is stored; to a new one, as whoever writes it."""
	new = doc.is_new() or not frappe.db.exists(doc.doctype, doc.name)
	stored = doc if new else _stored(doc.doctype, doc.name)
	student = stored.get("student")
	return Circumstances(
		own_learner=bool(student) and mentors(user, student),
		on_team=not new and doc.doctype == "Support Plan" and _is_row(doc, "Support Plan Member", user),
		noted=new or stored.get("noted_by") == user,
		named=not new and doc.doctype == "Concern" and _is_row(doc, "Named Reader", user),
		addressed=_addressed(doc, stored, user),
		restricted=not new and stored.get("visibility") == RESTRICTED,
	)


def _stored(doctype: str, name: str) -> dict[str, Any]:
	fields = [
		field
		for field in (
			"student",
			"noted_by",
			"visibility",
			ADDRESSEE.get(doctype, ""),
			SIGNAL_IN.get(doctype, ""),
		)
		if field == "name" or frappe.get_meta(doctype).has_field(field)
	]
	return frappe.db.get_value(doctype, name, fields, as_dict=True) or {}


def _addressed(doc: Document, stored: dict[str, Any], user: str) -> bool:
	if doc.doctype in SIGNAL_IN:
		told = {"signal": stored.get(SIGNAL_IN[doc.doctype]), "recipient": user}
		return bool(frappe.db.exists("Early Warning Alert", told))
	return doc.doctype in ADDRESSEE and stored.get(ADDRESSEE[doc.doctype]) == user


def _is_row(doc: Document, child: str, user: str) -> bool:
	return bool(frappe.db.exists(child, {"parenttype": doc.doctype, "parent": doc.name, "user": user}))


def _condition(condition: str, doctype: str, user: str) -> str:
	"""A condition of the table in SQL."""
	who = frappe.db.escape(user)
	own = f"`tab{doctype}`.student in ({learners_of(user)})"
	open_to_all = f"`tab{doctype}`.visibility != {frappe.db.escape(RESTRICTED)}"
	noted = f"`tab{doctype}`.noted_by = {who}"
	named = _row_of(doctype, "Named Reader", who)
	return {
		access.ALL: EVERYBODY,
		access.OWN: _sent_to(doctype, who),
		access.OWN_TASKS: f"`tab{doctype}`.mentor = {who}",
		access.OWN_LEARNERS: own,
		access.OWN_LEARNERS_OR_TEAM: f"({own} or {_row_of(doctype, 'Support Plan Member', who)})",
		access.OWN_NOTES: f"({open_to_all} and {noted})",
		access.OWN_LEARNERS_NAMED: f"(({open_to_all} and ({own} or {noted})) or {named})",
		access.ALL_NAMED: f"({open_to_all} or {named})",
	}[condition]


def _sent_to(doctype: str, who: str) -> str:
	if doctype in SIGNAL_IN:
		told = f"select a.`signal` from `tabEarly Warning Alert` a where a.recipient = {who}"  # noqa: S608 escaped by the caller
		return f"`tab{doctype}`.`{SIGNAL_IN[doctype]}` in ({told})"
	return f"`tab{doctype}`.recipient = {who}"


def _row_of(doctype: str, child: str, who: str) -> str:
	return (
		f"exists (select 1 from `tab{child}` r where r.parenttype = {frappe.db.escape(doctype)}"  # noqa: S608 escaped
		f" and r.parent = `tab{doctype}`.name and r.user = {who})"
	)
