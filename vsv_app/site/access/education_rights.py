"""What roles of the app may do with Education's own documents: given once, and taken back when the app goes.

Frappe reads its own table of rights as soon as it has a row for a kind of document, and then no longer those that the kind
came with: the first row takes them along.
"""

import json
from collections.abc import Iterator

import frappe
from frappe.permissions import rights, setup_custom_perms

from vsv_app.engine.access.rights import GIVEN, Given

DONE = "vsv_rights_given"
"""Which were given, as "role|document", and "role|document|16" for what Frappe 16 asks beside: a school that took one away does not
get it again."""
FRAPPE_16 = 16
FRAPPE = int(frappe.__version__.split(".")[0])
FIELDS = ("role", "permlevel", "if_owner", *rights)


def give() -> None:
	"""Give what was never given yet."""
	done = set(_done())
	fresh = [(key, one) for key, one in _asked_here() if key not in done]
	for key, one in fresh:
		if key == _key(one):
			_give(one)
		else:
			_add(one)
	if fresh:
		frappe.db.set_default(DONE, json.dumps(sorted(done | {key for key, _one in fresh})))


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


def _add(one: Given) -> None:
	"""What this Frappe asks beside, where the school left the role what it had."""
	row = {"parent": one.document, "role": one.role, "permlevel": 0, **{right: 1 for right in one.actions}}
	frappe.db.set_value("Custom DocPerm", row, {right: 1 for right in one.from_16})
	frappe.clear_cache(doctype=one.document)


def _asked_here() -> Iterator[tuple[str, Given]]:
	for one in GIVEN:
		yield _key(one), one
		if one.from_16 and FRAPPE >= FRAPPE_16:
			yield f"{_key(one)}|{FRAPPE_16}", one


def _done() -> list[str]:
	return list(json.loads(frappe.db.get_default(DONE) or "[]"))


def _key(one: Given) -> str:
	return f"{one.role}|{one.document}"


def _rows(table: str, document: str) -> list[tuple[object, ...]]:
	rows = frappe.get_all(table, {"parent": document}, FIELDS, as_list=True)
	return sorted(tuple(value or 0 for value in row) for row in rows)
