from frappe.model.document import Document


class GuardianText(Document):
	pass
