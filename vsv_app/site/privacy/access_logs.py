"""Frappe's log of prints and exports: that it happened, and not what was printed or asked for.

It keeps the whole page of a PDF and the values of filters, for whoever administers the site to read.
"""

from typing import Any

from frappe.core.doctype.access_log import access_log

from vsv_app.engine.access.gate.portal import OF_EDUCATION
from vsv_app.engine.access.table import DOCUMENTS, PARENTS
from vsv_app.site.access.report_runs import is_ours

KINDS = frozenset((*DOCUMENTS, *PARENTS, *OF_EDUCATION))
TEXTS = ("page", "filters", "columns")
"""What quotes learners: who, when, which kind and which document stay."""


class AccessLog(access_log.AccessLog):
	"""As Frappe's, without texts about learners."""

	def db_insert(self, *args: Any, **kwargs: Any) -> None:
		self.leave_out_texts()
		super().db_insert(*args, **kwargs)

	def deferred_insert(self) -> None:
		self.leave_out_texts()
		super().deferred_insert()

	def leave_out_texts(self) -> None:
		"""A page that says nothing of its kind may be of any."""
		if self.export_from and self.export_from not in KINDS and not is_ours(self.report_name):
			return
		for field in TEXTS:
			self.set(field, None)
