from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _

from vsv_app.site.documents.learner_document import LearnerDocument


class WrittenOnce(frappe.PermissionError):
	"""A step of a signal that somebody adds, changes or deletes by itself."""


class SignalStep(LearnerDocument):
	def validate(self) -> None:
		self.refuse_change()
		self.refuse_step_that_was_not_taken()

	def on_trash(self) -> None:
		"""A step goes with its signal, or past its time, and never by itself."""
		if not self.flags.past_its_time:
			self.refuse()

	@staticmethod
	def after_insert_of(rows: Sequence[dict[str, Any]]) -> None:
		"""Many may go in as rows: their signals have counted them, so nothing above speaks of them."""

	def refuse_change(self) -> None:
		if not self.is_new():
			self.refuse()

	def refuse_step_that_was_not_taken(self) -> None:
		"""A signal counts a step before it is written down; the name of each number is taken by then or free once."""
		taken = frappe.db.get_value("Early Warning Signal", self.signal, "step_count") or 0
		if not 0 < (self.sequence or 0) <= taken:
			self.refuse()

	def refuse(self) -> None:
		frappe.throw(
			_("A step of a signal is written once and stays. Act on the signal instead."),
			exc=WrittenOnce,
			title=_("Written Once"),
		)
