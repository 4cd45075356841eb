from frappe.model.document import Document


class AttendanceHold(Document):
	pass
