from frappe.model.document import Document


class SupportPlanMember(Document):
	pass
