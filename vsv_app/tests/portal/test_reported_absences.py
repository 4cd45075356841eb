"""A learner's own report of an absence: told to who answers, decided by the officer's role alone, and read by the learner."""

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, now_datetime

from vsv_app.api.attendance import not_in_today, reported_absences
from vsv_app.api.care import board
from vsv_app.api.portal import family
from vsv_app.services import school
from vsv_app.services.care import promises
from vsv_app.site.care import family_mails
from vsv_app.site.desk.routes import page
from vsv_app.site.portal import absences, pages
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories

LEAVE = "Student Leave Application"


class ReportedTestCase(FrappeTestCase):
	def setUp(self) -> None:
		self.user = care.make_portal_user()
		self.group, self.student = care.make_learner(date_of_birth=care.child_born(), user=self.user)
		factories.make_bell_schedule(student_group=self.group)
		self.officer = factories.make_user("Attendance Officer")
		self.day = absences.next_school_day(self.student, calendar.load(FrappeStore()))

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def report(self, user: str | None = None, **more: object) -> str:
		frappe.set_user(user or self.user)
		made = family.report_absence(self.student, self.day, self.day, "Ill", "A fever", **more)
		frappe.set_user("Administrator")
		return made["name"]

	def asked(self, user: str) -> list[str]:
		store = FrappeStore()
		found = promises.waiting_for(
			store, school.load(store), calendar.load(store), user, school_now().date()
		)
		return [one.name for one in found if one.kind == "Absence Reported"]

	def listed(self, user: str | None = None) -> list[tuple[str, str, bool]]:
		frappe.set_user(user or self.user)
		(shown,) = pages.family()
		frappe.set_user("Administrator")
		return [(one["said"], one["answer"], one["may_withdraw"]) for one in shown["reported"]]

	def decided_by_officer(self, leave: str, answer: str = "") -> None:
		frappe.set_user(self.officer)
		document = frappe.get_doc(LEAVE, leave)
		document.vsv_answer = answer
		document.submit()
		frappe.set_user("Administrator")


class TestAsked(ReportedTestCase):
	def test_the_officers_are_told_and_it_waits_for_them(self) -> None:
		leave = self.report()
		told = frappe.get_all("Notification Log", {"document_name": leave}, ["for_user", "subject"])
		self.assertIn(
			(self.officer, "A learner reported an absence"), [(one.for_user, one.subject) for one in told]
		)
		self.assertEqual(self.asked(self.officer), [leave])
		self.assertEqual(self.listed(), [("The school looks at it.", "", True)])

	def test_without_an_officer_it_is_the_coordinators_who_may_decide(self) -> None:
		frappe.db.sql(
			"update `tabUser` set enabled = 0 where name in (select parent from `tabHas Role` where role = 'Attendance Officer')"
		)
		coordinator = factories.make_user("Care Team Coordinator")
		frappe.db.set_single_value("Early Warning Settings", "coordinator", coordinator)
		leave = self.report()
		self.assertEqual(self.asked(coordinator), [leave])
		frappe.set_user(coordinator)
		(one,) = [item for item in board.overview(scope="mine")["waiting"] if item["name"] == leave]
		self.assertEqual(
			(one["title"], one["text"], one["route"]),
			("An absence that a learner reported", "Ill", page("student-leave-application", leave)),
		)
		for right in ("read", "submit"):
			self.assertTrue(frappe.has_permission(LEAVE, right, doc=leave, user=coordinator), right)
		frappe.get_doc(LEAVE, leave).submit()
		self.assertEqual((self.asked(coordinator), self.listed()[0][0]), ([], "The school has accepted it."))

	def test_a_guardians_report_asks_nobody(self) -> None:
		mother = care.make_portal_user()
		care.make_guardian(self.student, user=mother)
		leave = self.report(mother)
		self.assertEqual(frappe.db.get_value(LEAVE, leave, "docstatus"), 1)
		self.assertEqual((self.asked(self.officer), self.listed(mother)), ([], [("", "", True)]))
		self.assertFalse(frappe.db.exists("Notification Log", {"document_name": leave}))

	def test_taken_back_by_the_learner_it_waits_for_nobody(self) -> None:
		leave = self.report()
		frappe.set_user(self.user)
		family.withdraw_absence(leave)
		self.assertEqual((self.asked(self.officer), self.listed()), ([], []))
		self.assertFalse(frappe.db.exists("Notification Log", {"document_name": leave}))

	def test_the_same_day_is_not_reported_twice(self) -> None:
		self.report()
		with self.assertRaises(absences.NoSchool):
			self.report()
		frappe.set_user("Administrator")
		self.assertEqual(len(self.asked(self.officer)), 1)

	def test_a_guardians_word_takes_the_place_of_what_the_learner_reported(self) -> None:
		self.report()
		mother = care.make_portal_user()
		care.make_guardian(self.student, user=mother)
		second = self.report(mother)
		of_learner = frappe.get_all(
			LEAVE, {"student": self.student}, ["name", "docstatus", "owner"], as_list=True
		)
		self.assertEqual(of_learner, ((second, 1, mother),))
		self.assertEqual(self.asked(self.officer), [])

	def test_a_day_that_is_excused_asks_nobody_again_and_the_learner_reads_so(self) -> None:
		self.report()
		record = frappe.get_doc(
			doctype="Student Attendance", student=self.student, student_group=self.group, date=self.day, status="Absent",
			vsv_reason="Ill",
		).insert()  # fmt: skip
		record.submit()
		self.assertEqual(self.asked(self.officer), [])
		self.assertEqual(self.listed(), [("The school knows of it already.", "", True)])

	def test_it_stands_on_the_officers_screen(self) -> None:
		leave = self.report()
		frappe.set_user(self.officer)
		(one,) = [row for row in not_in_today.overview()["reported"] if row["name"] == leave]
		self.assertEqual(one["reason"], "Ill")
		self.assertIn(leave, one["route"])


class TestDecided(ReportedTestCase):
	def test_the_officers_role_alone_accepts_it_and_the_learner_reads_so(self) -> None:
		leave = self.report()
		self.decided_by_officer(leave, "Get well soon")
		self.assertEqual(self.asked(self.officer), [])
		self.assertEqual(self.listed(), [("The school has accepted it.", "Get well soon", True)])
		row = frappe.db.get_value(
			"Student Attendance",
			{"leave_application": leave},
			["status", "vsv_source", "vsv_reason", "vsv_excused"],
		)
		self.assertEqual(row, ("Leave", "Officer", "Ill", "Excused"))
		frappe.set_user(self.officer)
		shown = not_in_today.overview(self.day)
		(row,) = [one for one in shown["rows"] if one["student"] == self.student]
		self.assertEqual((row["open"], row["reason"]), (False, "Ill"))

	def test_accepted_for_a_part_of_the_day_the_rest_stays_to_be_computed(self) -> None:
		leave = self.report(from_time="10:00", to_time="12:00")
		self.decided_by_officer(leave)
		self.assertFalse(frappe.db.exists("Student Attendance", {"leave_application": leave, "docstatus": 1}))
		self.assertEqual(self.listed()[0][0], "The school has accepted it.")

	def test_not_accepted_it_counts_for_nothing_and_the_learner_reads_why(self) -> None:
		leave = self.report()
		frappe.set_user(self.officer)
		with self.assertRaises(absences.NotOpen):
			reported_absences.decline(leave, " ")
		reported_absences.decline(leave, "You were in the gym")
		with self.assertRaises(absences.NotOpen):
			reported_absences.decline(leave, "Twice")
		frappe.set_user("Administrator")
		self.assertEqual(self.asked(self.officer), [])
		self.assertEqual(
			self.listed(),
			[("The school did not accept it. It does not count.", "You were in the gym", False)],
		)
		self.assertFalse(frappe.db.exists("Student Attendance", {"student": self.student}))
		self.assertTrue(self.report(), "it may be reported again, with other words")

	def test_a_mail_says_that_something_waits_once_it_is_decided(self) -> None:
		leave = self.report()
		now = now_datetime()
		self.assertNotIn(self.user, [user for user, _since in family_mails._waiting(now)])
		self.decided_by_officer(leave)
		self.assertIn(self.user, [user for user, _since in family_mails._waiting(now)])

	def test_nobody_else_decides_and_a_draft_of_a_teacher_is_not_declined(self) -> None:
		leave = self.report()
		frappe.set_user(self.user)
		self.assertRaises(frappe.PermissionError, reported_absences.decline, leave, "No")
		frappe.set_user("Administrator")
		draft = frappe.get_doc(
			doctype=LEAVE, student=self.student, from_date=add_days(self.day, 20), to_date=add_days(self.day, 20),
			attendance_based_on="Student Group", student_group=self.group, vsv_answer="Yes", vsv_declined=1,
		).insert()  # fmt: skip
		self.assertEqual((draft.vsv_answer, draft.vsv_declined), (None, 0))
		frappe.set_user(self.officer)
		self.assertRaises(absences.NotOpen, reported_absences.decline, draft.name, "No")

	def test_the_form_knows_who_reported_it(self) -> None:
		for user, said in ((self.user, True), ("Administrator", False)):
			document = frappe.get_doc(LEAVE, self.report())
			document.owner = user
			document.run_method("onload")
			self.assertEqual(document.get_onload("by_learner"), said)
			document.delete()
