from frappe.model.document import Document


class ContestedRecord(Document):
	pass
