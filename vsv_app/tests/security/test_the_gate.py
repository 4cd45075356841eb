"""Threat: Frappe has a way to a record that asks nobody's right, and whoever knows it takes it. The gate refuses what it does not know."""

import json
import re
from collections.abc import Callable
from threading import Thread
from typing import Any
from unittest.mock import patch

import frappe
from frappe.utils import get_test_client
from frappe.utils.password import update_password
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from vsv_app.engine.access.gate.naming import folded
from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.site.access.gate import doorkeeper, judgement, ours, queries, way_in
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase
from vsv_app.tests.rest import Answer, Person

KIND = "Concern"
OK, FORBIDDEN, STALE = 200, 403, 400
PASSWORD = "the tests sign in with this"


def asks_for_concerns(args: dict[str, Any]) -> bool:
	"""As another app may say it of a method of its own."""
	return bool(args["doctype"] == KIND)


def asks_for_plans(args: dict[str, Any]) -> bool:
	return bool(args["doctype"] == "Support Plan")


class GateTestCase(CommittedTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.text = f"canary{frappe.generate_hash(length=10)}"
		cls.group, cls.student = care.make_learner(date_of_birth=care.ADULT)
		cls.reader = factories.make_user("Care Team Member")
		cls.concern = care.make_concern(cls.student, what=cls.text, visibility=RESTRICTED, readers=[{"user": cls.reader}]).name  # fmt: skip
		cls.teacher = Person(factories.make_user("Instructor"))
		cls.family = Person(care.make_portal_user())
		frappe.db.commit()

	def shut(self, answer: Answer) -> None:
		"""Refused, by the gate and by nobody else."""
		self.assertEqual(answer.status, FORBIDDEN, str(answer.body)[:400])
		self.assertIn("NotThisWay", json.dumps(answer.body))
		self.assertNotIn(self.text, json.dumps(answer.body))


class TestNames(GateTestCase):
	def test_names_are_compared_as_the_database_does(self) -> None:
		"""Each character that MariaDB takes for a letter or a blank, or for nothing at all, is taken for the same."""
		letters = "abcdefghijklmnopqrstuvwxyz "
		weights = dict(self.weights([ord(letter) for letter in letters]))
		by_weight = {weights[ord(letter)]: letter for letter in letters}
		others = [point for point in range(1, 0x10000) if not 0xD800 <= point <= 0xDFFF]
		wrong = []
		for point, weight in self.weights(others):
			units = [weight[at : at + 4] for at in range(0, len(weight), 4)]
			if all(unit in by_weight for unit in units):
				taken = "".join(by_weight[unit] for unit in units)
				if folded(chr(point)) != taken:
					wrong.append((hex(point), taken, folded(chr(point))))
		self.assertEqual(wrong[:20], [])

	def weights(self, points: list[int]) -> list[tuple[int, str]]:
		found: list[tuple[int, str]] = []
		for start in range(0, len(points), 2000):
			values = " union all ".join(f"select {point} p" for point in points[start : start + 2000])
			found += frappe.db.sql(
				"select p, hex(weight_string(convert(char(p using ucs2) using utf8mb4) collate utf8mb4_unicode_ci))"
				f" from ({values}) points"
			)
		return found

	def test_a_report_stands_for_what_it_is_about_and_is_forgotten_with_it(self) -> None:
		self.assertEqual(ours.names().named("Effect of Interventions"), {"Intervention Type"})
		board = frappe.get_doc(doctype="Kanban Board", kanban_board_name="_Test Gate Words", reference_doctype=KIND, field_name="status")  # fmt: skip
		board.insert()
		self.assertEqual(ours.names().named('{"board_name": "_Test Gate Words"}'), {KIND})
		board.delete()
		self.assertEqual(ours.names().named("_Test Gate Words"), set())


class TestWaysIn(GateTestCase):
	def test_one_way_by_each_of_its_addresses(self) -> None:
		values = {"doctype": KIND, "filters": json.dumps({"what": ["like", f"{self.text}%"]})}
		for person in (self.teacher, self.family):
			for path in (
				"/api/method/frappe.client.get_count",
				"/api/v1/method/frappe.client.get_count",
				"/api/v2/method/frappe.client.get_count",
				"/api/method/frappe.client.get_count/x",
			):
				self.shut(person.get(path, **values))
				self.shut(person.post(path, **values))
			self.shut(person.post("/", cmd="frappe.client.get_count", **values))
			self.shut(person.get("/", cmd="frappe.client.get_count", **values))

	def test_the_apps_own_methods_are_not_searched_for_names(self) -> None:
		with patch.object(ours, "names", side_effect=AssertionError("looked for names")):
			answer = self.teacher.get("/api/method/vsv_app.api.care.asked.of_me")
		self.assertEqual((answer.status, answer.data), (OK, []))

	def test_under_another_name(self) -> None:
		"""A function that another module imports is the same one."""
		calls = way_in.calls_of(
			_request("/"), {"cmd": "frappe.desk.form.utils.follow_document", "doctype": KIND}
		)
		self.assertEqual(
			[call.method for call in calls], ["frappe.desk.form.document_follow.follow_document"]
		)

	def test_what_the_issue_found(self) -> None:
		every = {"doctype": KIND, "txt": "", "ignore_user_permissions": 1}
		like = [[KIND, "what", "like", f"{self.text}%"]]
		for method, values in (
			("frappe.desk.search.search_widget", {**every, "filter_fields": '["what"]'}),
			("frappe.desk.search.search_link", {**every, "searchfield": "what"}),
			("frappe.workflow.doctype.workflow.workflow.get_workflow_state_count", {"doctype": KIND, "workflow_state_field": "what", "states": "[]"}),
			("frappe.client.get_count", {"doctype": KIND, "filters": like}),
			("erpnext.crm.utils.get_open_activities", {"ref_doctype": KIND, "ref_docname": self.concern}),
			("frappe.desk.like.toggle_like", {"doctype": KIND, "name": self.concern, "add": "Yes"}),
			("frappe.templates.includes.comments.comments.add_comment", {
				"reference_doctype": KIND, "reference_name": self.concern, "comment": "x", "comment_email": "x@x.example", "comment_by": "x", "route": "x",
			}),
		):  # fmt: skip
			for person in (self.teacher, self.family):
				with self.subTest(method, user=person.user):
					self.shut(person.call(method, **values))
		file = frappe.get_doc(
			doctype="File", file_name=f"{self.text}.txt", content=self.text, is_private=1, attached_to_doctype=KIND,
			attached_to_name=self.concern,
		).insert().name  # fmt: skip
		frappe.db.commit()
		taken = {"doctype": "User", "name": self.teacher.user, "attachments": [file]}
		self.shut(self.teacher.call("frappe.utils.file_manager.add_attachments", **taken))
		for method, values in (
			("education.education.api.get_student_group_students", {"student_group": self.group}),
			("education.education.api.get_student_guardians", {"student": self.student}),
			("education.education.api.get_result", {"student": self.student, "assessment_plan": "x"}),
			("education.education.api.get_assessment_students", {"student_group": self.group, "assessment_plan": "x"}),
			("education.education.doctype.student_attendance_tool.student_attendance_tool.get_student_attendance_records",
				{"based_on": "Student Group", "student_group": self.group, "date": "2026-01-01"}),
		):  # fmt: skip
			with self.subTest(method):
				self.shut(self.family.call(method, **values))

	def test_a_query_that_another_method_calls(self) -> None:
		for query in (
			"frappe.client.get_count",
			"frappe.desk.doctype.number_card.number_card.get_cards_for_user",
		):
			self.shut(
				self.teacher.call(
					"frappe.desk.search.search_widget", doctype=KIND, txt=self.text, query=query
				)
			)
		tree = {"doctype": KIND, "label": "x", "parent": "", "tree_method": "frappe.client.get_count"}
		self.shut(self.teacher.call("frappe.desk.treeview.get_all_nodes", **tree))

	def test_a_page_that_names_a_record(self) -> None:
		for person in (self.family, Person.guest()):
			for path in (f"/{KIND}/{self.concern}", f"/list/{KIND}", "/printview"):
				answer = person.get(path, doctype=KIND, name=self.concern)
				self.assertEqual(answer.status, FORBIDDEN, path)

	def test_a_word_that_is_searched_and_a_page_of_the_schools_own_are_no_records(self) -> None:
		guest = Person.guest()
		self.assertEqual(guest.get("/search", q=KIND).status, OK)
		self.assertEqual(guest.get("/referral").status, FORBIDDEN)
		page = frappe.get_doc(
			doctype="Web Page", title="Referral", route="referral", published=1, content_type="HTML", main_section_html="<p>Whom to ask</p>"
		).insert()  # fmt: skip
		frappe.db.commit()
		try:
			answer = guest.get("/referral")
			self.assertEqual(answer.status, OK)
			self.assertIn("Whom to ask", str(answer.body))
			self.shut(guest.call("frappe.client.get_count", doctype="Referral"))
		finally:
			page.delete()
			frappe.db.commit()

	def test_a_word_in_the_answer_of_a_form_is_no_record(self) -> None:
		forms = [
			frappe.get_doc(
				doctype="Web Form", title=title, route=title.lower().replace(" ", "-"), doc_type=kind, published=1, is_standard=0,
				web_form_fields=[{"fieldname": field, "fieldtype": "Data", "label": "x"}],
			).insert()
			for title, kind, field in (("Test Asks", "Contact", "first_name"), ("Test Tells", KIND, "what"))
		]  # fmt: skip
		frappe.db.commit()
		try:
			guest, method = Person.guest(), "frappe.website.doctype.web_form.web_form.accept"
			asked = guest.call(method, web_form=forms[0].name, data='{"first_name": "Referral"}')
			self.assertNotIn("NotThisWay", str(asked.body))
			self.shut(guest.call(method, web_form=forms[1].name, data='{"what": "x"}'))
		finally:
			frappe.db.delete("Contact", {"first_name": "Referral"})
			for form in forms:
				form.delete()
			frappe.db.commit()

	def test_a_field_of_a_linked_record_is_not_followed(self) -> None:
		plan = care.make_plan(self.student, cause=self.text).name
		mentor = Person(factories.make_user("School Mentor"))
		frappe.db.commit()
		for fields in (["plan.cause"], ["plan.cause as x"], ["`tabSupport Plan`.`cause`"]):
			self.shut(mentor.call("frappe.client.get_list", doctype="Contact Log", fields=fields))
			self.shut(mentor.get("/api/resource/Contact Log", fields=fields))
		self.assertTrue(plan)


class TestPieces(GateTestCase):
	def test_what_a_list_of_desk_asks_is_plain(self) -> None:
		for asked in (
			{},
			{"fields": '["name","`tabConcern`.`what`","`tabNamed Reader`.`user` as `Named Reader:user`","count(`tabConcern`.name) as total_count"]'},
			{"fields": "name,what", "filters": "[]", "order_by": "`tabConcern`.`modified` desc, name asc"},
			{"filters": [["Concern", "what", "like", "%a%", False], ["Named Reader", "user", "=", "x"], ["status", "in", ["Open"]]]},
			{"filters": {"status": ["!=", "Closed"], "plan": "x"}, "group_by": "`tabConcern`.`status`"},
			{"fieldname": "what", "filters": "VSV-CON-2026-00001"},
			{"fieldname": '["what"]', "or_filters": '{"name": "x"}', "stats": '["_user_tags"]'},
		):  # fmt: skip
			with self.subTest(asked=asked):
				self.assertTrue(queries.is_plain(KIND, asked))

	def test_pieces_of_sql_are_not(self) -> None:
		for asked in (
			{"fields": ["locate( name ,(select what from `tabConcern` limit 1))"]},
			{"fields": ["name, (select 1)"]},
			{"fields": ["plan.cause"]},
			{"fields": ["`tabSupport Plan`.`cause`"]},
			{"fields": "(select 1)"},
			{"fields": [{"what": "x"}]},
			{"filters": ["1=1) or (1=1"]},
			{"filters": '["ifnull(what, 1)"]'},
			{"filters": [["Support Plan", "cause", "like", "%a%"]]},
			{"filters": [["ifnull(`tabConcern`.what,'') or 1=1 or ifnull(1", "=", "x"]]},
			{"filters": {"what) or (1": 1}},
			{"filters": [["concern", "what", "=", "x"]]},
			{"filters": [["name", "=", {"x": 1}]]},
			{"or_filters": [["name"]]},
			{"order_by": "(select 1)"},
			{"order_by": "if(what like 'a', 1, 2)"},
			{"group_by": "plan.cause"},
			{"fields": ["name"], "aggregate_on_doctype": "Support Plan"},
			{"searchfield": "what from x"},
		):  # fmt: skip
			with self.subTest(asked=asked):
				self.assertFalse(queries.is_plain(KIND, asked))

	def test_a_condition_where_a_name_belongs(self) -> None:
		"""Whether there is one that meets it would be told by how it is refused."""
		like = {"what": ["like", f"{self.text}%"]}
		self.shut(self.teacher.call("frappe.client.get", doctype=KIND, filters=like))
		self.shut(self.teacher.call("frappe.client.get", doctype=KIND, name=like))
		self.shut(self.teacher.call("frappe.desk.form.load.getdoc", doctype=KIND, name=like))
		self.shut(self.teacher.call("frappe.client.save", doc={"doctype": KIND, "name": like}))

	def test_a_kind_by_another_spelling(self) -> None:
		for kind in ("concern", "CONCERN ", "Concérn", "Con\u200bcern"):
			self.shut(self.teacher.call("frappe.client.get_list", doctype=kind))


class TestPeople(GateTestCase):
	def test_the_portal_has_a_short_list(self) -> None:
		for method, values in (
			("frappe.client.get_list", {"doctype": "ToDo"}),
			("frappe.desk.search.search_link", {"doctype": "User", "txt": ""}),
			("frappe.utils.global_search.search", {"text": "x"}),
			("education.education.api.get_current_enrollment", {"student": self.student}),
			("erpnext.crm.utils.get_open_activities", {"ref_doctype": "User", "ref_docname": "x"}),
		):
			self.shut(self.family.call(method, **values))
		self.shut(self.family.get("/api/resource/ToDo"))
		self.assertEqual(self.family.call("frappe.auth.get_logged_user").data, self.family.user)
		self.assertEqual(
			self.family.call("vsv_app.api.portal.account.choose_language", language="en").status, OK
		)
		self.assertEqual(Person.guest().get("/login").status, OK)

	def test_a_learner_with_education_s_role_is_of_the_portal(self) -> None:
		user = care.make_portal_user()
		frappe.db.set_value("Role", "Student", "desk_access", 1)
		frappe.get_doc("User", user).add_roles("Student")
		frappe.db.set_value("User", user, "user_type", "System User")
		frappe.clear_cache(user=user)
		learner = Person(user)
		frappe.db.commit()
		self.shut(learner.call("frappe.client.get_list", doctype="ToDo"))
		for path in ("/printview", f"/Student/{self.student}", "/list/Student"):
			answer = learner.get(path, doctype="Student", name=self.student)
			self.assertEqual(answer.status, FORBIDDEN, path)
		of_learner = {"doctype": "Student", "name": self.student}
		self.shut(learner.get("/api/method/frappe.utils.print_format.download_pdf", **of_learner))
		about = {"student": self.student}
		self.shut(learner.call("education.education.api.get_student_programs", **about))
		frappe.db.set_value("Student", self.student, "user", user)
		frappe.db.commit()
		self.assertNotIn(
			"NotThisWay", str(learner.call("education.education.api.get_student_programs", **about).body)
		)
		self.shut(learner.call("frappe.client.get_count", doctype=KIND))
		# ERPNext gives this one by itself, to whoever is the contact of a customer.
		frappe.get_doc("User", user).add_roles("Customer")
		frappe.db.commit()
		self.shut(learner.call("frappe.client.get_list", doctype="Student"))

	def test_another_app_says_itself_which_of_its_methods_may_name_our_kinds(self) -> None:
		call = way_in.Call("another_app.api.figures", {"doctype": KIND})
		count = way_in.Call("frappe.client.get_count", {"doctype": KIND})
		judged = (frozenset({KIND}), "x", True)
		with patch("frappe.logger") as log:
			self.assertRaises(judgement.NotThisWay, judgement.judge, [call], *judged)
		(line,) = log.return_value.error.call_args.args
		self.assertEqual(line, "refused: another_app.api.figures kinds: Concern user: x")
		for condition, passes in (
			("", True),
			(f"{__name__}.asks_for_concerns", True),
			(f"{__name__}.asks_for_plans", False),
		):
			said = {"another_app.api.figures": [condition], "frappe.client.get_count": [""]}
			with patch("frappe.get_hooks", lambda _name, said=said: said):
				self.assertRaises(judgement.NotThisWay, judgement.judge, [count], *judged)
				if passes:
					judgement.judge([call], *judged)
				else:
					self.assertRaises(judgement.NotThisWay, judgement.judge, [call], *judged)

	def test_a_job_that_acts_for_somebody(self) -> None:
		frappe.set_user(self.teacher.user)
		try:
			self.assertRaises(
				judgement.NotThisWay, doorkeeper.job, "frappe.client.get_count", {"doctype": KIND}
			)
			in_sql = {"x": f"select 1 from `tab{KIND}`"}
			self.assertRaises(judgement.NotThisWay, doorkeeper.job, "frappe.utils.cint", in_sql)
			doorkeeper.job("frappe.desk.reportview.delete_bulk", {"doctype": KIND, "items": [self.concern]})
			doorkeeper.job("frappe.client.get_count", {"doctype": "Role"})
		finally:
			frappe.set_user("Administrator")
		doorkeeper.job("frappe.client.get_count", {"doctype": KIND})


class TestSessions(GateTestCase):
	METHOD = "/api/method/vsv_app.api.portal.account.choose_language"

	def test_nobody_is_made_to_act_by_another_page(self) -> None:
		user = care.make_portal_user()
		update_password(user, PASSWORD)
		frappe.db.commit()
		browser = get_test_client(use_cookies=True)
		said = {"X-Frappe-Site-Name": frappe.local.site, "Accept": "application/json"}
		found = self.ask(browser.post, "/api/method/login", said, data={"usr": user, "pwd": PASSWORD})
		self.assertEqual(found[0], OK, found)
		self.assertEqual(self.ask(browser.post, self.METHOD, said, json={"language": "en"})[0], STALE)
		token = re.search(
			r'csrf_token = "(\w+)"', self.ask(browser.get, "/me", {**said, "Accept": "text/html"})[1]
		)
		self.assertIsNotNone(token)
		with_token = {**said, "X-Frappe-CSRF-Token": str(token and token[1])}
		self.assertEqual(self.ask(browser.post, self.METHOD, with_token, json={"language": "en"})[0], OK)

	def test_a_browser_may_ask_whether_it_may_ask(self) -> None:
		said = {"X-Frappe-Site-Name": frappe.local.site}
		self.assertEqual(self.ask(get_test_client().options, "/api/method/ping", said)[0], OK)

	def test_a_key_needs_no_token(self) -> None:
		self.assertEqual(self.family.post(self.METHOD, language="en").status, OK)

	def ask(self, verb: Any, path: str, headers: dict[str, str], **more: Any) -> tuple[int, str]:
		found: list[tuple[int, str]] = []

		def ask() -> None:
			answer = verb(path, headers=headers, **more)
			found.append((answer.status_code, answer.get_data(as_text=True)))

		_in_a_thread(ask)
		return found[0]


def _request(path: str) -> Request:
	return Request(EnvironBuilder(path=path).get_environ())


def _in_a_thread(what: Callable[[], None]) -> None:
	"""Frappe keeps site, user and connection by thread."""
	thread = Thread(target=what)
	thread.start()
	thread.join()
