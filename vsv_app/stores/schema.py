"""Tables as the doctype JSON files describe them: the one schema, read by the store that has no Frappe."""

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from vsv_app.modules import APP, MODULES, folder
from vsv_app.stores.relied_on import RELIED_ON

CUSTOM_FIELDS = APP / "fixtures" / "custom_field.json"

# As frappe.model.no_value_fields, less the child tables, which have a table of their own.
LAYOUT_ONLY = frozenset(
	{"Section Break", "Column Break", "Tab Break", "HTML", "Button", "Image", "Fold", "Heading"}
)
CHILD_TABLES = frozenset({"Table", "Table MultiSelect"})

STANDARD: dict[str, str] = {
	"owner": "Data",
	"creation": "Datetime",
	"modified": "Datetime",
	"modified_by": "Data",
	"docstatus": "Int",
	"idx": "Int",
}
CHILD: dict[str, str] = {"parent": "Data", "parentfield": "Data", "parenttype": "Data"}


@dataclass(frozen=True)
class Table:
	"""One table: field name -> Frappe field type, which fields are unique, which are indexed."""

	doctype: str
	fields: dict[str, str]
	unique: tuple[str, ...] = ()
	indexed: tuple[str, ...] = ()
	secrets: tuple[str, ...] = ()
	defaults: dict[str, str] = field(default_factory=dict)
	single: bool = False


@cache
def tables() -> dict[str, Table]:
	"""Every table of the path, by doctype: ours from their JSON, those of other apps from `relied_on`."""
	found = {name: _table(one) for name, one in described().items()}
	extra = _custom_fields()
	for doctype, fields in RELIED_ON.items():
		child = dict(CHILD) if "parent" in fields else {}
		found[doctype] = Table(doctype, {**STANDARD, **child, **fields, **extra.get(doctype, {})})
	return found


@cache
def child_doctype(doctype: str, field: str) -> str:
	"""The doctype of a child table's rows, as the parent's JSON names it."""
	return str(next(f["options"] for f in described()[doctype]["fields"] if f["fieldname"] == field))


@cache
def described() -> dict[str, dict[str, Any]]:
	"""Our doctypes as their JSON files describe them, by name."""
	paths = sorted(path for module in MODULES for path in folder(module).glob("doctype/*/*.json"))
	files = (json.loads(path.read_text(encoding="utf-8")) for path in paths)
	return {file["name"]: file for file in files if file.get("doctype") == "DocType"}


def _table(doctype: dict[str, Any]) -> Table:
	columns = [f for f in doctype["fields"] if f["fieldtype"] not in LAYOUT_ONLY | CHILD_TABLES]
	stored = [f for f in columns if f["fieldtype"] != "Password"]
	return Table(
		doctype=doctype["name"],
		fields={
			**STANDARD,
			**(CHILD if doctype.get("istable") else {}),
			**{f["fieldname"]: f["fieldtype"] for f in stored},
		},
		unique=tuple(f["fieldname"] for f in stored if f.get("unique")),
		indexed=tuple(f["fieldname"] for f in stored if f.get("search_index")),
		secrets=tuple(f["fieldname"] for f in columns if f["fieldtype"] == "Password"),
		defaults={f["fieldname"]: f["default"] for f in stored if f.get("default")},
		single=bool(doctype.get("issingle")),
	)


def _custom_fields() -> dict[str, dict[str, str]]:
	"""Our custom fields on other apps' doctypes, from the fixture that a site imports."""
	found: dict[str, dict[str, str]] = {}
	for custom in json.loads(CUSTOM_FIELDS.read_text(encoding="utf-8")):
		if custom["fieldtype"] not in LAYOUT_ONLY:
			found.setdefault(custom["dt"], {})[custom["fieldname"]] = custom["fieldtype"]
	return found
