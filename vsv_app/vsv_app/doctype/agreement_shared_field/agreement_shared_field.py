from frappe.model.document import Document


class AgreementSharedField(Document):
	pass
