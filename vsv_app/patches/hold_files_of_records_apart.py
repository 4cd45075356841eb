"""Files of records about learners that lie where other file records lead to, belong to who hung them there, or are known by what they hold."""

import frappe

from vsv_app.engine.access.table import ABOUT_LEARNERS
from vsv_app.site.access import attachments

FIELDS = ["name", "file_url", "file_size", "attached_to_doctype", "creation"]
BY_ADDRESS = 0
"""The size of a file record that somebody made from the address of another."""


def execute() -> None:
	hung = frappe.get_all("File", {"attached_to_doctype": ("in", ABOUT_LEARNERS), "is_folder": 0}, FIELDS, order_by="creation")  # fmt: skip
	for row in hung:
		others = frappe.get_all("File", {"file_url": row.file_url, "name": ("!=", row.name)}, FIELDS)
		kept = [one for one in others if not _made_from(one, row)]
		frappe.db.delete("File", {"name": ("in", [one.name for one in others if one not in kept] or [""])})
		attachments.hold_apart(row.name, copy=bool(kept))


def _made_from(other: dict, file: dict) -> bool:
	"""Whether a file record elsewhere was made from this one's address, later and without the file itself."""
	return (
		other.attached_to_doctype not in ABOUT_LEARNERS
		and (other.file_size or BY_ADDRESS) == BY_ADDRESS
		and other.creation > file.creation
	)
