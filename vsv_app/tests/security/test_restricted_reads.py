"""Threat: somebody reads a restricted concern and nobody ever knows. Every way in, by real requests, with what is on record after."""

import frappe

from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase
from vsv_app.tests.rest import Answer, Person

LIST, FORM, PRINT = "List", "Form", "Print"
LISTING = "/api/resource/Concern"


class TestRestrictedReads(CommittedTestCase):
	def setUp(self) -> None:
		frappe.set_user("Administrator")
		_group, self.student = care.make_learner()
		self.user = factories.make_user("Care Team Member")
		restricted = {"visibility": RESTRICTED, "readers": [{"user": self.user}]}
		self.one = care.make_concern(self.student, **restricted).name
		self.two = care.make_concern(self.student, **restricted).name
		self.closed = care.make_concern(self.student, visibility=RESTRICTED, readers=[{"user": factories.make_user("Care Team Member")}]).name  # fmt: skip
		self.reader = Person(self.user)
		frappe.db.delete("Restricted Read")
		frappe.db.commit()

	def noted(self, answer: Answer, status: int = 200) -> list[tuple[str, str]]:
		"""(way, concern) of each read that is on record since the last look."""
		self.assertEqual(answer.status, status, str(answer.body)[:400])
		frappe.db.rollback()
		rows = frappe.get_all("Restricted Read", ["user", "way", "reference_name"])
		frappe.db.delete("Restricted Read")
		frappe.db.commit()
		return sorted((row.way, row.reference_name) for row in rows)

	def test_a_form_by_each_of_its_routes(self) -> None:
		for path, values in (
			(f"{LISTING}/{self.one}", {}),
			("/api/method/frappe.desk.form.load.getdoc", {"doctype": "Concern", "name": self.one}),
			("/api/method/frappe.client.get", {"doctype": "Concern", "name": self.one}),
			("/api/method/frappe.desk.form.load.get_docinfo", {"doctype": "Concern", "name": self.one}),
		):
			self.assertEqual(self.noted(self.reader.get(path, **values)), [(FORM, self.one)], path)

	def test_a_list_each_time_and_of_what_was_in_it(self) -> None:
		both = [(LIST, self.one), (LIST, self.two)]
		for _time in range(2):
			self.assertEqual(self.noted(self.reader.get(LISTING)), both)
		only = {"filters": [["name", "=", self.two]]}
		self.assertEqual(self.noted(self.reader.get(LISTING, **only)), [(LIST, self.two)])
		self.assertEqual(self.noted(self.reader.get(LISTING, fields=["what"])), both)
		self.assertEqual(self.noted(self.reader.get(LISTING, filters=[["what", "=", "no such"]])), [])
		rows = {"parent": "Concern", "fields": ["parent", "user"]}
		self.assertEqual(self.noted(self.reader.get("/api/resource/Named Reader", **rows)), both)

	def test_lists_by_other_routes(self) -> None:
		of_one = {"doctype": "Concern", "filters": {"name": self.one}}
		fields = ["`tabConcern`.`name`", "`tabConcern`.`what`"]
		for method, values in (
			("frappe.client.get_list", of_one),
			("frappe.client.get_value", {**of_one, "fieldname": ["name", "what"]}),
			("frappe.desk.reportview.get", {"doctype": "Concern", "fields": fields, "filters": [["Concern", "name", "=", self.one]]}),
			("frappe.desk.search.search_link", {"doctype": "Concern", "txt": self.one}),
		):  # fmt: skip
			self.assertEqual(
				self.noted(self.reader.get(f"/api/method/{method}", **values)), [(LIST, self.one)], method
			)

	def test_a_count_is_no_reading(self) -> None:
		count = self.reader.get("/api/method/frappe.desk.reportview.get_count", doctype="Concern", filters=[])
		self.assertEqual((count.data, self.noted(count)), (2, []))

	def test_a_list_of_what_is_assigned_or_tagged_is_no_reading(self) -> None:
		assigned = {
			"reference_type": "Concern",
			"reference_name": self.one,
			"description": "x",
			"allocated_to": self.user,
		}
		todo = frappe.get_doc(doctype="ToDo", **assigned).insert()
		frappe.db.delete("Restricted Read")
		frappe.db.commit()
		for kind in ("ToDo", "Tag Link"):
			self.assertEqual(
				self.noted(self.reader.get(f"/api/resource/{kind}", limit_page_length=0)), [], kind
			)
		frappe.delete_doc("ToDo", todo.name, force=True)
		frappe.db.commit()

	def test_print_and_attachment(self) -> None:
		printed = self.reader.get("/api/method/frappe.www.printview.get_html_and_style", doc="Concern", name=self.one)  # fmt: skip
		self.assertIn((PRINT, self.one), self.noted(printed))
		attached = frappe.get_doc(
			doctype="File", file_name=f"_test-{frappe.generate_hash(length=8)}.txt", content=frappe.generate_hash(),
			is_private=1, attached_to_doctype="Concern", attached_to_name=self.one,
		).insert()  # fmt: skip
		frappe.db.commit()
		self.assertEqual(self.noted(self.reader.get(attached.file_url)), [(FORM, self.one)])

	def test_who_is_refused_has_read_nothing(self) -> None:
		self.assertEqual(self.noted(self.reader.get(f"{LISTING}/{self.closed}"), 403), [])

	def test_the_administrator_of_the_site_is_no_exception(self) -> None:
		administrator = Person("Administrator")
		frappe.db.commit()
		self.assertIn((LIST, self.closed), self.noted(administrator.get(LISTING, limit_page_length=0)))
		self.assertEqual(self.noted(administrator.get(f"{LISTING}/{self.closed}")), [(LIST, self.closed)])
