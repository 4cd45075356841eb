"""One at a time: what is looked up before something is made must still hold when it is written, also where two requests come at once.

A transaction sees the database as it was when it began. What is read here is read as it is now, and stays so until the end.
"""

from collections.abc import Mapping
from typing import Any

import frappe


def wait_for(doctype: str, name: str | None) -> None:
	"""Wait until nobody else is at work on a record, and keep others waiting until this request has ended."""
	if name:
		frappe.db.get_value(doctype, name, "name", for_update=True)


def found(doctype: str, filters: Mapping[str, Any]) -> str | None:
	"""The name of a record, of one that another request has written meanwhile as well."""
	return frappe.db.get_value(doctype, dict(filters), "name", for_update=True)
