from frappe.model.document import Document


class Stakeholder(Document):
	pass
