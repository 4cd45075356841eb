"""A mentor with a learner, and a concern about another that one more person is named to read: where most ways around are tried."""

from typing import Any

import frappe

from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.hooks_alone import without_gate
from vsv_app.tests.rest import Person, RequestsTestCase


class OwnAndOtherTestCase(RequestsTestCase):
	"""`person` is the mentor of `own`, `reader` is named in the restricted `concern` about `other`; the gate is open."""

	def setUp(self) -> None:
		without_gate(self)
		frappe.set_user("Administrator")
		_group, self.own = care.make_learner(date_of_birth=care.ADULT)
		_group, self.other = care.make_learner(date_of_birth=care.ADULT)
		self.mentor = factories.make_user("School Mentor")
		self.named = factories.make_user("Care Team Member")
		factories.make_assignment(self.mentor, student=self.own)
		self.plan: Any = care.make_plan(self.own)
		self.concern: Any = care.make_concern(
			self.other, visibility=RESTRICTED, readers=[{"user": self.named}]
		)
		self.text = f"canary{frappe.generate_hash()}"
		self.person, self.reader = Person(self.mentor), Person(self.named)
		self.guardian = Person(care.make_portal_user())
		frappe.db.commit()
