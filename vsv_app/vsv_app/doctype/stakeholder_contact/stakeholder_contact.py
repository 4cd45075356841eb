from frappe.model.document import Document


class StakeholderContact(Document):
	pass
