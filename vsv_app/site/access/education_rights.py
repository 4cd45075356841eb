"""What roles of the app may do with Education's own documents: given once, and taken back when the app goes.

Frappe reads its own table of rights as soon as it has a row for a kind of document, and then no longer those that the kind
came with: the first row takes them along.
"""

import json

import frappe
from frappe.permissions import rights, setup_custom_perms

from vsv_app.engine.access.education import GIVEN, Given

DONE = "vsv_rights_given"
"""Which were given, as "role|document": a school that took one away does not get it again."""
FIELDS = ("role", "permlevel", "if_owner", *rights)


def give() -> None:
	"""Give what was never given yet."""
	done = set(_done())
	fresh = [one for one in GIVEN if _key(one) not in done]
	for one in fresh:
		_give(one)
	if fresh:
		frappe.db.set_default(DONE, json.dumps(sorted(done | {_key(one) for one in fresh})))


def take_back() -> None:
	"""Take back what roles of ours have there; a kind of document whose rights are then those that it came with is as it was."""
	for document in sorted({one.document for one in GIVEN}):
		ours = {one.role for one in GIVEN if one.document == document}
		frappe.db.delete("Custom DocPerm", {"parent": document, "role": ("in", ours)})
		if _rows("Custom DocPerm", document) == _rows("DocPerm", document):
			frappe.db.delete("Custom DocPerm", {"parent": document})
		frappe.clear_cache(doctype=document)


def _give(one: Given) -> None:
	setup_custom_perms(one.document)
	if not frappe.db.exists("Custom DocPerm", {"parent": one.document, "role": one.role, "permlevel": 0}):
		frappe.get_doc(
			doctype="Custom DocPerm",
			parent=one.document,
			parenttype="DocType",
			parentfield="permissions",
			role=one.role,
			permlevel=0,
			**{right: int(right in one.actions) for right in rights},
		).insert(ignore_permissions=True)
	frappe.clear_cache(doctype=one.document)


def _done() -> list[str]:
	return list(json.loads(frappe.db.get_default(DONE) or "[]"))


def _key(one: Given) -> str:
	return f"{one.role}|{one.document}"


def _rows(table: str, document: str) -> list[tuple[object, ...]]:
	rows = frappe.get_all(table, {"parent": document}, FIELDS, as_list=True)
	return sorted(tuple(value or 0 for value in row) for row in rows)
