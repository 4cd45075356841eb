"""Traces of a record: what Frappe keeps about it, in tables, files, caches and logs of its own, and leaves when the record goes."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import frappe
from frappe.model.utils.user_settings import sync_user_settings

from vsv_app.engine.access.table import ABOUT_LEARNERS, OF_A_LEARNER, PARENTS
from vsv_app.site.access import report_runs
from vsv_app.site.access.record_references import OF_RECORD

COPY = "what-the-school-keeps-"
"""How the name begins of a copy of everything that lies ready for a person."""
NOT_ABOUT_ONE = ("User Permission", "Workspace Link", "Workspace Shortcut", "Webhook", "Auto Repeat")
"""What names a record and is a setting of somebody's."""
WITH_TRACES_OF_THEIR_OWN = ("ToDo", "Communication", "File", "Comment")
NAMES_AT_ONCE = 50
SAVED = (
	("List Filter", "filters", "reference_doctype"),
	("Report", "json", "ref_doctype"),
	("Number Card", "filters_json", "document_type"),
	("Number Card", "dynamic_filters_json", "document_type"),
	("Dashboard Chart", "filters_json", "document_type"),
	("Dashboard Chart", "dynamic_filters_json", "document_type"),
	("Kanban Board", "filters", "reference_doctype"),
	("Kanban Board Column", "order", ""),
	("Version", "data", "ref_doctype"),
)
"""Where somebody saved what was looked for, or the order of cards: the table, the text, and what says of which kind of documents."""
BOARD = "Kanban Board"
NOBODY = "erased"
ADDRESS_ONLY = 0
"""The size of a file record that was made from the address of another file."""


def remove(kind: str, names: Iterable[str]) -> None:
	"""What is kept about some records of a kind. Beforehand, as their files tell what hangs elsewhere."""
	names = list(names)
	if not names:
		return
	_remove_files(kind, names)
	for table, of_kind, of_name in references():
		about = {of_kind: kind, of_name: ("in", names)}
		if table in WITH_TRACES_OF_THEIR_OWN and (own := frappe.get_all(table, about, pluck="name")):
			_remove_files(table, own)
			for beside, (beside_kind, beside_name) in OF_RECORD.items():
				frappe.db.delete(beside, {beside_kind: table, beside_name: ("in", own)})
			_remove_rows(table, own)
		frappe.db.delete(table, about)


def remove_mentions(names: Iterable[str], student: str) -> None:
	"""What quotes records by their names, or the learner in a record of ours: deleted copies, saved filters, where somebody was in Desk."""
	sync_user_settings()
	known = sorted(set(names))
	for start in range(0, len(known), NAMES_AT_ONCE):
		some = "|".join(re.escape(name) for name in known[start : start + NAMES_AT_ONCE])
		for table, field, pattern in (
			("tabDeleted Document", "deleted_name", f"^({some})$"),
			("tabDeleted Document", "data", f'"({some})"'),
			("tabRoute History", "route", f"/({some})(/|$)"),
			("__UserSettings", "data", f'"%?({some})%?"'),
			("tabAccess Log", "filters", f'"({some})"'),
			("tabData Import Log", "docname", f"^({some})$"),
		):
			_delete_where(table, f"`{field}` regexp %s", (pattern,))
	quoted = f'"%?{re.escape(student)}%?"'
	_delete_where("tabDeleted Document", "`data` regexp %s and deleted_doctype in %s", (quoted, OF_A_LEARNER))
	_delete_where("__UserSettings", "`data` regexp %s and `doctype` in %s", (quoted, OF_A_LEARNER))
	frappe.cache.delete_value("_user_settings")
	for table, field, of_kind in SAVED:
		kinds = {of_kind: BOARD} if table == "Version" else {}
		_take_out(table, field, kinds, known)
		if of_kind and not kinds:
			_take_out(table, field, {of_kind: ("in", (*OF_A_LEARNER, *PARENTS))}, [student])


def _take_out(table: str, field: str, filters: dict[str, Any], names: list[str]) -> None:
	"""Names out of texts that stay, as they are somebody's own; a filter by one of them then finds nothing."""
	for start in range(0, len(names), NAMES_AT_ONCE):
		some = "|".join(re.escape(name) for name in names[start : start + NAMES_AT_ONCE])
		whole = re.compile(rf"(?<![\w-])(?:{some})(?![\w-])")
		for row in frappe.get_all(table, {**filters, field: ("like", "%_%")}, ["name", field]):
			if (without := whole.sub(NOBODY, row[field])) != row[field]:
				frappe.db.set_value(table, row.name, field, without, update_modified=False)


def remove_what_names_many() -> None:
	"""Results of reports that were prepared, and lists that were brought in: each may name the learner among others."""
	prepared = [
		one.name
		for one in frappe.get_all("Prepared Report", fields=["name", "report_name"])
		if report_runs.is_ours(one.report_name)
	]
	imports = frappe.get_all("Data Import", {"reference_doctype": ("in", OF_A_LEARNER)}, pluck="name")
	for kind, names in (("Prepared Report", prepared), ("Data Import", imports)):
		remove(kind, names)
		_remove_rows(kind, names)
	frappe.db.delete("Data Import Log", {"data_import": ("in", imports or [""])})


def remove_copies(filters: dict[str, Any]) -> int:
	"""Copies of everything that lie ready; returns how many."""
	names = frappe.get_all("File", {"file_name": ("like", f"{COPY}%"), **filters}, pluck="name")
	for name in names:
		_remove_file(name)
	return len(names)


def references() -> Iterator[tuple[str, str, str]]:
	"""(table, field of the kind, field of the name) of all tables of Frappe that say of a record that they are about it."""
	known = {(table, *fields) for table, fields in OF_RECORD.items()}
	modules = frappe.get_all("Module Def", {"app_name": "frappe"}, pluck="name")
	tables = frappe.get_all(
		"DocType",
		{"module": ("in", modules), "issingle": 0, "is_virtual": 0, "name": ("not in", NOT_ABOUT_ONE)},
		pluck="name",
	)
	links = {"fieldtype": "Dynamic Link", "parent": ("in", tables)}
	known |= set(frappe.get_all("DocField", links, ["parent", "options", "fieldname"], as_list=True))
	# What hangs on others goes after them.
	return iter(sorted(known - {("File", *OF_RECORD["File"])}))


def _remove_files(kind: str, names: list[str]) -> None:
	"""The files of some records, and file records elsewhere that were made from their addresses."""
	of_kind, of_name = OF_RECORD["File"]
	for file in frappe.get_all("File", {of_kind: kind, of_name: ("in", names or [""])}, ["name", "file_url"]):
		for other in frappe.get_all("File", {"file_url": file.file_url, "name": ("!=", file.name)}, ["name", "attached_to_doctype", "file_size"]):  # fmt: skip
			if other.attached_to_doctype not in ABOUT_LEARNERS or other.file_size == ADDRESS_ONLY:
				frappe.db.delete("File", {"name": other.name})
		_remove_file(file.name)


def _remove_file(name: str) -> None:
	# Taken off its record first. Frappe comments there on what is removed, and who erases may not.
	frappe.db.set_value("File", name, dict.fromkeys(OF_RECORD["File"]), update_modified=False)
	frappe.delete_doc("File", name, force=True, ignore_permissions=True, delete_permanently=True)


def _remove_rows(kind: str, names: list[str]) -> None:
	for table in frappe.get_meta(kind).get_table_fields():
		frappe.db.delete(table.options, {"parenttype": kind, "parent": ("in", names or [""])})
	frappe.db.delete(kind, {"name": ("in", names or [""])})
	frappe.db.delete("__global_search", {"doctype": kind, "name": ("in", names or [""])})


def _delete_where(table: str, condition: str, values: tuple[Any, ...]) -> None:
	frappe.db.sql(f"delete from `{table}` where {condition}", values)  # noqa: S608 of Frappe's own names; nosemgrep
