"""An attendance officer closes a day, and an administrator sees what is still to do."""

from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate, now_datetime, nowdate

from vsv_app.api.attendance import school_day as api
from vsv_app.services.attendance import day_close
from vsv_app.services.school import SETTINGS
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.tests import care_factories, factories


class TestDayClosedByHand(FrappeTestCase):
	def setUp(self) -> None:
		frappe.db.set_value("Attendance Gateway", {"enabled": 1}, "enabled", 0)
		self.group, self.students = factories.make_group(3)
		factories.make_bell_schedule(student_group=self.group)
		self.day = factories.school_day(1)
		self.officer = factories.make_user("Attendance Officer")
		frappe.db.set_single_value(SETTINGS, "turnout_least", 0)
		self.door = factories.make_gateway()
		self.hear_of_the_door(now_datetime())

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def hear_of_the_door(self, at: object) -> None:
		frappe.db.set_value("Attendance Gateway", self.door, {"status": "Online", "last_seen": at})

	def test_while_a_door_is_away_who_was_seen_is_written_and_the_others_are_held(self) -> None:
		factories.make_check_in(self.students[0], school_day=self.day, gateway=self.door, terminal="main")
		self.hear_of_the_door(self.day)
		frappe.db.set_value("Attendance Gateway", self.door, "status", "Lost")
		frappe.set_user(self.officer)
		self.assertEqual([self.door in sentence for sentence in api.waits_for(str(self.day))], [True])
		closed = api.close(str(self.day))
		self.assertEqual(self.statuses(), ["Present"])
		self.assertGreaterEqual(closed["held"], 2)
		frappe.set_user("Administrator")
		self.hear_of_the_door(now_datetime())
		frappe.set_user(self.officer)
		closed = api.close(str(self.day))
		self.assertEqual(closed["refused"], [])
		self.assertEqual(self.statuses(), ["Absent", "Absent", "Present"])
		self.assertEqual(api.close(str(self.day))["written"], 0, "a second time changes nothing")

	def test_who_cannot_be_written_is_named_with_the_reason(self) -> None:
		factories.make_check_in(self.students[0], school_day=self.day, gateway=self.door, terminal="main")
		_other, (unplanned,) = factories.make_group(1)
		factories.make_holiday_list([self.day])
		own = frappe.get_doc(
			doctype="Holiday List",
			holiday_list_name="_Test No Holidays",
			from_date=self.day,
			to_date=self.day,
		).insert()
		frappe.db.set_value("Bell Schedule", {"student_group": self.group}, "holiday_list", own.name)
		frappe.set_user(self.officer)
		closed = api.close(str(self.day))
		self.assertEqual(closed["written"], 0)
		self.assertEqual(len([one for one in closed["refused"] if self.students[0] in one]), 1)
		self.assertIn(unplanned, closed["unplanned"])

	def test_a_day_to_come_and_a_day_without_school_are_refused(self) -> None:
		frappe.set_user(self.officer)
		sunday = getdate(nowdate()) - timedelta(days=getdate(nowdate()).weekday() + 1)
		for day in (getdate(nowdate()) + timedelta(days=1), sunday):
			self.assertRaises(api.NoSchoolDay, api.close, str(day))

	def test_nobody_else_closes_a_day(self) -> None:
		for role in ("School Mentor", "Instructor", "School Leader"):
			frappe.set_user(factories.make_user(role))
			for call in (api.close, api.waits_for):
				self.assertRaises(frappe.PermissionError, call, str(self.day))
			self.assertRaises(frappe.PermissionError, api.what_is_missing)
			frappe.set_user("Administrator")

	def statuses(self) -> list[str]:
		of_group = {"student_group": self.group, "date": self.day, "docstatus": 1}
		return sorted(frappe.get_all("Student Attendance", of_group, pluck="status"))


class TestWhatIsMissing(FrappeTestCase):
	def setUp(self) -> None:
		frappe.db.set_value("Attendance Gateway", {"enabled": 1}, "enabled", 0)
		frappe.set_user(factories.make_user("Early Warning Administrator"))

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_each_thing_is_named_until_it_is_there(self) -> None:
		frappe.set_user("Administrator")
		company = frappe.defaults.get_defaults().get("company") or frappe.get_all("Company", pluck="name")[0]
		frappe.defaults.set_global_default("company", company)
		frappe.db.set_value("Company", company, "default_holiday_list", None)
		for doctype in ("Academic Year", "Bell Schedule", "Mentor Assignment"):
			frappe.db.delete(doctype)
		FrappeStore().set_single(
			SETTINGS,
			{"listener_seen": now_datetime() - timedelta(hours=1), "coordinator": None, "enabled": 0},
		)
		wanted = (
			"Academic Year", "Bell Schedule", "Holiday List", "Attendance Gateway", "Mentor Assignment", "Coordinator", "listener",
			"Early Warning Is On",
		)  # fmt: skip
		missing = "\n".join(one["sentence"] for one in api.what_is_missing())
		for thing in wanted:
			self.assertIn(thing, missing)

		group, (student,) = factories.make_group(1)
		mentor = factories.make_user("School Mentor")
		factories.make_assignment(mentor, student=student)
		door = factories.make_gateway()
		FrappeStore().set_single(
			SETTINGS, {"listener_seen": now_datetime(), "coordinator": mentor, "leader": mentor, "enabled": 1}
		)
		self.assertIn(f"{door} was never seen; nothing waits for it", self.told())
		self.assertEqual(day_close.doors_to_wait_for(FrappeStore()), [])
		frappe.db.set_value("Attendance Gateway", door, {"status": "Lost", "last_seen": now_datetime()})
		self.assertIn(f"{door} is not online", self.told())
		frappe.db.set_value("Attendance Gateway", door, "status", "Online")
		self.assertIn(
			"have no Bell Schedule" if frappe.db.count("Bell Schedule") else "no Bell Schedule", self.told()
		)
		factories.make_bell_schedule(student_group="")
		self.assertNotIn("Bell Schedule", self.told())
		self.assertNotIn(group, self.told())

	def told(self) -> str:
		return "\n".join(one["sentence"] for one in api.what_is_missing())

	def test_people_are_named_who_lack_what_their_role_needs(self) -> None:
		frappe.set_user("Administrator")
		officer = factories.make_user("Attendance Officer")
		group, (student, *_others) = factories.make_group(2)
		settings = {"coordinator": officer, "leader": officer, "daily_digest": 1, "sms_to_guardians": 1}
		FrappeStore().set_single(SETTINGS, {**settings, "school_phone": ""})
		frappe.db.set_value("Email Account", {"default_outgoing": 1}, "default_outgoing", 0)
		frappe.db.set_single_value("SMS Settings", "sms_gateway_url", "")
		factories.make_assignment(officer, student_group=group)
		care_factories.make_guardian(student)
		todo = {one["sentence"]: one for one in api.what_is_missing()}
		name = frappe.db.get_value("User", officer, "full_name")
		(lacks,) = (
			one for text, one in todo.items() if text.startswith(f"{name} (Attendance Officer) may not")
		)
		self.assertEqual(tuple(lacks["route"]), ("Form", "User", officer))
		text = "\n".join(todo)
		for told in (
			"people look after learners and have not the role School Mentor",
			"guardians have no account",
			"there is no Email Account that mail goes out by",
			"SMS Settings name no provider",
			"telephone number is missing",
			"learners have no badge.",
		):
			self.assertIn(told, text)
		frappe.get_doc("User", officer).add_roles("Academics User", "Instructor", "School Mentor")
		frappe.clear_cache(user=officer)
		self.assertNotIn(f"{name} (Attendance Officer) may not", self.told())

	def test_mails_to_families_need_an_account_too(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.set_value("Email Account", {"default_outgoing": 1}, "default_outgoing", 0)
		for families, told in ((1, True), (0, False)):
			FrappeStore().set_single(SETTINGS, {"daily_digest": 0, "mail_families": families})
			self.assertEqual("Mails to families are on, and there is no Email Account" in self.told(), told)

	def test_who_gets_a_role_and_who_is_invited_is_chosen_in_place(self) -> None:
		frappe.set_user("Administrator")
		for user in frappe.get_all("Has Role", {"role": "Attendance Officer"}, pluck="name"):
			frappe.db.delete("Has Role", user)
		_group, (student,) = factories.make_group(1)
		care_factories.make_guardian(student)
		dialogs = {(one["dialog"], one["role"]) for one in api.what_is_missing() if one["dialog"]}
		self.assertLessEqual({("role", "Attendance Officer"), ("invite", "")}, dialogs)

	def test_each_thing_to_do_has_the_button_that_does_it(self) -> None:
		frappe.set_user("Administrator")
		for one in api.what_is_missing():
			ways = [one[way] for way in ("route", "field", "tick", "command", "dialog") if one[way]]
			self.assertEqual((len(ways), bool(one["label"])), (1, True), one["sentence"])
			if one["route"] and one["route"][0] in ("List", "Form"):
				self.assertTrue(frappe.db.exists("DocType", one["route"][1]), one["route"])
			for field in (one["field"], one["tick"]):
				self.assertTrue(not field or frappe.get_meta(SETTINGS).has_field(field), field)
