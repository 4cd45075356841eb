"""Time fields of new documents: Frappe fills each empty one with the time of day, whatever default the field has."""

from frappe.model.document import Document
from frappe.utils import to_timedelta


def undo_time_of_day(document: Document) -> None:
	"""Give Time fields that Frappe has filled by itself, in the document and its rows, the default that they should have.

	They are told by their microseconds: neither people nor terminals write any.
	"""
	for row in (document, *document.get_all_children()):
		for field in row.meta.get("fields", {"fieldtype": "Time"}):
			value = row.get(field.fieldname)
			if value is not None and to_timedelta(value).microseconds:
				row.set(field.fieldname, field.default or None)
