from frappe.model.document import Document


class AttendanceTerminal(Document):
	pass
