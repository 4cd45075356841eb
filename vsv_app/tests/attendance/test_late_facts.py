"""What becomes known late on a real site: leave and its cancellation by Education itself, and times that are changed under records."""

from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from vsv_app.services.attendance import day_close
from vsv_app.site.attendance import waiting_days
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.tests import factories
from vsv_app.vsv_app.doctype.bell_schedule.bell_schedule import RecordedDays


class TestLateFacts(FrappeTestCase):
	def setUp(self) -> None:
		frappe.db.set_value("Attendance Gateway", {"enabled": 1}, "enabled", 0)
		frappe.db.set_single_value("Early Warning Settings", "turnout_least", 0)
		factories.make_holiday_list()
		self.group, self.students = factories.make_group(2)
		self.bells = factories.make_bell_schedule(student_group=self.group)
		self.day = factories.school_day(1)
		door = factories.make_gateway()
		frappe.db.set_value("Attendance Gateway", door, "last_seen", now_datetime())
		factories.make_check_in(self.students[0], school_day=self.day, gateway=door, terminal="main")
		frappe.flags.pop(waiting_days.WAITING, None)

	def tearDown(self) -> None:
		frappe.flags.pop(waiting_days.WAITING, None)
		frappe.db.rollback()

	def write(self) -> None:
		day_close.write_days(FrappeStore(), self.day, now_datetime() + timedelta(hours=1))

	def standing(self, student: str) -> list[tuple[object, ...]]:
		fields = ["status", "vsv_source", "vsv_minutes_missed", "vsv_minutes_leave"]
		filters = {"student": student, "date": self.day, "docstatus": 1}
		return [tuple(row) for row in frappe.get_all("Student Attendance", filters, fields, as_list=True)]

	def leave(self, **data: object) -> object:
		values = {"student": self.students[1], "from_date": self.day, "to_date": self.day, **data}
		leave = frappe.get_doc(
			{
				"doctype": "Student Leave Application",
				"attendance_based_on": "Student Group",
				"student_group": self.group,
				**values,
			}
		)
		return leave.insert().submit()

	def test_leave_is_computed_anew_when_it_is_cancelled(self) -> None:
		self.write()
		self.assertEqual(self.standing(self.students[1]), [("Absent", "Badge", 360, 0)])
		leave = self.leave()
		self.assertIn((self.students[1], str(self.day), str(self.day)), frappe.flags[waiting_days.WAITING])
		self.write()
		self.assertEqual(self.standing(self.students[1]), [("Leave", "Badge", 360, 0)])
		leave.cancel()
		self.write()
		self.assertEqual(self.standing(self.students[1]), [("Absent", "Badge", 360, 0)])

	def test_leave_before_the_day_is_over_follows_its_application_too(self) -> None:
		leave = self.leave(vsv_from_time="13:00:00")
		self.write()
		self.assertEqual(self.standing(self.students[1]), [("Absent", "Badge", 240, 120)])
		leave.cancel()
		self.write()
		self.assertEqual(self.standing(self.students[1]), [("Absent", "Badge", 360, 0)])

	def test_times_under_which_days_are_recorded_are_valid_from_a_day_instead(self) -> None:
		self.write()
		bells = frappe.get_doc("Bell Schedule", self.bells)
		bells.late_after_minutes = 10
		for row in bells.sessions:
			row.starts = "09:00:00" if row.session == "Morning" else row.starts
		self.assertRaises(RecordedDays, bells.save)
		bells = frappe.get_doc("Bell Schedule", self.bells)
		bells.late_after_minutes = 10
		fresh = frappe.get_doc("Bell Schedule", bells.make_valid_from(str(self.day + timedelta(days=1))))
		self.assertEqual((fresh.late_after_minutes, fresh.valid_from), (10, self.day + timedelta(days=1)))
		self.assertEqual(frappe.db.get_value("Bell Schedule", self.bells, "valid_to"), self.day)

	def test_a_session_that_says_nothing_counts_in_full_and_one_that_says_0_for_nothing(self) -> None:
		bells = frappe.get_doc("Bell Schedule", self.bells)
		self.assertEqual({row.counted_minutes for row in bells.sessions}, {240, 120})
		bells.sessions[0].counted_minutes = 0
		bells.save()
		self.assertEqual(frappe.get_doc("Bell Schedule", self.bells).sessions[0].counted_minutes, 0)
