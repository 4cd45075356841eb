from frappe.model.document import Document


class MentorAssignment(Document):
	pass
