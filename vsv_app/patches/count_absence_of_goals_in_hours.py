"""Goals about absence had their values in minutes. What was agreed stays agreed: it is the same goal in another unit."""

import frappe

from vsv_app.engine.care.goals import IN_HOURS, as_given, unit_of

VALUES = ("baseline", "target", "value")


def execute() -> None:
	about_absence = {"indicator": ("in", IN_HOURS), "parenttype": "Support Plan"}
	for name in frappe.get_all("Support Plan Goal", about_absence, pluck="parent", distinct=True):
		plan = frappe.get_doc("Support Plan", name)
		before = plan.facts().fingerprint
		for goal in plan.goals:
			if goal.indicator in IN_HOURS:
				for field in VALUES:
					goal.set(field, as_given(goal.indicator, goal.get(field) or 0))
				goal.unit = unit_of(goal.indicator)
				values = {field: goal.get(field) for field in (*VALUES, "unit")}
				frappe.db.set_value(goal.doctype, goal.name, values, update_modified=False)
		agreed = {"parenttype": plan.doctype, "parent": name, "version": plan.version, "fingerprint": before}
		frappe.db.set_value(
			"Support Plan Agreement", agreed, "fingerprint", plan.facts().fingerprint, update_modified=False
		)
