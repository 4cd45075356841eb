"""Goals that began from a signal were charted over four school weeks, whatever the rule counted: they get the rule's window."""

import frappe
from frappe import _

from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.signals import rules


def execute() -> None:
	goal, of_plan, signal = (
		frappe.qb.DocType(kind)
		for kind in ("Support Plan Goal", "Support Plan Signal", "Early Warning Signal")
	)
	rows = (
		frappe.qb.from_(goal)
		.join(of_plan)
		.on(of_plan.parent == goal.parent)
		.join(signal)
		.on((signal.name == of_plan.signal) & (signal.indicator == goal.indicator))
		.select(goal.name, goal.measure, signal.rule, signal.rule_title, signal.indicator)
		.where(goal.window_kind.isnull() | (goal.window_kind == ""))
		.run()
	)
	windows = rules.windows(FrappeStore(), sorted({row[2] for row in rows})) if rows else {}
	for name, measure, rule, title, indicator in rows:
		named = {title, *(_(title or "", lang) for lang in ("en", "nl"))}
		if (rule, indicator) in windows and any(one and one in (measure or "") for one in named):
			kind, length = windows[rule, indicator]
			frappe.db.set_value(
				"Support Plan Goal",
				name,
				{"window_kind": kind, "window_length": length},
				update_modified=False,
			)
