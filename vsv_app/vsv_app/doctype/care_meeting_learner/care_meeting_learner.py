from frappe.model.document import Document


class CareMeetingLearner(Document):
	pass
