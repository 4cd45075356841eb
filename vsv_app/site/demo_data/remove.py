"""Everything that the command made, what hangs on it, and nothing else.

What the command made is known by name. What hangs on it are the app's and Education's records about the made-up
learners, groups, partners and gateway, whoever wrote them since; and what Frappe keeps about any of these records.
A record of another kind that names one of them is not deleted: the command says which, and removes nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import frappe

from vsv_app.engine.access import table
from vsv_app.engine.access.declaration import REFERENCE
from vsv_app.modules import MODULES
from vsv_app.services.school import SETTINGS
from vsv_app.site.access.record_references import OF_RECORD
from vsv_app.site.demo_data import made
from vsv_app.site.demo_data.made import Made
from vsv_app.stores.frappe_store import FrappeStore

AT_ONCE = 1000
Removed = dict[str, set[str]]
"""The names of what was removed, by doctype."""
OURS_OF_EDUCATION = (
	"Student Attendance",
	"Student Leave Application",
	"Program Enrollment",
	"Student Group",
	"Student",
	"Guardian",
)
ROOTS = ("Student", "Student Group", "Stakeholder", "Attendance Gateway", "Guardian", "Program")
"""Made-up records that others point to."""
ABOUT_RECORDS = {
	# Copies of what people deleted meanwhile are left to them.
	**{kind: fields for kind, fields in OF_RECORD.items() if kind != "Deleted Document"},
	**dict.fromkeys(table.REFERRING, REFERENCE),
}
OF_USERS = {
	"Notification Log": "for_user",
	"Activity Log": "user",
	"Access Log": "user",
	"View Log": "viewed_by",
	"ToDo": "allocated_to",
	"DocShare": "user",
	"Document Follow": "user",
	"Route History": "user",
	"User Permission": "user",
	"Contact": "user",
	"Restricted Read": "user",
	**{
		one.kind: one.addressee.field for one in table.DECLARED if one.addressee and not one.addressee.told_by
	},
}


class StillNamed(frappe.ValidationError):
	"""Records of other kinds name made-up ones. `records` says which, by doctype."""

	def __init__(self, records: dict[str, list[str]]) -> None:
		self.records = records
		lines = "\n".join(f"{doctype}: {', '.join(names[:5])}" for doctype, names in records.items())
		super().__init__(
			f"These records name made-up learners or groups. Delete them first, then try again:\n{lines}"
		)


def remove() -> dict[str, int]:
	"""Remove it all in one transaction; returns how many records of each kind. Raises StillNamed before anything is deleted."""
	store = FrappeStore(commits=True)
	own = made.known(store)
	if own is None:
		return {}
	if others := _others(own):
		raise StillNamed(others)
	removed: Removed = {}
	with store.transaction():
		for doctype in (*_kinds_of_ours(), *OURS_OF_EDUCATION):
			_delete(removed, doctype, _hanging(own, doctype))
		for doctype, names in own.names.items():
			if doctype not in ("User", "Notification Settings"):
				_delete(removed, doctype, names)
		_users(removed, own.names.get("User", []))
		_put_back(own)
		# What was counted of the made-up school; the next night counts what is left.
		frappe.db.delete("Singles", {"doctype": SETTINGS, "field": ("like", "ledger_%")})
		_turn_back_counters(own, removed)
		made.forget()
	frappe.clear_cache()
	return {doctype: len(names) for doctype, names in removed.items()}


def _kinds_of_ours() -> list[str]:
	return frappe.get_all(
		"DocType", {"module": ("in", MODULES), "istable": 0, "issingle": 0}, pluck="name", order_by="name"
	)


def _hanging(own: Made, doctype: str) -> list[str]:
	"""Records of one of our kinds that point to a made-up record, in a field or in a row of a table of theirs."""
	found: dict[str, None] = {}
	meta = frappe.get_meta(doctype)
	for field in meta.get_link_fields():
		for names in _some(own.names.get(field.options, []) if field.options in ROOTS else []):
			found.update(
				dict.fromkeys(frappe.get_all(doctype, {field.fieldname: ("in", names)}, pluck="name"))
			)
	if doctype != "Stakeholder Agreement":
		return list(found)
	for names in _some(own.names.get("Stakeholder", [])):
		rows = frappe.get_all(
			"Agreement Party", {"stakeholder": ("in", names), "parenttype": doctype}, pluck="parent"
		)
		found.update(dict.fromkeys(rows))
	return list(found)


def _others(own: Made) -> dict[str, list[str]]:
	"""Records of kinds that are neither ours nor of those that the command makes, and name a made-up one."""
	ours = {*_kinds_of_ours(), *OURS_OF_EDUCATION, *own.names}
	links = frappe.get_all(
		"DocField", {"fieldtype": "Link", "options": ("in", ROOTS)}, ["parent", "fieldname", "options"]
	) + frappe.get_all(
		"Custom Field",
		{"fieldtype": "Link", "options": ("in", ROOTS)},
		["dt as parent", "fieldname", "options"],
	)
	found: dict[str, list[str]] = {}
	for link in links:
		meta = frappe.get_meta(link.parent)
		if link.parent in ours or meta.issingle or meta.get("is_virtual"):
			continue
		for names in _some(own.names.get(link.options, [])):
			wanted = {link.fieldname: ("in", names)}
			rows = frappe.get_all(
				link.parent, wanted, ["name", *(("parent", "parenttype") if meta.istable else ())]
			)
			for row in rows:
				kind, name = (row.parenttype, row.parent) if meta.istable else (link.parent, row.name)
				if kind not in ours and name not in found.setdefault(kind, []):
					found[kind].append(name)
	return {kind: names for kind, names in found.items() if names}


def _delete(removed: Removed, doctype: str, names: Sequence[str]) -> None:
	"""Rows, the rows of their tables, and what Frappe keeps about them."""
	tables = [field.options for field in frappe.get_meta(doctype).get_table_fields()]
	for some in _some(list(names)):
		there = frappe.get_all(doctype, {"name": ("in", some)}, pluck="name")
		removed.setdefault(doctype, set()).update(map(str, there))
		for child in tables:
			frappe.db.delete(child, {"parenttype": doctype, "parent": ("in", some)})
		for about, (kind, name) in ABOUT_RECORDS.items():
			frappe.db.delete(about, {kind: doctype, name: ("in", some)})
		frappe.db.delete("__Auth", {"doctype": doctype, "name": ("in", some)})
		frappe.db.delete("__global_search", {"doctype": doctype, "name": ("in", some)})
		frappe.db.delete(doctype, {"name": ("in", some)})


def _users(removed: Removed, users: Sequence[str]) -> None:
	for some in _some(list(users)):
		for doctype, field in OF_USERS.items():
			frappe.db.delete(doctype, {field: ("in", some)})
		frappe.db.delete("DefaultValue", {"parent": ("in", some)})
		frappe.db.delete("Sessions", {"user": ("in", some)})
		frappe.db.delete("__UserSettings", {"user": ("in", some)})
	_delete(removed, "Notification Settings", users)
	_delete(removed, "User", users)


def _put_back(own: Made) -> None:
	"""The values that the command changed, unless somebody has changed them since."""
	for one in reversed(own.changed):
		single = one.doctype == one.name
		now: Any = (
			frappe.db.get_singles_dict(one.doctype).get(one.field)
			if single
			else frappe.db.get_value(one.doctype, one.name, one.field)
		)
		if str(now) != str(one.after):
			continue
		if not single:
			frappe.db.set_value(one.doctype, one.name, one.field, one.before, update_modified=False)
		elif one.absent:
			frappe.db.delete("Singles", {"doctype": one.doctype, "field": one.field})
		else:
			frappe.db.set_single_value(one.doctype, one.field, one.before, update_modified=False)


def _turn_back_counters(own: Made, removed: Removed) -> None:
	"""Naming series go on where they were before, unless a number since then went to a record that is not removed."""
	names = set().union(*removed.values()) if removed else set()
	for prefix, now in made.counters().items():
		before = own.counters.get(prefix, 0)
		mine = {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
		numbers = {int(rest) for rest in mine if rest.isdecimal()}
		if now > before and numbers.issuperset(range(before + 1, now + 1)):
			if prefix in own.counters:
				frappe.db.sql("update `tabSeries` set current = %s where name = %s", (before, prefix))
			else:
				frappe.db.sql("delete from `tabSeries` where name = %s", (prefix,))


def _some(names: Sequence[str]) -> Iterator[list[str]]:
	for start in range(0, len(names), AT_ONCE):
		yield list(names[start : start + AT_ONCE])
