from frappe.model.document import Document


class SupportPlanSignal(Document):
	pass
