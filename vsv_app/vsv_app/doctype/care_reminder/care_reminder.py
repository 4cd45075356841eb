from frappe.model.document import Document


class CareReminder(Document):
	pass
