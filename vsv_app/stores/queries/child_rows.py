"""Rows of child tables, many at a time: of documents that were checked already, and that are not saved for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from vsv_app.stores.queries.sql import STANDARD_COLUMNS
from vsv_app.stores.store import Store


class ChildTable(NamedTuple):
	"""Which rows: their doctype, the field and the doctype that they belong to, and what each holds, in order."""

	doctype: str
	field: str
	of: str
	holds: tuple[str, ...]


def add(
	store: Store,
	table: ChildTable,
	rows: Mapping[str, Sequence[Sequence[Any]]],
	now: datetime,
	*,
	first: int = 1,
) -> None:
	"""Add rows by the document that they belong to, numbered on from `first`."""
	columns = (*STANDARD_COLUMNS, "parent", "parentfield", "parenttype", *table.holds)
	user = store.acting_user
	made = [
		(f"{parent}-{idx}", user, now, now, user, 0, idx, parent, table.field, table.of, *row)
		for parent, some in rows.items()
		for idx, row in enumerate(some, start=first)
	]
	if made:
		store.insert_rows(table.doctype, columns, made)
