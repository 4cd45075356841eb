from frappe.model.document import Document


class AgreementIndicator(Document):
	pass
