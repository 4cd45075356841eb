"""What the command made: names by doctype, and the values that it changed, kept on the site itself until removal.

It is written in the transaction that makes the records, so what is half made can be removed as well.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import frappe

from vsv_app.stores.queries.sql import STANDARD_COLUMNS
from vsv_app.stores.store import Store

KEPT_UNDER = "vsv_demo_data"


@dataclass(frozen=True)
class Changed:
	"""A value of a record that was there before; a single doctype's `name` is the doctype's own."""

	doctype: str
	name: str
	field: str
	before: Any
	after: Any
	absent: bool = False
	"""A single doctype that had no row for the field, which is not the same as an empty one."""


@dataclass
class Made:
	"""Everything of one run. Use `rows`, `document` and `change` within a transaction of `store`."""

	store: Store
	names: dict[str, list[str]] = field(default_factory=dict)
	changed: list[Changed] = field(default_factory=list)
	counters: dict[str, int] = field(default_factory=lambda: counters())
	"""Where each naming series stood before."""

	def rows(self, doctype: str, rows: Sequence[Mapping[str, Any]], at: Any) -> None:
		"""Insert rows as they are, each with its `name`; a row of a child table goes with its parent."""
		columns = [column for column in rows[0] if column not in STANDARD_COLUMNS]
		values = [
			[
				row["name"],
				"Administrator",
				at,
				at,
				"Administrator",
				row.get("docstatus", 0),
				row.get("idx", 0),
			]
			+ [row[column] for column in columns]
			for row in rows
		]
		self.store.insert_rows(doctype, [*STANDARD_COLUMNS, *columns], values)
		if "parenttype" not in columns:
			self.note(doctype, [row["name"] for row in rows])

	def document(
		self, doctype: str, values: Mapping[str, Any], **children: Sequence[Mapping[str, Any]]
	) -> str:
		name = self.store.add_document(doctype, values, children)
		self.note(doctype, [name])
		return name

	def note(self, doctype: str, names: Sequence[str]) -> None:
		self.names.setdefault(doctype, []).extend(names)
		self.keep()

	def change(self, doctype: str, name: str, field: str, value: Any) -> None:
		"""Set one value of a record that the school has, and remember what it was."""
		single = doctype == name
		stored = frappe.db.get_singles_dict(doctype) if single else {}
		before = stored.get(field) if single else frappe.db.get_value(doctype, name, field)
		absent = single and field not in stored
		self.changed.append(Changed(doctype, name, field, before, value, absent))
		if single:
			self.store.set_single(doctype, {field: value})
		else:
			frappe.db.set_value(doctype, name, field, value, update_modified=False)
		self.keep()

	def keep(self) -> None:
		kept = {
			"names": self.names,
			"changed": [vars(one) for one in self.changed],
			"counters": self.counters,
		}
		text = json.dumps(kept, default=str)
		forget()
		frappe.get_doc(
			doctype="DefaultValue", parent=KEPT_UNDER, parenttype=KEPT_UNDER, parentfield="system_defaults",
			defkey=KEPT_UNDER, defvalue=text,
		).db_insert()  # fmt: skip


def known(store: Store) -> Made | None:
	"""What an earlier run made and nobody removed since."""
	text = frappe.db.get_value("DefaultValue", {"parent": KEPT_UNDER}, "defvalue")
	if not text:
		return None
	kept = json.loads(text)
	return Made(store, kept["names"], [Changed(**one) for one in kept["changed"]], kept.get("counters", {}))


def counters() -> dict[str, int]:
	"""The last number of each naming series, by its prefix."""
	return dict(frappe.db.sql("select name, current from `tabSeries`"))


def forget() -> None:
	frappe.db.delete("DefaultValue", {"parent": KEPT_UNDER})
