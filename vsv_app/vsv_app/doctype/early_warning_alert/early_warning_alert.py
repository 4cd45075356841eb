from frappe.model.document import Document


class EarlyWarningAlert(Document):
	pass
