"""What a page promises somebody stays with the school until it is answered, and who asked is told of the answer."""

from typing import Any
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, now_datetime, nowdate

from vsv_app.api.care import board, meetings
from vsv_app.api.portal import family, partner
from vsv_app.services import school
from vsv_app.services.care import promises
from vsv_app.site.care import family_mails, meeting_pages
from vsv_app.site.portal import invitations, pages
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories


class AnswersTestCase(FrappeTestCase):
	def setUp(self) -> None:
		self.coordinator = factories.make_user("Care Team Coordinator")
		frappe.db.set_single_value("Early Warning Settings", "coordinator", self.coordinator)

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.local.lang = "en"
		frappe.db.rollback()

	def waits(self, user: str, kind: str, day: str | None = None) -> list[promises.Promise]:
		store = FrappeStore()
		today = getdate(day or nowdate())
		found = promises.waiting_for(store, school.load(store), calendar.load(store), user, today)
		return [one for one in found if one.kind == kind]

	def bells(self, user: str, name: str) -> list[str]:
		told = {"for_user": user, "document_name": name}
		return frappe.get_all("Notification Log", told, pluck="subject", order_by="creation")

	def mailed(self) -> list[str]:
		return [user for user, _since in family_mails._waiting(now_datetime())]


class TestAgreements(AnswersTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.user = care.make_portal_user()
		self.partner = care.make_stakeholder(self.user)
		frappe.set_user(self.coordinator)
		self.agreement = care.make_agreement(self.partner)
		frappe.set_user("Administrator")

	def gives_feedback(self, words: str = "Call us earlier") -> None:
		frappe.set_user(self.user)
		partner.agreement_feedback(self.agreement.name, self.partner, words)
		frappe.set_user("Administrator")
		self.agreement.reload()

	def of_agreement(self, user: str, kind: str) -> list[promises.Promise]:
		return [one for one in self.waits(user, kind) if one.name == self.agreement.name]

	def test_feedback_waits_for_who_keeps_the_agreement_until_it_is_answered(self) -> None:
		self.gives_feedback()
		(asked,) = self.of_agreement(self.coordinator, "Agreement Feedback")
		self.assertEqual(asked.what, "Call us earlier")
		self.assertGreater(asked.due, getdate(nowdate()))
		self.assertEqual(
			self.bells(self.coordinator, self.agreement.name), ["A partner answered an agreement"]
		)
		self.assertNotIn(self.user, self.mailed())
		frappe.set_user(self.coordinator)
		self.agreement.feedback[0].answer = "From now on before nine"
		self.agreement.save()
		frappe.set_user("Administrator")
		row = self.agreement.feedback[0]
		self.assertEqual((row.user, row.answered_by), (self.user, self.coordinator))
		self.assertEqual(self.of_agreement(self.coordinator, "Agreement Feedback"), [])
		self.assertIn(self.user, self.mailed())
		frappe.set_user(self.user)
		(seen,) = pages.partner()[0]["agreements"]
		self.assertEqual(seen["feedback"][0]["answer"], "From now on before nine")

	def test_where_who_keeps_it_has_left_the_coordinator_is_told_and_has_it_in_hand(self) -> None:
		keeper = factories.make_user("School Leader")
		frappe.db.set_value("Stakeholder Agreement", self.agreement.name, "owner", keeper)
		frappe.db.set_value("User", keeper, "enabled", 0)
		self.gives_feedback()
		self.assertEqual(len(self.bells(self.coordinator, self.agreement.name)), 1)
		self.assertEqual(len(self.of_agreement(self.coordinator, "Agreement Feedback")), 1)

	def test_what_was_answered_is_stamped_by_the_server_alone(self) -> None:
		self.gives_feedback()
		row = self.agreement.feedback[0]
		row.answered_on, row.answered_by = now_datetime(), "Administrator"
		self.agreement.save()
		self.assertIsNone(self.agreement.feedback[0].answered_on)

	def test_an_agreement_under_discussion_asks_the_partner_and_comes_back_to_the_school(self) -> None:
		frappe.set_user(self.coordinator)
		draft = self.agreement = care.make_agreement(self.partner, active=False)
		draft.status = "Under Discussion"
		draft.save()
		frappe.set_user("Administrator")
		self.assertIn(self.user, self.mailed())
		(asked,) = self.of_agreement(self.coordinator, "Agreement Signature")
		self.assertIn(self.partner, asked.what)
		draft.append("signatures", {"person_name": "Head", "how": "In Person"})
		draft.save()
		self.assertEqual(self.of_agreement(self.coordinator, "Agreement Signature"), [], "the partner's turn")
		late = [
			one
			for one in self.waits(self.coordinator, "Agreement Signature", add_days(nowdate(), 15))
			if one.name == draft.name
		]
		self.assertEqual([one.overdue(getdate(add_days(nowdate(), 15))) for one in late], [True])
		frappe.set_user(self.user)
		partner.sign(draft.name, self.partner, version=1)
		frappe.set_user("Administrator")
		self.assertNotIn(self.user, self.mailed())
		self.assertEqual(
			len(self.of_agreement(self.coordinator, "Agreement Signature")), 1, "to be made signed"
		)
		draft.reload()
		draft.status = "Signed"
		draft.save()
		self.assertEqual(self.of_agreement(self.coordinator, "Agreement Signature"), [])

	def test_new_terms_ask_the_partner_again(self) -> None:
		self.assertNotIn(self.user, self.mailed())
		self.agreement.common_goals = "Nobody leaves, and nobody waits"
		self.agreement.save()
		self.assertEqual(self.agreement.status, "Under Discussion")
		self.assertIn(self.user, self.mailed())


class TestFamilies(AnswersTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.user = care.make_portal_user()
		self.group, self.student = care.make_learner(date_of_birth=care.child_born())
		care.make_guardian(self.student, user=self.user)
		self.mentor = factories.make_user("School Mentor")
		self.holder = factories.make_user("Care Team Member")
		for user in (self.mentor, self.holder):
			factories.make_assignment(user, student_group=self.group)
		self.plan = care.activate(care.make_plan(self.student, status="Proposed", responsible=self.holder))
		frappe.set_user(self.user)
		frappe.set_user("Administrator")
		care.agree(self.plan, "Guardian", person_name="_Test Mother")

	def withdraws(self, note: str = "We were not asked about the mornings") -> None:
		frappe.set_user(self.user)
		family.decide(self.plan.name, "Withdraws", self.plan.version, note)
		frappe.set_user("Administrator")
		self.plan.reload()

	def of_learner(self, user: str) -> list[promises.Promise]:
		return [one for one in self.waits(user, "Message") if one.student == self.student]

	def page(self) -> list[dict[str, Any]]:
		frappe.set_user(self.user)
		(shown,) = pages.family()
		frappe.set_user("Administrator")
		return shown["messages"]

	def test_who_no_longer_agrees_is_on_the_holders_board_at_once_with_the_words(self) -> None:
		self.withdraws()
		self.assertEqual(self.plan.status, "Proposed")
		for user in (self.holder, self.mentor):
			(asked,) = self.of_learner(user)
			self.assertEqual(asked.what, "We were not asked about the mornings")
			self.assertEqual(self.bells(user, asked.name), ["A family wrote to you"])
		frappe.set_user(self.holder)
		(item,) = [one for one in board.overview()["waiting"] if one["kind"] == "Message"]
		self.assertEqual(item["title"], "The family no longer agrees with the plan")
		self.assertEqual(item["text"], "We were not asked about the mornings")
		message = frappe.get_doc("Family Message", item["name"])
		message.answer = "Can we talk on Monday?"
		message.save()
		frappe.set_user("Administrator")
		self.assertEqual(self.of_learner(self.holder), [])
		self.assertEqual(self.page()[0]["answer"], "Can we talk on Monday?")
		self.assertIn(self.user, self.mailed())

	def test_to_propose_again_answers_it(self) -> None:
		self.withdraws("")
		self.assertEqual(len(self.of_learner(self.holder)), 1)
		self.plan.goals[0].target = 2
		self.plan.save()
		self.assertEqual(self.of_learner(self.holder), [])
		self.assertTrue(self.page()[0]["settled"])

	def test_to_note_what_was_said_answers_it_in_those_words(self) -> None:
		frappe.set_user(self.user)
		family.decide(self.plan.name, "Asks For A Change", self.plan.version, "Later in the morning")
		frappe.set_user("Administrator")
		self.plan.reload()
		self.plan.strengths = "Likes to cook"
		self.plan.save()
		self.assertEqual(len(self.of_learner(self.holder)), 1, "another edit is no answer")
		care.agree(self.plan, "School", how="By Phone", note="We spoke: from ten o'clock")
		self.assertEqual(self.of_learner(self.holder), [])
		self.assertEqual(self.page()[0]["answer"], "We spoke: from ten o'clock")

	def test_a_plan_nobody_holds_any_more_leaves_it_with_the_mentors(self) -> None:
		frappe.db.set_value("User", self.holder, "enabled", 0)
		self.withdraws()
		self.assertEqual(len(self.of_learner(self.mentor)), 1)

	def test_a_consent_taken_back_is_told_to_who_recorded_it(self) -> None:
		organisation = care.make_stakeholder()
		frappe.set_user(self.coordinator)
		consent = care.make_consent(self.student, organisation, given_by="Guardian")
		frappe.set_user(self.user)
		family.withdraw_consent(consent.name, "They called us at night")
		frappe.set_user("Administrator")
		self.assertEqual(self.bells(self.coordinator, consent.name), ["A consent was taken back"])
		consent.reload()
		self.assertEqual(consent.withdrawal_reason, "They called us at night")

	def test_of_a_consent_that_a_family_gave_on_its_page_the_coordinator_is_told(self) -> None:
		organisation = care.make_stakeholder()
		consent = care.make_consent(self.student, organisation, given_by="Guardian")
		frappe.db.set_value("Consent Record", consent.name, "recorded_by", self.user)
		frappe.set_user(self.user)
		family.withdraw_consent(consent.name)
		frappe.set_user("Administrator")
		self.assertEqual(self.bells(self.coordinator, consent.name), ["A consent was taken back"])


class TestMeetings(AnswersTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.member = factories.make_user("Care Team Member")
		self.user = care.make_portal_user()
		self.partner = care.make_stakeholder(self.user)
		_group, self.student = care.make_learner()
		self.plan = care.make_plan(self.student)
		frappe.db.set_value("Support Plan", self.plan.name, "written_in", "en")
		frappe.set_user(self.coordinator)
		people = ({"user": one} for one in (self.coordinator, self.member, self.user))
		self.meeting = care.make_meeting(*people, meeting_on=add_days(nowdate(), 2), starts_at="14:00")

	def seen_by_partner(self) -> dict[str, Any]:
		frappe.set_user(self.user)
		(meeting,) = partner.partner()[0]["meetings"]
		frappe.set_user(self.coordinator)
		return meeting

	def test_who_is_invited_is_told_and_again_when_it_is_moved_or_called_off(self) -> None:
		self.assertEqual(self.bells(self.member, self.meeting.name), ["You are invited to a care meeting"])
		self.assertEqual(self.bells(self.coordinator, self.meeting.name), [], "who plans it knows")
		self.assertEqual(self.bells(self.user, self.meeting.name), [], "a partner has no desk")
		self.assertIn(self.user, self.mailed())
		self.forget()
		self.assertNotIn(self.user, self.mailed())
		meetings.move(self.meeting.name, add_days(nowdate(), 3), "15:00", "Room 2")
		self.assertEqual(self.bells(self.member, self.meeting.name)[1:], ["A care meeting was moved"])
		self.assertIn(self.user, self.mailed())
		self.assertTrue(self.seen_by_partner()["moved"])
		self.forget()
		self.assertTrue(meetings.call_off(self.meeting.name)["called_off"])
		self.assertEqual(self.bells(self.member, self.meeting.name)[2:], ["A care meeting was called off"])
		self.assertIn(self.user, self.mailed())
		self.assertTrue(self.seen_by_partner()["called_off"])
		self.assertRaises(frappe.ValidationError, meetings.hold, self.meeting.name)
		self.assertRaises(frappe.ValidationError, meetings.move, self.meeting.name, nowdate())

	def test_only_who_is_new_is_told_of_a_change_of_people(self) -> None:
		other = factories.make_user("Care Team Member")
		self.meeting.append("people", {"user": other})
		self.meeting.people = [row for row in self.meeting.people if row.user != self.member]
		self.meeting.save()
		self.assertEqual(self.bells(other, self.meeting.name), ["You are invited to a care meeting"])
		self.assertEqual(
			self.bells(self.member, self.meeting.name)[1:], ["You are no longer expected at a care meeting"]
		)

	def off_the_list(self) -> list[dict[str, Any]]:
		"""The mails that go out where the partner is taken off."""
		self.meeting.people = [row for row in self.meeting.people if row.user != self.user]
		with patch.object(family_mails.frappe, "sendmail") as mail:
			self.meeting.save()
			self.meeting.save()
		return [call.kwargs for call in mail.call_args_list]

	def test_a_partner_who_is_taken_off_is_told_by_mail_once_in_the_own_language(self) -> None:
		frappe.db.set_value("User", self.user, "language", "nl")
		(sent,) = self.off_the_list()
		self.assertEqual(sent["recipients"], [frappe.db.get_value("User", self.user, "email")])
		self.assertEqual(sent["subject"], "Je wordt niet meer verwacht bij een zorgoverleg")
		body = frappe.render_template("templates/emails/vsv_no_longer_expected.html", sent["args"])
		self.assertIn(str(getdate(self.meeting.meeting_on).year), body)
		self.assertNotIn(self.student, body)
		self.assertEqual(self.bells(self.user, self.meeting.name), [], "a partner has no desk")

	def test_who_wants_no_mails_and_of_a_day_that_has_passed_nobody_is_told(self) -> None:
		family_mails.choose(self.user, False)
		self.assertEqual(self.off_the_list(), [])
		family_mails.choose(self.user, True)
		self.meeting.append("people", {"user": self.user})
		self.meeting.save()
		frappe.db.set_value("Care Meeting", self.meeting.name, "meeting_on", add_days(nowdate(), -1))
		self.meeting.reload()
		self.assertEqual(self.off_the_list(), [])

	def test_who_was_put_on_a_meeting_that_is_called_off_is_on_the_next(self) -> None:
		student = self.student
		meetings.put_on(student, self.meeting.name)
		meetings.call_off(self.meeting.name)
		later = care.make_meeting(meeting_on=add_days(nowdate(), 9))
		self.assertIn(student, [one["student"] for one in meetings.overview(later.name)["learners"]])

	def test_a_plan_is_in_the_readers_language_at_the_meeting(self) -> None:
		frappe.local.lang = "nl"
		shown = meeting_pages.known(self.student, self.meeting.name)["plan"]
		self.assertEqual(shown["goals"][0]["lang"], "en")
		self.assertEqual((shown["actions"][0]["what"], shown["actions"][0]["lang"]), ("A talk a week", "en"))

	def forget(self) -> None:
		"""As if it was told days ago."""
		old = add_days(now_datetime(), -5)
		frappe.db.set_value("Care Meeting Person", {"parent": self.meeting.name}, "told_on", old)


class TestLanguages(AnswersTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.user = care.make_portal_user()
		self.partner = care.make_stakeholder(self.user)
		_group, self.student = care.make_learner(date_of_birth=care.ADULT)

	def test_a_partner_reads_a_plan_in_the_own_language_and_what_people_wrote_is_marked(self) -> None:
		plan = care.make_plan(self.student, actions=[{"what": "Phone Call", "who": "Administrator"}])
		plan.append("actions", {"what": "A walk on Friday", "who": "Administrator"})
		plan.save()
		frappe.db.set_value("Support Plan", plan.name, "written_in", "en")
		agreement = care.make_agreement(self.partner, "Plan Goals", "Plan Actions", "Question")
		care.make_consent(self.student, self.partner, "Plan Goals", "Plan Actions", "Question")
		referral = care.make_draft_referral(
			self.student, self.partner, agreement.name, "Plan Goals", "Plan Actions", "Question"
		)
		referral.plan = plan.name
		referral.save()
		referral.send()
		frappe.db.set_value("User", referral.referred_by, "language", "en")
		frappe.set_user(self.user)
		frappe.local.lang = "nl"
		(seen,) = pages.partner()[0]["referrals"]
		fields = {**seen["fields"]}
		actions = fields[frappe._("Plan Actions")]
		self.assertEqual(actions, f"{frappe._('Phone Call')}; A walk on Friday")
		self.assertNotEqual(frappe._("Phone Call"), "Phone Call")
		self.assertEqual(actions.parts[0][1], "")
		self.assertEqual(actions.parts[1], ("A walk on Friday", "en"))
		self.assertEqual(fields[frappe._("Plan Goals")].parts, (("Come on time", "en"),))
		self.assertEqual(fields[frappe._("Question")].parts[0][1], "en")
		frappe.local.lang = "en"
		(seen,) = pages.partner()[0]["referrals"]
		self.assertEqual(seen["fields"]["Plan Goals"].parts, (("Come on time", ""),))

	def test_the_purpose_of_a_consent_is_marked_with_its_language(self) -> None:
		frappe.db.set_value("Student", self.student, "user", self.user)
		care.make_consent(self.student, self.partner, language="en", purpose="Somebody to talk to")
		frappe.set_user(self.user)
		frappe.local.lang = "nl"
		(shown,) = pages.family()
		self.assertEqual(shown["consents"][0]["purpose"].parts, (("Somebody to talk to", "en"),))


class TestAccounts(AnswersTestCase):
	def setUp(self) -> None:
		super().setUp()
		for role in ("Student", "Guardian"):
			if not frappe.db.exists("Role", role):
				frappe.get_doc(doctype="Role", role_name=role, desk_access=0).insert()
			frappe.db.set_value("Role", role, "desk_access", 0)

	def test_an_account_that_was_there_has_the_role_and_the_language_of_the_invitation(self) -> None:
		_group, student = care.make_learner()
		user = care.make_portal_user()
		frappe.db.set_value("User", user, "language", "en")
		invitation = care.make_invitation(student, kind="Learner")
		invitations.open_account(invitation, user, "nl")
		self.assertIn("Student", frappe.get_roles(user))
		self.assertEqual(frappe.db.get_value("User", user, "language"), "nl")

	def test_an_account_with_a_desk_keeps_its_language(self) -> None:
		_group, student = care.make_learner()
		guardian = care.make_guardian(student)
		user = factories.make_user("School Mentor")
		frappe.db.set_value("User", user, "language", "en")
		invitation = care.make_invitation(student, kind="Guardian", guardian=guardian)
		invitations.open_account(invitation, user, "nl")
		self.assertIn("Guardian", frappe.get_roles(user))
		self.assertEqual(frappe.db.get_value("User", user, "language"), "en")

	def test_a_partner_who_has_an_account_gets_the_language(self) -> None:
		user = care.make_portal_user()
		frappe.db.set_value("User", user, "language", "en")
		stakeholder = care.make_stakeholder()
		contact = frappe.get_doc("Stakeholder", stakeholder)
		contact.append("contacts", {"person_name": "Somebody"})
		contact.save()
		invitation = frappe._dict(
			kind="Partner", stakeholder=stakeholder, contact=contact.contacts[0].name, name="none"
		)
		invitations.open_account(invitation, user, "nl")
		self.assertEqual(frappe.db.get_value("User", user, "language"), "nl")
