"""Threat: somebody goes around the form. Rows of a document written by themselves, rows under made-up names, links to
records of others, and what Frappe passes on by itself: titles, tags, mails to followers, notifications.
"""

import json
from typing import Any

import frappe
from frappe.desk.doctype.notification_log.notification_log import make_notification_logs
from frappe.model.base_document import get_controller

from vsv_app.engine.access.table import PARENTS
from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.site.documents import refusals
from vsv_app.site.documents.child_rows import Row
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.rest import Person, RequestsTestCase


class WaysAroundTestCase(RequestsTestCase):
	def setUp(self) -> None:
		frappe.set_user("Administrator")
		_group, self.own = care.make_learner(date_of_birth=care.ADULT)
		_group, self.other = care.make_learner(date_of_birth=care.ADULT)
		self.mentor = factories.make_user("School Mentor")
		factories.make_assignment(self.mentor, student=self.own)
		self.person = Person(self.mentor)
		frappe.db.commit()

	def plan(self, student: str, **data: Any) -> Any:
		plan = care.make_plan(student, **data)
		frappe.db.commit()
		return plan

	def colleague(self) -> str:
		return factories.make_user("Care Team Member")


class TestRows(WaysAroundTestCase):
	def test_a_row_is_neither_made_nor_changed_nor_deleted_by_itself(self) -> None:
		plan = self.plan(self.own, status="Proposed")
		care.agree(plan, "Learner", decision="Withdraws")
		frappe.db.commit()
		row, kind = plan.agreements[0].name, "Support Plan Agreement"
		said = {"party": "Learner", "person_name": "x", "how": "Portal", "decision": "Agrees", "person": "x"}
		forged = {
			"parent": plan.name, "parenttype": "Support Plan", "parentfield": "agreements", **said,
			"version": 1, "agreed_on": "2020-01-01", "fingerprint": plan.facts().fingerprint,
		}  # fmt: skip
		path = f"/api/resource/{kind}"
		stamp = str(plan.agreements[0].modified)
		for answer in (
			self.person.post(path, **forged),
			self.person.put(f"{path}/{row}", decision="Agrees"),
			self.person.delete(f"{path}/{row}"),
			self.person.call("frappe.client.save", doc={"doctype": kind, "name": row, "modified": stamp, **forged}),
			self.person.call("frappe.client.insert", doc={"doctype": kind, **forged}),
			self.person.call("frappe.client.set_value", doctype=kind, name=row, fieldname="decision", value="Agrees"),
			self.person.call("frappe.client.delete", doctype=kind, name=row),
			self.person.call("frappe.client.bulk_update", docs=json.dumps([{"doctype": kind, "docname": row, "decision": "Agrees"}])),
		):  # fmt: skip
			self.assertIn(answer.status, (200, 403, 417), str(answer.body)[:300])
		(kept,) = self.stored("Support Plan", plan.name).agreements
		self.assertEqual((kept.name, kept.decision, kept.how), (row, "Withdraws", "In Person"))

	def test_a_row_is_opened_by_who_may_open_its_document(self) -> None:
		reader = Person(self.colleague())
		concern = care.make_concern(self.other, visibility=RESTRICTED, readers=[{"user": reader.user}])
		plan = care.make_plan(self.other)
		factories.make_assignment(reader.user, student=self.other)
		coordinator, teacher = Person(factories.make_user("Care Team Coordinator")), Person(factories.make_user("Instructor"))  # fmt: skip
		frappe.db.commit()
		for row, people in (
			(concern.readers[0], (self.person, coordinator, teacher)),
			(plan.goals[0], (self.person, teacher)),
		):
			kind, name = row.doctype, row.name
			for path, values in (
				(f"/api/resource/{kind}/{name}", {}),
				(f"/api/v2/document/{kind}/{name}", {}),
				(f"/api/v2/document/{kind}/{name}/copy", {}),
				("/api/method/frappe.client.get", {"doctype": kind, "name": name}),
				("/api/method/frappe.client.get", {"doctype": kind, "name": name, "parent": row.parenttype}),
				("/api/method/frappe.desk.form.load.getdoc", {"doctype": kind, "name": name}),
				("/api/method/frappe.client.get_value", {"doctype": kind, "filters": name, "fieldname": "parent", "parent": row.parenttype}),
			):  # fmt: skip
				for person in people:
					answer = person.get(path, **values)
					self.assertNotIn(row.parent, str(answer.data), f"{person.user} {path}")
				if path.startswith(("/api/resource", "/api/v2")):
					self.assertEqual(reader.get(path, **values).status, 200, path)
		for table in PARENTS:
			self.assertTrue(issubclass(get_controller(table), Row), table)

	def test_a_link_to_a_record_is_not_opened_with_the_record_that_has_it(self) -> None:
		"""Frappe 16 puts what a link leads to in its place, and asks nobody whose it is."""
		secret = f"canary{frappe.generate_hash(length=12)}"
		plan = self.plan(self.other, cause=secret)
		told = frappe.get_doc(
			doctype="Notification Log", for_user=self.mentor, type="Alert", subject="x",
			document_type=plan.doctype, document_name=plan.name,
		).insert(ignore_permissions=True)  # fmt: skip
		mine = self.plan(self.own)
		frappe.db.commit()
		for path in (
			f"/api/resource/Notification Log/{told.name}",
			f"/api/resource/Support Plan/{mine.name}",
		):
			self.ok(self.person.get(path))
			for asked in ({"expand_links": "true"}, {"expand_links": 1}, {"expand": '["document_name"]'}):
				answer = self.person.get(path, **asked)
				self.refused(answer)
				self.assertNotIn(secret, str(answer.body))

	def test_nobody_names_oneself_a_reader_of_a_concern_to_come(self) -> None:
		other = care.make_concern(self.other, visibility=RESTRICTED, readers=[{"user": self.colleague()}])
		frappe.db.commit()
		for parent in ("VSV-CON-2026-99999", other.name):
			row = {"parent": parent, "parenttype": "Concern", "parentfield": "readers", "user": self.mentor}
			self.assertEqual(self.person.post("/api/resource/Named Reader", **row).status, 403, parent)
		frappe.db.rollback()
		self.assertFalse(frappe.db.exists("Named Reader", {"user": self.mentor}))

	def test_a_row_under_a_made_up_name_is_a_row_like_any_other(self) -> None:
		plan = self.plan(self.own, status="Proposed")
		rows = [
			{"name": f"made-up-{party}", "party": party, "person_name": party, "how": "In Person", "decision": "Agrees"}
			for party in ("Learner", "School")
		]  # fmt: skip
		self.ok(self.person.put(f"/api/resource/Support Plan/{plan.name}", agreements=rows))
		stored = self.stored("Support Plan", plan.name)
		self.assertEqual((stored.status, len(stored.agreements)), ("Agreed", 2))
		self.assertTrue(all(row.agreed_on and row.recorded_by == self.mentor for row in stored.agreements))

	def test_a_name_sent_twice_smuggles_nothing_in(self) -> None:
		plan = self.plan(self.own, status="Proposed")
		care.agree(plan, "Learner")
		frappe.db.commit()
		(row,) = (row.as_dict(convert_dates_to_str=True) for row in plan.agreements)
		forged = {**row, "party": "School", "person": "school"}
		for rows in ([forged, row], [row, forged]):
			self.person.put(f"/api/resource/Support Plan/{plan.name}", agreements=rows)
			for kept in self.stored("Support Plan", plan.name).agreements[1:]:
				self.assertEqual(
					(kept.recorded_by, str(kept.agreed_on) > row["agreed_on"]), (self.mentor, True)
				)

	def test_the_row_of_another_document_stays_there(self) -> None:
		foreign = self.plan(self.other, status="Proposed")
		care.agree(foreign, "Learner")
		own = self.plan(self.own, status="Proposed")
		row = foreign.agreements[0].as_dict(convert_dates_to_str=True)
		self.ok(self.person.put(f"/api/resource/Support Plan/{own.name}", agreements=[row]))
		self.assertEqual(len(self.stored("Support Plan", foreign.name).agreements), 1)

	def test_who_said_it_is_not_rewritten(self) -> None:
		plan = self.plan(self.own, status="Proposed")
		care.agree(plan, "Learner", decision="Withdraws")
		frappe.db.commit()
		rows = [row.as_dict(convert_dates_to_str=True) for row in plan.agreements]
		path = f"/api/resource/Support Plan/{plan.name}"
		self.refused(self.person.put(path, agreements=[{**rows[0], "person": "somebody else"}]))
		said = {"party": "Learner", "person_name": "L", "person": rows[0]["person"], "how": "By Phone", "decision": "Agrees"}  # fmt: skip
		self.ok(self.person.put(path, agreements=[*rows, said]))
		self.assertEqual(self.stored("Support Plan", plan.name).agreements[1].person, "l")

	def test_nobody_at_a_desk_signs_or_consents_as_if_in_the_portal(self) -> None:
		coordinator = Person(factories.make_user("Care Team Coordinator"))
		partner = care.make_stakeholder()
		agreement = care.make_agreement(partner, active=False)
		frappe.db.commit()
		signed = [{"stakeholder": partner, "person_name": "x", "how": "Portal"}]
		self.refused(
			coordinator.put(f"/api/resource/Stakeholder Agreement/{agreement.name}", signatures=signed)
		)
		frappe.db.rollback()
		with self.assertRaises(refusals.NotByPortal):
			care.make_consent(self.own, partner, how="Portal")


class TestLinks(WaysAroundTestCase):
	def test_a_record_links_to_records_of_the_same_learner_alone(self) -> None:
		"""Frappe lists fields of linked records by the right on their kind alone."""
		plan = self.plan(self.other, cause="Secret cause")
		signal = factories.make_signal(self.other)
		partner = care.make_stakeholder()
		agreement = care.make_agreement(partner)
		member = factories.make_user("Care Team Member")
		factories.make_assignment(member, student=self.own)
		member = Person(member)
		frappe.db.commit()
		self.refused(
			self.person.post("/api/resource/Concern", student=self.own, kind="Home", what="x", plan=plan.name)
		)
		self.refused(self.person.post("/api/resource/Contact Log", student=self.own, plan=plan.name))
		self.refused(
			self.person.post("/api/resource/Support Plan", student=self.own, signals=[{"signal": signal}])
		)
		self.refused(
			member.post(
				"/api/resource/Referral", student=self.own, stakeholder=partner, agreement=agreement.name,
				plan=plan.name, question="x", fields_shown=[{"field": "Plan Goals"}],
			)
		)  # fmt: skip
		self.assertEqual(self.stored("Early Warning Signal", signal).status, "Open")

	def test_what_the_rules_say_is_not_rewritten_and_their_evidence_is_listed_for_own_learners(self) -> None:
		signals = {student: factories.make_signal(student) for student in (self.own, self.other)}
		for student, signal in signals.items():
			row = {"reference_doctype": "Student", "reference_name": student, "fact": "x"}
			frappe.get_doc("Early Warning Signal", signal).append("evidence", row).db_insert()
		frappe.db.commit()
		listed = self.person.get(
			"/api/resource/Early Warning Evidence", parent="Early Warning Signal", fields=["parent"], limit_page_length=0
		)  # fmt: skip
		self.assertEqual({row["parent"] for row in listed.data}, {signals[self.own]})
		tampered = {"observed_value": 0, "explanation": "All is well", "evidence": [], "step_count": 9}
		answer = {"status": "Dismissed", "dismiss_reason": "Other", "note": "seen"}
		self.ok(
			self.person.put(f"/api/resource/Early Warning Signal/{signals[self.own]}", **tampered, **answer)
		)
		kept = self.stored("Early Warning Signal", signals[self.own])
		self.assertEqual((len(kept.evidence), kept.note, kept.step_count), (1, "seen", 2))
		self.assertNotEqual(kept.explanation, "All is well")


class TestWhatFrappePassesOn(WaysAroundTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.name = frappe.db.get_value("Student", self.own, "student_name")
		self.mine = self.plan(self.own)

	def tearDown(self) -> None:
		frappe.db.rollback()
		frappe.db.delete("Tag Link", {"document_name": self.mine.name})
		frappe.db.delete("Comment", {"reference_name": self.mine.name})
		frappe.db.commit()

	def test_titles_are_told_to_nobody(self) -> None:
		signal = factories.make_signal(self.own)
		outsider = Person(care.make_portal_user())
		frappe.db.commit()
		self.ok(self.person.call("frappe.desk.doctype.tag.tag.add_tag", tag="_Test", dt="Support Plan", dn=self.mine.name))  # fmt: skip
		about = {"fields": ["title"], "filters": {"document_name": self.mine.name}}
		self.assertEqual(
			[row["title"] for row in self.person.get("/api/resource/Tag Link", **about).data],
			[self.mine.name],
		)
		self.refused(outsider.get("/api/resource/Tag Link", **about))
		self.assertEqual(frappe.db.get_value("Tag Link", about["filters"], "title"), self.mine.name)
		of_signal = {"doctype": "Early Warning Signal", "docname": signal}
		self.refused(outsider.call("frappe.desk.search.get_link_title", **of_signal))

	def test_following_brings_no_mails(self) -> None:
		concern = care.make_concern(self.other, visibility=RESTRICTED, readers=[{"user": self.colleague()}])
		follows = {"document_follow_notify": 1, "follow_created_documents": 1}
		frappe.db.set_value("User", self.mentor, follows)
		frappe.db.commit()
		for doctype, name in (("Concern", concern.name), ("Support Plan", self.mine.name)):
			self.refused(self.person.call("frappe.desk.form.document_follow.update_follow", doctype=doctype, doc_name=name, following=1))  # fmt: skip
			self.person.post(
				"/api/resource/Document Follow", ref_doctype=doctype, ref_docname=name, user=self.mentor
			)
		self.ok(self.person.post("/api/resource/Concern", student=self.own, kind="Home", what="x"))
		frappe.db.rollback()
		self.assertFalse(frappe.db.exists("Document Follow", {"user": self.mentor}))

	def test_an_assignment_or_a_mention_quotes_nothing(self) -> None:
		colleague = self.colleague()
		for kind in ("Assignment", "Mention", "Share"):
			said = {"type": kind, "document_type": "Support Plan", "document_name": self.mine.name}
			said |= {"subject": f"New: <b>{self.name}</b>", "email_content": f"About {self.name}"}
			make_notification_logs({**said, "from_user": self.mentor}, [colleague])
		for log in frappe.get_all("Notification Log", {"for_user": colleague}, ["subject", "email_content"]):
			self.assertNotIn(self.name, f"{log.subject} {log.email_content}")
		self.assertEqual(frappe.db.count("Notification Log", {"for_user": colleague}), 3)

	def test_a_notification_is_opened_by_whom_it_is_for(self) -> None:
		colleague = Person(self.colleague())
		make_notification_logs({"type": "Alert", "subject": "x", "from_user": self.mentor}, [colleague.user])
		frappe.db.commit()
		name = frappe.db.get_value("Notification Log", {"for_user": colleague.user})
		for address in (
			f"/api/resource/Notification Log/{name}",
			f"/api/v2/document/Notification Log/{name}",
		):
			self.ok(colleague.get(address))
			self.refused(self.person.get(address))


class TestSteps(WaysAroundTestCase):
	def test_no_other_door_leads_past_the_life_of_a_plan(self) -> None:
		plan = self.plan(self.own, status="Proposed")
		path = f"/api/resource/Support Plan/{plan.name}"
		document = {**plan.as_dict(convert_dates_to_str=True), "status": "Active"}
		board = frappe.db.get_value("Kanban Board", {"reference_doctype": "Support Plan"})
		for answer in (
			self.person.put(path, docstatus=1),
			self.person.put(path, docstatus=1, status="Active"),
			self.person.post("/api/resource/Support Plan", student=self.own, docstatus=1, status="Active"),
			self.person.call("frappe.client.submit", doc=document),
			self.person.call("frappe.client.save", doc=document),
			self.person.call("frappe.desk.form.save.savedocs", doc=json.dumps(document), action="Save"),
			self.person.call("frappe.desk.form.save.savedocs", doc=json.dumps(document), action="Submit"),
			self.person.call("frappe.client.set_value", doctype="Support Plan", name=plan.name, fieldname="status", value="Agreed"),
			self.person.call(
				"frappe.desk.doctype.kanban_board.kanban_board.update_order_for_single_card", board_name=board,
				docname=plan.name, from_colname="Proposed", to_colname="Agreed", old_index=0, new_index=0,
			),
			self.person.call("frappe.client.rename_doc", doctype="Support Plan", old_name=plan.name, new_name="_Test other"),
			self.person.call("frappe.client.cancel", doctype="Support Plan", name=plan.name),
			self.person.call("frappe.client.delete", doctype="Support Plan", name=plan.name),
		):  # fmt: skip
			self.refused(answer)
		stored = self.stored("Support Plan", plan.name)
		self.assertEqual((stored.status, stored.docstatus), ("Proposed", 0))


class TestAttachments(WaysAroundTestCase):
	def test_the_file_of_a_hidden_record_is_not_taken_by_its_address(self) -> None:
		plan = self.plan(self.other)
		secret = f"secret {frappe.generate_hash()}"
		of_plan = {"attached_to_doctype": "Support Plan", "attached_to_name": plan.name}
		file = frappe.get_doc(
			doctype="File", file_name=f"_test-{frappe.generate_hash(length=8)}.txt", content=secret, is_private=1, **of_plan
		).insert()  # fmt: skip
		mine = self.plan(self.own)
		of_mine = {"attached_to_doctype": "Support Plan", "attached_to_name": mine.name}
		self.assertEqual(self.person.get(file.file_url).status, 403)
		own = self.ok(
			self.person.post(
				"/api/resource/File", file_name="own.txt", content="own", is_private=1, **of_mine
			)
		)
		for answer in (
			self.person.post("/api/resource/File", file_name="x.txt", file_url=file.file_url, is_private=1, **of_mine),
			self.person.call("upload_file", file_url=file.file_url, doctype="Support Plan", docname=mine.name, is_private=1),
			self.person.put(f"/api/resource/File/{own['name']}", file_url=file.file_url),
		):  # fmt: skip
			self.refused(answer)
		self.assertEqual(self.person.get(file.file_url).status, 403)
		self.assertEqual(self.person.get(own["file_url"]).status, 200)

	def test_a_file_of_a_learners_record_is_private(self) -> None:
		mine = self.plan(self.own)
		of_mine = {"attached_to_doctype": "Support Plan", "attached_to_name": mine.name}
		name = f"_test-{frappe.generate_hash(length=8)}.txt"
		self.refused(
			self.person.post("/api/resource/File", file_name=name, content=name, is_private=0, **of_mine)
		)
		own = self.ok(
			self.person.post("/api/resource/File", file_name=name, content=name, is_private=1, **of_mine)
		)
		self.refused(self.person.put(f"/api/resource/File/{own['name']}", is_private=0))
		self.assertEqual(Person.guest().get(own["file_url"]).status, 403)
		self.assertEqual(Person.guest().get(own["file_url"].replace("/private", "")).status, 404)
