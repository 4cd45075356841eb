"""Threat: a mentor, a former mentor or a bystander reads records of learners whom they have no task with."""

from datetime import timedelta
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate, nowdate

from vsv_app.site.access.permission_hooks import allowed, listed
from vsv_app.tests import factories

TODAY = getdate(nowdate())
ABOUT_LEARNERS = ("Early Warning Signal", "Early Warning Alert", "Badge Check In")


class TestMentorReadsOtherLearners(FrappeTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.group, (cls.first, cls.second) = factories.make_group(2)
		cls.other_group, (cls.stranger,) = factories.make_group(1)
		cls.records = {doctype: {} for doctype in ABOUT_LEARNERS}
		someone = factories.make_user("School Mentor")
		for student in (cls.first, cls.second, cls.stranger):
			signal = factories.make_signal(student)
			cls.records["Early Warning Signal"][student] = signal
			cls.records["Early Warning Alert"][student] = factories.make_alert(signal, student, someone)
			cls.records["Badge Check In"][student] = factories.make_check_in(student)

	def tearDown(self) -> None:
		frappe.set_user("Administrator")

	def test_a_mentor_of_a_group_sees_its_learners_and_no_other(self) -> None:
		mentor = factories.make_user("School Mentor")
		factories.make_assignment(mentor, student_group=self.group)
		self.assert_sees(mentor, {self.first, self.second})

	def test_a_mentor_of_one_learner_sees_that_one_alone(self) -> None:
		mentor = factories.make_user("School Mentor")
		factories.make_assignment(mentor, student=self.second)
		self.assert_sees(mentor, {self.second})

	def test_access_begins_and_ends_with_the_assignment(self) -> None:
		for from_date, to_date in (
			(TODAY - timedelta(days=30), TODAY - timedelta(days=1)),
			(TODAY + timedelta(days=1), None),
		):
			mentor = factories.make_user("School Mentor")
			factories.make_assignment(mentor, student_group=self.group, from_date=from_date, to_date=to_date)
			self.assert_sees(mentor, set())
		mentor = factories.make_user("School Mentor")
		factories.make_assignment(mentor, student_group=self.group, from_date=TODAY, to_date=TODAY)
		self.assert_sees(mentor, {self.first, self.second})

	def test_a_learner_who_left_the_group_is_out_of_sight(self) -> None:
		mentor = factories.make_user("School Mentor")
		factories.make_assignment(mentor, student_group=self.group)
		membership = {"parent": self.group, "student": self.second}
		frappe.db.set_value("Student Group Student", membership, "active", 0)
		try:
			self.assert_sees(mentor, {self.first})
		finally:
			frappe.db.set_value("Student Group Student", membership, "active", 1)

	def test_a_mentor_without_assignment_sees_nobody(self) -> None:
		self.assert_sees(factories.make_user("School Mentor"), set())

	def test_the_coordinator_sees_everybody(self) -> None:
		self.assert_sees(
			factories.make_user("Care Team Coordinator"), {self.first, self.second, self.stranger}
		)

	def test_a_role_without_a_task_here_may_not_even_ask(self) -> None:
		teacher = factories.make_user("Instructor")
		frappe.set_user(teacher)
		for doctype in ABOUT_LEARNERS:
			with self.assertRaises(frappe.PermissionError):
				frappe.get_list(doctype)

	def test_a_guest_is_denied_in_both_ways(self) -> None:
		signal = frappe.get_doc("Early Warning Signal", self.records["Early Warning Signal"][self.first])
		self.assertIs(allowed(signal, "read", "Guest"), False)
		self.assertEqual(listed("Guest", "Badge Check In"), "1=0")

	def test_a_mentor_sees_own_assignments_and_no_others(self) -> None:
		one, other = factories.make_user("School Mentor"), factories.make_user("School Mentor")
		own = factories.make_assignment(one, student_group=self.group)
		not_own = factories.make_assignment(other, student=self.first)
		frappe.set_user(one)
		self.assertEqual(frappe.get_list("Mentor Assignment", pluck="name"), [own])
		self.assertTrue(frappe.get_doc("Mentor Assignment", own).has_permission("read"))
		self.assertFalse(frappe.get_doc("Mentor Assignment", not_own).has_permission("read"))

	def test_a_quote_in_a_user_name_stays_text(self) -> None:
		user = "x' or '1'='1"
		with patch("frappe.get_roles", return_value=["School Mentor", "School Leader"]):
			condition = listed(user, "Early Warning Signal")
		self.assertIn("or", condition)
		self.assertEqual(frappe.db.sql(f"select name from `tabEarly Warning Signal` where {condition}"), ())

	def assert_sees(self, user: str, students: set[str]) -> None:
		frappe.set_user(user)
		for doctype, records in self.records.items():
			listed = set(frappe.get_list(doctype, {"name": ("in", list(records.values()))}, pluck="name"))
			self.assertEqual(listed, {records[student] for student in students}, f"list of {doctype}")
			for student, name in records.items():
				opened = frappe.get_doc(doctype, name).has_permission("read")
				self.assertIs(bool(opened), student in students, f"{doctype} {name} of {student}")
		frappe.set_user("Administrator")
