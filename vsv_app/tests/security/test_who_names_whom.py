"""Threat: somebody with the right to write a record writes oneself into it, and reads what it opens: as a partner's contact, as a
reader of a restricted concern, as a learner's guardian.
"""

import frappe

from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.hooks_alone import without_gate
from vsv_app.tests.rest import Person, RequestsTestCase


class NamingTestCase(RequestsTestCase):
	def setUp(self) -> None:
		without_gate(self)
		frappe.set_user("Administrator")
		_group, self.student = care.make_learner(date_of_birth=care.child_born())
		frappe.db.commit()

	def user(self, *roles: str) -> Person:
		person = Person(factories.make_user(*roles))
		frappe.db.commit()
		return person


class TestContacts(NamingTestCase):
	def test_nobody_of_the_school_becomes_a_partners_contact(self) -> None:
		portal = care.make_portal_user()
		partner = care.make_stakeholder(portal)
		agreement = care.make_agreement(partner)
		care.make_consent(self.student, partner, given_by="Guardian", person_name="x")
		care.make_referral(self.student, partner, agreement.name)
		frappe.db.commit()
		path = f"/api/resource/Stakeholder/{partner}"
		stored = frappe.get_doc("Stakeholder", partner).as_dict(convert_dates_to_str=True)
		for role in ("School Leader", "Care Team Coordinator", "Early Warning Administrator"):
			writer, colleague = self.user(role), factories.make_user("School Mentor")
			frappe.db.commit()
			for named in (writer.user, colleague):
				row = {"person_name": "x", "user": named}
				taken = {**stored["contacts"][0], "user": named}
				for rows in ([row], [*stored["contacts"], row], [taken]):
					self.refused(writer.put(path, contacts=rows), f"{role} {named}")
					self.refused(writer.put(f"/api/v2/document/Stakeholder/{partner}", contacts=rows))
					document = {**stored, "doctype": "Stakeholder", "contacts": rows}
					self.refused(writer.call("frappe.client.save", doc=frappe.as_json(document)))
				self.refused(writer.post("/api/resource/Stakeholder", stakeholder_name=f"_Test {frappe.generate_hash(length=6)}", kind="Youth Work", contacts=[row]))  # fmt: skip
				contact = {"parent": partner, "parenttype": "Stakeholder", "parentfield": "contacts", **row}
				writer.post("/api/resource/Stakeholder Contact", **contact)
				writer.put(f"/api/resource/Stakeholder Contact/{stored['contacts'][0]['name']}", user=named)
			frappe.db.rollback()
			named = frappe.get_all("Stakeholder Contact", {"parent": partner}, pluck="user")
			self.assertEqual(named, [portal])
			shown = writer.get("/api/method/vsv_app.api.portal.partner.partner")
			self.assertNotIn(self.student, str(shown.body))

	def test_a_contact_who_comes_to_work_at_the_school_is_none_any_more(self) -> None:
		person = self.user("School Leader")
		partner = care.make_stakeholder(care.make_portal_user())
		frappe.db.set_value("Stakeholder Contact", {"parent": partner}, "user", person.user)
		agreement = care.make_agreement(partner)
		care.make_consent(self.student, partner, given_by="Guardian", person_name="x")
		care.make_referral(self.student, partner, agreement.name)
		frappe.db.commit()
		shown = person.get("/api/method/vsv_app.api.portal.partner.partner")
		self.assertNotIn(self.student, str(shown.body))

	def test_an_account_of_a_partner_is_named_as_before(self) -> None:
		leader, portal = self.user("School Leader"), care.make_portal_user()
		partner = care.make_stakeholder()
		frappe.db.commit()
		row = {"person_name": "x", "user": portal}
		self.ok(leader.put(f"/api/resource/Stakeholder/{partner}", contacts=[row]))


class TestReaders(NamingTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.noter, self.reader, self.other = (self.user("Care Team Member") for _one in range(3))
		self.coordinator, self.not_named = (
			self.user("Care Team Coordinator"),
			self.user("Care Team Coordinator"),
		)
		for one in (self.noter, self.reader):
			factories.make_assignment(one.user, student=self.student)
		frappe.set_user(self.noter.user)
		readers = [{"user": one.user} for one in (self.noter, self.reader, self.coordinator)]
		self.concern = care.make_concern(self.student, visibility=RESTRICTED, readers=readers)
		frappe.set_user("Administrator")
		frappe.db.commit()
		self.path = f"/api/resource/Concern/{self.concern.name}"

	def readers(self) -> set[str]:
		frappe.db.rollback()
		return set(frappe.get_all("Named Reader", {"parent": self.concern.name}, pluck="user"))

	def test_a_named_reader_names_nobody_and_takes_nobody_off(self) -> None:
		before = self.readers()
		rows = [row.as_dict(convert_dates_to_str=True) for row in self.concern.readers]
		another = {"user": self.other.user}
		turned = [{**rows[0], "user": self.other.user}, *rows[1:]]
		document = frappe.get_doc("Concern", self.concern.name).as_dict(convert_dates_to_str=True)
		for person in (self.reader, self.not_named, self.other):
			for sent in ([*rows, another], turned, rows[1:], [another]):
				self.refused(person.put(self.path, readers=sent), person.user)
				self.refused(person.put(f"/api/v2/document/Concern/{self.concern.name}", readers=sent))
				self.refused(
					person.call("frappe.client.save", doc=frappe.as_json({**document, "readers": sent}))
				)
				self.refused(person.put(self.path, readers=sent, visibility="Open"))
				self.refused(person.put(self.path, readers=sent, noted_by=person.user))
			row = {"parent": self.concern.name, "parenttype": "Concern", "parentfield": "readers", **another}
			person.post("/api/resource/Named Reader", **row)
			person.put(f"/api/resource/Named Reader/{rows[0]['name']}", user=self.other.user)
			person.delete(f"/api/resource/Named Reader/{rows[0]['name']}")
			self.assertEqual(self.readers(), before)
		self.assertEqual(self.other.get(self.path).status, 403)

	def test_a_named_reader_works_on_it_as_before(self) -> None:
		self.ok(self.reader.put(self.path, status="In Hand"))

	def test_who_noted_it_and_the_named_coordinator_name_others(self) -> None:
		for person in (self.noter, self.coordinator):
			rows = [
				row.as_dict(convert_dates_to_str=True)
				for row in frappe.get_doc("Concern", self.concern.name).readers
			]
			more = factories.make_user("Care Team Member")
			frappe.db.commit()
			self.ok(person.put(self.path, readers=[*rows, {"user": more}]))
			self.assertIn(more, self.readers())


class TestFamily(NamingTestCase):
	def test_nobody_of_the_school_makes_oneself_a_learners_family(self) -> None:
		writer = self.user("Academics User", "School Leader")
		whole = {"middle_name": "x", "last_name": "x", "student_email_id": care.make_portal_user()}
		frappe.db.set_value("Student", self.student, whole)
		guardian = care.make_guardian(self.student)
		own = care.make_guardian(care.make_learner()[1], user=writer.user)
		frappe.db.commit()
		path = f"/api/resource/Student/{self.student}"
		self.refused(writer.put(path, user=writer.user))
		self.refused(writer.put(f"/api/resource/Guardian/{guardian}", user=writer.user))
		self.refused(writer.put(path, guardians=[{"guardian": own, "relation": "Mother"}]))
		self.refused(writer.post("/api/resource/Guardian", guardian_name="_Test x", user=writer.user))
		self.assertNotIn(self.student, str(writer.get("/api/method/vsv_app.api.portal.family.family").body))
