"""Threat: a method on the gate's allow-list does not ask who may see a record.

Each of them is called on a plan by somebody who has the right to plans of other learners, and by who may: nothing of the plan
comes back to the first, and nothing changes.
"""

import importlib
import json
from typing import Any

import frappe
from frappe.core.doctype.prepared_report.prepared_report import create_json_gz_file
from frappe.utils import nowdate

from vsv_app.engine.access.gate import desk
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase
from vsv_app.tests.rest import Answer, Person
from vsv_app.tests.security.gate_proofs import (
	BUT_REFUSED,
	COORDINATOR,
	FROM_16,
	KIND,
	MANAGER,
	PROOFS,
	REFUSED_BY_16,
	UP_TO_15,
	Proof,
)  # fmt: skip

OK = 200
FRAPPE = int(frappe.__version__.split(".")[0])
PAGE = "page:"
ACADEMICS = "academics"
KEPT_ABOUT_IT = (
	("Comment", "reference_doctype", "reference_name"),
	("ToDo", "reference_type", "reference_name"),
	("File", "attached_to_doctype", "attached_to_name"),
	("Tag Link", "document_type", "document_name"),
	("DocShare", "share_doctype", "share_name"),
	("Reminder", "reminder_doctype", "reminder_docname"),
)
MADE = ("Comment", "Report", "Kanban Board", "Dashboard Chart", "Number Card", "Prepared Report", "Auto Email Report",
	"User Permission", "Communication", "ToDo", "Tag", "Tag Link", "Custom DocPerm", "Program Enrollment", "Reminder", "Print Format", "Translation", "File", "Dashboard Settings", "List View Settings", "Property Setter")  # fmt: skip


class TestEveryWay(CommittedTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.maxDiff = None
		cls.made = {doctype: set(frappe.get_all(doctype, pluck="name")) for doctype in MADE}
		cls.text = f"canary{frappe.generate_hash(length=12)}"
		cls.group, cls.other = care.make_learner(date_of_birth=care.ADULT, student_name=f"_Test {cls.text}")
		frappe.db.set_value(
			"Student Group Student", {"parent": cls.group}, "student_name", f"_Test {cls.text}"
		)
		_group, cls.own = care.make_learner(date_of_birth=care.ADULT)
		cls.mentor = factories.make_user("School Mentor")
		factories.make_assignment(cls.mentor, student=cls.own)
		cls.coordinator = factories.make_user(
			"Care Team Coordinator", "Dashboard Manager", "Report Manager", "Prepared Report User"
		)
		cls.users = {COORDINATOR: cls.coordinator, MANAGER: factories.make_user("System Manager"), ACADEMICS: factories.make_user("Academics User"), "administrator": factories.make_user("Early Warning Administrator")}  # fmt: skip
		cls.people = {name: Person(user) for name, user in cls.users.items()}
		cls.outsider = Person(cls.mentor)
		cls.plan = care.make_plan(cls.other, cause=cls.text, strengths=cls.text).name
		cls.mine = {cls.mentor: care.make_plan(cls.own).name, **dict.fromkeys(cls.users.values(), cls.plan)}
		cls.make_what_hangs_on_it()
		cls.make_what_education_keeps()
		frappe.db.commit()

	@classmethod
	def make_what_hangs_on_it(cls) -> None:
		of_plan = {"attached_to_doctype": KIND, "attached_to_name": cls.plan}
		cls.file = frappe.get_doc(doctype="File", file_name=f"{cls.text}.txt", content=cls.text, is_private=1, **of_plan).insert().name  # fmt: skip
		frappe.set_user(cls.coordinator)
		cls.comment = frappe.get_doc(
			doctype="Comment", comment_type="Comment", reference_doctype=KIND, reference_name=cls.plan, content=cls.text,
		).insert(ignore_permissions=True).name  # fmt: skip
		frappe.set_user("Administrator")

	@classmethod
	def make_what_education_keeps(cls) -> None:
		account = factories.make_user()
		cls.guardian = care.make_guardian(cls.other, email_address=account)
		cls.year = factories.make_academic_year()
		enrolled = frappe.get_doc(
			doctype="Program Enrollment", student=cls.other, student_name=f"_Test {cls.text}", program=factories.make_program(),
			academic_year=cls.year, enrollment_date=nowdate(),
		)  # fmt: skip
		enrolled.name, enrolled.docstatus = frappe.generate_hash(length=10), 1
		enrolled.db_insert()

	@classmethod
	def tearDownClass(cls) -> None:
		frappe.db.rollback()
		for doctype, known in cls.made.items():
			fresh = sorted(set(frappe.get_all(doctype, pluck="name")) - known) or [""]
			frappe.db.delete(doctype, {"name": ("in", fresh)})
		frappe.db.commit()
		frappe.clear_cache()
		super().tearDownClass()

	def test_each_has_a_proof(self) -> None:
		self.assertEqual(set(desk.WAYS) - set(PROOFS), set(), "on the list, and not proven")
		self.assertEqual(set(PROOFS) - set(desk.WAYS), set(), "proven, and not on the list")

	def test_each_stands_in_this_version_of_frappe_or_is_declared_to_stand_in_the_other(self) -> None:
		missing = {method for method in PROOFS if not method.startswith(PAGE) and not is_there(method)}
		self.assertEqual(missing, set(FROM_16 if FRAPPE == 15 else UP_TO_15))

	def test_nothing_of_a_plan_comes_back_to_who_may_not_read_it(self) -> None:
		for method, proof in PROOFS.items():
			with self.subTest(method):
				before = self.what_there_is()
				answer = self.call(self.outsider, method, proof)
				self.assertNotIn(self.text, json.dumps(answer.body, default=str), (method, answer.status))
				self.assertEqual(self.what_there_is(), before, (method, answer.status))

	def test_it_works_for_who_may(self) -> None:
		refused = BUT_REFUSED if FRAPPE == 15 else BUT_REFUSED | REFUSED_BY_16
		for method, proof in PROOFS.items():
			if method in (FROM_16 if FRAPPE == 15 else UP_TO_15):
				continue
			with self.subTest(method):
				answer = self.call(self.people[proof.by], method, proof)
				body = json.dumps(answer.body, default=str)
				self.assertNotIn("NotThisWay", body, method)
				if method not in refused:
					self.assertEqual(answer.status, OK, (method, body[-900:]))
				if proof.shows:
					self.assertIn(self.text, body, (method, body[:600]))

	def what_there_is(self) -> tuple[Any, ...]:
		"""The plan as it is stored, and what Frappe keeps about it."""
		frappe.db.rollback()
		plan = frappe.get_doc(KIND, self.plan).as_dict(convert_dates_to_str=True)
		about = [
			frappe.db.count(doctype, {kind: KIND, name: self.plan}) for doctype, kind, name in KEPT_ABOUT_IT
		]
		plans = frappe.db.count(KIND)
		files = frappe.db.count("File", {"file_name": ("like", f"%{self.text}%")})
		return plan, about, plans, files

	def call(self, person: Person, method: str, proof: Proof) -> Answer:
		of = self.stands_for(person)
		path = self.filled(proof.path, of) or f"/api/method/{method}"
		args = self.filled(proof.args, of)
		if proof.verb == "delete":
			return person.delete(path)
		return getattr(person, proof.verb)(path, **args)

	def stands_for(self, person: Person) -> dict[str, str]:
		frappe.db.rollback()
		return {
			"{plan}": self.plan,
			"{mine}": self.mine[person.user],
			"{other}": self.other,
			"{group}": self.group,
			"{guardian}": self.guardian,
			"{year}": self.year,
			"{text}": self.text,
			"{new}": f"{self.text} again",
			"{comment}": self.comment,
			"{file}": self.file,
			"{coordinator}": self.coordinator,
			"{self}": person.user,
			"{today}": nowdate(),
			"{prepared}": self.prepared(),
			"{mail}": self.mailed(),
		}

	def prepared(self) -> str:
		"""A report that somebody else prepared: figures of learners, in a file."""
		if not hasattr(type(self), "_prepared"):
			name = frappe.generate_hash(length=10)
			frappe.get_doc(doctype="Prepared Report", name=name, report_name="Overdue", status="Completed", filters="{}").db_insert()  # fmt: skip
			frappe.db.set_value("Prepared Report", name, "owner", self.coordinator)
			# Long, since Frappe 16 reads a short file that is packed as a text of Windows, and then cannot unpack it.
			told = {"result": [self.text], "columns": [], "message": frappe.generate_hash(length=4000)}
			create_json_gz_file(told, "Prepared Report", name, "Overdue")
			frappe.db.commit()
			type(self)._prepared = name
		return str(type(self)._prepared)

	def mailed(self) -> str:
		"""A report that is mailed with the rights of a coordinator."""
		if not hasattr(type(self), "_mailed"):
			mail = frappe.get_doc(
				doctype="Auto Email Report", report="Overdue", user=self.coordinator, email_to="x@school.example",
				frequency="Daily", format="CSV", enabled=0, report_type="Script Report",
			)  # fmt: skip
			mail.name = frappe.generate_hash(length=10)
			mail.db_insert()
			frappe.db.commit()
			type(self)._mailed = mail.name
		return str(type(self)._mailed)

	def filled(self, said: Any, of: dict[str, str]) -> Any:  # noqa: PLR0911 one for each form
		"""Arguments with what stands for the records put in; {"{json}": ...} is sent as text, {"{whole}": ...} as a changed plan."""
		if isinstance(said, str):
			if "{fresh}" in said:
				_group, learner = care.make_learner(date_of_birth=care.ADULT)
				frappe.db.commit()
				said = said.replace("{fresh}", learner)
			if said.startswith("{modified of "):
				return frappe.db.get_singles_dict(said.removeprefix("{modified of ").rstrip("}")).get(
					"modified"
				)
			for sign, value in of.items():
				said = said.replace(sign, value)
			return said
		if isinstance(said, list):
			return [self.filled(one, of) for one in said]
		if not isinstance(said, dict):
			return said
		if "{json}" in said:
			return json.dumps(self.filled(said["{json}"], of))
		if "{whole}" in said:
			plan = frappe.get_doc(KIND, self.plan).as_dict(convert_dates_to_str=True)
			return json.dumps({**plan, **self.filled(said["{whole}"], of)}, default=str)
		return {name: self.filled(value, of) for name, value in said.items()}


def is_there(path: str) -> bool:
	"""Whether this version has the function, or the method of a document, of that name."""
	parts = path.split(".")
	for at in range(len(parts) - 1, 0, -1):
		try:
			found: Any = importlib.import_module(".".join(parts[:at]))
		except ImportError:
			continue
		for name in parts[at:]:
			found = getattr(found, name, None)
		return found is not None
	return False
