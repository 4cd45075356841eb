from frappe.model.document import Document


class SupportPlanAction(Document):
	pass
