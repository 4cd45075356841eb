from frappe.model.document import Document


class AttendanceGateway(Document):
	pass
