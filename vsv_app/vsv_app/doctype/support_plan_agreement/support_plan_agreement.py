from frappe.model.document import Document


class SupportPlanAgreement(Document):
	pass
