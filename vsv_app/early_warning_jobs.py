"""What runs by the clock on a site. The listener does the same while messages come; both may, without harm."""

from datetime import timedelta

import frappe
from frappe.utils import getdate, nowdate

CLOSED = ("Dismissed", "Resolved")
ROWS_AT_ONCE = 5000


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
