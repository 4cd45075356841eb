from frappe.model.document import Document


class AbsenceReason(Document):
	def validate(self) -> None:
		self.reason_code = (self.reason_code or "").strip() or None
