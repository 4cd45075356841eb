from frappe.model.document import Document


class BellScheduleException(Document):
	pass
