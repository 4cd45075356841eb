"""Icons and sidebars of Frappe 16 that it made by itself before the app brought its own: they are newer, and would stay."""

import frappe

KINDS = ("Workspace Sidebar", "Desktop Icon")
OURS = ("Early Warning", "Whole School")


def execute() -> None:
	"""Before the files are read. What is left out of them on Frappe 15, which has no such sidebars, comes with the update to 16."""
	if not frappe.db.exists("DocType", "Workspace Sidebar"):
		return
	own = {"name": ("in", OURS), "standard": 0}
	for doctype in KINDS:
		for table in frappe.get_meta(doctype).get_table_fields():
			parents = frappe.get_all(doctype, own, pluck="name")
			frappe.db.delete(table.options, {"parenttype": doctype, "parent": ("in", parents or [""])})
		frappe.db.delete(doctype, own)
