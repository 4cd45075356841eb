import frappe
from frappe import _
from frappe.utils import add_to_date, get_datetime, now_datetime

from vsv_app.services.signals import look_again
from vsv_app.site import learners
from vsv_app.site.documents.learner_document import LearnerDocument
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore

GRACE_MINUTES = 5
"""Clocks of desks and servers differ a little."""


class NotYetTalked(frappe.ValidationError):
	"""A talk that lies ahead."""


class ContactLog(LearnerDocument):
	def validate(self) -> None:
		self.validate_when()
		self.note_next_step_done()
		learners.check_same(self.student, ("Early Warning Signal", self.signal), ("Support Plan", self.plan))

	def after_insert(self) -> None:
		"""Somebody was spoken to: what was acknowledged about the learner comes back later."""
		if not self.not_reached:
			store = FrappeStore()
			look_again.follow_up(store, self.student, frappe.session.user, school_now())

	def note_next_step_done(self) -> None:
		if not self.next_step_done:
			self.next_step_done_on = self.next_step_done_by = None
		elif not self.next_step_done_on:
			self.next_step_done_on, self.next_step_done_by = now_datetime(), frappe.session.user

	def validate_when(self) -> None:
		if get_datetime(self.contact_on) > add_to_date(now_datetime(), minutes=GRACE_MINUTES):
			frappe.throw(
				_("Log a talk after it was held; put plans for one in the support plan."),
				exc=NotYetTalked,
				title=_("Not Yet"),
			)
