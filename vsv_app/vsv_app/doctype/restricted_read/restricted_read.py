from frappe.model.document import Document


class RestrictedRead(Document):
	pass
