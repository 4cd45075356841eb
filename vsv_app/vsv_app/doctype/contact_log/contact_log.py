import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_to_date, get_datetime, now_datetime

GRACE_MINUTES = 5
"""Clocks of desks and servers differ a little."""


class NotYetTalked(frappe.ValidationError):
	"""A talk that lies ahead."""


class OtherLearner(frappe.ValidationError):
	"""A signal or plan about somebody else."""


class ContactLog(Document):
	def validate(self) -> None:
		self.validate_when()
		self.validate_same_learner()

	def validate_when(self) -> None:
		if get_datetime(self.contact_on) > add_to_date(now_datetime(), minutes=GRACE_MINUTES):
			frappe.throw(
				_("Log a talk after it was held; put plans for one in the support plan."),
				exc=NotYetTalked,
				title=_("Not Yet"),
			)

	def validate_same_learner(self) -> None:
		for doctype, name in (("Early Warning Signal", self.signal), ("Support Plan", self.plan)):
			if name and frappe.db.get_value(doctype, name, "student") != self.student:
				frappe.throw(
					_("{0} {1} is about another learner.").format(_(doctype), name),
					exc=OtherLearner,
					title=_("Another Learner"),
				)
