import frappe
from frappe import _
from frappe.utils import getdate

from vsv_app.site.documents.learner_document import LearnerDocument


class PeriodNotPossible(frappe.ValidationError):
	"""A circumstance that ends before it begins."""


class LearnerCircumstance(LearnerDocument):
	def validate(self) -> None:
		if self.to_date and getdate(self.to_date) < getdate(self.from_date):
			frappe.throw(
				_("It ends before it begins. Change one of the two dates."),
				exc=PeriodNotPossible,
				title=_("Dates Not Possible"),
			)
