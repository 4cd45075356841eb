import frappe
from frappe import _

from vsv_app.site.documents import one_at_a_time
from vsv_app.site.documents.learner_document import LearnerDocument


class ContestedAlready(frappe.ValidationError):
	"""The same person contests the same record, and waits for an answer."""


class ContestedRecord(LearnerDocument):
	def before_insert(self) -> None:
		one_at_a_time.wait_for("Student Attendance", self.attendance)
		same = {"attendance": self.attendance, "contested_by": self.contested_by, "status": "Open"}
		if self.attendance and one_at_a_time.found(self.doctype, same):
			frappe.throw(
				_("You have contested this already, and wait for an answer. Load the page again."),
				exc=ContestedAlready,
				title=_("Contested Already"),
			)
