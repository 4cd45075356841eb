from frappe.model.document import Document


class BellSchedule(Document):
	pass
