"""Free text of our documents is kept as text: Desk shows many fields as HTML.

Frappe cleans what is saved through a document, but leaves what looks like JSON, such as a tag within quotation marks,
and leaves pictures from elsewhere.
"""

from typing import Any

from vsv_app.engine.plain import plain

MODULE = "VSV App"
WRITTEN_BY_FAMILIES = ("Student Leave Application",)
TEXTS = ("Data", "Small Text", "Text", "Long Text")


def keep(document: Any, _event: str) -> None:
	"""Before a document of ours, or one that the portal makes, is validated."""
	if document.meta.module != MODULE and document.doctype not in WRITTEN_BY_FAMILIES:
		return
	for part in (document, *document.get_all_children()):
		for field in part.meta.get("fields", {"fieldtype": ("in", TEXTS)}):
			value = part.get(field.fieldname)
			if isinstance(value, str) and value != plain(value):
				part.set(field.fieldname, plain(value))
