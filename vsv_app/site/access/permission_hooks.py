"""The table of `engine.access` as Frappe asks for it: for lists a condition, for one document True or False.

What a user sends along is never looked at, only what is stored: nobody names oneself a reader and reads.
"""

from typing import Any

import frappe
from frappe.model.document import Document

from vsv_app.engine.access import conditions, declaration, table
from vsv_app.engine.access.conditions import Circumstances
from vsv_app.engine.access.declaration import STUDENT, VISIBILITY
from vsv_app.engine.access.rights import PRINT, READ
from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.site.access import restricted_reads
from vsv_app.site.access.caseload import learners_of, mentors

NOBODY, EVERYBODY = "1=0", ""
ASKED_AS = {"select": READ, "email": None, "share": None}


def listed(user: str | None = None, doctype: str = "") -> str:
	"""SQL condition: the documents of this kind that the user may read.

	Where a list is made with somebody else's rights, as for a report that goes by mail, also those of who makes it.
	"""
	user, asks = user or frappe.session.user, frappe.session.user
	if asks in (user, "Administrator"):
		return _listed(user, doctype)
	conditions = sorted({_listed(one, doctype) for one in (user, asks)} - {EVERYBODY})
	return NOBODY if NOBODY in conditions else " and ".join(f"({one})" for one in conditions)


def _listed(user: str, doctype: str) -> str:
	if user == "Administrator":
		return EVERYBODY
	rows = table.rows_of(doctype, frappe.get_roles(user), READ)
	found = {_condition(row.condition, table.BY_KIND[doctype], user) for row in rows}
	if EVERYBODY in found:
		return EVERYBODY
	if doctype in table.RESTRICTABLE and found:
		restricted_reads.note_list(user, doctype)
	return f"({' or '.join(sorted(found))})" if found else NOBODY


def allowed(doc: Document, ptype: str = "read", user: str | None = None, **_more: Any) -> bool:
	"""Whether the user may do this with this document."""
	user = user or frappe.session.user
	action = ASKED_AS.get(ptype, ptype)
	if user == "Administrator":
		return True
	if user == "Guest" or action is None:
		return False
	at = circumstances(doc, user)
	holds = table.may(doc.doctype, frappe.get_roles(user), action, at)
	# Asking whether somebody else may read it is no reading.
	if holds and at.restricted and action in (READ, PRINT) and user == frappe.session.user:
		restricted_reads.note(user, doc.doctype, doc.name, "Form" if action == READ else "Print")
	return holds


def may(kind: str, name: str | None, ptype: str, user: str) -> bool:
	"""Whether a user may do this with a record, asked for something that hangs on it: a refusal does not say on which."""
	said = frappe.flags.pop("has_permission_check_logs", None)
	try:
		return bool(
			name and frappe.db.exists(kind, name) and frappe.has_permission(kind, ptype, doc=name, user=user)
		)
	finally:
		if said is not None:
			frappe.flags.has_permission_check_logs = said


def rows_listed(user: str | None = None, doctype: str = "") -> str:
	"""SQL condition: rows of a child table whose document the user may read."""
	user = user or frappe.session.user
	if user == "Administrator":
		return EVERYBODY
	found = []
	for parent in table.PARENTS[doctype]:
		of_parent = listed(user, parent)
		within = f"select name from `tab{parent}` where {of_parent or '1=1'}"  # noqa: S608 escaped in listed
		found.append(
			f"(`tab{doctype}`.parenttype = {frappe.db.escape(parent)} and `tab{doctype}`.parent in ({within}))"
		)
	return f"({' or '.join(found)})"


def circumstances(doc: Document, user: str) -> Circumstances:
	"""How a user stands to a document as it is stored; to a new one, as whoever writes it."""
	declared = table.BY_KIND[doc.doctype]
	new = doc.is_new() or not frappe.db.exists(doc.doctype, doc.name)
	stored = doc if new else _stored(declared, doc.name)
	student = stored.get(STUDENT)
	return Circumstances(
		own_learner=bool(student) and mentors(user, student),
		on_team=not new and _names(declared.team, doc, user),
		noted=new or (bool(declared.noted_by) and stored.get(declared.noted_by) == user),
		named=not new and _names(declared.readers, doc, user),
		addressed=_addressed(declared, doc, stored, user),
		restricted=not new and bool(declared.readers) and stored.get(VISIBILITY) == RESTRICTED,
	)


def _stored(declared: declaration.Document, name: str) -> dict[str, Any]:
	"""The fields that conditions look at."""
	to = declared.addressee
	wanted = (
		STUDENT if declared.by == STUDENT else "",
		VISIBILITY if declared.readers else "",
		(to.about if to.told_by else to.field) if to else "",
		declared.noted_by,
	)
	fields = [field for field in wanted if field]
	return (frappe.db.get_value(declared.kind, name, fields, as_dict=True) if fields else None) or {}


def _addressed(declared: declaration.Document, doc: Document, stored: dict[str, Any], user: str) -> bool:
	to = declared.addressee
	if to is None:
		return False
	if to.told_by:
		about = doc.name if to.about == "name" else stored.get(to.about)
		return bool(frappe.db.exists(to.told_by, {to.link: about, to.field: user}))
	return stored.get(to.field) == user


def _names(child: str, doc: Document, user: str) -> bool:
	"""Whether a row of a child table names the user."""
	row = {"parenttype": doc.doctype, "parent": doc.name, "user": user}
	return bool(child) and bool(frappe.db.exists(child, row))


def _condition(condition: str, declared: declaration.Document, user: str) -> str:
	"""A condition of the table in SQL."""
	kind, who = declared.kind, frappe.db.escape(user)
	own = f"`tab{kind}`.{STUDENT} in ({learners_of(user)})"
	open_to_all = f"`tab{kind}`.{VISIBILITY} != {frappe.db.escape(RESTRICTED)}"
	noted = f"`tab{kind}`.{declared.noted_by} = {who}"
	named = _row_of(kind, declared.readers, who)
	return {
		conditions.ALL: EVERYBODY,
		conditions.OWN: _sent_to(declared, who),
		conditions.OWN_TASKS: _sent_to(declared, who),
		conditions.OWN_LEARNERS: own,
		conditions.OWN_LEARNERS_OR_TEAM: f"({own} or {_row_of(kind, declared.team, who)})",
		conditions.OWN_NOTES: f"({open_to_all} and {noted})",
		conditions.OWN_LEARNERS_NAMED: f"(({open_to_all} and ({own} or {noted})) or {named})",
		conditions.ALL_NAMED: f"({open_to_all} or {named})",
	}[condition]


def _sent_to(declared: declaration.Document, who: str) -> str:
	to = declared.addressee
	if to is None:
		return NOBODY
	if to.told_by:
		told = f"select a.`{to.link}` from `tab{to.told_by}` a where a.{to.field} = {who}"  # noqa: S608 escaped by the caller
		return f"`tab{declared.kind}`.`{to.about}` in ({told})"
	return f"`tab{declared.kind}`.{to.field} = {who}"


def _row_of(doctype: str, child: str, who: str) -> str:
	return (
		f"exists (select 1 from `tab{child}` r where r.parenttype = {frappe.db.escape(doctype)}"  # noqa: S608 escaped
		f" and r.parent = `tab{doctype}`.name and r.user = {who})"
	)
