from frappe.model.document import Document


class InterventionType(Document):
	pass
