"""Threat: somebody sets up what is not theirs to set up, or finds in a report learners whom they have no task with.

The tables of what a school sets up and of its reports, tried cell by cell through Frappe's REST API as real users.
"""

import json
from typing import Any, ClassVar

import frappe
from frappe.utils import add_days, now_datetime, nowdate

from vsv_app.engine.access import conditions, rights, table
from vsv_app.engine.access.conditions import Circumstances
from vsv_app.engine.access.reports import OWN_LOAD, REPORTS
from vsv_app.engine.access.roles import ROLES, SITE
from vsv_app.engine.access.table import SET_UP
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase
from vsv_app.tests.rest import Answer, Person

OK, CREATED, DELETED, FORBIDDEN = 200, 200, 202, 403
SETTINGS = "Early Warning Settings"
ANYWHERE = Circumstances()


class CellsTestCase(CommittedTestCase):
	"""A person of each role, whose requests see what was made before."""

	people: ClassVar[dict[str, Person]]

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.people = {role: Person(factories.make_user(role)) for role in (*ROLES, SITE)}
		cls.make()
		frappe.db.commit()

	@classmethod
	def make(cls) -> None:
		"""What the cells are tried on."""

	def assert_cell(self, answer: Answer, allowed: bool, success: int, *what: str) -> None:
		self.assertEqual(answer.status, success if allowed else FORBIDDEN, (*what, str(answer.body)[:400]))


class TestEveryCellOfSetUp(CellsTestCase):
	names: ClassVar[dict[str, str]]

	@classmethod
	def make(cls) -> None:
		cls.names = {kind: cls.fresh(kind) for kind in SET_UP if kind != SETTINGS}
		cls.names[SETTINGS] = SETTINGS

	@classmethod
	def values(cls, kind: str) -> dict[str, Any]:
		"""What somebody would send to make one."""
		name = f"_test-{frappe.generate_hash(length=8)}"
		return {
			"Early Warning Rule": {
				"rule_code": name, "title": name, "indicator": "unexcused_minutes", "comparison": "at least",
				"threshold": 600, "window_kind": "School Weeks", "window_length": 4,
			},
			"Bell Schedule": {
				"schedule_name": name, "student_group": factories.make_group(1)[0],
				"sessions": [{"weekday": "Monday", "session": "Day", "starts": "08:30:00", "ends": "12:30:00"}],
			},
			"Absence Reason": {"reason": name},
			"Attendance Gateway": {"gateway_id": name.strip("_")},
			"Gateway Epoch": {"gateway": getattr(cls, "names", {}).get("Attendance Gateway"), "epoch": name},
			"Door Watch": {
				"name": name, "gateway": getattr(cls, "names", {}).get("Attendance Gateway") or factories.make_gateway(),
				"terminal": "door", "state": "reading", "at": frappe.utils.now(),
			},
			"Set Aside Message": {"reason": "Not Understood", "fingerprint": name},
			SETTINGS: {},
		}[kind]  # fmt: skip

	@classmethod
	def fresh(cls, kind: str) -> str:
		if kind == "Gateway Epoch":
			name = f"_test-{frappe.generate_hash(length=8)}"
			row = frappe.get_doc(doctype=kind, name=name, gateway=factories.make_gateway(), epoch=name)
			row.db_insert()
			return name
		return frappe.get_doc({"doctype": kind, **cls.values(kind)}).insert().name

	def cells(self, action: str):
		"""(role, person, kind, whether the table allows the action)."""
		for role, person in self.people.items():
			for kind in SET_UP:
				yield role, person, kind, table.may(kind, {role}, action, ANYWHERE)

	def test_read(self) -> None:
		for role, person, kind, allowed in self.cells(rights.READ):
			name = self.names[kind]
			for way, answer in (
				("document", person.get(f"/api/resource/{kind}/{name}")),
				("form", person.get("/api/method/frappe.desk.form.load.getdoc", doctype=kind, name=name)),
				("value", person.get("/api/method/frappe.client.get", doctype=kind, name=name)),
				("print", person.get("/api/method/frappe.www.printview.get_html_and_style", doc=kind, name=name)),
				("realtime", person.follow(kind, name)),
			):  # fmt: skip
				self.assert_cell(answer, allowed, OK, way, role, kind)
			if kind == SETTINGS:
				continue
			listed = person.get(f"/api/resource/{kind}", filters=[["name", "=", name]])
			self.assert_cell(listed, allowed, OK, "list", role, kind)
			found = person.get("/api/method/frappe.desk.search.search_link", doctype=kind, txt="")
			self.assertTrue(allowed or not found.data, ("link search", role, kind))

	def test_no_key_is_told(self) -> None:
		gateway = frappe.get_doc("Attendance Gateway", self.names["Attendance Gateway"])
		keys = [gateway.get_password(field) for field in ("mac_key", "mqtt_password")]
		keys += [frappe.get_single(SETTINGS).get_password("badge_key", raise_exception=False)]
		for role, person in self.people.items():
			for kind in ("Attendance Gateway", SETTINGS):
				answer = person.get(f"/api/resource/{kind}/{self.names[kind]}")
				for key in filter(None, keys):
					self.assertNotIn(key, json.dumps(answer.body), (role, kind))

	def test_write(self) -> None:
		for role, person, kind, allowed in self.cells(rights.WRITE):
			answer = person.put(f"/api/resource/{kind}/{self.names[kind]}", idx=0)
			self.assert_cell(answer, allowed, OK, role, kind)

	def test_create_and_delete(self) -> None:
		for role, person, kind, allowed in self.cells(rights.CREATE):
			if kind != SETTINGS:
				values = self.values(kind)
				frappe.db.commit()
				answer = person.post(f"/api/resource/{kind}", **values)
				self.assert_cell(answer, allowed, CREATED, "create", role, kind)
		for role, person, kind, allowed in self.cells(rights.DELETE):
			name = self.fresh(kind) if allowed else self.names[kind]
			frappe.db.commit()
			answer = person.delete(f"/api/resource/{kind}/{name}")
			self.assert_cell(answer, allowed, DELETED, "delete", role, kind)

	def test_export_and_reports_on_a_kind(self) -> None:
		for kind in SET_UP:
			if kind == SETTINGS:
				continue
			report = frappe.get_doc(
				doctype="Report", report_name=f"_Test {kind}", ref_doctype=kind, report_type="Report Builder", is_standard="No"
			).insert()  # fmt: skip
			frappe.db.commit()
			for role, person in self.people.items():
				exported = person.call(
					"frappe.desk.reportview.export_query",
					doctype=kind, title=kind, fields=[f"`tab{kind}`.`name`"], filters=[], file_format_type="CSV",
				)  # fmt: skip
				self.assert_cell(
					exported, table.may(kind, {role}, rights.EXPORT, ANYWHERE), OK, "export", role, kind
				)
				asked = person.get("/api/method/frappe.desk.query_report.get_script", report_name=report.name)
				self.assert_cell(
					asked, table.may(kind, {role}, rights.REPORT, ANYWHERE), OK, "report", role, kind
				)

	def test_mailing_and_sharing_are_nobodys(self) -> None:
		for role, person in self.people.items():
			for kind in SET_UP:
				name = self.names[kind]
				shared = person.call(
					"frappe.share.add", doctype=kind, name=name, user="Administrator", read=1
				)
				self.assertEqual(shared.status, FORBIDDEN, (role, kind))

	def test_who_has_no_desk_is_refused(self) -> None:
		outsiders = [Person(care.make_portal_user()), Person.guest()]
		frappe.db.commit()
		for person in outsiders:
			for kind in SET_UP:
				for answer in (
					person.get(f"/api/resource/{kind}/{self.names[kind]}"),
					person.get(f"/api/resource/{kind}"),
					person.put(f"/api/resource/{kind}/{self.names[kind]}", idx=0),
				):
					self.assertEqual(answer.status, FORBIDDEN, (person.user, kind))


class TestEveryCellOfTheReports(CellsTestCase):
	"""Two learners of each circumstance, of whom something is overdue and who are not in today."""

	@classmethod
	def make(cls) -> None:
		_group, (cls.own,) = factories.make_group(1)
		_group, (cls.other,) = factories.make_group(1)
		_group, (cls.of_team,) = factories.make_group(1)
		for role, person in cls.people.items():
			if role != SITE:
				factories.make_assignment(person.user, student=cls.own)
		cls.someone = factories.make_user("School Mentor")
		factories.make_assignment(cls.someone, student=cls.other)
		team = [
			{"part": "Specialist", "person_name": "_Test", "user": one.user} for one in cls.people.values()
		]
		cls.day = factories.school_day()
		for student in (cls.own, cls.other, cls.of_team):
			frappe.get_doc(
				doctype="Student Attendance", student=student, student_group=_group_of(student), date=cls.day,
				status="Absent",
			).insert().submit()  # fmt: skip
			factories.make_signal(student, severity="Urgent")
			plan = care.make_plan(student, team=team if student == cls.of_team else [])
			frappe.db.set_value(
				"Support Plan", plan.name, {"status": "Active", "next_review": add_days(nowdate(), -3)}
			)
			care.make_message(student, sent_on=add_days(now_datetime(), -9))

	def test_each_report_as_each_role(self) -> None:
		learners = {self.own, self.other, self.of_team}
		expected = {
			conditions.ALL: learners,
			conditions.OWN_LEARNERS: {self.own},
			conditions.OWN_LEARNERS_OR_TEAM: {self.own, self.of_team},
		}
		reports = dict.fromkeys(row.report for row in REPORTS)
		for role, person in self.people.items():
			for report in reports:
				whose = next(
					(row.learners for row in REPORTS if (row.report, row.role) == (report, role)), None
				)
				asked = {"day": str(self.day)} if report == "Not In Today" else {}
				for user in (self.someone, "Administrator", person.user):
					answer = person.get(
						"/api/method/frappe.desk.query_report.run",
						report_name=report,
						filters=asked,
						user=user,
					)
					itself = user == person.user and whose is not None
					self.assert_cell(answer, itself, OK, "run", role, report, user)
				found = {learner for learner in learners if learner in json.dumps(answer.body)}
				self.assertEqual(found, expected.get(whose, set()), (role, report))
				if whose == OWN_LOAD:
					mentors = {row["mentor"] for row in answer.data["result"] if isinstance(row, dict)}
					self.assertEqual(mentors, {person.user}, (role, report))
				exported = person.call(
					"frappe.desk.query_report.export_query",
					report_name=report, filters=asked, file_format_type="CSV", visible_idx=[],
				)  # fmt: skip
				text = str(exported.body)
				self.assertLessEqual(
					{learner for learner in learners if learner in text},
					expected.get(whose, set()),
					(role, report),
				)

	def test_who_has_no_desk_is_refused(self) -> None:
		outsiders = [Person(care.make_portal_user()), Person.guest()]
		frappe.db.commit()
		for person in outsiders:
			for report in dict.fromkeys(row.report for row in REPORTS):
				answer = person.get("/api/method/frappe.desk.query_report.run", report_name=report)
				self.assertEqual(answer.status, FORBIDDEN, (person.user, report))


def _group_of(student: str) -> str:
	return frappe.db.get_value("Student Group Student", {"student": student}, "parent")
