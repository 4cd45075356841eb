from frappe.model.document import Document


class EarlyWarningEvidence(Document):
	pass
