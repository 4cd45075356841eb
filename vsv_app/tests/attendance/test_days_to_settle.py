"""On a site: an officer settles held days, people hear of blind doors, and a mark says why."""

import json
from datetime import datetime, time, timedelta
from typing import Any

import frappe
from frappe.tests.utils import FrappeTestCase

from vsv_app.api.attendance import explanation
from vsv_app.api.attendance import settling as api
from vsv_app.engine.attendance.day_outcome import AWAY, CLOSED, THERE, TRIP
from vsv_app.services.attendance.office import not_in
from vsv_app.services.gateways import door_alarms
from vsv_app.services.school import SETTINGS
from vsv_app.site.gateways import door_history
from vsv_app.site.jobs import attendance_jobs
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar, holds
from vsv_app.tests import factories

WORDS = [
	"Door {0} of {1} was not reading from {2} to {3}: its gateway was off.",
	"side",
	"front",
	"07:41",
	"09:35",
]


def make_hold(student: str, group: str, day: Any) -> str:
	"""A day that waits for a person."""
	return FrappeStore().add_document(
		"Attendance Hold",
		{
			"name": holds.name_of(student, day), "student": student, "student_name": student, "student_group": group,
			"school_day": day, "status": "Open", "cause": "Door Not Reading", "would_be": "Absent",
			"explanation": WORDS[0].format(*WORDS[1:]), "explanation_words": json.dumps(WORDS),
		},
	)  # fmt: skip


class TestDaysToSettle(FrappeTestCase):
	def setUp(self) -> None:
		frappe.db.set_value("Attendance Gateway", {"enabled": 1}, "enabled", 0)
		frappe.db.delete("Attendance Hold")
		self.group, self.students = factories.make_group(3)
		self.schedule = factories.make_bell_schedule(student_group=self.group)
		self.day = factories.school_day(1)
		self.holds = [make_hold(student, self.group, self.day) for student in self.students]
		self.officer = factories.make_user("Attendance Officer", "Academics User")
		frappe.set_user(self.officer)

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def records(self) -> list[tuple[str, str]]:
		of_day = {"student": ("in", self.students), "date": self.day, "docstatus": 1}
		return sorted(frappe.get_all("Student Attendance", of_day, ["status", "vsv_source"], as_list=True))

	def test_what_is_held_is_told_in_a_sentence_and_settled_in_one_go(self) -> None:
		(group,) = api.overview()["groups"]
		self.assertIn("side of front was not reading from 07:41 to 09:35", group["sentence"])
		self.assertEqual([one["hold"] for one in group["held"]], sorted(self.holds, key=lambda one: [h["hold"] for h in group["held"]].index(one)))  # fmt: skip
		self.assertEqual(api.settle(self.holds, THERE)["count"], 3)
		self.assertEqual(self.records(), [("Present", "Officer")] * 3)
		self.assertEqual(api.overview()["last"]["count"], 3)
		self.assertEqual(frappe.db.get_value("Attendance Hold", self.holds[0], "settled_by"), self.officer)

	def test_each_answer_can_be_taken_back(self) -> None:
		for answer in (THERE, AWAY, TRIP, CLOSED):
			self.assertEqual(api.settle(self.holds, answer)["count"], 3, answer)
			self.assertEqual(api.undo()["count"], 3, answer)
			self.assertEqual(self.records(), [], answer)
			self.assertEqual(len(api.overview()["groups"][0]["held"]), 3, answer)

	def test_closed_is_an_exception_that_the_form_of_the_schedule_keeps(self) -> None:
		(means,) = api.closing(self.holds[:1])
		self.assertEqual((means["schedules"], means["held"]), ([self.schedule], 3))
		api.settle(self.holds[:1], CLOSED)
		frappe.set_user("Administrator")
		schedule = frappe.get_doc("Bell Schedule", self.schedule)
		self.assertEqual([(row.date, row.kind) for row in schedule.exceptions], [(self.day, "Closed")])
		schedule.save()

	def test_a_trip_is_a_leave_that_counts_as_present(self) -> None:
		api.settle(self.holds, TRIP)
		leaves = {"student": ("in", self.students), "mark_as_present": 1, "docstatus": 1}
		self.assertEqual(frappe.db.count("Student Leave Application", leaves), 3)
		self.assertEqual({status for status, _source in self.records()}, {"Present"})

	def test_what_cannot_be_is_said_in_a_sentence(self) -> None:
		self.assertRaises(api.NotToSettle, api.settle, self.holds, "Somewhere")
		self.assertRaises(api.NotToSettle, api.settle, self.holds, AWAY, "No such reason")

	def test_nobody_else_settles(self) -> None:
		for role in ("School Mentor", "Care Team Coordinator", "School Leader", "System Manager"):
			frappe.set_user("Administrator")
			frappe.set_user(factories.make_user(role))
			self.assertRaises(frappe.PermissionError, api.overview)
			self.assertRaises(frappe.PermissionError, api.settle, self.holds, THERE)
			self.assertRaises(frappe.PermissionError, api.undo)

	def test_a_mark_says_why_to_who_may_read_it(self) -> None:
		api.settle(self.holds[:1], THERE)
		name = frappe.get_all("Student Attendance", {"student": self.students[0]}, pluck="name")[0]
		told = {part["heading"]: part["sentences"] for part in explanation.why(name)}
		self.assertIn("side of front was not reading", told["What is written"][1])
		frappe.set_user("Administrator")
		frappe.set_user(factories.make_user("School Leader"))
		self.assertRaises(frappe.PermissionError, explanation.why, name)

	def test_officers_are_asked_once_and_without_a_name(self) -> None:
		frappe.set_user("Administrator")
		FrappeStore().set_single(SETTINGS, {"enabled": 1})
		attendance_jobs.ask_for_held_days()
		attendance_jobs.ask_for_held_days()
		told = frappe.get_all("Notification Log", {"for_user": self.officer}, ["subject", "document_type"])
		self.assertEqual([one.document_type for one in told], ["Attendance Hold"])
		self.assertFalse(any(student in told[0].subject for student in self.students))

	def test_the_live_list_says_how_many_are_held(self) -> None:
		found = not_in.look(FrappeStore(), self.day, datetime.combine(factories.school_day(), time(12)))
		self.assertIn(
			"Held for this day, until an attendance officer settles them: 3.", map(str, found.sentences)
		)


class TestBlindDoors(FrappeTestCase):
	def setUp(self) -> None:
		frappe.db.set_value("Attendance Gateway", {"enabled": 1}, "enabled", 0)
		self.group, _students = factories.make_group(1)
		factories.make_bell_schedule(student_group=self.group)
		self.midnight = datetime.combine(factories.school_day(), time())
		self.door = factories.make_gateway(status="Online", last_seen=self.midnight + timedelta(hours=12))
		for hour, state in ((7.0, "reading"), (7.7, "closed"), (9.6, "reading")):
			at = self.midnight + timedelta(hours=hour)
			FrappeStore().add_document(
				"Door Watch",
				{"name": f"{self.door}-{hour}", "gateway": self.door, "terminal": "door", "state": state, "at": at, "source": "Told"},
			)  # fmt: skip

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_installers_and_officers_hear_of_the_fault_and_of_its_end_once(self) -> None:
		people = [factories.make_user("Gateway Installer"), factories.make_user("Attendance Officer")]
		store = FrappeStore()
		known = calendar.load(store)
		frappe.db.delete(
			"Door Watch", {"gateway": self.door, "at": (">", self.midnight + timedelta(hours=9))}
		)
		for hour in (7.8, 8.5):
			door_alarms.look(store, known, self.midnight + timedelta(hours=hour))
		for person in people:
			told = frappe.get_all("Notification Log", {"for_user": person}, ["subject", "document_name"])
			self.assertEqual(
				[(one.subject, one.document_name) for one in told],
				[(door_alarms.FAULTS["closed"], self.door)],
			)

	def test_the_form_shows_what_each_terminal_could_see(self) -> None:
		(shown,) = door_history.of_gateway(self.door, self.midnight + timedelta(hours=12))
		self.assertEqual(len(shown["days"]), 7)
		self.assertEqual([part["why"] for part in shown["days"][-1]["blind"]], ["its port or cable was gone"])
		self.assertIn("07:42", shown["spans"][0])


class TestLeaveForAPartOfTheDay(FrappeTestCase):
	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_education_writes_no_leave_for_the_whole_day_from_it(self) -> None:
		group, (part, whole) = factories.make_group(2)
		day = factories.school_day()
		for student, hours in ((part, {"vsv_from_time": "13:00:00"}), (whole, {})):
			leave = frappe.get_doc(
				doctype="Student Leave Application", student=student, from_date=day, to_date=day, reason="Dentist",
				attendance_based_on="Student Group", student_group=group, **hours,
			).insert()  # fmt: skip
			leave.submit()
		stands = {"date": day, "docstatus": 1, "status": "Leave", "student": ("in", (part, whole))}
		self.assertEqual(frappe.get_all("Student Attendance", stands, pluck="student"), [whole])
