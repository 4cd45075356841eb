"""A learner is erased: no text of the records, no name of one, is left anywhere on the site. Every table, every column, every file.

Each kind of record gets a text of its own in all its fields and rows, and everything that Frappe keeps beside a record.
"""

from pathlib import Path
from typing import Any

import frappe
from frappe.core.doctype.file.utils import get_content_hash
from frappe.utils import now_datetime, nowdate

from vsv_app.engine.access.table import OF_A_LEARNER, REFERRING
from vsv_app.site.privacy import personal_data, traces
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase

TEXTS = ("Data", "Small Text", "Text", "Long Text", "Code", "Text Editor", "HTML Editor", "Markdown Editor")
COLUMNS = ("char", "varchar", "text", "mediumtext", "longtext", "tinytext", "json")
TAKEN = ("name", "language", "written_in", "open_key", "fingerprint", "alert_key")


class TestEveryLeaf(CommittedTestCase):
	def setUp(self) -> None:
		frappe.set_user("Administrator")
		self.canary = f"canary{frappe.generate_hash(length=20)}"
		_group, self.student = care.make_learner(date_of_birth=care.ADULT, user=care.make_portal_user())
		_group, self.other = care.make_learner(date_of_birth=care.ADULT)
		self.user = factories.make_user("Care Team Member")
		self.names: list[str] = []

	def make(self, kind: str, **more: Any) -> Any:
		"""A record of a kind as rows: the canary in each text, and in each text of its tables."""
		document = frappe.new_doc(kind)
		self.fill(document, more)
		document.name = f"{self.canary[:16]}-{frappe.generate_hash(length=8)}"
		document.db_insert()
		for table in document.meta.get_table_fields():
			row = frappe.new_doc(table.options)
			self.fill(row, {"parent": document.name, "parenttype": kind, "parentfield": table.fieldname})
			row.db_insert()
		self.names.append(document.name)
		return document

	def fill(self, document: Any, values: dict[str, Any]) -> None:
		for field in document.meta.fields:
			fits = not field.length or field.length >= len(self.canary)
			if field.fieldtype in TEXTS and fits and field.fieldname not in TAKEN:
				document.set(field.fieldname, self.canary)
		for field in document.meta.fields:
			if field.unique:
				document.set(field.fieldname, f"{self.canary[:16]}{frappe.generate_hash(length=8)}")
		document.update(values)

	def add_what_frappe_keeps(self, kind: str, name: str) -> None:
		said = {
			"content": self.canary,
			"subject": self.canary,
			"description": self.canary,
			"data": self.canary,
		}
		pairs = {table: [fields] for table, fields in traces.OF_RECORD.items()}
		for table, of_kind, of_name in traces.references():
			pairs.setdefault(table, []).append((of_kind, of_name))
		pairs.pop("File")
		for table, fields in sorted(pairs.items()):
			for of_kind, of_name in set(fields):
				beside = frappe.new_doc(table)
				self.fill(beside, {of_kind: kind, of_name: name})
				beside.update({key: value for key, value in said.items() if beside.meta.has_field(key)})
				beside.name = frappe.generate_hash(length=10)
				frappe.model.base_document.BaseDocument.db_insert(beside)
				if table in ("ToDo", "Communication"):
					version = frappe.new_doc(
						"Version", ref_doctype=table, docname=beside.name, data=self.canary
					)
					version.name = frappe.generate_hash(length=10)
					version.db_insert()
		file = frappe.get_doc(
			doctype="File", file_name=f"{self.canary}.txt", content=f"{self.canary} {frappe.generate_hash()}", is_private=1,
			attached_to_doctype=kind, attached_to_name=name,
		).insert()  # fmt: skip
		self.hang_again(file)
		frappe.db.sql(
			"insert into __global_search (doctype, name, content, title, route, published) values (%s, %s, %s, %s, '', 0)",
			(kind, name, self.canary, self.canary),
		)
		self.keep_elsewhere(kind, name)

	def hang_again(self, file: Any) -> None:
		"""As a reader could before that was closed: another record of the same address."""
		again = frappe.new_doc(
			"File", file_name=file.file_name, file_url=file.file_url, is_private=1, folder="Home"
		)
		again.update({"name": frappe.generate_hash(length=10), "owner": self.user, "content_hash": get_content_hash(self.canary)})  # fmt: skip
		again.db_insert()

	def keep_elsewhere(self, kind: str, name: str) -> None:
		deleted = {"deleted_doctype": "Comment", "deleted_name": frappe.generate_hash(length=10)}
		copy = {
			"doctype": "Comment",
			"reference_doctype": kind,
			"reference_name": name,
			"content": self.canary,
		}
		for about, data in ((deleted, copy), ({"deleted_doctype": kind, "deleted_name": f"{name}-x"}, {"student": self.student, "what": self.canary})):  # fmt: skip
			one = frappe.new_doc("Deleted Document", **about, data=frappe.as_json(data))
			one.name = frappe.generate_hash(length=10)
			one.db_insert()
		frappe.new_doc("Route History", name=frappe.generate_hash(length=10), user=self.user, route=f"Form/{kind}/{name}").db_insert()  # fmt: skip
		for filters in ([[kind, "name", "=", name]], [[kind, "student", "=", self.student], [kind, "name", "like", f"%{self.canary}%"]]):  # fmt: skip
			frappe.db.sql(
				"insert into __UserSettings (`user`, doctype, data) values (%s, %s, %s)"
				" on duplicate key update data = concat(data, values(data))",
				(self.user, kind, frappe.as_json({"List": {"filters": filters}})),
			)

	def add_what_names_many(self) -> None:
		for kind, values in (
			("Prepared Report", {"report_name": "Overdue", "filters": "{}"}),
			("Data Import", {"reference_doctype": "Student Badge"}),
		):
			document = frappe.new_doc(kind, **values)
			document.name = frappe.generate_hash(length=10)
			document.db_insert()
			frappe.get_doc(
				doctype="File", file_name=f"many-{kind}.txt", content=f"{self.canary} {kind}", is_private=1,
				attached_to_doctype=kind, attached_to_name=document.name,
			).insert()  # fmt: skip
		frappe.get_doc(doctype="File", file_name=f"{traces.COPY}{frappe.generate_hash(length=10)}.json", content=self.canary, is_private=1).insert().db_set("owner", frappe.db.get_value("Student", self.student, "user"))  # fmt: skip

	def found(self, *texts: str) -> list[str]:
		"""Each column and file in which one of the texts stands."""
		like = " or ".join(["concat_ws(' ', {0}) like %s"] * len(texts))
		columns: dict[str, list[str]] = {}
		for table, column, kind in frappe.db.sql(
			"select table_name, column_name, data_type from information_schema.columns where table_schema = database()"
		):
			if kind in COLUMNS:
				columns.setdefault(table, []).append(f"`{column}`")
		found = []
		for table, names in sorted(columns.items()):
			asked = tuple(f"%{text}%" for text in texts)
			if frappe.db.sql(f"select 1 from `{table}` where {like.format(', '.join(names))} limit 1", asked):
				found += [
					f"{table}.{name}" for name in names
					if frappe.db.sql(f"select 1 from `{table}` where {' or '.join([f'{name} like %s'] * len(texts))} limit 1", asked)
				]  # fmt: skip
		for folder in ("private", "public"):
			for path in Path(frappe.get_site_path(folder, "files")).rglob("*"):
				if path.is_file() and any(text.encode() in path.read_bytes() for text in texts):
					found.append(str(path))
		return found

	def test_nothing_is_left_of_an_erased_learner(self) -> None:
		plan = self.make("Support Plan", student=self.student)
		for kind in OF_A_LEARNER:
			record = self.make(kind, student=self.student)
			self.add_what_frappe_keeps(kind, record.name)
		for kind in REFERRING:
			self.make(kind, reference_doctype="Support Plan", reference_name=plan.name)
		self.add_what_names_many()
		theirs = care.make_plan(self.other, cause=f"kept {self.canary[::-1]}")
		letter = frappe.get_doc(doctype="File", file_name="letter.txt", content=f"{self.canary[::-1]}", is_private=1, attached_to_doctype="Support Plan", attached_to_name=theirs.name).insert()  # fmt: skip
		frappe.db.commit()
		self.assertGreater(len(self.found(self.canary)), 60)
		personal_data.erase(self.student)
		frappe.db.commit()
		self.assertEqual(self.found(self.canary, *self.names), [])
		self.assertEqual(frappe.get_doc("File", letter.name).get_content(), self.canary[::-1])
		self.assertTrue(frappe.db.exists("Support Plan", theirs.name))

	def test_what_is_past_its_period_leaves_as_little(self) -> None:
		concern = care.make_concern(self.student, what=self.canary)
		self.names.append(concern.name)
		concern.update({"status": "Closed", "what_was_done": self.canary})
		concern.save()
		concern.add_comment("Comment", self.canary)
		todo = frappe.get_doc(doctype="ToDo", description=self.canary, reference_type="Concern", reference_name=concern.name, allocated_to="Administrator").insert()  # fmt: skip
		todo.description = f"{self.canary} more"
		todo.save()
		frappe.db.set_value("Concern", concern.name, "closed_on", now_datetime().replace(year=2000))
		frappe.db.set_single_value("Early Warning Settings", "concern_days", 30)
		personal_data.retention.clear()
		frappe.db.commit()
		self.assertEqual(self.found(self.canary, concern.name), [])
		self.assertTrue(nowdate())
