from frappe.model.document import Document


class EarlyWarningSignal(Document):
	pass
