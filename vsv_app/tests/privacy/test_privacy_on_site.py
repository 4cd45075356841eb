"""What is kept goes in time, can be handed over and erased, and an error names nobody."""

import json
import traceback
from pathlib import Path
from typing import Any
from unittest.mock import patch

import frappe
from frappe.deferred_insert import save_to_db
from frappe.model.document import Document
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, now_datetime, nowdate
from frappe.utils.background_jobs import execute_job
from frappe.website.doctype.personal_data_deletion_request.personal_data_deletion_request import (
	PersonalDataDeletionRequest,
)
from frappe.website.doctype.personal_data_download_request.personal_data_download_request import get_user_data

from vsv_app import hooks
from vsv_app.engine.access.table import OF_A_LEARNER
from vsv_app.modules import MODULES
from vsv_app.site.access import restricted_reads
from vsv_app.site.jobs import attendance_jobs, care_jobs, signal_jobs
from vsv_app.site.privacy import error_redaction, personal_data, personal_data_requests, retention
from vsv_app.site.signals import reevaluation, reevaluation_queue
from vsv_app.stores.frappe_store import WrittenMeanwhile
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase
from vsv_app.tests.rest import Person

SETTINGS = "Early Warning Settings"
OLD = 800
"""Days: past every period but that of the log of reads."""


class PrivacyTestCase(FrappeTestCase):
	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()


class TestRetention(PrivacyTestCase):
	def setUp(self) -> None:
		_group, self.student = care.make_learner(date_of_birth=care.ADULT)
		periods = {
			"plan_days": 730,
			"concern_days": 730,
			"contact_days": 730,
			"report_days": 730,
			"read_log_days": 1095,
		}
		frappe.db.set_single_value(SETTINGS, periods)
		retention.clear()  # what the site held before
		self.partner = care.make_stakeholder()
		self.made = self.make_closed()

	def make_closed(self) -> list[tuple[str, str, str]]:
		"""(kind, name, the field that its period counts from) of one closed record of each kind."""
		student = self.student
		agreement = care.make_agreement(self.partner)
		consent = care.make_consent(student, self.partner)
		plan = care.make_plan(student)
		plan.update({"status": "Closed", "outcome": "Not Agreed", "closing_reason": "Moved"})
		plan.save()
		referral = care.make_referral(student, self.partner, agreement.name)
		consent.withdraw("No longer")
		concern = care.make_concern(student, plan=plan.name)
		concern.update({"status": "Closed", "what_was_done": "Talked"})
		concern.save()
		self.contact = care.make_contact(student, plan=plan.name)
		message = care.make_message(student)
		message.answer = "Thanks"
		message.save()
		frappe.get_doc(doctype="File", file_name="_test.txt", content="x", attached_to_doctype="Concern", attached_to_name=concern.name, is_private=1).insert()  # fmt: skip
		concern.add_comment("Comment", "seen")
		reminder = frappe.get_doc(doctype="Care Reminder", recipient="Administrator", sent_on=now_datetime(), reminder_key="_Test").insert()  # fmt: skip
		text = frappe.get_doc(doctype="Guardian Text", kind="Plan", text_key="_Test").insert()
		return [
			("Referral", referral.name, "closed_on"),
			("Support Plan", plan.name, "closed_on"),
			("Consent Record", consent.name, "withdrawn_on"),
			("Concern", concern.name, "closed_on"),
			("Contact Log", self.contact.name, "contact_on"),
			("Family Message", message.name, "answered_on"),
			("Care Reminder", reminder.name, "sent_on"),
			("Guardian Text", text.name, "creation"),
			*self.make_ended(),
		]

	def make_ended(self) -> list[tuple[str, str, str]]:
		of = {"student": self.student, "from_date": add_days(nowdate(), -900), "to_date": nowdate()}
		circumstance = frappe.get_doc(doctype="Learner Circumstance", circumstance="Newcomer", purpose="x", **of).insert()  # fmt: skip
		assignment = factories.make_assignment(factories.make_user("School Mentor"), **of)
		report = frappe.get_doc(doctype="Statutory Report", student=self.student, rule=factories.make_rule(), report_key="_Test").insert()  # fmt: skip
		report.db_set("status", "Reported")
		return [
			("Learner Circumstance", circumstance.name, "to_date"),
			("Mentor Assignment", assignment, "to_date"),
			("Statutory Report", report.name, "modified"),
		]

	def age(self, days: int, *, but: tuple[str, ...] = ()) -> None:
		for kind, name, field in self.made:
			if kind not in but:
				frappe.db.set_value(kind, name, field, add_days(now_datetime(), -days), update_modified=False)

	def test_what_is_past_its_period_goes_and_nothing_earlier(self) -> None:
		self.age(729)
		self.assertEqual((retention.due(), retention.clear()), (dict.fromkeys(retention.due(), 0), {}))
		self.age(731)
		expected = {kind: 1 for kind, _name, _field in self.made}
		self.assertEqual({kind: count for kind, count in retention.due().items() if count}, expected)
		self.assertEqual(retention.clear(), expected)
		for kind, name, _field in self.made:
			self.assertFalse(frappe.db.exists(kind, name), kind)

	def test_nothing_that_hung_on_it_is_left(self) -> None:
		self.age(OLD)
		retention.clear()
		for kind, name, _field in self.made:
			self.assertFalse(frappe.db.exists("File", {"attached_to_name": name}), kind)
			self.assertFalse(frappe.db.exists("Comment", {"reference_name": name}), kind)
			self.assertFalse(frappe.db.exists("Deleted Document", {"deleted_name": name}), kind)
			for table in frappe.get_meta(kind).get_table_fields():
				self.assertFalse(frappe.db.exists(table.options, {"parent": name}), table.options)

	def test_what_is_open_stays_however_old(self) -> None:
		_group, student = care.make_learner(date_of_birth=care.ADULT)
		plan, concern, message = (
			care.make_plan(student),
			care.make_concern(student),
			care.make_message(student),
		)
		consent = care.make_consent(student, self.partner)
		for document in (plan, concern, message, consent):
			frappe.db.set_value(
				document.doctype, document.name, "creation", add_days(now_datetime(), -OLD), update_modified=False
			)  # fmt: skip
		retention.clear()
		for document in (plan, concern, message, consent):
			self.assertTrue(frappe.db.exists(document.doctype, document.name), document.doctype)

	def test_zero_keeps_and_a_contact_outlives_its_plan(self) -> None:
		self.age(OLD, but=("Contact Log",))
		frappe.db.set_single_value(SETTINGS, {"concern_days": 0, "contact_days": 0, "report_days": 0})
		gone = retention.clear()
		ended = ["Learner Circumstance", "Mentor Assignment"]
		self.assertEqual(sorted(gone), ["Consent Record", *ended, "Referral", "Support Plan"])
		self.contact.reload()
		self.assertIsNone(self.contact.plan)
		self.contact.save()

	def test_the_log_of_reads_has_a_period_of_its_own(self) -> None:
		reads = [
			frappe.get_doc(
				doctype="Restricted Read", user="Administrator", read_on=add_days(now_datetime(), -days)
			).insert(ignore_permissions=True)
			for days in (1094, 1096)
		]
		self.assertEqual(retention.clear(), {"Restricted Read": 1})
		self.assertTrue(frappe.db.exists("Restricted Read", reads[0].name))


class TestRetentionOfSignals(CommittedTestCase):
	def test_closed_signals_go_with_their_alerts_and_evidence_and_open_ones_stay(self) -> None:
		frappe.db.set_single_value(SETTINGS, "signal_days", 730)
		_group, (student,) = factories.make_group(1)
		evidence = [
			{"reference_doctype": "Student", "reference_name": student, "date": nowdate(), "fact": "x"}
		]
		made = {}
		for label, status, days in (
			("old", "Resolved", 731),
			("fresh", "Dismissed", 729),
			("open", "Open", 731),
		):
			signal = factories.make_signal(student)
			document = frappe.get_doc("Early Warning Signal", signal)
			document.append("evidence", evidence[0]).db_insert()
			factories.make_alert(signal, student, "Administrator")
			closed = add_days(now_datetime(), -days) if status != "Open" else None
			frappe.db.set_value("Early Warning Signal", signal, {"status": status, "closed_on": closed})
			document.add_comment("Comment", "seen")
			frappe.get_doc(
				doctype="Version", ref_doctype="Early Warning Signal", docname=signal, data="{}"
			).insert()
			made[label] = signal
		contact = care.make_contact(student, signal=made["old"])
		signal_jobs.clear_old_records()
		left = [label for label, name in made.items() if frappe.db.exists("Early Warning Signal", name)]
		self.assertEqual(left, ["fresh", "open"])
		for kind, field in (
			("Early Warning Alert", "signal"),
			("Signal Step", "signal"),
			("Early Warning Evidence", "parent"),
		):
			found = {label for label, name in made.items() if frappe.db.exists(kind, {field: name})}
			self.assertEqual(found, {"fresh", "open"}, kind)
		for kind, field in (("Comment", "reference_name"), ("Version", "docname")):
			found = {label for label, name in made.items() if frappe.db.exists(kind, {field: name})}
			self.assertEqual(found, {"fresh", "open"}, kind)
		contact.reload()
		contact.save()
		self.assertIsNone(contact.signal)

	def test_a_signal_that_a_plan_answers_to_goes_after_the_plan(self) -> None:
		frappe.db.set_single_value(SETTINGS, "signal_days", 730)
		_group, student = care.make_learner(date_of_birth=care.ADULT)
		signal = factories.make_signal(student)
		plan = care.make_plan(student, signals=[{"signal": signal}])
		frappe.db.set_value("Early Warning Signal", signal, {"status": "Resolved", "closed_on": add_days(now_datetime(), -OLD)})  # fmt: skip
		signal_jobs.clear_old_records()
		plan.reload()
		plan.save()
		retention.delete("Support Plan", plan.name)
		signal_jobs.clear_old_records()
		self.assertFalse(frappe.db.exists("Early Warning Signal", signal))


class TestLearnersData(PrivacyTestCase):
	def setUp(self) -> None:
		_group, self.student = care.make_learner(date_of_birth=care.ADULT)
		_group, self.other = care.make_learner(date_of_birth=care.ADULT)
		self.coordinator = factories.make_user("Care Team Coordinator")
		self.reader = factories.make_user("Care Team Member")
		for student in (self.student, self.other):
			signal = factories.make_signal(student)
			factories.make_alert(signal, student, self.coordinator)
			factories.make_badge(student)
			care.make_plan(student, signals=[{"signal": signal}])
			care.make_contact(student, note="Likes to draw", signal=signal)
			care.make_message(student)
			care.make_concern(student)
			factories.make_assignment(self.reader, student=student)
			care.make_concern(
				student, visibility="Named People Only", readers=[{"user": self.reader}], what="Secret"
			)

	def test_every_kind_that_hangs_on_a_learner_is_known(self) -> None:
		found = {
			doctype
			for doctype in frappe.get_all(
				"DocType", {"module": ("in", MODULES), "istable": 0, "issingle": 0}, pluck="name"
			)
			for field in frappe.get_meta(doctype).get("fields", {"fieldtype": "Link", "options": "Student"})
		}
		self.assertEqual(found, set(OF_A_LEARNER))

	def test_the_coordinator_hands_over_everything_but_what_only_named_people_read(self) -> None:
		frappe.set_user(self.coordinator)
		found = json.loads(json.dumps(personal_data.export_learner(self.student), default=str))
		self.assertEqual(found["left_out"], 1)
		self.assertEqual(found["records"]["Contact Log"][0]["note"], "Likes to draw")
		self.assertEqual(len(found["records"]["Concern"]), 1)
		self.assertEqual(found["records"]["Support Plan"][0]["goals"][0]["what"], "Come on time")
		text = json.dumps(found)
		self.assertNotIn("Secret", text)
		self.assertNotIn(self.other, text)

	def test_nobody_else_does(self) -> None:
		for user in (self.reader, factories.make_user("Early Warning Administrator"), "Guest"):
			frappe.set_user(user)
			self.assertRaises(frappe.PermissionError, personal_data.export_learner, self.student)
			self.assertRaises(frappe.PermissionError, personal_data.erase_learner, self.student, 0)

	def test_erasing_says_how_much_first_and_leaves_nothing_and_nobody_else_touched(self) -> None:
		frappe.set_user(self.coordinator)
		promised = personal_data.erase_learner(self.student)
		self.assertEqual(promised["Concern"], 2)
		self.assertEqual(personal_data.erase_learner(self.student), promised)
		self.assertEqual(personal_data.erase_learner(self.student, 0), promised)
		frappe.set_user("Administrator")
		self.assertEqual(self.kept(self.student), {})
		self.assertEqual(self.kept(self.other), promised)
		self.assertFalse(frappe.db.exists("Version", {"data": ("like", f"%{self.student}%")}))

	def test_a_file_of_what_only_named_people_read_does_not_stop_it(self) -> None:
		concern = frappe.get_all("Concern", {"student": self.student, "visibility": "Named People Only"}, pluck="name")[0]  # fmt: skip
		of_concern = {"attached_to_doctype": "Concern", "attached_to_name": concern}
		frappe.get_doc(doctype="File", file_name="_test-erased.txt", content=concern, is_private=1, **of_concern).insert()  # fmt: skip
		frappe.set_user(self.coordinator)
		personal_data.erase_learner(self.student, 0)
		frappe.set_user("Administrator")
		self.assertEqual(self.kept(self.student), {})
		self.assertFalse(frappe.get_all("File", of_concern))

	def test_what_somebody_saved_names_it_no_longer(self) -> None:
		plan, other = (frappe.get_all("Support Plan", {"student": student}, pluck="name")[0] for student in (self.student, self.other))  # fmt: skip
		about = frappe.as_json([["Contact Log", "plan", "in", [plan, other]], ["Contact Log", "student", "=", self.student]])  # fmt: skip
		saved = [
			frappe.get_doc(doctype="List Filter", filter_name="_Test", reference_doctype="Contact Log", filters=about).insert(),
			frappe.get_doc(doctype="Number Card", label="_Test Erased", document_type="Contact Log", function="Count", filters_json=about).insert(),
			frappe.get_doc(doctype="Report", report_name="_Test Erased", ref_doctype="Contact Log", report_type="Report Builder", is_standard="No", json=about).insert(),
		]  # fmt: skip
		board = frappe.get_doc(doctype="Kanban Board", kanban_board_name="_Test Erased", reference_doctype="Support Plan", field_name="status")  # fmt: skip
		board.append("columns", {"column_name": "Active"})
		board.insert()
		order = frappe.as_json([plan, other])
		frappe.db.set_value("Kanban Board Column", board.columns[0].name, "order", order)
		frappe.set_user(self.coordinator)
		personal_data.erase_learner(self.student, 0)
		frappe.set_user("Administrator")
		for document in (*saved, board):
			document.reload()
			text = document.as_json()
			self.assertNotIn(plan, text, document.doctype)
			self.assertNotIn(self.student, text, document.doctype)
			self.assertIn(other, text, document.doctype)

	def kept(self, student: str) -> dict[str, int]:
		return {kind: n for kind in OF_A_LEARNER if (n := frappe.db.count(kind, {"student": student}))}

	def test_frappes_own_requests_find_what_a_family_member_wrote(self) -> None:
		user = care.make_portal_user()
		message = care.make_message(
			self.student, sent_by=user, person_name="Anna Example", capacity="Guardian"
		)
		found = json.loads(get_user_data(user))
		self.assertEqual([row["name"] for row in found["Family Message"]], [message.name])
		request = frappe.get_doc(doctype="Personal Data Deletion Request", email=user)
		request.set_new_name()
		request.db_insert()
		# The name is an address by itself on Frappe 16.
		nobody = request.name if "@" in request.name else f"{request.name}@{frappe.local.site}"
		PersonalDataDeletionRequest._anonymize_data(request, user, nobody, commit=False)
		message.reload()
		self.assertNotIn("Anna", message.person_name)


class TestFrappesOwnRequests(CommittedTestCase):
	"""A person asks Frappe for a copy, and to be forgotten: what hangs on the learner and the guardian goes along."""

	def setUp(self) -> None:
		self.user, self.guardians_user = care.make_portal_user(), care.make_portal_user()
		_group, self.student = care.make_learner(date_of_birth=care.child_born(), user=self.user)
		_group, self.other = care.make_learner(date_of_birth=care.ADULT)
		self.guardian = care.make_guardian(self.student, user=self.guardians_user)
		self.reader = factories.make_user("Care Team Member")
		self.partner = care.make_stakeholder()
		for student in (self.student, self.other):
			signal = factories.make_signal(student)
			team = [
				{
					"part": "Guardian",
					"person_name": "Anna",
					"guardian": self.guardian,
					"contact": "0612345678",
				}
			]
			care.make_plan(
				student, signals=[{"signal": signal}], team=team if student == self.student else []
			)
			care.make_contact(student, note="Likes to draw")
			care.make_concern(student, what="Is bored")
			for status in ("Open", "Closed"):
				restricted = care.make_concern(
					student, visibility="Named People Only", readers=[{"user": self.reader}], what="Secret"
				)
				restricted.db_set("status", status)
		care.make_consent(self.student, self.partner, given_by="Guardian", guardian=self.guardian)
		frappe.get_doc(doctype="Guardian Text", guardian=self.guardian, kind="Plan", status="Sent", text_key=f"_Test {self.student}").insert()  # fmt: skip
		frappe.db.commit()

	def request(self, kind: str, **values: Any) -> Any:
		"""A request as Frappe's web forms make it, without its mails, which need an account."""
		with patch("frappe.sendmail") as mailed:
			request = frappe.get_doc({"doctype": f"Personal Data {kind} Request", **values}).insert(
				ignore_permissions=True
			)
		self.mailed = [call.kwargs for call in mailed.call_args_list]
		return request

	def copy_of(self, user: str) -> tuple[dict[str, Any], Any]:
		self.request("Download", user=user)
		(file,) = frappe.get_all(
			"File", {"owner": user, "file_name": ("like", "what-the-school%")}, pluck="name"
		)
		frappe.db.commit()
		file = frappe.get_doc("File", file)
		return json.loads(file.get_content()), file

	def test_a_learner_gets_what_the_coordinator_would_hand_over_and_nobody_else_opens_it(self) -> None:
		frappe.db.set_value("User", self.user, "language", "nl")
		found, file = self.copy_of(self.user)
		self.assertEqual(self.mailed[-1]["subject"], "Wat de school over je bewaart")
		(own,) = found["as_learner"]
		expected = personal_data.record_of(
			self.student, lambda document: "Secret" not in str(document.as_dict())
		)
		self.assertEqual(own["records"].keys(), expected["records"].keys())
		self.assertEqual(own["records"]["Support Plan"], json.loads(json.dumps(expected["records"]["Support Plan"], default=str)))  # fmt: skip
		self.assertEqual([row["what"] for row in own["records"]["Concern"]], ["Is bored"])
		text = json.dumps(found)
		self.assertNotIn("Secret", text)
		self.assertNotIn(self.other, text)
		self.assertIn(file.file_url, self.mailed[-1]["message"])
		self.assertEqual(self.mailed[-1]["recipients"], self.user)
		self.assertNotIn(self.student, str(self.mailed[-1]))
		own_person = Person(self.user)
		others = [Person(factories.make_user(role)) for role in ("System Manager", "Care Team Coordinator")]
		others += [Person(self.guardians_user), Person.guest()]
		frappe.db.commit()
		self.assertEqual(own_person.get(file.file_url).status, 200)
		for person in others:
			self.assertEqual(person.get(file.file_url).status, 403, person.user)
			self.assertEqual(person.get(f"/api/resource/File/{file.name}").status, 403, person.user)

	def test_a_guardian_gets_the_own_part_and_what_the_portal_shows(self) -> None:
		found, _file = self.copy_of(self.guardians_user)
		self.assertEqual(found["as_learner"], [])
		(own,) = found["as_guardian"]
		self.assertEqual(own["on_the_team_of"][0]["contact"], "0612345678")
		self.assertEqual((len(own["texts"]), len(own["consents"])), (1, 1))
		self.assertEqual([child["student"] for child in found["children"]], [self.student])
		text = json.dumps(found)
		for hidden in ("Secret", "Is bored", "Likes to draw", self.other):
			self.assertNotIn(hidden, text)

	def test_the_copy_lies_ready_for_a_week(self) -> None:
		_found, file = self.copy_of(self.user)
		self.assertEqual(personal_data_requests.forget_copies(), 0)
		frappe.db.set_value(
			"File", file.name, "creation", add_days(now_datetime(), -8), update_modified=False
		)
		care_jobs.clear_old_records()
		self.assertFalse(frappe.db.exists("File", file.name))
		self.assertFalse(Path(file.get_full_path()).exists())

	def test_who_is_no_learner_gets_frappes_file_alone(self) -> None:
		self.request("Download", user=self.reader)
		self.assertFalse(frappe.db.exists("File", {"owner": self.reader}))

	def forget(self, user: str) -> None:
		request = self.request("Deletion", email=user)
		request.db_set("status", "Pending Approval")
		self.assertTrue(
			frappe.db.exists("Support Plan", {"student": self.student}), "not before it is approved"
		)
		with patch("frappe.sendmail"):
			frappe.get_doc("Personal Data Deletion Request", request.name).trigger_data_deletion()
		self.assertEqual(frappe.db.get_value(request.doctype, request.name, "status"), "Deleted")
		self.assertFalse(frappe.db.exists("User", user))

	def test_a_learner_who_is_forgotten_leaves_nothing_but_what_is_still_looked_into(self) -> None:
		_found, file = self.copy_of(self.user)
		others = {kind: frappe.db.count(kind, {"student": self.other}) for kind in OF_A_LEARNER}
		self.forget(self.user)
		left = {kind: n for kind in OF_A_LEARNER if (n := frappe.db.count(kind, {"student": self.student}))}
		self.assertEqual(left, {"Concern": 1})
		stays = frappe.get_all("Concern", {"student": self.student}, ["status", "visibility"])
		self.assertEqual(stays, [{"status": "Open", "visibility": "Named People Only"}])
		self.assertEqual({kind: frappe.db.count(kind, {"student": self.other}) for kind in OF_A_LEARNER}, others)  # fmt: skip
		self.assertFalse(frappe.db.exists("File", file.name))

	def test_a_guardian_who_is_forgotten_is_on_no_team_by_name_and_the_childs_records_stay(self) -> None:
		self.forget(self.guardians_user)
		member = frappe.get_all(
			"Support Plan Member", {"guardian": self.guardian}, ["person_name", "contact"]
		)
		self.assertEqual(member, [{"person_name": "[REDACTED]", "contact": None}])
		self.assertFalse(frappe.db.exists("Guardian Text", {"guardian": self.guardian}))
		self.assertEqual(frappe.db.count("Concern", {"student": self.student}), 3)


class TestReadsOfRestrictedConcerns(PrivacyTestCase):
	def test_every_way_of_reading_is_noted_each_time(self) -> None:
		_group, student = care.make_learner()
		reader = factories.make_user("Care Team Member")
		concern = care.make_concern(student, visibility="Named People Only", readers=[{"user": reader}])
		restricted_reads.write()  # what other tests of this process have read
		frappe.db.delete("Restricted Read")
		frappe.set_user(reader)
		self.assertTrue(concern.has_permission("read"))
		self.assertTrue(frappe.get_list("Concern", {"name": concern.name}))
		restricted_reads.write()
		frappe.get_list("Concern", {"name": concern.name})
		restricted_reads.write()
		frappe.set_user("Administrator")
		rows = frappe.get_all("Restricted Read", ["user", "way", "reference_name"])
		self.assertEqual(
			sorted((row.user, row.way, row.reference_name) for row in rows),
			[(reader, "Form", concern.name), (reader, "List", concern.name), (reader, "List", concern.name)],
		)


class TestErrorsNameNobody(PrivacyTestCase):
	NAME = "Wilhelmina Exampleman"

	def test_an_error_of_ours_keeps_its_place_and_type_alone(self) -> None:
		_group, student = care.make_learner()
		plan = care.make_plan(student, cause=self.NAME)
		try:
			plan.status = "Active"
			plan.save()
		except frappe.ValidationError:
			log = frappe.log_error(title=f"No luck with {self.NAME}")
		log.reload()
		self.assertNotIn(self.NAME, f"{log.method} {log.error}")
		self.assertNotIn(student, f"{log.method} {log.error}")
		self.assertIn("support_plan.py", log.error)
		self.assertIn("StepNotPossible", log.error)
		self.assertIn(error_redaction.LEFT_OUT, log.error)

	def test_errors_of_other_apps_stay_as_they_are(self) -> None:
		text = 'Traceback with variables (most recent call last):\n  File "apps/other/other/x.py", line 1, in f\n      a = 1\nbuiltins.ValueError: no'
		log = frappe.log_error("other.x", text)
		self.assertEqual(log.error, text)

	def test_our_documents_on_their_way_through_frappe_are_errors_of_ours(self) -> None:
		frames = 'Traceback with variables (most recent call last):\n  File "apps/frappe/frappe/model/base_document.py", line 1, in db_update\n    frappe.db.sql(\n'
		for about in (
			f"self = <ContactLog: {self.NAME}>",
			f"query = 'UPDATE `tabContact Log` SET note={self.NAME}'",
		):
			log = frappe.log_error(f"Data too long: {self.NAME}", f"{frames}      {about}\npymysql.err.DataError: {self.NAME}")  # fmt: skip
			self.assertNotIn(self.NAME, f"{log.method} {log.error}")
			self.assertEqual(log.method, "pymysql.err.DataError")

	def test_a_job_that_fails_on_a_learners_record_names_nobody_anywhere(self) -> None:
		"""As Frappe's worker runs it: what it writes down, and what it hands to the queue."""
		_group, student = care.make_learner()
		job = "vsv_app.site.jobs.signal_jobs.evaluate_who_waits"
		reevaluation_queue.take()
		reevaluation_queue.add([student])
		before = _names("Error Log")
		with patch.object(signal_jobs.nightly, "evaluate_learners", side_effect=_fail_about):
			frappe.db.set_single_value(SETTINGS, "enabled", 1)
			with self.assertRaises(error_redaction.JobFailed) as failed:
				execute_job(frappe.local.site, job, None, job, {}, is_async=False)
		self.assertEqual(reevaluation_queue.take(), [], "one learner keeps nobody else waiting")
		for_the_queue = "".join(traceback.format_exception(failed.exception))
		self.assertNotIn(student, for_the_queue)
		self.assertIn("signal_jobs.py", for_the_queue)
		self.assertIn("ValueError", for_the_queue)
		log = _new_one("Error Log", before)
		self.assertEqual(log.method, job)
		self.assertNotIn(student, log.error)
		self.assertIn("signal_jobs.py", log.error)

	def test_a_job_that_another_writer_came_between_is_done_again_and_names_nobody(self) -> None:
		"""The worker does again what asks for it in so many words; of a deadlock it knows one face of several."""
		for error, told in (
			(WrittenMeanwhile("Lina"), frappe.RetryBackgroundJobError),
			(frappe.QueryDeadlockError("Lina"), frappe.RetryBackgroundJobError),
			(frappe.QueryTimeoutError("Lina"), frappe.RetryBackgroundJobError),
			(frappe.UniqueValidationError("Early Warning Signal", "Lina"), frappe.RetryBackgroundJobError),
			(ValueError("Lina"), error_redaction.JobFailed),
			(ValueError(), error_redaction.JobFailed),
		):

			def job(error: Exception = error) -> None:
				raise error

			with self.assertRaises(told) as raised:
				error_redaction.redacts_errors(job)()
			self.assertNotIn("Lina", str(raised.exception))
			self.assertIsNone(raised.exception.__context__)

	def test_who_was_not_looked_at_as_another_writer_came_between_waits_for_the_job_done_again(self) -> None:
		_group, student = care.make_learner()
		frappe.db.set_single_value(SETTINGS, "enabled", 1)
		reevaluation_queue.take()
		reevaluation_queue.add([student])
		between = patch.object(
			signal_jobs.nightly, "evaluate_learners", side_effect=WrittenMeanwhile(student)
		)
		with between, self.assertRaises(frappe.RetryBackgroundJobError):
			signal_jobs.evaluate_who_waits()
		self.assertEqual(reevaluation_queue.take(), [student])

	def test_the_log_of_scheduled_jobs_names_nobody(self) -> None:
		_group, student = care.make_learner()
		frappe.db.set_single_value(SETTINGS, "enabled", 1)
		scheduled = frappe.get_doc("Scheduled Job Type", {"method": "vsv_app.site.jobs.care_jobs.remind"})
		scheduled.create_log = 1
		before = _names("Scheduled Job Log")
		with (
			patch.object(frappe.db, "commit"),
			patch.object(frappe.db, "rollback"),
			patch(
				"vsv_app.site.jobs.care_jobs.reminders.send",
				side_effect=lambda *_a, **_k: _fail_about(student),
			),
		):
			scheduled.execute()
		log = _new_one("Scheduled Job Log", before)
		self.assertEqual(log.status, "Failed")
		self.assertNotIn(student, log.details)
		self.assertIn("care_jobs.py", log.details)

	def test_no_job_is_given_a_learner_and_each_names_nobody_when_it_fails(self) -> None:
		_group, student = care.make_learner()
		asked: dict[str, dict[str, Any]] = {}
		reevaluation_queue.take()
		enqueue = patch.object(frappe, "enqueue", side_effect=lambda job, **given: asked.update({job: given}))
		with enqueue, patch.object(attendance_jobs.daily, "write_due_days", return_value=set()):
			reevaluation.reevaluate(frappe._dict(student=student))
			reevaluation.enqueue()
			signal_jobs.evaluate_everybody()
			personal_data_requests.add_copy(frappe._dict(name="a-request", user=student))
		self.assertEqual(reevaluation_queue.take(), [student])
		self.assertNotIn(student, str(asked))
		by_the_clock = [job for jobs in hooks.scheduler_events["cron"].values() for job in jobs]
		self.assertGreater(len(asked), 2)
		for job in (*asked, *by_the_clock):
			written = frappe.get_attr(job)
			self.assertIs(
				written.__code__,
				error_redaction.redacts_errors(written).__code__,
				f"{job} may name somebody in the queue",
			)

	def test_an_error_of_a_named_job_keeps_the_jobs_name(self) -> None:
		_group, student = care.make_learner()
		before = _names("Error Log")
		try:
			_fail_about(student)
		except ValueError:
			frappe.log_error(title="vsv_app.site.jobs.care_jobs.remind")
		log = _new_one("Error Log", before)
		self.assertEqual(log.method, "vsv_app.site.jobs.care_jobs.remind")
		self.assertNotIn(student, log.error)
		self.assertIn("builtins.ValueError", log.error)


def _names(doctype: str) -> set[str]:
	return set(frappe.get_all(doctype, pluck="name"))


def _new_one(doctype: str, before: set[str]) -> Document:
	"""Not the last by time: a site whose time zone was changed has records from later on."""
	(name,) = _names(doctype) - before
	return frappe.get_doc(doctype, name)


def _fail_about(*about: object) -> None:
	student = about[-1] if len(about) == 1 else about[2]
	raise ValueError(f"{student} cannot be looked at")


class TestRequestsThatFail(CommittedTestCase):
	"""What a real request leaves behind when the server fails in the middle of it: in Error Log and in Frappe's log file."""

	SECRET = "Wilhelmina Exampleman"

	def test_neither_values_nor_messages_are_written_down(self) -> None:
		_group, student = care.make_learner(date_of_birth=care.ADULT)
		plan = care.make_plan(student, cause=self.SECRET, status="Proposed")
		signal = factories.make_signal(student, explanation=self.SECRET)
		coordinator = factories.make_user("Care Team Coordinator", "School Mentor")
		factories.make_assignment(coordinator, student=student)
		person = Person(coordinator)
		frappe.db.commit()
		file = Path(frappe.utils.get_site_path("logs", "frappe.log"))
		size = file.stat().st_size if file.exists() else 0
		before = set(frappe.get_all("Error Log", pluck="name"))
		asked = [
			person.get("/api/resource/Contact Log", fields=["no_such_field"], filters=[["note", "=", self.SECRET]]),
			person.post("/api/resource/Contact Log", student=student, note=self.SECRET, contact_on="no time at all"),
			person.put(f"/api/resource/Support Plan/{plan.name}", strengths=self.SECRET, goals=[{"what": self.SECRET, "baseline": {}}]),
			person.put(f"/api/resource/Support Plan/{plan.name}", strengths=self.SECRET, next_review="no day"),
			person.call("vsv_app.api.care.board.act", action="log_talk", student=student, channel="In Person", note=self.SECRET, signals="{"),
			person.call("vsv_app.api.care.board.act", action="dismiss", signal=signal, note=self.SECRET, signals="{"),
			person.call("vsv_app.api.signals.rules.preview_rule", rule="{" + self.SECRET),
		]  # fmt: skip
		save_to_db()
		frappe.db.rollback()
		failed = [answer.status for answer in asked if answer.status >= 500]
		self.assertGreater(len(failed), 2, [(answer.status, str(answer.body)[:200]) for answer in asked])
		for name in set(frappe.get_all("Error Log", pluck="name")) - before:
			log = frappe.get_doc("Error Log", name)
			for secret in (self.SECRET, student):
				self.assertNotIn(secret, f"{log.method} {log.error}")
		written = file.read_text("utf-8", errors="ignore")[size:] if file.exists() else ""
		self.assertNotIn(self.SECRET, written)
