"""The grid of mentors: who follows whom, last year's class, and what of a list is understood."""

import base64
from datetime import date, timedelta
from typing import Any

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate, nowdate

from vsv_app.site.care import mentor_grid
from vsv_app.tests import factories


class TestMentorGrid(FrappeTestCase):
	def setUp(self) -> None:
		self.today = getdate(nowdate())
		self.group, self.students = factories.make_group(2)
		self.first, self.second = (factories.make_user("School Mentor") for _one in range(2))

	def tearDown(self) -> None:
		frappe.db.rollback()

	def known(self) -> list[Any]:
		return [
			(one.mentor, one.from_date, one.to_date)
			for one in frappe.get_all(
				"Mentor Assignment",
				{"student_group": self.group},
				["mentor", "from_date", "to_date"],
				order_by="from_date",
			)
		]

	def row(self) -> mentor_grid.Row:
		(found,) = (one for one in mentor_grid.rows(self.today) if one.group == self.group)
		return found

	def test_who_is_followed_sees_the_group_to_the_day_before(self) -> None:
		began, later = self.today - timedelta(days=30), self.today + timedelta(days=7)
		self.assertEqual((self.row().learners, self.row().mentor), (2, None))
		mentor_grid.save(self.group, self.first, began, self.today)
		mentor_grid.save(self.group, self.second, later, self.today)
		self.assertEqual(
			self.known(), [(self.first, began, later - timedelta(days=1)), (self.second, later, None)]
		)
		self.assertEqual((self.row().mentor, self.row().others), (self.first, 1))

	def test_what_had_not_begun_is_changed_and_what_did_is_ended(self) -> None:
		later = self.today + timedelta(days=7)
		mentor_grid.save(self.group, self.first, later, self.today)
		mentor_grid.save(self.group, self.second, self.today, self.today)
		self.assertEqual(self.known(), [(self.second, self.today, None)])
		mentor_grid.save(self.group, self.second, self.today - timedelta(days=3), self.today)
		self.assertEqual(self.known(), [(self.second, self.today - timedelta(days=3), None)])
		mentor_grid.save(self.group, None, self.today + timedelta(days=1), self.today)
		self.assertEqual(self.known(), [(self.second, self.today - timedelta(days=3), self.today)])

	def test_mentors_stay_with_their_class_by_its_name_without_the_year(self) -> None:
		began = date(self.today.year - (1 if self.today.month >= 8 else 2), 8, 1)
		ended = date(began.year + 1, 7, 31)
		year = frappe.get_doc(
			doctype="Academic Year", academic_year_name="_Test Year Before", year_start_date=began, year_end_date=ended,
		).insert().name  # fmt: skip
		before = f"{self.group} {began.year}-{ended.year % 100}"
		frappe.get_doc(
			doctype="Student Group", student_group_name=before, academic_year=year, group_based_on="Activity"
		).insert()
		factories.make_assignment(self.first, student_group=before, from_date=began, to_date=ended)
		found = [one for one in mentor_grid.last_year("class", self.today) if one.group == self.group]
		self.assertEqual([(one.mentor, one.why) for one in found], [(self.first, before)])
		self.assertEqual(
			[one for one in mentor_grid.last_year("learners", self.today) if one.group == self.group], []
		)
		mentor_grid.save(self.group, self.second, self.today, self.today)
		self.assertNotIn(self.group, [one.group for one in mentor_grid.last_year("class", self.today)])

	def test_a_list_is_understood_row_by_row(self) -> None:
		text = f"Klas,Mentor,Vanaf\n{self.group.upper()},{self.first},2026-08-24\n{self.group},Nobody,\n{self.group},{self.second},soon\nNone,{self.first},\n"
		taken, refused = mentor_grid.from_list(base64.b64encode(text.encode()).decode(), self.today)
		self.assertEqual(taken, [{"group": self.group, "mentor": self.first, "since": "2026-08-24"}])
		self.assertEqual([one["row"] for one in refused], [3, 4, 5])

	def stand_in(self, starts: int, ends: int) -> str:
		substitute = factories.make_user("School Mentor")
		return factories.make_assignment(
			substitute, student_group=self.group, task="Substitute", stands_in_for=self.first,
			from_date=self.today + timedelta(days=starts), to_date=self.today + timedelta(days=ends),
		)  # fmt: skip

	def test_a_substitute_ends_with_the_task_of_who_is_away(self) -> None:
		mentor_grid.save(self.group, self.first, self.today - timedelta(days=30), self.today)
		begun, ahead = self.stand_in(-3, 20), self.stand_in(10, 20)
		mentor_grid.save(self.group, self.second, self.today + timedelta(days=3), self.today)
		last = frappe.db.get_value("Mentor Assignment", begun, "to_date")
		self.assertEqual(last, self.today + timedelta(days=2))
		self.assertFalse(frappe.db.exists("Mentor Assignment", ahead))

	def test_a_substitute_ends_when_the_task_is_deleted_or_given_to_another(self) -> None:
		for how in ("delete", "change"):
			with self.subTest(how):
				task = factories.make_assignment(self.first, student_group=self.group, from_date=self.today)
				begun = self.stand_in(-3, 20)
				doc = frappe.get_doc("Mentor Assignment", task)
				doc.delete() if how == "delete" else doc.update({"mentor": self.second}).save()
				last = frappe.db.get_value("Mentor Assignment", begun, "to_date")
				self.assertEqual(last, self.today - timedelta(days=1))
