"""Threat: the next one at the same computer goes back a page, or finds it in the browser's files."""

import frappe

from vsv_app.site.desk import routes
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase
from vsv_app.tests.rest import Person


class TestBrowserKeepsNothing(CommittedTestCase):
	def test_what_somebody_who_is_signed_in_was_answered(self) -> None:
		frappe.set_user("Administrator")
		_group, student = care.make_learner(date_of_birth=care.ADULT, user=(user := care.make_portal_user()))
		learner, coordinator = Person(user), Person(factories.make_user("Care Team Coordinator"))
		plan = care.make_plan(student, status="Proposed")
		file = frappe.get_doc(
			doctype="File", file_name=f"_test-{frappe.generate_hash(length=8)}.txt", content=frappe.generate_hash(),
			is_private=1, attached_to_doctype="Support Plan", attached_to_name=plan.name,
		).insert()  # fmt: skip
		frappe.db.commit()
		for person, path in (
			(learner, "/family"),
			(learner, "/api/method/vsv_app.api.portal.family.family"),
			(coordinator, file.file_url),
			(coordinator, f"/api/resource/Support Plan/{plan.name}"),
			(coordinator, f"/printview?doctype=Support Plan&name={plan.name}"),
			(coordinator, routes.ROOT),
		):
			answer = person.get(path) if "?" not in path else person._ask("get", path)
			self.assertEqual((answer.status, answer.headers.get("Cache-Control")), (200, "no-store"), path)

	def test_what_everybody_may_see_is_kept_as_before(self) -> None:
		self.assertNotEqual(Person.guest().get("/login").headers.get("Cache-Control"), "no-store")
