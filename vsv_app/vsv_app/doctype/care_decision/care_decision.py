from frappe.model.document import Document


class CareDecision(Document):
	pass
