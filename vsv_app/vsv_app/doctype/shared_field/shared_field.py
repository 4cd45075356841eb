from frappe.model.document import Document


class SharedField(Document):
	pass
