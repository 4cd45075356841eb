"""What each kind of document about a learner is on a site."""

import frappe
from frappe.model.document import Document


class LearnerDocument(Document):
	"""A document about a learner: who may read it is looked at record by record."""

	no_feed_on_delete = True
	"""Else Frappe writes down which one was deleted, for everybody who looks at what was done on the site."""

	def notify_update(self) -> None:
		"""Tell whoever has this document open that it has changed.

		To open lists Frappe tells name, time and who it was of each document, and asks no more than the right on the kind.
		"""
		if frappe.flags.in_patch:
			return
		changed = {"modified": self.modified, "doctype": self.doctype, "name": self.name}
		frappe.publish_realtime(
			"doc_update", changed, doctype=self.doctype, docname=self.name, after_commit=True
		)
