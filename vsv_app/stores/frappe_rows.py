"""Documents on a Frappe site, many at a time: the rows that saving each would leave, and what saving tells others.

Where other software must see each document being made (an event hook, an override, a script, a webhook, a workflow,
...), or the school has customised the doctype, they are made one by one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import frappe
from frappe.model.base_document import get_controller
from frappe.model.naming import make_autoname, parse_naming_series
from frappe.utils import now

from vsv_app.engine.access.table import ABOUT_LEARNERS
from vsv_app.stores.queries.sql import VALUE, select, table, update
from vsv_app.stores.store import Document

KNOWN_HOOKS = {True: ("vsv_app.",), False: ("vsv_app.", "frappe.", "erpnext.", "education.")}
"""By whether it is the doctype's own hook. What apps that are always there hook on every doctype acts by records, looked for by themselves."""
REACT_TO_A_DOCTYPE = {
	"Assignment Rule": ("document_type", {"disabled": 0}),
	"Document Naming Rule": ("document_type", {"disabled": 0}),
	"Energy Point Rule": ("reference_doctype", {"enabled": 1}),
	"Milestone Tracker": ("document_type", {"disabled": 0}),
	"Notification": ("document_type", {"enabled": 1}),
	"Service Level Agreement": ("document_type", {"enabled": 1}),
	"Server Script": ("reference_doctype", {"disabled": 0}),
	"Webhook": ("webhook_doctype", {"enabled": 1}),
	"Workflow": ("document_type", {"is_active": 1}),
}
ROWS_A_STATEMENT = 1000
ROWS_OF_A_LIST = 20
"""An open list shows so many; what it does not show, it need not ask for."""

Row = dict[str, Any]


def other_software(doctype: str) -> str | None:
	"""What acts on documents of a doctype: a hook of another app, or a record that reacts to it; None where nothing does."""
	for hook in ("override_doctype_class", "extend_doctype_class"):
		if frappe.get_hooks(hook, {}).get(doctype):
			return hook
	events = frappe.get_doc_hooks()  # by doctype, also where an app names several in one key
	for key in (doctype, "*"):
		for path in _paths(events.get(key, {})):
			if not path.startswith(KNOWN_HOOKS[key == doctype]):
				return str(path)
	for record, (field, switched_on) in REACT_TO_A_DOCTYPE.items():
		if frappe.db.exists("DocType", record) and frappe.db.exists(record, {field: doctype, **switched_on}):
			return record
	return None


def must_go_one_by_one(doctype: str, documents: Sequence[Document]) -> str | None:
	"""Why these documents cannot be written as rows: other software, what the school has customised, or a controller that says nothing of it."""
	if not hasattr(get_controller(doctype), "after_insert_of"):
		return f"{doctype}.after_insert_of"
	return other_software(doctype) or _customised(doctype, documents)


def _customised(doctype: str, documents: Sequence[Document]) -> str | None:
	"""What the school has changed of a doctype so that rows of ours would lack something."""
	autoname = frappe.get_meta(doctype).autoname
	if not (_by_hash(autoname) or _by_series(autoname) or _by_fields(autoname)):
		return f"{doctype}.autoname"
	parts = {doctype: [values for values, _children in documents]}
	for field, kind in _child_doctypes(doctype).items():
		parts[kind] = [row for _values, children in documents for row in children.get(field, ())]
	for kind, rows in parts.items():
		meta = frappe.get_meta(kind)
		if meta.get_global_search_fields():
			return f"{kind} in search"
		given = set.intersection(*map(set, rows)) if rows else None
		for field in meta.fields:
			filled_in = field.fetch_from or (field.reqd and not field.default)
			if given is not None and filled_in and field.fieldname not in given:
				return f"{kind}.{field.fieldname}"
	return None


def rows_of(doctype: str, documents: Sequence[Document]) -> Iterator[tuple[str, list[Row]]]:
	"""(doctype, rows) as saving the documents would leave them: themselves first, then those of each child table."""
	stamps = stamped()
	stored = {**standard(doctype), **stamps}
	own = [{**stored, **_without(values, stamps)} for values, _children in documents]
	for row, name in zip(own, _names(doctype, own), strict=True):
		row["name"] = name
	yield doctype, own
	for field, kind in _child_doctypes(doctype).items():
		empty = {**standard(kind), **stamps, "parentfield": field, "parenttype": doctype}
		yield (
			kind,
			[
				# Random names of one moment clash among thousands; these cannot.
				{**empty, **_without(values, stamps), "parent": row["name"], "idx": idx, "name": f"{row['name']}-{idx}"}
				for row, (_values, children) in zip(own, documents, strict=True)
				for idx, values in enumerate(children.get(field, ()), start=1)
			],
		)  # fmt: skip


def stamped() -> Row:
	stamp, user = now(), frappe.session.user
	return {"owner": user, "creation": stamp, "modified": stamp, "modified_by": user}


def standard(doctype: str) -> Row:
	"""Every stored field with what a new document has in it, other apps' custom fields included."""
	new = frappe.new_doc(doctype, as_dict=True)
	fields = frappe.get_meta(doctype).fields
	stored = (f.fieldname for f in fields if f.fieldtype not in frappe.model.no_value_fields)
	return {"docstatus": 0, "idx": 0, **{field: new.get(field) for field in stored}}


def values_of(doctype: str, rows: Sequence[Row]) -> tuple[list[str], list[list[Any]]]:
	"""(columns, values by row); Frappe's number columns hold no NULL."""
	columns = list(rows[0])
	fields = frappe.get_meta(doctype).fields
	numbers = {f.fieldname for f in fields if f.fieldtype in frappe.model.numeric_fieldtypes}
	empty = {column: 0 if column in numbers else None for column in columns}
	return columns, [[empty[c] if row[c] is None else row[c] for c in columns] for row in rows]


def inserts(
	doctype: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> Iterator[tuple[str, Sequence[Sequence[Any]]]]:
	"""Statements that insert many rows each, with the rows whose values are to be bound."""
	names = ", ".join(f"`{column}`" for column in columns)
	one = f"({', '.join(['%s'] * len(columns))})"
	for start in range(0, len(rows), ROWS_A_STATEMENT):
		some = rows[start : start + ROWS_A_STATEMENT]
		marks = ", ".join([one] * len(some))
		yield f"INSERT INTO `tab{doctype}` ({names}) VALUES {marks}", some  # noqa: S608 names from our own schema


def names_of_series(series: Sequence[tuple[str, Row]]) -> list[str]:
	"""Names by naming series, one for each (series, row), taken as one block: the counter ends where saving each would have left it."""
	counted: dict[str, int] = {}

	def count(prefix: str, digits: int) -> str:
		counted[prefix] = counted.get(prefix, 0) + 1
		return "0" * digits

	_parse(series, count)
	following = {prefix: _take_numbers(prefix, many) for prefix, many in sorted(counted.items())}

	def number(prefix: str, digits: int) -> str:
		following[prefix] += 1
		return f"{following[prefix] - 1:0{digits}}"

	return _parse(series, number)


def refresh_open_lists(doctype: str, names: Sequence[str]) -> None:
	"""Tell lists that are open of the newest documents, as saving them does of each; of documents about learners nothing is told."""
	if doctype in ABOUT_LEARNERS:
		return
	for name in names[-ROWS_OF_A_LIST:]:
		said = {"doctype": doctype, "name": name, "user": frappe.session.user}
		frappe.publish_realtime("list_update", said, after_commit=True)


def _names(doctype: str, rows: Sequence[Row]) -> list[str]:
	autoname = frappe.get_meta(doctype).autoname
	if _by_series(autoname):
		return names_of_series([(autoname, row) for row in rows])
	if _by_fields(autoname):
		return [autoname.removeprefix("format:").format_map(row) for row in rows]
	names: dict[str, None] = {}
	while len(names) < len(rows):
		names[make_autoname("hash", doctype)] = None
	return list(names)


def _by_hash(autoname: str | None) -> bool:
	return (autoname or "hash") == "hash"


def _by_series(autoname: str | None) -> bool:
	return bool(autoname) and ".#" in str(autoname) and ":" not in str(autoname)


def _by_fields(autoname: str | None) -> bool:
	"""Whether names are made of the document's own fields, and of no counter or date."""
	text = autoname or ""
	return text.startswith("format:") and all(field.islower() for field in re.findall(r"{(.*?)}", text))


def _parse(series: Sequence[tuple[str, Row]], number: Callable[[str, int], str]) -> list[str]:
	return [parse_naming_series(one, doc=row, number_generator=number) for one, row in series]


def _take_numbers(prefix: str, many: int) -> int:
	"""Take `many` numbers of a series; returns the first. The row stays locked until the transaction ends."""
	series = table("Series")
	query = select(series, series.current).where(series.name == VALUE).for_update()
	current = frappe.db.sql(query.get_sql(), (prefix,))  # PyPika with bound values; nosemgrep
	if current:
		first = (current[0][0] or 0) + 1
		raised = update(series, "current").where(series.name == VALUE)
		frappe.db.sql(raised.get_sql(), (first + many - 1, prefix))  # as above; nosemgrep
		return first
	frappe.db.sql("INSERT INTO `tabSeries` (`name`, `current`) VALUES (%s, %s)", (prefix, many))  # nosemgrep
	return 1


def _child_doctypes(doctype: str) -> dict[str, str]:
	return {field.fieldname: field.options for field in frappe.get_meta(doctype).get_table_fields()}


def _without(values: Mapping[str, Any], stamps: Mapping[str, Any]) -> Row:
	"""Who wrote a document and when is Frappe's to say, whatever came along."""
	return {field: value for field, value in values.items() if field not in stamps}


def _paths(events: Mapping[str, Iterable[str] | str]) -> list[str]:
	return [path for paths in events.values() for path in ([paths] if isinstance(paths, str) else paths)]
