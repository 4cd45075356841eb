from frappe.model.document import Document


class SupportPlanGoal(Document):
	pass
