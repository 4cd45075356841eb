"""Tests whose records the site's own REST API must see: they are committed, and go by hand once the tests are over."""

from typing import ClassVar

import frappe
from frappe.tests.utils import FrappeTestCase

from vsv_app.engine.access.table import DOCUMENTS, SET_UP

SETTINGS = "Early Warning Settings"
ALSO_MADE = (
	*(kind for kind in SET_UP if kind != SETTINGS),
	"Student Attendance",
	"Student Leave Application",
	"Email Account",
	"Email Queue",
	"Email Unsubscribe",
	"Notification Log",
	"Error Log",
	"File",
	"Report",
	"Personal Data Download Request",
	"Personal Data Deletion Request",
	"Guardian",
	"User",
	"Student",
	"Student Group",
)
SWITCHED = ("Early Warning Rule", "Attendance Gateway", "Bell Schedule")
"""What tests switch off while they need a site with nothing else in it."""


class CommittedTestCase(FrappeTestCase):
	"""What was not there before the class is deleted after it, and settings and switches are as they were."""

	before: ClassVar[dict[str, set[str]]]
	in_use: ClassVar[dict[str, list[str]]]

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.before = {name: set(frappe.get_all(name, pluck="name")) for name in (*DOCUMENTS, *ALSO_MADE)}
		cls.settings = frappe.db.get_singles_dict(SETTINGS)
		cls.in_use = {name: frappe.get_all(name, {"enabled": 1}, pluck="name") for name in SWITCHED}

	@classmethod
	def tearDownClass(cls) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()
		for doctype, known in cls.before.items():
			fresh = sorted(set(frappe.get_all(doctype, pluck="name")) - known) or [""]
			for table in frappe.get_meta(doctype).get_table_fields():
				frappe.db.delete(table.options, {"parenttype": doctype, "parent": ("in", fresh)})
			frappe.db.delete(doctype, {"name": ("in", fresh)})
		for doctype, names in cls.in_use.items():
			frappe.db.set_value(doctype, {"name": ("in", names or [""])}, "enabled", 1, update_modified=False)
		for field, value in cls.settings.items():
			frappe.db.set_single_value(SETTINGS, field, value, update_modified=False)
		frappe.db.commit()
		super().tearDownClass()
