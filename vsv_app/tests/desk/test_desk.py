"""The desk of those who work with it: workspace, cards, charts, board, calendar, and what hangs on a learner."""

import json
from typing import Any

import frappe
from frappe.desk.calendar import get_events
from frappe.desk.doctype.dashboard_chart.dashboard_chart import get as chart_of
from frappe.desk.doctype.kanban_board.kanban_board import get_kanban_boards, update_order_for_single_card
from frappe.desk.doctype.number_card.number_card import get_result
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from vsv_app import install
from vsv_app.api.care.plans import plans_by_status
from vsv_app.site.access import connection_counts
from vsv_app.site.documents import refusals
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories

MODULE = {"module": "VSV App"}
WORKSPACE = "Early Warning"


class DeskTestCase(FrappeTestCase):
	def setUp(self) -> None:
		_group, self.student = care.make_learner(date_of_birth=care.ADULT)
		_group, self.other = care.make_learner(date_of_birth=care.ADULT)
		self.mentor = factories.make_user("School Mentor")
		factories.make_assignment(self.mentor, student=self.student)
		self.coordinator = factories.make_user("Care Team Coordinator")

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()


class TestWorkspace(DeskTestCase):
	def test_everything_that_it_names_is_there(self) -> None:
		workspace = frappe.get_doc("Workspace", WORKSPACE)
		for card in workspace.number_cards:
			self.assertTrue(frappe.db.exists("Number Card", card.number_card_name), card.number_card_name)
		for chart in workspace.charts:
			self.assertTrue(frappe.db.exists("Dashboard Chart", chart.chart_name), chart.chart_name)
		for link in [*workspace.links, *workspace.shortcuts]:
			kind = link.get("link_type") if link.doctype == "Workspace Link" else link.type
			if link.link_to:
				self.assertTrue(frappe.db.exists(kind, link.link_to), (kind, link.link_to))
		labels = {block["data"].get("card_name") for block in json.loads(workspace.content) if block["type"] == "card"}  # fmt: skip
		self.assertEqual(labels, {link.label for link in workspace.links if link.type == "Card Break"})

	def test_number_cards_count_what_the_reader_may_see(self) -> None:
		for doctype in ("Support Plan", "Family Message"):
			frappe.db.delete(doctype)
		for student in (self.student, self.other):
			plan = care.activate(care.make_plan(student, status="Proposed"))
			frappe.db.set_value("Support Plan", plan.name, "next_review", add_days(nowdate(), -1))
			care.make_message(student)
		for card, filters in (
			("Plans In Hand", []),
			("Reviews Overdue", [["Support Plan", "next_review", "<", nowdate()]]),
			("Messages Without Answer", []),
		):
			for user, expected in ((self.coordinator, 2), (self.mentor, 1)):
				frappe.set_user(user)
				document = frappe.get_doc("Number Card", card)
				self.assertEqual(
					get_result(document, [*json.loads(document.filters_json), *filters]),
					expected,
					(card, user),
				)
				frappe.set_user("Administrator")

	def test_every_chart_draws_for_the_reader(self) -> None:
		frappe.db.delete("Support Plan")
		for student in (self.student, self.other):
			care.make_plan(student)
		for name in frappe.get_all("Dashboard Chart", MODULE, pluck="name"):
			for user in (self.coordinator, self.mentor):
				frappe.set_user(user)
				own = name == "Plans By Status"
				drawn = plans_by_status() if own else chart_of(chart_name=name, refresh=1)
				self.assertTrue(drawn["datasets"], name)
				if own:
					self.assertTrue(frappe.has_permission("Dashboard Chart", doc=name))
					self.assertEqual(
						drawn["datasets"][0]["values"], [2 if user == self.coordinator else 1, 0, 0, 0, 0]
					)
				frappe.set_user("Administrator")

	def test_the_states_of_plans_are_in_the_reader_s_language(self) -> None:
		frappe.db.delete("Support Plan")
		self.assertEqual(plans_by_status()["labels"], [])
		care.make_plan(self.student)
		frappe.local.lang = "nl"
		self.addCleanup(setattr, frappe.local, "lang", "en")
		self.assertEqual(
			plans_by_status()["labels"], ["Concept", "Voorgesteld", "Afgesproken", "Loopt", "Wordt besproken"]
		)


class TestBoardOfPlans(DeskTestCase):
	def test_it_is_made_once_and_stays_deleted(self) -> None:
		install.make_kanban_board()
		self.assertEqual(len(frappe.get_all("Kanban Board", {"name": install.BOARD})), 1)
		frappe.delete_doc("Kanban Board", install.BOARD, force=True)
		install.make_kanban_board()
		self.assertFalse(frappe.db.exists("Kanban Board", install.BOARD))

	def test_its_columns_are_the_states_of_a_plan(self) -> None:
		board = frappe.get_doc("Kanban Board", install.BOARD)
		states = frappe.get_meta("Support Plan").get_options("status").split("\n")
		self.assertEqual([column.column_name for column in board.columns], states)

	def test_a_card_moves_only_where_the_plan_may_go(self) -> None:
		plan = care.make_plan(self.student, responsible=self.mentor)
		frappe.set_user(self.mentor)
		self.assertIn(install.BOARD, [board.name for board in get_kanban_boards("Support Plan")])
		self.move(plan.name, "Draft", "Proposed")
		self.assertEqual(frappe.db.get_value("Support Plan", plan.name, "status"), "Proposed")
		with self.assertRaises(refusals.StepTooEarly):
			self.move(plan.name, "Proposed", "Agreed")
		foreign = care_as_administrator(self.other)
		with self.assertRaises(frappe.PermissionError):
			self.move(foreign, "Draft", "Proposed")

	def move(self, name: str, before: str, after: str) -> None:
		board = frappe.get_doc("Kanban Board", install.BOARD)
		for column in board.columns:
			if column.column_name == before:
				column.db_set("order", json.dumps([name]))
			if column.column_name == after:
				column.db_set("order", "[]")
		update_order_for_single_card(install.BOARD, name, before, after, "0", "0")


def care_as_administrator(student: str) -> str:
	user = frappe.session.user
	frappe.set_user("Administrator")
	try:
		return care.make_plan(student).name
	finally:
		frappe.set_user(user)


class TestCalendarOfReviews(DeskTestCase):
	def test_reviews_of_own_learners_on_their_days(self) -> None:
		day = add_days(nowdate(), 10)
		own, _foreign = (care.make_plan(s, next_review=day).name for s in (self.student, self.other))
		self.assertEqual(self.events(self.mentor, day), [own])
		self.assertEqual(len(self.events(self.coordinator, day)), 2)
		self.assertEqual(self.events(self.coordinator, add_days(day, 40)), [])
		self.assertTrue(frappe.get_meta("Support Plan").is_calendar_and_gantt)

	def events(self, user: str, day: str) -> list[str]:
		fields = json.dumps({"start": "next_review", "end": "next_review", "id": "name", "title": "student_name"})  # fmt: skip
		frappe.set_user(user)
		try:
			found = get_events("Support Plan", add_days(day, -3), add_days(day, 3), fields)
		finally:
			frappe.set_user("Administrator")
		known = frappe.get_all("Support Plan", {"student": ("in", (self.student, self.other))}, pluck="name")
		return [event["name"] for event in found if event["name"] in known]


class TestWhatHangsOnALearner(DeskTestCase):
	def test_the_students_form_names_our_documents(self) -> None:
		data = frappe.get_meta("Student").get_dashboard_data()
		items = {item for group in data.transactions for item in group["items"]}
		self.assertLessEqual({"Support Plan", "Concern", "Contact Log", "Early Warning Signal"}, items)

	def test_its_counts_tell_a_teacher_nothing_of_what_is_not_for_teachers(self) -> None:
		care.make_plan(self.student)
		care.make_concern(self.student)
		secret = care.make_concern(
			self.student, visibility="Named People Only", readers=[{"user": self.coordinator}]
		)
		frappe.db.delete("Restricted Read")
		teacher = factories.make_user("Instructor")
		self.assertEqual(self.counts(teacher), {"Support Plan": 0, "Concern": 0})
		self.assertEqual(self.counts(self.coordinator), {"Support Plan": 1, "Concern": 2})
		self.assertTrue(secret.name)

	def test_the_desk_asks_our_count(self) -> None:
		overridden = frappe.get_hooks("override_whitelisted_methods")
		self.assertEqual(
			overridden["frappe.desk.notifications.get_open_count"][-1],
			"vsv_app.site.access.connection_counts.get_open_count",
		)

	def counts(self, user: str) -> dict[str, Any]:
		frappe.get_doc("User", user).add_roles("Instructor")  # who may open a Student in Education
		frappe.set_user(user)
		try:
			found = connection_counts.get_open_count(
				"Student", self.student, json.dumps(["Support Plan", "Concern"])
			)
		finally:
			frappe.set_user("Administrator")
		return {row["doctype"]: row["count"] for row in found["count"]["external_links_found"]}
