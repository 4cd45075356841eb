from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from vsv_app.engine.signals import signal_lifecycle
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.signal_lifecycle import IllegalTransition
from vsv_app.site.documents import server_fields
from vsv_app.site.documents.refusals import said

ANSWER = ("status", "dismiss_reason", "note")
"""What a person says to a signal; all else is the rules' to say."""


class StepNotPossible(frappe.ValidationError):
	"""A step that the life of a signal does not know, or a dismissal without a reason."""


class EarlyWarningSignal(Document):
	def onload(self) -> None:
		if self.indicator in INDICATORS:
			self.set_onload("indicator_label", _(INDICATORS[self.indicator].label))

	def before_validate(self) -> None:
		server_fields.restore(self, keep=ANSWER)

	def validate(self) -> None:
		self.validate_step()
		self.note_step()

	@staticmethod
	def after_insert_of(rows: Sequence[dict[str, Any]]) -> None:
		"""Many may go in as rows: nothing above or below speaks of a new one."""

	def validate_step(self) -> None:
		before = self.get_doc_before_save()
		if before is None or before.status == self.status:
			return
		try:
			signal_lifecycle.step(before.status, self.status, reason=self.dismiss_reason, note=self.note)
		except IllegalTransition as illegal:
			frappe.throw(
				_("A signal that is {0} cannot become {1}. Use the mentor board to act on it.").format(_(illegal.before), _(illegal.after)),
				exc=StepNotPossible,
				title=_("Step Not Possible"),
			)  # fmt: skip
		except ValueError as missing:
			frappe.throw(said(missing.args[0]), exc=StepNotPossible, title=_("Reason Missing"))

	def note_step(self) -> None:
		"""Who took a step and when. A dismissed signal keeps its key, so that the same facts do not raise it again."""
		if not self.has_value_changed("status") or self.is_new():
			return
		if self.status == signal_lifecycle.ACKNOWLEDGED:
			self.acknowledged_on, self.acknowledged_by = now_datetime(), frappe.session.user
		if self.status in (signal_lifecycle.DISMISSED, signal_lifecycle.RESOLVED):
			self.closed_on, self.closed_by = now_datetime(), frappe.session.user
		if self.status == signal_lifecycle.DISMISSED:
			self.dismissed_value = self.observed_value
		if self.status == signal_lifecycle.RESOLVED:
			self.open_key = None
