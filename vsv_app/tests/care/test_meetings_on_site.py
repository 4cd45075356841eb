"""A care meeting on a site: what people write is checked, who is asked is told, and who reads sees what is theirs."""

from typing import Any

import frappe
from frappe.utils import add_days, nowdate

from vsv_app.api.care import meetings
from vsv_app.api.care.meetings import NotAtThisMeeting, NotWrittenDown
from vsv_app.engine.care.agenda import HELP, Reason
from vsv_app.patches import follow_decisions_into_plans as patch
from vsv_app.services.care.meetings.agenda import Entry
from vsv_app.site.care import meeting_pages
from vsv_app.site.privacy import retention
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.care.test_care_on_site import CareTestCase
from vsv_app.vsv_app.doctype.care_meeting.care_meeting import NotInvited
from vsv_app.vsv_app.doctype.support_plan.support_plan import ClosedNotDeleted


class MeetingTestCase(CareTestCase):
	def setUp(self) -> None:
		self.group, (self.student, self.other) = factories.make_group(2)
		self.mentor = factories.make_user("School Mentor")
		factories.make_assignment(self.mentor, student=self.student)
		self.coordinator = factories.make_user("Care Team Coordinator")
		self.meeting = care.make_meeting().name

	def decide(self, **values: object) -> str:
		frappe.set_user(self.coordinator)
		said = {"what": "Call home", "who": self.mentor, "due_on": add_days(nowdate(), 7), **values}
		meetings.decide(self.meeting, self.student, **said)
		return str(frappe.db.get_value("Care Decision", {"student": self.student}))


class TestAMeetingThatIsPlanned(MeetingTestCase):
	def test_the_time_is_as_people_say_it(self) -> None:
		self.assertEqual(care.make_meeting(starts_at="9.05").starts_at, "09:05")
		self.assertRaises(frappe.ValidationError, care.make_meeting, starts_at="after school")

	def test_the_care_team_is_invited_by_itself(self) -> None:
		member = factories.make_user("Care Team Member")
		frappe.set_user(self.coordinator)
		made = frappe.get_doc("Care Meeting", meetings.plan_meeting(nowdate()))
		self.assertLessEqual({self.coordinator, member}, {row.user for row in made.people})

	def test_a_partner_comes_for_an_organisation_of_its_own(self) -> None:
		user = care.make_portal_user()
		partner, other = care.make_stakeholder(user), care.make_stakeholder()
		self.assertEqual(care.make_meeting({"user": user}).people[1].stakeholder, partner)
		with self.assertRaises(NotInvited):
			care.make_meeting({"user": user, "stakeholder": other})


class TestWhoHearsOfWhom(MeetingTestCase):
	def setUp(self) -> None:
		super().setUp()
		for student in (self.student, self.other):
			care.put_on_agenda(self.meeting, student)

	def on_agenda(self) -> set[str]:
		shown = meetings.overview(self.meeting)["learners"]
		return {one["student"] for one in shown} & {self.student, self.other}

	def test_a_mentor_hears_of_the_own_learners(self) -> None:
		frappe.set_user(self.mentor)
		self.assertEqual(self.on_agenda(), {self.student})
		self.assertTrue(meetings.known(self.meeting, self.student))
		self.assertRaises(NotAtThisMeeting, meetings.known, self.meeting, self.other)
		frappe.set_user(self.coordinator)
		self.assertEqual(self.on_agenda(), {self.student, self.other})

	def test_a_mentor_writes_nothing_and_puts_own_learners_on(self) -> None:
		frappe.set_user(self.mentor)
		self.assertRaises(frappe.PermissionError, meetings.conclude, self.meeting, self.student)
		self.assertRaises(NotAtThisMeeting, meetings.put_on, self.other)
		self.assertEqual(meetings.put_on(self.student)["meeting"], self.meeting)

	def test_a_restricted_concern_is_not_named_to_who_may_not_read_it(self) -> None:
		hidden = care.make_concern(
			self.student,
			kind="Asked For Help",
			visibility="Named People Only",
			readers=[{"user": self.coordinator}],
		)
		reason = Reason(HELP, "Concern", hidden.name)
		for user, may in ((self.coordinator, True), (self.mentor, False)):
			frappe.set_user(user)
			self.assertEqual(meeting_pages._may_hear(reason), may)
		frappe.set_user("Administrator")
		entry = Entry(self.student, "x", None, "To Discuss", (reason,), "", "", ())
		self.assertEqual(meeting_pages.why_in_words(entry), [])
		frappe.set_user(self.mentor)
		self.assertFalse(meeting_pages.says_something(meeting_pages._as_heard(entry)))

	def test_what_a_family_wrote_is_for_who_may_read_messages(self) -> None:
		message = care.make_message(self.student, message="We are moving house")
		reason = Reason("Message Unanswered", "Family Message", message.name, what="We are moving house")
		member = factories.make_user("Care Team Member")
		for user, text in ((self.coordinator, "We are moving house"), (member, "")):
			frappe.set_user(user)
			self.assertEqual(meeting_pages._reason(reason, {})["what"], text)


class TestADecision(MeetingTestCase):
	def test_who_is_asked_is_told_and_answers(self) -> None:
		name = self.decide()
		told = {"document_name": name, "for_user": self.mentor}
		self.assertTrue(frappe.db.exists("Notification Log", told))
		frappe.set_user(self.mentor)
		with self.assertRaises(NotWrittenDown):
			meetings.answer(name, 0)
		meetings.answer(name, 0, "Nobody answers the phone.")
		told = {"document_name": name, "for_user": self.coordinator}
		self.assertTrue(frappe.db.exists("Notification Log", told))
		self.assertEqual(frappe.db.get_value("Care Decision", name, ["status", "answered_by"]), ("Not Done", self.mentor))  # fmt: skip

	def test_nobody_else_answers_for_them(self) -> None:
		name = self.decide()
		frappe.set_user(factories.make_user("School Mentor"))
		self.assertRaises(frappe.PermissionError, meetings.answer, name, 1)

	def test_only_who_works_here_is_asked(self) -> None:
		self.assertRaises(NotWrittenDown, self.decide, who=care.make_portal_user())

	def test_in_a_running_plan_it_is_an_action_that_the_plan_keeps(self) -> None:
		frappe.db.set_value("Student", self.student, "date_of_birth", care.ADULT)
		frappe.set_user("Administrator")
		plan = care.activate(care.make_plan(self.student, status="Proposed"))
		name = self.decide(in_plan=1)
		frappe.set_user("Administrator")
		plan.reload()
		self.assertEqual([row.name for row in plan.actions][-1], name)
		plan.save()
		self.assertEqual((plan.status, plan.actions[-1].what), ("Active", "Call home"))

	def in_plan(self) -> tuple[str, Any]:
		frappe.db.set_value("Student", self.student, "date_of_birth", care.ADULT)
		frappe.set_user("Administrator")
		plan = care.activate(care.make_plan(self.student, status="Proposed"))
		name = self.decide(in_plan=1)
		frappe.set_user("Administrator")
		return name, plan.reload()

	def assertBecame(self, name: str, status: str, plan: str | None) -> None:
		self.assertEqual(frappe.db.get_value("Care Decision", name, ["status", "plan"]), (status, plan))

	def test_what_the_plan_did_of_it_is_told_to_who_decided(self) -> None:
		for said, status in (("Done", "Done"), ("Dropped", "Not Done")):
			with self.subTest(said):
				self.setUp()
				name, plan = self.in_plan()
				plan.actions[-1].status = said
				plan.save()
				self.assertBecame(name, status, plan.name)
				told = {"document_name": name, "for_user": self.coordinator}
				self.assertTrue(frappe.db.exists("Notification Log", told))

	def test_what_a_plan_no_longer_holds_is_a_promise_again(self) -> None:
		name, plan = self.in_plan()
		plan.remove(plan.actions[-1])
		plan.save()
		self.assertBecame(name, "Open", None)

	def test_what_a_plan_closes_with_undone_is_a_promise_again(self) -> None:
		name, plan = self.in_plan()
		plan.update({"status": "Closed", "outcome": "Left", "closing_reason": "Moved."})
		plan.save()
		self.assertBecame(name, "Open", None)

	def test_a_plan_that_was_answered_or_closed_before_is_followed_at_last(self) -> None:
		name, plan = self.in_plan()
		frappe.db.set_value("Support Plan Action", name, "status", "Planned")
		patch.execute()
		self.assertBecame(name, "In Plan", plan.name)
		frappe.db.set_value("Support Plan Action", name, "status", "Done")
		patch.execute()
		self.assertBecame(name, "Done", plan.name)
		self.assertTrue(
			frappe.db.exists("Notification Log", {"document_name": name, "for_user": self.coordinator})
		)

	def test_what_a_closed_plan_left_undone_before_is_a_promise_again(self) -> None:
		name, plan = self.in_plan()
		frappe.db.set_value("Support Plan", plan.name, "status", "Closed")
		patch.execute()
		self.assertBecame(name, "Open", None)
		patch.execute()
		self.assertBecame(name, "Open", None)

	def test_nobody_deletes_a_plan_and_what_waits_in_it(self) -> None:
		name, plan = self.in_plan()
		signal = factories.make_signal(self.student)
		plan.append("signals", {"signal": signal})
		plan.save()
		for force in (False, True):
			with self.assertRaisesRegex(ClosedNotDeleted, "Close it, with an outcome"):
				frappe.delete_doc("Support Plan", plan.name, force=force)
		self.assertBecame(name, "In Plan", plan.name)
		self.assertEqual(frappe.db.get_value("Early Warning Signal", signal, "status"), "In Plan")
		retention.delete("Support Plan", plan.name)
		patch.execute()
		self.assertBecame(name, "Open", None)

	def test_the_minutes_say_what_was_decided(self) -> None:
		self.decide(due_on=(due := add_days(nowdate(), 40)))
		meetings.conclude(self.meeting, self.student, "Sleeps <b>badly</b>.")
		meetings.hold(self.meeting)
		html = frappe.get_print("Care Meeting", self.meeting, "Minutes Of The Care Meeting")
		self.assertNotIn("<b>badly", html)
		days = [frappe.utils.format_date(day, "d MMMM yyyy") for day in (nowdate(), due)]
		for said in ("Call home", "Sleeps", frappe.utils.get_fullname(self.mentor), *days):
			self.assertIn(said, html)
