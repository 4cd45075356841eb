"""What is asked of a person stands where that person, with the own role alone, can answer it."""

from typing import Any

import frappe
from frappe.utils import add_days, getdate, nowdate

from vsv_app.api.care import asked, board
from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.patches import give_actions_a_day as patch
from vsv_app.services.care import digest, plans
from vsv_app.site.care import asked_of_user
from vsv_app.site.desk import routes
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.care.test_care_on_site import CareTestCase
from vsv_app.vsv_app.doctype.concern import concern as noted

PAGES = {
	"School Mentor": "mentor-board",
	"Care Team Member": "mentor-board",
	"Care Team Coordinator": "mentor-board",
	"Early Warning Administrator": "mentor-board",
	"Attendance Officer": "not-in-today",
	"School Leader": "school-at-a-glance",
	"Instructor": "asked-of-you",
}


class AskedTestCase(CareTestCase):
	def setUp(self) -> None:
		_group, (self.student,) = factories.make_group(1)
		self.mentor = factories.make_user("School Mentor")
		factories.make_assignment(self.mentor, student=self.student)
		self.coordinator = factories.make_user("Care Team Coordinator")

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		super().tearDown()

	def bells(self, user: str, name: str) -> list[str]:
		return frappe.get_all("Notification Log", {"for_user": user, "document_name": name}, pluck="subject")


class TestWhereItStands(AskedTestCase):
	def test_the_mail_of_each_role_leads_to_a_page_that_it_opens(self) -> None:
		for role, page in PAGES.items():
			user = factories.make_user(role)
			self.assertEqual(asked_of_user.page_of(user), routes.page(page))
			frappe.set_user(user)
			self.assertTrue(frappe.get_doc("Page", page).is_permitted(), role)
			frappe.set_user("Administrator")

	def test_a_decision_stands_with_a_teacher_an_officer_and_a_leader(self) -> None:
		for role in ("Instructor", "Attendance Officer", "School Leader"):
			user = factories.make_user(role)
			name = care.make_decision(self.student, user, due_on=nowdate())
			counted = [
				one for one in digest.of_today(FrappeStore(), getdate(nowdate())) if one.recipient == user
			]
			self.assertEqual([one.kinds for one in counted], [{"Decision": 1}])
			frappe.set_user(user)
			(one,) = asked.of_me()
			self.assertEqual((one["kind"], one["name"], one["answer"]), ("Decision", name, "decision"))
			frappe.set_user("Administrator")


class TestAnActionOfAPlan(AskedTestCase):
	def running(self, **action: Any) -> Any:
		made = care.activate(care.make_plan(self.student, status="Proposed", responsible=self.mentor))
		frappe.set_user(self.mentor)
		plan = frappe.get_doc("Support Plan", made.name)
		plan.append("actions", {"what": "Lend a laptop", "status": "Planned", **action})
		plan.save()
		return plan

	def test_a_mentor_answers_it_on_the_board(self) -> None:
		plan = self.running(who=self.mentor, to_date=nowdate())
		row = plan.actions[-1]
		shown = board.overview()["waiting"]
		self.assertIn(row.name, [one["thing"] for one in shown if one["kind"] == "Action"])
		self.assertEqual(board.act("action_done", thing=row.name)["thing"], row.name)
		self.assertEqual(frappe.db.get_value("Support Plan Action", row.name, "status"), "Done")

	def test_a_teacher_is_told_does_it_and_who_gave_it_hears(self) -> None:
		teacher = factories.make_user("Instructor")
		plan = self.running(who=teacher, to_date=nowdate())
		row = plan.actions[-1]
		self.assertEqual(row.given_by, self.mentor)
		bell = frappe.db.get_value(
			"Notification Log", {"for_user": teacher, "document_name": plan.name}, ["subject", "link"]
		)
		self.assertEqual(bell, (plans.GIVEN, routes.page("asked-of-you")))
		frappe.set_user(teacher)
		(one,) = asked.of_me()
		self.assertEqual((one["text"], one["answer"], one["link"]), ("Lend a laptop", "action", ""))
		self.assertRaises(asked.NotAnswered, asked.answer_action, row.name, 0)
		asked.answer_action(row.name, 1, "It is at home.")
		self.assertEqual(asked.of_me(), [])
		self.assertIn(plans.DONE, self.bells(self.mentor, plan.name))
		frappe.set_user(factories.make_user("Instructor"))
		self.assertRaises(frappe.PermissionError, asked.answer_action, row.name, 1)

	def test_what_becomes_of_it_in_the_form_is_told_too(self) -> None:
		plan = self.running(who=self.coordinator, to_date=nowdate())
		frappe.set_user(self.coordinator)
		again = frappe.get_doc("Support Plan", plan.name)
		again.actions[-1].status = "Dropped"
		again.save()
		self.assertIn(plans.NOT_DONE, self.bells(self.mentor, plan.name))

	def test_without_a_day_it_comes_back_within_a_school_week(self) -> None:
		plan = self.running(who=self.mentor)
		row = plan.actions[-1]
		self.assertGreaterEqual(getdate(row.to_date), getdate(add_days(nowdate(), 1)))
		frappe.db.set_value("Support Plan Action", row.name, "to_date", None)
		patch.execute()
		self.assertTrue(frappe.db.get_value("Support Plan Action", row.name, "to_date"))


class TestAConcernOfAColleague(AskedTestCase):
	def test_who_is_named_hears_of_it_once(self) -> None:
		frappe.set_user(self.mentor)
		made = care.make_concern(self.student, kind="Home", responsible=self.coordinator)
		self.assertEqual(self.bells(self.coordinator, made.name), [noted.NOTED])
		made.save()
		self.assertEqual(len(self.bells(self.coordinator, made.name)), 1)

	def test_a_call_for_help_is_told_to_its_readers(self) -> None:
		frappe.set_user(self.mentor)
		readers = [{"user": self.coordinator}]
		made = care.make_concern(self.student, kind="Asked For Help", visibility=RESTRICTED, readers=readers)
		self.assertEqual(self.bells(self.coordinator, made.name), [noted.CALL])

	def test_who_may_not_read_it_is_not_told(self) -> None:
		stranger = factories.make_user("School Mentor")
		frappe.set_user(self.mentor)
		made = care.make_concern(
			self.student, kind="Safety", responsible=stranger, readers=[{"user": self.coordinator}]
		)
		self.assertEqual(self.bells(stranger, made.name), [])
