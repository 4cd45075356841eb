"""What a family signs and what partners sign, on paper: in their language, without what is not theirs, for who may print it."""

from typing import Any

import frappe
from frappe.utils import nowdate

from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase
from vsv_app.tests.rest import Answer, Person

PLAN, AGREEMENT = "Support Plan", "Stakeholder Agreement"


class TestPrints(CommittedTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		_group, cls.student = care.make_learner(date_of_birth=care.ADULT)
		cls.mentor = factories.make_user("School Mentor")
		factories.make_assignment(cls.mentor, student=cls.student)
		signal = factories.make_signal(cls.student, explanation="15 hours missed")
		goals = [
			care.goal(indicator="unexcused_minutes", baseline=15, target=5),
			care.goal(what="<b>Speak</b> up"),
		]
		plan = care.make_plan(
			cls.student,
			status="Proposed",
			responsible=cls.mentor,
			strengths="Likes to draw",
			signals=[{"signal": signal}],
			goals=goals,
			team=[{"part": "Mentor", "person_name": "Mr. Example"}],
		)
		care.agree(plan, "School")
		cls.partner = care.make_stakeholder()
		cls.plan, cls.agreement = plan.name, care.make_agreement(cls.partner).name
		cls.people = {
			"mentor": Person(cls.mentor),
			"coordinator": Person(factories.make_user("Care Team Coordinator")),
			"stranger": Person(factories.make_user("School Mentor")),
			"teacher": Person(factories.make_user("Instructor")),
			"family": Person(care.make_portal_user()),
			"guest": Person.guest(),
		}
		frappe.db.commit()
		cls.makes_pdf = makes_pdf()

	def page(self, person: str, doctype: str, name: str, language: str = "en", **more: Any) -> Answer:
		return self.people[person].get(
			"/api/method/frappe.www.printview.get_html_and_style",
			doc=doctype,
			name=name,
			_lang=language,
			**{"print_format" if key == "format" else key: value for key, value in more.items()},
		)

	def pdf(self, person: str, doctype: str, name: str, **more: Any) -> Answer:
		return self.people[person].get(
			"/api/method/frappe.utils.print_format.download_pdf", doctype=doctype, name=name, **more
		)

	def test_a_family_reads_what_was_agreed_in_its_language(self) -> None:
		for language, words in (
			(
				"en",
				("What goes well", "What we want to reach", "15 hours", "5 hours", "Signature", "Learner"),
			),
			(
				"nl",
				("Wat goed gaat", "Wat we willen bereiken", "15 uur", "5 uur", "Handtekening", "Leerling"),
			),
		):
			text = self.page("mentor", PLAN, self.plan, language).data["html"]
			for word in (*words, "Likes to draw", "A talk a week", "Mr. Example", "_Test School"):
				self.assertIn(word, text, language)
			self.assertNotIn("15 hours missed", text, "signals are no part of what is signed")
			self.assertNotIn("<b>Speak", text, "text stays text")

	def test_partners_read_who_does_what_and_what_may_be_shared(self) -> None:
		for language, words in (
			("en", ("Who does what", "What may be shared about a learner", "Signatures", "The school")),
			(
				"nl",
				("Wie doet wat", "Wat over een leerling gedeeld mag worden", "Handtekeningen", "De school"),
			),
		):
			text = self.page("coordinator", AGREEMENT, self.agreement, language).data["html"]
			for word in (
				*words,
				self.partner,
				"Coordinates",
				"Refers within five school days",
				"desk@school.example",
				"Their head",
			):
				self.assertIn(word, text, language)

	def test_a_sheet_of_paper_for_who_may_print_it_and_for_nobody_else(self) -> None:
		allowed = {PLAN: ("mentor", "coordinator"), AGREEMENT: ("mentor", "coordinator", "stranger")}
		for doctype, name in ((PLAN, self.plan), (AGREEMENT, self.agreement)):
			for person in self.people:
				expected = 200 if person in allowed[doctype] else 403
				for layout in ({}, {"format": "Standard"}):
					page = self.page(person, doctype, name, **layout)
					self.assertEqual(page.status, expected, (person, doctype, layout))
					pdf = self.pdf(person, doctype, name, **layout)
					if expected == 403 or self.makes_pdf:
						self.assertEqual(pdf.status, expected, (person, doctype, layout))
					if pdf.status == 200:
						self.assertTrue(pdf.body.startswith(b"%PDF-"), (person, doctype))

	def test_a_change_of_goals_leaves_the_lines_to_sign_empty_again(self) -> None:
		plan = frappe.get_doc(PLAN, self.plan)
		self.assertEqual(plan.in_words()["to_sign"], ["Learner"])
		plan.goals[0].target = 2
		plan.next_review = plan.next_review or nowdate()
		plan.save()
		words = plan.in_words()
		self.assertEqual((words["said"], words["to_sign"]), ([], ["Learner", "School"]))
		frappe.db.rollback()


def makes_pdf() -> bool:
	"""Whether Frappe makes a PDF of its own documents here: its program is there, and the site's address is answered."""
	try:
		return bool(frappe.get_print("User", "Administrator", as_pdf=True))
	except OSError:
		return False
