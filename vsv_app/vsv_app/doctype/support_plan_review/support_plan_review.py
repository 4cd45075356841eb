from frappe.model.document import Document


class SupportPlanReview(Document):
	pass
