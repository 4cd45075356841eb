"""Threat: somebody of the office writes a program into a text that Frappe takes for a template, and reads every record by it.

The names of kinds are put together in it, so that nothing of what is sent names one.
"""

from typing import Any

import frappe

from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.site.access.gate import templates
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase
from vsv_app.tests.rest import Answer, Person

OK = 200
PROGRAM = '{{ frappe.get_all("Con" ~ "cern", fields=["what"]) }}'
IN_HTML = tuple(f"<div>{start}{PROGRAM[2:]}</div>" for start in ("{<script></script>{", "{<!-- x -->{", "&#123;&#123;", "{<x>{", "{&shy;{", "&lbrace;{"))  # fmt: skip
"""What cleaning a text may make the program of."""
KINDS = ("Terms and Conditions", "Contract Template", "Web Page", "Sales Invoice")
FIELDS_ALONE = """Dear {{ doc.customer_name or _("family") }}, {% if doc.rows|length > 1 %}{% for item in doc.rows %}{{ item.item_name }}:
{{ item.get_formatted("rate") }}{% endfor %}{% endif %} due {{ frappe.utils.formatdate(doc.due_date) }} {{ frappe.format_date(doc.due_date) }}"""


class TestProgramsInTexts(CommittedTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.before |= {kind: set(frappe.get_all(kind, pluck="name")) for kind in KINDS}
		cls.text = f"canary{frappe.generate_hash(length=10)}"
		_group, student = care.make_learner(date_of_birth=care.ADULT)
		reader = factories.make_user("Care Team Member")
		care.make_concern(student, what=cls.text, visibility=RESTRICTED, readers=[{"user": reader}])
		cls.office = Person(factories.make_user("Sales Master Manager", "Sales Manager", "Accounts Manager", "Accounts User", "Website Manager"))  # fmt: skip
		cls.manager = Person(factories.make_user("System Manager", "Sales Master Manager"))
		frappe.db.commit()

	def refused(self, answer: Answer) -> None:
		said = str(answer.body)
		self.assertNotEqual(answer.status, OK, said[:500])
		self.assertIn("ProgramInText", said)
		self.assertNotIn(self.text, said)

	def terms(self, person: Person, terms: str) -> Answer:
		title = f"_Test {frappe.generate_hash(length=8)}"
		return person.post("/api/resource/Terms and Conditions", title=title, terms=terms, selling=1)

	def rendered(self, person: Person, name: str) -> Answer:
		method = "erpnext.setup.doctype.terms_and_conditions.terms_and_conditions.get_terms_and_conditions"
		return person.call(method, template_name=name, doc='{"doc": {"customer_name": "Jansen", "rows": []}}')

	def test_none_is_stored(self) -> None:
		for text in (PROGRAM, "{% set x = doc.db_set('a', 1) %}", "{{ frappe.get_doc("):
			with self.subTest(text):
				self.refused(self.terms(self.office, text))
		page: dict[str, Any] = {
			"title": "_Test",
			"route": "_test-program",
			"dynamic_template": 1,
			"published": 1,
		}
		self.refused(self.office.post("/api/resource/Web Page", **page, content_type="HTML", main_section_html=PROGRAM))  # fmt: skip
		contract = {"title": f"_Test {frappe.generate_hash(length=8)}", "contract_terms": PROGRAM}
		self.refused(self.office.call("frappe.client.insert", doc={"doctype": "Contract Template", **contract}))  # fmt: skip

	def test_none_comes_of_cleaning_a_text(self) -> None:
		for text in IN_HTML:
			with self.subTest(text):
				answer = self.terms(self.office, text)
				if answer.status == OK:
					self.assertNotIn(self.text, str(self.rendered(self.office, answer.data["name"]).body))
				else:
					self.refused(answer)

	def test_none_is_run_without_being_stored(self) -> None:
		preview = "frappe.automation.doctype.auto_repeat.auto_repeat.generate_message_preview"
		for values in ({"message": PROGRAM}, {"message": "x", "subject": PROGRAM}):
			answer = self.office.call(preview, reference_dt="User", reference_doc=self.office.user, **values)
			self.refused(answer)
		docs = frappe.as_json({"doctype": "Contract Template", "title": "x", "contract_terms": PROGRAM})
		self.refused(self.office.post("/api/method/run_doc_method", docs=docs, method="validate"))

	def test_fields_and_formats_are_everybodys(self) -> None:
		answer = self.terms(self.office, FIELDS_ALONE)
		self.assertEqual(answer.status, OK, str(answer.body)[:800])
		self.assertIn("Dear Jansen", str(self.rendered(self.office, answer.data["name"]).body))

	def test_who_administers_the_site_writes_one_and_the_office_keeps_it(self) -> None:
		answer = self.terms(self.manager, '{{ frappe.db.get_value("Company", {}, "name") }}')
		self.assertEqual(answer.status, OK, str(answer.body)[:800])
		path = f"/api/resource/Terms and Conditions/{answer.data['name']}"
		self.assertEqual(self.office.put(path, disabled=1).status, OK)
		self.refused(self.office.put(path, terms=PROGRAM))

	def test_what_is_plain(self) -> None:
		for text in ("", "{{ doc.name }}", FIELDS_ALONE, "{{ x | map(attribute='y') | join(', ') }}", "a {{ smile", "{# {{ #}"):  # fmt: skip
			self.assertTrue(templates.is_plain(text), text)
		for text in (
			"{{ frappe['get_all']('x') }}",
			"{% set frappe = {'format': frappe.get_all} %}{{ frappe.format('x') }}",
			"{% set _ = frappe.get_all %}{{ _('x') }}",
			"{% for frappe in [{'format': frappe.get_all}] %}{{ frappe.format('x') }}{% endfor %}",
			"{% macro m(frappe) %}{{ frappe.format('x') }}{% endmacro %}",
			"{% with frappe = frappe.db %}{{ frappe.format('x') }}{% endwith %}",
			"{{ frappe.get('get_all')('x') }}",
			"{{ doc.get('x')('y') }}",
			"{% include 'templates/x.html' %}",
			"{% call frappe.get_all('x') %}{% endcall %}",
			"{{ doc.reload() }}",
			"{% if frappe.db.sql('x') %}{% endif %}",
		):
			self.assertFalse(templates.is_plain(text), text)
