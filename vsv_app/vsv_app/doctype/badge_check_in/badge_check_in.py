from frappe.model.document import Document


class BadgeCheckIn(Document):
	pass
