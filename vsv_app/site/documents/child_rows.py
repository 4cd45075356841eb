"""Rows of child tables: written with their document and never by themselves, and named by the server alone.

Frappe's API takes a row as a document of its own, whose parent then has nothing to say; and it believes the name that a
row is sent under, so that a made-up one is written nowhere and another document's is taken from there.
"""

import frappe
from frappe import _
from frappe.model.document import Document


class WrittenAlone(frappe.PermissionError):
	"""A row of a document that somebody writes or deletes by itself."""


class Row(Document):
	"""A row that only its document writes, and whose document says who may read it. Frappe asks no event where the document does."""

	@property
	def parent_doc(self) -> Document | None:
		"""The document; of a row that is opened by itself Frappe knows none, and asks for the right on the kind alone."""
		known = Document.parent_doc.fget(self)
		if known is None and self.parent and self.parenttype and not self.is_new():
			return frappe.get_doc(self.parenttype, self.parent)
		return known

	@parent_doc.setter
	def parent_doc(self, document: object) -> None:
		Document.parent_doc.fset(self, document)

	def validate(self) -> None:
		self.refuse()

	def on_trash(self) -> None:
		self.refuse()

	def refuse(self) -> None:
		frappe.throw(
			_("This row belongs to a document. Change that one instead."),
			exc=WrittenAlone,
			title=_("Not By Itself"),
		)


def name_anew(document: Document) -> None:
	"""Each row that is not stored in this document is a new one, whatever name it was sent under; so is a second of a name."""
	before = document.get_doc_before_save()
	for table in document.meta.get_table_fields():
		stored = {row.name for row in before.get(table.fieldname)} if before else set()
		for row in document.get(table.fieldname):
			if row.name in stored:
				stored.remove(row.name)
			else:
				row.name = None
				row.set("__islocal", 1)
