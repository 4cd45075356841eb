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
		self.validate_words()
		self.validate_step()
		self.note_step()

	def onload(self) -> None:
		kinds, statuses = self.words_of_the_authority()
		self.set_onload("kinds", kinds)
		self.set_onload("register_statuses", statuses)

	def words_of_the_authority(self) -> list[tuple[str, ...]]:
		"""The kinds of report that it knows, and what its register may say, as the rule lists them."""
		fields = ["report_kinds", "register_statuses"]
		said = frappe.db.get_value("Early Warning Rule", self.rule, fields) or (None, None)
		return [statutory_reports.words_of(lines) for lines in said]

	def validate_words(self) -> None:
		"""Only what somebody changes: a rule may have other words today than when the report was made."""
		if self.is_new():
			return
		try:
			for field, known in zip(("kind", "register_status"), self.words_of_the_authority(), strict=True):
				if self.has_value_changed(field):
					statutory_reports.check_word(self.meta.get_label(field), self.get(field), known)
		except IllegalReport as illegal:
			frappe.throw(said(illegal.args[0]), exc=ReportNotPossible, title=_("Not Known There"))

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
