"""What is ours: the kinds of documents that the gate looks for, and the reports, charts, boards and formats about them.

Some of these name no kind: a report is run by its own name.
"""

from typing import Any

import frappe
from frappe.model.document import Document

from vsv_app.engine.access.gate import portal
from vsv_app.engine.access.gate.declaration import STANDS_FOR_A_KIND
from vsv_app.engine.access.gate.naming import Names, of_kinds
from vsv_app.modules import MODULES, folder
from vsv_app.site.access.record_references import OF_RECORD

KINDS = frozenset(
	path.name.replace("_", " ").title()
	for module in MODULES
	for path in (folder(module) / "doctype").glob("*")
	if (path / f"{path.name}.json").exists()
)
"""All doctypes of this app."""
CARRIERS = frozenset(OF_RECORD)
"""What Frappe keeps about records."""
BY_NAME = of_kinds({*KINDS, *CARRIERS})
OF_EDUCATION = of_kinds(portal.OF_EDUCATION)

KEPT = "vsv_gate_names"


def names() -> Names:
	"""All names by which a request may mean one of our kinds. Kept for as long as nothing of it changes."""
	at_hand = getattr(frappe.local, "vsv_gate_names", None)
	if at_hand is None:
		meanings = frappe.cache.get_value(KEPT, _meanings)
		at_hand = frappe.local.vsv_gate_names = _compiled(meanings)
	return at_hand


def forget(doc: Document | None = None, _event: str | None = None, *_more: Any) -> None:
	"""After one of the documents that stand for our kinds has changed."""
	frappe.cache.delete_value(KEPT)
	frappe.local.vsv_gate_names = None
	frappe.db.after_commit.add(lambda: frappe.cache.delete_value(KEPT))


_LAST: list[tuple[dict[str, frozenset[str]], Names]] = []


def _compiled(meanings: dict[str, frozenset[str]]) -> Names:
	"""Compiled once for as long as it stays the same."""
	if not _LAST or _LAST[0][0] != meanings:
		_LAST[:] = [(meanings, Names(meanings))]
	return _LAST[0][1]


def _meanings() -> dict[str, frozenset[str]]:
	found: dict[str, frozenset[str]] = {kind: frozenset({kind}) for kind in (*KINDS, *CARRIERS)}
	known = BY_NAME
	for doctype, fields in STANDS_FOR_A_KIND.items():
		has_standard = frappe.get_meta(doctype).has_field("is_standard")
		for row in frappe.get_all(
			doctype, fields=["name", *fields, *(["is_standard"] if has_standard else [])]
		):
			said = "\n".join(str(row[field] or "") for field in fields)
			kinds = known.named(said)
			# What an app brings along reads what Frappe keeps about its own records, not about ours.
			kinds -= CARRIERS if row.get("is_standard") in ("Yes", 1) else set()
			if kinds and row.name not in found:
				found[row.name] = kinds
		known = Names(found)
	return found
