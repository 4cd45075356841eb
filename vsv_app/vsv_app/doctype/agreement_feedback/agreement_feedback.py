from frappe.model.document import Document


class AgreementFeedback(Document):
	pass
