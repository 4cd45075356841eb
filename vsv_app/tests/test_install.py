"""What stands on a site after installation, and that setting up again changes nothing of the school's."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import frappe
from frappe.installer import init_singles
from frappe.modules.import_file import import_file_by_path
from frappe.tests.utils import FrappeTestCase
from frappe.utils.fixtures import sync_fixtures

from vsv_app import hooks, install
from vsv_app.modules import MODULES
from vsv_app.patches import take_icons_from_the_app
from vsv_app.site.desk import routes
from vsv_app.stores.relied_on import RELIED_ON
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories

SETTINGS = "Early Warning Settings"
STANDARD = {"name", "parent", "parentfield", "parenttype", "idx"}


class TestInstall(FrappeTestCase):
	def tearDown(self) -> None:
		frappe.db.rollback()

	def test_the_indexes_stand(self) -> None:
		for doctype, wanted in install.INDEXES.items():
			rows = frappe.db.sql(f"SHOW INDEX FROM `tab{doctype}`", as_dict=True)
			for name, fields in wanted.items():
				columns = [
					row.Column_name
					for row in sorted(rows, key=lambda row: row.Seq_in_index)
					if row.Key_name == name
				]
				self.assertEqual(columns, list(fields))

	def test_keys_are_made_once(self) -> None:
		before = frappe.get_single(SETTINGS).get_password("badge_key")
		self.assertRegex(before, r"^[0-9a-f]{64}$")
		install.set_up()
		self.assertEqual(frappe.get_single(SETTINGS).get_password("badge_key"), before)

	def test_times_of_the_settings_are_their_defaults_not_the_hour_of_installation(self) -> None:
		settings = frappe.get_single(SETTINGS)
		self.assertEqual([str(settings.close_day_at), str(settings.quiet_from)], ["17:00:00", "18:00:00"])

	def test_the_record_that_frappe_makes_at_installation_gets_its_defaults(self) -> None:
		frappe.db.delete("Singles", {"doctype": SETTINGS})
		frappe.clear_document_cache(SETTINGS, SETTINGS)
		init_singles()
		install.set_up()
		settings = frappe.get_single(SETTINGS)
		self.assertEqual(
			[str(settings.close_day_at), str(settings.quiet_from), str(settings.quiet_to)],
			["17:00:00", "18:00:00", "07:30:00"],
		)
		self.assertEqual(settings.time_zone, frappe.utils.get_system_timezone())
		self.assertEqual(
			settings.school_code, re.sub(r"\W", "-", frappe.local.site), "no other site's of this bench"
		)

	def test_the_days_of_a_school_begin_where_the_setup_wizard_put_it_even_when_the_app_came_before(
		self,
	) -> None:
		frappe.db.set_single_value(SETTINGS, "time_zone", "Asia/Kolkata")
		for path in frappe.get_hooks("setup_wizard_complete", app_name="vsv_app"):
			frappe.get_attr(path)({})
		self.assertEqual(
			frappe.db.get_single_value(SETTINGS, "time_zone"), frappe.utils.get_system_timezone()
		)

	def test_a_setting_that_came_with_an_update_gets_its_default_and_one_that_was_set_stays(self) -> None:
		frappe.db.delete("Singles", {"doctype": SETTINGS, "field": "agreement_notice_days"})
		frappe.db.set_single_value(SETTINGS, {"escalate_after_days": 9, "plan_days": 0})
		written = frappe.db.get_singles_dict(SETTINGS)["modified"]
		install.set_up()
		settings = frappe.get_single(SETTINGS)
		self.assertEqual(
			(settings.agreement_notice_days, settings.escalate_after_days, settings.plan_days), (60, 9, 0)
		)
		self.assertEqual(frappe.db.get_singles_dict(SETTINGS)["modified"], written, "nobody saved them")

	def test_setting_up_again_keeps_what_the_school_edited_and_deleted_nothing(self) -> None:
		frappe.db.set_value("Early Warning Rule", "START-LATE-3", {"threshold": 5, "enabled": 0})
		counted = {doctype: frappe.db.count(doctype) for doctype in ("Early Warning Rule", "Absence Reason")}
		install.set_up()
		edited = frappe.db.get_value("Early Warning Rule", "START-LATE-3", ["threshold", "enabled"])
		self.assertEqual(edited, (5, 0))
		self.assertEqual({doctype: frappe.db.count(doctype) for doctype in counted}, counted)
		self.assertGreater(counted["Absence Reason"], 0)

	def test_what_hangs_on_our_documents_goes_with_the_app(self) -> None:
		_group, student = care.make_learner()
		plan = care.make_plan(student)
		mentor = factories.make_user("School Mentor")
		about = {"reference_doctype": plan.doctype, "reference_name": plan.name}
		mail = {
			**about,
			"subject": "_Test",
			"timeline_links": [{"link_doctype": plan.doctype, "link_name": plan.name}],
		}
		for values in (
			{"doctype": "Communication", **mail},
			{"doctype": "Error Log", "method": "_Test", **about},
			{"doctype": "ToDo", "description": "_Test", "reference_type": plan.doctype, "reference_name": plan.name},
			{"doctype": "User Permission", "user": mentor, "allow": plan.doctype, "for_value": plan.name},
			{"doctype": "Access Log", "export_from": plan.doctype, "reference_document": plan.name},
			{"doctype": "List Filter", "filter_name": "_Test", "reference_doctype": plan.doctype, "filters": "[]"},
			{
				"doctype": "Notification", "name": "_Test Plans", "subject": "_Test", "document_type": plan.doctype,
				"event": "New", "channel": "System Notification", "message": "_Test",
				"recipients": [{"receiver_by_role": "School Mentor"}],
			},
		):  # fmt: skip
			frappe.get_doc(values).insert()
		plan.add_comment("Comment", "_Test")
		plan.add_tag("_Test")
		on_another = frappe.get_doc("Student", student).add_comment("Comment", "_Test")
		self.assertGreater(len(_kept_about(plan.doctype)), 8)
		install._forget_documents()
		self.assertEqual(_kept_about(plan.doctype), {})
		self.assertEqual(frappe.get_all("Notification Recipient", {"parent": "_Test Plans"}), [])
		self.assertTrue(frappe.db.exists("Comment", on_another.name))

	def test_a_role_keeps_what_the_school_made_of_it_over_a_migrate(self) -> None:
		made = {"desk_access": 0, "two_factor_auth": 1, "home_page": "/portal"}
		before = frappe.db.get_value("Role", "School Leader", list(made), as_dict=True)

		def put_back() -> None:
			frappe.db.set_value("Role", "School Leader", dict(before))
			frappe.db.commit()  # as the import of fixtures does; nosemgrep

		self.addCleanup(put_back)
		frappe.db.set_value("Role", "School Leader", dict(made))
		sync_fixtures("vsv_app")
		install.set_up()
		self.assertEqual(frappe.db.get_value("Role", "School Leader", list(made), as_dict=True), made)

	def test_a_role_that_is_missing_is_made(self) -> None:
		frappe.db.delete("Role", {"name": "Gateway Installer"})
		install.set_up()
		self.assertEqual(frappe.db.get_value("Role", "Gateway Installer", "desk_access"), 1)

	def test_a_module_that_came_with_an_update_is_known_to_the_site(self) -> None:
		frappe.db.delete("Module Def", {"name": "Whole School"})
		install.set_up()
		known = frappe.get_all("Module Def", {"app_name": "vsv_app"}, pluck="name")
		self.assertEqual(sorted(known), sorted(MODULES))

	def test_a_role_that_the_site_had_before_stays_its_own(self) -> None:
		frappe.db.set_default(install.ROLES_OF_THE_SITE, '["School Leader"]')
		install.before_install()
		came_along = install._roles_that_came_along()
		self.assertEqual(("School Leader" in came_along, "School Mentor" in came_along), (False, True))
		install._note_roles_of_the_site()
		self.assertEqual(install._roles_that_came_along(), [], "all of them stand by now")

	def test_another_version_of_an_app_is_refused_in_plain_words(self) -> None:
		known = dict(install.NEEDS)
		install.NEEDS["education"] = 99
		try:
			with self.assertRaisesRegex(install.WrongVersion, "education"):
				install.before_install()
			install.NEEDS.pop("education")
			install.NEEDS["no_such_app"] = 15
			with self.assertRaisesRegex(install.WrongVersion, "no_such_app"):
				install.before_install()
		finally:
			install.NEEDS.clear()
			install.NEEDS.update(known)
		install.before_install()

	def test_a_site_with_another_database_is_refused_in_plain_words(self) -> None:
		with (
			patch.dict(frappe.local.conf, db_type="sqlite"),
			self.assertRaisesRegex(install.WrongDatabase, "MariaDB; the database of this one is sqlite"),
		):
			install.before_install()

	def test_an_icon_that_frappe_made_by_itself_makes_way_for_the_apps(self) -> None:
		if not routes.ONE_TILE:
			take_icons_from_the_app.execute()  # Frappe 15 has none of it
			return
		item = {"type": "Link", "label": "Home", "link_type": "Workspace", "link_to": "Early Warning"}
		for values in (
			{"doctype": "Workspace Sidebar", "title": "Early Warning", "items": [item]},
			{"doctype": "Desktop Icon", "label": "Early Warning", "icon_type": "App", "link_type": "External", "link": routes.page("early-warning"), "app": "vsv_app"},
		):  # fmt: skip
			frappe.db.delete(values["doctype"], {"name": "Early Warning"})
			frappe.db.delete("Workspace Sidebar Item", {"parent": "Early Warning"})
			made = frappe.get_doc(values).insert(ignore_permissions=True)
			path = frappe.get_app_path("vsv_app", frappe.scrub(made.doctype), "early_warning.json")
			self.assertFalse(import_file_by_path(path), "it is newer, and would stay")
			take_icons_from_the_app.execute()
			self.assertTrue(import_file_by_path(path))
			self.assertEqual(frappe.db.get_value(made.doctype, made.name, "standard"), 1)
		take_icons_from_the_app.execute()
		self.assertTrue(frappe.db.exists("Desktop Icon", "Early Warning"), "the app's own stays")

	def test_icons_and_the_log_of_what_was_deleted_go_with_the_app(self) -> None:
		if not routes.ONE_TILE:
			install._forget_icons_and_deletions()  # Frappe 15 has none of it
			return
		kept = [
			frappe.get_doc(
				doctype="Permission Log", for_doctype=kind, for_document=name, status="Removed", changes="{}"
			).insert(ignore_permissions=True, ignore_links=True).name
			for kind, name in (
				("Role", "School Mentor"), ("DocType", "Support Plan"), ("Page", "mentor-board"),
				("Report", "Overdue"), ("Role", "Instructor"), ("DocType", "Student"),
			)
		]  # fmt: skip
		install._forget_icons_and_deletions()
		self.assertEqual(
			sorted(frappe.get_all("Permission Log", {"name": ("in", kept)}, pluck="name")), sorted(kept[4:])
		)
		for doctype in ("Desktop Icon", "Workspace Sidebar"):
			self.assertEqual(frappe.get_all(doctype, {"app": "vsv_app"}), [])
		self.assertEqual(frappe.get_all("Workspace Sidebar Item", {"parent": "Early Warning"}), [])
		self.assertTrue(frappe.db.exists("Workspace Sidebar", "Education"))

	def test_every_path_in_the_hooks_leads_to_a_function(self) -> None:
		paths = list(_paths({name: value for name, value in vars(hooks).items() if not name.startswith("_")}))
		self.assertGreater(len(paths), 10)
		for path in paths:
			self.assertTrue(callable(frappe.get_attr(path)), path)

	def test_every_patch_can_be_imported(self) -> None:
		text = Path(frappe.get_app_path("vsv_app", "patches.txt")).read_text()
		for line in text.splitlines():
			path = line.split("#")[0].strip()
			if path and not path.startswith("["):
				self.assertTrue(callable(importlib.import_module(path).execute), path)

	def test_the_fields_that_the_app_relies_on_exist(self) -> None:
		for doctype, fields in RELIED_ON.items():
			meta = frappe.get_meta(doctype)
			for field, kind in fields.items():
				if field not in STANDARD:
					found = meta.get_field(field)
					self.assertIsNotNone(found, f"{doctype}.{field}")
					self.assertEqual(found.fieldtype, kind, f"{doctype}.{field}")

	def test_scheduled_jobs_are_known(self) -> None:
		known = set(frappe.get_all("Scheduled Job Type", {"method": ("like", "vsv_app.%")}, pluck="method"))
		self.assertEqual(known, {path for paths in hooks.scheduler_events["cron"].values() for path in paths})


def _kept_about(kind: str) -> dict[str, int]:
	"""How many records of each of Frappe's tables name this kind of document."""
	tables = (
		*install._links_to("DocType"),
		("Access Log", "export_from"),
		("Deleted Document", "deleted_doctype"),
	)
	counted = {doctype: frappe.db.count(doctype, {field: kind}) for doctype, field in tables}
	return {doctype: number for doctype, number in counted.items() if number}


def _paths(value: Any) -> Iterator[str]:
	"""Every dotted path into this app that hooks name."""
	if isinstance(value, str):
		if value.startswith("vsv_app."):
			yield value
	elif isinstance(value, dict):
		for inner in value.values():
			yield from _paths(inner)
	elif isinstance(value, list):
		for inner in value:
			yield from _paths(inner)
