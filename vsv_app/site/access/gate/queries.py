"""Queries: what a list may ask about our kinds. Columns by name, conditions in Frappe's own form, and no other table than its own rows.

Frappe takes pieces of SQL in many of these places, and follows a link to a record without asking whether it may be read.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import frappe

from vsv_app.engine.access.table import ABOUT_LEARNERS
from vsv_app.site.access.gate.ours import BY_NAME, CARRIERS

NAME = r"[A-Za-z_][A-Za-z0-9_]*"
COLUMN = rf"(?:`?tab(?P<table>[^`.()]+)`?\.|(?P<link>{NAME})\.)?(?:`(?P<quoted>{NAME})`|(?P<bare>{NAME})|\*)"
ALIAS = rf"(?:\s+as\s+(?:{NAME}|[`'][\w :]+[`']))?"
PLAIN = re.compile(rf"{COLUMN}{ALIAS}", re.IGNORECASE)
COUNTED = re.compile(
	rf"(?:count|sum|avg|min|max)\(\s*(?:distinct\s+)?(?:{COLUMN}|1)\s*\){ALIAS}", re.IGNORECASE
)
ORDER = re.compile(rf"{COLUMN}(?:\s+(?:asc|desc))?", re.IGNORECASE)
FIELD = re.compile(NAME)
LISTS = ("fields", "stats", "filter_fields", "fieldname", "fields_to_fetch")
FILTERS = ("filters", "or_filters", "current_filters", "export_filters")
TABLES = ("aggregate_on_doctype",)
ORDERS = ("order_by", "group_by", "field", "searchfield", "sort_field", "aggregate_on_field")
FULL_FILTER = (4, 5)
EACH_LOOKED_AT = frozenset({*ABOUT_LEARNERS, *CARRIERS})
"""Kinds of which each record is looked at before it is shown, which no link to it does. The rows of a table are those of the record."""


def is_plain(kind: str, args: Mapping[str, Any]) -> bool:
	"""Whether a query is about its kind and the rows of that alone, and has no piece of SQL in it."""
	try:
		return all(_pieces(kind, args))
	except (ValueError, TypeError, frappe.DoesNotExistError):
		return False


def _pieces(kind: str, args: Mapping[str, Any]) -> Iterator[bool]:
	for name in LISTS:
		for field in _listed(args.get(name)):
			found = PLAIN.fullmatch(field.strip()) or COUNTED.fullmatch(field.strip())
			yield bool(found) and _is_own(kind, found)
	for name in FILTERS:
		yield from (_is_filter(kind, one) for one in _filters(args.get(name)))
	for name in TABLES:
		yield not args.get(name) or _is_table(kind, args[name])
	for name in ORDERS:
		for part in str(args.get(name) or "").split(","):
			found = ORDER.fullmatch(part.strip())
			yield not part.strip() or (bool(found) and _is_own(kind, found))


def _is_own(kind: str, found: re.Match[str] | None) -> bool:
	"""Whether a column is of the kind itself or of its rows; a link to a record that is not for everybody is not followed."""
	if found is None:
		return False
	if table := found["table"]:
		return _is_table(kind, table)
	if link := found["link"]:
		field = frappe.get_meta(kind).get_field(link)
		return field is None or field.options not in EACH_LOOKED_AT
	return True


def _is_table(kind: str, other: str) -> bool:
	return other not in BY_NAME or other == kind or other in _rows(kind)


def _rows(kind: str) -> set[str]:
	return {field.options for field in frappe.get_meta(kind).get_table_fields()}


def _listed(said: Any) -> Iterable[str]:
	if isinstance(said, str):
		said = json.loads(said) if said.lstrip().startswith(("[", '"')) else said.split(",")
	if isinstance(said, str):
		said = [said]
	if not all(isinstance(one, str) for one in said or ()):
		raise TypeError
	return [one for one in said or () if one.strip()]


def _filters(said: Any) -> Iterator[Any]:
	if isinstance(said, str):
		# Anything else is the name of a record, which the one method that takes it looks up by a list.
		said = json.loads(said) if said.lstrip().startswith(("[", "{")) else []
	if isinstance(said, Mapping):
		yield from ([name, "=", value] for name, value in said.items())
	elif isinstance(said, list | tuple):
		yield from said
	elif said:
		raise TypeError


def _is_filter(kind: str, said: Any) -> bool:
	if isinstance(said, Mapping):
		return all(_is_filter(kind, [name, "=", value]) for name, value in said.items())
	if not isinstance(said, list | tuple):
		return False
	if len(said) in FULL_FILTER:
		table, *said = said
		if not isinstance(table, str) or not _is_table(kind, table):
			return False
	if len(said) < 3:
		return False
	return isinstance(said[0], str) and bool(FIELD.fullmatch(said[0])) and _is_value(said[2])


def _is_value(said: Any) -> bool:
	if isinstance(said, list | tuple):
		return all(not isinstance(one, Mapping) for one in said)
	return not isinstance(said, Mapping)
