import frappe
from frappe import _
from frappe.utils import now_datetime

from vsv_app.engine.signals import statutory_reports
from vsv_app.engine.signals.statutory_reports import IllegalReport
from vsv_app.site.documents.learner_document import LearnerDocument
from vsv_app.site.documents.refusals import said


class ReportNotPossible(frappe.ValidationError):
	"""A step that the life of a report does not know, or that lacks something."""


class StatutoryReport(LearnerDocument):
	def validate(self) -> None:
		self.validate_step()
		self.note_step()

	def validate_step(self) -> None:
		before = self.get_doc_before_save()
		if before is None or before.status == self.status:
			return
		try:
			statutory_reports.step(
				before.status,
				self.status,
				what_school_did=self.what_school_did,
				not_needed_because=self.not_needed_because,
			)
		except IllegalReport as illegal:
			frappe.throw(said(illegal.args[0]), exc=ReportNotPossible, title=_("Step Not Possible"))

	def note_step(self) -> None:
		if (
			self.has_value_changed("status")
			and not self.is_new()
			and self.status == statutory_reports.REPORTED
		):
			self.reported_on, self.reported_by = now_datetime(), frappe.session.user
