import frappe
from frappe import _
from frappe.utils import add_to_date, get_datetime, getdate, now_datetime

from vsv_app.services.signals import look_again
from vsv_app.site import learners
from vsv_app.site.documents.learner_document import LearnerDocument
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar

GRACE_MINUTES = 5
"""Clocks of desks and servers differ a little."""


class NotYetTalked(frappe.ValidationError):
	"""A talk that lies ahead."""


class ContactLog(LearnerDocument):
	def validate(self) -> None:
		self.validate_when()
		self.give_next_step_a_day()
		self.note_next_step_done()
		learners.check_same(self.student, ("Early Warning Signal", self.signal), ("Support Plan", self.plan))

	def after_insert(self) -> None:
		"""Somebody was spoken to: what was acknowledged about the learner comes back later."""
		if not self.not_reached:
			store = FrappeStore()
			look_again.follow_up(store, self.student, frappe.session.user, school_now())

	def give_next_step_a_day(self) -> None:
		"""A next step comes back: where no day was said, a school week after the talk; of a talk long ago, a week from now."""
		if not (self.next_step or "").strip() or self.next_step_on or self.next_step_done:
			return
		days, today = calendar.load(FrappeStore()), school_now().date()
		day = days.school_weeks_after(getdate(self.contact_on), 1)
		self.next_step_on = day if day >= today else days.school_weeks_after(today, 1)

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
