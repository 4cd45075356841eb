from frappe.model.document import Document


class EarlyWarningRule(Document):
	pass
