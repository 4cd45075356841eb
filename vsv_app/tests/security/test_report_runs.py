"""Threat: a report is made for somebody who may not run it: in the background, by mail, or with somebody else's rights; and what it
held stays in logs for who administers the site.
"""

import gzip
from typing import Any
from unittest.mock import patch

import frappe
from frappe.core.doctype.access_log.access_log import make_access_log
from frappe.core.doctype.prepared_report.prepared_report import generate_report
from frappe.email.doctype.auto_email_report import auto_email_report

from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.site.access import permission_hooks
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.hooks_alone import without_gate
from vsv_app.tests.rest import Answer, Person, RequestsTestCase

PREPARED, MAILED = "Prepared Report", "Auto Email Report"


class ReportsTestCase(RequestsTestCase):
	def setUp(self) -> None:
		without_gate(self)
		frappe.set_user("Administrator")
		_group, self.student = care.make_learner(date_of_birth=care.ADULT)
		self.text = f"canary{frappe.generate_hash()}"
		self.coordinator = Person(factories.make_user("Care Team Coordinator"))
		self.mentor, self.leader = (
			Person(factories.make_user(role)) for role in ("School Mentor", "School Leader")
		)
		self.teacher = Person(factories.make_user("Instructor"))
		self.manager = Person(factories.make_user("System Manager"))
		self.concern = care.make_concern(
			self.student, visibility=RESTRICTED, readers=[{"user": self.coordinator.user}], what=self.text
		)
		frappe.db.commit()

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()
		for kind in (PREPARED, MAILED, "Report", "Access Log"):
			frappe.db.delete(kind, {"owner": ("like", "_test%")})
		frappe.db.delete(MAILED, {"name": "_test"})
		frappe.db.delete("Report", {"name": ("like", "_Test%")})
		frappe.db.commit()
		super().tearDown()

	def of_concerns(self, name: str = "_Test Concerns") -> str:
		"""A list of concerns that somebody has saved as a report."""
		if not frappe.db.exists("Report", name):
			frappe.get_doc(
				doctype="Report", report_name=name, ref_doctype="Concern", report_type="Report Builder", is_standard="No",
				json=frappe.as_json({"fields": [["name", "Concern"], ["what", "Concern"]], "filters": []}),
			).insert()  # fmt: skip
			frappe.db.commit()
		return name


class TestPrepared(ReportsTestCase):
	def make(self, person: Person, report: str, **filters: Any) -> Answer:
		method = "frappe.core.doctype.prepared_report.prepared_report.make_prepared_report"
		return person.call(method, report_name=report, filters=frappe.as_json(filters))

	def test_who_is_refused_when_running_it_is_refused_when_preparing_it(self) -> None:
		for report, people in (
			("Overdue", (self.teacher, self.leader, self.manager)),
			("Leavers per Cohort", (self.teacher, self.mentor, self.manager)),
			("Case Load per Mentor", (self.teacher, self.manager)),
		):
			for person in people:
				self.refused(self.make(person, report), f"{report} {person.user}")
				self.refused(
					person.post(f"/api/resource/{PREPARED}", report_name=report, filters="{}"), report
				)
		frappe.db.rollback()
		self.assertFalse(frappe.get_all(PREPARED, {"owner": ("like", "_test%")}))

	def test_what_was_prepared_is_for_who_asked_for_it(self) -> None:
		care.make_plan(self.student, next_review=care.yesterday())
		frappe.db.commit()
		name = self.ok(self.make(self.coordinator, "Overdue"))["name"]
		frappe.set_user(self.coordinator.user)
		generate_report(name)
		frappe.set_user("Administrator")
		frappe.db.commit()
		self.assertEqual(frappe.db.get_value(PREPARED, name, "status"), "Completed")
		file = frappe.db.get_value("File", {"attached_to_name": name}, ["name", "file_url"], as_dict=True)
		held = gzip.decompress(frappe.get_doc("File", file.name).get_content()).decode()
		self.assertIn("result", held)
		factories.make_assignment(self.mentor.user, student=self.student)
		frappe.db.commit()
		run = "/api/method/frappe.desk.query_report.run"
		frappe.db.set_value("Report", "Overdue", "prepared_report", 1, update_modified=False)
		frappe.db.commit()
		self.addCleanup(self.not_prepared)
		for person in (self.mentor, self.manager, self.leader):
			for answer in (
				person.get(f"/api/resource/{PREPARED}/{name}"),
				person.get(file.file_url),
				person.get(
					"/api/method/frappe.core.doctype.prepared_report.prepared_report.download_attachment",
					dn=name,
				),
			):
				self.refused(answer)
			listed = person.get(f"/api/resource/{PREPARED}", limit_page_length=0)
			self.assertNotIn(name, str(listed.body))
			for more in (
				{"user": self.coordinator.user, "filters": "{}"},
				{"filters": {"prepared_report_name": name}},
			):
				shown = person.get(run, report_name="Overdue", **more)
				self.assertFalse((shown.data or {}).get("result"), str(shown.body)[:300])
		own = self.ok(self.coordinator.get(run, report_name="Overdue", filters="{}"))
		self.assertTrue(own["prepared_report"])
		self.assertIn("result", own)

	def not_prepared(self) -> None:
		frappe.db.set_value("Report", "Overdue", "prepared_report", 0, update_modified=False)
		frappe.db.commit()

	def test_why_it_failed_names_nobody(self) -> None:
		name = self.ok(self.make(self.coordinator, "Overdue"))["name"]
		failed = ValueError(self.text)
		with patch("vsv_app.vsv_app.report.overdue.overdue.execute", side_effect=failed):
			generate_report(name)
		kept = frappe.get_doc(PREPARED, name)
		self.assertEqual(kept.status, "Error")
		self.assertIn("ValueError", kept.error_message)
		self.assertNotIn(self.text, kept.error_message)


class TestMailed(ReportsTestCase):
	def values(self, report: str, user: str, **more: Any) -> dict[str, Any]:
		about = {
			"report": report,
			"report_type": frappe.db.get_value("Report", report, "report_type"),
			"user": user,
		}
		return {
			**about,
			"email_to": "x@elsewhere.example",
			"format": "HTML",
			"frequency": "Daily",
			"no_of_rows": 100,
			"send_if_data": 0,
			**more,
		}

	def test_no_report_that_names_learners_goes_by_mail(self) -> None:
		for report in (self.of_concerns(), "Overdue", "Not In Today", "Case Load per Mentor"):
			for person in (self.manager, self.coordinator):
				for user in (person.user, self.coordinator.user):
					for path in (f"/api/resource/{MAILED}", f"/api/v2/document/{MAILED}"):
						self.refused(
							person.post(path, **self.values(report, user)), f"{report} {person.user}"
						)

	def test_one_that_stood_there_before_sends_nothing(self) -> None:
		"""The night makes it as the site's own administrator, with the rights of whoever is named in it."""
		report = frappe.get_doc(
			{"doctype": MAILED, "name": "_test", **self.values(self.of_concerns(), self.coordinator.user)}
		)
		report.db_insert()
		frappe.db.delete("Restricted Read")
		frappe.db.commit()
		for path in ("download", "send_now"):
			answer = self.manager.call(
				f"frappe.email.doctype.auto_email_report.auto_email_report.{path}", name="_test"
			)
			self.assertEqual(answer.status, 403, str(answer.body)[:300])
		auto_email_report.process_auto_email_report(frappe._dict(name="_test"))
		self.assertIsNone(frappe.get_doc(MAILED, "_test").get_report_content())
		frappe.db.rollback()
		mails = frappe.get_all("Email Queue", {"message": ("like", f"%{self.text}%")})
		self.assertFalse(mails)
		self.assertFalse(frappe.db.count("Restricted Read"))
		self.assertFalse(frappe.get_all("Error Log", {"error": ("like", f"%{self.text}%")}))

	def test_figures_go_in_the_name_of_who_sets_it_up_and_may_run_them(self) -> None:
		self.refused(
			self.manager.post(
				f"/api/resource/{MAILED}", **self.values("Leavers per Cohort", self.leader.user)
			)
		)
		self.refused(
			self.manager.post(
				f"/api/resource/{MAILED}", **self.values("Leavers per Cohort", self.manager.user)
			)
		)
		both = Person(factories.make_user("School Leader", "System Manager"))
		frappe.db.commit()
		made = self.ok(both.post(f"/api/resource/{MAILED}", **self.values("Leavers per Cohort", both.user)))
		self.refused(self.manager.put(f"/api/resource/{MAILED}/{made['name']}", user=self.leader.user))
		frappe.db.rollback()
		report = frappe.get_doc(MAILED, made["name"])
		self.assertTrue(report.get_report_content())
		frappe.db.delete("Has Role", {"parent": both.user, "role": "School Leader"})
		frappe.clear_cache(user=both.user)
		self.assertIsNone(frappe.get_doc(MAILED, made["name"]).get_report_content())
		self.assertEqual(frappe.session.user, "Administrator")

	def test_a_list_with_somebody_elses_rights_holds_what_both_may_read(self) -> None:
		report = frappe.get_doc("Report", self.of_concerns())
		frappe.db.delete("Restricted Read")
		frappe.db.commit()
		frappe.set_user(self.mentor.user)
		_columns, rows = report.get_data(user=self.coordinator.user)
		self.assertNotIn(self.text, str(rows))
		self.assertEqual(permission_hooks.listed(self.coordinator.user, "Signal Step").count("1=0"), 0)
		frappe.set_user("Administrator")


class TestLogsOfPrints(ReportsTestCase):
	def test_the_log_of_prints_says_that_and_not_what(self) -> None:
		for about in (
			{"page": self.text, "file_type": "PDF", "method": "PDF"},
			{
				"doctype": "Concern",
				"document": self.concern.name,
				"filters": {"what": self.text},
				"columns": self.text,
			},
			{"report_name": "Overdue", "filters": self.text},
		):
			make_access_log(**about)
		frappe.db.commit()
		html = f"<p>{self.text}</p>"
		self.coordinator.call("frappe.utils.print_format.report_to_pdf", html=html)
		frappe.db.rollback()
		logs = frappe.get_all("Access Log", ["*"])
		self.assertTrue([one for one in logs if one.reference_document == self.concern.name])
		self.assertNotIn(self.text, str(logs))
