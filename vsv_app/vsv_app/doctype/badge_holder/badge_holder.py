from frappe.model.document import Document


class BadgeHolder(Document):
	pass
