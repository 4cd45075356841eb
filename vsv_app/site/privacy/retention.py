"""What is older than the school's periods goes, each night: records of care, with all that hangs on them.

A period of 0 days keeps. Signals and check-ins have ways of their own (`jobs.signal_jobs`, Frappe's Log Settings).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import frappe
from frappe.utils import cint, getdate, nowdate

from vsv_app.engine.access import table
from vsv_app.site.privacy import traces

SETTINGS = "Early Warning Settings"
ROWS_AT_ONCE = 500
Filters = list[list[Any]]


def due(today: date | None = None) -> dict[str, int]:
	"""How many records of each kind would go now: a dry run of `clear`."""
	found: dict[str, int] = {}
	for kind, filters in _old(today or getdate(nowdate())):
		found[kind] = found.get(kind, 0) + len(frappe.get_all(kind, filters, pluck="name"))
	return found


def clear(today: date | None = None, *, commits: bool = False) -> dict[str, int]:
	"""Delete what is past its period; returns how many of each kind went. `commits`: a chunk at a time, for a job."""
	gone: dict[str, int] = {}
	for kind, filters in _old(today or getdate(nowdate())):
		while names := frappe.get_all(kind, filters, pluck="name", limit=ROWS_AT_ONCE):
			delete_all(kind, names)
			gone[kind] = gone.get(kind, 0) + len(names)
			if commits:
				frappe.db.commit()  # a job of its own; a chunk at a time keeps locks short; nosemgrep
	return gone


def delete(kind: str, name: str) -> None:
	"""Delete a record with its rows, files, comments and versions, and leave no copy among the deleted documents."""
	delete_all(kind, [name])


def delete_all(kind: str, names: list[str]) -> None:
	"""As `delete`, of some records of a kind."""
	let_go(kind, names)
	traces.remove(kind, names)
	for name in names:
		# What is written once goes with what it is about, and only here.
		flags = {"past_its_time": True}
		frappe.delete_doc(
			kind, name, force=True, flags=flags, ignore_permissions=True, delete_permanently=True
		)


def let_go(kind: str, names: list[str]) -> None:
	"""Before records go: others about learners lose the link to them, and go along where they cannot be without it."""
	for other in table.ABOUT_LEARNERS:
		for field in frappe.get_meta(other).get("fields", {"fieldtype": "Link", "options": kind}):
			pointing = {field.fieldname: ("in", names)}
			if field.reqd:
				for name in frappe.get_all(other, pointing, pluck="name"):
					delete(other, name)
			else:
				frappe.db.set_value(other, pointing, field.fieldname, None, update_modified=False)


def _old(today: date) -> Iterator[tuple[str, Filters]]:
	"""(kind, filters of what is past its period), of the kinds that have a period."""
	for document in table.DECLARED:
		kept = document.kept
		days = cint(frappe.db.get_single_value(SETTINGS, kept.setting)) if kept and kept.ended else 0
		if kept is None or days <= 0:
			continue
		before = today - timedelta(days=days)
		for ended in kept.ended:
			# To Frappe an empty date is a very early one.
			past = [[ended.on, "<", before], [ended.on, "is", "set"]]
			yield document.kind, [*past, *map(list, ended.where)]
