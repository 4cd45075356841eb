"""What forms of care show beside their fields: how a plan's goals have moved, and what an intervention came to."""

from collections import Counter
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from vsv_app.engine.care import goals
from vsv_app.engine.care.intervention_effects import effects
from vsv_app.engine.care.plans import CLOSED
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.services.care import goal_progress
from vsv_app.site.desk.report_columns import smallest_group
from vsv_app.site.documents.refusals import said
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.vsv_app.report.effect_of_interventions.effect_of_interventions import closed_plans


@frappe.whitelist(methods=["GET"])
def plan_progress(plan: str) -> list[dict[str, Any]]:
	"""Each goal of a plan: from which value to which, and its indicator week by week before the plan and since."""
	document = frappe.get_doc("Support Plan", plan)
	document.check_permission("read")
	starts = getdate(document.starts_on or document.creation)
	until = min(getdate(document.closed_on or nowdate()), getdate(nowdate()))
	return [
		_goal(goal, document.student, min(starts, until), until, reviewed=bool(document.reviews))
		for goal in document.goals
	]


@frappe.whitelist(methods=["GET"])
def goal_begins(indicator: str, student: str, plan: str | None = None) -> dict[str, Any]:
	"""How a goal about an indicator begins: how it is measured, in which unit, and where the learner stands today.

	For who may write the plan, or one for this learner where there is none yet.
	"""
	if plan:
		document = frappe.get_doc("Support Plan", plan)
		document.check_permission("write")
	else:
		document = frappe.get_doc({"doctype": "Support Plan", "student": student})
		document.check_permission("create")
	if indicator not in goals.FOLLOWED:
		frappe.throw(_("A goal cannot be about this."), title=_("Choose Another Indicator"))
	return {
		"measure": said(goals.measure_of(indicator)),
		"unit": goals.unit_of(indicator),
		"baseline": goal_progress.now(FrappeStore(), document.student, indicator, getdate(nowdate())),
	}


@frappe.whitelist(methods=["GET", "POST"])  # Frappe's charts ask by POST
def plans_by_status() -> dict[str, Any]:
	"""The reader's plans in hand, by where they are in their life, as a chart; no labels where there are none.

	Not kept in the cache of Frappe's own charts, which has the same figures for every reader.
	"""
	in_hand = Counter(
		frappe.get_list("Support Plan", {"status": ("!=", CLOSED)}, pluck="status", limit_page_length=0)
	)
	states = frappe.get_meta("Support Plan").get_options("status").split("\n")
	shown = [state for state in states if state != CLOSED] if in_hand else []
	return {
		"labels": [_(state) for state in shown],
		"datasets": [{"name": _("Plans"), "values": [in_hand[state] for state in shown]}],
	}


@frappe.whitelist(methods=["GET"])
def intervention_effect(intervention: str) -> dict[str, Any]:
	"""What an intervention came to over closed plans; no figure where there are too few learners."""
	frappe.get_doc("Intervention Type", intervention).check_permission("read")
	smallest = smallest_group()
	found = effects(closed_plans(), smallest).get(intervention)
	return {
		"plans": found.plans if found else 0,
		"goals": found.goals if found else None,
		"met": found.met if found else None,
		"share": found.share if found else None,
		"smallest": smallest,
	}


def _goal(goal: Any, student: str, starts: Any, until: Any, *, reviewed: bool) -> dict[str, Any]:
	"""`in_words` has the values as a person says them; `reviewed`: somebody has looked at where the goal stands."""
	shown: dict[str, Any] = {
		"what": goal.what,
		"measure": goal.measure,
		"baseline": goal.baseline,
		"target": goal.target,
		"value": goal.value,
		"status": goal.status,
		"starts": str(starts),
		"unit": None,
		"before": [],
		"since": [],
	}
	if goal.indicator in goals.FOLLOWED:
		window = goals.window_from(goal.window_kind, goal.window_length, INDICATORS[goal.indicator])
		moved = goal_progress.of_indicator(FrappeStore(), student, goal.indicator, starts, until, window)
		shown["unit"] = moved.unit
		for part in ("before", "since"):
			shown[part] = [{"on": str(point.on), "value": point.value} for point in getattr(moved, part)]
	values = {
		"baseline": goal.baseline,
		"target": goal.target,
		"before": shown["before"][0]["value"] if shown["before"] else None,
		"now": shown["since"][-1]["value"] if shown["since"] else goal.value if reviewed else None,
	}
	code, lang = goal.indicator or "", frappe.local.lang or "en"
	shown["in_words"] = {
		key: None if value is None else goals.in_words(code, value, lang) for key, value in values.items()
	}
	return shown
