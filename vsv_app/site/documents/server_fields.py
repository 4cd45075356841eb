"""Fields and names of rows that the server alone writes. Frappe's read-only is a matter of forms: its API takes what it is sent."""

from frappe.model.document import Document

from vsv_app.site.documents import child_rows


def clear(document: Document, keep: tuple[str, ...] = ()) -> None:
	"""Give read-only fields of a new document their defaults, whatever was sent along."""
	for field in document.meta.get("fields", {"read_only": 1}):
		if field.fieldname not in keep and not field.fetch_from:
			document.set(field.fieldname, field.default or None)


def restore(document: Document, keep: tuple[str, ...] = ()) -> None:
	"""Give read-only fields of a stored document the values that are stored, and new rows names of their own."""
	child_rows.name_anew(document)
	before = document.get_doc_before_save()
	if before is None:
		return
	for field in document.meta.get("fields", {"read_only": 1}):
		if field.fieldname not in keep:
			document.set(field.fieldname, before.get(field.fieldname))
