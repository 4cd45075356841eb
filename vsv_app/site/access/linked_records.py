"""Linked records: files, comments, assignments, tags, earlier versions and deleted copies that Frappe keeps beside a record.

Each tells what the record tells, and is made by who may read the record. To Frappe, whoever administers a site may read all of
it, everybody may read tags, and anybody may make one of them about any record.
"""

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from vsv_app.engine.access.table import ABOUT_LEARNERS
from vsv_app.site.access import permission_hooks, restricted_reads
from vsv_app.site.access.permission_hooks import EVERYBODY, NOBODY
from vsv_app.site.access.record_references import OF_RECORD

SAYS_NOTHING = ("ToDo", "Tag Link")
"""What says that there is a record, and nothing of what stands in it: a list of these is no reading."""
ROWS_OF_RECORDS = {
	"Event": ("event_participants", "reference_doctype", "reference_docname"),
	"Communication": ("timeline_links", "link_doctype", "link_name"),
}
"""Rows by which an appointment or a message hangs on more records: the table, and what says of which."""


class NotYourRecord(frappe.PermissionError):
	"""Somebody would hang something on a record, or put it in somebody's hands, that one of both may not read."""


class NotByRule(frappe.ValidationError):
	"""An assignment of records about learners by a rule, which asks nobody's right."""


def listed(user: str | None = None, doctype: str = "") -> str:
	"""SQL condition: nothing of records about learners, unless of those that the user may read."""
	user = user or frappe.session.user
	if user == "Administrator":
		return EVERYBODY
	if doctype not in SAYS_NOTHING:
		return _listed(user, doctype)
	with restricted_reads.counting():
		return _listed(user, doctype)


def _listed(user: str, doctype: str) -> str:
	of_kind, of_name = (f"`tab{doctype}`.{field}" for field in OF_RECORD[doctype])
	kinds = ", ".join(frappe.db.escape(kind) for kind in ABOUT_LEARNERS)
	conditions = [f"coalesce({of_kind}, '') not in ({kinds})"]
	for kind in ABOUT_LEARNERS:
		if (readable := permission_hooks.listed(user, kind)) != NOBODY:
			names = f"select name from `tab{kind}` where {readable or '1=1'}"  # noqa: S608 escaped in listed
			conditions.append(f"({of_kind} = {frappe.db.escape(kind)} and {of_name} in ({names}))")
	return f"({' or '.join(conditions)})"


def allowed(doc: Document, ptype: str = "read", user: str | None = None, **_more: Any) -> bool:
	"""Whether the user may read the record that something is of; on other records Frappe's own rights say."""
	user = user or frappe.session.user
	return user == "Administrator" or _may_read(_about(_stored(doc), doc), user)


def check_author(doc: Document, _event: str | None = None) -> None:
	"""Before something is hung on a record about a learner, by whatever way: who does it may read that record."""
	user = frappe.session.user
	if user == "Administrator" or doc.flags.by_the_app:
		return
	stored = _stored(doc)
	changed = stored is doc or _of(stored) != _of(doc)
	if changed and not _may_read(_about(stored, doc), user):
		_refuse(_("This is about a record that you may not read."))
	check_rows(doc)


def check_rows(doc: Document, _event: str | None = None) -> None:
	"""The records that the rows of an appointment or a message name are readable too."""
	user = frappe.session.user
	if user == "Administrator" or doc.flags.by_the_app or doc.doctype not in ROWS_OF_RECORDS:
		return
	table, of_kind, of_name = ROWS_OF_RECORDS[doc.doctype]
	for row in doc.get(table) or []:
		kind, name = row.get(of_kind), row.get(of_name)
		if (
			row.is_new()
			and name
			and kind in ABOUT_LEARNERS
			and not permission_hooks.may(kind, name, "read", user)
		):
			_refuse(_("This is about a record that you may not read."))


def check_assignment(todo: Document, _event: str | None = None) -> None:
	"""Nobody gets a record about a learner into their hands who may not read it, and who gives it is who says so."""
	about = _about(todo)
	if not about:
		return
	stored = _stored(todo)
	if stored is todo:
		todo.assigned_by = frappe.session.user
	new = stored is todo or stored.get("allocated_to") != todo.allocated_to
	if new and todo.allocated_to and not _may_read(about, todo.allocated_to):
		_refuse(
			_("{0} may not read this record. Choose somebody who has a task with the learner.").format(
				frappe.bold(frappe.utils.escape_html(todo.allocated_to))
			)
		)


def check_rule(rule: Document, _event: str | None = None) -> None:
	"""A rule assigns for whoever saves, to whoever stands in it."""
	if rule.document_type in ABOUT_LEARNERS:
		frappe.throw(
			_("Records about learners are not assigned by rules: mentors have them by their task."),
			exc=NotByRule,
			title=_("Not By Rule"),
		)


def _stored(doc: Document) -> Any:
	"""What is stored of it; of a new one, itself."""
	if doc.is_new() or not doc.name:
		return doc
	fields = list(OF_RECORD[doc.doctype])
	if doc.doctype == "ToDo":
		fields.append("allocated_to")
	row = frappe.db.get_value(doc.doctype, doc.name, fields, as_dict=True)
	return row.update(doctype=doc.doctype) if row else doc


def _of(doc: Any) -> tuple[str, str]:
	kind, name = (str(doc.get(field) or "") for field in OF_RECORD[doc.get("doctype")])
	return kind, name


def _about(*docs: Any) -> set[tuple[str, str]]:
	"""The records about learners that these are of, each once: kind and name."""
	return {(kind, name) for kind, name in map(_of, docs) if name and kind in ABOUT_LEARNERS}


def _may_read(records: set[tuple[str, str]], user: str) -> bool:
	return all(permission_hooks.may(kind, name, "read", user) for kind, name in sorted(records))


def _refuse(why: str) -> None:
	frappe.throw(why, exc=NotYourRecord, title=_("Not Permitted"))
