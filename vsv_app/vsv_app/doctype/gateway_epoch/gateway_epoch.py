from frappe.model.document import Document


class GatewayEpoch(Document):
	pass
