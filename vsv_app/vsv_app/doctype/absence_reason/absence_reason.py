from frappe.model.document import Document


class AbsenceReason(Document):
	pass
