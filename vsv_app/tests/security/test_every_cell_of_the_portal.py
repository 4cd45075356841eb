"""Threat: somebody without a desk sees or does more in the portal than its table in engine/access/portal.py says.

Every row of that table, as everybody: the learner, the guardian, the partner that it names, and those who are somebody else's.
What is expected comes from the table and from how each person stands to each learner and partner, written down here.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import frappe
from frappe.utils import add_days, getdate, nowdate

from vsv_app.engine.access.portal import GUARDIAN, LEARNER, PARTNER, PORTAL
from vsv_app.engine.care.plans import DECISIONS
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase
from vsv_app.tests.rest import Answer, Person

METHOD = "/api/method/vsv_app.api.portal."
CHILD, ADULT = "a child", "an adult"
OK = 200
PERSONS = {
	"the child": {CHILD: LEARNER},
	"the child's guardian": {CHILD: GUARDIAN},
	"the adult": {ADULT: LEARNER},
	"the adult's guardian": {},
	"the partner": {},
	"another partner": {},
	"a mentor": {},
	"a guest": {},
}
"""As what each stands to the two learners, by the conditions "about self" and "about own child until it is 18"."""
GUARDIANS = ("the child's guardian", "the adult's guardian")


class TestEveryCellOfThePortal(CommittedTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		users = {name: care.make_portal_user() for name in PERSONS if name not in ("a mentor", "a guest")}
		users["a mentor"] = factories.make_user("School Mentor")
		coordinator = factories.make_user("Care Team Coordinator")
		frappe.db.set_single_value("Early Warning Settings", "coordinator", coordinator)
		cls.partner = care.make_stakeholder(users["the partner"])
		care.make_stakeholder(users["another partner"])
		cls.agreement = care.make_agreement(cls.partner, "Name", "Question").name
		cls.students, cls.records, cls.plans, cls.drafts = {}, {}, {}, {}
		for who, born in ((CHILD, care.child_born()), (ADULT, care.ADULT)):
			own = "the child" if who == CHILD else "the adult"
			group, student = care.make_learner(date_of_birth=born, user=users[own])
			care.make_guardian(student, user=users[f"{own}'s guardian"], mobile_number="0612345678")
			factories.make_bell_schedule(student_group=group)
			day = {"student": student, "student_group": group, "date": factories.school_day(1)}
			record = frappe.get_doc({"doctype": "Student Attendance", "status": "Absent", **day}).insert()
			record.submit()
			cls.students[who], cls.records[who] = student, record.name
			cls.plans[who] = care.make_plan(student, status="Proposed").name
		cls.people = {name: Person(user) for name, user in users.items()} | {"a guest": Person.guest()}
		cls.days = cls.school_days()
		frappe.db.commit()

	@staticmethod
	def school_days():
		"""Days on which nobody is reported absent yet, one after the other."""
		for ahead in range(1, 300):
			if getdate(add_days(nowdate(), ahead)).weekday() < 5:
				yield add_days(nowdate(), ahead)

	def setUp(self) -> None:
		frappe.set_user("Administrator")
		frappe.cache.delete_keys("rl:")  # so many requests an hour from one address are not allowed

	def ask(self, person: Person, method: str, **values: Any) -> Answer:
		return person.post(f"{METHOD}{method}", **values)

	def did(self, person: Person, method: str, **values: Any) -> bool:
		"""Whether a method did what it was asked; all but a refusal is a failure."""
		answer = self.ask(person, method, **values)
		self.assertIn(answer.status, (OK, 403), (method, str(answer.body)[:400]))
		return answer.status == OK

	def family(self, person: Person, who: str) -> dict[str, Any]:
		"""What somebody sees of a learner; nothing of it where there is nothing to see."""
		shown = person.get(f"{METHOD}family.family").data or []
		return next((one for one in shown if one["student"] == self.students[who]), {})

	def fresh(self, make: Callable[[], Any]) -> str:
		frappe.db.rollback()
		name = make().name
		frappe.db.commit()
		return name

	def sees_attendance(self, person: Person, who: str) -> bool:
		return self.records[who] in [row["record"] for row in self.family(person, who).get("attendance", ())]

	def contests(self, person: Person, who: str) -> bool:
		return self.did(person, "family.contest", record=self.records[who], note="I was there")

	def sees_plan(self, person: Person, who: str) -> bool:
		return [plan["name"] for plan in self.family(person, who).get("plans", ())] == [self.plans[who]]

	def decides(self, person: Person, who: str) -> bool:
		said = {
			self.did(person, "family.decide", plan=self.plans[who], decision=decision, version=1, note="x")
			for decision in DECISIONS
		}
		self.assertEqual(len(said), 1, "all of them or none")
		return said == {True}

	def consent(self, who: str) -> str:
		given_by = GUARDIAN if who == CHILD else LEARNER
		return self.fresh(lambda: care.make_consent(self.students[who], self.partner, given_by=given_by))

	def sees_consent(self, person: Person, who: str) -> bool:
		consent = self.consent(who)
		return consent in [one["name"] for one in self.family(person, who).get("consents", ())]

	def withdraws(self, person: Person, who: str) -> bool:
		consent = self.consent(who)
		done = self.did(person, "family.withdraw_consent", consent=consent)
		frappe.db.rollback()
		self.assertEqual(bool(frappe.db.get_value("Consent Record", consent, "withdrawn_on")), done)
		return done

	def reports(self, person: Person, who: str) -> bool:
		day, of = next(self.days), {"student": self.students[who]}
		done = self.did(person, "family.report_absence", **of, from_date=day, to_date=day, reason="Ill")
		frappe.db.rollback()
		leave = frappe.db.get_value("Student Leave Application", of, "name", order_by="creation desc")
		if leave is None:
			leave = self.fresh(lambda: care.make_leave(of["student"], next(self.days)))
		self.assertEqual(self.did(person, "family.withdraw_absence", leave=leave), done)
		return done

	def asked(self, who: str) -> Any:
		frappe.db.rollback()
		frappe.db.set_value("Referral", {"student": self.students[who]}, "consent_status", "Not Asked")
		frappe.db.delete("Consent Record", {"student": self.students[who]})
		referral = care.make_draft_referral(
			self.students[who], self.partner, self.agreement, "Name", "Question"
		)
		referral.ask_family()
		frappe.db.commit()
		return referral

	def sees_what_is_asked(self, person: Person, who: str) -> bool:
		referral = self.asked(who)
		return [one["name"] for one in self.family(person, who).get("asked", ())] == [referral.name]

	def gives_consent(self, person: Person, who: str) -> bool:
		"""Whose word does not count at the learner's age is told so."""
		said = []
		for given in (0, 1):
			referral = self.asked(who)
			asked_on = str(frappe.db.get_value("Referral", referral.name, "consent_asked_on"))
			answer = self.ask(
				person, "consents.answer", referral=referral.name, given=given, asked_on=asked_on
			)
			self.assertIn(answer.status, (OK, 403, 417), str(answer.body)[:400])
			said.append(answer.status == OK)
		self.assertEqual(len(set(said)), 1)
		return said[0]

	def writes(self, person: Person, who: str) -> bool:
		text = f"Hello {frappe.generate_hash(length=6)}"
		if not self.did(person, "family.send_message", student=self.students[who], message=text):
			return False
		frappe.db.rollback()
		frappe.db.set_value("Family Message", {"message": text}, {"answer": "Yes", "status": "Answered"})
		frappe.db.commit()
		messages = self.family(person, who)["messages"]
		return "Yes" in [one["answer"] for one in messages if one["message"] == text]

	def asks_for_help(self, person: Person, who: str) -> bool:
		return self.did(person, "family.ask_for_help", student=self.students[who], message="Please help me")

	def chooses_texts(self, person: Person, _who: str) -> bool:
		return self.did(person, "family.choose_texts", wanted=1)

	def referral(self) -> str:
		student = self.students[ADULT]

		def make() -> Any:
			care.make_consent(student, self.partner, "Name", "Question")
			return care.make_referral(student, self.partner, self.agreement, "Name", "Question")

		return self.fresh(make)

	def of_partner(self, person: Person, what: str) -> list[dict[str, Any]]:
		return [
			one
			for organisation in person.get(f"{METHOD}partner.partner").data or []
			for one in organisation[what]
		]

	def sees_referral(self, person: Person) -> bool:
		name = self.referral()
		seen = [one for one in self.of_partner(person, "referrals") if one["name"] == name]
		self.assertTrue(all(set(one["fields"]) == {"Name", "Question"} for one in seen))
		frappe.db.rollback()
		for consent in frappe.get_all("Consent Record", {"student": self.students[ADULT]}, pluck="name"):
			frappe.get_doc("Consent Record", consent).withdraw("x")
		frappe.db.commit()
		self.assertNotIn(name, [one["name"] for one in self.of_partner(person, "referrals")])
		self.assertFalse(self.did(person, "partner.reply", referral=name, accept="1", text="x"))
		return bool(seen)

	def replies(self, person: Person) -> bool:
		name = self.referral()
		done = self.did(person, "partner.reply", referral=name, accept="1", text="Come on Monday")
		self.assertEqual(
			self.did(person, "partner.close_referral", referral=name, result="Comes every week"), done
		)
		return done

	def sees_meeting(self, person: Person) -> bool:
		"""Of the learners on the agenda the one who consented, and of that one what the agreement names too."""
		name = self.fresh(self.meeting)
		seen = [one for one in self.of_partner(person, "meetings") if one["name"] == name]
		self.assertTrue(all([set(fields) for fields in one["learners"]] == [{"Name"}] for one in seen))
		frappe.db.rollback()
		for consent in frappe.get_all("Consent Record", {"student": self.students[ADULT]}, pluck="name"):
			if not frappe.db.get_value("Consent Record", consent, "withdrawn_on"):
				frappe.get_doc("Consent Record", consent).withdraw("x")
		frappe.db.commit()
		after = [one for one in self.of_partner(person, "meetings") if one["name"] == name]
		self.assertTrue(all(one["learners"] == [] for one in after))
		return bool(seen)

	def meeting(self) -> Any:
		"""Both learners are on the agenda; the adult consented to a field that is agreed and to one that is not."""
		care.make_consent(self.students[ADULT], self.partner, "Name", "Group")
		meeting = care.make_meeting({"user": self.people["the partner"].user})
		for student in self.students.values():
			care.put_on_agenda(meeting.name, student)
		return meeting

	def sees_agreement(self, person: Person) -> bool:
		return self.agreement in [one["name"] for one in self.of_partner(person, "agreements")]

	def signs(self, person: Person) -> bool:
		def make() -> Any:
			fresh = care.make_agreement(self.partner, active=False)
			fresh.status = "Under Discussion"
			return fresh.save()

		of = {"agreement": self.fresh(make), "stakeholder": self.partner}
		done = self.did(person, "partner.sign", **of, version=1)
		self.assertEqual(self.did(person, "partner.agreement_feedback", **of, text="Works well"), done)
		return done

	ABOUT_LEARNERS: ClassVar[dict[tuple[str, str], str]] = {
		("Student Attendance", "see"): "sees_attendance",
		("Student Attendance", "contest"): "contests",
		("Support Plan", "see from Proposed on"): "sees_plan",
		("Support Plan", "agree, ask for a change, withdraw"): "decides",
		("Consent Record", "see"): "sees_consent",
		("Consent Record", "withdraw"): "withdraws",
		("Referral", "see what is asked of the family, and what became of it"): "sees_what_is_asked",
		("Consent Record", "give or refuse where asked"): "gives_consent",
		("Student Leave Application", "report, take back"): "reports",
		("Family Message", "send, and see the answer"): "writes",
		("Concern", "ask for help, see the answer"): "asks_for_help",
		("Guardian", "choose text messages"): "chooses_texts",
	}
	OF_PARTNERS: ClassVar[dict[tuple[str, str], str]] = {
		("Referral", "see the shared fields"): "sees_referral",
		("Referral", "reply, close"): "replies",
		("Care Meeting", "see day, place and the shared fields of learners"): "sees_meeting",
		("Stakeholder Agreement", "see"): "sees_agreement",
		("Stakeholder Agreement", "sign, give feedback"): "signs",
	}

	def test_every_row_of_the_table_is_tried(self) -> None:
		rows = {(row.document, row.action) for row in PORTAL}
		self.assertEqual(rows, {*self.ABOUT_LEARNERS, *self.OF_PARTNERS})

	def test_about_learners(self) -> None:
		for (document, action), attempt in self.ABOUT_LEARNERS.items():
			may = {row.person for row in PORTAL if (row.document, row.action) == (document, action)}
			for name, person in self.people.items():
				for who in (CHILD, ADULT):
					stands = (
						GUARDIAN if document == "Guardian" and name in GUARDIANS else PERSONS[name].get(who)
					)
					expected = stands in may
					if action == "give or refuse where asked":
						expected = expected and stands == (GUARDIAN if who == CHILD else LEARNER)
					done = getattr(self, attempt)(person, who)
					self.assertEqual(done, expected, (name, document, action, who))

	def test_of_partners(self) -> None:
		for (document, action), attempt in self.OF_PARTNERS.items():
			(may,) = {row.person for row in PORTAL if (row.document, row.action) == (document, action)}
			self.assertEqual(may, PARTNER)
			for name, person in self.people.items():
				self.assertEqual(
					getattr(self, attempt)(person), name == "the partner", (name, document, action)
				)
