from frappe.model.document import Document


class BellScheduleSession(Document):
	pass
