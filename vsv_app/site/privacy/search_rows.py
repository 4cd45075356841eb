"""Rows of the search over everything: Frappe shows them to whoever may read the kind, whoever's record it is.

So nothing of documents about learners, and of what is written beside them, goes into it.
"""

import frappe
from frappe import _
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.model.document import Document
from frappe.utils import global_search

from vsv_app.engine.access.table import DOCUMENTS, PARENTS

PROPERTY = "in_global_search"
BESIDE = ("ToDo", "File", "Communication", "Student Log", "Student Leave Application")
"""Kinds of Frappe and Education with texts and names about learners; the search would show them to people without a task."""
KEPT_OUT = frozenset((*DOCUMENTS, *PARENTS, *BESIDE))


class NotInSearch(frappe.ValidationError):
	"""A field of a kind about learners that would go into the search over everything."""


def keep_out() -> None:
	"""Take the kinds beside our records out of the search, with what stands in it. Safe to run at any time."""
	fields = {"parent": ("in", BESIDE), PROPERTY: 1}
	for kind, field in frappe.get_all("DocField", fields, ["parent", "fieldname"], as_list=True):
		made = {"doc_type": kind, "field_name": field, "property": PROPERTY}
		if frappe.db.get_value("Property Setter", made, "value") != "0":
			make_property_setter(kind, field, PROPERTY, 0, "Check")
	global_search.sync_global_search()
	frappe.db.delete("__global_search", {"doctype": ("in", sorted(KEPT_OUT))})


def give_back() -> None:
	"""The app goes: Frappe's and Education's own fields are in the search as they were."""
	frappe.db.delete("Property Setter", {"doc_type": ("in", BESIDE), "property": PROPERTY})


def check_setter(setter: Document, _event: str | None = None) -> None:
	"""A changed property of a field."""
	if setter.property == PROPERTY and setter.doc_type in KEPT_OUT and str(setter.value or "0") != "0":
		_refuse()


def check_field(field: Document, _event: str | None = None) -> None:
	"""A field that a school has added."""
	if field.dt in KEPT_OUT and field.get(PROPERTY):
		_refuse()


def _refuse() -> None:
	frappe.throw(
		_("The search over everything asks no right on a record: nothing about learners goes into it."),
		exc=NotInSearch,
		title=_("Not In The Search"),
	)
