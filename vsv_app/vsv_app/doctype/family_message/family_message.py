import frappe
from frappe.utils import now_datetime

from vsv_app.site.documents import server_fields
from vsv_app.site.documents.learner_document import LearnerDocument


class FamilyMessage(LearnerDocument):
	def before_validate(self) -> None:
		server_fields.restore(self)

	def validate(self) -> None:
		self.note_answer()

	def note_answer(self) -> None:
		if (self.answer or "").strip() and self.has_value_changed("answer"):
			self.status = "Answered"
			self.answered_by, self.answered_on = frappe.session.user, now_datetime()
