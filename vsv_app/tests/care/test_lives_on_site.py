"""Plans, agreements, consent and referrals on a site: the documents keep what the engine says."""

import json

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, nowdate

from vsv_app.patches import see_what_was_withdrawn_before
from vsv_app.services import school
from vsv_app.services.care import promises
from vsv_app.site.documents import refusals
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.partners import agreement_deadlines
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.vsv_app.doctype.stakeholder.stakeholder import NamedInAgreements
from vsv_app.vsv_app.doctype.support_plan.support_plan import BeginsAsDraft, SecondPlan


class TestSupportPlan(FrappeTestCase):
	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_from_draft_to_goals_met(self) -> None:
		_group, student = care.make_learner(date_of_birth=care.ADULT)
		plan = care.make_plan(student, status="Proposed")
		self.assertEqual(plan.needed_party, "Learner")
		care.agree(plan, "Learner")
		self.assertEqual(plan.status, "Proposed")
		care.agree(plan, "School")
		self.assertEqual(plan.status, "Agreed")
		for row in plan.agreements:
			self.assertEqual((row.version, row.recorded_by), (1, "Administrator"))
			self.assertRegex(row.fingerprint, "^[0-9a-f]{64}$")
			self.assertTrue(row.agreed_on)
		plan.status = "Active"
		plan.save()
		plan.status = "In Review"
		plan.save()
		self.assertEqual(str(plan.in_review_since), nowdate())
		plan.goals[0].status = "Met"
		plan.append(
			"reviews", {"reviewed_on": nowdate(), "what_moved": "On time for weeks", "decision": "Close"}
		)
		plan.update({"status": "Closed", "outcome": "Goals Met", "closing_reason": "On time since October"})
		plan.save()
		self.assertEqual(plan.closed_by, "Administrator")

	def test_below_the_age_a_guardian_agrees(self) -> None:
		_group, student = care.make_learner(date_of_birth=care.child_born())
		plan = care.make_plan(student, status="Proposed")
		self.assertEqual(plan.needed_party, "Guardian")
		care.agree(plan, "Learner")
		care.agree(plan, "School")
		self.assertEqual(plan.status, "Proposed")
		care.agree(plan, "Guardian")
		self.assertEqual(plan.status, "Agreed")

	def test_it_does_not_become_agreed_by_writing_so(self) -> None:
		_group, student = care.make_learner(date_of_birth=care.ADULT)
		with self.assertRaises(BeginsAsDraft):
			frappe.get_doc(doctype="Support Plan", student=student, status="Active").insert()
		plan = care.make_plan(student, status="Proposed")
		for status, refusal in (("Agreed", refusals.StepTooEarly), ("Active", refusals.StepNotPossible)):
			plan.reload()
			plan.status = status
			self.assertRaises(refusal, plan.save)

	def test_changed_goals_ask_again(self) -> None:
		_group, student = care.make_learner(date_of_birth=care.ADULT)
		plan = care.activate(care.make_plan(student, status="Proposed"))
		plan.goals[0].target = 2
		plan.save()
		self.assertEqual((plan.status, plan.version), ("Proposed", 2))
		care.agree(plan, "Learner")
		care.agree(plan, "School")
		self.assertEqual(plan.status, "Agreed")

	def test_a_goal_without_measure_or_day_is_refused(self) -> None:
		_group, student = care.make_learner()
		for change in ({"measure": ""}, {"due_on": None}, {"target": 6}):
			with self.assertRaises(refusals.NotMeasurable):
				care.make_plan(student, goals=[care.goal(**change)])

	def test_what_somebody_said_is_neither_changed_nor_taken_out(self) -> None:
		_group, student = care.make_learner(date_of_birth=care.ADULT)
		plan = care.make_plan(student, status="Proposed")
		care.agree(plan, "Learner", decision="Asks For A Change")
		plan.agreements[0].decision = "Agrees"
		self.assertRaises(refusals.WrittenOnce, plan.save)
		plan.reload()
		plan.agreements = []
		self.assertRaises(refusals.WrittenOnce, plan.save)

	def test_nobody_at_a_desk_agrees_as_if_in_the_portal(self) -> None:
		_group, student = care.make_learner(date_of_birth=care.ADULT)
		plan = care.make_plan(student, status="Proposed")
		self.assertRaises(refusals.NotByPortal, care.agree, plan, "Learner", how="Portal")

	def test_what_the_server_writes_is_not_taken_from_a_client(self) -> None:
		_group, student = care.make_learner(date_of_birth=care.ADULT)
		plan = care.make_plan(student, version=7, needed_party="Learner", closed_by="Guest")
		self.assertEqual((plan.version, plan.closed_by), (1, None))
		plan.version = 9
		plan.save()
		self.assertEqual(plan.version, 1)

	def test_one_plan_at_a_time(self) -> None:
		_group, student = care.make_learner()
		plan = care.make_plan(student)
		self.assertRaises(SecondPlan, care.make_plan, student)
		plan.update({"status": "Closed", "outcome": "Not Agreed", "closing_reason": "The family says no"})
		plan.save()
		care.make_plan(student)

	def test_its_signals_are_in_a_plan(self) -> None:
		_group, student = care.make_learner()
		signal = factories.make_signal(student)
		care.make_plan(student, signals=[{"signal": signal}])
		self.assertEqual(frappe.db.get_value("Early Warning Signal", signal, "status"), "In Plan")


class TestReferral(FrappeTestCase):
	def setUp(self) -> None:
		self.partner = care.make_stakeholder()
		_group, self.student = care.make_learner(date_of_birth=care.ADULT)

	def tearDown(self) -> None:
		frappe.db.rollback()

	def test_without_agreement_or_consent_nothing_is_sent(self) -> None:
		draft = care.make_agreement(self.partner, active=False)
		self.assertRaises(refusals.StepTooEarly, care.make_referral, self.student, self.partner, draft.name)
		agreement = care.make_agreement(self.partner)
		self.assertRaises(
			refusals.StepTooEarly, care.make_referral, self.student, self.partner, agreement.name
		)
		care.make_consent(self.student, self.partner)
		referral = care.make_referral(self.student, self.partner, agreement.name)
		self.assertEqual(referral.shown(), {"Name", "Question"})

	def test_withdrawn_consent_closes_the_view_at_once(self) -> None:
		agreement = care.make_agreement(self.partner)
		consent = care.make_consent(self.student, self.partner)
		referral = care.make_referral(self.student, self.partner, agreement.name)
		consent.withdraw("I would rather not")
		referral.reload()
		self.assertEqual((referral.shown(), referral.status), (frozenset(), "Withdrawn"))
		consent.reload()
		self.assertEqual(consent.withdrawn_by, "Administrator")

	def test_who_referred_is_told_that_consent_is_gone_until_it_is_seen(self) -> None:
		member = factories.make_user("Care Team Coordinator")
		agreement, consent = care.make_agreement(self.partner), care.make_consent(self.student, self.partner)
		frappe.set_user(member)
		referral = care.make_referral(self.student, self.partner, agreement.name)
		frappe.set_user("Administrator")
		consent.take_back("I would rather not")
		referral.reload()
		self.assertIsNone(referral.answer_seen_on)
		told = frappe.get_all("Notification Log", {"document_name": referral.name}, ["for_user", "subject"])
		self.assertEqual(
			[(one.for_user, one.subject) for one in told],
			[(member, "Consent was withdrawn, and a referral ended with it")],
		)
		self.assertEqual(self.waiting_for(member), [(referral.name, "withdrawn")])
		frappe.set_user(member)
		referral.seen()
		frappe.set_user("Administrator")
		self.assertEqual(self.waiting_for(member), [])

	def test_who_referred_and_takes_the_consent_back_knows_of_it(self) -> None:
		agreement, consent = care.make_agreement(self.partner), care.make_consent(self.student, self.partner)
		referral = care.make_referral(self.student, self.partner, agreement.name)
		consent.withdraw("The family called")
		referral.reload()
		self.assertTrue(referral.answer_seen_on)
		self.assertFalse(frappe.db.exists("Notification Log", {"document_name": referral.name}))

	def test_what_ended_before_there_was_such_a_list_does_not_come_up(self) -> None:
		agreement, consent = care.make_agreement(self.partner), care.make_consent(self.student, self.partner)
		referral = care.make_referral(self.student, self.partner, agreement.name)
		consent.withdraw("I would rather not")
		frappe.db.set_value("Referral", referral.name, "answer_seen_on", None)
		self.assertEqual(self.waiting_for("Administrator"), [(referral.name, "withdrawn")])
		see_what_was_withdrawn_before.execute()
		self.assertEqual(self.waiting_for("Administrator"), [])

	def waiting_for(self, user: str) -> list[tuple[str, str]]:
		store = FrappeStore()
		found = promises.waiting_for(
			store, school.load(store), calendar.load(store), user, getdate(nowdate())
		)
		return [
			(one.name, one.thing) for one in found if one.kind == "Referral" and one.student == self.student
		]

	def test_a_consent_is_written_once(self) -> None:
		consent = care.make_consent(self.student, self.partner)
		consent.append("fields_shown", {"field": "Date Of Birth"})
		self.assertRaises(refusals.WrittenOnce, consent.save)
		consent.reload()
		consent.withdrawn_on = frappe.utils.now_datetime()
		consent.save()
		self.assertIsNone(consent.withdrawn_on)

	def test_a_child_does_not_consent_for_itself(self) -> None:
		_group, child = care.make_learner(date_of_birth=care.child_born())
		self.assertRaises(refusals.NotAgreeable, care.make_consent, child, self.partner)
		care.make_consent(child, self.partner, given_by="Guardian")

	def test_an_ended_agreement_shows_nothing(self) -> None:
		agreement = care.make_agreement(self.partner)
		care.make_consent(self.student, self.partner)
		referral = care.make_referral(self.student, self.partner, agreement.name)
		agreement.update({"status": "Ended", "ending_reason": "The project is over"})
		agreement.save()
		self.assertEqual(referral.shown(), frozenset())

	def test_what_was_sent_stays(self) -> None:
		agreement = care.make_agreement(self.partner)
		care.make_consent(self.student, self.partner)
		referral = care.make_referral(self.student, self.partner, agreement.name)
		referral.question = "Something else"
		self.assertRaises(refusals.WrittenOnce, referral.save)

	def test_what_the_partner_replied_is_not_rewritten(self) -> None:
		agreement = care.make_agreement(self.partner)
		care.make_consent(self.student, self.partner)
		referral = care.make_referral(self.student, self.partner, agreement.name)
		referral.update({"status": "Accepted", "reply": "Come on Monday"})
		referral.save()
		referral.reply = "Come whenever you like"
		self.assertRaises(refusals.WrittenOnce, referral.save)
		referral.reload()
		referral.update({"status": "Closed", "result": "Goes every week"})
		referral.save()
		referral.result = ""
		self.assertRaises(refusals.WrittenOnce, referral.save)


class TestStakeholderAgreement(FrappeTestCase):
	def tearDown(self) -> None:
		frappe.db.rollback()

	def test_changed_terms_ask_for_new_signatures(self) -> None:
		agreement = care.make_agreement(care.make_stakeholder())
		self.assertEqual((agreement.status, agreement.version), ("Active", 1))
		self.assertEqual(str(agreement.next_review), str(frappe.utils.add_months(nowdate(), 6)))
		agreement.common_goals = "Everybody has a next step within a month"
		agreement.save()
		self.assertEqual((agreement.status, agreement.version), ("Under Discussion", 2))
		agreement.status = "Signed"
		self.assertRaises(refusals.StepTooEarly, agreement.save)

	def test_a_text_that_parties_have_read_keeps_its_number_when_it_goes_back_to_the_draft(self) -> None:
		partner = care.make_stakeholder()
		agreement = care.make_agreement(partner, active=False)
		agreement.common_goals = "Everybody has a next step"
		agreement.save()
		self.assertEqual((agreement.status, agreement.version), ("Draft", 1))
		agreement.status = "Under Discussion"
		agreement.append("signatures", {"person_name": "Head"})
		agreement.save()
		agreement.status = "Draft"
		agreement.save()
		self.assertEqual(agreement.version, 1)
		agreement.update({"status": "Under Discussion", "common_goals": "A next step within a month"})
		agreement.save()
		self.assertEqual((agreement.status, agreement.version), ("Under Discussion", 2))
		(asked,) = (
			one
			for one in agreement_deadlines.waiting_for_signatures(FrappeStore())
			if one.name == agreement.name
		)
		self.assertIsNone(asked.shows_from, "the school has not signed this text either")
		self.assertEqual(agreement.facts().unsigned, ("School", partner))

	def test_another_role_is_another_agreement(self) -> None:
		agreement = care.make_agreement(care.make_stakeholder())
		agreement.parties[1].role = "Coordinates, from now on"
		agreement.save()
		self.assertEqual((agreement.status, agreement.version), ("Under Discussion", 2))

	def test_a_partner_keeps_the_name_that_was_signed_and_consented_to(self) -> None:
		partner, other = care.make_stakeholder(), care.make_stakeholder()
		agreement = care.make_agreement(partner)
		with self.assertRaises(NamedInAgreements):
			frappe.rename_doc("Stakeholder", partner, f"{partner} anew")
		agreement.update({"status": "Ended", "ending_reason": "Over"})
		agreement.save()
		_group, student = care.make_learner(date_of_birth=care.ADULT)
		care.make_consent(student, partner)
		with self.assertRaises(NamedInAgreements):
			frappe.rename_doc("Stakeholder", partner, other, merge=True)
		frappe.rename_doc("Stakeholder", partner, f"{partner} anew")

	def test_feedback_is_answered_and_not_rewritten(self) -> None:
		partner = care.make_stakeholder()
		agreement = care.make_agreement(partner)
		agreement.append("feedback", {"stakeholder": partner, "feedback": "Call us earlier"})
		agreement.save()
		agreement.feedback[0].answer = "We will"
		agreement.save()
		self.assertTrue(agreement.feedback[0].sent_on)
		agreement.feedback[0].feedback = "All is well"
		self.assertRaises(refusals.WrittenOnce, agreement.save)

	def test_terms_that_bind_nobody_are_refused(self) -> None:
		agreement = care.make_agreement(care.make_stakeholder(), active=False)
		agreement.ends_on = add_days(nowdate(), -1)
		self.assertRaises(refusals.NotAgreeable, agreement.save)


class TestWhatAFormSendsBack(FrappeTestCase):
	"""A form sends a whole document back, with every date as text; saving it unchanged refuses nothing."""

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def saved_again(self, document) -> None:
		for _time in range(2):
			document = frappe.get_doc(json.loads(frappe.get_doc(document.doctype, document.name).as_json()))
			document.save()

	def test_every_document_of_care(self) -> None:
		_group, student = care.make_learner(date_of_birth=care.ADULT)
		plan = care.activate(care.make_plan(student, status="Proposed"))
		plan.status = "In Review"
		plan.append("reviews", {"reviewed_on": nowdate(), "what_moved": "On time", "decision": "Continue"})
		plan.save()
		partner = care.make_stakeholder()
		agreement = care.make_agreement(partner)
		consent = care.make_consent(student, partner)
		referral = care.make_referral(student, partner, agreement.name)
		concern, contact = care.make_concern(student), care.make_contact(student)
		message = care.make_message(student)
		for document in (plan, agreement, consent, referral, concern, contact, message):
			with self.subTest(document.doctype):
				self.saved_again(document)

	def test_every_document_of_the_path(self) -> None:
		group, (student,) = factories.make_group(1)
		schedule = factories.make_bell_schedule(student_group=group, valid_from=nowdate())
		made = (
			("Bell Schedule", schedule),
			(
				"Mentor Assignment",
				factories.make_assignment(factories.make_user("School Mentor"), student=student),
			),
			("Early Warning Rule", factories.make_rule(valid_from=nowdate())),
			("Attendance Gateway", factories.make_gateway()),
			("Student Badge", factories.make_badge(student, valid_from=nowdate())),
		)
		for doctype, name in made:
			with self.subTest(doctype):
				self.saved_again(frappe.get_doc(doctype, name))
