"""The portal, as the people of MISSION use it: learner, guardian and partner, none of whom has a desk."""

import csv
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, add_years, nowdate, set_request
from frappe.website.serve import get_response_content

import vsv_app
from vsv_app.api.attendance.contesting import correct
from vsv_app.api.portal import account, family, partner, writing
from vsv_app.services.care.board import contesting
from vsv_app.site.portal import pages
from vsv_app.site.portal.people import NotYours
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories

APP = Path(vsv_app.__file__).parent


class PortalTestCase(FrappeTestCase):
	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()


class TestLearner(PortalTestCase):
	def setUp(self) -> None:
		self.user = care.make_portal_user()
		self.group, self.student = care.make_learner(date_of_birth=care.ADULT, user=self.user)
		self.mentor = factories.make_user("School Mentor")
		factories.make_assignment(self.mentor, student=self.student)

	def test_a_learner_reads_the_plan_and_agrees_with_the_version_that_was_read(self) -> None:
		plan = care.make_plan(self.student, status="Proposed", responsible=self.mentor)
		care.agree(plan, "School")
		frappe.set_user(self.user)
		(shown,) = pages.family()
		self.assertEqual((shown["capacity"], shown["plans"][0]["asked"]), ("Learner", True))
		with self.assertRaises(writing.NotPossible):
			family.decide(plan.name, "Agrees", version=7)
		self.assertEqual(family.decide(plan.name, "Agrees", version=1), {"status": "Agreed"})
		plan.reload()
		row = plan.agreements[-1]
		self.assertEqual(
			(row.party, row.person, row.how, row.recorded_by), ("Learner", self.user, "Portal", self.user)
		)
		self.assertTrue(pages.family()[0]["plans"][0]["may_withdraw"])

	def test_a_draft_is_not_shown(self) -> None:
		plan = care.make_plan(self.student)
		frappe.set_user(self.user)
		self.assertEqual(pages.family()[0]["plans"], [])
		with self.assertRaises(writing.NotPossible):
			family.decide(plan.name, "Agrees", version=1)

	def test_on_the_birthday_it_is_the_learner_who_is_asked(self) -> None:
		"""The plan was last saved the day before, when a guardian was needed, and nobody has touched it since."""
		age = frappe.db.get_single_value("Early Warning Settings", "consent_age")
		birthday = add_years(nowdate(), -age)
		frappe.db.set_value("Student", self.student, "date_of_birth", add_days(birthday, 1))
		guardians_user = care.make_portal_user()
		care.make_guardian(self.student, user=guardians_user)
		plan = care.make_plan(self.student, status="Proposed", responsible=self.mentor)
		care.agree(plan, "School")
		self.assertEqual(self.asked(self.user, guardians_user), [False, True])
		frappe.db.set_value("Student", self.student, "date_of_birth", birthday)
		self.assertEqual(self.asked(self.user, guardians_user), [True, False])
		frappe.set_user(guardians_user)
		self.assertEqual(family.decide(plan.name, "Agrees", version=1), {"status": "Proposed"})
		frappe.set_user(self.user)
		self.assertEqual(family.decide(plan.name, "Agrees", version=1), {"status": "Agreed"})

	def asked(self, *users: str) -> list[bool]:
		found = []
		for user in users:
			frappe.set_user(user)
			found.append(pages.family()[0]["plans"][0]["asked"])
		frappe.set_user("Administrator")
		return found

	def test_withdrawing_asks_again(self) -> None:
		plan = care.activate(care.make_plan(self.student, status="Proposed"))
		frappe.set_user(self.user)
		family.decide(plan.name, "Agrees", version=1)
		self.assertEqual(family.decide(plan.name, "Withdraws", version=1)["status"], "Proposed")

	def test_asking_for_a_change_reaches_the_mentor_and_gets_an_answer(self) -> None:
		plan = care.make_plan(self.student, status="Proposed")
		frappe.set_user(self.user)
		family.decide(plan.name, "Asks For A Change", version=1, note="Not on Fridays")
		frappe.set_user(self.mentor)
		(name,) = frappe.get_list("Family Message", pluck="name")
		message = frappe.get_doc("Family Message", name)
		message.answer = "We make it Thursday"
		message.save()
		self.assertEqual((message.status, message.answered_by), ("Answered", self.mentor))
		frappe.set_user(self.user)
		self.assertEqual(pages.family()[0]["messages"][0]["answer"], "We make it Thursday")
		self.assertTrue(
			frappe.db.exists("Notification Log", {"for_user": self.mentor, "document_name": name})
		)

	def test_asking_for_help_is_read_by_whom_the_learner_chose(self) -> None:
		frappe.set_user(self.user)
		family.ask_for_help(self.student, "Somebody is after me", to="Mentor")
		frappe.set_user("Administrator")
		concern = frappe.get_last_doc("Concern", {"student": self.student})
		self.assertEqual(
			(concern.kind, concern.from_learner, concern.visibility),
			("Asked For Help", 1, "Named People Only"),
		)
		self.assertIn(self.mentor, {row.user for row in concern.readers})
		frappe.set_user(self.mentor)
		self.assertTrue(concern.has_permission("read"))
		frappe.set_user(factories.make_user("Care Team Coordinator"))
		self.assertFalse(concern.has_permission("read"))

	def test_asking_for_help_that_nobody_could_read_is_not_taken_silently(self) -> None:
		frappe.db.set_single_value("Early Warning Settings", "coordinator", None)
		frappe.db.delete("Has Role", {"parent": self.mentor})
		frappe.clear_cache(user=self.mentor)
		frappe.set_user(self.user)
		with self.assertRaisesRegex(writing.NotPossible, "somebody you trust"):
			family.ask_for_help(self.student, "Somebody is after me")

	def test_taking_consent_back(self) -> None:
		partner = care.make_stakeholder()
		consent = care.make_consent(self.student, partner)
		referral = care.make_referral(self.student, partner, care.make_agreement(partner).name)
		frappe.set_user(self.user)
		family.withdraw_consent(consent.name)
		referral.reload()
		self.assertEqual((referral.status, referral.shown()), ("Withdrawn", frozenset()))
		self.assertTrue(pages.family()[0]["consents"][0]["withdrawn"])

	def test_the_page_is_in_the_language_that_was_chosen(self) -> None:
		frappe.set_user(self.user)
		self.assertEqual(set(pages.languages()), {"en", "nl"})
		self.assertEqual(account.choose_language("nl"), {"language": "nl"})
		self.assertEqual(frappe.db.get_value("User", self.user, "language"), "nl")
		with self.assertRaises(writing.NotPossible):
			account.choose_language("xx")
		frappe.set_user("Guest")
		with self.assertRaises(writing.NotPossible):
			account.choose_language("nl")

	def test_a_file_of_translations_is_a_language_more(self) -> None:
		with TemporaryDirectory() as folder:
			for code in ("fr", "nl"):
				Path(folder, f"{code}.csv").touch()
			with patch.object(pages, "TRANSLATIONS", Path(folder)):
				self.assertEqual(set(pages.languages()), {"en", "fr", "nl"})
		# A translation kept on the site stands for the line of a file.
		frappe.get_doc(
			doctype="Translation", language="fr", source_text="hours", translated_text="heures"
		).insert()
		care.make_plan(
			self.student,
			status="Proposed",
			goals=[care.goal(indicator="unexcused_minutes", baseline=36, target=4)],
		)
		frappe.set_user(self.user)
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)
		frappe.local.lang = "fr"
		(goal,) = pages.family()[0]["plans"][0]["goals"]
		self.assertEqual((goal["baseline"], goal["target"]), ("36 heures", "4 heures"))

	def test_a_goal_on_an_indicator_is_told_in_hours(self) -> None:
		measured = care.goal(indicator="unexcused_minutes", baseline=36, target=4)
		care.make_plan(self.student, status="Proposed", goals=[measured, care.goal()])
		frappe.set_user(self.user)
		first, second = pages.family()[0]["plans"][0]["goals"]
		self.assertEqual((first["baseline"], first["target"]), ("36 hours", "4 hours"))
		self.assertEqual((second["baseline"], second["target"]), ("6", "1"))


class TestGuardian(PortalTestCase):
	def setUp(self) -> None:
		self.user = care.make_portal_user()
		self.group, self.student = care.make_learner(date_of_birth=care.child_born())
		care.make_guardian(self.student, user=self.user)

	def test_a_guardian_agrees_for_a_child(self) -> None:
		plan = care.make_plan(self.student, status="Proposed")
		care.agree(plan, "School")
		frappe.set_user(self.user)
		self.assertEqual(family.decide(plan.name, "Agrees", version=1), {"status": "Agreed"})

	def test_a_reported_absence_becomes_a_leave_application_and_attendance(self) -> None:
		day = str(factories.school_day())
		frappe.set_user(self.user)
		made = family.report_absence(self.student, day, day, "Ill", "A fever")
		self.assertTrue(made["submitted"])
		leave = frappe.get_doc("Student Leave Application", made["name"])
		self.assertEqual((leave.owner, leave.student), (self.user, self.student))
		row = frappe.db.get_value(
			"Student Attendance",
			{"leave_application": leave.name},
			["status", "vsv_source", "vsv_reason", "vsv_excused"],
		)
		self.assertEqual(row, ("Leave", "Guardian", "Ill", "Excused"))
		self.assertEqual(frappe.session.user, self.user)

	def test_days_that_cannot_be_reported(self) -> None:
		frappe.set_user(self.user)
		for start, end in ((-6, -6), (0, -1), (0, 14)):
			with self.assertRaises(writing.NotPossible):
				family.report_absence(
					self.student, add_days(nowdate(), start), add_days(nowdate(), end), "Ill"
				)
		with self.assertRaises(writing.NotPossible):
			family.report_absence(self.student, nowdate(), nowdate(), "No such reason")

	def test_a_contested_record_is_marked_and_answered(self) -> None:
		record = self.absent()
		frappe.set_user(self.user)
		self.assertEqual([day["contested"] for day in family.family()[0]["attendance"]], [False])
		family.contest(record, "She was at the museum with her class")
		self.assertEqual([day["contested"] for day in family.family()[0]["attendance"]], [True])
		with self.assertRaises(writing.NotPossible):
			family.contest(record, " ")

	def test_who_contested_takes_it_back_and_nobody_else(self) -> None:
		record = self.absent()
		other = care.make_portal_user()
		care.make_guardian(self.student, user=other)
		frappe.set_user(other)
		theirs = family.contest(record, "He was there")["name"]
		frappe.set_user(self.user)
		(day,) = family.family()[0]["attendance"]
		self.assertEqual((day["contested"], day["mine"]), (True, None))
		with self.assertRaises(writing.NotPossible):
			family.withdraw_contest(theirs)
		mine = family.contest(record, "She was at the museum")["name"]
		self.assertEqual(family.family()[0]["attendance"][0]["mine"]["name"], mine)
		self.assertEqual(family.withdraw_contest(mine), {"withdrawn": True})
		(day,) = family.family()[0]["attendance"]
		self.assertEqual((day["contested"], day["mine"]), (True, None), "the other guardian's stands")
		self.assertEqual(frappe.db.get_value("Contested Record", theirs, "status"), "Open")
		frappe.set_user(other)
		family.withdraw_contest(theirs)
		self.assertFalse(frappe.db.get_value("Student Attendance", record, "vsv_contested"))

	def test_what_was_answered_is_not_taken_back(self) -> None:
		record = self.absent()
		frappe.set_user(self.user)
		name = family.contest(record, "She was at the museum")["name"]
		contesting.answer(
			FrappeStore(), name, "Administrator", school_now(), answer="The museum did not see her."
		)
		with self.assertRaises(writing.NotPossible):
			family.withdraw_contest(name)
		self.assertEqual(frappe.db.get_value("Contested Record", name, "status"), "Kept")
		frappe.set_user(care.make_portal_user())
		with self.assertRaises(NotYours):
			family.withdraw_contest(name)

	def absent(self) -> str:
		record = frappe.get_doc(
			doctype="Student Attendance",
			student=self.student,
			student_group=self.group,
			date=factories.school_day(),
			status="Absent",
		).insert()
		record.submit()
		return record.name

	def test_learner_and_guardian_contest_the_same_record_and_each_reads_the_answer(self) -> None:
		learner = care.make_portal_user()
		frappe.db.set_value("Student", self.student, "user", learner)
		record = frappe.get_doc(
			doctype="Student Attendance", student=self.student, student_group=self.group,
			date=factories.school_day(), status="Absent",
		).insert()  # fmt: skip
		record.submit()
		asked = {}
		for user, words in ((learner, "I was in the library"), (self.user, "He was in the library")):
			frappe.set_user(user)
			asked[user] = family.contest(record.name, words)["name"]
		self.assertEqual(len(set(asked.values())), 2)
		frappe.set_user(factories.make_user("Attendance Officer"))
		correct(asked[learner], "Present", "The librarian says so")
		for user, words in ((learner, "I was in the library"), (self.user, "He was in the library")):
			frappe.set_user(user)
			((shown,),) = [day["answers"] for day in family.family()[0]["attendance"]]
			self.assertEqual((shown["words"], shown["answer"]), (words, "The librarian says so"))
			self.assertEqual(shown["said"], "The school has corrected the record.")
		self.assertEqual(frappe.db.get_value("Student Attendance", record.name, "vsv_contested"), 0)

	def test_a_guardian_does_not_look_on_once_the_learner_is_of_age(self) -> None:
		frappe.db.set_value("Student", self.student, "date_of_birth", care.ADULT)
		frappe.set_user(self.user)
		self.assertEqual(family.family(), [])
		with self.assertRaises(NotYours):
			family.send_message(self.student, "Hello")


class TestPartner(PortalTestCase):
	def setUp(self) -> None:
		self.user = care.make_portal_user()
		self.partner = care.make_stakeholder(self.user)
		_group, self.student = care.make_learner(date_of_birth=care.ADULT)
		self.agreement = care.make_agreement(self.partner, "Name", "Question", "Attendance Summary")
		self.consent = care.make_consent(self.student, self.partner, "Name", "Question")
		self.referral = care.make_referral(self.student, self.partner, self.agreement.name)

	def test_a_partner_sees_the_shared_fields_alone_and_replies(self) -> None:
		frappe.set_user(self.user)
		(organisation,) = partner.partner()
		(seen,) = organisation["referrals"]
		self.assertEqual(seen["fields"], {"Name": self.student, "Question": self.referral.question})
		self.assertEqual(partner.reply(self.referral.name, "1", "Yes, on Monday"), {"status": "Accepted"})
		self.assertEqual(partner.close_referral(self.referral.name, "Goes every week"), {"status": "Closed"})
		self.assertEqual(partner.partner()[0]["referrals"], [])

	def test_withdrawn_consent_closes_the_view_with_the_next_request(self) -> None:
		self.consent.withdraw()
		frappe.set_user(self.user)
		self.assertEqual(partner.partner()[0]["referrals"], [])
		with self.assertRaises(NotYours):
			partner.reply(self.referral.name, "1", "Yes")

	def test_a_partner_signs_the_version_that_was_read_and_says_how_it_works(self) -> None:
		draft = care.make_agreement(self.partner, active=False)
		draft.status = "Under Discussion"
		draft.save()
		frappe.set_user(self.user)
		with self.assertRaises(writing.NotPossible):
			partner.sign(draft.name, self.partner, version=2)
		partner.sign(draft.name, self.partner, version=1)
		partner.agreement_feedback(draft.name, self.partner, "Call us earlier")
		draft.reload()
		self.assertEqual(draft.facts().unsigned, ("School",))
		self.assertEqual(draft.feedback[0].feedback, "Call us earlier")
		self.assertTrue(
			frappe.db.exists("Notification Log", {"for_user": draft.owner, "document_name": draft.name})
		)

	def test_feedback_goes_both_ways(self) -> None:
		self.agreement.append("feedback", {"feedback": "Thank you for the quick replies"})
		self.agreement.append(
			"feedback", {"stakeholder": care.make_stakeholder(), "feedback": "Of another party"}
		)
		self.agreement.save()
		frappe.set_user(self.user)
		(seen,) = partner.partner()[0]["agreements"]
		self.assertEqual(
			[(one["text"], one["of_school"]) for one in seen["feedback"]],
			[("Thank you for the quick replies", True)],
		)


class TestPages(PortalTestCase):
	def page(self, route: str, language: str) -> str:
		frappe.local.lang = language
		try:
			set_request(method="GET", path=route)
			return get_response_content(route)
		finally:
			frappe.local.lang = "en"

	def test_the_family_page_in_both_languages(self) -> None:
		user = care.make_portal_user()
		_group, student = care.make_learner(date_of_birth=care.ADULT, user=user)
		plan = care.make_plan(student, status="Proposed", cause="<b>not bold</b>")
		self.assertNotIn("<b>", frappe.db.get_value("Support Plan", plan.name, "cause"))
		# An earlier version may have kept it so, and the page does not rely on what is kept.
		frappe.db.set_value("Support Plan", plan.name, "cause", "<b>not bold</b>")
		for language, heading, ask in (
			("en", "School and me", "The school asks if you agree with this plan."),
			("nl", "School en ik", "De school vraagt of je het eens bent met dit plan."),
		):
			frappe.set_user(user)
			page = self.page("family", language)
			self.assertIn(f"<h1>{heading}</h1>", page)
			self.assertIn(ask, page)
			self.assertIn("&lt;b&gt;not bold", page)
			self.assertIn('data-method="vsv_app.api.portal.family.decide"', page)
			ours = page[
				page.index("<article") : page.rindex("</article>")
			]  # Frappe's own icons stand around it
			ids = re.findall(r'\sid="([^"]+)"', ours)
			self.assertEqual(len(ids), len(set(ids)), "ids stand once")
			for target in re.findall(r'<label for="([^"]+)"', ours):
				self.assertIn(target, ids)

	def test_the_partner_page(self) -> None:
		user = care.make_portal_user()
		partner = care.make_stakeholder(user)
		_group, student = care.make_learner(date_of_birth=care.ADULT)
		agreement = care.make_agreement(partner)
		care.make_consent(student, partner)
		care.make_referral(student, partner, agreement.name)
		frappe.set_user(user)
		page = self.page("partner", "nl")
		self.assertIn("Is there a place in the evening group?", page)
		self.assertIn("Wie doet wat", page)

	def test_every_sentence_of_the_portal_is_in_dutch(self) -> None:
		known = {line[0] for line in _csv(APP / "translations" / "nl.csv")}
		said: set[str] = set()
		for path in (
			*APP.glob("www/**/*.html"), *APP.glob("www/**/*.py"), *APP.glob("templates/**/*.html"),
			*APP.glob("api/portal/*.py"), APP / "site/portal/pages.py", APP / "site/portal/people.py",
		):  # fmt: skip
			for pieces in re.findall(r'\b_\(\s*((?:"[^"]+"\s*)+)', path.read_text("utf-8")):
				said.add("".join(re.findall(r'"([^"]+)"', pieces)))
		self.assertGreater(len(said), 80)
		self.assertEqual(sorted(said - known), [])

	def test_placeholders_are_kept_in_translation(self) -> None:
		for source, target, *_context in _csv(APP / "translations" / "nl.csv"):
			self.assertEqual(sorted(re.findall(r"{\d}", source)), sorted(re.findall(r"{\d}", target)), source)


def _csv(path: Path) -> list[list[str]]:
	with path.open(encoding="utf-8", newline="") as file:
		return [row for row in csv.reader(file) if row]
