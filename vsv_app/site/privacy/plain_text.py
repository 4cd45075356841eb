"""Free text of our documents, and the names of people, are kept as text: Desk shows many fields as HTML.

Frappe cleans what is saved through a document, but leaves what looks like JSON, such as a tag within quotation marks,
and leaves pictures from elsewhere.
"""

from collections.abc import Callable, Iterable
from typing import Any

from vsv_app.engine.html_escaping import escape_name, escape_tags
from vsv_app.modules import MODULES

WRITTEN_BY_FAMILIES = ("Student Leave Application",)
NAMES = {
	"Student": ("first_name", "middle_name", "last_name", "student_name"),
	"Guardian": ("guardian_name",),
	"User": ("first_name", "middle_name", "last_name", "full_name"),
}
"""What people may write themselves, and our documents, reports and mails repeat."""
TEXTS = ("Data", "Small Text", "Text", "Long Text")


def keep(document: Any, _event: str) -> None:
	"""Before a document of ours, one that the portal makes, or a person is validated."""
	if document.doctype in NAMES:
		_keep(document, NAMES[document.doctype], escape_name)
	elif document.meta.module in MODULES or document.doctype in WRITTEN_BY_FAMILIES:
		for part in (document, *document.get_all_children()):
			_keep(
				part,
				[field.fieldname for field in part.meta.get("fields", {"fieldtype": ("in", TEXTS)})],
				escape_tags,
			)
		_keep(document, filter(None, [document.meta.title_field]), escape_name)


def _keep(part: Any, fields: Iterable[str], kept: Callable[[str], str]) -> None:
	for field in fields:
		value = part.get(field)
		if isinstance(value, str) and value != kept(value):
			part.set(field, kept(value))
