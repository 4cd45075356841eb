"""Reports that wait for a person were made before reports had kinds: they get that of their rule, as its pack has it."""

import frappe

from vsv_app.services.signals import rule_packs


def execute() -> None:
	kinds = {
		rule["rule_code"]: rule["report_kind"]
		for pack in rule_packs.available()
		for rule in pack["rules"]
		if rule.get("report_kind")
	}
	for rule, kind in kinds.items():
		waiting = {"rule": rule, "status": "To Check", "kind": ("is", "not set")}
		for name in frappe.get_all("Statutory Report", waiting, pluck="name"):
			frappe.db.set_value("Statutory Report", name, "kind", kind, update_modified=False)
