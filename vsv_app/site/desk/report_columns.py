"""What the reports share: whose learners a reader sees, and how columns and cells are written."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import frappe
from frappe.utils import cint, getdate, nowdate

from vsv_app.engine.access.roles import COORDINATOR, LEADER, OFFICER
from vsv_app.engine.html_escaping import escape_tags
from vsv_app.engine.small_groups import SMALLEST_GROUP
from vsv_app.services import mentors
from vsv_app.stores.frappe_store import FrappeStore

NUMBERS = ("Int", "Float", "Percent", "Duration")
LETTER_PX, MARGIN_PX = 7, 40
"""A heading is read whole, in whichever language it is."""

Column = dict[str, Any]
Report = tuple[list[Column], list[dict[str, Any]]] | tuple[list[Column], list[dict[str, Any]], str | None]
"""Columns, rows and, where there is one, a message above them."""


def learners_of_reader(*whole_school: str) -> set[str] | None:
	"""The learners whom the reader has a task with today; None for holders of a role that sees all of them here."""
	user = frappe.session.user
	if user == "Administrator" or not {COORDINATOR, *whole_school}.isdisjoint(frappe.get_roles(user)):
		return None
	return set(mentors.learners_of(FrappeStore(), user, getdate(nowdate())))


def smallest_group() -> int:
	"""Below so many learners no figure is shown."""
	return cint(frappe.db.get_single_value("Early Warning Settings", "smallest_group")) or SMALLEST_GROUP


def column(
	fieldname: str, label: str, fieldtype: str = "Data", options: str | None = None, width: int = 130
) -> Column:
	"""One column of a report; `label` is translated already.

	A Link column is for readers who may all read what it links to: Frappe refuses the whole report to others.
	"""
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"options": options,
		"width": max(width, LETTER_PX * len(label) + MARGIN_PX),
		# Where the first row says nothing, the table takes text for a number and sets it right.
		"align": "right" if fieldtype in NUMBERS else "left",
		"precision": 1 if fieldtype in ("Percent", "Float") else None,
	}


def in_plain_text(execute: Callable[..., Any]) -> Callable[..., Any]:
	"""A report whose cells hold names and notes of people as text: Desk shows a Data cell as HTML."""

	@wraps(execute)
	def executed(filters: dict[str, Any] | None = None) -> Any:
		columns, rows, *message = execute(filters)
		texts = [column["fieldname"] for column in columns if column["fieldtype"] == "Data"]
		for row in rows:
			row.update({name: escape_tags(row[name]) for name in texts if isinstance(row[name], str)})
		return columns, rows, *message

	return executed


__all__ = [
	"COORDINATOR",
	"LEADER",
	"OFFICER",
	"Report",
	"column",
	"in_plain_text",
	"learners_of_reader",
	"smallest_group",
]
