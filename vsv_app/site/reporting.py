"""What the reports share: whose learners a reader sees, and how columns are written."""

from typing import Any

import frappe
from frappe.utils import cint, getdate, nowdate

from vsv_app.engine.access import COORDINATOR, LEADER, OFFICER
from vsv_app.engine.effects import SMALLEST_GROUP
from vsv_app.services import mentors
from vsv_app.stores.frappe_store import FrappeStore

NUMBERS = ("Int", "Float", "Percent", "Duration")
LETTER_PX, MARGIN_PX = 7, 40
"""A heading is read whole, in whichever language it is."""

Column = dict[str, Any]
Report = tuple[list[Column], list[dict[str, Any]]]


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


__all__ = ["COORDINATOR", "LEADER", "OFFICER", "Report", "column", "learners_of_reader", "smallest_group"]
