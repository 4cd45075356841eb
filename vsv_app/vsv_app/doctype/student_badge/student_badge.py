from frappe.model.document import Document


class StudentBadge(Document):
	pass
