"""Linked records: files, comments, earlier versions and deleted copies that Frappe keeps beside a record. Each tells what the record tells.

To Frappe, whoever administers a site may read all of it, whether the record is for them or not.
"""

from typing import Any

import frappe
from frappe.model.document import Document

from vsv_app.engine.access.table import ABOUT_LEARNERS
from vsv_app.site.access import permission_hooks
from vsv_app.site.access.permission_hooks import EVERYBODY, NOBODY
from vsv_app.site.access.record_references import OF_RECORD


def listed(user: str | None = None, doctype: str = "") -> str:
	"""SQL condition: nothing of records about learners, unless of those that the user may read."""
	user = user or frappe.session.user
	if user == "Administrator":
		return EVERYBODY
	of_kind, of_name = (f"`tab{doctype}`.{field}" for field in OF_RECORD[doctype])
	kinds = ", ".join(frappe.db.escape(kind) for kind in ABOUT_LEARNERS)
	conditions = [f"coalesce({of_kind}, '') not in ({kinds})"]
	for kind in ABOUT_LEARNERS:
		if (readable := permission_hooks.listed(user, kind)) != NOBODY:
			names = f"select name from `tab{kind}` where {readable or '1=1'}"  # noqa: S608 escaped in listed
			conditions.append(f"({of_kind} = {frappe.db.escape(kind)} and {of_name} in ({names}))")
	return f"({' or '.join(conditions)})"


def allowed(doc: Document, ptype: str = "read", user: str | None = None, **_more: Any) -> bool:
	"""Whether the user may read the record that something is of; on other records Frappe's own rights say."""
	user = user or frappe.session.user
	kind, name = (doc.get(field) for field in OF_RECORD[doc.doctype])
	if user == "Administrator" or kind not in ABOUT_LEARNERS:
		return True
	return bool(
		name and frappe.db.exists(kind, name) and frappe.has_permission(kind, "read", doc=name, user=user)
	)
