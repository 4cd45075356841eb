import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_to_date, get_datetime, now_datetime

from vsv_app.site import learners

GRACE_MINUTES = 5
"""Clocks of desks and servers differ a little."""


class NotYetTalked(frappe.ValidationError):
	"""A talk that lies ahead."""


class ContactLog(Document):
	def validate(self) -> None:
		self.validate_when()
		learners.check_same(self.student, ("Early Warning Signal", self.signal), ("Support Plan", self.plan))

	def validate_when(self) -> None:
		if get_datetime(self.contact_on) > add_to_date(now_datetime(), minutes=GRACE_MINUTES):
			frappe.throw(
				_("Log a talk after it was held; put plans for one in the support plan."),
				exc=NotYetTalked,
				title=_("Not Yet"),
			)
