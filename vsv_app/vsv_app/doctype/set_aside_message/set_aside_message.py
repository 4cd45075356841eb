import frappe
from frappe import _
from frappe.model.document import Document


class TakenOverByHand(frappe.ValidationError):
	"""Only processing a message again takes it over."""


class SetAsideMessage(Document):
	def validate(self) -> None:
		before = self.get_doc_before_save()
		if before is not None and before.status != self.status and self.status == "Taken Over":
			frappe.throw(
				_("A message is taken over by processing it: press Try Again, or dismiss it."),
				exc=TakenOverByHand,
				title=_("Not by Hand"),
			)
