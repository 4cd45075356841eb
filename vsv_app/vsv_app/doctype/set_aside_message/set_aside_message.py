from frappe.model.document import Document


class SetAsideMessage(Document):
	pass
