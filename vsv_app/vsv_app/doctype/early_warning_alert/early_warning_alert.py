import frappe
from frappe.model.document import Document


class EarlyWarningAlert(Document):
	def after_insert(self) -> None:
		self.refresh_open_boards()

	def refresh_open_boards(self) -> None:
		"""A board that its reader has open asks anew; what about is not said on the wire."""
		frappe.publish_realtime("vsv_signal", user=self.recipient, after_commit=True)
