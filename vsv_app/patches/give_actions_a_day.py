"""An action of a plan without a day never came back. Those of running plans come back within a school week."""

import frappe

from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.care.deadlines import RUNNING


def execute() -> None:
	day = calendar.load(FrappeStore()).school_weeks_after(school_now().date(), 1)
	plans = frappe.get_all("Support Plan", {"status": ("in", RUNNING)}, pluck="name")
	open_ = {
		"parent": ("in", plans or [""]),
		"to_date": ("is", "not set"),
		"status": ("in", ("Planned", "Under Way")),
	}
	for name in frappe.get_all("Support Plan Action", {**open_, "parenttype": "Support Plan"}, pluck="name"):
		frappe.db.set_value("Support Plan Action", name, "to_date", day, update_modified=False)
