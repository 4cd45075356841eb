"""What an attendance officer may do with that role alone, and what follows from a reason, wherever it is entered."""

import json
from typing import Any
from unittest.mock import patch as patch_of

import frappe
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.tests.utils import FrappeTestCase

from vsv_app.engine.access.rights import GIVEN
from vsv_app.patches import ask_officers_about_contested_records as patch
from vsv_app.site.access import education_rights
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories

MINUTES = {"vsv_minutes_missed": 360, "vsv_minutes_late": 20}


class OfficerTestCase(FrappeTestCase):
	def setUp(self) -> None:
		self.group, (self.student, self.other) = factories.make_group(2)
		self.officer = factories.make_user("Attendance Officer")
		self.ill = self.reason(1)
		self.overslept = self.reason(0)
		frappe.set_user(self.officer)

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def reason(self, excused: int) -> str:
		name = f"_Test {frappe.generate_hash(length=6)}"
		return frappe.get_doc(doctype="Absence Reason", reason=name, excused=excused, enabled=1).insert().name

	def record(self, **data: Any) -> Any:
		values = {
			"doctype": "Student Attendance", "student": self.student, "student_group": self.group,
			"date": factories.school_day(1), "status": "Absent", **data,
		}  # fmt: skip
		return frappe.get_doc(values).insert()

	def submitted(self, **data: Any) -> Any:
		record = self.record(**data)
		record.submit()
		return record

	def excused(self, record: Any) -> str | None:
		return frappe.db.get_value("Student Attendance", record.name, "vsv_excused")


class TestTheRoleAlone(OfficerTestCase):
	def test_it_makes_submits_corrects_and_cancels_a_record(self) -> None:
		record = self.submitted()
		record.update({"status": "Leave", "vsv_reason": self.ill})
		record.save()
		record.cancel()
		self.assertEqual(frappe.db.get_value("Student Attendance", record.name, "docstatus"), 2)

	def test_it_chooses_learners_and_reads_no_record_of_one(self) -> None:
		self.assertTrue(frappe.has_permission("Student", "select"))
		self.assertFalse(frappe.has_permission("Student", "read"))

	def test_a_coordinator_opens_each_learners_form_with_the_role_alone_and_a_mentor_does_not(self) -> None:
		frappe.set_user("Administrator")
		frappe.set_user(factories.make_user("Care Team Coordinator"))
		learner = frappe.get_doc("Student", self.student)
		learner.check_permission("read")
		self.assertFalse(learner.has_permission("write"))
		self.assertTrue(frappe.has_permission("Student Group", "select"))
		frappe.set_user("Administrator")
		mentor = factories.make_user("School Mentor")
		factories.make_assignment(mentor, student=self.student)
		frappe.set_user(mentor)
		self.assertFalse(frappe.has_permission("Student", "read"), "Education's register holds all learners")

	def test_what_a_school_took_away_is_not_given_again(self) -> None:
		frappe.set_user("Administrator")
		of_role = {"parent": "Student Attendance", "role": "Attendance Officer"}
		frappe.db.delete("Custom DocPerm", of_role)
		education_rights.give()
		self.assertFalse(frappe.db.exists("Custom DocPerm", of_role))

	def test_it_reads_timetables_where_frappe_asks_for_that_and_selects_them_elsewhere(self) -> None:
		needs = education_rights.FRAPPE >= education_rights.FRAPPE_16
		self.assertTrue(frappe.has_permission("Course Schedule", "read" if needs else "select"))
		self.assertEqual(frappe.has_permission("Course Schedule", "read"), needs)
		self.assertFalse(frappe.has_permission("Course Schedule", "write"))

	def test_a_site_that_came_from_15_gets_what_16_asks_once_and_only_where_the_school_left_the_right(
		self,
	) -> None:
		frappe.set_user("Administrator")
		row = {"parent": "Course Schedule", "role": "Attendance Officer"}
		done = [one for one in json.loads(frappe.db.get_default(education_rights.DONE)) if "|16" not in one]
		for selects, came, reads in ((1, False, 1), (1, True, 0), (0, False, 0)):
			with (
				self.subTest(selects=selects, came=came),
				patch_of.object(education_rights, "FRAPPE", education_rights.FRAPPE_16),
			):
				frappe.db.set_value("Custom DocPerm", row, {"select": selects, "read": 0})
				if not came:
					frappe.db.set_default(education_rights.DONE, json.dumps(done))
				education_rights.give()
				self.assertEqual(frappe.db.get_value("Custom DocPerm", row, "read"), reads)

	def test_other_roles_keep_theirs_and_all_goes_with_the_app(self) -> None:
		frappe.set_user("Administrator")
		known = {row.role for row in frappe.get_meta("Student Attendance").permissions}
		self.assertLessEqual({"Academics User", "Attendance Officer"}, known)
		education_rights.take_back()
		for document in {one.document for one in GIVEN}:
			self.assertFalse(
				frappe.db.exists(
					"Custom DocPerm", {"parent": document, "role": ("in", [one.role for one in GIVEN])}
				)
			)


class TestAReasonDecides(OfficerTestCase):
	def test_in_a_new_record(self) -> None:
		self.assertEqual(self.excused(self.record(vsv_reason=self.ill)), "Excused")

	def test_in_one_that_is_submitted(self) -> None:
		record = self.submitted()
		for reason, excused in ((self.overslept, "Unexcused"), (self.ill, "Excused"), (None, None)):
			record.vsv_reason = reason
			record.save()
			self.assertEqual(self.excused(record), excused)

	def test_in_the_list(self) -> None:
		record = self.submitted()
		submit_cancel_or_update_docs("Student Attendance", [record.name], "update", {"vsv_reason": self.ill})
		self.assertEqual(self.excused(record), "Excused")

	def test_a_person_overrides_at_once_and_that_stays(self) -> None:
		record = self.submitted(vsv_reason=self.ill, vsv_excused="Unexcused")
		self.assertEqual(self.excused(record), "Unexcused")
		record.status = "Leave"
		record.save()
		self.assertEqual(self.excused(record), "Unexcused")

	def test_a_person_overrides_afterwards_and_that_stays(self) -> None:
		record = self.submitted(vsv_reason=self.ill)
		record.vsv_excused = "Unexcused"
		record.save()
		record.save()
		self.assertEqual(self.excused(record), "Unexcused")

	def test_what_the_form_says_was_chosen_stays_also_where_it_stood_there(self) -> None:
		record = self.submitted(vsv_reason=self.ill)
		record.update({"vsv_reason": self.overslept, "__vsv_excused_said": 1})
		record.save()
		self.assertEqual(self.excused(record), "Excused")

	def test_minutes_of_an_absence_say_nothing_of_who_was_there(self) -> None:
		record = self.submitted(vsv_reason=self.ill, **MINUTES)
		record.status = "Present"
		record.save()
		fields = ["vsv_minutes_missed", "vsv_minutes_late", "vsv_reason", "vsv_excused"]
		found = frappe.db.get_value("Student Attendance", record.name, fields)
		self.assertEqual(tuple(value or None for value in found), (None,) * 4)

	def test_minutes_that_are_written_with_it_stay(self) -> None:
		record = self.submitted(**MINUTES)
		record.update({"status": "Present", "vsv_minutes_missed": 45})
		record.save()
		self.assertEqual(frappe.db.get_value("Student Attendance", record.name, "vsv_minutes_missed"), 45)


class TestContestedBefore(OfficerTestCase):
	def test_open_messages_become_contested_records_with_their_words(self) -> None:
		frappe.set_user("Administrator")
		record = self.submitted()
		values = {"kind": "Record Contested", "attendance": record.name, "message": "She was in class"}
		waits = care.make_message(self.student, **values)
		answered = care.make_message(self.student, status="Answered", **values)
		patch.execute()
		patch.execute()
		found = frappe.get_all(
			"Contested Record", {"attendance": record.name}, ["words", "status", "school_day"]
		)
		self.assertEqual(
			[(one.words, one.status, one.school_day) for one in found],
			[("She was in class", "Open", factories.school_day(1))],
		)
		self.assertFalse(frappe.db.exists("Family Message", waits.name))
		self.assertTrue(frappe.db.exists("Family Message", answered.name))
