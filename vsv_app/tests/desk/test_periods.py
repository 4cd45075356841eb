"""A period on a form that ends before it begins is refused, by the names that the form gives its dates."""

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from vsv_app.site.documents.periods import PeriodReversed
from vsv_app.tests import factories

TODAY, YESTERDAY = nowdate(), add_days(nowdate(), -1)


class TestPeriods(FrappeTestCase):
	def tearDown(self) -> None:
		frappe.db.rollback()

	def test_it_does_not_end_before_it_begins(self) -> None:
		group, (student, *_others) = factories.make_group()
		mentor = factories.make_user("School Mentor")
		for make, first, last in (
			(
				lambda **data: factories.make_assignment(mentor, student=student, **data),
				"from_date",
				"to_date",
			),
			(lambda **data: factories.make_badge(student, **data), "valid_from", "valid_to"),
			(
				lambda **data: factories.make_bell_schedule(student_group=group, **data),
				"valid_from",
				"valid_to",
			),
		):
			with self.assertRaisesRegex(PeriodReversed, "^.+ lies before .+, or leave .+ empty"):
				make(**{first: TODAY, last: YESTERDAY})
			make(**{first: TODAY, last: TODAY})
