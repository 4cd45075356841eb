from frappe.model.document import Document


class EarlyWarningRuleCondition(Document):
	pass
