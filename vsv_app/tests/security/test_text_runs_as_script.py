"""Threat: text that a learner, guardian, partner, mentor or gateway writes runs as a script in the browser of who reads it in Desk."""

from contextlib import suppress

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from vsv_app.api.care import board as board_api
from vsv_app.api.portal import family
from vsv_app.services.gateways import set_aside
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.signals import signals
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.vsv_app.report.gateway_health import gateway_health

ATTACKS = (
	"<script>alert(1)</script>",
	"<img src=x onerror=alert(1)>",
	# Frappe's own filter leaves what is JSON.
	'"<img src=x onerror=alert(1)>"',
	"<svg/onload=alert(1)>",
	"<img src=https://elsewhere.example/seen.png>",
)


class TestTextRunsAsScript(FrappeTestCase):
	def setUp(self) -> None:
		_group, (self.student,) = factories.make_group(1)
		self.user = care.make_portal_user()
		frappe.db.set_value("Student", self.student, "user", self.user)
		coordinator = factories.make_user("Care Team Coordinator")
		frappe.db.set_single_value("Early Warning Settings", "coordinator", coordinator)

	def tearDown(self) -> None:
		frappe.set_user("Administrator")

	def assertHarmless(self, text: str | None) -> None:
		self.assertTrue(text)
		self.assertNotRegex(str(text), "<[A-Za-z/!?]")

	def test_what_a_learner_writes_in_the_portal(self) -> None:
		frappe.set_user(self.user)
		for attack in ATTACKS:
			family.send_message(self.student, attack)
			family.ask_for_help(self.student, attack)
		for doctype, field in (("Family Message", "message"), ("Concern", "what")):
			kept = frappe.get_all(doctype, {"student": self.student}, pluck=field)
			self.assertEqual(len(kept), len(ATTACKS))
			for text in kept:
				self.assertHarmless(text)

	def test_what_is_saved_in_child_tables_too(self) -> None:
		for attack in ATTACKS:
			plan = care.make_plan(self.student, cause=attack)
			plan.append("actions", {"what": attack, "who_else": attack})
			plan.save()
			kept = frappe.get_doc("Support Plan", plan.name)
			self.assertHarmless(kept.cause)
			self.assertHarmless(kept.actions[-1].what)
			plan.flags.past_its_time = True  # by hand it is closed, not deleted
			plan.delete(force=True)

	def test_what_a_mentor_notes_on_the_board(self) -> None:
		mentor = factories.make_user("School Mentor")
		factories.make_assignment(mentor, student=self.student)
		store = FrappeStore()
		for attack in ATTACKS:
			rule = factories.make_rule()
			name = store.add_document(
				"Early Warning Signal",
				{
					"student": self.student, "rule": rule, "status": "Open", "severity": "Watch", "rule_title": "R",
					"open_key": f"{self.student}|{rule}", "raised_on": now_datetime(), "observed_value": 1, "threshold": 1,
				},
			)  # fmt: skip
			frappe.set_user(mentor)
			board_api.act("log_talk", student=self.student, channel="In Person", note=attack)
			board_api.act("dismiss", signal=name, reason="Other", note=attack)
			frappe.set_user("Administrator")
			self.assertHarmless(frappe.db.get_value("Early Warning Signal", name, "note"))
		for note in frappe.get_all("Contact Log", {"student": self.student}, pluck="note"):
			self.assertHarmless(note)

	def test_what_is_written_in_rows(self) -> None:
		store = FrappeStore()
		rule = factories.make_rule()
		name = store.add_document(
			"Early Warning Signal",
			{
				"student": self.student, "rule": rule, "status": "Open", "severity": "Watch", "rule_title": "R",
				"open_key": f"{self.student}|{rule}", "raised_on": now_datetime(), "observed_value": 1, "threshold": 1,
			},
		)  # fmt: skip
		for attack in ATTACKS:
			signals.change(store, name, {"explanation": attack}, now_datetime())
			self.assertHarmless(frappe.db.get_value("Early Warning Signal", name, "explanation"))

	def test_the_names_of_people(self) -> None:
		frappe.db.set_value("Student", self.student, "student_email_id", self.user)
		for attack in ATTACKS:
			for doctype, name, field in (
				("Student", self.student, "student_name"),
				("User", self.user, "full_name"),
				("Guardian", care.make_guardian(self.student), "guardian_name"),
			):
				person = frappe.get_doc(doctype, name)
				person.set("guardian_name" if doctype == "Guardian" else "first_name", attack)
				person.update({"last_name": "", "middle_name": ""})
				# Education names a customer after a learner, and such a name is refused.
				with suppress(frappe.NameError):
					person.save()
				self.assertHarmless(frappe.db.get_value(doctype, name, field))

	def test_a_title_that_ends_an_attribute_or_is_decoded_once_more(self) -> None:
		frappe.db.set_value("Student", self.student, "student_name", 'Noor" onmouseover="alert(1)&lt;img&gt;')
		plan = care.make_plan(self.student)
		self.assertEqual(plan.student_name, "Noor” onmouseover=”alert(1)＆lt;img＆gt;")

	def test_a_name_that_an_earlier_version_kept_in_a_report(self) -> None:
		gateway = factories.make_gateway()
		frappe.db.set_value("Attendance Gateway", gateway, "location", ATTACKS[1])
		_columns, rows = gateway_health.execute()
		(row,) = [row for row in rows if row["gateway"] == gateway]
		self.assertHarmless(row["location"])

	def test_a_message_that_is_set_aside_keeps_its_bytes_for_another_try(self) -> None:
		payload = b'{"note": "<b>bold</b>", "v": 1}'
		set_aside.message(
			FrappeStore(),
			"vsv/v1/school/front-door/checkins",
			payload,
			gateway="front-door",
			reason="Not Understood",
			explanation=ATTACKS[0],
			now=now_datetime(),
		)
		kept = frappe.get_last_doc("Set Aside Message", {"gateway": "front-door"})
		self.assertEqual(kept.payload.encode(), payload)
		self.assertHarmless(kept.explanation)
