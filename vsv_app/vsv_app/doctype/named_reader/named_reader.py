from frappe.model.document import Document


class NamedReader(Document):
	pass
