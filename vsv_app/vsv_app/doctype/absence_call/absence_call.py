from frappe.model.document import Document


class AbsenceCall(Document):
	pass
