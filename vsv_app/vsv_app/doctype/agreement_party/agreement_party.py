from frappe.model.document import Document


class AgreementParty(Document):
	pass
