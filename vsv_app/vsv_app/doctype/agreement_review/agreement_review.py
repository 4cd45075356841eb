from frappe.model.document import Document


class AgreementReview(Document):
	pass
