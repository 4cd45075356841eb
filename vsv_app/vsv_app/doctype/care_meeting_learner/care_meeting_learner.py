import frappe
from frappe import _

from vsv_app.site.documents import one_at_a_time
from vsv_app.site.documents.learner_document import LearnerDocument


class OnAgendaAlready(frappe.ValidationError):
	"""A learner who is on the agenda of this meeting."""


class CareMeetingLearner(LearnerDocument):
	def before_insert(self) -> None:
		one_at_a_time.wait_for("Care Meeting", self.meeting)
		if one_at_a_time.found(self.doctype, {"meeting": self.meeting, "student": self.student}):
			frappe.throw(
				_("{0} is on the agenda of this meeting already. Load the page again.").format(
					frappe.bold(frappe.utils.escape_html(self.student_name or self.student))
				),
				exc=OnAgendaAlready,
				title=_("On The Agenda"),
			)
