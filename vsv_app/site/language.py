"""Saying things in the language of whoever reads them."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe


@contextmanager
def in_language(language: str | None) -> Iterator[None]:
	"""Say things in a person's language, or in the site's where none is set."""
	before = frappe.local.lang
	frappe.local.lang = language or frappe.db.get_single_value("System Settings", "language") or "en"
	try:
		yield
	finally:
		frappe.local.lang = before
