"""The rows of the bulk path against those that Education's own controller leaves, field by field."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

import education
import frappe
from education.education.api import make_attendance_records
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.model.naming import NamingSeries
from frappe.tests.utils import FrappeTestCase

from vsv_app.stores import frappe_attendance
from vsv_app.stores.frappe_attendance import AttendanceRefused
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.tests import factories

STATUSES = ("Present", "Absent", "Present", "Leave", "Absent")
# Who it is about, when it was written, and who wrote it: these differ between any two records.
OF_THE_ONE_RECORD = {"name", "student", "student_name", "student_group", "creation", "modified", "vsv_source"}
SERIES = "EDU-ATT-.YYYY.-.#####"


class TestAttendanceRowsEqualEducation(FrappeTestCase):
	def setUp(self) -> None:
		program = factories.make_program()
		self.one_group, self.one = factories.make_group(len(STATUSES), program=program)
		self.other_group, self.other = factories.make_group(len(STATUSES), program=program)
		self.day = factories.school_day()

	def tearDown(self) -> None:
		frappe.db.rollback()

	def test_every_column_has_the_value_that_education_leaves(self) -> None:
		by_education = self.mark_with_education()
		by_store = self.submit(self.other_group, self.other)
		for one, other in zip(by_education, by_store, strict=True):
			left, right = self.row(one), self.row(other)
			self.assertEqual(left.keys(), right.keys())
			same = {column: value for column, value in left.items() if column not in OF_THE_ONE_RECORD}
			self.assertEqual(same, {column: right[column] for column in same})
			self.assertEqual(right["student_name"], right["student"])
			self.assertEqual((left["vsv_source"], right["vsv_source"]), ("Teacher", "Badge"))
			self.assertIsInstance(right["creation"], datetime)
			self.assertGreaterEqual(right["modified"], right["creation"])

	def test_both_leave_the_counter_where_the_other_goes_on(self) -> None:
		start = NamingSeries(SERIES).get_current_value()
		self.submit(self.other_group, self.other)
		self.assertEqual(NamingSeries(SERIES).get_current_value(), start + len(STATUSES))
		after = self.mark_with_education()
		self.assertEqual(int(after[0].rsplit("-", 1)[1]), start + len(STATUSES) + 1)
		self.assertEqual(NamingSeries(SERIES).get_current_value(), start + 2 * len(STATUSES))

	def test_both_begin_a_series_that_does_not_exist_yet(self) -> None:
		prefix = NamingSeries(SERIES).get_prefix()
		frappe.db.delete("Student Attendance", {"name": ("like", f"{prefix}%")})
		frappe.db.delete("Series", {"name": prefix})
		names = self.submit(self.other_group, self.other)
		self.assertEqual(names[0], f"{prefix}00001")
		self.assertEqual(NamingSeries(SERIES).get_current_value(), len(STATUSES))

	def test_neither_leaves_comments_versions_or_other_rows(self) -> None:
		counted = ("Comment", "Version", "Activity Log", "Communication", "Notification Log", "ToDo")
		before = {doctype: frappe.db.count(doctype) for doctype in counted}
		self.mark_with_education()
		self.submit(self.other_group, self.other)
		self.assertEqual({doctype: frappe.db.count(doctype) for doctype in counted}, before)

	def test_both_are_found_by_the_search(self) -> None:
		frappe.cache.delete_value("global_search_queue")
		by_education = self.mark_with_education()
		queued = self.searched(by_education)
		by_store = self.submit(self.other_group, self.other)
		also = self.searched(by_store)
		self.assertEqual(len(also), len(by_store))
		for one, other in zip(by_education, by_store, strict=True):
			self.assertEqual(
				queued[one]["content"].replace(self.one_group, self.other_group).split("|||")[1:],
				[
					part.replace(also[other]["title"], queued[one]["title"])
					for part in also[other]["content"].split("|||")
				][1:],
			)
			self.assertEqual(queued[one].keys(), also[other].keys())

	def test_a_course_schedule_gives_day_and_group(self) -> None:
		schedule = frappe.get_doc(
			doctype="Course Schedule",
			student_group=self.other_group,
			instructor=None,
			course=None,
			schedule_date=self.day,
			from_time="09:00:00",
			to_time="10:00:00",
		)
		schedule.name = "_Test Course Schedule"
		schedule.db_insert()
		[name] = FrappeStore().submit_attendance(
			[
				{
					"student": self.other[0],
					"course_schedule": schedule.name,
					"status": "Absent",
					"vsv_source": "Badge",
				}
			]
		)
		row = self.row(name)
		self.assertEqual((row["date"], row["student_group"]), (self.day, self.other_group))

	def test_what_education_refuses_is_refused_all_at_once_and_nothing_is_written(self) -> None:
		self.submit(self.other_group, self.other[:1])
		before = frappe.db.count("Student Attendance"), NamingSeries(SERIES).get_current_value()
		rows = self.rows(self.other_group, [*self.other, self.one[0], "_Test Nobody"])
		with self.assertRaises(AttendanceRefused) as refused:
			FrappeStore().submit_attendance(rows)
		self.assertEqual(set(refused.exception.reasons), {self.other[0], self.one[0], "_Test Nobody"})
		after = frappe.db.count("Student Attendance"), NamingSeries(SERIES).get_current_value()
		self.assertEqual(after, before)

	def test_a_holiday_is_refused_as_education_refuses_it(self) -> None:
		factories.make_holiday_list([self.day])
		try:
			with self.assertRaises(frappe.ValidationError):
				self.mark_with_education()
			with self.assertRaises(AttendanceRefused):
				self.submit(self.other_group, self.other)
		finally:
			factories.make_holiday_list()

	def test_a_second_record_in_one_call_is_refused(self) -> None:
		with self.assertRaises(AttendanceRefused):
			self.submit(self.other_group, [self.other[0], self.other[0]])

	def test_other_software_that_hooks_attendance_sees_each_document(self) -> None:
		self.assertIsNone(frappe_attendance.must_go_one_by_one())
		notification = frappe.get_doc(
			doctype="Notification",
			name="_Test Absence Mail",
			subject="_Test",
			document_type="Student Attendance",
			event="Submit",
			channel="System Notification",
			message="_Test",
			enabled=1,
			recipients=[{"receiver_by_role": "System Manager"}],
		).insert()
		try:
			self.assertEqual(frappe_attendance.must_go_one_by_one(), "Notification")
			[name] = self.submit(self.other_group, self.other[:1])
		finally:
			notification.delete()
		row = self.row(name)
		self.assertEqual((row["docstatus"], row["vsv_source"], row["status"]), (1, "Badge", "Present"))

	def test_another_apps_hook_sees_each_document_however_it_is_written(self) -> None:
		"""Frappe takes one doctype, several in one key, or all of them; as a path or as a list of paths."""
		for key, paths in (
			("Student Attendance", ["education.noted_by_test"]),
			(("Student", "Student Attendance"), "education.noted_by_test"),
		):
			seen: list[str] = []
			with self.hooked(key, paths, seen):
				self.assertEqual(frappe_attendance.must_go_one_by_one(), "education.noted_by_test")
				self.submit(self.other_group, self.other)
			self.assertEqual(seen, self.other)
			frappe.db.delete("Student Attendance", {"student_group": self.other_group})
		self.assertIsNone(frappe_attendance.must_go_one_by_one())

	@contextmanager
	def hooked(self, key: Any, paths: Any, seen: list[str]) -> Iterator[None]:
		"""As if the hooks of another app named `paths` for submitted documents of `key`; `seen` gets their learners."""
		ask = frappe.get_hooks

		def with_another_app(hook: str | None = None, *more: Any, **named: Any) -> Any:
			found = ask(hook, *more, **named)
			return {**found, key: {"on_submit": paths}} if hook == "doc_events" else found

		education.noted_by_test = lambda document, _event: seen.append(document.student)
		with patch.object(frappe, "get_hooks", with_another_app):
			_forget_doc_hooks()
			try:
				yield
			finally:
				_forget_doc_hooks()
				del education.noted_by_test

	def test_one_that_is_refused_as_a_document_costs_nobody_else_theirs(self) -> None:
		"""Education refuses a second record of the day; other software may refuse what it likes."""
		self.submit(self.other_group, self.other[:1])
		counter = NamingSeries(SERIES).get_current_value()
		rows = self.rows(self.other_group, self.other)
		settings, one_by_one = "Early Warning Settings", "one_document_at_a_time"
		FrappeStore().set_single(settings, {one_by_one: 1})
		self.addCleanup(FrappeStore().set_single, settings, {one_by_one: 0})
		frappe.clear_messages()
		with self.assertRaises(AttendanceRefused) as refused:
			FrappeStore().submit_attendance(rows)
		self.assertEqual(set(refused.exception.reasons), {self.other[0]})
		self.assertIn("already exists", refused.exception.reasons[self.other[0]])
		self.assertEqual(frappe.db.count("Student Attendance", {"student_group": self.other_group}), 1)
		self.assertEqual(NamingSeries(SERIES).get_current_value(), counter)
		self.assertEqual(len(self.submit(self.other_group, self.other[1:])), len(self.other) - 1)
		self.assertEqual(frappe.local.message_log, [])

	def test_a_doctype_that_the_school_has_customised_asks_for_documents(self) -> None:
		for setting, kind, value in (("track_changes", "Check", "1"), ("autoname", "Data", "hash")):
			made = make_property_setter(
				"Student Attendance",
				None,
				setting,
				value,
				kind,
				for_doctype=True,
				validate_fields_for_doctype=False,
			)
			try:
				self.assertEqual(frappe_attendance.must_go_one_by_one(), f"Student Attendance.{setting}")
			finally:
				made.delete()
		self.assertIsNone(frappe_attendance.must_go_one_by_one())

	def test_the_setting_asks_for_documents(self) -> None:
		FrappeStore().set_single("Early Warning Settings", {"one_document_at_a_time": 1})
		self.assertEqual(frappe_attendance.must_go_one_by_one(), "Early Warning Settings")
		one_by_one = self.row(self.submit(self.other_group, self.other[:1])[0])
		FrappeStore().set_single("Early Warning Settings", {"one_document_at_a_time": 0})
		at_once = self.row(self.submit(self.one_group, self.one[:1])[0])
		same = {column: value for column, value in one_by_one.items() if column not in OF_THE_ONE_RECORD}
		self.assertEqual(same, {column: at_once[column] for column in same})

	def mark_with_education(self) -> list[str]:
		for student, status in zip(self.one, STATUSES, strict=True):
			make_attendance_records(student, student, status, None, self.one_group, str(self.day))
		return frappe.get_all(
			"Student Attendance", {"student_group": self.one_group}, pluck="name", order_by="name"
		)

	def submit(self, group: str, students: list[str]) -> list[str]:
		return FrappeStore().submit_attendance(self.rows(group, students))

	def rows(self, group: str, students: list[str]) -> list[dict[str, Any]]:
		statuses = (*STATUSES, *STATUSES)
		return [
			{
				"student": student,
				"student_group": group,
				"date": self.day,
				"status": status,
				"vsv_source": "Badge",
			}
			for student, status in zip(students, statuses, strict=False)
		]

	def row(self, name: str) -> dict[str, Any]:
		return frappe.db.sql("select * from `tabStudent Attendance` where name = %s", name, as_dict=True)[0]

	def searched(self, names: list[str]) -> dict[str, Any]:
		entries = [json.loads(entry) for entry in frappe.cache.lrange("global_search_queue", 0, -1)]
		return {entry["name"]: entry for entry in entries if entry["name"] in names}


def _forget_doc_hooks() -> None:
	if hasattr(frappe.local, "doc_events_hooks"):
		del frappe.local.doc_events_hooks
