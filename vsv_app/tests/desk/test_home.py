"""A mentor's home is the board: Desk opens on it, the tile and the bell lead to it; nobody is named in what goes out."""

import json
from pathlib import Path

import frappe
from frappe.boot import load_desktop_data
from frappe.desk.doctype.desktop_icon.desktop_icon import get_desktop_icons
from frappe.tests.utils import FrappeTestCase

from vsv_app import install
from vsv_app.api.portal import writing
from vsv_app.site.desk import home, routes
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.tests import factories


class HomeTestCase(FrappeTestCase):
	def setUp(self) -> None:
		self.group, (self.student, self.other) = factories.make_group(2)
		factories.make_bell_schedule(student_group=self.group)
		self.mentor = factories.make_user("School Mentor")
		factories.make_assignment(self.mentor, student=self.student)

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()


class TestHome(HomeTestCase):
	def booted(self, user: str) -> frappe._dict:
		frappe.set_user(user)
		bootinfo = frappe._dict(user=frappe._dict(), home_page="Workspaces")
		home.lead_home(bootinfo)
		return bootinfo

	def test_a_mentor_is_led_to_the_board(self) -> None:
		self.assertIn("vsv_app.site.desk.home.lead_home", frappe.get_hooks("extend_bootinfo"))
		bootinfo = self.booted(self.mentor)
		self.assertEqual(bootinfo.home_page, "mentor-board")
		self.assertEqual(bootinfo.user.default_workspace["name"], "Early Warning")
		self.assertEqual((home.is_the_board(), home.is_the_workspace()), (True, routes.ONE_TILE))

	def test_the_icon_opens_the_board_for_a_mentor_and_the_workspace_for_others(self) -> None:
		for user, first in (
			(self.mentor, home.BOARD),
			(factories.make_user("Care Team Coordinator"), home.WORKSPACE),
			(factories.make_user("Attendance Officer"), home.WORKSPACE),
		):
			beside = sidebar_of(user) if routes.ONE_TILE else shipped_sidebar()
			frappe.set_user(user)
			bootinfo = frappe._dict(user=frappe._dict(), workspace_sidebar_item={"early warning": beside})
			home.lead_home(bootinfo)
			links = [item["link_to"] for item in beside["items"] if item["type"] == "Link"]
			self.assertEqual(links[0], first)

	def test_everybody_of_ours_sees_the_icons_that_are_theirs(self) -> None:
		if not routes.ONE_TILE:
			self.assertFalse(frappe.db.exists("DocType", "Workspace Sidebar"), "15 has tiles alone")
			return
		for user, ours in (
			(self.mentor, {"Early Warning"}),
			(factories.make_user("Care Team Coordinator"), {"Early Warning", "Whole School"}),
			(factories.make_user("Accounts User"), set()),
			("Administrator", {"Early Warning", "Whole School"}),
		):
			icons, workspaces = desktop_of(user)
			self.assertEqual(icons & {"Early Warning", "Whole School"}, ours & {"Early Warning", *workspaces})
		self.assertIn("Whole School", workspaces, "the administrator's")

	def test_whoever_has_more_to_do_goes_where_they_went(self) -> None:
		for role in (
			"Care Team Coordinator",
			"Early Warning Administrator",
			"System Manager",
			"School Leader",
		):
			bootinfo = self.booted(factories.make_user("School Mentor", role))
			self.assertEqual((role, bootinfo.home_page), (role, "Workspaces"))
			self.assertEqual((home.is_the_board(), home.is_the_workspace()), (False, True))

	def test_who_chose_a_home_keeps_it(self) -> None:
		frappe.set_user(self.mentor)
		bootinfo = frappe._dict(user=frappe._dict(default_workspace={"name": "Home"}), home_page="Workspaces")
		home.lead_home(bootinfo)
		self.assertEqual(bootinfo.home_page, "Workspaces")

	def test_the_page_may_be_opened_by_whom_it_is_the_home_of(self) -> None:
		roles = frappe.get_all("Has Role", {"parenttype": "Page", "parent": home.BOARD}, pluck="role")
		self.assertIn("School Mentor", roles)


def desktop_of(user: str) -> tuple[set[str], set[str]]:
	"""The icons that Desk of Frappe 16 is told to show somebody, and the workspaces that they may open."""
	frappe.set_user(user)
	bootinfo = frappe._dict()
	load_desktop_data(bootinfo)
	icons = get_desktop_icons(user, bootinfo)
	return {icon.label for icon in icons}, {page["name"] for page in bootinfo.workspaces["pages"]}


def sidebar_of(user: str) -> dict:
	frappe.set_user(user)
	bootinfo = frappe._dict()
	load_desktop_data(bootinfo)
	return bootinfo.workspace_sidebar_item[home.WORKSPACE.lower()]


def shipped_sidebar() -> dict:
	return json.loads(
		Path(frappe.get_app_path("vsv_app", "workspace_sidebar", "early_warning.json")).read_text()
	)


class TestBell(HomeTestCase):
	def told(self, user: str) -> frappe._dict:
		return frappe.get_last_doc("Notification Log", {"for_user": user}).as_dict(convert_dates_to_str=True)

	def test_it_leads_a_mentor_to_the_card_on_the_board(self) -> None:
		signal = factories.make_signal(self.student)
		FrappeStore().notify(
			self.mentor, "An early-warning signal asks for your attention", "Early Warning Signal", signal
		)
		self.assertTrue(self.told(self.mentor).link.endswith(f"/mentor-board/{signal}"))

	def test_several_lead_to_the_board_itself(self) -> None:
		signals = [factories.make_signal(self.student), factories.make_signal(self.student)]
		FrappeStore().notify(
			self.mentor, "{0} early-warning signals ask for your attention", "Early Warning Signal", *signals
		)
		self.assertTrue(self.told(self.mentor).link.endswith("/mentor-board"))

	def test_that_one_stands_in_leads_to_the_board_with_its_band(self) -> None:
		task = factories.make_assignment(self.mentor, student=self.other)
		FrappeStore().notify(self.mentor, "You stand in for a colleague", "Mentor Assignment", task)
		self.assertTrue(self.told(self.mentor).link.endswith("/mentor-board"))

	def test_who_has_no_task_with_the_learner_gets_to_the_record(self) -> None:
		signal = factories.make_signal(self.other)
		coordinator = factories.make_user("Care Team Coordinator")
		for user in (self.mentor, coordinator):
			FrappeStore().notify(
				user, "An early-warning signal asks for your attention", "Early Warning Signal", signal
			)
			self.assertFalse(self.told(user).link)
			self.assertEqual(self.told(user).document_name, signal)

	def test_it_says_what_kind_of_thing_waits_in_the_readers_language_and_names_nobody(self) -> None:
		frappe.db.set_value("User", self.mentor, "language", "nl")
		name = frappe.db.get_value("Student", self.student, "student_name")
		writing.tell(self.mentor, "Family Message", self.message())
		told = self.told(self.mentor)
		self.assertEqual(told.subject, "Een gezin schreef je")
		self.assertNotIn(name, frappe.as_json(told))

	def message(self) -> str:
		return (
			frappe.get_doc(
				doctype="Family Message",
				student=self.student,
				kind="Question",
				status="Open",
				capacity="Guardian",
				message="May she leave at two?",
			)
			.insert(ignore_permissions=True)
			.name
		)


class TestTimes(FrappeTestCase):
	def setUp(self) -> None:
		self.before = frappe.db.get_single_value("System Settings", "time_format")
		self.noted = frappe.db.get_default(install.TIMES_BEFORE)

	def tearDown(self) -> None:
		frappe.db.rollback()
		install._show_times_as(self.before)
		frappe.db.set_default(install.TIMES_BEFORE, self.noted)
		frappe.db.commit()  # defaults are cached beside the transaction; nosemgrep

	def test_the_site_shows_no_seconds_once_the_app_is_there(self) -> None:
		frappe.db.set_default(install.TIMES_BEFORE, None)
		install._show_times_as("HH:mm:ss")
		install.show_times_without_seconds()
		self.assertEqual(frappe.db.get_single_value("System Settings", "time_format"), "HH:mm")
		self.assertEqual(frappe.utils.format_time("08:05:30"), "08:05")

	def test_who_wants_them_back_keeps_them_over_a_migrate(self) -> None:
		install.show_times_without_seconds()
		install._show_times_as("HH:mm:ss")
		install.set_up()
		self.assertEqual(frappe.db.get_single_value("System Settings", "time_format"), "HH:mm:ss")

	def test_the_wizard_leaves_them_out_too(self) -> None:
		install.show_times_without_seconds()
		install._show_times_as("HH:mm:ss")
		install.follow_setup_wizard({})
		self.assertEqual(frappe.db.get_single_value("System Settings", "time_format"), "HH:mm")
