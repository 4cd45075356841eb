"""What interventions came to over closed plans. They occur together with the outcome; that is no proof of cause."""

from typing import Any

import frappe
from frappe import _

from vsv_app.engine.care.intervention_effects import ClosedPlan, effects
from vsv_app.engine.care.plans import CLOSED, NOT_AGREED
from vsv_app.site.desk.report_columns import column, in_plain_text, smallest_group


@in_plain_text
def execute(filters: dict[str, Any] | None = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]], str]:
	filters = frappe._dict(filters or {})
	smallest = smallest_group()
	message = _("Of goals in closed plans, how many were met. Figures about fewer than {0} learners are left out. A learner gets more than one kind of help at a time: this shows what occurs together, not what causes what.").format(smallest)  # fmt: skip
	found = effects(closed_plans(filters.closed_from, filters.closed_to), smallest)
	rows = [
		{
			"intervention": name,
			"plans": effect.plans,
			"goals": effect.goals,
			"met": effect.met,
			"share": effect.share,
			"note": None if effect.goals is not None else _("Too few learners"),
		}
		for name, effect in found.items()
	]
	return _columns(), rows, message


def closed_plans(since: Any = None, until: Any = None) -> list[ClosedPlan]:
	"""The plans that were carried out and closed in a period."""
	filters = [["status", "=", CLOSED], ["outcome", "!=", NOT_AGREED]]
	filters += [["closed_on", ">=", since]] if since else []
	filters += [["closed_on", "<", frappe.utils.add_days(until, 1)]] if until else []
	plans = dict(frappe.get_all("Support Plan", filters, ["name", "student"], as_list=True))
	of_plan: dict[str, set[str]] = {name: set() for name in plans}
	goals: dict[str, list[str]] = {name: [] for name in plans}
	within = {"parenttype": "Support Plan", "parent": ("in", list(plans) or [""])}
	tried = {**within, "status": ("in", ("Under Way", "Done"))}
	for parent, kind in frappe.get_all(
		"Support Plan Action", tried, ["parent", "intervention_type"], as_list=True
	):
		if kind:
			of_plan[parent].add(kind)
	for parent, status in frappe.get_all("Support Plan Goal", within, ["parent", "status"], as_list=True):
		goals[parent].append(status)
	return [
		ClosedPlan(student, frozenset(of_plan[name]), tuple(goals[name])) for name, student in plans.items()
	]


def _columns() -> list[dict[str, Any]]:
	return [
		column("intervention", _("Intervention Type"), "Link", "Intervention Type", 240),
		column("plans", _("Closed Plans"), "Int", width=110),
		column("goals", _("Goals"), "Int", width=90),
		column("met", _("Goals Met"), "Int", width=100),
		column("share", _("Share Met"), "Percent", width=110),
		column("note", _("Note"), width=160),
	]
