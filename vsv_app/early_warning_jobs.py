"""What runs by the clock on a site: the close of the day, the nightly look at everybody, and retention.

Each may run at any time and twice over: it does what is still to be done.
"""

from datetime import datetime, timedelta

import frappe
from frappe.utils import getdate, nowdate

from vsv_app.services import daily, school
from vsv_app.services.school import School
from vsv_app.stores.frappe_store import FrappeStore

CLOSED = ("Dismissed", "Resolved")
ROWS_AT_ONCE = 5000


def close_due_days() -> None:
	"""Write the attendance of days whose hour has come, and look at what it means."""
	store, here = FrappeStore(commits=True), _school()
	if here is not None and daily.close_due_days(store, here, _now(here)):
		daily.nightly(store, here, _now(here))


def look_at_everybody() -> None:
	"""Evaluate every rule for everybody, and escalate what nobody has answered."""
	here = _school()
	if here is not None:
		daily.nightly(FrappeStore(commits=True), here, _now(here))


def forget_what_is_old() -> None:
	"""Delete closed signals and their alerts past the school's retention period; 0 keeps them."""
	days = frappe.db.get_single_value("Early Warning Settings", "signal_days")
	if not days:
		return
	before = getdate(nowdate()) - timedelta(days=days)
	while True:
		old = frappe.get_all(
			"Early Warning Signal",
			filters={"status": ("in", CLOSED), "closed_on": ("<", before)},
			pluck="name",
			limit=ROWS_AT_ONCE,
		)
		if not old:
			return
		frappe.db.delete("Early Warning Alert", {"signal": ("in", old)})
		frappe.db.delete("Early Warning Evidence", {"parent": ("in", old)})
		frappe.db.delete("Early Warning Signal", {"name": ("in", old)})
		frappe.db.commit()  # nosemgrep: a job of its own; a chunk at a time keeps locks short


def _school() -> School | None:
	"""The school as it is set, None where early warning is switched off."""
	here = school.load(FrappeStore())
	return here if here.enabled else None


def _now(here: School) -> datetime:
	return datetime.now(here.zone).replace(tzinfo=None)
