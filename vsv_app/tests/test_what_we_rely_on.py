"""What the app names of other apps, and of itself in text, is really there."""

import importlib
from pathlib import Path

import frappe
from frappe.model.base_document import get_controller
from frappe.tests.utils import FrappeTestCase

from vsv_app import hooks
from vsv_app.install import INDEXES
from vsv_app.stores.relied_on import RELIED_ON

APP = Path(hooks.__file__).parent


class TestWhatWeRelyOn(FrappeTestCase):
	def test_every_field_of_other_apps_exists_with_the_type_we_take_it_for(self):
		wrong = []
		for doctype, fields in RELIED_ON.items():
			meta = frappe.get_meta(doctype)
			for name, kind in fields.items():
				field = meta.get_field(name)
				if name == "parent":
					if not meta.istable:
						wrong.append(f"{doctype} is no child table")
				elif field is None:
					wrong.append(f"{doctype}.{name} is gone")
				elif field.fieldtype != kind:
					wrong.append(f"{doctype}.{name} is {field.fieldtype}, not {kind}")
		self.assertEqual(wrong, [])

	def test_every_path_in_hooks_leads_somewhere(self):
		lost = [path for path in _paths(vars(hooks)) if not _resolves(path)]
		self.assertEqual(lost, [])

	def test_our_classes_are_those_that_frappe_takes(self):
		"""Frappe takes the last one that an app brings, without a word to the others."""
		for doctype, path in hooks.override_doctype_class.items():
			self.assertEqual(get_controller(doctype), frappe.get_attr(path), doctype)

	def test_every_patch_leads_somewhere(self):
		lines = (APP / "patches.txt").read_text().splitlines()
		named = [line.split()[0] for line in lines if line.strip() and line[0] not in "[#"]
		self.assertEqual([name for name in named if not _resolves(f"{name}.execute")], [])

	def test_every_job_by_the_clock_is_known_to_the_site(self):
		wanted = {path for paths in hooks.scheduler_events["cron"].values() for path in paths}
		known = set(
			frappe.get_all("Scheduled Job Type", filters={"method": ("like", "vsv_app.%")}, pluck="method")
		)
		self.assertEqual(wanted - known, set())

	def test_our_columns_carry_the_indexes_that_queries_need(self):
		for doctype, wanted in INDEXES.items():
			known = {row.Key_name for row in frappe.db.sql(f"SHOW INDEX FROM `tab{doctype}`", as_dict=True)}
			self.assertEqual(set(wanted) - known, set(), doctype)


def _paths(value):
	"""Every dotted path of ours in a structure of hooks."""
	if isinstance(value, str):
		if value.startswith("vsv_app.") and " " not in value and "/" not in value:
			yield value
	elif isinstance(value, dict):
		for name, inner in value.items():
			if not str(name).startswith("__"):
				yield from _paths(inner)
	elif isinstance(value, list | tuple):
		for inner in value:
			yield from _paths(inner)


def _resolves(path):
	module, _, name = path.rpartition(".")
	try:
		return hasattr(importlib.import_module(module), name)
	except ImportError:
		return False
