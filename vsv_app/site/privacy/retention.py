"""What is older than the school's periods goes, each night: records of care, with all that hangs on them.

A period of 0 days keeps. Signals and check-ins have ways of their own (`early_warning_jobs`, Frappe's Log Settings).
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import frappe
from frappe.utils import cint, getdate, nowdate

SETTINGS = "Early Warning Settings"
ROWS_AT_ONCE = 500
Filters = list[list[Any]]
POINTING_AT_PLANS = ("Contact Log", "Concern", "Referral", "Family Message", "Signal Step")


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
			for name in names:
				delete(kind, name)
			gone[kind] = gone.get(kind, 0) + len(names)
			if commits:
				frappe.db.commit()  # a job of its own; a chunk at a time keeps locks short; nosemgrep
	return gone


def delete(kind: str, name: str) -> None:
	"""Delete a record with its rows, files, comments and versions, and leave no copy among the deleted documents."""
	if kind == "Support Plan":
		for pointing in POINTING_AT_PLANS:
			frappe.db.set_value(pointing, {"plan": name}, "plan", None, update_modified=False)
	frappe.delete_doc(kind, name, force=True, ignore_permissions=True, delete_permanently=True)


def _old(today: date) -> Iterator[tuple[str, Filters]]:
	"""(kind, filters of what is past its period), of the kinds that have a period."""
	for setting, kinds in PERIODS.items():
		days = cint(frappe.db.get_single_value(SETTINGS, setting))
		if days > 0:
			before = today - timedelta(days=days)
			for kind, filters in kinds.items():
				for one in filters(before):
					yield kind, one


def _past(field: str, *more: list[Any]) -> Callable[[date], list[Filters]]:
	"""Filters of what carries a day before the given one; to Frappe an empty date is a very early one."""
	return lambda before: [[[field, "<", before], [field, "is", "set"], *more]]


def _ended_consents(before: date) -> list[Filters]:
	return [
		*_past("withdrawn_on")(before),
		*_past("until", ["withdrawn_on", "is", "not set"])(before),
	]


PERIODS: dict[str, dict[str, Callable[[date], list[Filters]]]] = {
	"plan_days": {
		"Referral": _past("closed_on", ["status", "in", ["Closed", "Declined", "Withdrawn"]]),
		"Support Plan": _past("closed_on", ["status", "=", "Closed"]),
		"Consent Record": _ended_consents,
		"Learner Circumstance": _past("to_date"),
		"Mentor Assignment": _past("to_date"),
	},
	"report_days": {"Statutory Report": _past("modified", ["status", "in", ["Reported", "Not Needed"]])},
	"concern_days": {"Concern": _past("closed_on", ["status", "=", "Closed"])},
	"contact_days": {
		"Contact Log": _past("contact_on"),
		"Family Message": _past("answered_on", ["status", "=", "Answered"]),
		"Care Reminder": _past("sent_on"),
		"Guardian Text": _past("creation"),
	},
	"read_log_days": {"Restricted Read": _past("read_on")},
}
"""By setting: what it is about, and what of it is past the period that ends on a day."""
