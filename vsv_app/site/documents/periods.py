"""Two dates of a form that make a period; either may be empty."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate


class PeriodReversed(frappe.ValidationError):
	"""It ends before it begins."""


def validate(document: Document, first: str, last: str) -> None:
	"""Refuse a period that ends before it begins; `first` and `last` are its fields. Raises PeriodReversed."""
	begins, ends = document.get(first), document.get(last)
	if begins and ends and getdate(ends) < getdate(begins):
		frappe.throw(
			_("{0} lies before {1}. Change one of them, or leave {0} empty.").format(
				*(_(document.meta.get_label(field)) for field in (last, first))
			),
			exc=PeriodReversed,
			title=_("Period Reversed"),
		)
