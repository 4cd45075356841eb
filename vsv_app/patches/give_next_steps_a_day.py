"""A next step without a day never came back. Those that are not done come back within a school week."""

import frappe

from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar


def execute() -> None:
	day = calendar.load(FrappeStore()).school_weeks_after(school_now().date(), 1)
	open_ = {"next_step": ("is", "set"), "next_step_on": ("is", "not set"), "next_step_done": 0}
	for name, step in frappe.get_all("Contact Log", open_, ["name", "next_step"], as_list=True):
		if step.strip():
			frappe.db.set_value("Contact Log", name, "next_step_on", day, update_modified=False)
