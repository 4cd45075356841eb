from frappe.model.document import Document


class EarlyWarningSettings(Document):
	pass
